"""Ways into a conversation with a business: the link, its QR code, the button for a web page."""
