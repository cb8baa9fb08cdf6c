"""Remembers who did what: append-only, each event sealing the one before it."""
