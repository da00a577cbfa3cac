"""How a recording is to be played: every choice of a replay, checked at once."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Literal

from line_sim.errors import ConfigurationError, Fault
from line_sim.mock.settings import Channel, DispatchSettings, LimitSettings, Settings
from line_sim.net.targets import check
from line_sim.replay.selection import Selection
from line_sim.wire.ids import Ids

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path
    from typing import Any

    from line_sim.mock.faults import Fault as BadLuck
    from line_sim.replay.scan import Scan

IN_FLIGHT = 5_000
"""Most unanswered webhooks (PLATFORM 19)."""
MAX_IN_FLIGHT = 64
"""Chosen: the same at ``speed="max"``, where it is how hard the bridge is pressed."""
LIMIT_MS = 20.0
"""The player's own lateness at p99 beyond which a run is invalid (PLATFORM 19)."""
QUIET_S = 1.0
"""Chosen: so long nothing may happen before a run is taken to be over."""
DRAIN_S = 15.0
"""Chosen: so long at most the bridge is waited for at the end."""
FASTEST = 1e6
UNNAMED = "channel"
"""The channel of webhooks whose recording names none."""

Speed = float | Literal["max", "stepped"]


@dataclass(frozen=True, kw_only=True)
class Orders:
    """All choices of one replay; see :func:`line_sim.replay.player.play`."""

    selection: Selection = field(default_factory=Selection)
    speed: Speed = 1.0
    closed: bool = False
    scale_contracts: bool | None = None
    in_flight: int | None = None
    warm_up_s: float = 0.0
    limit_ms: float = LIMIT_MS
    quiet_s: float = QUIET_S
    settings: Settings | None = None
    secret: str = ""
    token: str = ""
    host: str = "127.0.0.1"
    port: int = 0
    log: Path | None = None
    force: bool = False
    fsync: bool = False
    faults: tuple[BadLuck, ...] = ()
    allow_targets: tuple[str, ...] = ()
    verify: bool = True

    def __post_init__(self) -> None:
        faults = []
        words = {"max", "stepped"}
        if isinstance(self.speed, str):
            if self.speed not in words:
                faults.append(Fault("speed", repr(self.speed), "a number, or max, or stepped"))
        elif not 0 < self.speed <= FASTEST:
            faults.append(Fault("speed", repr(self.speed), f"above 0, at most {FASTEST:,.0f}"))
        if self.speed in words:
            faults += [
                Fault(name, "given", f"nothing with speed {self.speed}", "--speed N")
                for name, given in (("closed", self.closed), ("ramp", self.selection.ramp))
                if given and not (name == "ramp" and self.speed == "stepped")
            ]
        if self.in_flight is not None and not 1 <= self.in_flight <= IN_FLIGHT:
            faults.append(
                Fault("in_flight (--in-flight)", repr(self.in_flight), f"1 to {IN_FLIGHT:,}")
            )
        options = {"warm_up_s": " (--warm-up)", "limit_ms": " (--late)", "quiet_s": ""}
        for name, option in options.items():
            if not 0 <= getattr(self, name) < FASTEST:
                faults.append(Fault(name + option, repr(getattr(self, name)), "0 or more"))
        if faults:
            raise ConfigurationError(faults)

    @property
    def clock_speed(self) -> float:
        """Schedule seconds in a wall second."""
        return 1.0 if isinstance(self.speed, str) else float(self.speed)

    @property
    def most(self) -> int:
        """Most unanswered webhooks."""
        return self.in_flight or (MAX_IN_FLIGHT if self.speed == "max" else IN_FLIGHT)

    def mock_settings(self, seen: Scan) -> Settings:
        """The mock's settings: the recording's channels, and what a replay needs of the rest."""
        base = self.settings or Settings(seed=self.selection.seed)
        told = {each.name: each for each in base.channels}
        names = list(seen.channels) or [base.channels[0].name]
        channels = [
            told.get(name) or Channel(name=name or UNNAMED, groups=True, error_statistics=False)
            for name in names
        ]
        more = {"secret": self.secret, "access_token": self.token}
        given = {name: value for name, value in more.items() if value}
        channels[0] = channels[0].model_copy(update=given)
        limits = base.limits
        if self.settings is None and not self.scale_contracts:
            # the bridge calls as much oftener as it is called; its limits are wall time
            scale = 1e6 if self.speed in {"max", "stepped"} else max(1.0, self.clock_speed)
            limits = LimitSettings(scale=scale)
        most = IN_FLIGHT if self.speed == "max" else self.most  # there the feed itself keeps count
        dispatch = DispatchSettings(
            in_flight=most, timeout_s=base.dispatch.timeout_s, mode="parallel"
        )
        return base.model_copy(
            update={"channels": tuple(channels), "limits": limits, "dispatch": dispatch}
        )

    def header(self, settings: Settings, recorded: Mapping[str, Any]) -> dict[str, Any]:
        """What the ledger's first line says of a replay."""
        ids = Ids(settings.seed)
        channels = [
            {"name": each.name, "bot_user_id": ids.bot(each.name)} for each in settings.channels
        ]
        kept = ("origin", "epoch_ms", "made_ms", "seed", "lacks")
        of = {name: recorded[name] for name in kept if name in recorded}
        return {
            "origin": "replay", "channels": channels, "lacks": [], "replay_of": of,
            "speed": self.speed, "closed": self.closed,
        }  # fmt: skip


def targets(
    to: str | Mapping[str, str], names: Iterable[str], allow: Iterable[str]
) -> dict[str, str]:
    """The webhook URL of each channel; raises where one has none, or leads off this machine."""
    known = list(names)
    found = dict.fromkeys(known, to) if isinstance(to, str) else dict(to)
    faults = [Fault.unknown("to", name, known) for name in found if name not in known]
    faults += [
        Fault("to", f"nothing for {name}", "a URL for each channel", f"--to {name}=URL")
        for name in known
        if name not in found
    ]
    if faults:
        raise ConfigurationError(faults)
    allowed = "an http or https URL such as http://127.0.0.1:8000/callback"
    faults = [
        Fault("to", repr(url), allowed)
        for url in dict.fromkeys(found.values())
        if not url.lower().startswith(("http://", "https://"))
    ]
    if faults:
        raise ConfigurationError(faults)
    for url in found.values():
        check(url, frozenset(allow))
    return found
