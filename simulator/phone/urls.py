"""Addresses of the phone's pages."""

from django.urls import path

from simulator.phone import acts, events, views
from simulator.phone.files import file

urlpatterns = [
    path("", views.start, name="start"),
    path("businesses/", views.register, name="register"),
    path("phones/", views.phone_list, name="phones"),
    path("events", events.every_event, name="every-event"),
    path("phones/<int:phone_id>/", views.phone, name="phone"),
    path("phones/<int:phone_id>/parts", views.parts, name="parts"),
    path("phones/<int:phone_id>/events", events.phone_events, name="events"),
    path("phones/<int:phone_id>/files/<int:attachment_id>", file, name="file"),
    path("phones/<int:phone_id>/write", acts.write, name="write"),
    path("phones/<int:phone_id>/messages/<int:message_id>/sheet", views.sheet, name="sheet"),
    path("phones/<int:phone_id>/answer", acts.answer, name="answer"),
    path("phones/<int:phone_id>/typing", acts.typing, name="typing"),
    path("phones/<int:phone_id>/react", acts.react, name="react"),
    path("phones/<int:phone_id>/try-again", acts.try_again, name="try-again"),
    path("phones/<int:phone_id>/close", acts.close, name="close"),
    path("phones/<int:phone_id>/device", acts.change_device, name="device"),
    path("phones/<int:phone_id>/fault", acts.set_fault, name="fault"),
]
