"""What is answered to a webhook: by who signed it, how large it is, and whom it is for."""

import asyncio
import json

import pytest
from bridge_at_work import ALICE, AtWork
from sqlalchemy import update

from line_sim.bridge.intake import reception
from line_sim.bridge.intake.reception import MOST_BYTES
from line_sim.bridge.store.tables import channels
from line_sim.wire import signature

SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - obviously fake


def body_of(*events: object, **more: object) -> bytes:
    return json.dumps({"destination": "U" + "d" * 32, "events": events, **more}).encode()


@pytest.mark.parametrize("forged", signature.WRONG)
def test_a_wrong_signature_is_refused_and_leaves_nothing(
    at_work: AtWork, runner: asyncio.Runner, forged: str
) -> None:
    body = json.dumps({"events": [at_work.event()]}, indent=1).encode()
    wrong = signature.WRONG[forged](SECRET, body)

    async def post() -> int:
        headers = {} if wrong is None else {"x-line-signature": wrong}
        answer = await at_work.client.post("/callback", content=body, headers=headers)
        return answer.status_code

    assert runner.run(post()) == 401
    assert [] == at_work.rows("entries")
    assert [] == at_work.rows("events")


@pytest.mark.parametrize("name", ["x-line-signature", "X-Line-Signature", "X-LINE-SIGNATURE"])
def test_the_header_may_be_written_in_any_case(
    at_work: AtWork, runner: asyncio.Runner, name: str
) -> None:
    body = body_of(at_work.event())

    async def post() -> int:
        headers = {name: signature.sign(SECRET, body)}
        return (await at_work.client.post("/callback", content=body, headers=headers)).status_code

    assert runner.run(post()) == 200
    assert ["text 1"] == at_work.texts()


@pytest.mark.parametrize(
    "body",
    [
        b"", b"no JSON", b"[]", b"null", b"{}", b'{"events": null}', b'{"events": {}}', b"\xff\xfe",
        b"[" * 100_000, b'{"events": [' + b"9" * 10_000 + b"]}", b'{"events": [NaN]}',
    ],
)  # fmt: skip
def test_what_is_rightly_signed_is_never_refused_for_what_is_in_it(
    at_work: AtWork, runner: asyncio.Runner, body: bytes
) -> None:
    assert runner.run(at_work.post_body(body)) == 200
    assert len(at_work.alerts()) == 1
    assert runner.run(at_work.post([at_work.event()])) == 200
    assert ["text 1"] == at_work.texts()


def test_a_webhook_without_events_changes_nothing_but_the_time_of_the_last(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    assert runner.run(at_work.post([])) == 200

    (channel,) = at_work.rows("channels")
    assert channel.last_webhook_at == at_work.clock.now()
    assert [] == at_work.rows("entries")
    assert [] == at_work.alerts()


def test_more_than_the_cap_is_refused_and_the_cap_itself_is_not(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    bare = len(body_of(pad=""))
    fits = body_of(pad="x" * (MOST_BYTES - bare))

    assert len(fits) == MOST_BYTES
    assert runner.run(at_work.post_body(fits)) == 200
    assert runner.run(at_work.post_body(fits + b" ")) == 413


def test_a_body_without_a_told_length_is_capped_too(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    read = 0

    async def endless():  # noqa: ANN202
        nonlocal read
        while read < 10 * MOST_BYTES:
            read += 100_000
            yield b" " * 100_000

    async def post() -> int:
        headers = {"x-line-signature": "x"}
        answer = await at_work.client.post("/callback", content=endless(), headers=headers)
        return answer.status_code

    assert runner.run(post()) == 413


def test_a_body_that_does_not_come_is_waited_for_no_longer_than_line_would(
    at_work: AtWork, runner: asyncio.Runner, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(reception, "BODY_WITHIN_S", 0.02)

    async def never():  # noqa: ANN202
        yield b"{"
        await asyncio.Event().wait()

    async def post() -> int:
        headers = {"x-line-signature": "x"}
        return (
            await at_work.client.post("/callback", content=never(), headers=headers)
        ).status_code

    assert runner.run(post()) == 408
    assert [] == at_work.rows("events")


def test_another_path_is_of_nobody(at_work: AtWork, runner: asyncio.Runner) -> None:
    event = [at_work.event()]

    assert runner.run(at_work.post(event, "/webhook/environment")) == 200
    for path in ("/webhook/other", "/webhook/", "/webhook/environment/x", "/webhook/%2e%2e"):
        assert runner.run(at_work.post(event, path)) == 404
    assert runner.run(at_work.client.get("/callback")).status_code == 405


def test_events_of_another_account_are_told_and_dropped(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    (channel,) = at_work.bridge.channels
    channel.bot_user_id = "U" + "e" * 32

    assert runner.run(at_work.post([at_work.event()])) == 200
    assert [] == at_work.rows("entries")
    (alert,) = at_work.alerts()
    assert "same channel" in alert
    assert channel.bot_user_id in alert

    channel.bot_user_id = "U" + "d" * 32
    assert runner.run(at_work.post([at_work.event()])) == 200
    assert len(at_work.texts()) == 1


def test_a_draft_confirms_and_drops(at_work: AtWork, runner: asyncio.Runner) -> None:
    store, registry = at_work.bridge.store, at_work.bridge.channels
    (channel,) = registry
    store.run(update(channels).values(state="draft", number=None))
    registry.refresh(channel.id)

    assert runner.run(at_work.post([])) == 200
    assert runner.run(at_work.post([at_work.event()])) == 200
    assert [] == at_work.rows("entries")
    assert [] == at_work.rows("events")


def test_a_suspended_channel_keeps_what_was_written_and_makes_no_enquiry(
    at_work: AtWork, runner: asyncio.Runner
) -> None:
    store, registry = at_work.bridge.store, at_work.bridge.channels
    (channel,) = registry
    with store.transaction():
        store.run(update(channels).values(state="suspended"))
        registry.refresh(channel.id)
        at_work.bridge.desk.reconfigure()

    assert runner.run(at_work.post([at_work.event()])) == 200
    assert ["text 1"] == at_work.texts()
    assert [] == at_work.rows("enquiries")


def test_a_bridge_that_is_starting_says_so(at_work: AtWork, runner: asyncio.Runner) -> None:
    at_work.bridge._web = None  # noqa: SLF001 - as within a restart

    assert runner.run(at_work.post([at_work.event(ALICE)])) == 503
