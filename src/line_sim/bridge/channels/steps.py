"""What has to be so on LINE's side, step by step: set, looked at, or asked of a person.

The order is that of the product's guide (Connecting LINE). LINE's API tells neither whether the
greeting and the auto-response are off nor whether the account may join groups, so those stay a
check list.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.bridge.channels import accounts, states
from line_sim.bridge.channels.platform import Platform
from line_sim.errors import ConfigurationError, Fault, UnreachableError

if TYPE_CHECKING:
    from line_sim.bridge.channels.connected import Connected
    from line_sim.bridge.channels.needs import Owner
    from line_sim.bridge.channels.platform import Answer


class Step(NamedTuple):
    """One step.

    Parameters
    ----------
    ok : True, False, or None where only a person can see it.
    told : what was found.
    mend : what to do about it.
    """

    name: str
    ok: bool | None
    told: str
    mend: str = ""


def done(name: str, told: str) -> Step:
    """A step that is as it should be."""
    return Step(name, ok=True, told=told)


def failed(name: str, told: str, mend: str) -> Step:
    """A step that is not."""
    return Step(name, ok=False, told=told, mend=mend)


WEBHOOK_SWITCH = "LINE Developers Console, Messaging API, Webhook settings, Use webhook"
RESPONSES = "LINE Official Account Manager, Settings, Response settings"

BY_HAND = (
    Step("greeting message", None, "LINE does not tell whether it is off", f"{RESPONSES}: off"),
    Step(
        "auto-response", None, "LINE does not tell whether it is off",
        f"{RESPONSES}: off, or customers are answered twice",
    ),
    Step(
        "group chats", None, "LINE does not tell whether the account may join them",
        "LINE Official Account Manager, Settings, Account settings: leave it off; nobody answers "
        "in groups",
    ),
    Step(
        "webhook redelivery", None, "LINE does not tell whether it is on",
        "LINE Developers Console, Messaging API, Webhook settings: on, so that what comes while "
        "the bridge is down comes again",
    ),
)  # fmt: skip
"""What a person has to look at."""


async def steps(bridge: Owner, channel: Connected, *, point: bool = True) -> list[Step]:
    """Set up LINE's side as far as its API allows, and say how it stands.

    Parameters
    ----------
    point
        Whether the webhook URL is set where it is another one; else it is only looked at.
    """
    url = bridge.channels.webhook_url(channel)
    return await looked_at(bridge.settings.line_api_url, channel, url, point=point)


async def looked_at(
    api_url: str, channel: Connected, url: str, *, point: bool, verify: bool = True
) -> list[Step]:
    """The same for a webhook URL, without a bridge; `verify` only where one answers there."""
    try:
        found = [await _token(api_url, channel)]
        if found[0].ok:
            async with Platform(api_url, channel.token) as line:
                found.append(await _pointed(line, url, point=point))
                found += await _switched(line)
                if found[1].ok and verify:
                    found.append(_verified(await line.test_endpoint(), channel))
    except UnreachableError as error:
        return [failed("LINE", str(error), "look at this machine's way to the Internet")]
    return [*found, *BY_HAND]


async def confirm(
    bridge: Owner, channel: Connected, *, anyway: bool = False, by: int | None = None
) -> list[Step]:
    """Enable a draft whose steps are all done as far as LINE tells.

    Parameters
    ----------
    anyway
        Enable it although a step is not done.

    Raises
    ------
    ConfigurationError
        With the steps that are not done; the draft stays one.
    """
    found = await steps(bridge, channel)
    if not anyway and (wrong := faults(found)):
        raise ConfigurationError(wrong)
    states.enable(bridge, channel, by=by)
    return found


def faults(found: list[Step]) -> list[Fault]:
    """The steps that are not done, as faults."""
    return [Fault(step.name, step.told, "done", step.mend) for step in found if step.ok is False]


async def _token(api_url: str, channel: Connected) -> Step:
    try:
        account = await accounts.of(api_url, channel.secret, channel.token)
    except ConfigurationError as error:
        first = error.faults[0]
        return failed(first.where.replace("_", " "), first.given, first.mend)
    if channel.bot_user_id not in {"", account["userId"]}:
        told = f"of another LINE account ({account['basicId']})"
        return failed("channel access token", told, accounts.TOKEN_IS_AT)
    compared = "" if account["secret_compared"] else "; the secret shows at the first webhook"
    return done("secret and token", f"{account['basicId']}{compared}")


async def _pointed(line: Platform, url: str, *, point: bool) -> Step:
    name = "webhook URL"
    before = await line.endpoint()
    if before.ok and before.json.get("endpoint") == url:
        return done(name, url)
    if not point:
        there = before.json.get("endpoint") if before.ok else None
        told = f"LINE delivers to {there}" if there else "none is set at LINE"
        return failed(name, told, f"set it to {url}")
    answer = await line.set_endpoint(url)
    if not answer.ok:
        mend = "LINE takes https:// with a certificate of a public authority; set --public-url"
        return failed(name, f"LINE refuses {url} ({answer.said})", mend)
    return done(name, f"set to {url}")


async def _switched(line: Platform) -> list[Step]:
    answer = await line.endpoint()
    if not answer.ok:
        return []
    on = answer.json.get("active") is True
    told = "on" if on else "off: LINE delivers nothing"
    return [Step("use webhook", on, told, "" if on else f"{WEBHOOK_SWITCH}: on")]


def _verified(answer: Answer, channel: Connected) -> Step:
    """LINE's Verify, in words about the likely cause."""
    name, found = "verify", answer.json
    if answer.ok and found.get("success") is True:
        return done(name, "LINE reaches the bridge, and signs with this secret")
    if not answer.ok:
        return failed(name, f"LINE answered {answer.said}", "try again in a minute")
    status, said = found.get("statusCode"), _words(found)
    if status in {400, 401, 403}:
        told = "LINE reaches the bridge, but signs with another secret"
        fault = accounts.wrong_secret(str(channel.account.get("basicId", "")))
        return failed(name, told, fault.mend)
    if status == HTTPStatus.NOT_FOUND:
        mend = "the address leads to something else than this bridge: look at the proxy before it"
        return failed(name, f"no such page ({said})", mend)
    mend = "is the bridge running, and does its public address lead to it (HTTPS, port 443)?"
    return failed(name, said, mend)


def _words(found: dict[str, Any]) -> str:
    words = [str(found[key]) for key in ("statusCode", "reason", "detail") if found.get(key)]
    return ", ".join(dict.fromkeys(words)) or "no reason was given"
