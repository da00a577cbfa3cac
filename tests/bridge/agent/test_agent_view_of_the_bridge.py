"""The agent view of the bridge says what docs/agent-view.md promises, with all that staff have."""

import asyncio
import base64
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest
from bridge_at_work import ALICE, AtWork, told

from line_sim.bridge.channels.texts import DEFAULTS
from line_sim.replay.agent_words import CAPABILITIES, SETTINGS

Test = Callable[[AtWork], Coroutine[Any, Any, None]]
CALLER = {"x-line-sim": "1", "host": "127.0.0.1:8050"}


def run(test: Test, folder: Path, *, agent: bool = True) -> None:
    """Run a test with a bridge that offers its agent view."""

    async def whole() -> None:
        settings = told(folder)
        settings.agent = agent
        work = AtWork(settings)
        await work.begin()
        try:
            await test(work)
        finally:
            await work.end()

    asyncio.run(whole())


async def get(work: AtWork, method: str, **query: str) -> Any:  # noqa: ANN401 - JSON
    """Look at something."""
    answer = await work.client.get(f"/_agent/{method}", params=query, headers=CALLER)
    assert 200 == answer.status_code, answer.text
    return answer.json()


async def post(work: AtWork, method: str, **said: Any) -> tuple[int, Any]:  # noqa: ANN401 - JSON
    """Do something; status and answer."""
    answer = await work.client.post(f"/_agent/{method}", json=said, headers=CALLER)
    return answer.status_code, answer.json()


def test_it_can_all_that_checks_ask_for(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        wanted = {*CAPABILITIES, *(f"configure.{name}" for name in SETTINGS)}

        assert wanted == {*await get(work, "capabilities")}

    run(test, tmp_path)


def test_it_is_offered_by_a_switch_alone_and_to_no_page_in_a_browser(tmp_path: Path) -> None:
    async def off(work: AtWork) -> None:
        answer = await work.client.get("/_agent/capabilities", headers=CALLER)
        assert 404 == answer.status_code

    async def on(work: AtWork) -> None:
        for method in ("get", "post"):
            answer = await work.client.request(method, "/_agent/logs")
            assert 403 == answer.status_code

    run(off, tmp_path / "off", agent=False)
    run(on, tmp_path / "on")


def test_staff_see_what_customers_wrote_and_what_became_of_answers(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        event = work.event()
        await work.post([event])
        _, sent = await post(work, "send", user=ALICE, text="Yes?", staff="Aom Suk", key="k")
        _, again = await post(work, "send", user=ALICE, text="Yes?", staff="Aom Suk", key="k")
        customer, staff = await get(work, "transcript", user=ALICE)

        assert ("queued", sent["id"]) == (sent["state"], again["id"])
        assert ("customer", "text 1", event["webhookEventId"]) == (
            customer["from"], customer["text"], customer["source_event"],
        )  # fmt: skip
        assert ("staff", "Yes?", "queued", sent["id"]) == (
            staff["from"], staff["text"], staff["delivery"], staff["id"],
        )  # fmt: skip
        assert [] == await get(work, "transcript", user="U" + "9" * 32)

    run(test, tmp_path)


def test_who_writes_takes_the_enquiry_and_a_missed_one_up(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])
        await post(work, "send", user=ALICE, text="Yes?", staff="Aom Suk")
        first = work.rows("enquiries")[0]
        members = work.rows("staff")
        assert work.bridge.desk.close(0)
        await work.post([work.event()])
        await post(work, "send", user=ALICE, text="Yes?", staff="Aom Suk")

        assert "followed_up" == first.state, "nobody was there when it came"
        assert ["ongoing"] == [row.state for row in work.rows("enquiries")[1:]]
        assert members == work.rows("staff")

    run(test, tmp_path)


REFUSED = [
    ({"user": "U" + "9" * 32, "text": "Yes?"}, "no such customer"),
    ({"text": " "}, "white space"),
    ({"text": "x" * 6_000}, "at most"),
    ({"media": {"base64": base64.b64encode(b"PK").decode(), "type": "", "name": "a"}}, "public"),
    ({"text": "Yes?", "quote": "1"}, "quoted"),
]


@pytest.mark.parametrize(("said", "reason"), REFUSED, ids=[reason for _, reason in REFUSED])
def test_what_cannot_be_sent_is_refused_at_once(
    tmp_path: Path, said: dict[str, Any], reason: str
) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])
        status, answer = await post(work, "send", **{"user": ALICE, "staff": "Aom Suk", **said})

        assert (200, "refused", "") == (status, answer["state"], answer["id"])
        assert reason in answer["reason"]
        assert [] == work.rows("outbox")

    run(test, tmp_path)


