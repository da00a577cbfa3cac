"""How little a process may have while it reads what strangers made.

By the kernel's limits, where there are such (POSIX); elsewhere by the clock of whoever started it.
"""

from __future__ import annotations

import sys
from pathlib import Path

MORE_MEMORY_BYTES = 3 * 2**29
"""Chosen: the largest file with the largest picture in it, decoded, shown and made small."""
MOST_FILES = 64
"""Chosen: a file, what is made of it, and what libraries hold open."""


def confine(most_written_bytes: int) -> None:
    """Limit this process for good: its memory, the files it writes; it leaves no core behind."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - not on every system

    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_NOFILE, MOST_FILES)
    _lower(resource.RLIMIT_FSIZE, most_written_bytes)
    if used := _address_space_bytes():
        _lower(resource.RLIMIT_AS, used + MORE_MEMORY_BYTES)


def _lower(which: int, most: int) -> None:
    import resource  # noqa: PLC0415 - as above

    _, hard = resource.getrlimit(which)
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(which, (most, most))


def _address_space_bytes() -> int:
    """What is mapped by now; 0 where the system does not tell."""
    try:
        pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    except (OSError, ValueError, IndexError):
        return 0
    import resource  # noqa: PLC0415 - as above

    return pages * resource.getpagesize()


def allow_cpu_s(more_s: int) -> None:
    """Let this process run for so long from now on; the kernel ends it afterwards."""
    if sys.platform == "win32":
        return
    import resource  # noqa: PLC0415 - as above

    used = resource.getrusage(resource.RUSAGE_SELF)
    _, hard = resource.getrlimit(resource.RLIMIT_CPU)
    most = int(used.ru_utime + used.ru_stime) + 1 + more_s
    if hard != resource.RLIM_INFINITY:
        most = min(most, hard)
    resource.setrlimit(resource.RLIMIT_CPU, (most, hard))
