"""The staff of a bridge that is tried: furniture before it starts, and people who answer."""

import base64
import http.client
import json
import threading
import time
from collections.abc import Callable, Collection
from pathlib import Path
from random import Random
from typing import Any
from urllib.parse import urlsplit

from argon2 import PasswordHasher
from bridge_bookkeeping import Wish
from bridge_tape import SECRET, TOKEN
from sqlalchemy import select, update

from line_sim.bridge import settings
from line_sim.bridge.app import Bridge
from line_sim.bridge.channels import states
from line_sim.bridge.staff import accounts
from line_sim.bridge.staff import service as services
from line_sim.bridge.staff.passwords import Passwords
from line_sim.bridge.store import tables

PASSWORD = "not-a-real-password"  # noqa: S105 - of nobody
STAFF = ("aom", "boy", "chai")
AGENT = {"x-line-sim": "1"}
TIMEOUT_S = 5.0
NAP_S = 0.02
BEAT_S = 1.0
SOUND_EVERY = 5
WORDS = {"welcome": "Welcome to our shop.", "away": "Nobody is here.", "close": "Goodbye."}


async def furnished(folder: Path, *, auto_close: bool = True) -> None:
    """Make an install with staff and automatic messages, whose desk picks up by itself.

    With `auto_close` it also gives up and closes within seconds, so that there are many enquiries.
    """
    told = settings.of_environment(
        {
            "LINE_CHANNEL_SECRET": SECRET, "LINE_CHANNEL_ACCESS_TOKEN": TOKEN,
            "LINE_API_BASE_URL": "http://127.0.0.1:1",
        },
        folder,
    )  # fmt: skip
    told.data_folder.mkdir(parents=True, exist_ok=True)
    hashing = Passwords(PasswordHasher(time_cost=1, memory_cost=8, parallelism=1))
    bridge = Bridge(told, hashing=hashing)
    await bridge.begin()
    try:
        hashed = await hashing.hash(PASSWORD)
        staff = [
            accounts.create(
                bridge, {"login": name, "first_name": name.title(), "last_name": "Suk"}, by=None,
                password_hash=hashed,
            ).id
            for name in STAFF
        ]  # fmt: skip
        place = bridge.store.row(select(tables.destinations))
        assert place is not None  # noqa: S101 - a trial makes one
        config = {**place.config, "staff": staff}
        with bridge.store.transaction():
            bridge.store.run(update(tables.destinations).values(config=config))
            bridge.desk.reconfigure()
        rules: dict[str, Any] = {"auto_pickup": True}
        if auto_close:
            rules |= {"max_wait_s": 4.0, "auto_close": True}
            rules |= {"auto_close_after_s": 3.0, "auto_close_notice_s": 1.0}
        services.change(bridge, rules, by=None)
        (channel,) = bridge.channels
        messages = {name: {"on": True, "text": text} for name, text in WORDS.items()}
        states.edit(bridge, channel, config={"messages": messages})
    finally:
        await bridge.end()


class Crew:
    """People who are there, answer customers, and send again what was not accepted.

    Parameters
    ----------
    sound
        A WAV file that goes with every fifth answer; empty: none.

    Attributes
    ----------
    wishes
        Everything that they wanted sent.
    """

    def __init__(self, seed: int, sound: bytes = b"") -> None:
        self._sound = base64.b64encode(sound).decode()
        self.wishes: list[Wish] = []
        self._luck = Random(seed)  # noqa: S311 - luck of a test
        self._url = ""
        self._until_s = 0.0
        self._customers: Callable[[], Collection[str]] = tuple
        self._ended = threading.Event()
        self._threads = [
            threading.Thread(target=each, daemon=True) for each in (self._answer, self._be_there)
        ]

    def begin(self, url: str, until_s: float, customers: Callable[[], Collection[str]]) -> None:
        """Begin to work; nobody answers any more after a moment (monotonic)."""
        self._url, self._until_s, self._customers = url, until_s, customers
        for each in self._threads:
            each.start()

    def end(self) -> None:
        """Go home."""
        self._ended.set()
        for each in self._threads:
            if each.ident is not None:
                each.join()

    def _be_there(self) -> None:
        """Sign in, and give signs of life."""
        tokens: dict[str, str] = {}
        while not self._ended.wait(0.0 if len(tokens) < len(STAFF) else BEAT_S):
            for name in STAFF:
                if name not in tokens:
                    who = {"login": name, "password": PASSWORD}
                    status, found = self._call("POST", "/api/v1/session", who)
                    if status == http.client.CREATED:
                        tokens[name] = str(found["token"])
                    else:
                        self._ended.wait(NAP_S)
                        continue
                bearer = {"authorization": f"Bearer {tokens[name]}"}
                self._call("POST", "/api/v1/me/heartbeat", {"used": True}, bearer)

    def _answer(self) -> None:
        """Answer customers, one after the other; what is not accepted is sent again."""
        number = 0
        while not self._ended.wait(NAP_S) and time.monotonic() < self._until_s:
            user = self._somebody()
            if not user:
                continue
            number += 1
            wish = Wish(f"wish-{number}", user, f"It is on its way, answer {number}.")
            if self._send(wish) == "refused":  # nobody of that name has written yet
                self.wishes.remove(wish)

    def _send(self, wish: Wish) -> str:
        """Send until the bridge has said something; what it said, empty where we went home."""
        self.wishes.append(wish)
        said: dict[str, Any] = {
            "user": wish.user, "text": wish.text, "staff": "Aom Suk", "key": wish.key,
        }  # fmt: skip
        if self._sound and len(self.wishes) % SOUND_EVERY == 0:
            said["media"] = {"base64": self._sound, "type": "audio/wav", "name": "answer.wav"}
        while not self._ended.is_set():
            status, found = self._call("POST", "/_agent/send", said, AGENT)
            if status == http.client.OK:
                wish.accepted = found["state"] != "refused"
                return str(found["state"])
            time.sleep(NAP_S)
        return ""

    def _somebody(self) -> str:
        """A customer; empty while there is none."""
        known = [*self._customers()]
        return self._luck.choice(known) if known else ""

    def _call(
        self, method: str, path: str, body: object = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any]:
        """Call the bridge; status 0 where it does not answer."""
        calling = http.client.HTTPConnection(urlsplit(self._url).netloc, timeout=TIMEOUT_S)
        try:
            sent = None if body is None else json.dumps(body)
            said = {"content-type": "application/json", **(headers or {})}
            calling.request(method, path, sent, said)
            answer = calling.getresponse()
            text = answer.read()
            return answer.status, json.loads(text) if text else {}
        except (OSError, http.client.HTTPException, ValueError):
            return 0, {}
        finally:
            calling.close()
