"""What the mock is told before it starts: channels, and every choice LINE's pages leave open.

Each default is either LINE's documented rule or named "chosen" in ``docs/mock.md`` (D1 to D15
there). Frozen; unknown keys are errors; :mod:`line_sim.mock.config` reads them from TOML.
"""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

Profile = Literal["line", "lenient", "sdk"]
"""``line`` refuses what LINE refuses, ``lenient`` notes it only, ``sdk`` checks structure only."""

Seconds = Annotated[float, Field(ge=0, lt=1e10)]


class Frozen(BaseModel):
    """A table of settings that neither changes nor takes unknown keys."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class ReplySettings(Frozen):
    """The life of reply tokens."""

    ttl_s: Seconds = 60
    """D1: contract seconds from each attempt whose bytes reached the bot."""
    grace_s: Seconds = 0
    """D1: seconds beyond `ttl_s` in which a late reply still works."""
    cap_s: Seconds = 1_200
    """Never later than this after the event, redelivered or not."""
    consume_on_400: bool = False
    """D2: whether a reply refused for its messages uses the token up."""


class RedeliverySettings(Frozen):
    """When a webhook without a 2xx comes again, where the channel's switch is on."""

    after_s: tuple[Seconds, ...] = (60, 300, 900)
    """D3: schedule seconds after the *first* failure; as many tries."""
    jitter: Annotated[float, Field(ge=0, lt=1)] = 0.0
    """Share by which each wait is lengthened or shortened at random, from the seed."""


class DispatchSettings(Frozen):
    """How webhooks are sent."""

    mode: Literal["parallel", "serial"] = "parallel"
    """D4: start in order and wait for nothing, or one at a time for each channel."""
    in_flight: Annotated[int, Field(ge=1, le=5_000)] = 256
    batch: Annotated[int, Field(ge=1, le=1_000)] = 1
    """D5: most events in one webhook; they may be of several users."""
    batch_wait_s: Seconds = 0
    """Schedule seconds an event waits for others, where `batch` is above 1."""
    timeout_s: Annotated[float, Field(gt=0)] = 2.0
    """LINE's two seconds (contract time)."""


class BodySettings(Frozen):
    """How a webhook's bytes look; LINE promises none of it."""

    style: Literal["line", "utf8", "pretty", "shuffled"] = "line"
    header_case: Literal["lower", "title", "upper"] = "lower"


class LimitSettings(Frozen):
    """Rate limits (token buckets) and the flood guard."""

    scale: Annotated[float, Field(gt=0)] = 1.0
    """All limits times this."""
    burst: Annotated[float, Field(gt=0)] = 1.0
    """D7: a bucket's size in periods."""
    flood_per_minute: Annotated[int, Field(ge=0)] = 0
    """Most messages to one user in a minute; 0: no guard."""


class ContentSettings(Frozen):
    """The life of what users send."""

    ttl_s: Seconds = 7 * 86_400
    """D10: schedule seconds until it is deleted."""
    prepare_s: Seconds = 0
    """D11: contract seconds that audio and video above `prepare_from_bytes` answer 202."""
    prepare_from_bytes: Annotated[int, Field(ge=0)] = 10_000_000


class StrictSettings(Frozen):
    """Where LINE says nothing, or loopback needs an exception."""

    extra: Literal["warn", "refuse"] = "warn"
    """D8: properties LINE does not know."""
    https: bool = False
    """D12: whether ``http://`` on loopback is refused as a webhook URL."""
    hosts: bool = False
    """Whether an operation must come by the host that LINE serves it on."""


class Channel(Frozen):
    """One Messaging API channel with its account and the switches of its console."""

    name: str = "shop"
    id: str = ""
    """Channel ID, ten digits; derived from the seed where empty."""
    provider: str = "provider"
    """User ids are the same for channels of one provider only."""
    secret: str = ""
    access_token: str = ""
    """The long-lived token; both are derived from the seed where empty, and obviously fake."""
    quota: Annotated[int, Field(ge=0)] | None = None
    """Messages a month; None: no limit."""
    verified: bool = True
    """Verified or premium: needed for lists of followers and members."""
    chat: bool = True
    """Chat is on: ``chatMode: chat``, and reading is up to the bot (``markAsReadMode: manual``)."""
    use_webhook: bool = True
    redelivery: bool = False
    error_statistics: bool = True
    greeting: str = ""
    """Greeting message of the account itself; empty: switched off."""
    auto_response: str = ""
    """Auto-response of the account itself; empty: off. Beside a bot, users are told twice."""
    groups: bool = False
    """Whether the account may be added to groups and rooms."""
    module: bool = False
    """Whether this is a module channel, which other channels' events come to by chat control."""
    assertion_keys: dict[str, dict[str, str]] = Field(default_factory=dict)
    """Public keys (JWK) by key id, for tokens by JWT assertion (v2.1)."""


class Settings(Frozen):
    """Everything the mock is told."""

    seed: int = 0
    start: dt.datetime | None = None
    """What the schedule shows at first; by default now."""
    profile: Profile = "line"
    channels: Annotated[tuple[Channel, ...], Field(min_length=1)] = (Channel(),)
    reply: ReplySettings = ReplySettings()
    redelivery: RedeliverySettings = RedeliverySettings()
    dispatch: DispatchSettings = DispatchSettings()
    body: BodySettings = BodySettings()
    limits: LimitSettings = LimitSettings()
    content: ContentSettings = ContentSettings()
    strict: StrictSettings = StrictSettings()
    media_map: dict[str, str] = Field(default_factory=dict)
    """HTTPS origins of a bot's media and the loopback origin that really serves them."""
