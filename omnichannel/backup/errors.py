"""What stands in the way of a backup or a restore, in one line that says what to do."""

import errno
from pathlib import Path
from typing import Final

FULL: Final = (errno.ENOSPC, errno.EDQUOT)


class CannotContinue(Exception):
    """The backup or restore ended; ``str()`` of it is for the operator."""


def in_words(fault: OSError, folder: Path) -> str:
    """Return what the operator has to know of a fault of the file system."""
    place = fault.filename or folder
    if fault.errno in FULL:
        return f"The disk is full: {place}. Make room, then give the same command again; what is copied already stays."
    if isinstance(fault, PermissionError):
        return f"{place} may not be read or written by this user. Run the command as the user the processes run as."
    if isinstance(fault, FileExistsError):
        return f"{place} is not a folder. Name another one."
    return f"{fault.strerror or fault}: {place}"
