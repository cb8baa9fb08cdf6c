"""Addresses of our REST, its description and its manual."""

from django.urls import path, re_path
from drf_spectacular.views import SpectacularAPIView

from conversations.api import manual, views

app_name = "api"
urlpatterns = [
    path("v1/conversations/", views.ConversationList.as_view(), name="conversations"),
    path("v1/conversations/<int:conversation_id>/", views.ConversationDetail.as_view(), name="conversation"),
    path("v1/conversations/<int:conversation_id>/close/", views.ConversationClose.as_view(), name="close"),
    path("v1/conversations/<int:conversation_id>/typing/", views.ConversationTyping.as_view(), name="typing"),
    path("v1/conversations/<int:conversation_id>/context/", views.ConversationContext.as_view(), name="context"),
    path("v1/conversations/<int:conversation_id>/messages/", views.MessageList.as_view(), name="messages"),
    path(
        "v1/conversations/<int:conversation_id>/rich-messages/",
        views.RichMessageSend.as_view(),
        name="rich-message-send",
    ),
    path("v1/rich-messages/", views.RichMessageList.as_view(), name="rich-messages"),
    path("v1/rich-messages/<int:rich_message_id>/", views.RichMessageDetail.as_view(), name="rich-message"),
    path("v1/messages/<int:message_id>/", views.MessageDetail.as_view(), name="message"),
    path("v1/messages/<int:message_id>/resend/", views.MessageResend.as_view(), name="resend"),
    path("v1/attachments/<int:attachment_id>/", views.AttachmentFile.as_view(), name="attachment"),
    re_path("^v1/", views.Nowhere.as_view(), name="nowhere"),
    path("schema/", SpectacularAPIView.as_view(authentication_classes=()), name="schema"),
    path("docs/", manual.Manual.as_view(), name="docs"),
]
