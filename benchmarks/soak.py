"""A soak: mixed calls under faults of every kind, over sockets; none may be lost from the ledger.

python benchmarks/soak.py [--calls 200000] [--log soak.jsonl]

Every request carries a number of its own; in the ledger each stands in one ``call`` line with one
``call_end``. In the middle the mock is killed (SIGKILL) with calls under way: its ledger must be
readable and hold every call that was answered. A second mock takes the other half and ends well.
Leaves the failing ledgers where --log says, and exits with 1, where anything is wrong.
"""

import argparse
import asyncio
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
import uuid
from collections import Counter, deque
from pathlib import Path
from random import Random

from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.pool import Pool
from line_sim.net.loops import new_loop
from line_sim.net.serve import Server
from line_sim.recording.reader import Reader

ID = "x-soak-id"
VISITORS = tuple(f"Visitor {number}" for number in range(50))
TIMEOUT_S = 0.4
WORKERS = 48
ENDS_S = 20.0
"""How long the last calls may take, hanging ones included."""
FAULTS = """
faults = [
  {fault = "Refuses", status = 429, probability = 0.02},
  {fault = "Refuses", status = 400, probability = 0.005},
  {fault = "FailsWith", status = 503, probability = 0.01},
  {fault = "Slow", seconds = 0.05, probability = 0.01},
  {fault = "Hangs", probability = 0.002},
  {fault = "ResetsConnection", probability = 0.005},
  {fault = "LosesResponse", how = "500", probability = 0.005},
  {fault = "LosesResponse", how = "hang", probability = 0.002},
  {fault = "LosesResponse", how = "reset", probability = 0.005},
  {fault = "TruncatesContent", probability = 0.05},
  {fault = "TruncatesContent", keeps_length = false, probability = 0.05},
  {fault = "PreparesContent", seconds = 0.5, probability = 0.1},
  {fault = "ContentGone", probability = 0.05},
  {fault = "ExpiresToken", channel = "voided", skip = 500},
  {fault = "RunsOutOfQuota", probability = 0.01},
  {fault = "DuplicatesWebhook", probability = 0.05},
  {fault = "OvertakesWebhook", probability = 0.05},
  {fault = "DelaysWebhook", seconds = 0.1, probability = 0.05},
  {fault = "SkewsClock", probability = 0.05},
  {fault = "DropsWebhook", probability = 0.05},
  {fault = "WrongSignature", probability = 0.05},
]
"""
CONFIG = """
[limits]
scale = 10

[[channels]]
name = "shop"

[[channels]]
name = "voided"
"""
TEXT = {"type": "text", "text": "Your order left our shop."}

Call = tuple[str, str, bytes, dict[str, str]]


class Bot:
    """Takes webhooks, and keeps what calls can be made of."""

    def __init__(self) -> None:
        self.tokens: deque[str] = deque(maxlen=2_000)
        self.media: deque[str] = deque(maxlen=50)

    async def __call__(self, _scope: object, receive, send) -> None:  # noqa: ANN001 - ASGI
        """Confirm a webhook, and keep its reply tokens and media."""
        body, more = b"", True
        while more:
            message = await receive()
            body += message.get("body", b"")
            more = message.get("more_body", False)
        for event in json.loads(body or b"{}").get("events", ()):
            if "replyToken" in event:
                self.tokens.append(event["replyToken"])
            if event.get("message", {}).get("type") == "image":
                self.media.append(event["message"]["id"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})


