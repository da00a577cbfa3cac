"""What operators read holds no secret, moves no cursor, and tells the same thing once."""

import io
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.journal import SHORTEST_SECRET, Journal

SECRETS = st.lists(st.text("qxzj+/%=é", min_size=8), min_size=1, max_size=3)
AROUND = st.text("ABC 你\n", max_size=20)


@given(secrets=SECRETS, around=AROUND)
def test_no_secret_is_written_wherever_it_stands(secrets: list[str], around: str) -> None:
    stream = io.StringIO()
    journal = Journal(stream)
    kept: list[str] = []
    journal.keep = lambda _kind, text, _channel, _enquiry: kept.append(text)
    for secret in secrets:
        journal.hide(secret)

    for secret in secrets:
        journal.log(f"{around}{secret}{around}", fact=secret, url=quote(secret, safe=""))
        journal.alert("word", f"{around} {secret}", channel=1)

    for written in (stream.getvalue(), *journal.lines, *journal.alerts, *kept):
        for secret in secrets:
            assert secret not in written
            assert quote(secret, safe="") not in written


@given(st.text())
def test_a_line_is_one_line_that_a_terminal_shows_as_it_is(text: str) -> None:
    journal = Journal(io.StringIO())

    journal.log(text, fact=text)

    (line,) = journal.lines
    assert line.isprintable()


def test_the_same_alert_is_told_once_and_logged_each_time() -> None:
    journal, kept = Journal(io.StringIO()), []
    journal.keep = lambda *alert: kept.append(alert)

    for _ in range(3):
        journal.alert("token", "refused", channel=1)
    journal.alert("token", "refused", channel=2)

    assert ["refused", "refused"] == list(journal.alerts)
    assert [("token", "refused", 1, None), ("token", "refused", 2, None)] == kept
    assert len(journal.lines) == 4


def test_a_word_too_short_to_be_a_secret_masks_nothing() -> None:
    journal = Journal(io.StringIO())
    journal.hide("x" * (SHORTEST_SECRET - 1))
    journal.hide("")

    journal.log("xxx marks the place")

    assert "xxx marks the place" in journal.lines[0]


@pytest.mark.parametrize("error", [OSError, ValueError])
def test_a_log_that_nobody_reads_any_more_stops_nothing(error: type[Exception]) -> None:
    class Gone(io.StringIO):
        def write(self, text: str) -> int:
            raise error(text)

    journal = Journal(Gone())

    journal.log("still kept")

    assert "still kept" in journal.lines[0]
