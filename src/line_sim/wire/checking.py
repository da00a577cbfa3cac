"""What the models of outgoing messages are made of: limits, addresses and rules as annotations.

Each wrong thing becomes one entry of a :class:`pydantic.ValidationError`, at its own place, so that
all of them are found in one reading. An entry made here says whether LINE's machine-readable
contract knows the rule (`contract`) or only its documentation.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, NamedTuple, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator
from pydantic.alias_generators import to_camel
from pydantic_core import InitErrorDetails, PydanticCustomError, core_schema

from line_sim.wire.counting import COUNTS, SPARE
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

    from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler
    from pydantic.json_schema import JsonSchemaValue

    from line_sim.wire.limits import Limit

Raw: TypeAlias = "Mapping[str, Any]"
"""An object as it came, of which nothing is known but that it is one."""

MISSING = "must be specified"
EMPTY = "May not be empty"
URI = "invalid uri"

OURS = "line_sim"
"""The type of every error made here; see :class:`Finding`."""


class Part(BaseModel):
    """One JSON object of a request; kinds are strict, and what LINE does not know is reported."""

    model_config = ConfigDict(strict=True, extra="forbid", alias_generator=to_camel)


class Finding(NamedTuple):
    """One thing wrong."""

    words: str
    """As LINE says it."""
    loc: tuple[str | int, ...] = ()
    """Where, seen from the object it was found in."""
    why: str = ""
    """What was given and what is allowed, for the tester."""
    contract: bool = False
    """Whether LINE's machine-readable contract knows the rule."""

    def error(self) -> PydanticCustomError:
        """As pydantic carries it; the place is added by whoever raises it."""
        return PydanticCustomError(
            OURS, "{words}", {"words": self.words, "why": self.why, "contract": self.contract}
        )

    def entry(self, given: object) -> InitErrorDetails:
        """As one entry of a :class:`ValidationError`."""
        return InitErrorDetails(type=self.error(), loc=self.loc, input=given)


def _entry_again(error: Mapping[str, Any]) -> InitErrorDetails:
    """An entry of a ValidationError as one of a new one."""
    context = error.get("ctx", {})
    kind = error["type"]
    found = PydanticCustomError(OURS, "{words}", context) if kind == OURS else kind
    return InitErrorDetails(type=found, loc=error["loc"], input=error["input"], ctx=context)


def _checked(
    given: object, handler: Callable[[Any], Any], check: Callable[[Any], Iterable[Finding]]
) -> object:
    """`given`, validated by `handler` and by `check`; raises what both find."""
    entries: list[InitErrorDetails] = []
    value = None
    try:
        value = handler(given)
    except ValidationError as error:
        entries = [_entry_again(each) for each in error.errors(include_url=False)]
    found = check(given)
    if not found and not entries:
        return value
    entries += [each.entry(given) for each in found]
    if entries:
        raise ValidationError.from_exception_data(Part.__name__, entries)
    return value


def rules(check: Callable[[Raw], Iterable[Finding]]) -> Any:  # noqa: ANN401 - pydantic's own type
    """A model's rules about several of its properties; `check` sees the object as it came."""

    def validate(_cls: type[Part], given: object, handler: Callable[[Any], Any]) -> Any:  # noqa: ANN401 - the model
        return _checked(given, handler, check if isinstance(given, dict) else _nothing)

    return model_validator(mode="wrap")(classmethod(validate))  # type: ignore[arg-type]


def _nothing(_given: object) -> Iterable[Finding]:
    return ()


class Rules:
    """`check` as an annotation: rules that hold only where a property stands."""

    def __init__(self, check: Callable[[Any], Iterable[Finding]], kind: type = dict) -> None:
        self.check = check
        self.kind = kind

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Wrap the property's own schema."""
        check, kind = self.check, self.kind

        def validate(given: object, inner: core_schema.ValidatorFunctionWrapHandler) -> object:
            return _checked(given, inner, check if isinstance(given, kind) else _nothing)

        return core_schema.no_info_wrap_validator_function(validate, handler(source))


class Beside:
    """A property's rules that need the properties before it, as an annotation."""

    def __init__(self, check: Callable[[Any, Raw], Iterable[Finding]], kind: type = list) -> None:
        self.check = check
        self.kind = kind

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Wrap the property's own schema."""
        check, kind = self.check, self.kind

        def validate(
            given: object,
            inner: core_schema.ValidatorFunctionWrapHandler,
            info: core_schema.ValidationInfo,
        ) -> object:
            if not isinstance(given, kind):
                return inner(given)
            return _checked(given, inner, lambda value: check(value, info.data))

        return core_schema.with_info_wrap_validator_function(validate, handler(source))


def over(limit: Limit, value: Any, loc: tuple[str | int, ...] = ()) -> tuple[Finding, ...]:  # noqa: ANN401 - what the unit counts
    """The finding that `value` is outside `limit`, if it is."""
    count = COUNTS[limit.unit](value)
    if limit.least <= count <= limit.most:
        return ()
    words = EMPTY if count == 0 and limit.unit in SPARE else LIMITS[limit.id].words
    unit = {"utf16": "UTF-16 units", "grapheme": "characters", "number": ""}.get(
        limit.unit, limit.unit
    )
    allowed = f"{limit.least:,} to {limit.most:,}" if limit.least else f"at most {limit.most:,}"
    why = f"{f'{count:,} {unit}'.strip()} given, {allowed} allowed ({limit.source})"
    # the contract counts code points, and so do the SDKs
    known = limit.contract and (limit.unit not in SPARE or not _fits_contract(limit, value))
    return (Finding(words, loc, why, known),)


