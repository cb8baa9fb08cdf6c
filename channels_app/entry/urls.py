"""The pages of entry links; the portal adds them to its own addresses."""

from django.urls import path

from channels_app.entry import views

urlpatterns = [
    path("<int:pk>/", views.entry_link, name="channels_app_account_entry"),
    path("<int:pk>/code.svg", views.code_svg, name="channels_app_account_code_svg"),
    path("<int:pk>/code.png", views.code_png, name="channels_app_account_code_png"),
]
