"""Push calls a second with full validation, state and ledger, beside the same stack's constant.

python benchmarks/push_calls.py [--seconds 10] [--rounds 5] [--connections 32]
    [--prism node_modules/.bin/prism --openapi messaging-api.yml]

Eight channels, ``limits.scale = 10``, no quota; the ledger is a file. The constants are our server
and Starlette with one route. Prism (@stoplight/prism-cli) validates by LINE's OpenAPI file and
answers examples from it; both are given by path, neither comes with this repository.
"""

import argparse
import contextlib
import json
import socket
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psutil
from call_ends import PATH
from measured import floor

if TYPE_CHECKING:
    from collections.abc import Iterator

ENDS = Path(__file__).with_name("call_ends.py")
WARM_S = 1.0
PIPE = subprocess.PIPE

TEXT = {"type": "text", "text": "Your order 0042 left our shop; it should be with you by 3 p.m."}
BUTTON = {
    "type": "button",
    "style": "primary",
    "action": {"type": "uri", "label": "Where is it?", "uri": "https://example.com/orders/0042"},
}
FLEX = {
    "type": "flex",
    "altText": "Your order 0042",
    "contents": {
        "type": "bubble",
        "hero": {"type": "image", "url": "https://example.com/hero.png", "aspectRatio": "20:13"},
        "body": {
            "type": "box",
            "layout": "vertical",
            "contents": [
                {"type": "text", "text": "Order 0042", "weight": "bold", "size": "xl"},
                {"type": "text", "text": "It should be with you by 3 p.m.", "wrap": True},
            ],
        },
        "footer": {"type": "box", "layout": "vertical", "contents": [BUTTON]},
    },
}

Found = dict[str, float]


class Contestant:
    """A server in a process of its own, and what it is asked.

    Parameters
    ----------
    process
        The server.
    url, requests
        Where it is, and the requests to it in turn.
    """

    def __init__(self, process: "subprocess.Popen[str]", url: str, requests: list[str]) -> None:
        self.process = process
        self.measured = psutil.Process(process.pid)
        self.address = [urlsplit(url).hostname, urlsplit(url).port]
        self.requests = requests

    def cpu_s(self) -> float:
        """Processor time of the server and its children so far."""
        every = [self.measured, *self.measured.children(recursive=True)]
        return sum(sum(each.cpu_times()[:2]) for each in every)

    def loaded(self, connections: int, seconds: float) -> Found:
        """Load it for so long."""
        command = [sys.executable, str(ENDS), "load", str(connections), str(seconds)]
        told = json.dumps({"address": self.address, "requests": self.requests})
        begun_s = self.cpu_s()
        done = subprocess.run(command, input=told, stdout=PIPE, text=True, check=True)  # noqa: S603
        found: Found = json.loads(done.stdout)
        found["cpu_us"] = (self.cpu_s() - begun_s) / found["count"] * 1e6
        found["own_us"] = found["own_s"] / found["count"] * 1e6
        found["rate"] = found["count"] / found["seconds"]
        return found


def request(token: str, user: str, message: object) -> str:
    """One push call as it goes over the wire; headers as LINE's SDKs send them."""
    body = json.dumps({"to": user, "messages": [message]})
    return (
        f"POST {PATH} HTTP/1.1\r\nhost: 127.0.0.1\r\naccept: application/json\r\n"
        f"user-agent: line-bot-sdk-python/3\r\nauthorization: Bearer {token}\r\n"
        f"content-type: application/json\r\ncontent-length: {len(body)}\r\n\r\n{body}"
    )


def requests(callers: list[dict], message: object) -> list[str]:
    """A call from each channel to each of its friends, the channels in turn."""
    rows = [[request(each["token"], user, message) for user in each["users"]] for each in callers]
    return [each for row in zip(*rows, strict=True) for each in row]


@contextlib.contextmanager
def served(*told: str) -> "Iterator[tuple[subprocess.Popen[str], dict]]":
    """One of our ends, and what it tells of itself."""
    command = [sys.executable, str(ENDS), *told]
    with subprocess.Popen(command, stdin=PIPE, stdout=PIPE, text=True) as process:  # noqa: S603
        try:
            yield process, json.loads(process.stdout.readline())
        finally:
            process.stdin.close()
            process.stdout.read()


