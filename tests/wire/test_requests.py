"""Whole requests: kinds, profiles, and how a refusal is told."""

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st
from outgoing import (
    EVERYBODY,
    GROUP,
    MENTION,
    MESSAGES,
    REQUESTS,
    USER,
    changed,
    places,
    push,
    text_v2,
)

from line_sim.wire import requests
from line_sim.wire.reading import Extra, Profile
from line_sim.wire.refusals import BODY_ERRORS, NOT_JSON, PROPERTY, TOO_LARGE, RefusedError

SPECIMENS = list(MESSAGES.values())
HELLO = {"type": "text", "text": "hello"}


def refusal(kind: str, body: object, **settings: str) -> RefusedError:
    """How a request is refused."""
    raw = body if isinstance(body, bytes) else orjson.dumps(body)
    with pytest.raises(RefusedError) as caught:
        requests.read(kind, raw, **settings)  # type: ignore[arg-type]
    return caught.value


def test_every_kind_of_request_has_a_specimen() -> None:

    assert requests.KINDS.keys() == REQUESTS.keys()


@pytest.mark.parametrize("kind", REQUESTS)
@pytest.mark.parametrize("profile", ["line", "lenient", "sdk"])
def test_a_right_request_comes_back_as_it_was_in_every_profile(kind: str, profile: Profile) -> None:
    body = orjson.dumps(REQUESTS[kind])

    found = requests.read(kind, body, profile=profile, extra="refuse")

    assert (REQUESTS[kind], ()) == found


@pytest.mark.parametrize("kind", REQUESTS)
def test_every_required_property_is_missed_by_name(kind: str) -> None:
    required = {"reply": {"replyToken", "messages"}, "push": {"to", "messages"}}
    required |= {"multicast": {"to", "messages"}, "pnp": {"to", "messages"}}

    found = refusal(kind, {})

    assert BODY_ERRORS is found.rule
    assert required.get(kind, {"messages"}) == {each.property for each in found.details}
    assert {"must be specified"} == {each.message for each in found.details}


def test_the_answer_counts_the_errors_in_lines_words() -> None:
    found = refusal("push", {"to": USER, "messages": [{"type": "text", "text": ""}, {}]})

    assert found.message == "The request body has 2 error(s)"


def test_all_faults_are_found_at_once_each_at_its_path() -> None:
    found = refusal(
        "push",
        {
            "to": USER,
            "messages": [
                {"type": "text", "text": ""},
                {"type": "file"},
                {"text": "no type"},
                {"type": "text", "text": "a" * 5_001, "sender": {"name": "LINE"}},
                {
                    "type": "template",
                    "altText": "",
                    "template": {
                        "type": "buttons",
                        "text": "t" * 161,
                        "actions": [{"type": "uri", "label": "l" * 21, "uri": "ftp://a"}] * 5,
                    },
                },
                {"type": "sticker", "packageId": 1},
            ],
            "customAggregationUnits": ["a", "b-c"],
        },
    )

    kinds = "text, textV2, sticker, image, video, audio, location, coupon, imagemap, template, flex"
    buttons = "messages[4].template"
    assert {
        ("messages", "Size must be between 1 and 5"),
        ("messages[0].text", "May not be empty"),
        ("messages[1].type", f"Must be one of the following values: [{kinds}]"),
        ("messages[2].type", "must be specified"),
        ("messages[3].text", "Length must be between 0 and 5000"),
        ("messages[3].sender.name", "must not contain a reserved word"),
        ("messages[4].altText", "May not be empty"),
        (f"{buttons}.text", "Length must be between 0 and 160"),
        (f"{buttons}.actions", "Size must be between 1 and 4"),
        *((f"{buttons}.actions[{at}].label", "Length must be between 0 and 20") for at in range(5)),
        *((f"{buttons}.actions[{at}].uri", "invalid uri") for at in range(5)),
        ("messages[5].packageId", "must be a string"),
        ("messages[5].stickerId", "must be specified"),
        ("customAggregationUnits", "Size must be between 0 and 1"),
        ("customAggregationUnits[1]", "must be 1 to 30 of A-Z, a-z, 0-9 and _"),
    } == {(each.property, each.message) for each in found.details}
    assert len(found.details) == found.words["count"]


