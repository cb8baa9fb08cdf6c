"""The pages about the set-up as a file; the portal adds them to its own addresses."""

from django.urls import path

from omnichannel.configuration import views

urlpatterns = [
    path("", views.configuration, name="configuration"),
    path("download/", views.download, name="configuration_download"),
    path("review/", views.review, name="configuration_review"),
    path("apply/", views.apply, name="configuration_apply"),
]
