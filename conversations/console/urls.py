"""Addresses under /console/."""

from django.urls import path

from conversations.console import events, files, quick_replies, rich_messages, views

app_name = "console"
urlpatterns = [
    path("", views.home, name="home"),
    path("events", events.events, name="events"),
    path("list/", views.worklist, name="list"),
    path("quick-replies/", quick_replies.quick_replies, name="quick-replies"),
    path("conversations/<int:pk>/", views.conversation, name="conversation"),
    path("conversations/<int:pk>/thread/", views.thread, name="thread"),
    path("conversations/<int:pk>/transcript/", views.earlier_messages, name="transcript"),
    path("conversations/<int:pk>/earlier/", views.earlier_conversations, name="earlier"),
    path("conversations/<int:pk>/send/", views.send, name="send"),
    path("conversations/<int:pk>/rich-messages/", rich_messages.found, name="rich-messages"),
    path("conversations/<int:pk>/rich-messages/<int:message>/", rich_messages.preview, name="rich-message"),
    path("conversations/<int:pk>/rich-messages/<int:message>/check/", rich_messages.check, name="rich-message-check"),
    path("conversations/<int:pk>/rich-messages/<int:message>/send/", rich_messages.send, name="rich-message-send"),
    path("conversations/<int:pk>/take/", views.take, name="take"),
    path("conversations/<int:pk>/end/", views.end, name="end"),
    path("conversations/<int:pk>/read/", views.read, name="read"),
    path("conversations/<int:pk>/typing/", views.typing, name="typing"),
    path("messages/<int:pk>/resend/", views.resend, name="resend"),
    path("attachments/<int:pk>/", files.attachment, name="attachment"),
    path("attachments/<int:pk>/preview/", files.preview, name="preview"),
]
