"""The pages that tie rich messages and workstreams; the portal adds them to its own addresses."""

from django.urls import path

from workstreams.rich import views

# Their names begin as those of the records do, so that the site map marks their page.
urlpatterns = [
    path("workstreams/workstream/<int:pk>/rich-messages/", views.tied, name="workstreams_workstream_rich"),
    path("workstreams/workstream/<int:pk>/rich-messages/add/", views.add, name="workstreams_workstream_rich_add"),
    path(
        "workstreams/workstream/<int:pk>/rich-messages/remove/", views.remove, name="workstreams_workstream_rich_remove"
    ),
    path("richmessages/richmessage/<int:pk>/workstreams/", views.ties, name="richmessages_richmessage_workstreams"),
]
