"""Errors say where, what, what is allowed and the likely mend, and travel between processes."""

import pickle

import pytest

from line_sim import errors
from line_sim.errors import Fault, LineSimError

SHARES = Fault("channels[0].rule.shares", "percentages sum to 110", "at most 100", "60 + 50")
HOURS = Fault("rosters.shop[3].until", "'25:00' is no time of day", "00:00 to 24:00")

EXAMPLES = [
    (
        errors.ConfigurationError([SHARES, HOURS], "shop.toml"),
        ValueError,
        (
            "shop.toml: 2 faults\n"
            "  channels[0].rule.shares: percentages sum to 110; at most 100 (60 + 50)\n"
            "  rosters.shop[3].until: '25:00' is no time of day; 00:00 to 24:00"
        ),
    ),
    (
        errors.RosterError([HOURS]),
        ValueError,
        "1 fault\n  rosters.shop[3].until: '25:00' is no time of day; 00:00 to 24:00",
    ),
    (
        errors.ScenarioSyntaxError("shop.toml", 3, 7, "a string has no closing quote"),
        ValueError,
        "shop.toml, line 3, column 7: a string has no closing quote",
    ),
    (
        errors.DistributionError("shortest_name", ["two calls with equal rows gave unequal keys"]),
        ValueError,
        "distribution 'shortest_name': 1 finding\n  two calls with equal rows gave unequal keys",
    ),
    (
        errors.LogFormatError("day.csv", "version 9 was written by a newer line_sim"),
        ValueError,
        "day.csv: version 9 was written by a newer line_sim",
    ),
    (
        errors.RecordingFormatError("day.jsonl", "version 9 was written by a newer line_sim"),
        ValueError,
        "day.jsonl: version 9 was written by a newer line_sim",
    ),
    (
        errors.DeskLogError(7, "offered at 5.000000 s enquiry 0 staff 1", "nothing"),
        RuntimeError,
        (
            "desk_log row 7: stored is offered at 5.000000 s enquiry 0 staff 1, the desk's inputs "
            "give nothing (start the version that wrote it, or restore a backup; nothing was "
            "changed)"
        ),
    ),
    (
        errors.MediaError("png 640x480, size_bytes", "100", "at least 2,048 bytes"),
        ValueError,
        "png 640x480, size_bytes: 100; at least 2,048 bytes",
    ),
    (
        errors.TargetNotAllowedError("https://bot.example/callback", ["10.0.0.7"]),
        PermissionError,
        (
            "https://bot.example/callback: not on this machine; only loopback and 10.0.0.7 is "
            "allowed (--allow-target HOST, or allow_targets=, lets it through)"
        ),
    ),
    (
        errors.ServerError("mock on 127.0.0.1:8080", "the port is taken"),
        RuntimeError,
        "mock on 127.0.0.1:8080: the port is taken",
    ),
    (
        errors.UnreachableError("http://127.0.0.1:8040", "connection refused"),
        ConnectionError,
        "http://127.0.0.1:8040: nobody answers there (connection refused)",
    ),
    (
        errors.AgentViewError("GET http://127.0.0.1:8080/_agent/logs", "answered 500"),
        RuntimeError,
        "agent view, GET http://127.0.0.1:8080/_agent/logs: answered 500",
    ),
    (
        errors.SettleTimeoutError(5, ["1 reply to Alice", "webhook 3 is under way"]),
        TimeoutError,
        "not settled after 5 s; still awaited:\n  1 reply to Alice\n  webhook 3 is under way",
    ),
    (
        errors.MockFailedError(["call 4: POST /v2/bot/message/reply was refused"]),
        AssertionError,
        (
            "1 finding:\n  call 4: POST /v2/bot/message/reply was refused\n"
            "(strict=False lets it pass and keeps it in line.findings)"
        ),
    ),
    (
        errors.NotEnoughDataError("interval of missed_rate", 1, 2, "replications"),
        ValueError,
        "interval of missed_rate: 1 replications; at least 2 are needed",
    ),
    (
        errors.OutputExistsError("out/report.html"),
        FileExistsError,
        (
            "out/report.html: already exists; nothing was written "
            "(--force, or force=True, replaces it)"
        ),
    ),
    (
        errors.EngineUnavailableError("compiled", "numba", "fast"),
        ImportError,
        (
            "engine 'compiled': numba is not installed "
            "(pip install 'line_sim[fast]'; engine='python' needs nothing more)"
        ),
    ),
    (
        errors.InvariantError("no one holds more chats than the cap", "4 of 3 at 12.5 s"),
        RuntimeError,
        (
            "no one holds more chats than the cap; observed: 4 of 3 at 12.5 s "
            "(a bug in line_sim: please report it with the scenario)"
        ),
    ),
]
KINDS = [type(error).__name__ for error, _, _ in EXAMPLES]


@pytest.mark.parametrize(("error", "kind", "message"), EXAMPLES, ids=KINDS)
def test_a_message_is_whole_and_the_error_is_of_the_built_in_kind(
    error: LineSimError, kind: type[Exception], message: str
) -> None:
    assert message == str(error)
    assert isinstance(error, LineSimError)
    assert isinstance(error, kind)


@pytest.mark.parametrize("error", [error for error, _, _ in EXAMPLES], ids=KINDS)
def test_an_error_arrives_whole_from_another_process(error: LineSimError) -> None:
    arrived = pickle.loads(pickle.dumps(error))  # noqa: S301 - bytes made on this line

    assert str(error) == str(arrived)
    assert vars(error) == vars(arrived)


def test_every_error_and_warning_has_an_example_and_a_place_in_the_drawn_tree() -> None:
    classes = {
        name
        for name in errors.__all__
        if isinstance(found := getattr(errors, name), type) and issubclass(found, Exception)
    }
    drawing = (errors.__doc__ or "").partition("Every error is")[0]

    assert {*KINDS, "LineSimError", "Notice", "CompiledCacheWarning"} == classes
    assert [] == [name for name in classes if name not in drawing]


def test_the_parts_of_a_configuration_error_are_attributes() -> None:
    error = errors.ConfigurationError(iter([SHARES, HOURS]), "shop.toml")

    assert (SHARES, HOURS) == error.faults
    assert "shop.toml" == error.source


def test_an_unknown_word_is_answered_with_the_nearest_one() -> None:
    fault = Fault.unknown("channels[0]", "Rulle", ["name", "rule"])

    assert "channels[0]: 'Rulle' is unknown; one of name, rule (did you mean 'rule'?)" == str(fault)


def test_a_word_near_to_nothing_gets_no_suggestion() -> None:
    fault = Fault.unknown("channels[0]", "xyz", ["name", "rule"])

    assert "channels[0]: 'xyz' is unknown; one of name, rule" == str(fault)


@pytest.mark.parametrize(
    ("word", "nearest"),
    [("most_idel", "most_idle"), ("BANGKOK", "Bangkok"), ("", ""), ("patience", "")],
)
def test_the_nearest_word_ignores_capitals_and_may_be_none(word: str, nearest: str) -> None:
    assert nearest == errors.suggest(word, ["most_idle", "round_robin", "Bangkok"])
