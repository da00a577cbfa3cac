"""Mutants: each changes what it says, and nothing else, and never silently nothing."""

import json
from typing import Any

import pytest
import specimens
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.wire import bodies
from line_sim.wire.mutants import MUTANTS, Mutant
from line_sim.wire.mutations import BIG_BATCH, NOVEL

TEXT = "message, text, most (user)"
# of each mutant, the properties that are another value after it, gone after it, or new
CHANGED = {
    "other_destination": {"destination"},
    "no_events": {"events"},
    "no_event_id": {"events.0.webhookEventId"},
    "no_quote_token": {"events.0.message.quoteToken"},
    "unknown_event_type": {"events.0.type"},
    "unknown_mode": {"events.0.mode"},
    "unknown_message_type": {"events.0.message.type"},
    "unknown_source_type": {"events.0.source.type"},
    "unknown_sticker_type": {"events.0.message.stickerResourceType"},
    "unknown_mentionee_type": {"events.0.message.mention.mentionees.0.type"},
    "unknown_content_provider": {"events.0.message.contentProvider.type"},
    "unknown_postback_params": {
        "events.0.postback.params.date",
        f"events.0.postback.params.{NOVEL}",
    },
    "no_source": {"events.0.source"},
    "unnamed_member": {"events.0.source.userId"},
    "standby": {"events.0.mode", "events.0.replyToken"},
    "no_read_token": {"events.0.message.markAsReadToken"},
    "unnumbered_image": {"events.0.message.imageSet.index", "events.0.message.imageSet.total"},
    "unnamed_place": {"events.0.message.title", "events.0.message.address"},
    "no_keywords": {"events.0.message.keywords"},
}
BY_NAME = [pytest.param(mutant, id=name) for name, mutant in MUTANTS.items()]


def differences(one: Any, other: Any, place: str = "") -> set[str]:  # noqa: ANN401 - JSON is of any type
    """Paths at which two JSON values differ."""
    match one, other:
        case dict(), dict():
            return {
                found
                for name in {**one, **other}
                for found in (
                    differences(one[name], other[name], f"{place}.{name}".lstrip("."))
                    if name in one and name in other
                    else {f"{place}.{name}".lstrip(".")}
                )
            }
        case list(), list() if len(one) == len(other):
            pairs = enumerate(zip(one, other, strict=True))
            return {found for at, pair in pairs for found in differences(*pair, f"{place}.{at}")}
        case _:
            return set() if one == other else {place}


@pytest.mark.parametrize("mutant", BY_NAME)
def test_a_mutant_leaves_the_webhook_it_is_given_as_it_was(mutant: Mutant) -> None:
    webhook = specimens.fitting(mutant.name)
    before = json.dumps(webhook)
    body = mutant.body(webhook)

    assert before == json.dumps(webhook)
    assert body != bodies.encode(webhook)
    assert body == mutant.body(webhook)


@pytest.mark.parametrize(("name", "paths"), CHANGED.items(), ids=CHANGED)
def test_a_mutant_changes_what_it_says_and_nothing_else(name: str, paths: set[str]) -> None:
    webhook = specimens.fitting(name)

    assert paths == differences(webhook, MUTANTS[name].apply(webhook))


@pytest.mark.parametrize("name", sorted(CHANGED.keys() - {"other_destination", "no_events"}))
def test_a_mutant_finds_the_event_that_fits_among_others(name: str) -> None:
    others = specimens.webhook("botSuspended", "botResumed")["events"]
    webhook = specimens.fitting(name)
    mixed = {**webhook, "events": [*others, *webhook["events"]]}
    found = MUTANTS[name].apply(mixed)["events"]

    assert MUTANTS[name].fits(mixed)
    assert len(mixed["events"]) == len(found)
    assert 1 == sum(before != after for before, after in zip(mixed["events"], found, strict=True))


