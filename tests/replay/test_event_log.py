"""The log derived from traffic: what was seen is counted, what was not is NaN."""

from __future__ import annotations

from math import isnan

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ledgers import Ledger

from line_sim.analysis import metrics
from line_sim.analysis.unseen import NEEDS
from line_sim.log import EventLog
from line_sim.replay.event_log import QUIET_S, UNSEEN, AutomaticTexts, derived_log

TEXTS = AutomaticTexts(
    welcome=("Welcome!",), away=("We are away.",), close=("Goodbye from {staff}.",)
)
USERS = tuple("U" + letter * 32 for letter in "abcdef")


def said_by(ledger: Ledger, user: str, text: str, staff: str) -> None:
    """A push with the name of a member of staff."""
    messages = [{"type": "text", "text": text, "sender": {"name": staff}}]
    ledger.call("pushMessage", {"to": user, "messages": messages},
                sent=ledger.sent("push", user, messages))  # fmt: skip


def asks(ledger: Ledger, user: str, text: str = "hello") -> None:
    """A visitor writes."""
    ledger.webhook(ledger.event(user, text))


STORIES = st.lists(
    st.tuples(st.sampled_from(["served", "away", "away then served", "nobody"]),
              st.sampled_from(["Aom", "Ben"])),
    max_size=6,
)  # fmt: skip


@given(STORIES)
def test_what_staff_and_the_bridge_did_is_counted(stories: list[tuple[str, str]]) -> None:
    ledger = Ledger()
    for user, (story, staff) in zip(USERS, stories, strict=False):
        ledger.at_s += 100
        asks(ledger, user)
        ledger.push(user, "Welcome!")
        if "away" in story:
            ledger.at_s += 30
            ledger.push(user, "We are away.")
        if "served" in story:
            ledger.at_s += 10
            said_by(ledger, user, "How can I help?", staff)
            ledger.at_s += 10
            said_by(ledger, user, f"Goodbye from {staff}.", staff)
    log = derived_log(ledger.end(), TEXTS)
    kinds = [story for story, _ in stories]
    found = metrics.summary(log)
    assert found["received"] == len(stories)
    assert found["away_sent"] == sum("away" in kind for kind in kinds)
    assert found["handled"] == sum("served" in kind for kind in kinds)
    assert found["answered"] == kinds.count("served")
    assert found["followed_up"] == kinds.count("away then served")
    assert found["open_at_end"] == kinds.count("nobody")
    served = {staff for kind, staff in stories if "served" in kind}
    assert set(log.members) == served
    by_staff = metrics.by_staff(log)
    for name in served:
        assert by_staff.loc[name, "closed"] == sum(
            "served" in kind and staff == name for kind, staff in stories
        )


def test_what_cannot_be_seen_is_no_number() -> None:
    ledger = Ledger()
    asks(ledger, USERS[0])
    said_by(ledger, USERS[0], "hi", "Aom")
    log = derived_log(ledger.end(), TEXTS)
    found = metrics.summary(log)
    unseen = {name for names in NEEDS.values() for name in names} & set(found.index)
    assert all(isnan(found[name]) for name in unseen)
    assert found[["received", "handled", "away_rate"]].tolist() == [1, 1, 0]
    assert set(NEEDS) <= set(UNSEEN)
    assert set(log.header["derived"]["unseen"]) == set(UNSEEN)


@pytest.mark.parametrize(("quiet_s", "enquiries"), [(QUIET_S, 1), (QUIET_S + 1, 2)])
def test_a_day_of_quiet_begins_a_new_enquiry(quiet_s: float, enquiries: int) -> None:
    ledger = Ledger()
    asks(ledger, USERS[0])
    ledger.at_s += quiet_s
    asks(ledger, USERS[0], "me again")
    assert metrics.summary(derived_log(ledger.end()))["received"] == enquiries


def test_another_name_is_another_owner() -> None:
    ledger = Ledger()
    asks(ledger, USERS[0])
    said_by(ledger, USERS[0], "hi", "Aom")
    said_by(ledger, USERS[0], "I take over", "Ben")
    log = derived_log(ledger.end())
    assert metrics.summary(log)["transfers"] == 1


def test_groups_and_messages_nobody_asked_for_make_no_enquiry() -> None:
    ledger = Ledger()
    said = ledger.event(USERS[0], "in a group")
    said["source"] = {"type": "group", "groupId": "C" + "a" * 32, "userId": USERS[0]}
    ledger.webhook(said)
    ledger.push(USERS[1], "our offer of the week")
    log = derived_log(ledger.end())
    assert len(log) == 0
    assert log.header["derived"]["sent_unasked"] == 1


def test_the_log_is_a_log_as_any_other(tmp_path) -> None:  # noqa: ANN001
    ledger = Ledger()
    asks(ledger, USERS[0])
    said_by(ledger, USERS[0], "hi", "Aom")
    log = derived_log(ledger.end(), epoch_ms=1_764_034_649_123, utc_offset="+07:00")
    log.save(tmp_path / "replay.jsonl.gz")
    again = EventLog.load(tmp_path / "replay.jsonl.gz")
    assert again == log
    assert again.header == log.header
    assert again.header["origin"] == "replay"
    assert str(again.header["start"]).startswith("2025-11-25T08:37:29")
