"""Whatever is done to a live desk, in whatever order: the invariants of service hold."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    rule,
    run_state_machine_as_test,
)
from looked_at import alerts_of, assert_projected, assert_sound, stored_log
from reenact import Reader, Row
from small_shop import fill, open_home
from worlds import members, setups

from line_sim.bridge.desk import reconfigure
from line_sim.bridge.desk.live import LiveDesk
from line_sim.bridge.desk.rederive import keep_snapshot, rederive
from line_sim.desk.model import MESSAGE_TYPES
from line_sim.desk.rows import packed
from line_sim.desk.setup import Channel, ServiceGroup

if TYPE_CHECKING:
    from line_sim.desk.setup import DeskSetup

VISITORS = 4
SOME = st.integers(0, 5)
STATUSES = st.sampled_from(("active", "active", "busy", "idle", "offline"))
STEPS = st.sampled_from((0, 0, 1, 5, 15, 20, 40, 60, 300))


class LiveReader(Reader):
    """A strict reader of a log whose setup may change on the way."""

    def change(self, setup: DeskSetup, at: int) -> None:
        """From the next row on, from `at` on, the desk is made of `setup`."""
        self.end_of_instant()
        self.at = at
        fresh = Reader(setup)
        for had, has in zip(self.members, fresh.members, strict=False):
            had.cap, had.administrator = has.cap, has.administrator
        self.members += fresh.members[len(self.members) :]
        self.setup, self.service = setup, setup.service
        self.staff, self.method = fresh.staff, fresh.method

    def _rerouted(self, row: Row) -> None:
        super()._rerouted(row)
        self.enquiries[row.enquiry].queued.clear()


def plain(setup: DeskSetup) -> DeskSetup:
    """A setup as a bridge may have it: without planners' own methods."""
    return dataclasses.replace(setup, methods={})


def grown(setup: DeskSetup, new: DeskSetup) -> DeskSetup:
    """Another setup that lacks nobody and nothing of the present one."""
    count = len(new.members)
    kept: dict[str, Any] = {"members": (*new.members, *setup.members[count:])}
    for name in ("destinations", "channels"):
        there = getattr(new, name)
        kept[name] = (*there, *getattr(setup, name)[len(there) :])
    service = new.service
    if any(getattr(d, "distribution", "") == "most_spare_capacity" for d in kept["destinations"]):
        service = dataclasses.replace(service, max_concurrent=service.max_concurrent or 3)
    return dataclasses.replace(plain(new), start=setup.start, service=service, **kept)


