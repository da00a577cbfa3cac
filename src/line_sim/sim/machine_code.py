"""The compiled loop, compiled once and kept in the user's cache folder.

What is kept stands in a folder named by all that went into it: the source of every rule, the
versions of Python and of the libraries, the processor. So stale code is never found. A first line
with a checksum guards against half-written files. Whoever compiles holds a lock; others wait for it
rather than compile the same.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import platform
import sys
import time
import warnings
from importlib import metadata
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from line_sim.errors import CompiledCacheWarning, EngineUnavailableError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from line_sim.desk.compiled.loading import Entry

COMPILING = "compiling the fast engine, once, about 15 s"
WAITING = "another process is compiling the fast engine, waiting for it"

KEPT = 4
"""Folders of other versions that stay in the cache, the latest used."""

PACKAGE = Path(__file__).parents[1]
STARTED = time.time()

FILE = "loop.o"
LOCK = "compiling.lock"
MARK = b"line_sim "


class NotCompiledError(Exception):
    """A run cannot be had in compiled form; says why."""


def to_stderr(message: str) -> None:
    """Say something to whoever waits."""
    sys.stderr.write(f"line_sim: {message}\n")
    sys.stderr.flush()


def available() -> bool:
    """Whether the compiler is installed; it is not loaded for that."""
    return find_spec("numba") is not None


def require() -> None:
    """Refuse where the compiler is not installed.

    Raises
    ------
    EngineUnavailableError
        With what to install.
    """
    if not available():
        engine = "compiled"
        raise EngineUnavailableError(engine, "numba", "fast")


def is_cached() -> bool:
    """Whether the loop need not be compiled: it is loaded, or kept."""
    if _loaded:
        return True
    return available() and not sources_changed() and (folder() / FILE).is_file()


def folder() -> Path:
    """Where the code for this version, processor and Python is kept."""
    from platformdirs import user_cache_path  # noqa: PLC0415 - compiled runs only

    return user_cache_path("line_sim", appauthor=False) / "compiled" / fingerprint()


def compiled_loop(say: Callable[[str], None] = to_stderr) -> Entry:
    """The compiled loop, from this process, from the cache, or compiled now.

    Parameters
    ----------
    say
        Told that compilation begins, or that another process is waited for.

    Raises
    ------
    EngineUnavailableError
        Where numba is not installed.
    NotCompiledError
        Where the installed numba does not compile it.
    """
    require()
    if not _loaded:
        from line_sim.desk.compiled import loading  # noqa: PLC0415 - compiled runs only

        if sources_changed():  # what is in memory is not what the files say
            say(COMPILING)
            code = _compile()
        else:
            place = folder()
            code = _kept(place) or _compiled_under_lock(place, say)
        _loaded.append(loading.load(code))
    return _loaded[0]


_loaded: list[Entry] = []


def _compiled_under_lock(place: Path, say: Callable[[str], None]) -> bytes:
    try:
        place.mkdir(parents=True, exist_ok=True)
        with _lock(place / LOCK, say):
            code = _kept(place)
            if code is None:
                say(COMPILING)
                code = _compile()
                _keep(place, code)
            return code
    except (OSError, NotImplementedError) as error:
        _warn(place, f"cannot be written ({error.strerror or error})"
              if isinstance(error, OSError) else "cannot be locked")  # fmt: skip
    say(COMPILING)
    return _compile()


@contextlib.contextmanager
def _lock(path: Path, say: Callable[[str], None]) -> Iterator[None]:
    from filelock import FileLock, Timeout  # noqa: PLC0415 - only who compiles needs it

    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        say(WAITING)
        lock.acquire()
    try:
        yield
    finally:
        lock.release()


def _compile() -> bytes:
    """Compile the loop and all that it calls."""
    from line_sim.desk.compiled.keys import shortened  # noqa: PLC0415 - loads numba
    from line_sim.desk.compiled.machine import object_code  # noqa: PLC0415 - as above
    from line_sim.desk.tables import DESK  # noqa: PLC0415 - as above
    from line_sim.sim import loop  # noqa: PLC0415 - as above
    from line_sim.sim.tables import PEOPLE  # noqa: PLC0415 - as above

    try:
        return object_code(loop.run, DESK, PEOPLE)
    except Exception as error:
        message = f"numba {metadata.version('numba')} does not compile it ({shortened(error)})"
        raise NotCompiledError(message) from error


# --- what is kept


def _kept(place: Path) -> bytes | None:
    """The code in a folder, if there is any and it is whole."""
    file = place / FILE
    try:
        content = file.read_bytes()
    except (FileNotFoundError, NotADirectoryError):
        return None
    except OSError as error:
        _warn(place, f"cannot be read ({error.strerror})")
        return None
    head, _, code = content.partition(b"\n")
    if head != _head(code):
        _warn(place, "holds a broken file, which is replaced")
        return None
    with contextlib.suppress(OSError):
        os.utime(place)  # used now: pruning goes by it
    return code


def _head(code: bytes) -> bytes:
    return MARK + hashlib.sha256(code).hexdigest().encode()


def _keep(place: Path, code: bytes) -> None:
    """Write the code beside its place, then move it there: nobody finds half of it."""
    beside = place / f"{FILE}.{os.getpid()}"
    try:
        beside.write_bytes(_head(code) + b"\n" + code)
        beside.replace(place / FILE)
    finally:
        beside.unlink(missing_ok=True)
    prune(place)


def prune(place: Path, kept: int = KEPT) -> None:
    """Remove the folders of other versions beside `place`, all but the latest used."""
    others = [each for each in place.parent.iterdir() if _is_ours(each) and each != place]
    others.sort(key=lambda each: each.stat().st_mtime, reverse=True)
    for old in others[kept:]:
        with contextlib.suppress(OSError):  # somebody may be using it
            for file in old.glob("*"):
                file.unlink()
            old.rmdir()


def _is_ours(path: Path) -> bool:
    name = path.name
    return path.is_dir() and len(name) == DIGITS and not set(name) - set("0123456789abcdef")


DIGITS = 32
"""Length of a folder's name."""


