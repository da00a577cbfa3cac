"""The table of LINE's operations: who answers which method and path.

Each module of :mod:`line_sim.mock.platform.api` holds an :class:`Operations` of its own and adds
its functions with :meth:`Operations.answers`; :func:`every_operation` gathers them.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from typing import TYPE_CHECKING, Literal, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.platform.calls import Answer, Asked

    Answering = Callable[[Asked], Answer]

AREAS = (
    "aliases", "audiences", "chats", "content", "coupons", "groups", "insight", "liff",
    "membership", "messages", "module", "narrowcasts", "pnp", "profiles", "quota", "richmenus",
    "shop", "statistics", "tokens", "webhooks",
)  # fmt: skip
"""The modules of `api`."""


class Limit(NamedTuple):
    """A rate limit: so many calls in so many seconds, for each channel and operation."""

    calls: int
    period_s: int


ORDINARY = Limit(2_000, 1)
"""Everything that LINE's table does not name ("Rate limits")."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation of LINE's API."""

    name: str
    """LINE's operationId: ``pushMessage``."""
    method: str
    path: str
    """Template: ``/v2/bot/profile/{userId}``."""
    tier: Literal[1, 2, 3]
    """1: fully stateful; 2: works, simpler; 3: answers by schema, or 501."""
    answering: Answering
    host: Literal["api", "data", "manager"] = "api"
    limit: Limit = ORDINARY
    auth: Literal["bearer", "none"] = "bearer"
    retry_key: bool = False
    """Whether X-Line-Retry-Key is allowed."""
    upload: bool = False
    """Whether the body is a file, not JSON, and the 2 MB limit does not hold."""
    status: int = 200
    """The status of success."""
    body: str = ""
    """The model in the OpenAPI description of what is asked; empty: no body."""
    result: str = ""
    """The model in the OpenAPI description of what is answered."""
    supported: bool = True
    """Whether it is more than a 501."""


class Operations:
    """The operations of one area."""

    def __init__(self) -> None:
        self.found: list[Operation] = []

    def answers(
        self, name: str, method: str, path: str, *, tier: Literal[1, 2, 3], **facts: object
    ) -> Callable[[Answering], Answering]:
        """Add the decorated function as the operation of that name."""

        def add(answering: Answering) -> Answering:
            self.found.append(Operation(name, method, path, tier, answering, **facts))  # type: ignore[arg-type]
            return answering

        return add


@cache
def every_operation() -> tuple[Operation, ...]:
    """Every operation, area by area."""
    areas = [import_module(f"line_sim.mock.platform.api.{area}") for area in AREAS]
    return tuple(operation for area in areas for operation in area.operations.found)


class Directory:
    """Finds the operation of a method and path: by a table, and by pattern where ids are in it."""

    def __init__(self, operations: tuple[Operation, ...]) -> None:
        self.every = operations
        self.fixed: dict[tuple[str, str], Operation] = {}
        self.patterns: dict[tuple[str, int], list[tuple[re.Pattern[str], Operation]]] = {}
        for each in operations:
            if "{" not in each.path:
                self.fixed[each.method, each.path] = each
                continue
            parts = re.split(r"\{(\w+)\}", each.path)
            pattern = "".join(
                f"(?P<{part}>[^/]+)" if place % 2 else re.escape(part)
                for place, part in enumerate(parts)
            )
            slot = self.patterns.setdefault((each.method, each.path.count("/")), [])
            slot.append((re.compile(pattern), each))

    def find(self, method: str, path: str) -> tuple[Operation | None, dict[str, str]]:
        """The operation, and what the fields of its template hold."""
        found = self.fixed.get((method, path))
        if found is not None:
            return found, {}
        for pattern, operation in self.patterns.get((method, path.count("/")), ()):
            if match := pattern.fullmatch(path):
                return operation, match.groupdict()
        return None, {}

    def methods(self, path: str) -> list[str]:
        """The methods that `path` does know."""
        every = {operation.method for operation in self.every}
        return sorted(method for method in every if self.find(method, path)[0])
