"""A channel's configuration: what it takes, what it refuses, and that the desk understands it."""

from typing import Any, get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.channels.config import ChannelConfig, checked_name, read
from line_sim.bridge.channels.texts import DEFAULTS, STAFF, Language, Occasion
from line_sim.desk.setup import Service
from line_sim.errors import ConfigurationError
from line_sim.wire import counting

KNOWN = {1: "Front", 2: "Back", 3: "Night", 4: "Bot", 5: "Sales", 6: "Rest"}
LIMITS = Service()

WRONG: dict[str, tuple[object, str]] = {
    "no destination": ({}, "rule.destinations: no destination; one to 5"),
    "six destinations": (
        {"rule": {"kind": "alternative", "destinations": [1, 2, 3, 4, 5, 6]}},
        "rule.destinations: 6 destinations; at most 5 a condition",
    ),
    "one that is not there": (
        {"rule": {"kind": "alternative", "destinations": [1, 9]}},
        r"rule.destinations\[1\]: no destination 9; one of 1 \(Front\)",
    ),
    "one twice": (
        {"rule": {"kind": "alternative", "destinations": [1, 1]}},
        "stands here again",
    ),
    "six in a condition": (
        {"rule": {"kind": "time", "conditions": [{"destinations": [1, 2, 3, 4, 5, 6]}]}},
        r"rule.conditions\[0\].destinations: 6 destinations",
    ),
    "a rule of no kind": ({"rule": {"kind": "lottery"}}, "kind one of 'alternative'"),
    "shares beyond 100": (
        {"rule": {"kind": "percentage", "shares": [
            {"percentage": 60, "destinations": [1]}, {"percentage": 50, "destinations": [2]}]}},
        "percentages sum to 110; at most 100",
    ),
    "shares below 100": (
        {"rule": {"kind": "percentage", "shares": [{"percentage": 60, "destinations": [1]}]}},
        "percentages sum to 60; 100",
    ),
    "a share without destinations": (
        {"rule": {"kind": "percentage", "shares": [{"percentage": 60}]}},
        r"rule.shares\[0\].destinations: missing",
    ),
    "a time of no clock": (
        {"rule": {"kind": "time", "conditions": [{"from_time": "25:00", "destinations": [1]}]}},
        r"rule.conditions\[0\].from_time",
    ),
    "an unknown key": ({"profil": "seed"}, "profil: 'seed'; no such key"),
    "an unknown key within": ({"messages": {"idle": {"on": True}}}, "messages.idle"),
    "an unknown language": ({"language": "de"}, "language: 'de'; one of 'en', 'ja', 'th'"),
    "an unknown format of names": ({"display_name_format": "nick"}, "display_name_format"),
    "a long custom info": ({"custom_info": "x" * 10_001}, "custom_info: 10,001 characters"),
    "a long welcome": (
        {"messages": {"welcome": {"text": "\N{GRINNING FACE}" * 2_500}}},
        "messages.welcome.text: 5,000 UTF-16 units",
    ),
    "an offset of no clock": ({"utc_offset": "+25:00"}, "utc_offset: '\\+25:00'"),
    "seconds that are none": ({"messages": {"away_cooldown_s": -1}}, "away_cooldown_s: -1"),
    "no table": (["rule"], "config: list; an object"),
    "text for a switch": ({"messages": {"away": {"on": "maybe"}}}, "messages.away.on: 'maybe'"),
}  # fmt: skip


@pytest.mark.parametrize(("value", "told"), WRONG.values(), ids=WRONG)
def test_what_is_wrong_is_refused_with_its_place(value: object, told: str) -> None:
    with pytest.raises(ConfigurationError, match=told):
        read(value, KNOWN, routed=True)


def test_everything_that_is_wrong_is_told_at_once() -> None:
    value = {"custom_info": "x" * 20_000, "utc_offset": "noon", "rule": {"kind": "time"}}
    with pytest.raises(ConfigurationError) as caught:
        read(value, KNOWN, routed=True)

    assert {"custom_info", "utc_offset", "rule"} == {each.where for each in caught.value.faults}