def _warn(place: Path, what: str) -> None:
    message = f"the cache of compiled code, {place}, {what}"
    warnings.warn(CompiledCacheWarning(message), stacklevel=2)


# --- what goes into the name


def fingerprint() -> str:
    """A name for everything the machine code depends on."""
    from line_sim.desk.compiled.loading import processor  # noqa: PLC0415 - loads llvmlite

    digest = hashlib.sha256()
    for part in (*versions(), platform.machine(), sys.platform, processor()):
        digest.update(part.encode() + b"\0")
    for name, source in sorted(sources().items()):
        digest.update(name.encode() + b"\0" + hashlib.sha256(source).digest())
    return digest.hexdigest()[:DIGITS]


def versions() -> list[str]:
    """Python and the libraries that made the code or lay out the memory, with their versions."""
    libraries = [f"{name} {metadata.version(name)}" for name in ("numba", "llvmlite", "numpy")]
    return [f"{sys.implementation.cache_tag} {sys.version}", *libraries]


def sources() -> dict[str, bytes]:
    """The source of every module that has a part in the code, by path in the package."""
    from line_sim.desk.rows import RULES  # noqa: PLC0415 - complete once the loop is loaded
    from line_sim.sim import loop, tables  # noqa: PLC0415 - as above

    names = {loop.__name__, tables.__name__, *(function.__module__ for function in RULES)}
    files = {Path(str(sys.modules[name].__file__)) for name in names}
    files |= set((PACKAGE / "desk").glob("**/*.py"))
    return {file.relative_to(PACKAGE).as_posix(): file.read_bytes() for file in files}


def sources_changed() -> bool:
    """Whether a source was written after this process had read it, as when it is being edited."""
    return any((PACKAGE / name).stat().st_mtime > STARTED for name in sources())
