"""What a customer answered, read by the kind that it is an answer to."""

from datetime import tzinfo

from omnichannel import amb
from richmessages.kinds import KINDS
from richmessages.kinds.kind import Answer


def read_answer(data: amb.InteractiveData, zone: tzinfo) -> Answer | None:
    """Return an answer as agents read it, with times in their zone; None for one of no kind of ours."""
    # A kind that knows its answers by more than their marker is asked first: several may share one.
    asked = sorted(KINDS.values(), key=lambda kind: kind.reads is None)
    kind = next((each for each in asked if each.reads_answer(data)), None)
    return kind.read_answer(data, zone) if kind and kind.read_answer else None
