"""Deleting what receives messages, without losing what was said."""
