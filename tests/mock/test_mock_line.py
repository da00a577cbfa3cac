"""MockLine: what a strict mock lets pass and what not, and that nothing of it stays behind."""

# ruff: noqa: PT012 - what a block raises at its end is what is tested here

import asyncio
import contextlib
import gc
import socket
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bots import Api, Bot, echo, request

from line_sim import MockLine, MockSettings, faults
from line_sim.errors import ConfigurationError, MockFailedError, ServerError
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import StrictSettings
from line_sim.net.serve import Server

PLANTED = "planted"
PUSH = "/v2/bot/message/push"
Act = Callable[[MockLine, Api], object]

WRONG: dict[str, tuple[Act, str]] = {
    "a path that LINE does not have": (
        lambda _, api: api.call("POST", "/v2/bot/message/pusch", {}),
        "POST /v2/bot/message/pusch was answered 404 .* by rule path .*nearest is POST " + PUSH,
    ),
    "a call that LINE refuses": (
        lambda line, api: api.push(line.visitor().id, "x" * 5_001),
        "was answered 400 .* by rule messages",
    ),
    "a call without a token": (
        lambda _, api: request(api.url, "GET", "/v2/bot/info"),
        "was answered 401 .* by rule access-token",
    ),
    "an expected reply that does not come": (
        lambda line, _: line.visitor().expect(reply=1, contains="order"),
        "expected and did not come: Alice: 1 reply, contains 'order' .0 came.",
    ),
    "a send that nobody expected": (
        lambda line, api: (
            line.visitor().expect(push=0), api.push(line.visitor().id, "surprise"),
        ),
        "a push that nobody expected; nearest is Alice: 0 push .* number: got call 1",
    ),
}  # fmt: skip


def play(act: Act, **arguments: Any) -> list[str]:  # noqa: ANN401 - any of MockLine's
    """What a mock found that lets everything pass."""
    with MockLine(strict=False, **arguments) as line:
        act(line, Api(line))
        line.finish()
        return line.findings


@pytest.mark.parametrize("name", WRONG)
def test_a_strict_block_fails_and_says_why(name: str) -> None:
    act, message = WRONG[name]
    with pytest.raises(MockFailedError, match=message), MockLine() as line:
        act(line, Api(line))


@pytest.mark.parametrize("name", [name for name in WRONG if "expected" not in name])
def test_a_mock_that_is_not_strict_keeps_its_findings(name: str) -> None:
    act, _ = WRONG[name]

    assert 1 == len(play(act))


def test_an_exception_inside_fails_the_block(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError(PLANTED)

    monkeypatch.setattr(Platform, "answer", broken)
    with pytest.raises(MockFailedError, match="ZeroDivisionError: planted"), MockLine() as line:
        answer = Api(line).get("/v2/bot/info")

        assert (500, 36) == (answer.status, len(answer.headers["x-line-request-id"]))


@pytest.mark.parametrize("fault", [faults.FailsWith(503), faults.Refuses(), faults.Slow(0.01)])
def test_what_a_fault_did_is_not_the_bots(fault: faults.Fault) -> None:
    def act(line: MockLine, api: Api) -> None:
        api.push(line.visitor().id, "hello")

    assert [] == play(act, faults=[fault])


@pytest.mark.parametrize(
    "fault", [faults.Slow(0.01), faults.LosesResponse(), faults.LosesResponse(how="reset")]
)
def test_a_fault_beside_a_call_does_not_hide_that_line_refuses_it(fault: faults.Fault) -> None:
    def act(line: MockLine, api: Api) -> None:
        with contextlib.suppress(ConnectionError):
            api.push(line.visitor().id, "x" * 5_001)

    assert [True] == ["rule messages" in each for each in play(act, faults=[fault])]


def test_a_token_that_a_fault_ended_is_no_finding_whenever_it_is_used() -> None:
    def act(line: MockLine, api: Api) -> None:
        found = [api.push(line.visitor().id, "hello").status for _ in range(3)]

        assert [401, 401, 401] == found

    assert [] == play(act, faults=[faults.ExpiresToken()])


def test_a_retry_that_was_accepted_before_is_no_finding() -> None:
    key = "7d1f9d3a-1f5c-4b8e-9a3c-0c5d2a1b4e6f"
    with MockLine() as line:
        api, alice = Api(line), line.visitor()
        found = [api.push(alice.id, "hello", x_line_retry_key=key).status for _ in range(2)]

    assert [200, 409] == found


def test_rules_that_are_allowed_are_no_findings() -> None:
    act, _ = WRONG["a path that LINE does not have"]

    assert [] == play(act, allow="path")
    assert [] == play(act, allow=["path", "messages"])


@pytest.mark.parametrize("table", [{"hosts": True}, StrictSettings(hosts=True)])
def test_a_table_given_as_strict_is_the_settings_and_the_block_is_strict(
    table: dict[str, bool] | StrictSettings,
) -> None:
    line = MockLine(strict=table, seed=3)

    assert (True, True, 3) == (line.strict, line.settings.strict.hosts, line.settings.seed)
    with pytest.raises(MockFailedError, match="getBotInfo is served by"), line:
        Api(line).get("/v2/bot/info")


def test_a_rule_that_does_not_exist_cannot_be_allowed() -> None:
    with pytest.raises(ConfigurationError, match="did you mean 'reply-token'"):
        MockLine(allow=["reply-tokn"])


def test_an_exception_in_the_block_goes_on_and_carries_what_was_found() -> None:
    with pytest.raises(KeyError) as caught, MockLine() as line:
        Api(line).get("/v2/bot/nothing")
        raise KeyError(PLANTED)

    assert "GET /v2/bot/nothing was answered 404" in caught.value.__notes__[0]


def test_where_nothing_was_found_an_exception_carries_nothing() -> None:
    with pytest.raises(KeyError) as caught, MockLine():
        raise KeyError(PLANTED)

    assert not hasattr(caught.value, "__notes__")


def test_findings_are_told_once_where_the_test_finished_itself() -> None:
    with MockLine() as line:
        Api(line).get("/v2/bot/nothing")
        with pytest.raises(MockFailedError):
            line.finish()


# arguments


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"proccess": True}, "did you mean 'process'"),
        ({"profil": "line"}, "did you mean 'profile'"),
        ({"profile": "strict"}, "profile: 'strict'"),
        ({"channels": [{"nam": "shop"}]}, r"channels\[0\].nam.*did you mean 'name'"),
        ({"channels": []}, "channels"),
        ({"clock": "stoped"}, "did you mean 'stepped'"),
        ({"strict": {"http": True}}, "strict.http.*did you mean 'https'"),
        ({"strict": "no"}, "strict: 'no'"),
        ({"clock": 0}, "speed: 0"),
        ({"settings": {"seed": 1}}, "MockSettings"),
        ({"certificate": Path("a.pem")}, "both PEM files"),
    ],
)
def test_a_wrong_argument_is_told_with_what_was_meant(wrong: dict[str, Any], message: str) -> None:
    with pytest.raises(ConfigurationError, match=message):
        MockLine(**wrong)


