"""The link that opens a conversation in Messages, and what is made from it (Apple, Business URL)."""

from dataclasses import dataclass
from html import escape
from urllib.parse import quote, urlencode

BASE = "https://bcrw.apple.com/urn:biz:"
BUTTON_SCRIPT = "https://static.cdn-apple.com/businesschat/start-chat-button/2/index.js"
# Apple names no limits; these are ours.
LONGEST_ID = 128
LONGEST_BODY = 500
# Apple advises against them in intent and group.
RESERVED = "&#[](){}/"


@dataclass(frozen=True)
class Entry:
    """A business, and what its link says about why somebody writes, to which team, and with which first words."""

    business_id: str
    intent: str = ""
    group: str = ""
    body: str = ""

    @property
    def url(self) -> str:
        """Return the link; spaces become %20, since a plus is a plus to a phone."""
        parts = {"biz-intent-id": self.intent, "biz-group-id": self.group, "body": self.body}
        query = urlencode({name: value for name, value in parts.items() if value}, quote_via=quote, safe="")
        return f"{BASE}{self.business_id}" + (f"?{query}" if query else "")

    @property
    def query(self) -> str:
        """Return the parameters as our own pages take them."""
        parts = {"intent": self.intent, "group": self.group, "body": self.body}
        return urlencode({name: value for name, value in parts.items() if value})

    @property
    def phone_path(self) -> str:
        """Return the page of the simulator where a phone begins the same conversation."""
        return f"/simulator/?{urlencode({'business_id': self.business_id})}&{self.query}".rstrip("&")

    @property
    def button(self) -> str:
        """Return the HTML of Apple's button for a web page, as text to copy; it knows no first words."""
        given = {"id": self.business_id, "intent-id": self.intent, "group-id": self.group}
        attributes = "".join(f' data-apple-business-{name}="{escape(value)}"' for name, value in given.items() if value)
        return (
            f'<div class="apple-business-chat-message-container"{attributes}></div>\n'
            f'<script async src="{BUTTON_SCRIPT}"></script>'
        )
