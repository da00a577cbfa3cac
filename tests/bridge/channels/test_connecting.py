"""From secret and token to a channel: what LINE is asked, what is refused, what stays secret."""

import asyncio
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from bridge_of_channels import SmallBridge
from sqlalchemy import func, select

from line_sim import MockLine, faults
from line_sim.bridge.channels import connecting, states, steps
from line_sim.bridge.channels.connected import Connected
from line_sim.bridge.store import tables
from line_sim.errors import ConfigurationError, UnreachableError
from line_sim.mock.channel_facts import ChannelFacts


async def connect(bridge: SmallBridge, account: ChannelFacts, **more: object) -> Connected:
    """A draft of the account, whose rule leads to the first destination."""
    given: dict[str, Any] = {
        "name": "Shop",
        "secret": account.secret,
        "token": account.access_token,
        "config": {"rule": {"kind": "alternative", "destinations": [1]}},
        **more,
    }
    return await connecting.create(bridge, **given)


def rows(bridge: SmallBridge) -> int:
    """How many channels the store has."""
    return int(bridge.store.value(select(func.count()).select_from(tables.channels)))


def failing(found: list[steps.Step]) -> list[str]:
    """The names of steps that are not done."""
    return [step.name for step in found if step.ok is False]


def test_a_draft_knows_its_account_and_shows_no_secret(bridge: SmallBridge, line: MockLine) -> None:
    channel = asyncio.run(connect(bridge, line.channel, name=" Shop "))

    assert ("Shop", "draft", -1) == (channel.name, channel.state, channel.number)
    assert line.channel.bot_user_id == channel.bot_user_id
    assert line.channel.basic_id == channel.account["basicId"]
    assert channel is bridge.channels.by_path(channel.path)
    assert channel is bridge.channels.by_account(channel.bot_user_id)
    assert len(channel.path) >= 32
    assert line.channel.secret not in repr(channel)
    assert line.channel.access_token not in repr(channel)
    assert {line.channel.secret, line.channel.access_token} <= bridge.journal.hidden


def test_secrets_are_nowhere_in_the_clear(
    bridge: SmallBridge, line: MockLine, tmp_path: Path
) -> None:
    async def act() -> None:
        async with bridge.serving():
            channel = await connect(bridge, line.channel)
            await steps.confirm(bridge, channel)
            states.suspend(bridge, channel)
            states.enable(bridge, channel)
            await connecting.credentials(bridge, channel, token=line.channel.access_token)

    asyncio.run(act())
    files = [file.read_bytes() for file in tmp_path.rglob("*") if file.is_file()]

    assert files
    for secret in (line.channel.secret, line.channel.access_token):
        assert not any(secret.encode() in content for content in files)
        assert not any(secret in said for said in bridge.journal.lines)


@pytest.mark.parametrize("state", ["draft", "enabled", "suspended"])
def test_one_account_has_one_channel(bridge: SmallBridge, line: MockLine, state: str) -> None:
    first = asyncio.run(connect(bridge, line.channel))
    if state != "draft":
        states.enable(bridge, first)
    if state == "suspended":
        states.suspend(bridge, first)

    with pytest.raises(connecting.AccountTakenError, match=rf"channel 1 .Shop, {state}. has it"):
        asyncio.run(connect(bridge, line.channel, name="Again"))
    assert 1 == rows(bridge)


def test_two_at_once_are_still_one(bridge: SmallBridge, line: MockLine) -> None:
    async def both() -> list[Any]:
        found = await asyncio.gather(
            connect(bridge, line.channel), connect(bridge, line.channel), return_exceptions=True
        )
        return list(found)

    assert ["AccountTakenError", "Connected"] == sorted(
        type(each).__name__ for each in asyncio.run(both())
    )
    assert 1 == rows(bridge)


def test_a_deleted_channel_frees_its_account_and_keeps_its_history(
    bridge: SmallBridge, line: MockLine
) -> None:
    first = asyncio.run(connect(bridge, line.channel))
    states.enable(bridge, first)
    states.delete(bridge, first)
    second = asyncio.run(connect(bridge, line.channel, name="Again"))
    states.enable(bridge, second)
    kept = states.all_rows(bridge)

    assert [("Shop", "deleted", 0), ("Again", "enabled", 1)] == [
        (row["name"], row["state"], row["number"]) for row in kept
    ]
    boxes = bridge.store.row(
        select(tables.channels.c.secret_box, tables.channels.c.token_box).where(
            tables.channels.c.id == first.id
        )
    )
    assert boxes is not None
    assert (None, None) == tuple(boxes)
    assert bridge.channels.by_path(first.path) is None
    assert ["deleted", "enabled"] == [each.state for each in bridge.desk.state.setup.channels]


def test_a_cancelled_draft_leaves_nothing(bridge: SmallBridge, line: MockLine) -> None:
    draft = asyncio.run(connect(bridge, line.channel))
    states.delete(bridge, draft)

    assert 0 == rows(bridge)
    assert [] == list(bridge.channels)
    asyncio.run(connect(bridge, line.channel))