@contextlib.contextmanager
def prism(command: Path, openapi: Path) -> "Iterator[tuple[subprocess.Popen[str], str]]":
    """Prism on LINE's file, as quiet as it can be."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    told = [str(command), "mock", "-h", "127.0.0.1", "-p", str(port), "-v", "silent", str(openapi)]
    with subprocess.Popen(told, stdout=subprocess.DEVNULL, text=True) as process:  # noqa: S603
        try:
            wait(process, port)
            yield process, f"http://127.0.0.1:{port}"
        finally:
            process.terminate()


def wait(process: "subprocess.Popen[str]", port: int, most_s: float = 60) -> None:
    """Wait until something listens there."""
    end_s = time.monotonic() + most_s
    while time.monotonic() < end_s and process.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        time.sleep(0.1)
    sys.exit("Prism did not start; try its command by hand")


def line(name: str, found: Found) -> str:
    """A row of the table."""
    return (
        f"{name:<26}{found['rate']:>10,.0f}{found['cpu_us']:>12.0f}{found['own_us']:>12.0f}"
        f"{found['p50_ms']:>9.1f}{found['p99_ms']:>9.1f}{found['refused']:>10.0f}"
    )


def measured(contestants: dict[str, Contestant], told: argparse.Namespace) -> dict[str, Found]:
    """All in turn, round by round; the median of each."""
    head = f"{'':<26}{'calls/s':>10}{'CPU us/call':>12}{'load us':>12}"
    print(f"{head}{'p50 ms':>9}{'p99 ms':>9}{'refused':>10}")
    rounds: dict[str, list[Found]] = {name: [] for name in contestants}
    for each in contestants.values():
        each.loaded(told.connections, WARM_S)
    for _ in range(told.rounds):
        for name, each in contestants.items():
            rounds[name].append(each.loaded(told.connections, told.seconds))
            print(line(name, rounds[name][-1]), flush=True)
    print("median")
    middle: dict[str, Found] = {}
    for name, every in rounds.items():
        middle[name] = {key: statistics.median(each[key] for each in every) for key in every[0]}
        middle[name]["refused"] = sum(each["refused"] for each in every)
        print(line(name, middle[name]))
    ratios(rounds)
    return middle


def ratios(rounds: dict[str, list[Found]]) -> None:
    """Each of the others beside the mock, by round, and the median of that."""
    ours = rounds["mock, text"]
    for name, every in rounds.items():
        if name.startswith("mock"):
            continue
        pairs = list(zip(ours, every, strict=True))
        rate = statistics.median(a["rate"] / b["rate"] for a, b in pairs)
        cpu = statistics.median(b["cpu_us"] / a["cpu_us"] for a, b in pairs)
        floor(f"mock / {name}, calls a second", rate, 10 if name == "Prism" else 0.5)
        floor(f"mock / {name}, calls a CPU second", cpu, 10 if name == "Prism" else 0.5)


def main() -> None:
    """Print the table."""
    asked = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else "")
    asked.add_argument("--seconds", type=float, default=10)
    asked.add_argument("--rounds", type=int, default=5)
    asked.add_argument("--connections", type=int, default=32)
    asked.add_argument("--prism", type=Path, help="Prism's command")
    asked.add_argument("--openapi", type=Path, help="LINE's messaging-api.yml")
    told = asked.parse_args()
    with contextlib.ExitStack() as stack:
        folder = stack.enter_context(tempfile.TemporaryDirectory())
        mock, facts = stack.enter_context(served("mock", f"{folder}/calls.jsonl"))
        texts = requests(facts["callers"], TEXT)
        contestants = {
            "mock, text": Contestant(mock, facts["url"], texts),
            "mock, Flex": Contestant(mock, facts["url"], requests(facts["callers"], FLEX)),
        }
        for kind, name in (("starlette", "constant"), ("bare", "constant, bare ASGI")):
            process, about = stack.enter_context(served(kind))
            contestants[name] = Contestant(process, about["url"], texts)
        if told.prism and told.openapi:
            process, url = stack.enter_context(prism(told.prism, told.openapi))
            contestants["Prism"] = Contestant(process, url, texts)
        measured(contestants, told)
        mock.stdin.close()
        ended = json.loads(mock.stdout.readline())
        print(f"ledger: {ended['lines']:,} lines; findings: {len(ended['findings'])}")


if __name__ == "__main__":
    main()
