"""The event log: its rows, its header, its file."""

import datetime as dt
import gzip
import json
import struct
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.desk import model, setup
from line_sim.errors import InvariantError, LogFormatError, OutputExistsError
from line_sim.log import ROW, EventLog, header_of

HEADER = {
    "seed": 7,
    "start": "2026-03-02T08:00:00",
    "utc_offset": "+07:00",
    "channels": [{"name": "Shop"}],
    "destinations": [{"name": "Sales", "kind": "queue", "distribution": "x", "staff": ["Ann"]}],
    "members": [{"name": "Ann"}, {"name": "Ben"}],
    "classes": ["customer", "vip"],
}


def rows(*lines: tuple[int, ...]) -> np.ndarray:
    """Rows of (at, enquiry, visitor, staff, attempt, destination, channel, kind, reason)."""
    return np.array([(*line, 0) for line in lines], ROW)


def small() -> EventLog:
    return EventLog(
        rows(
            (0, -1, -1, 1, -1, -1, -1, model.STATUS, model.WAS_ACTIVE),
            (1_500_000, 0, 9, -1, 0, -1, 0, model.RECEIVED, 1),
            (1_500_001, 0, 9, 1, 1, 0, 0, model.OFFERED, model.NO_REASON),
        ),
        HEADER,
    )


@st.composite
def logs(draw: st.DrawFn) -> EventLog:
    """Any rows that fit the header, in order of time."""
    count = draw(st.integers(0, 30))
    rng = np.random.default_rng(draw(st.integers(0, 2**32)))
    made = np.zeros(count, ROW)
    made["at"] = np.sort(rng.integers(0, 366 * 86_400 * model.SECOND, count))
    made["kind"] = rng.integers(0, len(model.KINDS), count)
    made["reason"] = rng.integers(-1, len(model.REASONS), count)
    made["reason"][made["kind"] == model.RECEIVED] = rng.integers(-1, 4)
    for column, limit in (("enquiry", 2**31), ("visitor", 99), ("attempt", 9)):
        made[column] = rng.integers(-1, limit, count)
    for column, limit in (("staff", 2), ("destination", 1), ("channel", 1)):
        made[column] = rng.integers(-1, limit, count)
    return EventLog(made, HEADER)


def test_a_row_is_the_desks_32_bytes_little_endian() -> None:
    values = (5, 1, 2, 3, 4, 5, 6, 7, 8, 9)

    assert ROW.itemsize == struct.calcsize(model.HAPPENING_PACK) == 32
    assert EventLog.from_bytes(struct.pack(model.HAPPENING_PACK, *values), {}).rows.tolist() == [
        values
    ]


def test_a_live_log_grows_row_by_row() -> None:
    log = EventLog(header=HEADER)
    for at in range(1000):
        log.append(at, model.STAFF_MESSAGE, staff=at % 2, enquiry=at)

    assert len(log) == 1000
    assert log.rows["at"].tolist() == list(range(1000))
    assert log[999] == {"at_s": 0.000999, "kind": "staff_message", "enquiry": 999, "staff": "Ben"}


def test_a_row_before_the_last_one_is_refused_and_changes_nothing() -> None:
    log = small()

    with pytest.raises(InvariantError, match=r"row 3 at 1\.0 s after one at 1\.500001 s"):
        log.append(1_000_000, model.GAVE_UP, enquiry=0)
    assert log == small()
    with pytest.raises(InvariantError, match="in order of time"):
        EventLog(small().rows[::-1])


def test_what_was_derived_is_forgotten_when_the_log_grows() -> None:
    log = small()
    before = len(log.frame())
    log.append(2_000_000, model.GAVE_UP, enquiry=0)

    assert (before, len(log.frame())) == (3, 4)


def test_the_rows_cannot_be_written_to() -> None:
    with pytest.raises(ValueError, match="read-only"):
        small().rows["at"] = 0


