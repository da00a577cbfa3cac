"""Bodies are read by their schema: every wrong place is told, and by LINE's names."""

import pytest

from line_sim.mock.platform.request_bodies import fitting
from line_sim.wire.refusals import BODY_ERRORS, PROPERTY, RefusedError

RIGHT = {"view": {"type": "full", "url": "https://example.com"}}


def details(body: dict[str, object], name: str, **extra: str) -> dict[str, str]:
    with pytest.raises(RefusedError) as refusal:
        fitting(body, name, **extra)
    assert refusal.value.rule is BODY_ERRORS
    return {detail.property: detail.message for detail in refusal.value.details}


def test_a_body_that_fits_is_handed_back() -> None:
    assert (RIGHT, ()) == fitting(RIGHT, "AddLiffAppRequest")


@pytest.mark.parametrize("missing", [{}, {"view": None}], ids=["absent", "null"])
def test_what_is_needed_and_missing_is_named(missing: dict[str, object]) -> None:
    assert {"view": "must be specified"} == details(missing, "AddLiffAppRequest")


def test_every_wrong_place_is_told_at_once() -> None:
    body = {"view": {"type": "wide", "url": "example.com"}, "scope": ["openid", "all"]}

    assert {"view.type", "view.url", "scope[1]"} == set(details(body, "AddLiffAppRequest"))


@pytest.mark.parametrize("wrong", [1, True, [], "text"], ids=repr)
def test_another_json_type_is_refused_by_its_path(wrong: object) -> None:
    with pytest.raises(RefusedError) as refusal:
        fitting({"view": wrong}, "AddLiffAppRequest")
    assert refusal.value.rule is PROPERTY
    assert refusal.value.words["name"] == "view"


def test_a_flag_is_no_number() -> None:
    with pytest.raises(RefusedError, match="property"):
        fitting({"chatId": "U", "loadingSeconds": True}, "ShowLoadingAnimationRequest")


@pytest.mark.parametrize(("seconds", "fits"), [(4, False), (5, True), (60, True), (61, False)])
def test_numbers_are_held_at_both_ends(seconds: int, *, fits: bool) -> None:
    body = {"chatId": "U", "loadingSeconds": seconds}
    if fits:
        assert body == fitting(body, "ShowLoadingAnimationRequest").body
    else:
        assert details(body, "ShowLoadingAnimationRequest") == {
            "loadingSeconds": "Must be between 5 and 60"
        }


@pytest.mark.parametrize(("count", "fits"), [(0, True), (10_000, True), (10_001, False)])
def test_lists_are_held_at_both_ends(count: int, *, fits: bool) -> None:
    body = {"description": "many", "audiences": [{"id": "U"}] * count}
    if fits:
        assert body == fitting(body, "CreateAudienceGroupRequest").body
    else:
        assert details(body, "CreateAudienceGroupRequest") == {
            "audiences": "Size must be between 0 and 10000"
        }


@pytest.mark.parametrize("character", ["a", "字", "😀"])
def test_lengths_count_utf_16(character: str) -> None:
    units = len(character.encode("utf-16-le")) // 2
    longest = {"description": character * (120 // units)}

    assert longest == fitting(longest, "UpdateAudienceGroupDescriptionRequest").body
    longer = {"description": character * (120 // units + 1)}
    assert details(longer, "UpdateAudienceGroupDescriptionRequest") == {
        "description": "Length must be between 1 and 120"
    }


def test_records_are_told_apart_by_their_type() -> None:
    price = {"type": "fixed", "percentage": 1}
    reward = {"type": "discount", "priceInfo": price}
    condition = {"type": "lottery", "lotteryProbability": 9}

    wrong = details({"reward": reward, "acquisitionCondition": condition}, "CouponCreateRequest")
    assert "acquisitionCondition.maxAcquireCount" in wrong
    wrong = details({"reward": {"type": "nothing"}}, "CouponCreateRequest")
    assert wrong["reward.type"].endswith("[cashBack, discount, free, gift, others]")


def test_an_unknown_property_is_a_warning_or_refused_as_the_settings_say() -> None:
    body = {"view": {**RIGHT["view"], "colour": "red"}}

    assert ("LINE knows no property view.colour",) == fitting(body, "AddLiffAppRequest").warnings
    assert {"view.colour": "Unknown property"} == details(body, "AddLiffAppRequest", extra="refuse")


def test_a_null_that_may_be_absent_is_absent() -> None:
    body = {"view": {**RIGHT["view"], "moduleMode": None}, "description": None}

    assert RIGHT == fitting(body, "AddLiffAppRequest").body
