"""What an account says by itself, where its console's switches are left on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Sent

if TYPE_CHECKING:
    from line_sim.mock.platform.channel import Channel
    from line_sim.mock.platform.people import Person
    from line_sim.net.clock import Instant


def greets(channel: Channel, person: Person, now: Instant) -> None:
    """The greeting message, to whoever adds the account."""
    _speaks(channel, person, channel.greeting, now)


def responds(channel: Channel, person: Person, now: Instant) -> None:
    """The auto-response, to whoever writes."""
    _speaks(channel, person, channel.auto_response, now)


def _speaks(channel: Channel, person: Person, text: str, now: Instant) -> None:
    """Neither counts against the quota (Messaging API pricing: not sent by the API)."""
    if not text or not channel.reaches(person, now):
        return
    channel.loading_until_us.pop(person.id, None)
    platform = channel.platform
    sent = Sent(
        kind="auto",
        channel=channel.id,
        chats=(person.id,),
        delivered=(person.id,),
        messages=({"type": "text", "text": text},),
        ids=(platform.ids.message(),),
    )
    if platform.on_auto is not None:
        platform.on_auto(sent)
