"""Apple accounts, the connection to Apple, accounts put to work, and what the whole company decides."""

from channels_app.models.account import Account
from channels_app.models.automated import AutomatedMessage
from channels_app.models.connection import MspConnection
from channels_app.models.examination import Examination, Finding, Verdict
from channels_app.models.inbound_call import CallKind, InboundCall
from channels_app.models.instance import ChannelInstance
from channels_app.models.organisation import Organisation
from channels_app.models.survey import Survey

__all__ = [
    "Account",
    "AutomatedMessage",
    "CallKind",
    "ChannelInstance",
    "Examination",
    "Finding",
    "InboundCall",
    "MspConnection",
    "Organisation",
    "Survey",
    "Verdict",
]
