"""Addresses of the API for scripts; an opaque id may hold slashes."""

from django.urls import path, register_converter

from simulator.api import views
from simulator.api.calls import api_call


class OpaqueId:
    """An opaque id inside an address, whether its signs were percent-encoded or not."""

    regex = r"urn:mbid:[A-Za-z0-9+/=_-]+"

    def to_python(self, value: str) -> str:
        """Return it as it is stored."""
        return value

    def to_url(self, value: str) -> str:
        """Return it as addresses hold it."""
        return value


register_converter(OpaqueId, "opaque")

urlpatterns = [
    path("businesses", api_call(GET=views.list_businesses, POST=views.new_business), name="api-businesses"),
    path("phones", api_call(POST=views.new_phone), name="api-phones"),
    path("phones/<opaque:opaque_id>/messages", api_call(POST=views.new_message), name="api-messages"),
    path("phones/<opaque:opaque_id>/attachments", api_call(POST=views.new_message), name="api-attachments"),
    path("phones/<opaque:opaque_id>/typing", api_call(POST=views.typing), name="api-typing"),
    path("phones/<opaque:opaque_id>/reactions", api_call(POST=views.new_reaction), name="api-reactions"),
    path("phones/<opaque:opaque_id>/interactive", api_call(POST=views.new_answer), name="api-interactive"),
    path("phones/<opaque:opaque_id>/answers", api_call(POST=views.new_choice), name="api-answers"),
    path("phones/<opaque:opaque_id>/close", api_call(POST=views.close), name="api-close"),
    path("phones/<opaque:opaque_id>", api_call(GET=views.phone), name="api-phone"),
    path("faults", api_call(GET=views.list_faults, PUT=views.change_fault), name="api-faults"),
]
