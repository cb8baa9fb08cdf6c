"""Runs one command that dies with its parent and, for PostgreSQL, gives up root first. Standard library only."""

import ctypes
import os
import pwd
import sys
from typing import Final

SET_DEATH_SIGNAL: Final = 1
SET_SECURITY_BITS: Final = 28
AMBIENT: Final = 47
AMBIENT_RAISE: Final = 2
KEEP_CAPABILITIES_OVER_SETUID: Final = 1 << 2
CAPABILITY_VERSION_3: Final = 0x20080522
OVERRIDE_FILE_RIGHTS: Final = 1
SEARCH_ANYWHERE: Final = 2


class Refused(Exception):
    """The system did not let this process become another user."""


def command(*words: str, signal: int, user: int | None = None, reach: bool = False) -> list[str]:
    """Return the command line that runs `words` guarded; `reach` lets that user pass through closed folders."""
    options = [str(os.getpid()), str(int(signal)), "" if user is None else str(user), "reach" if reach else ""]
    return [sys.executable, "-I", "-S", __file__, *options, *words]


def main(parent: str, signal: str, user: str, reach: str, *words: str) -> None:
    """Become the command."""
    if user:
        try:
            _become(int(user), reach=bool(reach))
        except Refused as error:
            sys.exit(f"error: {error}")
    if sys.platform == "linux":
        _prctl(SET_DEATH_SIGNAL, int(signal))
    if os.getppid() != int(parent):
        sys.exit("The launcher is gone.")
    os.execv(words[0], words)  # noqa: S606 - the words come from the launcher


def _become(user: int, *, reach: bool) -> None:
    group = pwd.getpwuid(user).pw_gid
    os.setgroups([])
    os.setgid(group)
    if not reach:
        os.setuid(user)
        return
    # access(2) asks for the real user and would drop the capability, were set-uid fix-ups on.
    may_keep = sys.platform == "linux" and _prctl(SET_SECURITY_BITS, KEEP_CAPABILITIES_OVER_SETUID)
    os.setuid(user)
    if not (may_keep and (_keep_only(SEARCH_ANYWHERE) or _keep_only(OVERRIDE_FILE_RIGHTS))):
        raise Refused(f"as root it runs as user {user}, who cannot reach its files; start as an ordinary user")


def _keep_only(capability: int) -> bool:
    header = (ctypes.c_uint32 * 2)(CAPABILITY_VERSION_3, 0)
    sets = (ctypes.c_uint32 * 6)(1 << capability, 1 << capability, 1 << capability, 0, 0, 0)
    if ctypes.CDLL(None).capset(header, sets) != 0:
        return False
    return _prctl(AMBIENT, AMBIENT_RAISE, capability)


def _prctl(option: int, *arguments: int) -> bool:
    padded = [ctypes.c_ulong(value) for value in (*arguments, 0, 0, 0, 0)[:4]]
    return ctypes.CDLL(None).prctl(option, *padded) == 0  # type: ignore[no-any-return]


if __name__ == "__main__":
    main(*sys.argv[1:])
