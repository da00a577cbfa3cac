"""A platform with two channels of two providers, and bots that call it without a network."""

from urllib.parse import urlencode

import orjson

from line_sim.mock.platform.calls import Answer, Call
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.people import Person
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Channel as ToldChannel
from line_sim.mock.settings import Settings
from line_sim.net.clock import Instant

EPOCH_MS = 1_790_000_000_000
START = Instant(0, 0)
SECOND = 1_000_000
DAY = 86_400 * SECOND


def at(seconds: float) -> Instant:
    """Both faces of the clock, so many seconds after the start."""
    return Instant(int(seconds * SECOND), int(seconds * SECOND))


def platform(*areas: Operations, told: Settings | None = None, **first: object) -> Platform:
    """Two channels, ``shop`` (with `first`) and ``rival``, with the operations of some areas."""
    settings = told or Settings(
        channels=(
            ToldChannel(name="shop", provider="one", **first),
            ToldChannel(name="rival", provider="two"),
        )
    )
    found = tuple(operation for area in areas for operation in area.found)
    return Platform(settings, EPOCH_MS, found or None)


class Bot:
    """Whoever calls with a channel's access token."""

    def __init__(self, where: Platform, name: str = "shop") -> None:
        self.platform = where
        self.channel = where.channel(name)
        self.token = self.channel.access_token
        self.now = START

    def friend(self, name: str = "Aiko") -> Person:
        """Somebody who has added the account."""
        person = self.channel.provider.person(name)
        self.channel.friends[person.id] = None
        return person

    def call(self, method: str, path: str, body: bytes = b"", **headers: str) -> Answer:
        """One call; header names with underscores for hyphens."""
        path, _, query = path.partition("?")
        sent = {"authorization": f"Bearer {self.token}"}
        sent |= {name.replace("_", "-").lower(): value for name, value in headers.items()}
        call = Call(method, path, query, sent, body, "api.line.me")
        return self.platform.answer(call, self.now)

    def get(self, path: str, **query: object) -> Answer:
        """A GET."""
        return self.call("GET", f"{path}?{urlencode(query)}" if query else path)

    def delete(self, path: str) -> Answer:
        """A DELETE."""
        return self.call("DELETE", path)

    def post(self, path: str, said: object = None, **headers: str) -> Answer:
        """A POST of JSON."""
        return self.send("POST", path, said, **headers)

    def put(self, path: str, said: object = None) -> Answer:
        """A PUT of JSON."""
        return self.send("PUT", path, said)

    def send(self, method: str, path: str, said: object, **headers: str) -> Answer:
        """A call with JSON, or without a body."""
        body = b"" if said is None else orjson.dumps(said)
        return self.call(method, path, body, content_type="application/json", **headers)

    def form(self, path: str, **fields: object) -> Answer:
        """A POST of a form, without any token."""
        body = urlencode(fields).encode()
        headers = {"content_type": "application/x-www-form-urlencoded"}
        return self.call("POST", path, body, authorization="", **headers)