WRONG: dict[str, tuple[Callable[[MockLine], dict[str, Any]], str]] = {
    "a token that LINE does not know": (
        lambda _: {"token": "fake-token"},
        "channel_access_token: LINE refuses it .401: .*; a valid token .LINE Developers Console",
    ),
    "both the wrong way round": (
        lambda line: {"secret": line.channel.access_token * 2, "token": line.channel.secret},
        "may be the wrong way round",
    ),
    "the secret of another channel": (
        lambda line: {"secret": line.channels[1].secret},
        "channel_secret: not the secret of the channel that the token is for",
    ),
    "no secret": (lambda _: {"secret": "  "}, "channel_secret: missing"),
    "no token": (lambda _: {"token": None}, "channel_access_token: missing"),
    "a header in the token": (
        lambda _: {"token": "fake\r\nx-evil: 1"}, "some that LINE uses in none",
    ),
    "a long name": (lambda _: {"name": "x" * 41}, "name: 41 characters; 1 to 40"),
    "six destinations": (
        lambda _: {"config": {"rule": {"kind": "alternative", "destinations": [1] * 6}}},
        "6 destinations",
    ),
}  # fmt: skip


@pytest.mark.parametrize(("given", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_and_leaves_nothing(
    bridge: SmallBridge, line: MockLine, given: Callable[[MockLine], dict[str, Any]], told: str
) -> None:
    with pytest.raises(ConfigurationError, match=told) as caught:
        asyncio.run(connect(bridge, line.channel, **given(line)))

    assert 0 == rows(bridge)
    for channel in line.channels:
        assert channel.secret not in str(caught.value)
        assert channel.access_token not in str(caught.value)


def test_a_line_that_is_not_there_is_told(bridge: SmallBridge, line: MockLine) -> None:
    bridge.settings.line_api_url = "http://127.0.0.1:1"
    with pytest.raises(UnreachableError, match="nobody answers there"):
        asyncio.run(connect(bridge, line.channel))


def test_the_steps_point_line_here_and_verify(bridge: SmallBridge, line: MockLine) -> None:
    async def act() -> list[steps.Step]:
        async with bridge.serving():
            return await steps.confirm(bridge, await connect(bridge, line.channel))

    found = asyncio.run(act())
    (channel,) = bridge.channels

    assert bridge.channels.webhook_url(channel) == line.channel.endpoint
    assert ("enabled", 0) == (channel.state, channel.number)
    assert [] == failing(found)
    names = [step.name for step in found]
    assert ["secret and token", "webhook URL", "use webhook", "verify"] == names[:4]
    assert {"greeting message", "auto-response", "group chats"} <= {
        step.name for step in found if step.ok is None
    }


def test_a_switch_that_is_off_keeps_it_a_draft_unless_told(
    bridge: SmallBridge, line: MockLine
) -> None:
    line.switch(use_webhook=False)

    async def act() -> None:
        async with bridge.serving():
            channel = await connect(bridge, line.channel)
            with pytest.raises(ConfigurationError, match="use webhook: off: LINE delivers"):
                await steps.confirm(bridge, channel)
            assert "draft" == channel.state
            await steps.confirm(bridge, channel, anyway=True)
            assert "enabled" == channel.state

    asyncio.run(act())


def test_a_bridge_that_line_does_not_reach_is_told(bridge: SmallBridge, line: MockLine) -> None:
    bridge.settings.public_url = "http://127.0.0.1:1"

    async def act() -> list[steps.Step]:
        return await steps.steps(bridge, await connect(bridge, line.channel))

    found = asyncio.run(act())

    assert ["verify"] == failing(found)
    assert "COULD_NOT_CONNECT" in next(step.told for step in found if step.name == "verify")


def test_a_secret_that_changed_at_line_is_seen_by_the_signature(
    bridge: SmallBridge, line: MockLine
) -> None:
    """Also where LINE does not tell by the token whose channel it is."""
    line.add_fault(faults.Refuses(operation="verifyChannelToken"))

    async def act() -> list[steps.Step]:
        async with bridge.serving():
            other = line.channels[1].secret
            return await steps.steps(bridge, await connect(bridge, line.channel, secret=other))

    found = asyncio.run(act())

    assert ["verify"] == failing(found)
    verify = next(step for step in found if step.name == "verify")
    assert "signs with another secret" in verify.told
    assert "Channel secret" in verify.mend


def test_steps_can_be_looked_at_without_changing_line(bridge: SmallBridge, line: MockLine) -> None:
    async def act() -> list[steps.Step]:
        channel = await connect(bridge, line.channels[1])
        return await steps.steps(bridge, channel, point=False)

    found = asyncio.run(act())

    assert ["webhook URL"] == failing(found)
    assert line.channels[1].endpoint is None


def test_new_credentials_must_be_of_the_same_account(bridge: SmallBridge, line: MockLine) -> None:
    channel = asyncio.run(connect(bridge, line.channel))
    other = line.channels[1]
    with pytest.raises(ConfigurationError, match="of another LINE account"):
        asyncio.run(
            connecting.credentials(bridge, channel, secret=other.secret, token=other.access_token)
        )

    assert line.channel.access_token == channel.token


def test_a_new_token_ends_the_pause(bridge: SmallBridge, tmp_path: Path) -> None:
    del bridge
    with MockLine(strict=False) as line:
        own = SmallBridge(tmp_path / "own", line.environment["LINE_API_BASE_URL"])
        own.add_destination()
        channel = asyncio.run(connect(own, line.channel))
        issued = line.reissue("access_token")
        own.store.run(tables.channels.update().values(paused="LINE refuses the token"))
        own.channels.refresh(channel.id)
        assert channel.paused
        with pytest.raises(ConfigurationError, match="401"):
            asyncio.run(connecting.credentials(own, channel))
        asyncio.run(connecting.credentials(own, channel, token=issued))
        own.store.close()

    assert (issued, "", 1) == (channel.token, channel.paused, channel.tokens.times)  # type: ignore[attr-defined]
