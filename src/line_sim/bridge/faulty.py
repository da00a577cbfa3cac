"""Plain data that fits no model, told as faults: where, what was given, what is allowed."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.errors import Fault

if TYPE_CHECKING:
    from collections.abc import Iterator

    from pydantic import ValidationError

_LONGEST_SHOWN = 60


def faults_of(error: ValidationError, data: Any) -> Iterator[Fault]:  # noqa: ANN401 - plain data
    """Pydantic's findings about `data`, without the names of alternatives in their paths."""
    for found in error.errors(include_url=False):
        where, value = "", data
        last = len(found["loc"]) - 1
        for place, step in enumerate(found["loc"]):
            inside, found_value = _inside(value, step)
            if not inside and place != last:
                continue  # the name of the alternative that was chosen by its kind
            where, value = _deeper(where, step), found_value
        given = "missing" if found["type"] == "missing" else _shown(value)
        yield Fault(where or "body", given, allowed(found))


def allowed(found: Any) -> str:  # noqa: ANN401 - one of pydantic's error details
    """What may stand where pydantic found something else."""
    context = found.get("ctx", {})
    match found["type"]:
        case "extra_forbidden":
            return "no such key here"
        case "missing":
            return "needed"
        case "literal_error":
            return f"one of {context['expected']}"
        case "union_tag_invalid":
            return f"kind one of {context['expected_tags']}"
        case _:
            message = str(found["msg"])
            return message[:1].lower() + message[1:]


def _inside(value: Any, step: str | int) -> tuple[bool, Any]:  # noqa: ANN401
    if isinstance(value, dict) and step in value:
        return True, value[step]
    if isinstance(value, list | tuple) and isinstance(step, int) and step < len(value):
        return True, value[step]
    return False, value


def _deeper(where: str, step: str | int) -> str:
    if isinstance(step, int):
        return f"{where}[{step}]"
    return f"{where}.{step}" if where else step


def _shown(value: object) -> str:
    text = repr(value)
    return text if len(text) <= _LONGEST_SHOWN else f"{text[:_LONGEST_SHOWN]}..."
