"""The webhook endpoint: set, got, tested; and what its console counts."""

import pytest
from meeting import URL, meet, meet_under

from line_sim.mock.platform.calls import Outcome
from line_sim.mock.platform.endpoints import ErrorStatistics
from line_sim.mock.settings import StrictSettings

PATH = "/v2/bot/channel/webhook/endpoint"
TEST = "/v2/bot/channel/webhook/test"


def test_what_was_set_is_got() -> None:
    bot = meet()
    answer = bot.put(PATH, {"endpoint": "https://example.com/hook"})
    bot.channel.use_webhook = False

    assert (200, {}, ()) == (answer.status, answer.content, answer.findings)
    assert {"endpoint": "https://example.com/hook", "active": False} == bot.get(PATH).content


def test_without_an_endpoint_there_is_nothing_to_get_or_test() -> None:
    bot = meet()
    bot.channel.endpoint = None
    answers = [bot.get(PATH), bot.post(TEST, {})]

    assert {(404, "Webhook endpoint not found")} == {
        (each.status, each.content["message"]) for each in answers
    }


@pytest.mark.parametrize(
    "url",
    [
        None, 5, "", "example.com", "ftp://example.com", "http://example.com", "https://",
        "https://[::1", "https://exämple.com", "https://example.com/a b", "http://127.0.0.1.nip.io",
        "https://example.com/" + "a" * 481, "https://example.com:99999/", "http://192.168.0.1/",
    ],
)  # fmt: skip
def test_what_is_no_https_url_is_refused(url: object) -> None:
    bot = meet()
    answer = bot.put(PATH, {"endpoint": url})

    assert (400, "Invalid webhook endpoint URL") == (answer.status, answer.content["message"])
    assert URL == bot.channel.endpoint


def test_five_hundred_characters_fit() -> None:
    assert 200 == meet().put(PATH, {"endpoint": "https://example.com/" + "a" * 480}).status


@pytest.mark.parametrize("host", ["127.0.0.1:80", "localhost", "[::1]:8", "127.1.2.3"])
def test_http_on_loopback_is_an_exception_and_told(host: str) -> None:
    url = f"http://{host}/hook"
    lax = meet().put(PATH, {"endpoint": url})
    strict = meet_under(strict=StrictSettings(https=True)).put(PATH, {"endpoint": url})

    assert (200, 1) == (lax.status, len(lax.findings))
    assert 400 == strict.status


@pytest.mark.parametrize(
    ("outcome", "told"),
    [
        (Outcome(200), (True, 200, "OK", "200")),
        (Outcome(503, "error_status_code", "503"), (False, 503, "ERROR_STATUS_CODE", "503")),
        (
            Outcome(None, "request_timeout", "Request timeout"),
            (False, 0, "REQUEST_TIMEOUT", "Request timeout"),
        ),
    ],
)
def test_a_test_sends_a_webhook_and_tells_how_it_went(
    outcome: Outcome, told: tuple[object, ...]
) -> None:
    answer = meet().post(TEST, {})
    done = answer.complete(outcome)
    names = ("success", "statusCode", "reason", "detail")

    assert URL == answer.probe
    assert told == tuple(done.content[name] for name in names)
    assert "2026-09-21T14:13:20.000Z" == done.content["timestamp"]
    assert answer.headers["x-line-request-id"] == done.headers["x-line-request-id"]


def test_another_url_can_be_tested_without_being_kept() -> None:
    bot = meet()

    assert "https://example.com/x" == bot.post(TEST, {"endpoint": "https://example.com/x"}).probe
    assert URL == bot.channel.endpoint


def test_tests_are_sixty_an_hour() -> None:
    bot = meet()
    statuses = [bot.post(TEST, {}).status for _ in range(61)]

    assert [200] * 60 + [429] == statuses


def test_equal_errors_within_a_minute_are_one_row() -> None:
    statistics = ErrorStatistics()
    timeout, refused = Outcome(None, "request_timeout"), Outcome(500, "error_status_code", "500")
    for outcome, unix_ms in (
        (timeout, 0), (refused, 1_000), (timeout, 59_999), (timeout, 60_000), (refused, 60_500),
    ):  # fmt: skip
        statistics.add(outcome, URL, unix_ms)

    assert [
        (0, "request_timeout", 2), (1_000, "error_status_code", 2), (60_000, "request_timeout", 1),
    ] == [(row.first_ms, row.reason, row.count) for row in statistics.rows]  # fmt: skip


def test_rows_are_exported_with_tabs_and_times_of_japan() -> None:
    statistics = ErrorStatistics()
    statistics.add(Outcome(500, "error_status_code", "5\t0\n0"), URL, 0)

    assert [
        ["time", "reason", "detail", "count", "url"],
        ["1970-01-01 09:00:00", "error_status_code", "5 0 0", "1", URL],
    ] == [line.split("\t") for line in statistics.tsv().splitlines()]
