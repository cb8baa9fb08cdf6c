"""The portal's page on file attachments."""
