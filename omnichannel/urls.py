"""Every address of the installation."""

from django.conf import settings
from django.contrib import admin
from django.contrib.auth.views import LoginView, LogoutView
from django.urls import include, path

from conversations.api.webhook import Webhook
from omnichannel import health
from omnichannel.home import home

urlpatterns = [
    path("", home, name="home"),
    path("sign-in/", LoginView.as_view(template_name="registration/sign_in.html"), name="sign-in"),
    path("sign-out/", LogoutView.as_view(), name="sign-out"),
    path("console/", include("conversations.console.urls")),
    path("admin/", admin.site.urls),
    path("api/", include("conversations.api.urls")),
    path("applemessagesforbusiness/message", Webhook.as_view(), name="webhook"),
    path("healthz", health.healthz, name="healthz"),
    path("readyz", health.readyz, name="readyz"),
]
if settings.SIMULATOR:
    urlpatterns.append(path("simulator/", include("simulator.urls")))
