"""The pages of the ledger; the portal adds them to its own addresses."""

from django.urls import path

from conversations.ledger import views

urlpatterns = [
    path("", views.attention, name="ledger_attention"),
    path("from-apple/", views.inbound, name="ledger_inbound"),
    path("from-apple/apply/", views.apply_chosen, name="ledger_apply_chosen"),
    path("from-apple/<int:pk>/", views.receipt, name="ledger_receipt"),
    path("from-apple/<int:pk>/again/", views.replay, name="ledger_replay"),
    path("to-apple/", views.outbound, name="ledger_outbound"),
    path("to-apple/resend/", views.resend_chosen, name="ledger_resend_chosen"),
    path("to-apple/<int:pk>/", views.message, name="ledger_message"),
    path("to-apple/<int:pk>/resend/", views.resend, name="ledger_resend"),
    path("find/", views.find, name="ledger_find"),
]
