"""Faults: the same calls meet the same faults, each selector has its law, and faults compose."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Literal

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import ConfigurationError
from line_sim.mock import faults
from line_sim.mock.faults import KINDS, Fault, fault_from
from line_sim.mock.faults.calls import QUOTA_QUESTIONS
from line_sim.mock.faults.engine import Faults
from line_sim.mock.platform.operations import every_operation
from line_sim.net.clock import Instant
from line_sim.wire.signature import WRONG

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from line_sim.mock.faults.plans import CallPlan, WebhookPlan

PUSH = ("pushMessage", "/v2/bot/message/push")
CONTENT = ("getMessageContent", "/v2/bot/message/7/content")
TRANSCODING = (
    "getMessageContentTranscodingByMessageId", "/v2/bot/message/7/content/transcoding"
)  # fmt: skip
START = Instant(0, 0)


def call(
    engine: Faults,
    what: tuple[str, str] = PUSH,
    *,
    channel: str = "shop",
    users: Sequence[str] = (),
    at_s: float = 0.0,
) -> CallPlan | None:
    at_us = round(at_s * 1e6)
    return engine.for_call(*what, (channel,), users, Instant(at_us, at_us))


def plan(*some: Fault, what: tuple[str, str] = PUSH) -> CallPlan:
    found = call(Faults(some), what)

    assert found is not None
    return found


def webhook_plan(*some: Fault) -> WebhookPlan:
    found = Faults(some).for_webhook(("shop",), [{"type": "message"}], 1, (), START)

    assert found is not None
    return found


def fired(fault: Fault, number: int, seed: int = 0) -> list[int]:
    """Which of so many calls a fault spoils, counted from 1."""
    engine = Faults([fault], seed)
    return [place for place in range(1, number + 1) if call(engine)]


selected = st.fixed_dictionaries(
    {},
    optional={
        "every": st.integers(1, 5),
        "probability": st.floats(0.05, 1),
        "first": st.integers(1, 5),
        "skip": st.integers(0, 5),
        "operation": st.sampled_from(["pushMessage", "*Message", "replyMessage", "/v2/bot/*"]),
        "channel": st.sampled_from(["shop", "other"]),
        "user": st.sampled_from(["U1", "U2"]),
        "after_s": st.floats(0, 5),
        "until_s": st.floats(6, 10),
    },
)
some_calls = st.lists(
    st.tuples(
        st.sampled_from([PUSH, ("replyMessage", "/v2/bot/message/reply")]),
        st.sampled_from(["shop", "other"]),
        st.sampled_from([(), ("U1",), ("U1", "U2")]),
        st.floats(0, 12),
    ),
    max_size=30,
)


def run(engine: Faults, calls: Sequence[Any]) -> list[CallPlan | None]:
    return [
        call(engine, what, channel=channel, users=users, at_s=at_s)
        for what, channel, users, at_s in calls
    ]


@given(selected, some_calls, st.integers(0, 2**31))
def test_the_same_calls_meet_the_same_faults(
    selectors: dict[str, Any], calls: list[Any], seed: int
) -> None:
    fault = faults.FailsWith(503, **selectors)
    engine = Faults([fault], seed)
    once = run(engine, calls)
    engine.restart()

    assert [bool(each) for each in once] == [bool(each) for each in run(engine, calls)]
    assert [bool(each) for each in once] == [
        bool(each) for each in run(Faults([fault], seed), calls)
    ]


@given(selected, selected, some_calls, st.integers(0, 2**31))
def test_each_fault_fires_as_if_it_were_alone(
    one: dict[str, Any], other: dict[str, Any], calls: list[Any], seed: int
) -> None:
    slow, refuses = faults.Slow(2.0, **one), faults.Refuses(**other)
    together = run(Faults([slow, refuses], seed), calls)
    alone = run(Faults([slow], seed), calls)

    assert [bool(each) for each in alone] == [
        each is not None and repr(slow) in each.names for each in together
    ]
    for each in together:
        if each is not None:
            assert (each.delay_s > 0) == (repr(slow) in each.names)
            assert (each.instead is not None) == (repr(refuses) in each.names)


@given(selected, some_calls)
def test_removing_a_fault_changes_nothing_for_the_others(
    selectors: dict[str, Any], calls: list[Any]
) -> None:
    kept = faults.Slow(1.0, **selectors)
    engine, changed = Faults([faults.Hangs(), kept]), Faults([faults.Hangs(), kept])
    changed.remove(1)
    stays = [each is not None and each.delay_s for each in run(engine, calls)]

    assert [float(each) for each in stays] == [
        each.delay_s if each else 0.0 for each in run(changed, calls)
    ]


@given(st.integers(1, 6), st.integers(0, 6), st.none() | st.integers(1, 6))
def test_skip_every_and_first_count_matching_calls(
    every: int, skip: int, first: int | None
) -> None:
    expected = [n for n in range(1, 41) if n > skip and (n - skip) % every == 0][:first]

    assert expected == fired(faults.Hangs(every=every, skip=skip, first=first), 40)


def test_a_probability_is_met_in_the_long_run_and_differs_by_seed() -> None:
    spoilt = [fired(faults.Hangs(probability=0.25), 4_000, seed) for seed in (1, 2)]

    assert all(900 < len(each) < 1_100 for each in spoilt)
    assert spoilt[0] != spoilt[1]


def test_two_equal_faults_have_luck_of_their_own() -> None:
    engine = Faults([faults.Slow(1.0, probability=0.5)] * 2)
    delays = {found.delay_s if (found := call(engine)) else 0.0 for _ in range(100)}

    assert {0.0, 1.0, 2.0} == delays


@pytest.mark.parametrize(("at_s", "fires"), [(1.9, False), (2, True), (4.9, True), (5, False)])
def test_a_fault_holds_from_after_until_before_until(at_s: float, fires: bool) -> None:  # noqa: FBT001
    engine = Faults([faults.Hangs(after_s=2, until_s=5)])

    assert fires is bool(call(engine, at_s=at_s))


@pytest.mark.parametrize(
    ("operation", "fires"),
    [
        ("", True),
        ("pushMessage", True),
        ("push*", True),
        ("/v2/bot/message/*", True),
        ("/v2/bot/message/push", True),
        ("replyMessage", False),
        ("/v2/bot/profile/*", False),
        ("PUSHMESSAGE", False),
    ],
)
def test_an_operation_is_a_name_or_a_glob_over_name_or_path(operation: str, fires: bool) -> None:  # noqa: FBT001
    assert fires is bool(call(Faults([faults.Hangs(operation=operation)])))


def test_channel_and_user_select() -> None:
    engine = Faults([faults.Slow(1.0, channel="shop"), faults.Slow(4.0, user="Alice")])
    found = [
        call(engine, channel="shop"),
        call(engine, channel="other"),
        call(engine, channel="other", users=("U1", "Alice")),
    ]

    assert [1.0, None, 4.0] == [each and each.delay_s for each in found]


def test_calls_that_do_not_match_are_not_counted() -> None:
    engine = Faults([faults.Hangs(every=2, channel="shop")])
    found = [call(engine, channel=name) for name in ("shop", "other", "other", "shop")]

    assert [False, False, False, True] == [bool(each) for each in found]


def test_without_faults_nobody_asks() -> None:
    engine = Faults()

    assert not engine.active
    assert not engine.active_webhooks
    assert call(engine) is None

    engine.add(faults.DropsWebhook(user="U1"))

    assert engine.active_webhooks
    assert engine.by_user
    assert not engine.active


# what each does


@pytest.mark.parametrize("status", [400, 401, 403, 404, 410, 413, 423, 429])
def test_refusals_are_in_lines_words_and_say_they_are_planned(status: int) -> None:
    answer = plan(faults.Refuses(status)).instead

    assert answer is not None
    assert answer.rule is not None
    assert (status, status) == (answer.status, answer.rule.status)
    assert isinstance(answer.content, dict)
    assert answer.content["message"]
    assert f"planned fault Refuses(status={status})".replace("(status=429)", "()") in (
        answer.rule.source
    )


@pytest.mark.parametrize("status", [500, 502, 503])
def test_failing_answers_without_acting(status: int) -> None:
    found = plan(faults.FailsWith(status))

    assert found.instead is not None
    assert status == found.instead.status
    assert not found.acts


@pytest.mark.parametrize("how", ["500", "hang", "reset"])
def test_a_lost_response_acts_first(how: Literal["500", "hang", "reset"]) -> None:
    found = plan(faults.LosesResponse(how))

    assert found.acts
    assert how == found.after


def test_hanging_and_resetting_do_not_act() -> None:
    assert ("hang", False) == ((found := plan(faults.Hangs())).before, found.acts)
    assert ("reset", False) == ((found := plan(faults.ResetsConnection())).before, found.acts)


def test_truncation_concerns_content_only() -> None:
    engine = Faults([faults.TruncatesContent(0.25, keeps_length=False)])

    assert call(engine) is None
    found = call(engine, CONTENT)
    assert found is not None
    assert (0.25, False) == (found.truncate, found.keeps_length)


def test_preparation_lasts_its_seconds_from_the_first_request_of_each_message() -> None:
    engine = Faults([faults.PreparesContent(3.0)])
    other = ("getMessageContent", "/v2/bot/message/8/content")
    found = [
        call(engine, what, at_s=at_s)
        for what, at_s in (
            (TRANSCODING, 10), (CONTENT, 12.9), (other, 12.9), (TRANSCODING, 13), (CONTENT, 13),
            (other, 15), (other, 16),
        )
    ]  # fmt: skip
    answers = [
        each and each.instead and (each.instead.status, each.instead.content) for each in found
    ]

    assert [
        (200, {"status": "processing"}), (202, None), (202, None), None, None, (202, None), None,
    ] == answers  # fmt: skip


def test_every_second_message_is_prepared_not_every_second_call() -> None:
    engine = Faults([faults.PreparesContent(3.0, every=2)])
    found = [
        bool(call(engine, ("getMessageContent", f"/v2/bot/message/{name}/content")))
        for name in (1, 1, 2, 2, 1, 3, 4)
    ]

    assert [False, False, True, True, False, False, True] == found


def test_content_gone_is_a_410() -> None:
    answer = plan(faults.ContentGone(), what=CONTENT).instead

    assert answer is not None
    assert 410 == answer.status


def test_an_expired_token_is_a_401_once_and_the_token_is_dead() -> None:
    engine = Faults([faults.ExpiresToken()])
    found = call(engine)

    assert found is not None
    assert found.instead is not None
    assert (401, True) == (found.instead.status, found.voids_token)
    assert call(engine) is None


def test_a_used_up_quota_refuses_counted_sends_and_says_so_when_asked() -> None:
    engine = Faults([faults.RunsOutOfQuota(limit=500, after_s=10, first=1)])
    value, used = ("getMessageQuota", "/q"), ("getMessageQuotaConsumption", "/c")
    reply = ("replyMessage", "/v2/bot/message/reply")

    assert call(engine, used, at_s=9) is None
    asked = [call(engine, what, at_s=10) for what in (value, used, used)]

    assert [{"type": "limited", "value": 500}, *[{"totalUsage": 500}] * 2] == [
        each and each.instead and each.instead.content for each in asked
    ]
    assert call(engine, reply, at_s=10) is None
    refused = call(engine, at_s=10)
    assert refused is not None
    assert refused.instead is not None
    assert 429 == refused.instead.status
    assert "You have reached your monthly limit." in str(refused.instead.content)
    assert call(engine, used, at_s=10) is None


def test_the_first_added_of_two_answers_wins_and_delays_add_up() -> None:
    found = plan(
        faults.Slow(1.0), faults.Refuses(403), faults.FailsWith(500), faults.Hangs(),
        faults.Slow(2.0), faults.LosesResponse("reset"), faults.LosesResponse("hang"),
    )  # fmt: skip

    assert found.instead is not None
    assert (403, None, "reset", 3.0) == (
        found.instead.status, found.before, found.after, found.delay_s
    )  # fmt: skip
    assert 7 == len(found.names)


# webhooks


def test_each_fault_of_webhooks_says_what_is_to_happen() -> None:
    found = webhook_plan(
        faults.DuplicatesWebhook(2, flagged=True, after_each_s=1.5),
        faults.OvertakesWebhook(3),
        faults.DelaysWebhook(1.0),
        faults.DelaysWebhook(2.0),
        faults.SkewsClock(-90),
        faults.DropsWebhook("request_timeout"),
        faults.WrongSignature("missing"),
        faults.WrongSignature("sha1"),
        faults.MutatesWebhook("other_destination"),
        faults.RestylesWebhook("shuffled", header_case="upper"),
        faults.RestylesWebhook("pretty", user_agent="Other/1"),
        faults.LosesConfirmation(),
    )

    assert (2, 1.5, True) == (found.copies, found.copies_after_s, found.copies_flagged)
    assert (3, 5.0, 3.0, -90_000) == (
        found.hold_behind, found.hold_at_most_s, found.delay_s, found.skew_ms
    )  # fmt: skip
    assert ("request_timeout", "Request timeout", "missing") == (
        found.drop, found.drop_detail, found.signature
    )  # fmt: skip
    wanted = ("other_destination", "shuffled", "upper", "Other/1", True)
    assert wanted == (
        found.mutant, found.style, found.header_case, found.user_agent, found.unheard
    )  # fmt: skip


def test_a_mutant_concerns_only_webhooks_that_have_what_it_changes() -> None:
    engine = Faults([faults.MutatesWebhook("unknown_sticker_type", first=1)])
    sticker = {"type": "message", "message": {"type": "sticker", "stickerResourceType": "STATIC"}}
    sent = [[{"type": "follow"}], [{"type": "follow"}, sticker], [sticker]]

    found = [engine.for_webhook(("shop",), events, 1, (), START) for events in sent]

    assert [False, True, False] == [bool(each) for each in found]


@pytest.mark.parametrize(
    ("selectors", "fires"),
    [
        ({}, [True, True, True]),
        ({"event": "message"}, [True, True, False]),
        ({"event": "m*"}, [True, True, True]),
        ({"event": "follow"}, [False, True, False]),
        ({"attempt": 1}, [True, False, True]),
        ({"attempt": 2}, [False, True, False]),
        ({"channel": "other"}, [False, False, False]),
    ],
)
def test_webhooks_are_selected_by_event_and_attempt(
    selectors: dict[str, Any], fires: list[bool]
) -> None:
    engine = Faults([faults.DropsWebhook(**selectors)])
    sent = [(["message"], 1), (["follow", "message"], 2), (["memberJoined"], 1)]
    found = [
        engine.for_webhook(("shop",), [{"type": each} for each in types], attempt, (), START)
        for types, attempt in sent
    ]

    assert fires == [bool(each) for each in found]


def test_faults_of_calls_and_of_webhooks_leave_each_other_alone() -> None:
    engine = Faults([faults.Hangs(), faults.DropsWebhook()])
    found = engine.for_webhook(("shop",), [], 1, (), START)

    assert found is not None
    assert ("DropsWebhook()",) == found.names
    assert (0, 1) == tuple(each["matched"] for each in engine.state())


# plain data


SPECIMENS = [
    faults.Refuses(403, operation="push*"), faults.FailsWith(503, every=2), faults.Slow(0.5),
    faults.Hangs(user="U1"), faults.ResetsConnection(channel="shop"),
    faults.LosesResponse("hang", every=7, probability=0.5), faults.TruncatesContent(0.1),
    faults.PreparesContent(9), faults.ContentGone(first=3), faults.ExpiresToken(first=2),
    faults.EnrichesAnswers(), faults.RunsOutOfQuota(after_s=5, until_s=6),
    faults.DuplicatesWebhook(3, flagged=True),
    faults.OvertakesWebhook(2, at_most_s=1), faults.DelaysWebhook(2, event="follow"),
    faults.SkewsClock(-3), faults.DropsWebhook("unclassified", attempt=1),
    faults.WrongSignature("empty"), faults.MutatesWebhook("no_source", first=1),
    faults.RestylesWebhook("utf8", header_case="title"),
    faults.LosesConfirmation(user="U1", attempt=1),
]  # fmt: skip


def test_there_is_a_specimen_of_every_kind() -> None:
    assert set(KINDS) == {type(each).__name__ for each in SPECIMENS}
    assert set(KINDS) <= set(faults.__all__)


@pytest.mark.parametrize("fault", SPECIMENS, ids=lambda each: type(each).__name__)
def test_a_fault_survives_json_and_its_own_repr(fault: Fault) -> None:
    again = fault_from(orjson.loads(orjson.dumps(fault.to_dict())))
    written = eval(repr(fault), dict(KINDS))  # noqa: S307 - our own repr

    assert fault == again
    assert fault == written


def test_every_operation_a_fault_is_bound_to_exists() -> None:
    known = {operation.name for operation in every_operation()}
    bound = {name for kind in KINDS.values() for name in getattr(kind, "SCOPE", ())}

    assert {"pushMessage", "getMessageContent"} <= bound
    assert bound | set(QUOTA_QUESTIONS) <= known


def test_every_wrong_signature_has_a_fault() -> None:
    assert set(WRONG) == {faults.WrongSignature(name).name for name in WRONG}


def mistakes(make: Callable[[], object]) -> list[str]:
    with pytest.raises(ConfigurationError) as caught:
        make()
    return [str(each) for each in caught.value.faults]


@pytest.mark.parametrize(
    ("data", "where", "mend"),
    [
        ({"fault": "LosesRespons"}, "fault.fault", "did you mean 'LosesResponse'?"),
        ({"fault": "losesresponse"}, "fault.fault", "did you mean 'LosesResponse'?"),
        ({}, "fault.fault", "the name of a fault"),
        ({"fault": "Hangs", "evry": 3}, "fault.evry", "did you mean 'every'?"),
        ({"fault": "Hangs", "every": 0}, "fault.every", "1 or more"),
        ({"fault": "Hangs", "every": True}, "fault.every", "a whole number"),
        ({"fault": "Hangs", "every": "7"}, "fault.every", "a whole number"),
        ({"fault": "Hangs", "probability": 0}, "fault.probability", "above 0, at most 1"),
        ({"fault": "Slow", "seconds": float("nan")}, "fault.seconds", "above 0 s"),
        ({"fault": "Slow", "seconds": float("inf")}, "fault.seconds", "above 0 s"),
        ({"fault": "Hangs", "after_s": 5, "until_s": 5}, "fault.until_s", "more than after_s"),
        ({"fault": "Refuses", "status": 418}, "fault.status", "one of 400, 401"),
        ({"fault": "LosesResponse", "how": "hangs"}, "fault.how", "did you mean 'hang'?"),
        ({"fault": "WrongSignature", "name": "sha-1"}, "fault.name", "did you mean 'sha1'?"),
        (
            {"fault": "ContentGone", "operation": "getMesageContent"},
            "fault.operation",
            "did you mean 'getMessageContent'?",
        ),
    ],
)
def test_mistakes_are_told_with_their_place_and_mend(
    data: dict[str, Any], where: str, mend: str
) -> None:
    (found,) = mistakes(lambda: fault_from(data))

    assert found.startswith(f"{where}: ")
    assert mend in found


def test_all_mistakes_are_told_at_once() -> None:
    data = {"fault": "Hangs", "every": 0, "skip": -1, "whom": "U1"}

    assert ["faults[2].whom", "faults[2].every", "faults[2].skip"] == [
        each.partition(":")[0] for each in mistakes(lambda: fault_from(data, "faults[2]"))
    ]


def test_an_unknown_operation_is_told_where_the_operations_are_known() -> None:
    engine = Faults(operations=["pushMessage", "replyMessage"])
    (found,) = mistakes(lambda: engine.add(faults.Hangs(operation="pushMesage")))

    assert "did you mean 'pushMessage'?" in found
    assert 1 == engine.add(faults.Hangs(operation="/v2/*"))


def test_a_number_that_is_not_in_force_cannot_be_removed() -> None:
    engine = Faults([faults.Hangs()])

    assert "no number 9; 1" in mistakes(lambda: engine.remove(9))[0]

    engine.remove(1)

    assert not engine.active


def test_the_state_shows_what_each_fault_did() -> None:
    engine = Faults([faults.Hangs(every=2), faults.Slow(channel="other")])
    for _ in range(5):
        call(engine)

    assert [
        {"number": 1, "fault": "Hangs", "every": 2, "matched": 5, "fired": 2},
        {"number": 2, "fault": "Slow", "channel": "other", "matched": 0, "fired": 0},
    ] == engine.state()

    engine.restart()

    assert [0, 0] == [each["matched"] for each in engine.state()]

    engine.clear()

    assert [] == engine.state()
    assert 3 == engine.add(faults.Hangs())