def test_a_property_of_the_wrong_kind_is_refused_with_its_place() -> None:
    body = b'{"to": "%s",\n  "messages":\t"hi"}' % USER.encode()

    found = refusal("push", body)

    assert PROPERTY is found.rule
    message = "The property, messages, in the request body is invalid (line: 2, column: 15)"
    assert message == found.message


def test_what_is_not_json_is_refused_with_its_place() -> None:
    found = refusal("push", b'{"to": \n oops}')

    assert NOT_JSON is found.rule
    assert (2, 2) == (found.words["line"], found.words["column"])


@pytest.mark.parametrize("body", [b"[]", b"1", b"null", b'"text"'])
def test_json_that_is_no_object_is_refused(body: bytes) -> None:

    assert PROPERTY is refusal("push", body).rule


@pytest.mark.parametrize("body", [b"", b"\xff\xfe", b'{"to": "\xff"}', b"{'to': 1}", b"NaN"])
def test_bytes_that_are_no_json_are_refused(body: bytes) -> None:

    assert NOT_JSON is refusal("push", body).rule


def test_two_megabytes_are_read_and_no_more() -> None:
    most = 2 * 2**20
    body = orjson.dumps({"to": USER, "messages": [HELLO]})

    assert () == requests.read("push", body.ljust(most)).warnings
    assert TOO_LARGE is refusal("push", body.ljust(most + 1)).rule


def boxes(depth: int) -> bytes:
    """A push of a card that holds `depth` boxes, one in the other."""
    box = b'{"type":"box","layout":"vertical","contents":['
    bubble = b'{"type":"bubble","body":%s}' % (box * depth + b"]}" * depth)
    message = b'{"type":"flex","altText":"a","contents":%s}' % bubble
    return b'{"to":"%s","messages":[%s]}' % (USER.encode(), message)


@pytest.mark.parametrize("profile", ["line", "lenient", "sdk"])
def test_what_is_accepted_can_be_written_again(profile: Profile) -> None:
    found = requests.read("push", boxes(124), profile=profile)

    assert boxes(124) == orjson.dumps(found.body)
    assert () == found.warnings


@pytest.mark.parametrize("depth", [126, 300, 900, 40_000])
@pytest.mark.parametrize("profile", ["line", "lenient", "sdk"])
def test_what_is_nested_too_deeply_is_refused(depth: int, profile: Profile) -> None:
    assert NOT_JSON is refusal("push", boxes(depth), profile=profile).rule


@pytest.mark.parametrize("to", ["", "nobody", "U" + "0" * 31, "U" + "A" * 32, "0" * 33])
def test_nonsense_in_to_is_a_property_without_a_place(to: str) -> None:
    found = refusal("push", {"to": to, "messages": [HELLO]})

    message = "The property, to, in the request body is invalid (line: -, column: -)"
    assert message == found.message


@pytest.mark.parametrize("to", ["nobody", GROUP, ""])
def test_multicast_names_the_first_id_that_is_no_users(to: str) -> None:
    found = refusal("multicast", {"to": [USER, to, "x"], "messages": [HELLO]})

    message = "The property, to[1], in the request body is invalid (line: -, column: -)"
    assert message == found.message


def test_faults_of_messages_come_before_nonsense_in_to() -> None:
    found = refusal("push", {"to": "nobody", "messages": [{"type": "text", "text": ""}]})

    assert ["messages[0].text"] == [each.property for each in found.details]


@pytest.mark.parametrize("to", [USER, GROUP, "R" + "0" * 32, "L" + "x" * 67])
def test_users_groups_rooms_and_users_of_modules_can_be_pushed_to(to: str) -> None:

    assert to == requests.read("push", orjson.dumps({"to": to, "messages": [HELLO]})).body["to"]


EXTRA = [
    ((), "note"),
    (("messages", 0), "messages[0].note"),
    (("messages", 0, "quickReply", "items", 1), "messages[0].quickReply.items[1].note"),
    (("messages", 0, "quickReply", "items", 2, "action", "altUri"),
     "messages[0].quickReply.items[2].action.altUri.note"),
    (("messages", 0, "emojis", 1), "messages[0].emojis[1].note"),
]  # fmt: skip


