"""Addresses of the simulated gateway, as below Apple's /v1."""

from django.urls import path

from simulator.gateway.clips import construct_payload
from simulator.gateway.files import download, pre_download, pre_upload, upload
from simulator.gateway.message import message
from simulator.gateway.payloads import decode_payload

urlpatterns = [
    path("message", message, name="message"),
    path("preUpload", pre_upload, name="pre-upload"),
    path("upload/<uuid:token>", upload, name="upload"),
    path("preDownload", pre_download, name="pre-download"),
    path("download/<uuid:token>", download, name="download"),
    path("decodePayload", decode_payload, name="decode-payload"),
    path("constructPayload", construct_payload, name="construct-payload"),
]