def test_fields_replace_those_of_settings() -> None:
    settings = MockSettings(seed=7, profile="sdk")

    assert MockSettings(seed=8, profile="sdk") == MockLine(settings, seed=8).settings


def test_a_channel_shows_its_secrets_only_where_they_are_asked_for() -> None:
    with MockLine() as line:
        shop = line.channel

    assert shop["access_token"] == shop.access_token
    assert shop.secret not in repr(shop)
    assert shop.access_token not in repr(shop)
    with pytest.raises(KeyError):
        shop["acess_token"]


# what can be connected


def test_a_bot_that_is_not_there_is_told() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}/callback"
        with MockLine() as line, pytest.raises(ConfigurationError, match="is the bot running"):
            line.connect(url)


def test_a_bot_that_does_not_confirm_is_told() -> None:
    with MockLine() as line, pytest.raises(ConfigurationError, match="answered 404"):
        line.connect(Bot(statuses=[404]))


def test_what_is_no_bot_is_told() -> None:
    with MockLine() as line, pytest.raises(ConfigurationError, match="ASGI application"):
        line.connect(8_000)  # type: ignore[arg-type]


@pytest.mark.parametrize("switches", [{"redeliver": True}, {"redelivery": "yes"}, {"greeting": 1}])
def test_a_switch_that_is_none_is_told(switches: dict[str, Any]) -> None:
    with MockLine() as line, pytest.raises(ConfigurationError):
        line.switch(**switches)


# nothing stays behind


class Stop(BaseException):
    """Neither an Exception nor an error of ours."""


def behind() -> tuple[set[str], int]:
    """The threads and open files of this process."""
    gc.collect()
    threads = {thread.name for thread in threading.enumerate()}
    return threads, len(list(Path("/dev/fd").iterdir()))


@pytest.mark.parametrize("ends_by", [None, ValueError, KeyboardInterrupt, Stop])
@pytest.mark.parametrize("process", [False, True], ids=["thread", "process"])
def test_nothing_stays_behind(
    ends_by: type[BaseException] | None, process: bool, tmp_path: Path,  # noqa: FBT001 - its axis
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    before = behind()
    urls = []
    try:
        with MockLine(process=process, tls=True, strict=False) as line:
            bot = Bot()
            line.connect(bot)
            line.visitor().says("hi")
            urls = [line.url, line.tls_url]
            if ends_by is not None:
                raise ends_by(PLANTED)
    except (ValueError, KeyboardInterrupt, Stop):
        assert ends_by is not None

    assert before == behind()
    assert [] == list(tmp_path.iterdir())
    for url in urls:
        with socket.socket() as port, pytest.raises(ConnectionRefusedError):
            port.connect(("127.0.0.1", int(url.rpartition(":")[2])))


def test_a_start_that_fails_leaves_nothing(tmp_path: Path) -> None:
    before = behind()
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]
        with (
            pytest.raises(ConfigurationError, match="cannot be listened on"),
            MockLine(port=port, log=tmp_path / "calls.jsonl"),
        ):
            pass

    assert before == behind()
    assert [] == list(tmp_path.iterdir())


