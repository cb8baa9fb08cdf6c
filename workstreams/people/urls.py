"""Addresses under /admin/people/; their names let the site map mark Users and roles."""

from django.urls import path

from workstreams.people import bulk_edit, work

urlpatterns = [
    path("", bulk_edit.people, name="workstreams_user_bulk"),
    path("<int:pk>/work/", work.work, name="workstreams_user_work"),
    path("<slug:what>/", bulk_edit.update, name="workstreams_user_bulk_update"),
]
