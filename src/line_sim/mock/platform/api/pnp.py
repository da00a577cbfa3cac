"""LINE notification messages: sent to a telephone number, of which the hash is given (partners)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer, Sent
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.sending import read
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import BODY_ERRORS, PARAMETER, PHONE, Detail, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_TAG = "X-Line-Delivery-Tag"
_TAG_LENGTHS = (16, 100)


@operations.answers(
    "pushMessagesByPhone", "POST", "/bot/pnp/push", tier=3, body="PnpMessagesRequest"
)
def push(asked: Asked) -> Answer:
    """Checked in full, and delivered to nobody: people of the mock have no telephone numbers.

    That a number's hash of zeros only is answered as one nobody can be reached at is chosen, so
    that a bot can be seen to handle LINE's 422.
    """
    body, warnings = read(asked, "pnp")
    tag = asked.call.headers.get(_TAG.lower())
    least, most = _TAG_LENGTHS
    if tag is not None and not least <= len(tag) <= most:
        why = f"{len(tag)} characters; {least} to {most} are allowed"
        raise RefusedError(PARAMETER, name=_TAG, why=why)
    if not re.fullmatch("[0-9a-f]{64}", body["to"]):
        detail = Detail("must be the SHA-256 of a telephone number, in lower-case hex", "to")
        raise RefusedError(BODY_ERRORS, [detail], count=1)
    if not body["to"].strip("0"):
        raise RefusedError(PHONE, why="a hash of zeros only stands for nobody on LINE")
    channel = asked.channel
    channel.sent_by_day.add("pnp", 1, asked.platform.unix_ms(asked.now))
    messages = tuple(body["messages"])
    ids = tuple(asked.platform.ids.message() for _ in messages)
    sent = Sent("pnp", channel.id, (body["to"],), (), messages, ids)
    return Answer(content={}, sent=sent, findings=(*warnings, SIMPLER))