class AnyInputs(RuleBasedStateMachine):
    """A desk to which anything may happen."""

    @initialize(setup=setups())
    def begin(self, setup: DeskSetup) -> None:
        """A desk and its store; rows for as many members and places as there will ever be."""
        self.home = open_home("sqlite://")
        self.made = plain(setup)
        most = dataclasses.replace(
            self.made,
            members=tuple(dataclasses.replace(setup.members[0], name=f"m{i}") for i in range(6)),
            destinations=tuple(ServiceGroup(name=f"d{i}") for i in range(4)),
            channels=tuple(Channel(name=f"c{i}", rule=setup.channels[0].rule) for i in range(3)),
        )
        fill(self.home.store, most, visitors=VISITORS)
        self.home.clock.at = 0.0
        self.reader = LiveReader(self.made)
        self.read_to = 0
        self.open_desk()
        for m in range(len(setup.members)):
            self.desk.set_status(m, "active")
        self.read()

    def open_desk(self) -> None:
        """A desk of what is stored."""
        self.desk = LiveDesk(self.home, setup=lambda _store: self.made)
        self.desk.load()

    def read(self) -> None:
        """Read what was written since the last time, strictly."""
        rows = stored_log(self.home, self.read_to)
        self.read_to += len(rows)
        self.reader.read(Row(*row) for row in rows)

    @rule(channel=st.integers(0, 2), visitor=st.integers(0, VISITORS - 1),
          kind=st.sampled_from(MESSAGE_TYPES), of_class=st.integers(0, 1))  # fmt: skip
    def write(self, channel: int, visitor: int, kind: str, of_class: int) -> None:
        """A visitor writes."""
        self.desk.receive(channel, visitor, kind, **{"class": of_class})

    @rule(who=SOME, act=st.sampled_from(("pick_up", "pick_up", "refuse")))
    def take(self, who: int, act: str = "pick_up") -> None:
        """Somebody takes what they are alerted for, or refuses it."""
        alerts = sorted(alerts_of(self.desk.state.desk))
        if alerts:
            e, m = alerts[who % len(alerts)]
            assert (e, m) in alerts_of(self.desk.state.desk)
            self.desk.tick()
            still = (e, m) in alerts_of(self.desk.state.desk)
            assert still == getattr(self.desk, act)(e, m)

    @rule(channel=st.integers(0, 2), visitor=st.integers(0, VISITORS - 1), who=SOME)
    def serve(self, channel: int, visitor: int, who: int) -> None:
        """A visitor writes while all are there, and somebody answers."""
        for m in range(len(self.made.members)):
            self.desk.set_status(m, "active")
        e = self.desk.receive(channel, visitor, "text")
        self.take(who)
        if e is not None:
            self.desk.staff_message(e, "text")

    @rule(m=SOME, on=st.booleans())
    def change_shift(self, m: int, on: bool) -> None:  # noqa: FBT001 - drawn
        """A shift begins or ends."""
        self.desk.set_shift(m, on)

    @rule(e=SOME, m=SOME, act=st.sampled_from(
        ("pick_up", "refuse", "take_over", "join", "follow_up")))  # fmt: skip
    def staff_act(self, e: int, m: int, act: str) -> None:
        """Somebody does something to an enquiry, or tries to."""
        before = self.desk.state.log_seq
        self.desk.tick()
        at = self.desk.state.log_seq
        if not getattr(self.desk, act)(e, m):
            assert at == self.desk.state.log_seq >= before

    @rule(e=SOME, act=st.sampled_from(("message", "close", "solved", "hands_over", "left")))
    def act(self, e: int, act: str) -> None:
        """Something happens to an enquiry, or cannot."""
        if act == "message":
            self.desk.staff_message(e, "image")
        elif act == "close":
            self.desk.close(e)
        elif act == "solved":
            self.desk.bot_solved(e)
        elif act == "hands_over":
            self.desk.bot_hands_over(e)
        else:
            self.desk.visitor_left(e, visible=True)

    @rule(e=SOME, m=SOME, tag=st.booleans())
    def transfer(self, e: int, m: int, tag: bool) -> None:  # noqa: FBT001 - drawn
        """Somebody passes a chat on."""
        self.desk.transfer(e, tag="tag") if tag else self.desk.transfer(e, staff_number=m)

    @rule(m=SOME, status=STATUSES)
    def change_status(self, m: int, status: str) -> None:
        """A status changes."""
        self.desk.set_status(m, status)

    @rule(m=SOME, used=st.booleans(), client=st.sampled_from(("dashboard", "mobile")))
    def beat(self, m: int, used: bool, client: Any) -> None:  # noqa: ANN401, FBT001 - drawn
        """A device is heard of."""
        if m < len(self.made.members):
            self.desk.heartbeat(m, used=used, client=client)

    @rule(seconds=STEPS, tick=st.booleans())
    def time_passes(self, seconds: int, tick: bool) -> None:  # noqa: FBT001 - drawn
        """Time passes; the timers may be late."""
        self.home.clock.at = max(self.home.clock.at, self.desk.started) + seconds
        if tick:
            self.desk.tick()

    @rule(snapshot=st.booleans())
    def dies(self, snapshot: bool) -> None:  # noqa: FBT001 - drawn
        """The bridge is killed, or stops, and starts again."""
        if snapshot:
            keep_snapshot(self.home.store, self.desk.state)
        self.open_desk()

    @rule(visitor=st.integers(0, VISITORS - 1), snapshot=st.booleans())
    def comes_to_nothing(self, visitor: int, snapshot: bool) -> None:  # noqa: FBT001 - drawn
        """A transaction is rolled back."""
        with pytest.raises(ZeroDivisionError):
            self.in_vain(visitor, snapshot=snapshot)
        assert self.read_to == self.desk.state.log_seq

    def in_vain(self, visitor: int, *, snapshot: bool) -> None:
        """A visitor writes, and then something goes wrong."""
        with self.home.store.transaction():
            self.desk.receive(0, visitor, "text")
            if snapshot:
                keep_snapshot(self.home.store, self.desk.state)
            assert 1 / 0

    @rule(new=setups())
    def everything_changes(self, new: DeskSetup) -> None:
        """Administrators have another idea."""
        self.change(grown(self.made, new))

    @rule(m=SOME, member=members)
    def somebody_changes(self, m: int, member: Any) -> None:  # noqa: ANN401 - drawn
        """One member's account changes."""
        if m < len(self.made.members):
            changed = list(self.made.members)
            changed[m] = dataclasses.replace(member, name=f"m{m}")
            service = dataclasses.replace(self.made.service, max_concurrent=3)
            self.change(dataclasses.replace(self.made, members=tuple(changed), service=service))

    def change(self, setup: DeskSetup) -> None:
        """The desk is to be made of something else."""
        self.desk.tick()
        self.read()
        differs, self.made = setup != self.made, setup
        assert differs == self.desk.reconfigure()
        self.reader.change(setup, self.desk.state.at)

    @invariant()
    def holds(self) -> None:
        """The reader accepts every row, and the desk is what it counts."""
        if hasattr(self, "desk"):
            self.read()
            assert_sound(self.desk.state.desk)
            assert_projected(self.home, self.desk)

    def teardown(self) -> None:
        """All of it can be derived again from the first input."""
        if hasattr(self, "desk"):
            numbers = [number for row in stored_log(self.home) for number in row]
            assert rederive(self.home.store).rows.tobytes() == packed(numbers)
            self.home.store.close()


SOME_RUNS = settings(
    max_examples=60, stateful_step_count=40, suppress_health_check=list(HealthCheck)
)
AnyInputs.TestCase.settings = SOME_RUNS
TestAnyInputs = AnyInputs.TestCase


def searches_go_on(_desk: Any, _at: int) -> list[int]:  # noqa: ANN401 - rows of the desk
    """A wrong change of setup: who is alerted on the old desk is not told."""
    return []


def strangers(_old: Any, _new: Any, _at: int) -> None:  # noqa: ANN401 - rows of the desk
    """A wrong change of setup: members come to the new desk without what they have."""


@pytest.mark.parametrize(
    ("name", "wrong"), [("_end_searches", searches_go_on), ("carry_members", strangers)]
)
def test_a_wrong_change_of_setup_is_caught(
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    wrong: Any,  # noqa: ANN401 - a function
) -> None:
    monkeypatch.setattr(reconfigure, name, wrong)

    with pytest.raises((AssertionError, IndexError)):
        run_state_machine_as_test(
            AnyInputs,
            settings=settings(SOME_RUNS, max_examples=200, phases=[Phase.generate], database=None),
        )