@pytest.mark.parametrize("longest", [10_000])
def test_what_is_just_allowed_is_taken(longest: int) -> None:
    rule = {"kind": "alternative", "destinations": [5, 4, 3, 2, 1]}
    made = read({"rule": rule, "custom_info": "語" * longest}, KNOWN, routed=True)

    assert (5, 4, 3, 2, 1) == made.rule.destinations  # type: ignore[union-attr]


def test_a_draft_needs_no_rule_yet_but_a_right_one_if_any() -> None:
    assert ChannelConfig() == read({}, {}, routed=False)
    with pytest.raises(ConfigurationError, match="there is none yet"):
        read({"rule": {"kind": "alternative", "destinations": [1]}}, {}, routed=False)


ids = st.lists(st.sampled_from(sorted(KNOWN)), min_size=1, max_size=5, unique=True)
rules = st.one_of(
    st.builds(lambda d, m: {"kind": "alternative", "destinations": d, "alternative_mode": m},
              ids, st.sampled_from(["failover", "rotate"])),
    st.builds(lambda p, a, b: {"kind": "percentage", "shares": [
        {"percentage": p, "destinations": a}, {"percentage": 100 - p, "destinations": b}]},
        st.integers(1, 99), ids, ids),
    st.builds(lambda d, a, b: {"kind": "time", "conditions": [
        {"days": [d], "from_time": "09:00", "to_time": "18:00", "destinations": a}],
        "other_schedule": b, "holidays": ["2026-12-31"]},
        st.sampled_from(["mon", "sun"]), ids, ids),
)  # fmt: skip


@given(rules, st.sampled_from(["true", "false"]), st.sampled_from(get_args(Language)))
def test_what_is_taken_survives_the_store_and_is_plain(
    rule: dict[str, Any], on: str, language: Language
) -> None:
    value = {"rule": rule, "language": language, "messages": {"away": {"on": on}}}
    made = read(value, KNOWN, routed=True)

    assert made == read(made.model_dump(mode="json"), KNOWN, routed=True)


@pytest.mark.parametrize("language", get_args(Language))
@pytest.mark.parametrize("occasion", get_args(Occasion))
def test_each_occasion_has_a_default_text_in_each_language(
    language: Language, occasion: Occasion
) -> None:
    config = ChannelConfig(language=language)
    text = config.said(occasion)

    assert text == DEFAULTS[language][occasion]
    assert text == text.strip()
    assert 10 < counting.utf16(text) < 500
    assert STAFF not in text
    assert text not in {DEFAULTS[other][occasion] for other in DEFAULTS if other != language}


@pytest.mark.parametrize(("own", "said"), [("Hi {staff}", "Hi {staff}"), ("  \n", None)])
def test_an_own_text_takes_the_place_of_the_default_and_white_space_does_not(
    own: str, said: str | None
) -> None:
    config = ChannelConfig.model_validate({"messages": {"close": {"text": own}}})

    assert (said or DEFAULTS["en"]["close"]) == config.said("close")


NAMES = ["Shop", "x" * 40, "語" * 40, "'; DROP TABLE channels; --", "<script>alert(1)</script>"]


@pytest.mark.parametrize("name", NAMES)
def test_a_name_may_be_whatever_can_be_seen(name: str) -> None:
    assert name == checked_name(f"  {name}\n")


@pytest.mark.parametrize(
    "name",
    ["", "   ", "x" * 41, "\x1b[31mred", "two\nlines", "nul\x00", "\ud800", "a\u2028b", None, 5],
)
def test_any_other_name_is_refused(name: object) -> None:
    with pytest.raises(ConfigurationError, match="name: "):
        checked_name(name)


def test_limits_are_those_of_the_product() -> None:
    assert (40, 10_000, 5) == (
        LIMITS.channel_name_max, LIMITS.custom_info_max, LIMITS.max_destinations_per_condition,
    )  # fmt: skip
