"""Every call is answered: in LINE's shape, without an exception, the true reason beside it."""

import json
from dataclasses import replace

import pytest
from calling import EPOCH_MS, Bot, at, platform
from hypothesis import given, settings
from hypothesis import strategies as st
from meeting import AREAS, meet, meet_under, push, text

from line_sim.errors import ConfigurationError
from line_sim.mock.findings import Findings
from line_sim.mock.platform import acts
from line_sim.mock.platform.api import tokens
from line_sim.mock.platform.calls import Answer, Call
from line_sim.mock.platform.platform import Platform
from line_sim.mock.settings import Channel, LimitSettings, Settings, StrictSettings

PATHS = sorted({operation.path for area in AREAS for operation in area.found})
INFO = "/v2/bot/info"
FRIEND = "U" + "0" * 32


def test_every_answer_carries_a_request_id_of_its_own() -> None:
    bot = meet()
    ids = {bot.get(path).headers["x-line-request-id"] for path in (INFO, INFO, "/nowhere")}

    assert 3 == len(ids)


@pytest.mark.parametrize(
    ("method", "path", "told"),
    [
        ("GET", "/v2/bot/message/pusj", "nearest is POST /v2/bot/message/push"),
        ("GET", "/v2/bot/message/push", "POST is"),
        ("DELETE", INFO, "GET is"),
        ("GET", "/", "LINE has no GET /"),
    ],
)
def test_an_unknown_path_is_404_and_the_nearest_is_named(method: str, path: str, told: str) -> None:
    answer = meet().call(method, path)

    assert (404, "path") == (answer.status, answer.rule.id)
    assert told in answer.why


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer nonsense", "Basic abc", "nonsense"])
def test_without_a_channels_token_nothing_is_done(header: str) -> None:
    answer = meet().call("GET", INFO, authorization=header)

    assert (401, "access-token") == (answer.status, answer.rule.id)
    assert header not in answer.why or not header


def test_the_scheme_is_read_whatever_its_capitals() -> None:
    bot = meet()

    assert 200 == bot.call("GET", INFO, authorization=f"bearer {bot.token}").status


def test_a_reissued_token_voids_the_old_one() -> None:
    bot = meet()
    bot.get(INFO)
    new = bot.channel.tokens.reissue(0)
    old = bot.get(INFO).status
    bot.token = new

    assert (401, 200) == (old, bot.get(INFO).status)


def test_a_call_with_several_faults_meets_the_first_check() -> None:
    big, key = b"x" * (2 * 2**20 + 1), {"x_line_retry_key": "no key"}
    bot = meet_under(limits=LimitSettings(scale=2 / 2_000))
    path = "/v2/bot/message/push"

    def rules(*calls: Answer) -> list[str]:
        return [each.rule.id for each in calls]

    assert ["path", "access-token", "body-size"] == rules(
        bot.call("POST", "/nowhere", big, authorization=""),
        bot.call("POST", path, big, authorization="", **key),
        bot.call("POST", path, big, **key),
    )
    assert ["content-type", "retry-key", "rate-limit"] == rules(
        bot.call("POST", path, b"{", **key),
        bot.call("POST", path, b"{", content_type="application/json", **key),
        bot.call("POST", path, b"{", **key),
    )


def test_what_is_not_simulated_is_501_in_lines_shape_and_a_finding() -> None:
    (info,) = [each for area in AREAS for each in area.found if each.path == INFO]
    told = Settings(channels=(Channel(name="shop"),))
    where = Platform(told, EPOCH_MS, (replace(info, supported=False),))
    answer = Bot(where).get(INFO)
    findings = Findings()
    findings.of_answer(1, Call("GET", INFO), answer, injected=False)

    assert (501, {"message": "getBotInfo is not simulated"}) == (answer.status, answer.content)
    assert [True] == ["rule unsupported" in each for each in findings.kept]


