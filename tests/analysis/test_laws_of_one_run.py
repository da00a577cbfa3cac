"""Laws of every number of one run, over logs in which anything may happen."""

import math

import numpy as np
import pytest
from anything import any_log
from hypothesis import given
from slowly import People, Slowly

from line_sim.analysis import exposure, load, metrics
from line_sim.analysis.counts import SHARES
from line_sim.analysis.enquiries import OUTCOMES, table
from line_sim.desk.model import STATUSES
from line_sim.log import EventLog

NO_SHARES = {"staff_hours_per_enquiry", "cost_per_enquiry", "load", "recovery_rate"}


@given(log=any_log())
def test_counting_row_by_row_gives_the_same_numbers(log: EventLog) -> None:
    slow = Slowly(log).numbers()
    fast = metrics.measures(log)

    assert slow == pytest.approx({name: fast[name] for name in slow}, nan_ok=True)


@given(log=any_log())
def test_carrying_states_from_row_to_row_gives_the_same_hours(log: EventLog) -> None:
    slow = People(log).hours

    assert exposure.shift_hours(log) == pytest.approx(slow["shift"])
    assert exposure.available_hours(log) == pytest.approx(slow["available"])
    assert exposure.offerable_hours(log) == pytest.approx(slow["offerable"])
    assert exposure.chat_hours(log).T == pytest.approx(np.array([slow["with_chat"], slow["chats"]]))
    assert exposure.time_in_status(log).T == pytest.approx(
        np.array([slow[status] for status in STATUSES])
    )


@given(log=any_log())
def test_offerable_is_within_available_is_within_the_shift(log: EventLog) -> None:
    offerable, available = exposure.offerable_hours(log), exposure.available_hours(log)
    on_shift, length = exposure.shift_hours(log), log.until_us / 3.6e9

    assert np.all(offerable <= available + 1e-9)
    assert np.all(available <= on_shift + 1e-9)
    assert np.all(on_shift <= length + 1e-9)
    assert exposure.time_in_status(log).sum(axis=1) == pytest.approx(length)


@given(log=any_log())
def test_every_enquiry_has_exactly_one_outcome(log: EventLog) -> None:
    found = metrics.measures(log)
    enquiries = table(log)
    missed_for_good = (enquiries["outcome"] == "missed") & ~enquiries["warm"]

    assert found["received"] == sum(
        found[name] for name in ("handled", "abandoned", "bot_only", "open_at_end")
    ) + int(missed_for_good.sum())
    assert enquiries["outcome"].isin(OUTCOMES).all()


@given(log=any_log())
def test_shares_divide_what_they_say_and_stay_between_0_and_1(log: EventLog) -> None:
    found = metrics.measures(log)

    assert set(SHARES) <= set(found)
    for name, (part, whole) in SHARES.items():
        if not found[whole]:
            assert math.isnan(found[name])
            continue
        assert found[name] == pytest.approx(found[part] / found[whole], nan_ok=True)
        if name not in NO_SHARES:
            assert 0 <= found[name] <= 1, name


@given(log=any_log())
def test_reasons_add_up_to_all_away_messages(log: EventLog) -> None:
    found = metrics.measures(log)
    reasons = metrics.by_reason(log)

    assert reasons["away_sent"].sum() == found["away_sent"]
    assert found["away_sent_in_hours"] + found["away_sent_out_of_hours"] == found["away_sent"]
    assert reasons["missed"].sum() == found["missed"]
    if found["away_sent"]:
        assert reasons["away_share"].sum() == pytest.approx(1)
        assert reasons["away_rate"].sum() == pytest.approx(found["away_rate"])


@given(log=any_log())
def test_the_parts_add_up_to_the_whole(log: EventLog) -> None:
    found = metrics.measures(log)
    counted = ["received", "handled", "answered", "missed", "abandoned", "bot_only", "open_at_end",
               "away_sent", "unanswered_after_pickup"]  # fmt: skip

    for by in (metrics.by_class, metrics.by_channel, metrics.by_destination, metrics.by_hour):
        assert by(log)[counted].sum().to_dict() == {name: found[name] for name in counted}
    staff = metrics.by_staff(log)
    assert staff["assigned"].sum() == found["assigned"]
    assert staff["missed_offers"].sum() == found["missed_offers"]


@given(log=any_log())
def test_load_over_time_adds_up_whatever_the_step(log: EventLog) -> None:
    found = metrics.measures(log)
    for every in (10.0, 77.0, 1e6):
        steps = load.over_time(log, every_s=every)
        hours = np.diff(np.append(steps.index, log.until_us / 1e6)) / 3600

        assert steps["received"].sum() == found["received"]
        assert steps["available"] @ hours == pytest.approx(found["available_hours"])
        assert steps["offerable"] @ hours == pytest.approx(found["offerable_hours"])
        assert (steps[["available", "offerable", "open_chats", "waiting"]] >= -1e-9).all().all()


@given(log=any_log())
def test_whoever_was_chosen_could_be_chosen(log: EventLog) -> None:
    made = exposure.decisions(log)

    assert made.eligible.shape == (len(made), len(log.members))
    assert np.all(made.eligible[np.arange(len(made)), made.staff])
    assert np.all(np.diff(made.row) >= 0)
    assert np.all(made.eligible[made.sticky].sum(axis=1) == 1)
    assert len(made) == metrics.measures(log)["assigned"]


@given(log=any_log())
def test_carrying_states_from_row_to_row_gives_the_same_eligible_members(log: EventLog) -> None:
    made = exposure.decisions(log)
    slow = People(log).decisions()

    assert [(row, staff) for row, staff, _ in slow] == list(
        zip(made.row.tolist(), made.staff.tolist(), strict=True)
    )
    assert [able for _, _, able in slow] == [
        set(np.flatnonzero(line).tolist()) for line in made.eligible
    ]


@given(log=any_log())
def test_nobody_is_passed_over_more_often_than_eligible_and_not_chosen(log: EventLog) -> None:
    made = exposure.decisions(log)
    chosen = np.bincount(made.staff, minlength=len(log.members))

    assert np.all(made.passed_over() <= made.eligible.sum(axis=0) - chosen)
    assert np.all(made.passed_over() >= 0)


@given(log=any_log())
def test_leaving_out_what_no_metric_reads_changes_nothing(log: EventLog) -> None:
    rows = log.rows.copy()
    rows["spare"] = 5
    rows["attempt"][rows["attempt"] < 0] = 0

    assert metrics.measures(EventLog(rows, log.header)) == pytest.approx(
        metrics.measures(log), nan_ok=True
    )
