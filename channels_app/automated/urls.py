"""The pages about automated messages; the portal adds them to its own addresses."""

from django.urls import path

from channels_app.automated import views

urlpatterns = [
    path("", views.messages_list, name="automated_list"),
    path("change/", views.change, name="automated_change"),
    path("edit/", views.edit_many, name="automated_edit_many"),
    path("instances/<int:pk>/", views.instance_messages, name="automated_instance"),
    path("<slug:slug>/", views.edit, name="automated_edit"),
]
