"""What a bridge must do about each event of a recording, as a text that people edit.

::

    format = "line_sim.expectations"
    version = 1

    [fields]
    "sender.iconUrl" = "ignore"

    [[event]]
    id = "01HXPYV3Z5E4Q8J2N6T7R9S0KA"
    says = "Is my order on its way?"
    within_s = 10.0
    at_most = 1
    answers = [{ by = "reply", contains = "order" }]

Generated from what the recorded bridge did (each answer *exactly*), then loosened by hand:
``text`` or ``message`` exactly, ``contains``, ``any_of``, ``matches``; ``at_most`` so many
messages; ``none_within_s`` for silence.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal

import tomlkit
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from line_sim.errors import ConfigurationError, ScenarioSyntaxError
from line_sim.mock.config import faults_of
from line_sim.replay.comparison import likeness
from line_sim.replay.fields import Rule, differences

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.replay.behaviours import Behaviour, Behaviours

FORMAT: Final = "line_sim.expectations"
VERSION: Final = 1
SLOWEST_S = 10.0
"""What a generated file allows an answer, or twice what the recorded bridge took."""

Seconds = Annotated[float, Field(ge=0)]


class Expected(BaseModel):
    """One message that must come, by what is said of it; nothing said: any message."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    by: Literal["any", "reply", "push", "multicast", "narrowcast", "broadcast"] = "any"
    text: str | None = None
    message: dict[str, Any] | None = None
    contains: str | None = None
    any_of: tuple[str, ...] = ()
    matches: str | None = None

    def misses(
        self,
        by: str,
        message: Mapping[str, Any],
        rules: Mapping[str, Rule],
        event: Mapping[str, Any],
    ) -> list[str]:
        """Why a message is not this one; nothing where it is."""
        found = [f"it came by {by} instead of {self.by}"] if self.by not in {"any", by} else []
        text = message.get("text")
        said = text if isinstance(text, str) else ""
        if self.message is not None:
            found += map(str, differences(self.message, message, rules, event))
        if self.text is not None and said != self.text and "text" not in rules:
            found.append(f"text is {said!r} instead of {self.text!r}")
        if self.contains is not None and self.contains not in said:
            found.append(f"text {said!r} does not contain {self.contains!r}")
        if self.any_of and said not in self.any_of:
            found.append(f"text is {said!r}, none of {', '.join(map(repr, self.any_of))}")
        if self.matches is not None and not re.search(self.matches, said):
            found.append(f"text {said!r} does not match {self.matches}")
        return found

    def __str__(self) -> str:
        for name in ("text", "contains", "matches"):
            value = getattr(self, name)
            if value is not None:
                return f"{'' if name == 'text' else name + ' '}{value!r}"
        if self.any_of:
            return f"any of {', '.join(map(repr, self.any_of))}"
        return f"[{self.message.get('type')}]" if self.message else "any message"


class ExpectedEvent(BaseModel):
    """What must be done about one event."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    id: str
    says: str = ""
    chat: str = ""
    answers: tuple[Expected, ...] = ()
    within_s: Seconds | None = None
    """Wall seconds for the first answer."""
    at_most: Annotated[int, Field(ge=0)] | None = None
    """Most messages because of it."""
    none_within_s: Seconds | None = None
    """No message may come within so many wall seconds."""


class Expectations(BaseModel):
    """A whole file."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    format: Literal["line_sim.expectations"]
    version: Literal[1]
    fields: dict[str, Rule] = Field(default_factory=dict)
    event: tuple[ExpectedEvent, ...] = ()

    @classmethod
    def of(cls, done: Behaviours) -> Expectations:
        """What a bridge did is what is expected; only the first loop counts."""
        events = tuple(_expected(each) for each in done.values() if each.loop == 0)
        return cls(format=FORMAT, version=VERSION, event=events)

    @classmethod
    def load(cls, path: str | Path) -> Expectations:
        """Read a file.

        Raises
        ------
        ScenarioSyntaxError
            Where it is no TOML.
        ConfigurationError
            With everything that is wrong in it.
        """
        place = Path(path)
        try:
            data = tomllib.loads(place.read_text(encoding="utf-8"))
        except UnicodeDecodeError as error:
            raise ScenarioSyntaxError(place, 1, 1, f"not UTF-8 text: {error.reason}") from None
        except tomllib.TOMLDecodeError as error:
            where = re.search(r"line (\d+), column (\d+)", str(error))
            line, column = (int(where[1]), int(where[2])) if where else (1, 1)
            raise ScenarioSyntaxError(place, line, column, str(error)) from None
        try:
            return cls.model_validate(data)
        except ValidationError as error:
            raise ConfigurationError(faults_of(error), str(place)) from None

    def to_toml(self) -> str:
        """As text, for people to edit; :meth:`load` reads it again."""
        document = tomlkit.document()
        plain = self.model_dump(mode="json", exclude_defaults=True)
        document["format"], document["version"] = self.format, self.version
        if self.fields:
            document["fields"] = plain["fields"]
        events = tomlkit.aot()
        for each in plain.get("event", ()):
            events.append(_table(each))
        document["event"] = events
        return tomlkit.dumps(document)

    def judge(self, done: Behaviours) -> list[Miss]:
        """Where a run did not do what was expected, in order; empty where it did."""
        return [
            miss
            for wanted in self.event
            for behaviour in _loops(done, wanted.id)
            for miss in _judged(wanted, behaviour, self.fields)
        ]


