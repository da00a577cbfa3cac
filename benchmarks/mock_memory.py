"""How the mock's memory grows with the number of calls, its ledger on disk.

python benchmarks/mock_memory.py [--calls 1000000] [--sockets 200000]

From a tenth of the calls to all of them, RSS may grow by 20 MB. The calls go to the application as
ASGI, ten a second of a stepped clock, so that a million take 28 hours and what lives for a day
dies: pushes (a seventh with retry keys, which makes them a tenth of all calls), replies to events
handed over, multicasts, profiles, and calls that are refused. Then fewer calls over sockets, to a
mock in a process of its own, in real time.
"""

import argparse
import asyncio
import json
import tempfile
import uuid
from collections.abc import Iterator
from pathlib import Path
from random import Random

import psutil
from call_ends import CHANNELS, USERS
from push_calls import TEXT, Contestant, requests, served

from line_sim.mock.app import Api
from line_sim.mock.platform import acts
from line_sim.mock.platform.calls import Outcome
from line_sim.mock.platform.channel import Channel as PlatformChannel
from line_sim.mock.platform.people import Person
from line_sim.mock.running import Options, RunningMock
from line_sim.mock.settings import Channel, LimitSettings, Settings
from line_sim.net.loops import new_loop

MEGABYTE = 1_000_000
MOST_MB = 20
STEP_US = 100_000
CONNECTIONS = 32

Request = tuple[str, str, dict[str, str], bytes]


class Callers:
    """Makes calls as many bots would, from one seed.

    Parameters
    ----------
    mock
        The mock they call.
    """

    def __init__(self, mock: RunningMock) -> None:
        self.mock = mock
        self.platform = mock.service.platform
        self.random = Random(1)  # noqa: S311 - luck of a benchmark
        self.people: list[tuple[PlatformChannel, list[Person]]] = []
        for channel in self.platform.channels.values():
            channel.endpoint = "http://127.0.0.1:9/callback"  # handed over here, never sent
            people = [channel.provider.new(f"{channel.name} {number}") for number in range(USERS)]
            for person in people:
                acts.befriends(channel, person)
            self.people.append((channel, people))

    def requests(self, number: int) -> Iterator[Request]:
        """So many calls."""
        for _ in range(number):
            channel, people = self.random.choice(self.people)
            person = self.random.choice(people)
            yield self._request(channel, people, person)

    def _request(self, channel: PlatformChannel, people: list[Person], person: Person) -> Request:
        luck = self.random.random()
        headers = {
            "host": "127.0.0.1",
            "user-agent": "line-bot-sdk-python/3",
            "authorization": f"Bearer {channel.access_token}",
            "content-type": "application/json",
        }
        push = {"to": person.id, "messages": [TEXT]}
        if luck < 0.1:  # noqa: PLR2004 - shares of calls, here and below
            key = str(uuid.UUID(int=self.random.getrandbits(128)))
            return self._post("push", {**headers, "x-line-retry-key": key}, push)
        if luck < 0.7:  # noqa: PLR2004
            return self._post("push", headers, push)
        if luck < 0.85:  # noqa: PLR2004
            token = self._event(channel, person)
            return self._post("reply", headers, {"replyToken": token, "messages": [TEXT]})
        if luck < 0.9:  # noqa: PLR2004
            to = [each.id for each in people[:10]]
            return self._post("multicast", headers, {"to": to, "messages": [TEXT]})
        if luck < 0.95:  # noqa: PLR2004
            return "GET", f"/v2/bot/profile/{person.id}", headers, b""
        return self._post("push", headers, {"to": person.id, "messages": []})

    @staticmethod
    def _post(kind: str, headers: dict[str, str], body: object) -> Request:
        return "POST", f"/v2/bot/message/{kind}", headers, json.dumps(body).encode()

    def _event(self, channel: PlatformChannel, person: Person) -> str:
        """The reply token of a text that was handed over and confirmed just now."""
        now = self.mock.clock.now()
        acts.says(channel, person, now, "Is my order on its way?")
        deliveries = self.platform.deliveries
        for delivery in deliveries.take_due(now):
            deliveries.handed_over(delivery, now)
            deliveries.ended(delivery, Outcome(200), now)
            token: str = delivery.events[-1]["replyToken"]
        return token


async def call(api: Api, request: Request) -> None:
    """One call as ASGI."""
    method, path, headers, body = request
    scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": [(name.encode(), value.encode()) for name, value in headers.items()],
        "extensions": {},
    }

    async def receive() -> dict:
        return {"type": "http.request", "body": body}

    async def send(_message: object) -> None:
        pass

    await api(scope, receive, send)


def rss_mb(process: psutil.Process) -> float:
    """What a process holds."""
    return process.memory_info().rss / MEGABYTE


async def in_process(folder: str, calls: int) -> float:
    """Print the growth over all calls; returns it from a tenth of them on, in MB."""
    channels = tuple(Channel(name=f"shop {number}") for number in range(CHANNELS))
    settings = Settings(channels=channels, limits=LimitSettings(scale=10))
    mock = RunningMock(settings, Options(stepped=True, log=Path(folder) / "steps.jsonl"))
    await mock.start()
    await mock.service.dispatcher.stop()  # its webhooks are handed over here
    callers, api, own = Callers(mock), Api(mock.service), psutil.Process()
    at_tenth = 0.0
    for tenth in range(1, 11):
        for request in callers.requests(calls // 10):
            mock.clock.step(mock.clock.now().schedule_us + STEP_US)
            await call(api, request)
        held = rss_mb(own)
        at_tenth = at_tenth or held
        print(f"{tenth * calls // 10:>12,} calls{held:>10.1f} MB", flush=True)
    answered = {
        f"{operation or '-'} {status}": count
        for (kind, operation, status), count in sorted(mock.ledger.counts().items(), key=str)
        if kind == "call_end"
    }
    print(f"  {answered}")
    await mock.stop()
    mock.ledger.close()
    return held - at_tenth


def over_sockets(folder: str, calls: int) -> float:
    """The growth of a mock in a process of its own from a tenth of the calls on, in MB."""
    with served("mock", f"{folder}/sockets.jsonl") as (process, facts):
        loaded = Contestant(process, facts["url"], requests(facts["callers"], TEXT))
        done, at_tenth = 0, 0.0
        while done < calls:
            done += int(loaded.loaded(CONNECTIONS, 2)["count"])
            held = rss_mb(loaded.measured)
            at_tenth = at_tenth or (held if done >= calls / 10 else 0.0)
            print(f"{done:>12,} calls over sockets{held:>10.1f} MB", flush=True)
    return held - at_tenth


def verdict(what: str, grown: float) -> None:
    """Print a growth beside the most it should be."""
    held = "holds" if grown <= MOST_MB else "ABOVE"
    print(f"{what}: grown by {grown:.1f} MB, at most {MOST_MB}: {held}")


def main() -> None:
    """Print both growths."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--calls", type=int, default=1_000_000)
    asked.add_argument("--sockets", type=int, default=200_000)
    told = asked.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        with asyncio.Runner(loop_factory=new_loop) as runner:
            verdict("in process", runner.run(in_process(folder, told.calls)))
        verdict("over sockets", over_sockets(folder, told.sockets))


if __name__ == "__main__":
    main()
