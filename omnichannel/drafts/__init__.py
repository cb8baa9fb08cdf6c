"""Guided pages: wizards whose half-filled state is an encrypted row of its owner."""
