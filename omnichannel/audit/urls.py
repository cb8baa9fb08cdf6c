"""The page of the audit log and its file; the portal adds them to its own addresses."""

from django.urls import path

from omnichannel.audit import views

urlpatterns = [
    path("", views.log, name="audit_log"),
    path("export/", views.export, name="audit_export"),
]
