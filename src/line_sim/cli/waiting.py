"""Progress of long work: a bar on stderr, only on a terminal, and what was done when it stops."""

from __future__ import annotations

import contextlib
import signal
import sys
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from concurrent.futures import Executor


def watched() -> bool:
    """Whether somebody looks at stderr."""
    return sys.stderr is not None and sys.stderr.isatty()


@contextlib.contextmanager
def counting(what: str) -> Iterator[Callable[[int, int, str], None]]:
    """A bar to tell (done, in all, what was just done); Ctrl-C says how far the work had come.

    Raises
    ------
    KeyboardInterrupt
        With a line for the user, in the place of one without.
    """
    counted = [0, 0]
    try:
        with _bar(what) if watched() else contextlib.nullcontext(None) as show:

            def tell(done: int, total: int, name: str) -> None:
                counted[:] = done, total
                if show is not None:
                    show(done, total, name)

            yield tell
    except KeyboardInterrupt:
        done, total = counted
        far = f" after {done:,} of {total:,} {what}" if total else ""
        message = f"interrupted{far}; nothing was kept, nothing was written"
        raise KeyboardInterrupt(message) from None


@contextlib.contextmanager
def _bar(what: str) -> Iterator[Callable[[int, int, str], None]]:
    from rich.progress import (  # noqa: PLC0415 - on a terminal only
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    from line_sim.cli.screen import paper  # noqa: PLC0415 - as above

    columns = (
        TextColumn("{task.description}", markup=False),
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TimeRemainingColumn(compact=True),
        TextColumn("{task.fields[name]}", markup=False),
    )
    with Progress(*columns, console=paper(about_the_run=True), transient=True) as progress:
        task = progress.add_task(what, total=None, name="")

        def show(done: int, total: int, name: str) -> None:
            progress.update(task, completed=done, total=total, name=name)

        yield show


@contextlib.contextmanager
def workers(count: int) -> Iterator[Executor | None]:
    """`count` processes to run in, none for one; Ctrl-C is this process's business alone."""
    if count == 1:
        yield None
        return
    from concurrent.futures import ProcessPoolExecutor  # noqa: PLC0415 - only where asked for
    from multiprocessing import active_children, get_context  # noqa: PLC0415

    not_ours = set(active_children())
    # spawned, not forked: safe beside the thread of a progress bar, and the same everywhere
    pool = ProcessPoolExecutor(count, mp_context=get_context("spawn"), initializer=_begin)
    try:
        _start(pool, count)
        yield pool
    except BaseException:
        for worker in set(active_children()) - not_ours:
            worker.terminate()  # nobody wants what it is still working on
        raise
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _start(pool: Executor, count: int) -> None:
    """Start every worker now, deaf to Ctrl-C from its first moment: they inherit that."""
    heard = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        for _ in range(count):
            pool.submit(_begin)
    finally:
        signal.signal(signal.SIGINT, heard)


def _begin() -> None:
    """Begin a worker: what it notices is told in plain words."""
    from line_sim.cli.screen import in_plain_words  # noqa: PLC0415 - in a worker only

    in_plain_words()
