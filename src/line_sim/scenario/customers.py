"""How customers behave, as data: what they want, how long they wait, what they write.

Everybody's luck is drawn by :mod:`line_sim.world` before a run. The defaults are the plain model
(nobody leaves or writes again) except where something must be: then the docstring names its basis,
"assumed" where there is none.

Bank = Technion "Anonymous Bank" of 1999, a call centre; threads = 5,000 messages of public support
threads. Neither is LINE: replace them by your own history where you have it.
"""
# ruff: noqa: RUF009 - the defaults are frozen dataclasses themselves

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from line_sim.desk.model import MESSAGE_TYPES
from line_sim.errors import Fault
from line_sim.scenario.checked import Checked, weights_faults
from line_sim.scenario.counts import Count, FixedCount
from line_sim.scenario.durations import Duration, Mixture
from line_sim.scenario.parametric import Constant, Exponential, Lognormal, LognormalByMedian
from line_sim.scenario.traffic import Arrivals, Campaign, Population

if TYPE_CHECKING:
    from collections.abc import Iterator

MESSAGE_MIXES: dict[str, dict[str, float]] = {
    "TH": {"text": 0.70, "image": 0.15, "sticker": 0.10, "video": 0.02, "audio": 0.02,
           "file": 0.005, "location": 0.005},
    "TW": {"text": 0.70, "image": 0.16, "sticker": 0.09, "video": 0.02, "audio": 0.02,
           "file": 0.005, "location": 0.005},
    "JP": {"text": 0.80, "sticker": 0.12, "image": 0.06, "video": 0.01, "audio": 0.005,
           "file": 0.0025, "location": 0.0025},
    "ID": {"text": 0.78, "image": 0.11, "sticker": 0.07, "video": 0.02, "audio": 0.01,
           "file": 0.005, "location": 0.005},
    "EN": {"text": 0.82, "image": 0.10, "sticker": 0.05, "video": 0.01, "audio": 0.01,
           "file": 0.005, "location": 0.005},
}  # fmt: skip
"""Shares of message types by country, assumed. Only the order is known, from private chats: text,
then image, then sticker in Thailand and Taiwan; text, sticker, image in Japan (LY Corp, 2024)."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Patience(Checked):
    """How long a visitor waits for a person before leaving, from the first message.

    Parameters
    ----------
    until_leaving : ``None`` = nobody ever leaves, the plain model. The bank's callers: 83 % still
        there after 60 s, 51 % after 300 s, 31 % after 600 s; on LINE people wait longer.
    zero_share : share who leave at once if nobody is free.
    """

    until_leaving: Duration | None = None
    zero_share: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("zero_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class VisitorClass(Checked):
    """A class of visitors: what they want and how they wait.

    Parameters
    ----------
    name : unique.
    share : of visits, relative to the classes' sum.
    priority : 0 = served first in queues; equal numbers are alike [chosen].
    work : seconds of work of a person of speed 1 with no other chat. Mean 183 s, cv 1.31: the bank.
    patience : see there.
    turns : staff turns of a conversation; 1 = the plain model.
    pause : seconds between a staff turn and the visitor's next message; used with several turns.
        Heavy-tailed in every record: four in five "at the phone" and one "hours later". Assumed in
        the shape of the threads.
    notice : seconds of work until a person notices that the visitor has left. Assumed.
    """

    name: str = "customer"
    share: float = 1.0
    priority: int = 0
    work: Duration = Lognormal(mean_s=183.0, cv=1.31)
    patience: Patience = Patience()
    turns: Count = FixedCount(value=1)
    pause: Duration = Mixture(
        parts=(
            LognormalByMedian(median_s=45.0, sigma=1.0),
            LognormalByMedian(median_s=7200.0, sigma=1.2),
        ),
        weights=(0.8, 0.2),
    )
    notice: Duration = Constant(value_s=60.0)

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "share", "priority")
        if self.work.expected_s() <= 0:
            yield Fault("work", "a mean of 0 s", "work that takes time")


@dataclass(frozen=True, slots=True, kw_only=True)
class Language(Checked):
    """A language visitors write in.

    Parameters
    ----------
    code : ``"ja"``, ``"th"``, ``"zh-TW"``, ``"en"``, ``"id"``, or any other.
    share : of visitors, relative to the languages' sum.
    mix : message types: a country of ``MESSAGE_MIXES``, or shares by type, relative to their sum.
    """

    code: str
    share: float = 1.0
    mix: str | dict[str, float] = "EN"

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "share")
        if isinstance(self.mix, str):
            if self.mix not in MESSAGE_MIXES:
                yield Fault.unknown("mix", self.mix, MESSAGE_MIXES)
            return
        for name in self.mix:
            if name not in MESSAGE_TYPES:
                yield Fault.unknown("mix", name, MESSAGE_TYPES)
        yield from weights_faults("mix", self.mix.values())

    def shares(self) -> tuple[float, ...]:
        """Weight of each of ``MESSAGE_TYPES``, in their order."""
        mix = MESSAGE_MIXES[self.mix] if isinstance(self.mix, str) else self.mix
        return tuple(mix.get(name, 0.0) for name in MESSAGE_TYPES)


@dataclass(frozen=True, slots=True, kw_only=True)
class Retry(Checked):
    """Writing again after a miss.

    Of the bank's callers who gave up, 29 % called again within 15 minutes, 44 % within an hour,
    63 % within a day: probability 0.65 with the default delay gives 29, 46 and 64 %.

    Parameters
    ----------
    probability : of writing again after each miss; 0 = the plain model.
    delay : seconds from the miss.
    at_most : times a visit.
    """

    probability: float = 0.0
    delay: Duration = LognormalByMedian(median_s=1200.0, sigma=2.0)
    at_most: int = 3

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("probability")
        yield from self._at_least(0, "at_most")


@dataclass(frozen=True, slots=True, kw_only=True)
class Messages(Checked):
    """What a visitor writes in one go.

    Parameters
    ----------
    per_go : messages; 1 = the plain model. In the threads a visitor writes 2.1 in all.
    spacing : seconds between them. Assumed.
    """

    per_go: Count = FixedCount(value=1)
    spacing: Duration = Exponential(mean_s=15.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class BotOutcome(Checked):
    """What a chatbot achieves.

    Parameters
    ----------
    solves : share of visits it can solve; the others it hands over. Assumed.
    takes : seconds with it until solved or handed over. Assumed.
    """

    solves: float = 0.3
    takes: Duration = Exponential(mean_s=60.0)

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("solves")


@dataclass(frozen=True, slots=True, kw_only=True)
class HandOvers(Checked):
    """Chats that do not stay with who picked them up; none in the plain model.

    The moment is drawn evenly over the visit's work.

    Parameters
    ----------
    transfer_share : share of visits whose owner asks for a transfer, once.
    transfer_to : name of the tag they are transferred to; empty = the destinations of the
        enquiry's own rule [chosen].
    take_over_share : share of visits that an administrator takes over, once.
    """

    transfer_share: float = 0.0
    transfer_to: str = ""
    take_over_share: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("transfer_share", "take_over_share")


@dataclass(frozen=True, slots=True, kw_only=True)
class FollowUp(Checked):
    """Missed enquiries that somebody looks at later; none in the plain model.

    Parameters
    ----------
    share : of missed visits.
    delay : seconds after the miss. Assumed.
    """

    share: float = 0.0
    delay: Duration = Exponential(mean_s=3600.0)

    def _faults(self) -> Iterator[Fault]:
        yield from self._shares("share")


@dataclass(frozen=True, slots=True, kw_only=True)
class Customers(Checked):
    """Everything about the customers of a service.

    Parameters
    ----------
    arrivals : by name of channel; a channel without has none of its own.
    campaigns, classes, languages, population, retry, messages, bot, hand_overs, follow_up : see
        there. Without languages there is one, unnamed, with the types of ``"EN"``.
    abandonment : who leaves does so ``"silent"``: nobody can hang up on LINE, so the chat still
        takes a person until they notice; or ``"visible"``: the enquiry is over at once, as in
        queueing theory.
    """

    arrivals: dict[str, Arrivals] = field(default_factory=dict)
    campaigns: tuple[Campaign, ...] = ()
    classes: tuple[VisitorClass, ...] = (VisitorClass(),)
    languages: tuple[Language, ...] = ()
    population: Population = Population()
    retry: Retry = Retry()
    messages: Messages = Messages()
    bot: BotOutcome = BotOutcome()
    hand_overs: HandOvers = HandOvers()
    follow_up: FollowUp = FollowUp()
    abandonment: Literal["silent", "visible"] = "silent"

    def _faults(self) -> Iterator[Fault]:
        yield from weights_faults("classes", [each.share for each in self.classes])
        yield from _repeated("classes", [each.name for each in self.classes])
        yield from _repeated("campaigns", [each.name for each in self.campaigns])
        yield from _repeated("languages", [each.code for each in self.languages])
        if self.languages:
            yield from weights_faults("languages", [each.share for each in self.languages])


def _repeated(where: str, names: list[str]) -> Iterator[Fault]:
    for place, name in enumerate(names):
        if name in names[:place]:
            yield Fault(f"{where}[{place}]", f"{name!r} again", "each name once")
