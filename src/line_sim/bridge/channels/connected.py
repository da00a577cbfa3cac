"""A channel in memory: what the rest of the bridge needs of it at every webhook and every call."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any, Literal

from line_sim.bridge.channels.config import ChannelConfig

if TYPE_CHECKING:
    from line_sim.bridge.channels.needs import Tokens
    from line_sim.wire.bridge_profiles import BridgeProfile

State = Literal["draft", "enabled", "suspended", "deleted"]


@dataclasses.dataclass(eq=False, slots=True)
class Connected:
    """One channel; the same object for as long as it is not deleted, its fields kept up to date.

    Parameters
    ----------
    number : its number on the desk; -1 for a draft, which has none yet.
    bot_user_id : the LINE account, as ``destination`` of a webhook names it; empty where it is not
        known yet (a channel from the environment whose bot info could not be asked).
    path : the unguessable end of its webhook URL.
    secret, token : never shown, logged or stored in the clear.
    paused : why nothing is sent; empty where all is well.
    tokens, api : what calls to LINE are made with.
    """

    id: int
    number: int
    name: str
    state: State
    bot_user_id: str
    path: str
    secret: str = dataclasses.field(repr=False)
    token: str = dataclasses.field(repr=False)
    account: dict[str, Any] = dataclasses.field(default_factory=dict)
    config: ChannelConfig = dataclasses.field(default_factory=ChannelConfig)
    paused: str = ""
    line_channel_id: str = ""
    tokens: Tokens = dataclasses.field(init=False, repr=False)
    api: Any = dataclasses.field(init=False, repr=False)

    @property
    def limits(self) -> BridgeProfile:
        """What it takes and sends."""
        return self.config.limits

    @property
    def receives(self) -> bool:
        """Whether its messages make enquiries."""
        return self.state == "enabled"
