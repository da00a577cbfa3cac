"""What visitors do: one function each; it changes the platform and schedules the events.

Each takes the channel it is towards, who does it and when, and returns the event.
"""

from line_sim.mock.platform.acts.files import (
    Attachment,
    External,
    sends_audio,
    sends_file,
    sends_image,
    sends_video,
)
from line_sim.mock.platform.acts.friendship import befriends, blocks, deletes_account, follows
from line_sim.mock.platform.acts.groups import Invitation, invites_bot, joins, leaves, removes_bot
from line_sim.mock.platform.acts.messages import (
    edits,
    says,
    sends_location,
    sends_sticker,
    unsends,
)
from line_sim.mock.platform.acts.modules import (
    attaches,
    changes_account,
    detaches,
    gives_back,
    takes_control,
)
from line_sim.mock.platform.acts.taps import (
    changes_membership,
    links_account,
    meets_beacon,
    receives_notification,
    switches_rich_menu,
    taps,
    watches,
)

__all__ = [
    "Attachment",
    "External",
    "Invitation",
    "attaches",
    "befriends",
    "blocks",
    "changes_account",
    "changes_membership",
    "deletes_account",
    "detaches",
    "edits",
    "follows",
    "gives_back",
    "invites_bot",
    "joins",
    "leaves",
    "links_account",
    "meets_beacon",
    "receives_notification",
    "removes_bot",
    "says",
    "sends_audio",
    "sends_file",
    "sends_image",
    "sends_location",
    "sends_sticker",
    "sends_video",
    "switches_rich_menu",
    "takes_control",
    "taps",
    "unsends",
    "watches",
]