def test_a_bot_whose_end_fails_does_not_keep_others_open() -> None:
    async def fails_at_its_end(scope: Any, receive: Any, send: Any) -> None:  # noqa: ANN401
        if scope["type"] != "lifespan":
            return await Bot()(scope, receive, send)
        await receive()
        await send({"type": "lifespan.startup.complete"})
        await receive()
        raise ZeroDivisionError(PLANTED)

    before = behind()
    with pytest.raises(ServerError, match="planted"), MockLine() as line:
        line.connect(Bot())
        line.connect(fails_at_its_end)

    assert before == behind()


# callers with an event loop of their own


def test_async_with_and_a_bot_in_the_callers_own_loop() -> None:
    async def test() -> list[str]:
        async with MockLine() as line, Server(echo(Api(line))) as server:
            await line.aio.connect(f"{server.url}/callback")
            alice = line.visitor()
            alice.expect(reply=1)
            alice.says("hi")
            await line.aio.settle()
            return line.calls.to(alice).texts()

    assert ["HI"] == asyncio.run(test())


def test_time_is_moved_without_holding_up_the_callers_own_loop() -> None:
    bot, turns = Bot(statuses=[200, 500]), []

    async def ticks() -> None:
        while True:
            turns.append(len(bot.events))
            await asyncio.sleep(0)

    async def test() -> list[bool]:
        async with MockLine(clock="stepped") as line, Server(bot) as server:
            line.switch(redelivery=True)
            await line.aio.connect(f"{server.url}/callback")
            line.visitor().says("hi", delay_s=10)
            ticking = asyncio.ensure_future(ticks())
            await line.aio.advance(9)
            early = len(bot.events)
            await line.aio.advance(61)
            ticking.cancel()

            assert 0 == early
            return [event["deliveryContext"]["isRedelivery"] for event in bot.events]

    assert [False, True] == asyncio.run(test())
    assert {0, 1} <= set(turns)


def test_only_a_stepped_clock_is_moved_from_a_loop_too() -> None:
    async def test() -> None:
        async with MockLine() as line:
            await line.aio.advance(1)

    with pytest.raises(ConfigurationError, match="stepped"):
        asyncio.run(test())


def test_it_works_within_a_running_loop_as_a_notebook_has() -> None:
    async def cell() -> list[str]:
        with MockLine() as line:
            line.connect(echo(Api(line)))
            alice = line.visitor()
            alice.says("hi")
            line.settle()
            return line.calls.to(alice).texts()

    assert ["HI"] == asyncio.run(cell())


def test_a_cancelled_start_leaves_nothing() -> None:
    before = behind()

    async def test() -> None:
        line = MockLine()
        entering = asyncio.ensure_future(line.__aenter__())
        await asyncio.sleep(0)
        entering.cancel()
        with pytest.raises(asyncio.CancelledError):
            await entering

    asyncio.run(test())

    assert before == behind()


def test_two_mocks_at_a_time_know_nothing_of_each_other() -> None:
    with MockLine() as one, MockLine(seed=1) as other:
        Api(one).push(one.visitor().id, "hello")
        found = (len(one.calls), len(other.calls))
        refused = Api(other, token=one.channel.access_token).get("/v2/bot/info").status
        with pytest.raises(MockFailedError):
            other.finish()

    assert (1, 0) == found
    assert 401 == refused


def test_reset_begins_anew_with_the_same_bot() -> None:
    with MockLine() as line:
        bot = echo(Api(line))
        line.connect(bot)
        line.visitor("Alice").says("hi")
        line.settle()
        line.reset()
        before = (len(line.calls), line.state["visitors"])
        line.visitor("Alice").says("again")
        line.settle()
        texts = line.calls.texts()

    assert (0, []) == before
    assert ["AGAIN"] == texts


def test_after_the_block_a_mock_says_that_it_has_ended() -> None:
    for process in (False, True):
        with MockLine(process=process) as line:
            alice = line.visitor()
        with pytest.raises(ServerError, match="ask within the block"):
            alice.says("hi")


def test_a_program_that_forgets_the_end_is_not_kept_from_ending() -> None:
    code = "from line_sim import MockLine; MockLine().__enter__().visitor().says('hi')"
    found = subprocess.run([sys.executable, "-c", code], timeout=60, check=False)

    assert 0 == found.returncode
