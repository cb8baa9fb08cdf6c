"""The pages of the connection doctor; what it tests is in ``channels_app.doctor``."""
