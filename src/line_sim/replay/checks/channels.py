"""Check 96: two channels at once."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import no_stimulus
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed

if TYPE_CHECKING:
    from collections.abc import Iterator

    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen
    from line_sim.replay.evidence import Event


@probe(96)
def two_channels(bench: Bench) -> None:
    """Another account's webhooks come to the same URL, signed with its own secret."""
    endpoint = bench.line.channel.endpoint
    alice = bench.visitor()
    bench.line.link.do("connect", url=endpoint, channel=outgoing.OTHER, verify=False)
    bob = bench.line.visitor("customer of the other shop", channel=outgoing.OTHER)
    events = []
    for number in range(2):
        ours = alice.says(f"to the first shop, {number}")
        theirs = bob.says(f"to the other shop, {number}", channel=outgoing.OTHER)
        events += [ours, theirs]
        bench.reacted([*ours.events, *theirs.events], min(bench.patience_s, 1.0))
    bench.settle()
    bench.line.switch(outgoing.OTHER, use_webhook=False)
    bench.mark("", *events)


@check(96, "Two channels are kept apart", level="P", edge="E/A",
       source="one account, one channel: the bridge's own promise")  # fmt: skip
def keeps_channels_apart(seen: Seen) -> Verdict:
    """Each channel's events are answered with its own token, to its own customers."""
    by_channel: dict[str, list[Event]] = {}
    for event in seen.evidence.events.values():
        by_channel.setdefault(event.channel, []).append(event)
    if len(by_channel) < 2:  # noqa: PLR2004 - two channels
        return no_stimulus("traffic of two channels")
    wrong = [text for events in by_channel.values() for e in events for text in _leaked(seen, e)]
    if wrong:
        return failed(*wrong)
    unserved = [name for name, events in by_channel.items() if not any(e.sends for e in events)]
    if unserved:
        return not_observed(f"the bridge does not serve {', '.join(sorted(unserved))}: it has to "
                            "be told the secrets and tokens of both channels")  # fmt: skip
    counts = ", ".join(
        f"{sum(len(e.sends) for e in events)} sends for {len(events)} events of {name}"
        for name, events in by_channel.items()
    )
    return passed(counts)


def _leaked(seen: Seen, event: Event) -> Iterator[str]:
    """Calls about an event with another channel's token, or of its words to others' customers."""
    for call in event.calls:
        if call.channel not in {"", event.channel} and not outgoing.mispaired(seen, call):
            yield f"an event of {event.channel} led to a call with {call.channel}'s token: {call}"
    if not event.text or not event.text.startswith("to the "):
        return
    for call in seen.evidence.sends:
        if event.chat not in call.chats and event.text in "".join(outgoing.texts_of(call)):
            yield f"what {event.channel}'s customer wrote went to another: {call}"
