"""Addresses of the simulator: the gateway, the API for scripts, the phone."""

from django.urls import include, path

app_name = "simulator"
urlpatterns = [
    path("v1/", include("simulator.gateway.urls")),
    path("api/", include("simulator.api.urls")),
    path("", include("simulator.phone.urls")),
]
