"""People: the writes and pages on what they are there for, are good at, hold, show and write."""
