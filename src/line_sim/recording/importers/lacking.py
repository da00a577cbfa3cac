"""What an import does not hold, as words for the header and as sentences for the reader."""

from __future__ import annotations

from line_sim.recording.lines import LACKS

SENTENCES = {
    "bytes": "no original bytes of webhooks: bodies were written anew in LINE's style, so what "
    "depends on escapes or white space (checks 7 and 8) is not as it was",
    "signatures": "no signatures: a player signs anew, and who was let in with a wrong one (checks "
    "2 to 5) cannot be read from it",
    "headers": "no headers of requests: retry keys, request ids and user agents (checks 6, 14, 72 "
    "to 79 and 91) cannot be read from it",
    "answers": "no answers of the bridge: checks 15 to 17 cannot be read from it",
    "calls": "no calls of the bridge: what it answered (checks 66 to 91) cannot be read from it",
    "call answers": "no answers of LINE to calls: which were accepted (checks 66, 73 to 77) cannot "
    "be read from it",
    "media": "no bytes of media: a replay sends stand-ins (checks 45 and 56 to 60)",
    "times": "no times: they were made up, so rates and delays (checks 15 to 17, 57, 68) mean "
    "nothing",
    "events": "no events: what customers wrote is not in it, and there is nothing to replay",
    "bodies": "no bodies: only that requests came, when and how they ended",
}
"""A sentence for each word of :data:`line_sim.recording.lines.LACKS`."""


def in_order(words: set[str]) -> list[str]:
    """The words as :data:`LACKS` has them."""
    return [word for word in LACKS if word in words]


def sentences(words: list[str]) -> list[str]:
    """What the words mean for whoever reads the recording."""
    return [SENTENCES[word] for word in words]