def test_the_frame_speaks_in_names() -> None:
    frame = small().frame()

    assert list(frame) == [
        "at_s", "kind", "channel", "enquiry", "visitor", "staff", "destination", "attempt", "reason"
    ]  # fmt: skip
    assert frame["at_s"].tolist() == [0.0, 1.5, 1.500001]
    assert frame["kind"].tolist() == ["status", "received", "offered"]
    assert frame["reason"].astype(object).where(frame["reason"].notna(), "").tolist() == [
        "active", "vip", ""
    ]  # fmt: skip
    assert frame["staff"].isna().tolist() == [False, True, False]
    assert frame["enquiry"].isna().tolist() == [True, False, False]
    assert frame.loc[2, ["staff", "destination", "channel"]].tolist() == ["Ben", "Sales", "Shop"]


def test_a_caller_who_changes_the_frame_does_not_change_the_log() -> None:
    log = small()
    frame = log.frame()
    frame["at_s"] = 99.0

    assert log.frame().loc[0, "at_s"] == 0.0


def test_numbers_the_header_does_not_name_get_a_name() -> None:
    log = EventLog(rows((0, 0, 0, 3, 0, 2, 1, model.RECEIVED, 2)), {"members": [{"name": "Ann"}]})
    row = log.frame().iloc[0]

    assert log.members == ("Ann", "staff 1", "staff 2", "staff 3")
    assert (row["channel"], row["destination"], row["reason"]) == (
        "channel 1", "destination 2", "class 2"
    )  # fmt: skip


def test_slices_and_masks_are_logs_of_the_same_cast() -> None:
    log = small()

    assert log[1:].rows["at"].tolist() == [1_500_000, 1_500_001]
    assert log[log.rows["enquiry"] == 0] == log[1:]
    assert log[1:].header == log.header


def test_rows_are_found_by_kind() -> None:
    log = small()

    assert log.where(model.OFFERED).tolist() == [2]
    assert log.where(model.OFFERED, model.STATUS).tolist() == [0, 2]
    assert log.where(model.GAVE_UP).tolist() == []


def test_equality_is_of_rows_and_not_of_headers() -> None:
    other = EventLog(small().rows, {"seed": 8})
    longer = EventLog(small().rows)
    longer.append(9_000_000, model.GAVE_UP)

    assert small() == other
    assert small() != longer
    assert small() != small()[:2]
    assert small() != "a log"


def test_a_log_says_what_it_is() -> None:
    assert repr(small()) == (
        "<EventLog: 3 rows, simulation from 2026-03-02 08:00 +07:00, 0.0004167 h, seed 7>"
    )
    page = small()._repr_html_()

    assert "3 rows" in page
    assert "<td>received</td>" in page


def test_the_run_ends_where_the_header_says_or_with_the_last_row() -> None:
    assert EventLog(small().rows, HEADER | {"until_s": 60.0}).until_us == 60_000_000
    assert small().until_us == 1_500_001
    assert EventLog().until_us == 0


def test_numbers_need_no_pandas() -> None:
    code = (
        "import sys; from line_sim.log import EventLog; from line_sim.analysis import metrics;"
        "metrics.measures(EventLog()); assert 'pandas' not in sys.modules"
    )

    subprocess.run([sys.executable, "-c", code], check=True)


# --- the header


def desk() -> setup.DeskSetup:
    return setup.DeskSetup(
        start=dt.datetime(2026, 3, 2, 8),  # noqa: DTZ001 - local to utc_offset
        utc_offset="+07:00",
        members=(
            setup.Member(name="Ann", max_concurrent=2),
            setup.Member(name="Ben", role="administrator", device="mobile", account="suspended"),
        ),
        destinations=(
            setup.Queue(name="Sales", staff=("Ann", "Ben"), distribution="most_idle"),
            setup.ServiceGroup(name="Own", staff=("Ben",)),
            setup.Chatbot(name="Bot"),
        ),
        channels=(setup.Channel(name="Shop", rule=setup.Alternative(destinations=("Sales",))),),
        classes=("customer", "vip"),
        methods={"Own": lambda _member, _enquiry, _now: 0.0},
        service=setup.Service(max_concurrent=5, receiving_statuses=("active", "idle")),
    )


