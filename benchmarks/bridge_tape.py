"""A recording of a shop's customers, made while it is read; and the bad luck it is played with."""

import json
from collections.abc import Iterator
from random import Random
from typing import Any

from line_sim.mock import faults
from line_sim.mock.settings import Channel, LimitSettings, RedeliverySettings, Settings

BOT = "U" + "b" * 32
TALKING = 50
"""Customers who write at one time."""
EPOCH_MS = 1_764_000_000_000
REDELIVERED_AFTER_S = (1.0, 2.0, 4.0)
SECRET = "0123456789abcdef0123456789abcdef"  # noqa: S105 - obviously fake
TOKEN = "obviously-fake-access-token-of-the-shop"  # noqa: S105


class Tape:
    """So many messages of so many customers, evenly over so long; new ones come all the time.

    Parameters
    ----------
    messages, chats, duration_s
        How many, from how many customers, seconds from the first to the last.
    plain
        Whether all are texts; else there are pictures, stickers, buttons and followers too.
    """

    def __init__(
        self, messages: int, chats: int, duration_s: float, *, seed: int = 1, plain: bool = False
    ) -> None:
        self.header = {
            "epoch_ms": EPOCH_MS,
            "origin": "generated",
            "channels": [{"name": "shop", "bot_user_id": BOT}],
            "lacks": ["headers", "signatures", "answers", "calls"],
        }
        self._count, self._chats, self._seed, self._plain = messages, chats, seed, plain
        self._step_s = duration_s / max(messages, 1)

    def __iter__(self) -> Iterator[dict[str, Any]]:
        luck = Random(self._seed)  # noqa: S311 - luck of a test
        return (self._line(number, luck) for number in range(self._count))

    def media(self, _sha256: str) -> bytes | None:
        """Nothing: content is made up."""
        return None

    def _line(self, number: int, luck: Random) -> dict[str, Any]:
        at_s = number * self._step_s
        event = {
            **self._happening(number, luck),
            "webhookEventId": f"01ARZ3NDEKTSV4RRFF{number:08d}",
            "deliveryContext": {"isRedelivery": False},
            "timestamp": EPOCH_MS + round(at_s * 1_000),
            "source": {"type": "user", "userId": f"U{self._customer(number, luck):032x}"},
            "replyToken": f"{number + 2**127:032x}",
            "mode": "active",
        }
        body = json.dumps({"destination": BOT, "events": [event]}, separators=(",", ":"))
        return {
            "seq": number + 1, "at_s": at_s, "wall_ms": EPOCH_MS, "kind": "webhook",
            "exchange": number + 1, "channel": "shop", "attempt": 1, "body": body,
        }  # fmt: skip

    def _customer(self, number: int, luck: Random) -> int:
        """One of those who came last."""
        newest = number * self._chats // self._count
        return max(0, newest - luck.randrange(TALKING))

    def _happening(self, number: int, luck: Random) -> dict[str, Any]:
        name = f"{500_000_000_000_000_000 + number}"
        tokens = {"quoteToken": f"quote-{number}", "markAsReadToken": f"read-{number}"}
        sort = 1.0 if self._plain else luck.random()
        if sort < 0.02:  # noqa: PLR2004 - shares, here and below
            return {"type": "postback", "postback": {"data": f"choice={number}"}}
        if sort < 0.05:  # noqa: PLR2004
            sticker = {"packageId": "446", "stickerId": "1988", "stickerResourceType": "STATIC"}
            return _message({"type": "sticker", "id": name, **sticker, **tokens})
        if sort < 0.07:  # noqa: PLR2004
            content = {"contentProvider": {"type": "line"}}
            return _message({"type": "image", "id": name, **content, **tokens})
        text = f"Is my order {number} on its way?"
        return _message({"type": "text", "id": name, "text": text, **tokens})


def _message(message: dict[str, Any]) -> dict[str, Any]:
    return {"type": "message", "message": message}


def platform(*, redelivery: bool = True) -> Settings:
    """A LINE whose account is delivered to again, and soon, unless that is switched off."""
    channel = Channel(name="shop", redelivery=redelivery, secret=SECRET, access_token=TOKEN)
    return Settings(
        channels=(channel,),
        redelivery=RedeliverySettings(after_s=REDELIVERED_AFTER_S),
        limits=LimitSettings(scale=1_000),
    )


def bad_luck(until_s: float) -> tuple[faults.Fault, ...]:
    """Faults of every kind that the bridge must outlive, until so many seconds of the schedule."""
    return (
        faults.Refuses(429, probability=0.03, until_s=until_s),
        faults.FailsWith(500, probability=0.03, until_s=until_s),
        faults.LosesResponse(how="500", probability=0.02, until_s=until_s),
        faults.LosesResponse(how="reset", probability=0.02, until_s=until_s),
        faults.LosesResponse(how="hang", probability=0.003, until_s=until_s),
        faults.ResetsConnection(probability=0.02, until_s=until_s),
        faults.Slow(0.3, probability=0.02, until_s=until_s),
        faults.DuplicatesWebhook(probability=0.03, until_s=until_s),
        faults.DuplicatesWebhook(1, 0.5, flagged=True, probability=0.03, until_s=until_s),
        faults.LosesConfirmation(probability=0.03, until_s=until_s),
        faults.DropsWebhook(probability=0.02, until_s=until_s),
        faults.OvertakesWebhook(probability=0.02, until_s=until_s),
    )
