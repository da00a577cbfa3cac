"""What the API asks of the rest of the bridge, and no more."""

from __future__ import annotations

from typing import Protocol

from line_sim.bridge.channels import needs as channels
from line_sim.bridge.parts import HasLiveDesk


class Bridge(HasLiveDesk, channels.Owner, Protocol):
    """A bridge that runs, for signing in and for administrators."""
