"""A bridge as it is run, over sockets: two accounts of LINE, each with staff of its own."""

from __future__ import annotations

import asyncio
import contextlib
import io
import json
import socket
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any, NamedTuple, Self
from urllib.parse import urlsplit

import httpx
from argon2 import PasswordHasher
from PIL import Image

from line_sim import MockLine, MockSettings
from line_sim.bridge import keys
from line_sim.bridge import settings as settings_
from line_sim.bridge.app import Bridge
from line_sim.bridge.channels import connecting, states
from line_sim.bridge.install import Install, Told, make
from line_sim.bridge.journal import Journal
from line_sim.bridge.staff import accounts, places
from line_sim.bridge.staff.passwords import Passwords
from line_sim.mock.settings import Channel
from line_sim.wire import signature

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

PREFIX = "/api/v1"
PUBLIC = "https://bridge.example"
PATIENT_S = 20.0
SECRETS = {"tea": "5ecre7" + "a" * 26, "books": "5ecre7" + "b" * 26}
TOKENS = {"tea": "obviously-fake-token-of-tea", "books": "obviously-fake-token-of-books"}
PASSWORDS = {
    name: f"unreal-password-of-{name}" for name in ("root", "ann", "ben")
}  # fmt: skip
SAID = {"tea": "CUSTOMERS-WORDS-TO-TEA", "books": "CUSTOMERS-WORDS-TO-BOOKS"}
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


class Answer(NamedTuple):
    """What came back on a raw connection."""

    status: int
    headers: str
    body: bytes


class Shop(NamedTuple):
    """One account, its channel, and who serves it."""

    name: str
    secret: str
    path: str
    bot_user_id: str


