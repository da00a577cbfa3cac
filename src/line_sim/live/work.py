"""A person's work: all chats that await them at once, each the slower the more there are."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import simpy

    from line_sim.live.pacing import Pace, Process


class Workload:
    """What a member of staff works on.

    Parameters
    ----------
    pace
        The time.
    rates
        Entry k: what each of k chats gets of a second; the last holds beyond (``world.rates``).
    speed
        Of the person; 1 = as the drawn work has it.
    done
        Called with the number of an enquiry whose piece of work is done.
    """

    def __init__(
        self, pace: Pace, rates: Sequence[float], speed: float, done: Callable[[int], object]
    ) -> None:
        self._pace, self._rates, self._speed, self._done = pace, rates, speed, done
        self._left: dict[int, float] = {}
        self._at = 0.0
        self._away = True
        self._changed: simpy.Event = pace.event()
        pace.process(self._work())

    def begin(self, enquiry: int, work_s: float) -> None:
        """Take up a piece of work: seconds of a person of speed 1 who has nothing else."""
        self._pass()
        self._left[enquiry] = work_s
        self._change()

    def drop(self, enquiry: int) -> None:
        """Work on it no more."""
        if enquiry in self._left:
            self._pass()
            del self._left[enquiry]
            self._change()

    def be_away(self, away: bool) -> None:  # noqa: FBT001 - a state
        """Stop working, or go on."""
        self._pass()
        self._away = away
        self._change()

    def _rate(self) -> float:
        count = min(len(self._left), len(self._rates) - 1)
        return 0.0 if self._away else self._rates[count] * self._speed

    def _pass(self) -> None:
        """Count what was done since the last look."""
        gone_s = (self._pace.now - self._at) * self._rate() if self._left else 0.0
        self._at = self._pace.now
        self._left = {enquiry: left - gone_s for enquiry, left in self._left.items()}

    def _change(self) -> None:
        changed, self._changed = self._changed, self._pace.event()
        changed.succeed()

    def _work(self) -> Process:
        while True:
            rate, changed = self._rate(), self._changed
            if not self._left or rate <= 0:
                yield changed
                continue
            first = min(self._left, key=lambda enquiry: (self._left[enquiry], enquiry))
            ended = self._pace.timeout(max(self._left[first] / rate, 0.0))
            yield changed | ended
            if ended.processed and first in self._left and self._changed is changed:
                self._pass()
                del self._left[first]
                self._done(first)