def _fits_contract(limit: Limit, text: str) -> bool:
    return limit.least <= len(text) <= limit.most


class Limited:
    """A limit of :data:`~line_sim.wire.limits.LIMITS` as an annotation of a string, list or number.

    Parameters
    ----------
    id
        Which limit.
    least
        A least of its own: 1 for a text that may not be empty.
    """

    def __init__(self, id: str, least: int | None = None) -> None:  # noqa: A002 - the field's name
        limit = LIMITS[id]
        self.limit = limit if least is None else limit._replace(least=least)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Count after the property's own checks; items even where one of them is wrong."""
        inner = handler(source)
        limit = self.limit
        if limit.unit == "items":
            return core_schema.no_info_wrap_validator_function(self._items, inner)
        least = limit.least
        sure = limit.most // SPARE.get(limit.unit, 1) if limit.unit in SPARE else -1

        def fits(value: Any) -> Any:  # noqa: ANN401 - a text or a number
            if sure >= 0 and least <= len(value) <= sure:
                return value
            for finding in over(limit, value):
                raise finding.error()
            return value

        return core_schema.no_info_after_validator_function(fits, inner)

    def _items(self, given: object, inner: core_schema.ValidatorFunctionWrapHandler) -> object:
        limit = self.limit
        if isinstance(given, list | dict) and not limit.least <= len(given) <= limit.most:
            return _checked(given, inner, lambda value: over(limit, value))
        return inner(given)

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell readers of the schema, as far as it has words for it (lengths in code points)."""
        found = handler(schema)
        ends = {
            "items": ("minItems", "maxItems"),
            "number": ("minimum", "maximum"),
        }.get(self.limit.unit, ("minLength", "maxLength"))
        if "$ref" not in found:
            found |= {ends[0]: self.limit.least, ends[1]: self.limit.most}
        return found


class Words:
    """A list of words as an annotation; by default only LINE's documentation knows them."""

    def __init__(self, *allowed: str, contract: bool = False) -> None:
        self.allowed = allowed
        self.contract = contract

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Look the string up."""
        allowed = frozenset(self.allowed)
        finding = Finding(one_of(self.allowed), contract=self.contract)

        def known(word: str) -> str:
            if word not in allowed:
                raise finding._replace(why=f"{word!r} given").error()
            return word

        return core_schema.no_info_after_validator_function(known, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell readers of the schema."""
        return handler(schema) | {"enum": list(self.allowed)}


class Shaped:
    """A pattern with its words as an annotation; by default LINE's contract knows it."""

    def __init__(self, pattern: str, words: str, *, contract: bool = True) -> None:
        self.pattern = pattern
        self.finding = Finding(words, contract=contract)

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Match the whole string."""
        match, finding = re.compile(self.pattern).fullmatch, self.finding

        def fits(text: str) -> str:
            if not match(text):
                raise finding._replace(why=f"{text[:60]!r} given").error()
            return text

        return core_schema.no_info_after_validator_function(fits, handler(source))

    def __get_pydantic_json_schema__(
        self, schema: core_schema.CoreSchema, handler: GetJsonSchemaHandler
    ) -> JsonSchemaValue:
        """Tell readers of the schema."""
        return handler(schema) | {"pattern": f"^{self.pattern}$"}


def one_of(words: Iterable[str]) -> str:
    """LINE's words for a value outside a list."""
    return f"Must be one of the following values: [{', '.join(words)}]"


class Needed:
    """A property that LINE's documentation requires and its contract does not."""

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Refuse its absence."""

        def present(value: object) -> object:
            if value is None:
                raise Finding(MISSING).error()
            return value

        return core_schema.no_info_after_validator_function(present, handler(source))


def needed() -> Any:  # noqa: ANN401 - a field's default, as pydantic's own Field
    """The default of a :class:`Needed` property: none, which its check then finds."""
    return Field(default=None, validate_default=True)


# RFC 3986: these characters, and percent signs only before two hexadecimal digits
_NOT_ENCODED = re.compile(r"[^\w\-.~:/?#\[\]@!$&'()*+,;=%]|%(?![0-9A-Fa-f]{2})", re.ASCII)
_START = re.compile(r"(?i:https?://[^/?#]|line:/*[^/]|tel:.)")
_WEB = ("https",)
ACTION_SCHEMES = ("http", "https", "line", "tel")


class Address:
    """A URI as an annotation: percent-encoded, of one of `schemes`, within the limit `id`.

    Sources: Messaging API reference, image message (HTTPS, percent-encoded as UTF-8), URI action
    (http, https, line, tel).
    """

    def __init__(self, id: str = "media.url", schemes: tuple[str, ...] = _WEB) -> None:  # noqa: A002 - the limit's
        self.limit = LIMITS[id]
        self.schemes = schemes

    def __get_pydantic_core_schema__(
        self, source: object, handler: GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        """Check the string."""

        def fits(uri: str) -> str:
            for finding in self.findings(uri):
                raise finding.error()
            return uri

        return core_schema.no_info_after_validator_function(fits, handler(source))

    def findings(self, uri: str) -> tuple[Finding, ...]:
        """What is wrong with `uri`, the first thing only."""
        if len(uri) > self.limit.most or (not uri and self.limit.least):
            return over(self.limit, uri)
        scheme = uri.partition(":")[0].lower()
        if scheme not in self.schemes or not _START.match(uri):
            return (Finding(URI, why=f"{uri[:60]!r} given, a {' or '.join(self.schemes)} URI"),)
        if bad := _NOT_ENCODED.search(uri):
            why = f"{bad[0]!r} at {bad.start()} must be percent-encoded (UTF-8)"
            return (Finding(URI, why=why),)
        return ()
