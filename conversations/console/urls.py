"""Addresses under /console/."""

from django.urls import path

from conversations.console import events, files, views

app_name = "console"
urlpatterns = [
    path("", views.home, name="home"),
    path("events", events.events, name="events"),
    path("list/", views.worklist, name="list"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/thread/", views.thread, name="thread"),
    path("conversations/<int:pk>/transcript/", views.earlier_messages, name="transcript"),
    path("conversations/<int:pk>/earlier/", views.earlier_conversations, name="earlier"),
    path("conversations/<int:pk>/send/", views.send, name="send"),
    path("conversations/<int:pk>/take/", views.take, name="take"),
    path("conversations/<int:pk>/end/", views.end, name="end"),
    path("conversations/<int:pk>/read/", views.read, name="read"),
    path("conversations/<int:pk>/typing/", views.typing, name="typing"),
    path("messages/<int:pk>/resend/", views.resend, name="resend"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("attachments/<int:pk>/preview/", files.preview, name="preview"),
]