def test_a_finding_of_a_token_call_has_its_words_too() -> None:
    answer = Bot(platform(tokens.operations)).form("/v2/oauth/accessToken")
    findings = Findings()
    findings.of_answer(1, Call("POST", "/v2/oauth/accessToken"), answer, injected=False)

    assert "answered 400 'grant_type is required' by rule oauth-request" in findings.kept[0]


def test_a_body_over_two_megabytes_is_413() -> None:
    bot = meet()
    fits = bot.call("POST", "/v2/bot/message/push", b" " * 2**21, content_type="application/json")
    over = bot.call("POST", "/v2/bot/message/push", b" " * (2**21 + 1))

    assert (400, 413) == (fits.status, over.status)


@pytest.mark.parametrize(
    ("given_type", "status"),
    [
        ("application/json", 200),
        ("Application/JSON; charset=utf-8", 200),
        ("application/x-www-form-urlencoded", 415),
        ("text/plain", 415),
    ],
)
def test_json_calls_want_json(given_type: str, status: int) -> None:
    bot = meet()
    body = f'{{"to": "{bot.friend().id}", "messages": [{{"type": "text", "text": "x"}}]}}'
    path = "/v2/bot/message/push"

    assert status == bot.call("POST", path, body.encode(), content_type=given_type).status


@pytest.mark.parametrize(("host", "status"), [("api.line.me:443", 200), ("api-data.line.me", 404)])
def test_with_strict_hosts_an_operation_answers_at_its_own_host_only(
    host: str, status: int
) -> None:
    bot = meet_under(strict=StrictSettings(hosts=True))
    call = Call("GET", INFO, headers={"authorization": f"Bearer {bot.token}"}, host=host)

    assert status == bot.platform.answer(call, bot.now).status


def test_refusals_have_lines_shape() -> None:
    bot = meet()
    answer = push(bot, bot.friend().id, text(""), text("x" * 5_001))

    assert "The request body has 2 error(s)" == answer.content["message"]
    assert ["messages[0].text", "messages[1].text"] == [
        each["property"] for each in answer.content["details"]
    ]


def test_a_channel_is_found_by_name_and_id_and_a_near_name_is_suggested() -> None:
    bot = meet()

    assert bot.channel is bot.platform.channel(bot.channel.id)
    with pytest.raises(ConfigurationError, match="did you mean 'shop'"):
        bot.platform.channel("shpo")


METHODS = st.sampled_from(["GET", "POST", "PUT", "DELETE", "PATCH", "", "\ud800"])
WORDS = st.one_of(st.text(max_size=40), st.sampled_from(["U" + "0" * 32, "C" + "a" * 32]))
ANY_PATH = st.one_of(
    st.text(max_size=60),
    st.builds(
        lambda path, word: path.replace("{", "").replace("}", word), st.sampled_from(PATHS), WORDS
    ),
    st.sampled_from(PATHS),
)
JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(), st.floats(), st.text(max_size=20)),
    lambda inner: st.one_of(
        st.lists(inner, max_size=4),
        st.dictionaries(
            st.sampled_from(
                ["to", "messages", "type", "text", "replyToken", "chatId", "loadingSeconds",
                 "endpoint", "markAsReadToken", "chat", "userId", "recipient", "limit", "filter",
                 "customAggregationUnits", "quoteToken", "substitution"]
            ),
            inner,
            max_size=5,
        ),
    ),
    max_leaves=12,
)  # fmt: skip
HEADERS = st.dictionaries(
    st.sampled_from(["content-type", "x-line-retry-key", "accept"]),
    st.one_of(st.text(max_size=40), st.just("application/json")),
)


def encoded(body: object) -> bytes:
    """Any JSON, numbers that JSON does not know included."""
    return json.dumps(body).encode("utf-8", "surrogatepass")


