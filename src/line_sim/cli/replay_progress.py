"""A replay's progress on a terminal: how far, how fast, how late, and what failed."""

from __future__ import annotations

import contextlib
from typing import TYPE_CHECKING

from line_sim.cli.waiting import watched

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from line_sim.replay.playing import Playing


def state(playing: Playing) -> str:
    """A replay under way in a few words."""
    watching = playing.watching
    failed = sum(watching.failed.values())
    return (
        f"{playing.rate_per_s():,.0f}/s, p99 {watching.lateness.quantile_ms(0.99):.1f} ms late,"
        f" {watching.open:,} in flight, {failed:,} failed"
    )


@contextlib.contextmanager
def telling() -> Iterator[Callable[[Playing], None] | None]:
    """Something to tell of a replay now and then; None where nobody looks."""
    if not watched():
        yield None
        return
    from rich.progress import (  # noqa: PLC0415 - on a terminal only
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
    )

    from line_sim.cli.screen import paper  # noqa: PLC0415 - as above

    columns = (
        BarColumn(bar_width=24),
        MofNCompleteColumn(),
        TextColumn("{task.fields[state]}", markup=False),
    )
    with Progress(*columns, console=paper(about_the_run=True), transient=True) as progress:
        task = progress.add_task("", total=None, state="")

        def tell(playing: Playing) -> None:
            progress.update(
                task,
                completed=playing.watching.started_count,
                total=playing.planned,
                state=state(playing),
            )

        yield tell
