"""What running processes have used: CPU time and memory, with all that they started."""

from __future__ import annotations

from collections.abc import Iterable

import psutil


def cpu_seconds(*pids: int) -> float:
    """Return the CPU time that these processes and their children have used so far."""
    return sum(sum(process.cpu_times()[:2]) for process in _with_children(pids))


def memory_mb(*pids: int) -> float:
    """Return the memory of these processes and their children; what they share is counted once where Linux tells."""
    return sum(map(_bytes_of, _with_children(pids))) / 1e6


def own_kb(pid: int) -> float:
    """Return the memory that would be free without this process."""
    return psutil.Process(pid).memory_full_info().uss / 1e3


def _with_children(pids: Iterable[int]) -> list[psutil.Process]:
    found = {process.pid: process for pid in pids for process in _family(pid)}
    return list(found.values())


def _family(pid: int) -> list[psutil.Process]:
    process = psutil.Process(pid)
    return [process, *process.children(recursive=True)]


def _bytes_of(process: psutil.Process) -> int:
    try:
        used = process.memory_full_info()
    except psutil.Error:
        return 0
    return int(getattr(used, "pss", 0) or used.rss)
