"""What runs inside the namespaces of ``by_name.py``: the mock on port 443, the bot, a visitor.

``python by_name_stage.py FOLDER BOT_COMMAND...``, started by ``unshare``; prints JSON.
"""

import json
import os
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from line_sim.mock.links import HttpLink, control_headers
from line_sim.mock.pointing import HOSTS, trusting
from line_sim.mock.visitors import Visitor
from line_sim.net.http.control import ControlClient

SIOCGIFFLAGS, SIOCSIFFLAGS, IFF_UP = 0x8913, 0x8914, 0x1  # linux/sockios.h, linux/if.h
WAIT_S = 10.0
END_S = 10.0
MOCK = (sys.executable, "-m", "line_sim", "mock", "--tls", "443", "--json")


def main(folder: Path, bot_command: list[str]) -> None:
    """Play, and print what was seen."""
    loopback_up()
    hosts_file(folder / "hosts")
    ledger = folder / "ledger.jsonl"
    with started([*MOCK, "--log", str(ledger)], dict(os.environ)) as mock:
        facts = json.loads(document(mock))
        port = free_port()
        with started(bot_command, told(facts, port)) as bot:
            if not line(bot):
                sys.exit("the bot ended before it listened")
            client = ControlClient(facts["url"], control_headers())
            try:
                link = HttpLink(client)
                link.do("connect", url=f"http://127.0.0.1:{port}/callback")
                print(json.dumps(play(link)))  # noqa: T201 - what by_name.py reads
            finally:
                client.close()


def loopback_up() -> None:
    """Switch the only network on; a new namespace has it off."""
    import fcntl  # noqa: PLC0415 - not on every system

    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as any_socket:
        wanted = struct.pack("16sH14x", b"lo", 0)
        (flags,) = struct.unpack_from("H", fcntl.ioctl(any_socket, SIOCGIFFLAGS, wanted), 16)
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sH14x", b"lo", flags | IFF_UP))


def hosts_file(path: Path) -> None:
    """Lead LINE's names here, for this mount namespace only."""
    path.write_text(f"127.0.0.1 localhost {' '.join(HOSTS)}\n", encoding="ascii")
    subprocess.run(["mount", "--bind", str(path), "/etc/hosts"], check=True)  # noqa: S607 - the system's


def told(facts: dict[str, Any], port: int) -> dict[str, str]:
    """The bot's environment: no address of the mock's is in it."""
    trusted = dict(each.removeprefix("export ").split("=", 1) for each in trusting(facts["ca"]))
    own = facts["environment"]
    named = {name: own[name] for name in ("LINE_CHANNEL_SECRET", "LINE_CHANNEL_ACCESS_TOKEN")}
    return {**os.environ, **trusted, **named, "PORT": str(port)}


def free_port() -> int:
    """A port that nobody has here; nobody else is in this namespace to take it."""
    with socket.socket() as any_socket:
        any_socket.bind(("127.0.0.1", 0))
        port: int = any_socket.getsockname()[1]
        return port


@contextmanager
def started(command: list[str], environment: dict[str, str]) -> Iterator[subprocess.Popen[str]]:
    """A program for the length of a block; what it says on stderr goes to ours."""
    running = subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, text=True)
    try:
        yield running
    finally:
        running.terminate()
        try:
            running.wait(END_S)
        except subprocess.TimeoutExpired:
            running.kill()
            running.wait()


def line(program: subprocess.Popen[str]) -> str:
    """The next line a program writes; ``""`` at its end."""
    assert program.stdout is not None
    return program.stdout.readline()


def document(program: subprocess.Popen[str]) -> str:
    """The first JSON document a program writes."""
    text = ""
    while part := line(program):
        text += part
        try:
            json.loads(text)
        except ValueError:
            continue
        return text
    sys.exit(f"the mock ended before it listened: {text}")


def play(link: HttpLink) -> dict[str, Any]:
    """Text, push, picture; each after the answer to the one before."""
    found = link.do("visitor", name="Alice")
    alice = Visitor(link, found["id"], found["name"])
    alice.says("hello")
    alice.sees(at_least=1, wait_s=WAIT_S)
    alice.says("push")
    alice.sees(at_least=2, wait_s=WAIT_S)
    alice.sends_image(format="jpeg")
    seen = alice.sees(at_least=3, wait_s=WAIT_S)
    lines = link.do("calls")["lines"]
    asked = {each["exchange"]: each for each in lines if each["kind"] == "call"}
    return {
        "seen": [message["text"] for message in seen],
        "calls": [
            f"{asked[each['exchange']]['headers']['host']} {each['operation']} {each['status']}"
            for each in lines
            if each["kind"] == "call_end"
        ],
        "picture_bytes": sum(each["bytes"] for each in lines if each["kind"] == "media"),
        "findings": link.do("findings")["findings"],
    }


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
