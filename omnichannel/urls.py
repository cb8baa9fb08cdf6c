"""Every address of the installation."""

from django.conf import settings
from django.contrib import admin
from django.urls import include, path

from channels_app.apple_side.endpoint import endpoint
from channels_app.apple_side.landing import landing
from conversations.api.webhook import Webhook
from omnichannel import health
from omnichannel.home import home
from omnichannel.metrics.process import measured
from omnichannel.metrics.views import metrics
from richmessages.pictures.views import picture

urlpatterns = [
    path("", home, name="home"),
    path("", include("omnichannel.signin.urls")),
    path("pictures/<slug:digest>.png", picture, name="picture"),
    path("console/", include("conversations.console.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("conversations.api.urls")),
    path("applemessagesforbusiness/message", measured(Webhook.as_view()), name="webhook"),
    path("applemessagesforbusiness", endpoint, name="endpoint"),
    path("applemessagesforbusiness/", endpoint),
    path("applemessagesforbusiness/landing", admin.site.admin_view(landing), name="landing"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
    path("metrics", metrics, name="metrics"),
]
if settings.SIMULATOR:
    urlpatterns.append(path("simulator/", include("simulator.urls")))
