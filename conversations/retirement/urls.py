"""The pages that delete an instance or an account; they stand in place of the admin's own."""

from django.urls import path

from conversations.retirement import views

urlpatterns = [
    path("channelinstance/<int:pk>/delete/", views.instance, name="channels_app_channelinstance_delete"),
    path("account/<int:pk>/delete/", views.account, name="channels_app_account_delete"),
]