WRONG = [
    ("configure", {"colour": "red"}, "colour"),
    ("configure", {"profile": "mine"}, "profile"),
    ("configure", {"public_url": "http://shop.example"}, "https"),
    ("configure", {"access_token": 5}, "access_token"),
    ("configure", {"welcome": 5}, "welcome"),
    ("clock", {"advance_s": -1}, "advance_s"),
    ("clock", {}, "advance_s"),
    ("send", {"user": ALICE, "media": 5}, "media"),
    ("send", {"user": ALICE, "media": {"base64": "%"}}, "base64"),
]


@pytest.mark.parametrize(("method", "said", "named"), WRONG)
def test_what_makes_no_sense_is_named(
    tmp_path: Path, method: str, said: dict[str, Any], named: str
) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])
        status, answer = await post(work, method, **said)

        assert 400 == status
        assert named in answer["error"]

    run(test, tmp_path)


def test_settings_hold_from_then_on(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        status, _ = await post(
            work, "configure", staff_name="first_last", profile="line", groups=True, welcome="",
            public_url="https://shop.example", secret="f" * 32, channel_id="",
        )  # fmt: skip
        (channel,) = work.bridge.channels
        config = channel.config

        assert 200 == status
        assert ("full_name", "line", True) == (
            config.display_name_format, config.profile, config.groups,
        )  # fmt: skip
        assert not config.messages.welcome.on
        assert "https://shop.example" == work.bridge.settings.public_url
        assert 401 == await work.post([]), "signed with the old secret"

    run(test, tmp_path)


def test_the_welcome_can_be_turned_on_and_off(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await post(work, "configure", welcome=DEFAULTS["en"]["welcome"])
        await work.post([work.event()])
        assert DEFAULTS["en"]["welcome"] in work.texts()

    run(test, tmp_path)


def test_reading_is_seen_and_looking_is_not_reading(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])
        await get(work, "transcript", user=ALICE)
        (before,) = await get(work, "transcript", user=ALICE)
        await post(work, "read", user=ALICE)
        (after,) = await get(work, "transcript", user=ALICE)

        assert (False, True) == (before["read"], after["read"])

    run(test, tmp_path)


def test_after_a_restart_nothing_is_forgotten(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await work.post([work.event()])
        before = await get(work, "transcript", user=ALICE)
        status, _ = await post(work, "restart")

        assert 200 == status
        assert before == await get(work, "transcript", user=ALICE)

    run(test, tmp_path)


def test_time_moves_on_and_what_is_due_has_happened(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        await post(work, "configure", staff_name="none")
        await work.post([work.event()])
        began = work.clock.now()
        await post(work, "clock", advance_s=61)

        assert began + 61 == work.clock.now()
        assert "missed" == work.rows("enquiries")[0].state

    run(test, tmp_path)


def test_a_dead_token_is_told_and_never_shown(tmp_path: Path) -> None:
    async def test(work: AtWork) -> None:
        token = "another-obviously-fake-token"  # noqa: S105
        await post(work, "configure", access_token=token)
        (channel,) = work.bridge.channels
        await channel.tokens.refused(token)

        assert any("401" in alert for alert in await get(work, "alerts"))
        assert not any(token in line for line in await get(work, "logs"))

    run(test, tmp_path)
