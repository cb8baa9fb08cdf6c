"""The stream that keeps a phone's page live: it says that something changed, and the page fetches it."""

from collections.abc import AsyncGenerator

from django.http import HttpRequest, StreamingHttpResponse

from omnichannel.common import hub
from simulator.services.live import CHANNEL

HUB = hub.Hub(CHANNEL)


async def phone_events(_request: HttpRequest, phone_id: int) -> StreamingHttpResponse:
    """Stream what happens to one phone."""
    return hub.as_stream(_lines(phone_id))


async def every_event(_request: HttpRequest) -> StreamingHttpResponse:
    """Stream what happens to any phone."""
    return hub.as_stream(_lines(None))


async def _lines(phone_id: int | None) -> AsyncGenerator[str]:
    with HUB.reader() as reader:
        # A page that comes back looks at everything once, since it may have missed something.
        yield "retry: 1000\n"
        yield hub.line({"phone": phone_id}, name="changed")
        async for event in reader:
            if event is None or phone_id in (None, event["phone"]):
                yield hub.line(event, name="changed")
