"""What visitors do: one function each; it changes the platform and schedules the events.

Each takes the channel it is towards, who does it and when, and returns the event.
"""

from line_sim.mock.platform.acts.friendship import befriends, blocks, deletes_account, follows
from line_sim.mock.platform.acts.messages import (
    edits,
    says,
    sends_location,
    sends_sticker,
    unsends,
)

__all__ = [
    "befriends",
    "blocks",
    "deletes_account",
    "edits",
    "follows",
    "says",
    "sends_location",
    "sends_sticker",
    "unsends",
]
