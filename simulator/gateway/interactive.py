"""What Apple's gateway demands of interactive data, whichever kind they are (rules E10 and E11)."""

from collections.abc import Callable, Mapping

from omnichannel import amb
from simulator.gateway import forms, pickers
from simulator.gateway.shape import Part, needed_object, needed_text, refuse_unless

_APP = "A message of another app"
_KINDS: Mapping[str, Callable[[Part], None]] = {
    amb.Marker.QUICK_REPLY: pickers.check_quick_reply,
    amb.Marker.LIST_PICKER: pickers.check_list,
    amb.Marker.TIME_PICKER: pickers.check_times,
    amb.Marker.FORM: forms.check_form,
}


def check(data: Part) -> None:
    """Pass only what Apple takes."""
    if needed_text(data, "bid", "interactiveData") == amb.BUSINESS_BID:
        _check_own(data)
    else:
        _check_app(data)


def _check_own(data: Part) -> None:
    inner = needed_object(data, "data", "interactiveData")
    # Apple's own samples write the version under either name.
    refuse_unless(bool(inner.get("version") or inner.get("mspVersion")), "data: version is missing.")
    needed_text(inner, "requestIdentifier", "data")
    markers = [marker for marker in amb.Marker if marker in inner]
    refuse_unless(len(markers) == 1, f"data: exactly one of {', '.join(amb.Marker)} must be present.")
    content = needed_object(inner, markers[0], "data")
    if markers[0] in _KINDS:
        _KINDS[markers[0]](content)


def _check_app(data: Part) -> None:
    refuse_unless("data" not in data, "Third-party interactive data disallows data.")
    refuse_unless(bool(data.get("appId")), f"{_APP}: appId is missing.")
    needed_text(data, "URL", _APP)
    needed_object(data, "receivedMessage", _APP)
