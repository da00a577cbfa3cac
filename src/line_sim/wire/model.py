"""The ground of every object that LINE writes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, ConfigDict
from pydantic.alias_generators import to_camel

__all__ = ["WireModel"]


class WireModel(BaseModel):
    """An object of a webhook: Python's names inside, LINE's camelCase outside, frozen.

    It takes no property LINE does not document: what is wrong on purpose is made from the finished
    webhook, by :mod:`line_sim.wire.mutants`.
    """

    model_config = ConfigDict(
        alias_generator=to_camel,
        extra="forbid",
        frozen=True,
        validate_by_alias=True,
        validate_by_name=True,
    )

    def to_wire(self) -> dict[str, Any]:
        """As LINE writes it: a property without a value is left out and never null."""
        return self.model_dump(mode="json", by_alias=True, exclude_none=True)