class TwoShops(contextlib.ExitStack):
    """The bridge's process and all around it, from ``with`` on.

    ``root`` is the administrator, ``ann`` serves the shop ``tea``, ``ben`` the shop ``books``. One
    customer, Alice, has written to both; each has picked up what is theirs.
    """

    shops: dict[str, Shop]

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.folder = folder / "shop"
        self.log_file = folder / "bridge.log"
        self.seen: list[tuple[str, bytes]] = []
        """Every answer of the API but those that give out a session: what was asked, the body."""

    def __enter__(self) -> Self:
        named = tuple(
            Channel(name=name, secret=secret, access_token=TOKENS[name])
            for name, secret in SECRETS.items()
        )
        self.line = self.enter_context(MockLine(MockSettings(channels=named)))
        make(self.folder, Told(public_url=PUBLIC, port=0, line_api_url=self.line.url,
                               line_data_url=self.line.url))  # fmt: skip
        self.install = Install(self.folder, {})
        keys.make(self.install.key_file, self.install.data_folder)
        self.install.data_folder.mkdir(mode=0o700)
        self.shops = asyncio.run(self._set_up())
        self.process = self._started()
        for shop in self.shops.values():
            self.line.connect(f"{self.url}/webhook/{shop.path}", channel=shop.name)
        self.tokens = {name: self.sign_in(name, word) for name, word in PASSWORDS.items()}
        for name in self.tokens:
            self.ask(name, "POST", "/me/heartbeat", {"used": True})
        self.alice = self.line.visitor("Alice")
        for name, words in SAID.items():
            self.alice.says(words, channel=name)
        self.line.settle(PATIENT_S)
        self.of = {name: self._served(who) for name, who in (("tea", "ann"), ("books", "ben"))}
        return self

    # making it

    async def _set_up(self) -> dict[str, Shop]:
        hashing, log = Passwords(CHEAP), io.StringIO()
        bridge = Bridge(settings_.of_install(self.install), journal=Journal(log), hashing=hashing)
        await bridge.begin()
        made = {}
        try:
            for name, word in PASSWORDS.items():
                role = "administrator" if name == "root" else "staff"
                values = {"login": name, "first_name": name.title(), "last_name": "", "role": role}
                hashed = await hashing.hash(word)
                accounts.create(bridge, values, by=None, password_hash=hashed)
            for place, (name, member) in enumerate((("tea", 2), ("books", 3)), start=1):
                places.create(bridge, name, {"kind": "group", "staff": [member]}, by=None)
                rule = {"kind": "alternative", "destinations": [place]}
                channel = await connecting.create(
                    bridge, name=name, secret=SECRETS[name], token=TOKENS[name],
                    config={"rule": rule},
                )  # fmt: skip
                states.enable(bridge, channel)
                made[name] = Shop(name, SECRETS[name], channel.path, channel.bot_user_id)
        finally:
            await bridge.end()
        return made

    def _started(self) -> subprocess.Popen[str]:
        words = ["-m", "line_sim", "bridge", "run", "--folder", str(self.folder), "--json"]
        log = self.enter_context(self.log_file.open("w", encoding="utf-8"))
        process = self.enter_context(
            subprocess.Popen(
                [sys.executable, *words], stdout=subprocess.PIPE, stderr=log, text=True
            )
        )
        self.callback(process.terminate)
        assert process.stdout is not None
        told = ""
        while not told.rstrip().endswith("}"):
            line = process.stdout.readline()
            assert line, self.log_file.read_text(encoding="utf-8")
            told += line
        self.url = str(json.loads(told)["url"])
        self.host, self.port = str(urlsplit(self.url).hostname), int(urlsplit(self.url).port or 0)
        self.http = self.enter_context(httpx.Client(base_url=self.url, timeout=PATIENT_S))
        return process

    def _served(self, who: str) -> dict[str, Any]:
        """An enquiry that is picked up, with a picture sent; ids of all that belongs to it."""
        (enquiry,) = self.ask(who, "GET", "/enquiries").json()
        number, chat = enquiry["number"], enquiry["chat"]
        picked = self.ask(who, "POST", f"/enquiries/{number}/pick-up")
        assert picked.status_code == 200, picked.text
        file = {"file": ("picture.png", a_picture(), "image/png")}
        headers = {"authorization": f"Bearer {self.tokens[who]}"}
        sent = self.http.post(f"{PREFIX}/chats/{chat}/messages", files=file, headers=headers)
        assert sent.status_code == 202, sent.text
        self.line.settle(PATIENT_S)
        (entry,) = [
            each for each in self.ask(who, "GET", f"/chats/{chat}/messages").json()
            if each["author"] == "customer"
        ]  # fmt: skip
        return {
            "enquiry": number, "chat": chat, "entry": entry["id"], "picture": sent.json()["entry"],
            "message": entry["message"],
        }  # fmt: skip

    # using it

    def sign_in(self, login: str, password: str, **more: Any) -> str:  # noqa: ANN401 - JSON
        """A bearer's token."""
        asked = {"login": login, "password": password, **more}
        answer = self.http.post(f"{PREFIX}/session", json=asked)
        assert answer.status_code == 201, answer.text
        return str(answer.json()["token"])

    def ask(
        self,
        who: str,
        method: str,
        path: str,
        said: object = None,
        **headers: str,
    ) -> httpx.Response:
        """Call the API as somebody."""
        told = {"authorization": f"Bearer {self.tokens[who]}", **headers}
        content = None if said is None else json.dumps(said)
        if content is not None:
            told["content-type"] = "application/json"
        answer = self.http.request(method, f"{PREFIX}{path}", content=content, headers=told)
        self.seen.append((f"{who} {method} {path}", answer.content))
        return answer

    def raw(self, sent: bytes, *, wait_s: float = PATIENT_S) -> Answer:
        """Send bytes as they are; what comes back until the bridge hangs up or says all."""
        with socket.create_connection((self.host, self.port), wait_s) as connection:
            with contextlib.suppress(ConnectionError):
                connection.sendall(sent)
            return _read(connection)

    def get(self, path: str, **headers: str) -> Answer:
        """GET a path exactly as it is written."""
        lines = [f"GET {path} HTTP/1.1", f"Host: {self.host}:{self.port}", "Connection: close"]
        lines += [f"{name}: {value}" for name, value in headers.items()]
        return self.raw(("\r\n".join(lines) + "\r\n\r\n").encode("latin-1"))

    def webhook(self, shop: Shop, events: object, **more: Any) -> int:  # noqa: ANN401 - JSON
        """Deliver events rightly signed; the status."""
        told = {"destination": shop.bot_user_id, "events": events, **more}
        return self.deliver(shop, json.dumps(told).encode())

    def deliver(self, shop: Shop, body: bytes, **headers: str) -> int:
        """Deliver bytes rightly signed, unless a header says otherwise; the status."""
        told = {"x-line-signature": signature.sign(shop.secret, body), **headers}
        return self.http.post(f"/webhook/{shop.path}", content=body, headers=told).status_code

    def event(self, number: int, text: str) -> dict[str, Any]:
        """A text message of Alice's."""
        user = self.alice.id
        return {
            "type": "message", "mode": "active", "timestamp": round(time.time() * 1_000),
            "source": {"type": "user", "userId": user}, "webhookEventId": f"{number:026}",
            "deliveryContext": {"isRedelivery": False},
            "message": {"type": "text", "id": f"49{number:016}", "text": text},
        }  # fmt: skip

    def transcripts(self) -> list[str]:
        """Every text that the administrator sees, in all chats."""
        chats = self.ask("root", "GET", "/chats?limit=100").json()
        return [
            entry["text"] for chat in chats
            for entry in self.ask("root", "GET", f"/chats/{chat['id']}/messages?limit=100").json()
        ]  # fmt: skip

    def until(self, done: Callable[[], object]) -> None:
        """Wait until something holds."""
        until_s = time.monotonic() + PATIENT_S
        while not done():
            assert time.monotonic() < until_s, done
            time.sleep(0.01)

    @property
    def log(self) -> str:
        """What the bridge has logged."""
        return self.log_file.read_text(encoding="utf-8")

    def is_well(self) -> bool:
        """Whether it goes on."""
        return self.process.poll() is None and self.http.get("/health").json()["ok"] is True


def _read(connection: socket.socket) -> Answer:
    data = b""
    while True:
        try:
            part = connection.recv(65_536)
        except TimeoutError:
            return Answer(0, "", data)
        except ConnectionError:
            part = b""
        if not part:
            break
        data += part
        if _is_whole(data):
            break
    head, _, body = data.partition(b"\r\n\r\n")
    line, _, headers = head.decode("latin-1").partition("\r\n")
    return Answer(int(line.split()[1]) if line else 0, headers.lower(), body)


def _is_whole(data: bytes) -> bool:
    head, found, body = data.partition(b"\r\n\r\n")
    length = head.lower().partition(b"content-length:")[2].partition(b"\r\n")[0].strip()
    return bool(found) and length.isdigit() and len(body) >= int(length)


def a_picture() -> bytes:
    """A small PNG."""
    made = io.BytesIO()
    Image.new("RGB", (8, 8), "teal").save(made, "png")
    return made.getvalue()
