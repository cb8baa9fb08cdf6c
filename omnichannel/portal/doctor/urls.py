"""The doctor's pages; the portal adds them to its own addresses."""

from django.urls import path

from omnichannel.portal.doctor import views

urlpatterns = [
    path("", views.overview, name="doctor_overview"),
    path("test/", views.examine_everything, name="doctor_test"),
    path("connections/<int:pk>/", views.connection, name="doctor_connection"),
    path("connections/<int:pk>/test/", views.examine_connection, name="doctor_test_connection"),
    path("accounts/<int:pk>/", views.account, name="doctor_account"),
    path("accounts/<int:pk>/test/", views.examine_account, name="doctor_test_account"),
]