def test_the_header_carries_the_cast() -> None:
    cast = {"shifts": [[[0.0, 3600.0]], []], "cost_per_hour": [12.5, None], "replication": 3}
    made = header_of(desk(), end_us=3_600_000_000, until_us=7_200_000_000, seed=1, cast=cast)

    assert made == {
        "format": "line_sim.log",
        "version": 1,
        "origin": "simulation",
        "seed": 1,
        "start": "2026-03-02T08:00:00",
        "utc_offset": "+07:00",
        "end_s": 3600.0,
        "until_s": 7200.0,
        "channels": [{"name": "Shop"}],
        "destinations": [
            {
                "name": "Sales", "kind": "queue", "distribution": "most_idle",
                "staff": ["Ann", "Ben"],
            },
            {"name": "Own", "kind": "group", "distribution": "custom", "staff": ["Ben"]},
            {"name": "Bot", "kind": "chatbot", "distribution": None, "staff": []},
        ],
        "members": [
            {
                "name": "Ann", "role": "agent", "device": "dashboard", "account": "live",
                "max_concurrent": 2, "cost_per_hour": 12.5,
            },
            {
                "name": "Ben", "role": "administrator", "device": "mobile", "account": "suspended",
                "max_concurrent": 5, "cost_per_hour": None,
            },
        ],
        "shifts": [[[0.0, 3600.0]], []],
        "classes": ["customer", "vip"],
        "languages": [],
        "receiving_statuses": ["active", "idle"],
        "replication": 3,
    }  # fmt: skip
    assert json.loads(json.dumps(made)) == made


def test_a_run_without_an_end_ends_with_its_last_row() -> None:
    assert header_of(desk(), end_us=1, until_us=model.NEVER)["until_s"] is None


# --- the file


@given(log=logs(), name=st.sampled_from(["log.jsonl", "log.jsonl.gz"]))
def test_what_was_saved_comes_back(
    log: EventLog, name: str, tmp_path_factory: pytest.TempPathFactory
) -> None:
    path = tmp_path_factory.mktemp("saved") / name
    log.save(path)
    again = EventLog.load(path)

    assert again == log
    assert again.header == log.header
    assert list(path.parent.iterdir()) == [path]


def test_the_file_can_be_read_by_a_person(tmp_path: Path) -> None:
    small().save(tmp_path / "log.jsonl")
    first, *others = (tmp_path / "log.jsonl").read_text("utf-8").splitlines()
    head = json.loads(first)

    assert (head["format"], head["version"], head["rows"]) == ("line_sim.log", 1, 3)
    assert head["columns"] == list(small().frame())
    assert others == [
        '[0.0,"status",null,null,null,1,null,null,"active"]',
        '[1.5,"received",0,0,9,null,null,0,"vip"]',
        '[1.500001,"offered",0,0,9,1,0,1,""]',
    ]


def test_a_gzipped_log_is_the_same_file_every_time(tmp_path: Path) -> None:
    for name in ("a.gz", "b.gz"):
        small().save(tmp_path / name)

    assert (tmp_path / "a.gz").read_bytes() == (tmp_path / "b.gz").read_bytes()
    assert gzip.decompress((tmp_path / "a.gz").read_bytes()).startswith(b'{"format":"line_sim.log"')


