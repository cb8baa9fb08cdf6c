"""Authentication: a request to sign in (Create rich messages, Authentication), written as the documented JSON."""

from collections.abc import Mapping
from datetime import tzinfo
from typing import Annotated, Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from omnichannel import amb
from richmessages.kinds.bubbles import received, replied
from richmessages.kinds.fields import Content, Required, Shown
from richmessages.kinds.kind import Answer, AnswerLine, Kind, Needs, SendContext

# The whole number decides the flow; Apple deprecates the first.
NEWER_FLOW = "2.0"


class Authentication(Content):
    """The words around the sign-in; where to sign in comes from the authentication setting."""

    receivedmessage: Annotated[
        Required, Shown(gettext_lazy("Received message"), gettext_lazy("Stands beside the sign-in button."))
    ]
    replymessage: Annotated[
        Required, Shown(gettext_lazy("Reply message"), gettext_lazy("Is shown once the customer has signed in."))
    ]


def encode(content: Authentication, context: SendContext) -> amb.InteractiveData:
    """Return the request. ``context.extra`` holds oauth2 as Apple spells it, and the version of its flow."""
    return amb.InteractiveData(
        data=amb.Data(
            version=context.extra.get("version", NEWER_FLOW),
            request_identifier=context.request_id,
            authenticate=amb.Authenticate(oauth2=context.extra.get("oauth2")),
        ),
        received_message=received(context, content.receivedmessage),
        reply_message=replied(context, content.replymessage),
    )


def fallback(content: Authentication) -> str:
    """Return the request as words."""
    return content.receivedmessage


def read_answer(data: amb.InteractiveData, _zone: tzinfo) -> Answer:
    """Return how it went in words; whether somebody signed in is for the provider to say."""
    outcome = data.data.authenticate if data.data else None
    if outcome is None:
        return Answer(_("The outcome of the sign-in is unknown"))
    told = _STATUSES.get((outcome.status or "").casefold())
    reasons = [str(error["message"]) for error in outcome.errors if error.get("message")]
    reasons += [_("Code %(code)s") % {"code": outcome.error_code}] if outcome.error_code else []
    lines = (AnswerLine(_("Reason"), tuple(reasons)),) if reasons else ()
    return Answer(str(told) if told else _("The outcome of the sign-in is unknown"), lines)


# The words of both flows.
_STATUSES: Mapping[str, Any] = {
    "authenticated": gettext_lazy("Signed in"),
    "success": gettext_lazy("Signed in"),
    "failed": gettext_lazy("Sign-in failed"),
    "failure": gettext_lazy("Sign-in failed"),
    "cancel": gettext_lazy("Sign-in cancelled"),
}


KIND = Kind(
    slug="authentication",
    label=gettext_lazy("Authentication"),
    tag="authentication",
    hint=gettext_lazy("Asks customers to sign in where you know them."),
    content=Authentication,
    encode=encode,
    fallback=fallback,
    starter={"receivedmessage": "", "replymessage": ""},
    marker=amb.Marker.AUTHENTICATE,
    capabilities=frozenset({amb.Capability.AUTH, amb.Capability.AUTH2}),
    needs=Needs.AUTHENTICATION,
    read_answer=read_answer,
    extra_sample={
        "oauth2": {
            "responseType": "code",
            "scope": ["openid"],
            "state": "sample",
            "redirectURI": "https://messages.example/signed-in",
        }
    },
)