CALLS = st.builds(
    Call,
    METHODS,
    ANY_PATH,
    st.one_of(st.text(max_size=30), st.sampled_from(["start=x&limit=0", "requestId=1", "limit=٣"])),
    HEADERS,
    st.one_of(st.binary(max_size=60), JSON.map(encoded)),
    st.just("\x00"),
)


@settings(max_examples=400)
@given(CALLS, st.sampled_from(["line", "lenient", "sdk"]))
def test_no_call_raises_and_none_is_answered_5xx(call: Call, profile: str) -> None:
    bot = meet_under(profile=profile, channels=(Channel(name="shop"),))
    bot.friend()
    own = {"authorization": f"Bearer {bot.token}", "content-type": "application/json"}
    call.headers = own | call.headers
    answer = bot.platform.answer(call, at(1))

    assert 200 <= answer.status < 500
    assert "x-line-request-id" in answer.headers


SAID = {
    "type": "textV2",
    "text": "{a} b",
    "quoteToken": "q",
    "substitution": {"a": {"type": "emoji"}},
}
OPERATOR = {"type": "operator", "not": {"type": "redelivery", "requestId": "x"}}
SOUND = (
    ("POST", "/v2/bot/message/reply", {"replyToken": "0" * 32, "messages": [SAID]}),
    ("POST", "/v2/bot/message/push", {"to": FRIEND, "messages": [SAID], "x": 1}),
    ("POST", "/v2/bot/message/multicast", {"to": [FRIEND], "messages": [SAID]}),
    ("POST", "/v2/bot/message/broadcast", {"messages": [SAID], "notificationDisabled": True}),
    (
        "POST",
        "/v2/bot/message/narrowcast",
        {"messages": [SAID], "recipient": OPERATOR, "limit": {"max": 3}, "filter": {}},
    ),
    ("POST", "/v2/bot/message/validate/push", {"messages": [SAID]}),
    ("POST", "/v2/bot/chat/loading/start", {"chatId": FRIEND, "loadingSeconds": 5}),
    ("POST", "/v2/bot/chat/markAsRead", {"markAsReadToken": "r"}),
    ("POST", "/v2/bot/message/markAsRead", {"chat": {"userId": FRIEND}}),
    ("PUT", "/v2/bot/channel/webhook/endpoint", {"endpoint": "https://example.com"}),
    ("POST", "/v2/bot/channel/webhook/test", {"endpoint": "https://example.com"}),
)
"""Calls that are nearly right: one spot in each is replaced by anything."""


def spoiled(body: object, spot: list[int], by: object) -> object:
    """`body` with one part of it, found by turning as `spot` says, replaced."""
    if not spot or not isinstance(body, dict | list) or not body:
        return by
    turn, rest = spot[0], spot[1:]
    if isinstance(body, list):
        place = turn % len(body)
        return [spoiled(each, rest, by) if at == place else each for at, each in enumerate(body)]
    name = sorted(body)[turn % len(body)]
    return {**body, name: spoiled(body[name], rest, by)}


@settings(max_examples=500)
@given(
    st.sampled_from(SOUND),
    st.lists(st.integers(0, 9), max_size=5),
    JSON,
    st.sampled_from(["line", "lenient", "sdk"]),
)
def test_nearly_right_bodies_are_answered_too(
    sound: tuple[str, str, dict[str, object]], spot: list[int], by: object, profile: str
) -> None:
    bot = meet_under(profile=profile, channels=(Channel(name="shop"),))
    acts.befriends(bot.channel, bot.channel.provider.new("Mei", id=FRIEND))
    method, path, body = sound
    raw = encoded(spoiled(body, spot, by))
    answer = bot.call(method, path, raw, content_type="application/json")

    assert 200 <= answer.status < 500


def test_a_bot_of_another_provider_is_a_stranger_here() -> None:
    bot = meet()
    rival = Bot(bot.platform, "rival")
    person = rival.friend()

    assert 400 == push(bot, person.id).status
    assert "a user id of provider two" in push(bot, person.id).why
    assert 200 == push(rival, person.id).status