class Miss(BaseModel):
    """One expectation that was not met."""

    model_config = ConfigDict(frozen=True)

    event: str
    says: str
    what: str
    nearest: str = ""
    """The message that came nearest, and how it differs."""

    def __str__(self) -> str:
        nearest = f"; nearest: {self.nearest}" if self.nearest else ""
        return f"{self.says[:60]!r} ({self.event}): {self.what}{nearest}"


def _expected(done: Behaviour) -> ExpectedEvent:
    answers = [
        Expected.model_validate(
            {"by": by, "text": message["text"]}
            if set(message) == {"type", "text"}
            else {"by": by, "message": dict(message)}
        )
        for by, message in done.messages()
    ]
    within_s = None
    if done.answers:
        within_s = max(SLOWEST_S, round(2 * done.answers[0].delay_s, 1))
    return ExpectedEvent(
        id=done.event, says=done.says, chat=done.chat, answers=tuple(answers), within_s=within_s,
        at_most=len(answers),
    )  # fmt: skip


def _table(event: Mapping[str, Any]) -> Any:  # noqa: ANN401 - one of tomlkit's
    table = tomlkit.table()
    for name, value in event.items():
        if name != "answers":
            table[name] = value
            continue
        answers = tomlkit.array()
        for each in value:
            inline = tomlkit.inline_table()
            inline.update(each)
            answers.append(inline)
        table[name] = answers.multiline(multiline=len(value) > 1)
    return table


def _loops(done: Behaviours, event: str) -> Iterator[Behaviour | None]:
    found: list[Behaviour | None] = [each for (name, _), each in done.items() if name == event]
    yield from found or [None]


def _judged(
    wanted: ExpectedEvent, done: Behaviour | None, rules: Mapping[str, Rule]
) -> Iterator[Miss]:
    def miss(what: str, nearest: str = "") -> Miss:
        return Miss(event=wanted.id, says=wanted.says, what=what, nearest=nearest)

    if done is None:
        yield miss("the event was not played")
        return
    came = done.messages()
    left = list(range(len(came)))
    for number, each in enumerate(wanted.answers, 1):
        match = next((p for p in left if not each.misses(*came[p], rules, done.asked)), None)
        if match is None:
            what = f"answer {number} of {len(wanted.answers)} did not come: {each}"
            yield miss(what, _nearest(each, [came[p] for p in left], rules, done))
        else:
            left.remove(match)
    if wanted.at_most is not None and len(came) > wanted.at_most:
        yield miss(f"{len(came)} messages came; at most {wanted.at_most} may")
    yield from (miss(what) for what in _in_time(wanted, done))


def _in_time(wanted: ExpectedEvent, done: Behaviour) -> Iterator[str]:
    first_s = done.answers[0].delay_s if done.answers else None
    if first_s is None:
        return
    if wanted.within_s is not None and first_s > wanted.within_s:
        yield f"the first answer took {first_s:.1f} s; {wanted.within_s:g} s are allowed"
    if wanted.none_within_s is not None and first_s <= wanted.none_within_s:
        yield f"an answer came after {first_s:.1f} s; none may within {wanted.none_within_s:g} s"


def _nearest(
    wanted: Expected,
    came: list[tuple[str, Mapping[str, Any]]],
    rules: Mapping[str, Rule],
    done: Behaviour,
) -> str:
    if not came:
        return ""
    wish = wanted.message or {"type": "text", "text": wanted.text or wanted.contains or ""}
    by, message = max(came, key=lambda each: likeness(wish, each[1]))
    return "; ".join(wanted.misses(by, message, rules, done.asked))
