"""The scenario: everything a run is made from, as one frozen object that refuses what is wrong.

The desk's own dataclasses (:mod:`line_sim.desk.setup`) and those of people's behaviour
(:mod:`line_sim.scenario.behaviour`) are its fields, so that a key means the same everywhere.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import json
from typing import TYPE_CHECKING, Annotated, Any, Self, cast

from pydantic import BaseModel, ConfigDict, Discriminator, ValidationError

from line_sim.desk.model import SECOND
from line_sim.desk.setup import Channel, DeskSetup, Destination, Key, Member, Service
from line_sim.errors import ConfigurationError, Fault
from line_sim.scenario.behaviour import Customers, StaffBehaviour, WarmStart
from line_sim.scenario.checked import Checked
from line_sim.scenario.recorded import Recorded
from line_sim.scenario.shifts import Planned, Roster, planned_shifts

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

__all__ = ["Content", "Costs", "Scenario"]

_DAY_S = 86_400


@dataclasses.dataclass(frozen=True, slots=True, kw_only=True)
class Costs(Checked):
    """What things cost, in any one currency; nothing is known by default.

    Parameters
    ----------
    currency : its name, for tables.
    staff_per_hour : of a member on shift.
    by_member : of single members, by name, in the place of ``staff_per_hour``.
    push_message : of one message that is not a reply (LINE: replies are free, pushes count).
    """

    currency: str = ""
    staff_per_hour: float = 0.0
    by_member: dict[str, float] = dataclasses.field(default_factory=dict)
    push_message: float = 0.0

    def _faults(self) -> Iterator[Fault]:
        yield from self._at_least(0, "staff_per_hour", "push_message")
        for name, cost in self.by_member.items():
            if not cost >= 0:
                yield Fault(f"by_member.{name}", repr(cost), "at least 0")


class Content(BaseModel):
    """The keys of a scenario and their types; :class:`Scenario` also asks whether they agree."""

    model_config = ConfigDict(
        frozen=True, strict=True, extra="forbid", allow_inf_nan=False, ser_json_inf_nan="constants"
    )

    name: str
    start: dt.datetime
    utc_offset: str
    source: str = ""
    locale: str = "en"
    days: float = 1.0
    drain_s: float = 3600.0
    service_level_s: float = 20.0
    members: tuple[Member, ...]
    destinations: tuple[Annotated[Destination, Discriminator("kind")], ...]
    channels: tuple[Channel, ...]
    tags: dict[str, tuple[str, ...]] = {}
    service: Service = Service()
    customers: Customers = Customers()
    staff: StaffBehaviour = StaffBehaviour()
    roster: Roster = Roster()
    recorded: Recorded = Recorded()
    warm_start: WarmStart = WarmStart()
    targets: dict[str, str] = {}
    costs: Costs = Costs()

    @property
    def end_us(self) -> int:
        """Microseconds from the start to the end of arrivals."""
        return round(self.days * _DAY_S * SECOND)

    @property
    def until_us(self) -> int:
        """Microseconds from the start to the end of the run, whatever is still open."""
        return self.end_us + round(self.drain_s * SECOND)

    def desk_setup(self, methods: Mapping[str, Key] | None = None) -> DeskSetup:
        """The desk of this scenario.

        Parameters
        ----------
        methods
            Distributions of one's own by name of destination; they need
            ``service.strict_cinnox = false``.
        """
        classes = self.customers.classes
        return DeskSetup(
            start=self.start,
            utc_offset=self.utc_offset,
            members=self.members,
            destinations=self.destinations,
            channels=self.channels,
            tags=dict(self.tags),
            classes=tuple(each.name for each in classes),
            priorities=tuple(each.priority for each in classes),
            languages=tuple(each.code for each in self.customers.languages),
            methods=dict(methods or {}),
            service=self.service,
        )

    def shifts(self) -> dict[str, tuple[Planned, ...]]:
        """Every member's planned shifts and breaks, by name, on the clock of the run.

        Half-open intervals in microseconds since the start, in order, cut at 0; planned means
        before :class:`.Punctuality` moves them. Without a roster everybody is on shift throughout.
        """
        names = [member.name for member in self.members]
        return planned_shifts(self.roster, names, self.start, self.until_us)


class Scenario(Content):
    """A service, its customers, its staff and a stretch of time: what a run is made from.

    Parameters
    ----------
    name : of the scenario, for titles.
    start : the instant the run begins, local to `utc_offset`.
    utc_offset : ``"+07:00"``; fixed, so daylight saving has no effect.
    source : where the numbers come from, and what is assumed.
    locale : of customers' and staff's invented names: ja, th, zh-TW, en, id.
    days : how long customers write, in days of 24 hours.
    drain_s : how long the run goes on after that, so that the last are served, seconds.
    service_level_s : answered within this many seconds counts as in time; 20 [chosen].
    members : the staff, as the desk knows them (:mod:`line_sim.desk.setup`).
    destinations : service groups, queues and chatbots.
    channels : LINE accounts with their routing rules.
    tags : named lists of destinations that a chat may be transferred to.
    service : what holds for the whole service.
    customers : what they want, when, and how long they wait (:mod:`line_sim.scenario.behaviour`).
    staff : how fast people react and work, how they keep to the roster.
    roster : who works when.
    recorded : a history in the place of drawn customers.
    warm_start : what is already there when the run begins.
    targets : what the planner wants, by metric: ``{"service_level": ">= 80 %"}``; the report gives
        a verdict on each.
    costs : what things cost.

    Raises
    ------
    ConfigurationError
        All faults at once.
    """

    def __init__(self, **content: Any) -> None:  # noqa: ANN401 - pydantic says what may be given
        tuples = {
            key: tuple(value) if isinstance(value, list) else value
            for key, value in content.items()
        }
        # here, not at the top: both read this module
        from line_sim.scenario.consistency import inconsistencies  # noqa: PLC0415
        from line_sim.scenario.faulty import faults_of  # noqa: PLC0415

        try:
            super().__init__(**cast("dict[str, Any]", tuples))
        except ValidationError as error:
            raise ConfigurationError(faults_of(error, tuples)) from None
        faults = inconsistencies(self)
        if faults:
            raise ConfigurationError(faults)

    @classmethod
    def load(cls, path: str | Path) -> Self:
        """The scenario in a TOML file, or the shipped one of that name.

        Raises
        ------
        ScenarioSyntaxError
            Where the file is not sound TOML, or not text: the one place, line and column.
        ConfigurationError
            Else every fault of the file and of the tables it names, at once, each with its line.
        """
        from line_sim.scenario.reading import load  # noqa: PLC0415 - it reads this module

        return cls._of(load(path))

    @classmethod
    def from_toml(cls, text: str, base: str | Path = ".") -> Self:
        """The scenario a TOML text describes; `base` is the folder of the tables it names."""
        from line_sim.scenario.reading import from_toml  # noqa: PLC0415 - it reads this module

        return cls._of(from_toml(text, base))

    @classmethod
    def _of(cls, content: Content) -> Self:
        return cls(**{name: getattr(content, name) for name in Content.model_fields})

    def to_toml(self) -> str:
        """The scenario as a TOML text that :meth:`from_toml` reads back as an equal scenario.

        Defaults are left out; rosters and recorded enquiries are written out, so the text needs no
        other file.
        """
        from line_sim.scenario.writing import to_toml  # noqa: PLC0415 - it reads this module

        return to_toml(self)

    def replace(self, **changes: Any) -> Self:  # noqa: ANN401 - any field
        """A copy with other values; the same checks as for a new one."""
        return type(self)(**{name: getattr(self, name) for name in Content.model_fields} | changes)

    def with_value(self, path: str, value: object) -> Self:
        """A copy in which what `path` leads to is `value`.

        Parameters
        ----------
        path
            Keys with dots between, as in the file: ``service.max_wait_s``. An item of a list goes
            by its name or place, ``*`` is all of them: ``destinations.*.distribution``,
            ``channels.shop.rule.shares[0].percentage``, ``customers.classes."a.b".priority``.
        value
            Anything the file may say there; a text that is TOML (``30``, ``true``, ``["a"]``) is
            read as such where no text is wanted.

        Raises
        ------
        ConfigurationError
            Where the path leads nowhere (with the nearest key), or the value may not stand there.
        """
        from line_sim.scenario.variants import with_value  # noqa: PLC0415 - it reads this module

        return self._of(with_value(self, path, value))

    def without_member(self, name: str) -> Self:
        """A copy without one member of staff, wherever the scenario speaks of them.

        Everybody else's luck stays as it was.

        Raises
        ------
        ConfigurationError
            Where nobody has that name, or what is left cannot run.
        """
        from line_sim.scenario.headcount import without_member  # noqa: PLC0415 - as above

        return self.replace(**without_member(self, name))

    def with_another(self, like: str, name: str) -> Self:
        """A copy with one member more: `name`, with the shifts, teams, speed and pay of `like`.

        The new colleague stands last in every list and has luck of their own.

        Raises
        ------
        ConfigurationError
            Where nobody is called `like`, or somebody is called `name` already.
        """
        from line_sim.scenario.headcount import with_another  # noqa: PLC0415 - as above

        return self.replace(**with_another(self, like, name))

    def warnings(self) -> list[Fault]:
        """What is allowed but probably not meant, see :mod:`line_sim.scenario.warnings`."""
        from line_sim.scenario.warnings import warnings  # noqa: PLC0415 - it reads this module

        return warnings(self)


def content_from(data: dict[str, Any]) -> Content:
    """The content that plain data (as TOML gives it) describes; pydantic's error where it cannot.

    By way of JSON, for only there pydantic is strict about numbers and text and yet reads dates
    and lists.
    """
    return Content.model_validate_json(json.dumps(data, default=_plain), strict=True)


def _plain(value: dt.date | dt.time) -> str:
    if isinstance(value, dt.time):
        return value.isoformat("minutes")
    return value.isoformat()
