"""Mission stickers: given to a user for something done (partner documentation)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.request_bodies import read
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()


@operations.answers(
    "missionStickerV3", "POST", "/shop/v3/mission", tier=3, body="MissionStickerRequest"
)
def give(asked: Asked) -> Answer:
    """Accepted for anybody the provider knows; nobody's phone shows it."""
    found = read(asked, "MissionStickerRequest")
    user_id = found.body["to"]
    if user_id not in asked.channel.provider.people:
        raise RefusedError(NOT_FOUND, why=f"{user_id[:80]} is no user of this channel's provider")
    return Answer(findings=(*found.warnings, SIMPLER))