class Caller:
    """Makes numbered calls, and keeps what became of each.

    Parameters
    ----------
    facts
        What the control API tells of the channels.
    """

    def __init__(self, url: str, channels: list[dict], bot: Bot, pool: Pool) -> None:
        self.url = url
        self.tokens = [each["access_token"] for each in channels]
        self.bot, self.pool = bot, pool
        self.random = Random(2)  # noqa: S311 - luck of a soak
        self.people: list[str] = []
        self.answered: dict[str, int] = {}
        """By number, the status of every call that was answered."""
        self.sent: set[str] = set()
        self.ended = False

    async def control(self, path: str, **arguments: object) -> dict:
        """Ask the mock's control API."""
        body = json.dumps(arguments).encode()
        headers = [("x-line-sim", "1"), ("content-type", "application/json")]
        reply = await self.pool.send(
            "POST", f"{self.url}/_sim/{path}", headers=headers, body=body, timeout_s=30
        )
        if reply.status != 200:  # noqa: PLR2004 - HTTP's OK
            raise RuntimeError(reply.body.decode())
        return json.loads(reply.body)

    async def meet(self) -> None:
        """Make the visitors, and let some of them send a picture."""
        for name in VISITORS:
            self.people.append((await self.control("visitor", name=name))["id"])
        for name in VISITORS[:10]:
            await self.control(f"visitors/{name.replace(' ', '%20')}/sends", kind="image")

    async def talk(self) -> None:
        """Let visitors write as long as calls are made."""
        while not self.ended:
            if len(self.bot.tokens) > WORKERS:
                await asyncio.sleep(0.01)
                continue
            name = self.random.choice(VISITORS).replace(" ", "%20")
            await self.control(f"visitors/{name}/says", text="Is it on its way?")

    def call(self) -> Call:  # noqa: PLR0911 - one for each kind
        """The next call: method, path, body, and headers beside the usual."""
        luck, to = self.random.random(), self.random.choice(self.people)
        push = {"to": to, "messages": [TEXT]}
        if luck < 0.12 and self.bot.tokens:  # noqa: PLR2004 - shares of calls, here and below
            return _post("reply", {"replyToken": self.bot.tokens.popleft(), "messages": [TEXT]})
        if luck < 0.5:  # noqa: PLR2004
            return _post("push", push)
        if luck < 0.6:  # noqa: PLR2004
            key = str(uuid.UUID(int=self.random.getrandbits(128)))
            return _post("push", push, {"x-line-retry-key": key})
        if luck < 0.68:  # noqa: PLR2004
            return _post("multicast", {"to": self.people[:20], "messages": [TEXT]})
        if luck < 0.78:  # noqa: PLR2004
            return "GET", f"/v2/bot/profile/{to}", b"", {}
        if luck < 0.86 and self.bot.media:  # noqa: PLR2004
            message = self.random.choice(self.bot.media)
            return "GET", f"/v2/bot/message/{message}/content", b"", {}
        if luck < 0.92:  # noqa: PLR2004
            kind = self.random.choice(("quota", "quota/consumption"))
            return "GET", f"/v2/bot/message/{kind}", b"", {}
        return self.random.choice((
            _post("push", {"to": to, "messages": []}),
            _post("push", {"to": "U" + "0" * 32, "messages": [TEXT]}),
            ("POST", "/v2/bot/message/push", b'{"to": ', {}),
            ("GET", "/v2/bot/nothing", b"", {}),
            _post("push", push, {"authorization": "Bearer nobody's"}),
            _post("reply", {"replyToken": "0" * 32, "messages": [TEXT]}),
        ))  # fmt: skip

    async def work(self, numbers: "deque[int]") -> None:
        """Make calls until there are no more numbers, or the mock is gone."""
        while numbers and not self.ended:
            name = str(numbers.popleft())
            method, path, body, more = self.call()
            token = self.tokens[self.random.random() < 0.02]  # noqa: PLR2004 - the voided one
            headers = {
                ID: name,
                "authorization": f"Bearer {token}",
                "content-type": "application/json",
                **more,
            }
            self.sent.add(name)
            try:
                reply = await self.pool.send(
                    method, self.url + path, headers=headers.items(), body=body, timeout_s=TIMEOUT_S
                )
            except ExchangeError as error:
                if not error.handed_over:
                    self.sent.discard(name)
                continue
            self.answered[name] = reply.status


def _post(kind: str, body: object, headers: dict[str, str] | None = None) -> Call:
    return "POST", f"/v2/bot/message/{kind}", json.dumps(body).encode(), headers or {}


