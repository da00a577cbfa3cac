"""Column types that hold whatever a webhook holds, on SQLite and PostgreSQL alike."""

from __future__ import annotations

import json
from typing import Any

from sqlalchemy import Text
from sqlalchemy.types import TypeDecorator


class AnyText(TypeDecorator[str]):
    """Text with any code point: a NUL or half a surrogate pair, which PostgreSQL would refuse.

    Kept as what stands between the quotes of its JSON in ASCII, so that a query may look for a part
    of it (:func:`line_sim.bridge.queries.searching.holds`).
    """

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: object) -> str | None:  # noqa: ARG002
        """As stored."""
        return None if value is None else json.dumps(value)[1:-1]

    def process_result_value(self, value: str | None, dialect: object) -> str | None:  # noqa: ARG002
        """As it was."""
        return None if value is None else str(json.loads(f'"{value}"'))


class Json(TypeDecorator[Any]):
    """Any JSON value, as ASCII text."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: object, dialect: object) -> str | None:  # noqa: ARG002
        """As stored."""
        return None if value is None else json.dumps(value, separators=(",", ":"))

    def process_result_value(self, value: str | None, dialect: object) -> Any:  # noqa: ANN401, ARG002
        """As it was."""
        return None if value is None else json.loads(value)
