"""A whole bridge for tests of daily work: people who are signed in, customers who write."""

from __future__ import annotations

import json
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING, Any

from bridge_at_work import ALICE, AtWork, told
from sqlalchemy import select, update

from line_sim.bridge.desk.setup import next_number
from line_sim.bridge.staff import people, sessions
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from collections.abc import AsyncIterator
    from pathlib import Path

    import httpx

PREFIX = "/api/v1"


class Person:
    """A member who is signed in.

    Attributes
    ----------
    id, number : their row, and their number on the desk.
    """

    def __init__(self, daily: Daily, staff: int) -> None:
        found = people.by_id(daily.bridge.store, staff)
        assert found is not None
        self.id, self.number = found.id, found.number
        self.token = sessions.Sessions(daily.bridge).begin(staff, "dashboard", by_cookie=False)
        self.headers = {"authorization": f"Bearer {self.token}"}
        self._client = daily.client

    async def ask(self, method: str, path: str, **more: Any) -> httpx.Response:  # noqa: ANN401
        """Call the API."""
        headers = {**self.headers, **more.pop("headers", {})}
        if "json" in more:  # in ASCII: halves of surrogate pairs, too
            more["content"] = json.dumps(more.pop("json"))
            headers["content-type"] = "application/json"
        return await self._client.request(method, f"{PREFIX}{path}", headers=headers, **more)

    async def get(self, path: str, status: int = 200, **more: Any) -> Any:  # noqa: ANN401
        """GET; what is answered, with that status."""
        answer = await self.ask("GET", path, **more)
        assert status == answer.status_code, answer.text
        return answer.json()

    async def post(self, path: str, said: object = None, status: int = 200) -> Any:  # noqa: ANN401 - JSON
        """POST; what is answered, with that status."""
        answer = await self.ask("POST", path, **({} if said is None else {"json": said}))
        assert status == answer.status_code, answer.text
        return answer.json()


class Daily(AtWork):
    """A bridge at work, with more groups and people than one."""

    def person(self, name: str = "Aom", role: str = "staff") -> Person:
        """Somebody of no destination, active."""
        store = self.bridge.store
        with store.transaction():
            number = next_number(store, tables.staff)
            staff = store.add(
                tables.staff, number=number, login=f"{name.lower()}{number}", first_name=name,
                last_name="Suk", role=role, created_at=self.clock.now(),
            )  # fmt: skip
            self.bridge.desk.reconfigure()
        self.bridge.desk.set_status(number, "active")
        self.bridge.desk.heartbeat(number, used=True)
        return Person(self, staff)

    def puts(self, *members: Person, place: int = 1, **config: Any) -> None:  # noqa: ANN401
        """Let these be the members of a destination."""
        store = self.bridge.store
        config = {"kind": "group", "staff": [each.id for each in members], **config}
        where = tables.destinations.c.id == place
        with store.transaction():
            store.run(update(tables.destinations).where(where).values(config=config))
            self.bridge.desk.reconfigure()

    def destination(self, *members: Person, name: str = "Back", **config: Any) -> int:  # noqa: ANN401
        """Another destination; its id."""
        store = self.bridge.store
        with store.transaction():
            number = next_number(store, tables.destinations)
            made = store.add(tables.destinations, number=number, name=name, config={})
        self.puts(*members, place=made, **config)
        return made

    async def writes(self, user: str = ALICE, **more: Any) -> int:  # noqa: ANN401
        """A customer writes; the number of their enquiry."""
        assert 200 == await self.post([self.event(user, **more)])
        return int(
            self.bridge.store.value(
                select(tables.enquiries.c.number)
                .order_by(tables.enquiries.c.number.desc())
                .limit(1)
            )
        )

    def chat_of(self, enquiry: int) -> int:
        """The chat of an enquiry."""
        where = tables.enquiries.c.number == enquiry
        return int(self.bridge.store.value(select(tables.enquiries.c.chat).where(where)))


@asynccontextmanager
async def daily(folder: Path) -> AsyncIterator[Daily]:
    """A bridge that works meanwhile."""
    made = Daily(told(folder / "bridge"))
    made.bridge.settings.allow_loopback = True
    await made.begin()
    try:
        yield made
    finally:
        await made.end()
