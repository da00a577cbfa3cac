"""Windows, samples, loops and ramps: their algebra."""

import datetime as dt

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from recorded import EPOCH_MS, Tape, conversation, text_event, user, webhook

from line_sim.errors import ConfigurationError
from line_sim.replay.moments import moment_s
from line_sim.replay.plan import Plan, Planned
from line_sim.replay.scan import scan
from line_sim.replay.selection import Ramp, Selection, ramped_s

TAPE = conversation(60, people=9, gap_s=1.0)
SEEN = scan(TAPE)


def played(**choice: object) -> list[Planned]:
    """What is played of the tape."""
    return list(Plan(TAPE, SEEN, Selection(**choice)))  # type: ignore[arg-type]


def seqs(plan: list[Planned]) -> list[int]:
    """The recorded lines, in order."""
    return [each.seq for each in plan]


@given(st.floats(0.01, 1), st.floats(0.01, 1), st.integers(0, 50))
def test_a_larger_share_holds_a_smaller_one_and_chats_stay_whole(
    one: float, other: float, seed: int
) -> None:
    small, large = sorted((one, other))
    few, many = played(share=small, seed=seed), played(share=large, seed=seed)
    assert set(seqs(few)) <= set(seqs(many))
    chats = {lane for each in few for lane in each.lanes}
    assert seqs(few) == [each.seq for each in played() if each.lanes[0] in chats]


@given(st.integers(0, 60), st.integers(0, 60))
def test_two_windows_side_by_side_are_the_whole(one: int, other: int) -> None:
    since, until = sorted((one, other))
    assume(since < until)
    parts = [played(until_s=since)] if since else []
    parts += [played(since_s=since, until_s=until), played(since_s=until)]
    assert [seq for part in parts for seq in seqs(part)] == seqs(played())


@given(st.integers(1, 4), st.floats(0, 30))
def test_each_loop_is_the_first_moved_on(loops: int, since_s: float) -> None:
    once = played(since_s=since_s)
    several = played(since_s=since_s, loops=loops)
    assert seqs(several) == seqs(once) * loops
    length_us = round(Selection(since_s=since_s).length_s(SEEN.first_s, SEEN.last_s) * 1e6)
    for number, each in enumerate(several):
        loop, place = divmod(number, len(once))
        assert each.loop == loop
        assert abs(each.at_us - once[place].at_us - loop * length_us) <= 2


def test_a_window_starts_the_replay_and_the_first_webhook_does_without_one() -> None:
    late = Tape([webhook(1, 100.0, text_event(1, user(1), 100.0))])
    assert [each.at_us for each in Plan(late, scan(late), Selection())] == [0]
    since = Selection(since_s=90.0)
    assert [each.at_us for each in Plan(late, scan(late), since)] == [10_000_000]


@given(
    st.floats(0, 10), st.floats(0.01, 10), st.floats(0.1, 100), st.floats(0, 1e4), st.floats(0, 1e4)
)  # fmt: skip
def test_a_ramp_plays_everything_once_and_in_order(
    first: float, last: float, over_s: float, one: float, other: float
) -> None:
    ramp = Ramp(first, last, over_s)
    before, after = sorted((one, other))
    assert ramped_s(before, ramp) <= ramped_s(after, ramp) + 1e-9
    t = ramped_s(before, ramp)
    within = min(t, over_s)
    done = first * within + (last - first) * within * within / (2 * over_s)
    done += last * max(0.0, t - over_s)
    assert done == pytest.approx(before, rel=1e-6, abs=1e-6)


def test_a_ramp_of_one_is_none() -> None:
    assert ramped_s(7.0, Ramp(1, 1, 3)) == pytest.approx(7.0)
    assert [each.at_us for each in played(ramp=Ramp(1, 1, 10))] == pytest.approx(
        [each.at_us for each in played()], abs=2
    )


HEADER = {"epoch_ms": EPOCH_MS}
START = dt.datetime.fromtimestamp(EPOCH_MS / 1_000, dt.timezone(dt.timedelta(hours=9)))


@given(st.integers(0, 86_399))
def test_a_time_of_day_is_the_first_one_the_recording_sees(second: int) -> None:
    told = f"{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}"
    found_s = moment_s("since", told, HEADER)
    at = START + dt.timedelta(seconds=found_s)
    assert (at.hour, at.minute, at.second) == (second // 3600, second // 60 % 60, second % 60)
    assert 0 <= found_s < 86_400


@given(st.integers(-(10**6), 10**6))
def test_a_date_and_seconds_name_the_same_moment(second: int) -> None:
    told = (START + dt.timedelta(seconds=second)).isoformat()
    assert moment_s("since", told, HEADER) == pytest.approx(second)
    assert moment_s("since", told.removesuffix("+09:00"), HEADER) == pytest.approx(second)
    assert moment_s("since", f"{second}", HEADER) == second
    assert moment_s("since", float(second), HEADER) == second


@pytest.mark.parametrize("told", ["", "25:00", "noon", "2026-13-01", "1e999x"])
def test_other_moments_are_mistakes(told: str) -> None:
    with pytest.raises(ConfigurationError, match="until"):
        moment_s("until", told, HEADER)


@pytest.mark.parametrize(
    "choice",
    [
        {"loops": 0},
        {"ramp": Ramp(0, 0, 1)},
        {"share": 0.0},
        {"share": 1.5},
        {"since_s": 5.0, "until_s": 5.0},
    ],
)
def test_impossible_choices_are_mistakes(choice: dict) -> None:
    with pytest.raises(ConfigurationError):
        Selection(**choice)