def test_a_file_in_the_way_stays_unless_told(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text("mine")

    with pytest.raises(OutputExistsError):
        small().save(path)
    assert path.read_text() == "mine"
    small().save(path, force=True)
    assert EventLog.load(path) == small()


def test_a_failed_save_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl"
    small().save(path)
    impossible = EventLog(small().rows, HEADER | {"note": object()})

    with pytest.raises(TypeError):
        impossible.save(path, force=True)
    assert EventLog.load(path) == small()
    assert list(tmp_path.iterdir()) == [path]


HEAD = json.dumps({"format": "line_sim.log", "version": 1, **HEADER})
GOOD = '[1.0,"received",0,0,9,null,null,0,"vip"]'


def line(rest: str) -> str:
    """A file of the header and one line at second 1."""
    return f"{HEAD}\n[1.0,{rest}]"


BROKEN = {
    "no log at all": ("hello", r"line 1: not the head of a log"),
    "empty": ("", r"line 1: not the head of a log"),
    "another format": ('{"format": "x"}', r'"line_sim\.log"'),
    "newer": (HEAD.replace('"version": 1', '"version": 2'), r"version 2; 1 can be read; a newer"),
    "origin": (HEAD.replace("{", '{"origin": "life", ', 1), r"'life' is unknown; one of live"),
    "columns": (HEAD.replace("{", '{"columns": ["a"], ', 1), r"columns are a; they must be at_s,"),
    "cut short": (HEAD.replace("{", '{"rows": 2, ', 1) + f"\n{GOOD}", r"promises 2 rows.*holds 1"),
    "not JSON": (f"{HEAD}\n{GOOD}\n[1.0,", r"line 3: not JSON"),
    "two rows a line": (f"{HEAD}\n{GOOD},{GOOD}", r"line 2: a list of 9 values"),
    "no list": (f"{HEAD}\n{GOOD}\n7", r"line 3: a list of 9 values is allowed: at_s, kind"),
    "too few": (f"{HEAD}\n[1.0]", r"line 2: a list of 9 values"),
    "time": (f"{HEAD}\n" + GOOD.replace("1.0", '"noon"'), r"line 2: at_s is 'noon'; seconds"),
    "no time": (f"{HEAD}\n" + GOOD.replace("1.0", "null"), r"line 2: at_s is None; seconds"),
    "order": (f"{HEAD}\n{GOOD}\n" + GOOD.replace("1.0", "0.5"), r"line 3: at_s is 0\.5; at least"),
    "kind": (f"{HEAD}\n" + GOOD.replace("received", "recieved"), r"mean 'received'"),
    "reason": (line('"closed",0,0,9,1,null,0,"bott"'), r"line 2: reason: 'bott'.*'bot'"),
    "class": (f"{HEAD}\n" + GOOD.replace("vip", "vvip"), r"class: 'vvip' is unknown; one of cus"),
    "staff": (line('"joined",0,0,9,2,null,0,""'), r"staff is 2; .* from 0 to 1"),
    "fraction": (line('"joined",0,0.5,9,1,null,0,""'), r"enquiry is 0\.5; null or a whole"),
    "negative": (line('"joined",0,-2,9,1,null,0,""'), r"enquiry is -2"),
    "too big": (line('"joined",0,4294967296,9,1,null,0,""'), r"enquiry is 4294967296"),
}  # fmt: skip


@pytest.mark.parametrize(("text", "said"), BROKEN.values(), ids=BROKEN)
def test_a_broken_file_is_refused_with_the_line_and_what_is_allowed(
    text: str, said: str, tmp_path: Path
) -> None:
    path = tmp_path / "log.jsonl"
    path.write_text(text, encoding="utf-8")

    with pytest.raises(LogFormatError, match=said) as caught:
        EventLog.load(path)
    assert str(caught.value).startswith(str(path))


def test_a_damaged_gzip_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.jsonl.gz"
    small().save(path)
    path.write_bytes(path.read_bytes()[:-20])

    with pytest.raises(LogFormatError, match="not a whole gzip file"):
        EventLog.load(path)
    path.write_text("plain text")
    with pytest.raises(LogFormatError, match="not a whole gzip file"):
        EventLog.load(path)
