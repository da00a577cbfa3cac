"""From the bytes of a request to its JSON object, or to LINE's refusal with every fault in it."""

from __future__ import annotations

import re
from functools import reduce
from operator import getitem
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import orjson
from pydantic import ValidationError

from line_sim.errors import suggest
from line_sim.wire.checking import MISSING, OURS, one_of
from line_sim.wire.limits import BODY
from line_sim.wire.places import beside, keys, line_and_column, path
from line_sim.wire.refusals import (
    BODY_ERRORS,
    NOT_JSON,
    PROPERTY,
    TOO_LARGE,
    Detail,
    RefusedError,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from line_sim.wire.checking import Part, Raw

Profile = Literal["line", "lenient", "sdk"]
"""``line`` refuses what LINE's documentation forbids, ``lenient`` only notes what is wrong with
messages, ``sdk`` refuses what LINE's machine-readable contract forbids."""

Extra = Literal["warn", "refuse"]
"""What becomes of properties LINE does not know, of which its documentation says nothing."""


FaultKind = Literal["contract", "documentation", "extra", "recipient"]
"""Who knows the rule: LINE's machine-readable contract, its documentation only; or nobody, as for
unknown properties; or it is about an id in `to`, which LINE answers in words of its own."""


class Read(NamedTuple):
    """A request that is accepted."""

    body: dict[str, Any]
    """As it came, properties that LINE does not know included."""
    warnings: tuple[str, ...] = ()
    """What the tester should know all the same: where, and what."""


class Fault(NamedTuple):
    """One thing wrong in a request."""

    path: str
    """``messages[0].text``."""
    words: str
    why: str = ""
    kind: FaultKind = "contract"
    mistyped: bool = False
    """Whether JSON of another kind stands there."""

    def __str__(self) -> str:
        why = f" ({self.why})" if self.why else ""
        return f"{self.path}: {self.words}{why}" if self.path else f"{self.words}{why}"


MOST_LEVELS = 254
"""How deeply JSON may be nested: what orjson can write again (chosen; LINE does not say)."""


def _refuse_the_unwritable(found: object) -> None:
    try:
        orjson.dumps(found)
    except orjson.JSONEncodeError:
        why = f"nested more than {MOST_LEVELS} levels deep"
        raise RefusedError(NOT_JSON, line="-", column="-", why=why) from None


def json_object(body: bytes) -> dict[str, Any]:
    """The request as a JSON object; raises :class:`RefusedError` where it is none."""
    if len(body) > BODY.most:
        raise RefusedError(TOO_LARGE, why=f"{len(body):,} bytes given, at most {BODY.most:,}")
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError as error:
        raise RefusedError(NOT_JSON, line=error.lineno, column=error.colno, why=error.msg) from None
    if body.count(b"[") + body.count(b"{") > MOST_LEVELS:
        _refuse_the_unwritable(found)
    if not isinstance(found, dict):
        raise RefusedError(PROPERTY, name="-", line=1, column=1, why="a JSON object is expected")
    return found


def read(body: bytes, model: type[Part], *, profile: Profile, extra: Extra) -> Read:
    """The request in `body`, which must be a `model`.

    Raises
    ------
    RefusedError
        In LINE's words: ``TOO_LARGE``, ``NOT_JSON``, ``PROPERTY`` or ``BODY_ERRORS``.
    """
    payload = json_object(body)
    try:
        model.__pydantic_validator__.validate_python(payload)
    except ValidationError as error:
        faults = _every_fault(body, model, error)
        return Read(payload, _judged(faults, body, profile, extra))
    return Read(payload)


def _every_fault(body: bytes, model: type[Part], error: ValidationError) -> list[Fault]:
    """The faults in document order; unknown properties do not hide others behind them."""
    faults = faults_of(error, model)
    unknown = [fault for fault in faults if fault.kind == "extra"]
    if not unknown:
        return faults
    known = orjson.loads(body)
    for each in error.errors(include_url=False, include_input=False, include_context=False):
        if each["type"] == "extra_forbidden":
            *above, name = keys(each["loc"], model)
            reduce(getitem, above, known).pop(name, None)
    try:
        model.__pydantic_validator__.validate_python(known)
    except ValidationError as again:
        return list(dict.fromkeys(unknown + faults_of(again, model)))
    return unknown


def _judged(
    faults: Sequence[Fault], body: bytes, profile: Profile, extra: Extra
) -> tuple[str, ...]:
    """What is only to be warned of; raises for the rest."""
    refused: list[Fault] = []
    warned: list[Fault] = []
    for fault in faults:
        if fault.kind == "extra":
            (refused if extra == "refuse" else warned).append(fault)
        elif profile == "lenient" and _of_a_message(fault):
            warned.append(fault)
        elif profile == "sdk" and fault.kind != "contract":
            continue
        else:
            refused.append(fault)
    if refused:
        raise refusal(refused, body)
    return tuple(map(str, warned))


_ITEM = re.compile(r"messages\[\d+\]")


def _of_a_message(fault: Fault) -> bool:
    """Whether a lenient reader may pass it: all but what is no list of objects."""
    if fault.path == "messages":
        return not fault.mistyped and fault.words != MISSING
    return fault.path.startswith("messages[") and not _ITEM.fullmatch(fault.path)


MOST_TOLD = 20
"""How many faults are explained to the tester; LINE's `details` hold all."""


def refusal(faults: Sequence[Fault], body: bytes) -> RefusedError:
    """LINE's answer to `faults`.

    A top-level property of the wrong kind comes first, then all errors at once, then recipients.
    """
    why = "; ".join(map(str, faults[:MOST_TOLD]))
    if len(faults) > MOST_TOLD:
        why += f"; and {len(faults) - MOST_TOLD:,} more"
    for fault in faults:
        if fault.mistyped and re.fullmatch(r"\w+", fault.path):
            line, column = line_and_column(body, fault.path)
            return RefusedError(PROPERTY, name=fault.path, line=line, column=column, why=why)
    details = [Detail(each.words, each.path) for each in faults if each.kind != "recipient"]
    if details:
        return RefusedError(BODY_ERRORS, details, count=len(details), why=why)
    return RefusedError(PROPERTY, name=faults[0].path, line="-", column="-", why=why)


def faults_of(error: ValidationError, model: type[Part]) -> list[Fault]:
    """Pydantic's entries as faults, each once."""
    found = [_fault(each, model) for each in error.errors(include_url=False)]
    return list(dict.fromkeys(found))


_MISTYPED = {
    "string_type": "must be a string",
    "int_type": "must be an integer",
    "int_from_float": "must be an integer",
    "float_type": "must be a number",
    "bool_type": "must be a boolean",
    "list_type": "must be an array",
    "dict_type": "must be an object",
    "model_type": "must be an object",
    "model_attributes_type": "must be an object",
}
"""Words for JSON of another kind; LINE's are not known (chosen)."""
_VALUES = {
    "greater_than_equal": "must be greater than or equal to {ge}",
    "less_than_equal": "must be less than or equal to {le}",
    "finite_number": "must be a number",
}
"""Words for the contract's other rules (chosen)."""


def _fault(error: Mapping[str, Any], model: type[Part]) -> Fault:
    kind = error["type"]
    at = path(keys(error["loc"], model, names=kind == OURS))
    if kind == "extra_forbidden":
        near = suggest(str(error["loc"][-1]), beside(error["loc"], model))
        why = f"did you mean {near!r}?" if near else "LINE's documentation does not name it"
        return Fault(at, "unknown property", why, "extra")
    if error["input"] is None and kind != OURS:
        kind = "missing"
    return _READ.get(kind, _other)(at, error["input"], error.get("ctx", {}), kind)


def _ours(at: str, _given: object, context: Raw, _kind: str) -> Fault:
    known: FaultKind = "contract" if context["contract"] else "documentation"
    return Fault(at, context["words"], context["why"], known)


def _other(at: str, given: object, context: Raw, kind: str) -> Fault:
    if words := _MISTYPED.get(kind):
        return Fault(at, words, f"{_json_kind(given)} given", mistyped=True)
    return Fault(at, _VALUES.get(kind, "is invalid").format(**context), f"{given!r:.60} given")


_READ: dict[str, Callable[[str, object, Raw, str], Fault]] = {
    OURS: _ours,
    "missing": lambda at, *_: Fault(at, MISSING),
    "string_pattern_mismatch": lambda at, given, *_: Fault(
        at, "not an id of LINE's", f"{given!r:.60} given", "recipient"
    ),
    "union_tag_not_found": lambda at, *_: Fault(f"{at}.type", MISSING),
    "union_tag_invalid": lambda at, _given, context, _kind: Fault(
        f"{at}.type", one_of(_quoted(context["expected_tags"])), f"{context['tag']!r:.60} given"
    ),
    "literal_error": lambda at, given, context, _kind: Fault(
        at, one_of(_quoted(context["expected"])), f"{given!r:.60} given"
    ),
}
"""How pydantic's kinds of errors are told; patterns stand at ids in `to` only."""


def _quoted(words: str) -> list[str]:
    return re.findall(r"'([^']*)'", words)


def _json_kind(value: object) -> str:
    kinds = {str: "a string", bool: "a boolean", list: "an array", dict: "an object"}
    return kinds.get(type(value), "a number")
