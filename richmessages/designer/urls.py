"""The designer's pages beside the list; the portal adds them to its own addresses."""

from django.urls import path

from richmessages.designer import views

# Their names begin as those of the records do, so that the site map marks their page.
urlpatterns = [
    path("<int:pk>/properties/", views.properties, name="richmessages_richmessage_properties"),
    path("<int:pk>/duplicate/", views.duplicate, name="richmessages_richmessage_duplicate"),
]
