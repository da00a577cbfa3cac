"""Fields of a fault that check themselves: what a planner may write, and how a mistake is told."""

from __future__ import annotations

import dataclasses
import math
from typing import TYPE_CHECKING, Any, NamedTuple

from line_sim.errors import Fault as Mistake

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator


class Check(NamedTuple):
    """What one field may hold."""

    kinds: tuple[type, ...]
    allowed: str
    least: float = -math.inf
    most: float = math.inf
    above: float = -math.inf
    words: Collection[str] = ()

    def mistake(self, where: str, value: object) -> Mistake | None:
        """What is wrong with a value; None where nothing is."""
        if type(value) not in self.kinds:
            return Mistake(where, f"{value!r}", self.allowed)
        if self.words and value not in self.words:
            return Mistake.unknown(where, str(value), self.words)
        if isinstance(value, int | float) and not (
            self.least <= value <= self.most and value > self.above and math.isfinite(value)
        ):
            return Mistake(where, f"{value!r}", self.allowed)
        return None


def number(  # noqa: PLR0913 - each is said by name
    default: Any = dataclasses.MISSING,  # noqa: ANN401 - as dataclasses.field
    *,
    allowed: str,
    least: float = -math.inf,
    most: float = math.inf,
    above: float = -math.inf,
    whole: bool = False,
    kw_only: bool | None = None,
) -> Any:  # noqa: ANN401 - as dataclasses.field
    """A number within limits; None is allowed where it is the default."""
    kinds: tuple[type, ...] = (int,) if whole else (int, float)
    if default is None:
        kinds = (*kinds, type(None))
    check = Check(kinds, allowed, least, most, above)
    if kw_only is not None:
        return dataclasses.field(default=default, metadata={"check": check}, kw_only=kw_only)
    return dataclasses.field(default=default, metadata={"check": check})


def word(
    default: Any = dataclasses.MISSING,  # noqa: ANN401 - as dataclasses.field
    *,
    words: Collection[str] = (),
    allowed: str = "a text",
) -> Any:  # noqa: ANN401 - as dataclasses.field
    """A text, or one of some words."""
    check = Check((str,), f"one of {', '.join(words)}" if words else allowed, words=words)
    return dataclasses.field(default=default, metadata={"check": check})


def switch(*, default: bool) -> Any:  # noqa: ANN401 - as dataclasses.field
    """A yes or no."""
    check = Check((bool,), "true or false")
    return dataclasses.field(default=default, metadata={"check": check})


def mistakes(instance: Any) -> Iterator[Mistake]:  # noqa: ANN401 - any dataclass
    """What is wrong with each field of a dataclass made of these fields."""
    name = type(instance).__name__
    for each in dataclasses.fields(instance):
        check: Check = each.metadata["check"]
        found = check.mistake(f"{name}.{each.name}", getattr(instance, each.name))
        if found is not None:
            yield found