@pytest.mark.parametrize("mutant", BY_NAME)
def test_a_mutant_without_anything_to_change_says_what_it_needs(mutant: Mutant) -> None:
    webhook = {"destination": specimens.BOT, "events": []}
    always = {"not_json", "no_events", "other_destination", "extra_properties"}

    assert mutant.fits(webhook) is (mutant.name in always)
    if mutant.name in always:
        return
    with pytest.raises(ConfigurationError, match=mutant.needs):
        mutant.apply(webhook)


def test_extra_properties_stand_in_every_object_and_nothing_else_changes() -> None:
    def bare(value: Any) -> Any:  # noqa: ANN401 - JSON is of any type
        match value:
            case dict():
                assert {"since": "tomorrow"} == value[NOVEL]

                return {name: bare(each) for name, each in value.items() if name != NOVEL}
            case list():
                return [bare(each) for each in value]
            case _:
                return value

    webhook = specimens.webhook(*specimens.EVENTS)

    assert webhook == bare(MUTANTS["extra_properties"].apply(webhook))


@pytest.mark.parametrize("style", bodies.STYLES)
@given(names=st.lists(st.sampled_from(sorted(specimens.EVENTS)), max_size=3))
def test_half_a_body_is_never_json(style: str, names: list[str]) -> None:
    body = MUTANTS["not_json"].body(specimens.webhook(*names), style)

    with pytest.raises(ValueError, match=r"."):
        json.loads(body)


@given(st.lists(st.sampled_from(sorted(specimens.EVENTS)), min_size=1, max_size=99))
def test_a_big_batch_has_a_hundred_events_each_with_ids_of_its_own(names: list[str]) -> None:
    webhook = specimens.webhook(*dict.fromkeys(names))
    found = MUTANTS["big_batch"].apply(webhook)["events"]
    added = found[len(webhook["events"]) :]
    fresh = {event["webhookEventId"] for event in added}

    assert BIG_BATCH == len(found)
    assert webhook["events"] == found[: len(webhook["events"])]
    assert len(added) == len(fresh - {event["webhookEventId"] for event in webhook["events"]})
    assert not [event for event in added if "replyToken" in event]
    assert {webhook["events"][0]["type"]} == {event["type"] for event in added}


@given(st.lists(st.sampled_from(sorted(specimens.EVENTS)), unique=True, max_size=5))
def test_events_of_one_millisecond_differ_in_nothing_else(names: list[str]) -> None:
    webhook = specimens.webhook(*names)
    times = [event["timestamp"] for event in webhook["events"]]
    mutant = MUTANTS["same_time"]
    fits = len(set(times)) > 1

    assert fits == mutant.fits(webhook)
    if fits:
        found = mutant.apply(webhook)
        assert {times[0]} == {event["timestamp"] for event in found["events"]}
        for before, after in zip(webhook["events"], found["events"], strict=True):
            assert before == {**after, "timestamp": before["timestamp"]}


def test_a_hundred_events_are_not_made_more() -> None:
    names = list(specimens.EVENTS)[:BIG_BATCH]

    assert not MUTANTS["big_batch"].fits(specimens.webhook(*names))


def test_things_and_delivery_replace_an_event_and_keep_what_all_events_have() -> None:
    webhook = specimens.webhook(TEXT)
    (before,) = webhook["events"]
    (things,) = MUTANTS["things"].apply(webhook)["events"]
    (delivery,) = MUTANTS["delivery_without_source"].apply(webhook)["events"]
    common = {
        name: before[name] for name in ("mode", "timestamp", "webhookEventId", "deliveryContext")
    }

    assert ("things", before["source"]) == (things["type"], things["source"])
    assert ("delivery", False) == (delivery["type"], "source" in delivery)
    assert common.items() <= things.items()
    assert common.items() <= delivery.items()


def test_every_mutant_says_what_it_is_for() -> None:
    for name, mutant in MUTANTS.items():
        assert name == mutant.name
        assert mutant.what
        assert mutant.checks
        assert all(1 <= check <= 99 for check in mutant.checks)


def test_tolerance_checks_each_have_a_mutant() -> None:
    served = {check for mutant in MUTANTS.values() for check in mutant.checks}

    assert {9, 12, 13, 20, 31, 32, 33, 34, 35, 38} <= served
