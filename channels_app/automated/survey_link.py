"""The address of a survey, made different for each conversation."""

from urllib.parse import quote, urlsplit, urlunsplit

# Stands in a survey's link for what makes it the link of one conversation.
PLACE = "{token}"


def personal_link(url: str, token: str) -> str:
    """Return the survey's address with the token in the place that it names, or at the end of its query."""
    if PLACE in url:
        return url.replace(PLACE, quote(token, safe=""))
    parts = urlsplit(url)
    query = "&".join(filter(None, (parts.query, f"token={quote(token, safe='')}")))
    return urlunsplit(parts._replace(query=query))
