"""The channels that an import's traffic belongs to, and their names."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING, Any

from line_sim.recording.importers.found import header, plain
from line_sim.recording.importers.json_values import loaded
from line_sim.recording.importers.made_ids import made_bot

if TYPE_CHECKING:
    from line_sim.recording.importers.found import Call, Webhook

MOST = 100
"""Most channels told apart; what is of others counts to the first."""
LONGEST_NAME = 100
REMEMBERED = 100_000
"""Reply tokens whose channel is remembered."""


class Channels:
    """Names for the bots that webhooks are for, in the order they turn up.

    Parameters
    ----------
    name
        The first one's; None: ``channel``. The next are called ``channel-2`` ...
    """

    def __init__(self, name: str | None) -> None:
        self._given = name
        self._by_key: dict[str, str] = {}
        self._bots: dict[str, str] = {}
        self._by_token: OrderedDict[str, str] = OrderedDict()
        self._by_bearer: dict[str, str] = {}

    def meet(self, webhook: Webhook, payload: object) -> None:
        """Take in a webhook of which only its bot matters now."""
        destination = payload.get("destination") if isinstance(payload, dict) else None
        if isinstance(destination, str) and destination:
            self._name(plain(destination)[:LONGEST_NAME], "", bot=True)
        elif webhook.channel:
            self._name(webhook.channel, webhook.channel, bot=False)

    def meet_label(self, label: str) -> None:
        """Take in a channel's name that stands beside a call."""
        if label:
            self._name(label, label, bot=False)

    def _name(self, key: str, label: str, *, bot: bool) -> None:
        if key in self._by_key or len(self._by_key) >= MOST:
            return
        number = len(self._by_key) + 1
        first = self._given or label or "channel"
        name = first if number == 1 else label or f"{self._given or 'channel'}-{number}"
        if name in self._bots:
            name = f"{name}-{number}"
        self._by_key[key] = name
        self._bots[name] = key if bot else made_bot(name)

    def listed(self) -> list[dict[str, str]]:
        """The channels as a recording's header has them; there is always one."""
        bots = self._bots or {self.first: made_bot(self.first)}
        return [{"name": name, "bot_user_id": bot} for name, bot in bots.items()]

    @property
    def first(self) -> str:
        """The name of the first."""
        return next(iter(self._bots), self._given or "channel")

    def bot(self, name: str) -> str:
        """The user id of a channel's bot."""
        return self._bots.get(name) or made_bot(name)

    def of_webhook(self, webhook: Webhook, payload: object) -> str:
        """The name of the channel a webhook is of; its reply tokens are remembered."""
        destination = payload.get("destination") if isinstance(payload, dict) else None
        key = plain(destination)[:LONGEST_NAME] if isinstance(destination, str) else webhook.channel
        name = self._by_key.get(key, self.first)
        events = payload.get("events") if isinstance(payload, dict) else None
        for event in events if isinstance(events, list) and len(self._bots) > 1 else ():
            token = event.get("replyToken") if isinstance(event, dict) else None
            if isinstance(token, str):
                self._by_token[token] = name
                if len(self._by_token) > REMEMBERED:
                    self._by_token.popitem(last=False)
        return name

    def of_call(self, call: Call) -> str | None:
        """The name of the channel a call is of: by its label, access token or reply token.

        None where several come into question.
        """
        if call.channel:
            return self._by_key.get(call.channel, self.first)
        if len(self._bots) <= 1:
            return self.first
        bearer = header(call.headers, "authorization") or ""
        asked: Any = loaded(call.body) if call.body and b"replyToken" in call.body else None
        token = asked.get("replyToken") if isinstance(asked, dict) else None
        name = self._by_token.get(token) if isinstance(token, str) else None
        if name is None:
            return self._by_bearer.get(bearer) if bearer else None
        if bearer and len(self._by_bearer) < REMEMBERED:
            self._by_bearer[bearer] = name
        return name
