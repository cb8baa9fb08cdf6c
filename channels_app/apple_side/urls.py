"""The portal's pages about Apple's side; the portal adds them to its own addresses."""

from django.urls import path

from channels_app.apple_side import views

urlpatterns = [path("", views.regions, name="regions")]