async def half(log: Path, numbers: "deque[int]", folder: Path, *, kill_at: int = 0) -> list[str]:
    """Make calls to a mock of their own; what is wrong with its ledger then.

    With `kill_at`, the mock is killed once so few numbers are left, and calls are under way.
    """
    (folder / "faults.toml").write_text(FAULTS)
    (folder / "config.toml").write_text(CONFIG)
    told = ("--json", "--config", folder / "config.toml", "--faults", folder / "faults.toml")
    process = subprocess.Popen(  # noqa: ASYNC220, S603 - once, before anything is under way
        [sys.executable, "-m", "line_sim", "mock", *map(str, told), "--log", str(log), "--force"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    bot = Bot()
    try:
        url = _facts(process)["url"]
        async with Server(bot, lifespan="off") as server, Pool() as pool:
            headers = [("x-line-sim", "1")]
            reply = await pool.send("GET", f"{url}/_sim/channels", headers=headers)
            caller = Caller(url, json.loads(reply.body)["channels"], bot, pool)
            await caller.control("connect", url=server.url)
            await caller.meet()
            await _called(caller, numbers, process, kill_at)
    finally:
        process.kill()
        process.wait()
    return reconciled(log, caller, killed=bool(kill_at))


def _facts(process: "subprocess.Popen[str]") -> dict:
    """What the mock prints at its start: one JSON document."""
    text = ""
    for line in process.stdout:
        text += line
        try:
            return json.loads(text)
        except json.JSONDecodeError:
            continue
    sys.exit("the mock did not start")


async def _called(
    caller: Caller, numbers: "deque[int]", process: "subprocess.Popen[str]", kill_at: int
) -> None:
    """Run the workers to their end, or to the mock's."""
    workers = [asyncio.ensure_future(caller.work(numbers)) for _ in range(WORKERS)]
    talk = asyncio.ensure_future(caller.talk())
    while numbers and len(numbers) > kill_at:  # noqa: ASYNC110 - workers tell nobody
        await asyncio.sleep(0.01)
    if kill_at:
        os.kill(process.pid, signal.SIGKILL)
        caller.ended = True
    await asyncio.gather(*workers)
    caller.ended = True
    await asyncio.gather(talk, return_exceptions=True)
    if not kill_at:
        process.terminate()
        await asyncio.to_thread(process.wait, ENDS_S)


def reconciled(log: Path, caller: Caller, *, killed: bool) -> list[str]:
    """What is wrong with a ledger, seen from who called."""
    begun: Counter[str] = Counter()
    ended: Counter[int] = Counter()
    names: dict[int, str] = {}
    reader = Reader(log)
    lines, faults = 0, 0
    for line in reader:
        lines += 1
        if line["kind"] == "call" and ID in line["headers"]:
            names[line["exchange"]] = line["headers"][ID]
            begun[line["headers"][ID]] += 1
        elif line["kind"] == "call_end":
            ended[line["exchange"]] += 1
        faults += line["kind"] == "fault"
    whole = Counter(names[each] for each, count in ended.items() if each in names and count == 1)
    held = caller.answered if killed else caller.sent
    held = set(caller.answered) if killed else caller.sent
    wrong = {
        "without a call line": held - begun.keys(),
        "with more than one call line": {each for each, count in begun.items() if count > 1},
        "without exactly one call_end": held - whole.keys(),
    }
    statuses = dict(sorted(Counter(caller.answered.values()).items()))
    print(
        f"  {len(caller.sent):,} calls sent, {len(caller.answered):,} answered {statuses};"
        f" {lines:,} lines, {faults:,} faults; {reader.warning() or 'the ledger ended well'}"
    )
    return [
        f"{len(found):,} calls {what}, such as {min(found)}"
        for what, found in wrong.items()
        if found
    ]


def main() -> None:
    """Soak, and say how it went."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--calls", type=int, default=200_000)
    asked.add_argument("--log", type=Path, help="folder to leave the ledgers in")
    told = asked.parse_args()
    begun_s = time.monotonic()
    wrong: list[str] = []
    with tempfile.TemporaryDirectory() as made, asyncio.Runner(loop_factory=new_loop) as runner:
        folder = told.log or Path(made)
        middle = told.calls // 2
        for name, numbers, kill_at in (
            ("killed in the middle", deque(range(middle + WORKERS)), WORKERS),
            ("to its end", deque(range(middle, told.calls)), 0),
        ):
            print(f"{name}: {len(numbers):,} calls", flush=True)
            log = folder / f"{name.split()[0]}.jsonl"
            found = runner.run(half(log, numbers, Path(made), kill_at=kill_at))
            wrong += [f"{name}: {each}" for each in found]
    print("\n".join(wrong) or "none lost", f"({(time.monotonic() - begun_s) / 60:.1f} minutes)")
    sys.exit(bool(wrong))


if __name__ == "__main__":
    main()