@pytest.mark.parametrize(("keys", "path"), EXTRA)
def test_unknown_properties_are_warned_of_at_every_level_or_refused(
    keys: tuple[str | int, ...], path: str
) -> None:
    request = changed(REQUESTS["push"], *keys, "note", to={"type": "x"})

    warned = requests.read("push", orjson.dumps(request))
    refused = refusal("push", request, extra="refuse")

    assert request == warned.body
    (warning,) = warned.warnings
    assert warning.startswith(f"{path}: unknown property")
    assert [(path, "unknown property")] == [(e.property, e.message) for e in refused.details]


@pytest.mark.parametrize("name", ["reply_token", "notification_disabled", "messages_", "type"])
def test_properties_are_known_by_lines_names_only(name: str) -> None:
    found = refusal("reply", {**REQUESTS["reply"], name: "x"}, extra="refuse")

    assert [name] == [each.property for each in found.details]


def test_the_property_that_was_likely_meant_is_named() -> None:
    message = {**HELLO, "quickreply": {}, "sender": {"nam": "a"}, "zzz": 1}

    found = push(message).warnings

    assert [
        "messages[0].sender.nam: unknown property (did you mean 'name'?)",
        "messages[0].quickreply: unknown property (did you mean 'quickReply'?)",
        "messages[0].zzz: unknown property (LINE's documentation does not name it)",
    ] == list(found)


def test_the_tester_is_told_of_the_first_faults_and_how_many_more_there_are() -> None:
    found = refusal("push", {"to": USER, "messages": [{"type": "text", "text": ""}] * 100})

    assert 101 == len(found.details)
    assert found.why.count("messages[") == 20
    assert found.why.endswith("; and 81 more")


ANYTHING = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats(allow_nan=False)
    | st.text()
    | st.sampled_from(["text", "flex", "bubble", "uri", "", "messages", "type"]),
    lambda inside: (
        st.lists(inside, max_size=4)
        | st.dictionaries(st.sampled_from(["type", "text", "contents", "action", "é"]), inside)
    ),
    max_leaves=8,
)


@given(st.data(), st.sampled_from(["line", "lenient", "sdk"]), st.sampled_from(["warn", "refuse"]))
def test_whatever_stands_anywhere_is_read_or_refused_in_lines_words(
    data: st.DataObject, profile: Profile, extra: Extra
) -> None:
    kind = data.draw(st.sampled_from(sorted(REQUESTS)))
    request = changed(REQUESTS[kind], "messages", to=[data.draw(st.sampled_from(SPECIMENS))])
    place = data.draw(st.sampled_from(list(places(request))))
    spoilt = changed(request, *place, to=data.draw(ANYTHING))

    try:
        found = requests.read(kind, orjson.dumps(spoilt), profile=profile, extra=extra)
    except RefusedError as refused:
        status, messages = refused.rule.status, [{}]
    else:
        status, messages = 200, found.body["messages"]

    assert status in {200, 400}
    assert all(isinstance(message, dict) for message in messages)


def test_an_unknown_property_does_not_take_its_object_with_it() -> None:
    sender = {"type": "note", "note": 1, "name": "LINE"}

    found = refusal("push", {"to": USER, "messages": [{**HELLO, "sender": sender}]})

    assert ["messages[0].sender.name"] == [each.property for each in found.details]


@pytest.mark.parametrize("place", range(2))
def test_an_unknown_property_hides_no_other_fault(place: int) -> None:
    messages = [
        changed(MESSAGES["text"], "emojis", 0, "index", to=0),
        changed(MESSAGES["flex bubble"], "contents", "body", "contents", 0, to={"type": "text"}),
    ]
    messages[place]["note"] = "extra"

    found = refusal("push", {"to": USER, "messages": messages})

    paths = ["messages[0].emojis[0].index", "messages[1].contents.body.contents[0].text"]
    assert paths == [each.property for each in found.details]


