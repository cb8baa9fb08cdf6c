"""The page on file attachments; the portal adds it to its own addresses."""

from django.urls import path

from channels_app.files import views

urlpatterns = [
    path("", views.rules, name="files_rules"),
    path("scanner/", views.ask_scanner, name="files_scanner"),
]
