"""The pages about customers' data; the portal adds them to its own addresses."""

from django.urls import path

from conversations.privacy import views

urlpatterns = [
    path("", views.customers, name="customers_list"),
    path("<int:pk>/", views.customer, name="customers_detail"),
    path("<int:pk>/export/", views.export, name="customers_export"),
    path("<int:pk>/erase/", views.erase, name="customers_erase"),
    path("exports/<int:pk>/", views.download, name="customers_download"),
]
