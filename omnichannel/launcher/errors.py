"""What ends a start before it began."""


class CannotStart(Exception):
    """The text says in one line what is wrong and what to do about it."""
