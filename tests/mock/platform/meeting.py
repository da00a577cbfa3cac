"""Bots and visitors who meet: what tests of the platform's own areas share."""

from calling import Bot, platform

from line_sim.mock.platform.api import (
    chats,
    content,
    groups,
    messages,
    narrowcasts,
    profiles,
    quota,
    webhooks,
)
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.deliveries import Delivery
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Channel, Settings
from line_sim.net.clock import Instant

AREAS = tuple(
    area.operations
    for area in (chats, content, groups, messages, narrowcasts, profiles, quota, webhooks)
)
URL = "http://127.0.0.1:9/webhook"


def meet(**first: object) -> Bot:
    """The bot of ``shop``, whose console says `first`; its webhooks go to a URL."""
    return listening(Bot(platform(*AREAS, **first)))


def meet_under(*, channels: tuple[Channel, ...] = (Channel(name="shop"),), **told: object) -> Bot:
    """The bot of ``shop`` on a platform that was told something."""
    return listening(Bot(platform(*AREAS, told=Settings(channels=channels, **told))))


def listening(bot: Bot) -> Bot:
    """The same bot, with a webhook URL."""
    bot.channel.endpoint = URL
    return bot


def hand_over(where: Platform, now: Instant) -> list[Delivery]:
    """Take what is due and hand it to the bot."""
    due = where.deliveries.take_due(now)
    for delivery in due:
        where.deliveries.handed_over(delivery, now)
    return due


def text(words: str = "hello", **more: object) -> dict[str, object]:
    """A text message."""
    return {"type": "text", "text": words, **more}


def reply(bot: Bot, token: str, *said: dict[str, object]) -> Answer:
    """Answer with some messages, by default one text."""
    body = {"replyToken": token, "messages": list(said) or [text()]}
    return bot.post("/v2/bot/message/reply", body)


def push(bot: Bot, to: str, *said: dict[str, object], **headers: str) -> Answer:
    """Push some messages, by default one text."""
    return bot.post(
        "/v2/bot/message/push", {"to": to, "messages": list(said) or [text()]}, **headers
    )
