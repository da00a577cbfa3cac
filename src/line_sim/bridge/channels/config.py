"""What an administrator says of a channel; ``channels.config`` of the store.

Every default is the product's where its guide names one, else as in :mod:`line_sim.desk.setup`.
"""

from __future__ import annotations

import unicodedata
from functools import cache
from typing import TYPE_CHECKING, Any, Literal, get_args

from pydantic import ValidationError

from line_sim.bridge.channels import rules
from line_sim.bridge.channels.rules import Alternative, Rule, Table
from line_sim.bridge.channels.texts import DEFAULTS, Language, Occasion
from line_sim.bridge.faulty import faults_of
from line_sim.desk.fault_kinds import LONGEST_S, is_utc_offset
from line_sim.desk.setup import Service, Sticky
from line_sim.errors import ConfigurationError, Fault
from line_sim.wire import bridge_profiles, counting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from line_sim.wire.bridge_profiles import BridgeProfile

_LIMITS = Service()  # how long names and infos may be


class StickyConfig(Table):
    """Sends a returning visitor to who helped before; see :class:`line_sim.desk.setup.Sticky`."""

    enabled: bool = Sticky().enabled
    sticky_wait_s: float | None = Sticky().sticky_wait_s
    sticky_ttl_s: float | None = Sticky().sticky_ttl_s
    sticky_who: Literal["last_owner", "first_owner", "most_frequent"] = "last_owner"
    sticky_scope: Literal["channel", "service"] = "channel"
    sticky_unavailable: Literal["fallback", "wait", "miss"] = "fallback"
    sticky_require_membership: bool = False


class AutomaticMessage(Table):
    """One automatic message."""

    on: bool = False
    text: str = ""
    """Empty: the default text of the channel's language."""


class Messages(Table):
    """The automatic messages, and when they come: see :class:`line_sim.desk.setup.AutoMessages`."""

    welcome: AutomaticMessage = AutomaticMessage()
    away: AutomaticMessage = AutomaticMessage()
    close: AutomaticMessage = AutomaticMessage()
    welcome_scope: Literal["visitor", "enquiry"] = "visitor"
    welcome_before_away: bool = True
    away_trigger: Literal["no_eligible", "missed", "either"] = "either"
    away_once_per: Literal["enquiry", "visitor_window"] = "enquiry"
    away_cooldown_s: float = 0.0


class ChannelConfig(Table):
    """A channel's configuration: immutable, and complete by its defaults."""

    rule: Rule = Alternative()
    sticky: StickyConfig = StickyConfig()
    messages: Messages = Messages()
    display_name_format: Literal["none", "first_name", "full_name"] = "none"
    """How staff are called before customers, by LINE's sender name."""
    custom_info_switch: bool = False
    custom_info: str = ""
    """What staff see beside each enquiry of the channel."""
    groups: bool = False
    """Whether the account stays in groups it is added to; nobody answers there either way."""
    profile: Literal["seed", "line"] = "seed"
    """Whose limits hold for what staff send: the product's, or LINE's own."""
    split_long: Literal["refuse", "split"] = "refuse"
    """What becomes of a text of staff that is too long for one message."""
    utc_offset: str | None = None
    """Of the Time rule; None: the service's."""
    language: Language = "en"
    """Of the default texts."""

    @property
    def limits(self) -> BridgeProfile:
        """The profile's."""
        return _profile(self.profile)

    def said(self, occasion: Occasion) -> str:
        """What an automatic message says, its own text or the default."""
        message: AutomaticMessage = getattr(self.messages, occasion)
        return message.text if message.text.strip() else DEFAULTS[self.language][occasion]


_profile = cache(bridge_profiles.load)


def read(value: Any, known: Mapping[int, str], *, routed: bool) -> ChannelConfig:  # noqa: ANN401
    """A configuration from plain JSON data, if nothing is wrong with it.

    Parameters
    ----------
    value
        A JSON object with the keys of :class:`ChannelConfig`.
    known
        Names of the destinations there are, by id.
    routed
        Whether the rule must lead somewhere: a draft's need not yet.

    Raises
    ------
    ConfigurationError
        With everything that is wrong.
    """
    data = value if isinstance(value, dict) else {}
    if value is not data:
        raise ConfigurationError([Fault("config", type(value).__name__, "an object")])
    try:
        config = ChannelConfig.model_validate(data)
    except ValidationError as error:
        raise ConfigurationError(faults_of(error, data)) from None
    if wrong := [*_faults(config, known, routed=routed)]:
        raise ConfigurationError(wrong)
    return config


def checked_name(name: object) -> str:
    """A channel's name, without white space around it.

    Raises
    ------
    ConfigurationError
        It is empty, too long, or holds characters that nobody sees.
    """
    longest = _LIMITS.channel_name_max
    if not isinstance(name, str):
        raise ConfigurationError([Fault("name", type(name).__name__, "text")])
    stripped = name.strip()
    if not stripped:
        given = "nothing"
    elif len(stripped) > longest:
        given = f"{len(stripped)} characters"
    elif any(unicodedata.category(each) in {"Cc", "Cs", "Zl", "Zp"} for each in stripped):
        given = f"{stripped!r}, with control characters"
    else:
        return stripped
    allowed = f"1 to {longest} characters that can be seen"
    raise ConfigurationError([Fault("name", given, allowed)])


def _faults(config: ChannelConfig, known: Mapping[int, str], *, routed: bool) -> Iterator[Fault]:
    if routed or config.rule != Alternative():
        yield from rules.faults_of(config.rule, known)
    length = len(config.custom_info)
    if length > _LIMITS.custom_info_max:
        yield Fault("custom_info", f"{length:,} characters", f"at most {_LIMITS.custom_info_max:,}")
    most = config.limits.text.max_units
    for occasion in get_args(Occasion):
        units = counting.utf16(config.said(occasion))
        if units > most:
            given, allowed = f"{units:,} UTF-16 units", f"at most {most:,}"
            yield Fault(f"messages.{occasion}.text", given, allowed)
    for where, seconds in (
        ("messages.away_cooldown_s", config.messages.away_cooldown_s),
        ("sticky.sticky_wait_s", config.sticky.sticky_wait_s),
        ("sticky.sticky_ttl_s", config.sticky.sticky_ttl_s),
    ):
        if seconds is not None and not 0 <= seconds <= LONGEST_S:
            yield Fault(where, f"{seconds:g}", f"0 to {LONGEST_S:,.0f} seconds")
    if config.utc_offset is not None and not is_utc_offset(config.utc_offset):
        yield Fault("utc_offset", repr(config.utc_offset), 'a fixed offset such as "+07:00"')
