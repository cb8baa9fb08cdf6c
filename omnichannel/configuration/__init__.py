"""The set-up as one file: written the same way every time, without secrets and people, compared and brought back."""