def test_nothing_about_messages_is_refused_by_the_lenient_profile() -> None:
    messages = [{"type": "file"}, {}, {"type": "text", "text": 1}, *[HELLO] * 4]

    found = push(*messages, profile="lenient")

    places = ["messages[0].type", "messages[1].type", "messages[2].text", "messages"]
    assert places == [warning.partition(":")[0] for warning in found.warnings]
    assert messages == found.body["messages"]


@pytest.mark.parametrize("messages", [None, "hi", {}, ["hi"], [HELLO, None]])
def test_even_the_lenient_profile_wants_a_list_of_objects(messages: object) -> None:
    found = refusal("push", {"to": USER, "messages": messages}, profile="lenient")

    assert 400 == found.rule.status


def test_mentions_are_for_groups_and_rooms() -> None:
    message = text_v2(you=MENTION, all=EVERYBODY)

    with pytest.raises(RefusedError) as caught:
        requests.check_chat([HELLO, message], "user")

    paths = [f"messages[1].substitution.{key}" for key in ("you", "all")]
    assert paths == [each.property for each in caught.value.details]
    assert () == requests.check_chat([message], "group")
    assert () == requests.check_chat([message], "room")
    assert () == requests.check_chat([message], "user", profile="sdk")
    assert 2 == len(requests.check_chat([message], "user", profile="lenient"))


@pytest.mark.parametrize("chat", ["group", "room"])
def test_videos_are_tracked_in_chats_with_one_user_only(chat: requests.Chat) -> None:
    with pytest.raises(RefusedError) as caught:
        requests.check_chat([MESSAGES["video"]], chat)

    assert ["messages[0].trackingId"] == [each.property for each in caught.value.details]
    assert () == requests.check_chat([MESSAGES["video"]], "user")


def test_chats_are_checked_without_trust_in_what_the_lenient_profile_let_through() -> None:
    strange = [{"type": "textV2", "substitution": 1}, {"type": [1]}, {}]

    assert () == requests.check_chat(strange, "user", profile="lenient")


NARROWCASTS = [
    (("recipient", "type"), "nobody", "recipient.type"),
    (("recipient", "and", 0, "audienceGroupId"), "1", "recipient.and[0].audienceGroupId"),
    (("recipient", "and", 1, "not", "type"), "x", "recipient.and[1].not.type"),
    (("filter", "demographic", "or", 0, "gte"), "age_21", "filter.demographic.or[0].gte"),
    (("filter", "demographic", "or", 2, "oneOf", 1), "jp_48", "filter.demographic.or[2].oneOf[1]"),
    (("limit", "max"), 0, "limit.max"),
    (("limit", "upToRemainingQuota"), "yes", "limit.upToRemainingQuota"),
]


@pytest.mark.parametrize(("keys", "wrong", "path"), NARROWCASTS)
@pytest.mark.parametrize("profile", ["line", "lenient", "sdk"])
def test_a_narrowcast_is_refused_at_the_place_of_its_fault(
    keys: tuple[str | int, ...], wrong: object, path: str, profile: Profile
) -> None:
    found = refusal("narrowcast", changed(REQUESTS["narrowcast"], *keys, to=wrong), profile=profile)

    assert [path] == [each.property for each in found.details]


def test_schemas_refer_to_each_other_as_components_of_an_openapi_description() -> None:
    found = requests.schemas()

    def references(node: object) -> set[str]:
        if isinstance(node, dict):
            own = {node["$ref"]} if "$ref" in node else set()
            return own.union(*map(references, node.values()))
        return set().union(*map(references, node)) if isinstance(node, list) else set()

    assert {model.__name__ for model in requests.KINDS.values()} <= found.keys()
    assert {"RichMenuRequest", "CreateRichMenuAliasRequest"} <= found.keys()
    assert references(found) <= {f"#/components/schemas/{name}" for name in found}


def test_schemas_tell_the_limits() -> None:
    found = requests.schemas()

    text = found["TextMessage"]["properties"]["text"]
    assert (1, 5_000) == (text["minLength"], text["maxLength"])
    messages = found["PushMessageRequest"]["properties"]["messages"]
    assert (1, 5) == (messages["minItems"], messages["maxItems"])
