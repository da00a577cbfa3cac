"""What a small bridge does on a few texts, but for what is planted."""

from __future__ import annotations

from hypothesis import strategies as st
from ledgers import Ledger

from line_sim.replay.behaviours import Behaviours, behaviours

USER = "U" + "a" * 32
TEXTS = st.lists(st.text("abcdefgh ", min_size=1, max_size=12), min_size=1, max_size=6)


def run(  # noqa: PLR0913 - each by name
    texts: list[str], *, by: str = "reply", delay_s: float = 0.2, second: bool = True,
    change: str = "", status: int = 200, skip: int = -1,
) -> Behaviours:  # fmt: skip
    """What a bridge does that answers each text with two messages, but for what is planted."""
    ledger = Ledger()
    for number, text in enumerate(texts):
        ledger.at_s += 1_000
        said = ledger.event(USER, text)
        ledger.webhook(said, status=status)
        ledger.at_s += delay_s
        if number == skip:
            continue
        answer = f"you wrote {text}{change}"
        if by == "reply":
            ledger.reply(said, answer)
        else:
            ledger.push(USER, answer)
        if second:
            ledger.at_s += 0.1
            ledger.call(
                "pushMessage", {"to": USER, "messages": []},
                sent={**ledger.sent("push", USER, [{"type": "text", "text": "anything else?"}]),
                      "event": said["webhookEventId"]},
            )  # fmt: skip
    return behaviours(ledger.end())
