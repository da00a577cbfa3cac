"""Rules about single messages: a planted fault is told at its own path, and nothing else is."""

from typing import Any

import pytest
from outgoing import (
    ACTIONS,
    BUBBLE,
    EMOJI,
    FLEX_IMAGE,
    MENTION,
    MESSAGES,
    PICTURE,
    QUICK_ACTIONS,
    SWITCH,
    TEMPLATES,
    changed,
    column,
    push,
    text_v2,
)

from line_sim.wire.refusals import RefusedError


def faults(*messages: object) -> dict[str, str]:
    """What is refused in a push: path to words."""
    try:
        push(*messages)
    except RefusedError as refused:
        return {detail.property: detail.message for detail in refused.details}
    return {}


@pytest.mark.parametrize("name", MESSAGES)
def test_a_right_message_of_every_type_is_accepted_without_a_word(name: str) -> None:

    assert () == push(MESSAGES[name], extra="refuse").warnings


def emojis(*indexes: int) -> dict[str, Any]:
    """A text with LINE emoji at these places."""
    found = [{"index": index, "productId": "1", "emojiId": "2"} for index in indexes]
    return {"type": "text", "text": "\U0001f34e$ a$", "emojis": found}


def test_emojis_are_counted_in_utf_16_units() -> None:

    assert {} == faults(emojis(2, 5))


@pytest.mark.parametrize("index", [0, 1, 3, 4, 6, -1])
def test_an_emoji_must_stand_at_a_dollar(index: int) -> None:

    assert {"messages[0].emojis[1].index": "must be the index of a $"} == faults(emojis(2, index))


def test_an_emoji_needs_its_product() -> None:
    message = {"type": "text", "text": "$", "emojis": [{"index": 0, "emojiId": "2"}]}

    assert {"messages[0].emojis[0].productId": "must be specified"} == faults(message)


FULL_WIDTH = "".join(chr(ord(letter) + 0xFEE0) for letter in "LINE")


@pytest.mark.parametrize(
    "name", ["LINE", "line", "Shop LINE", "LINE-Staff", "x line y", FULL_WIDTH]
)
def test_a_sender_may_not_be_called_line(name: str) -> None:
    found = faults({"type": "text", "text": "a", "sender": {"name": name}})

    assert {"messages[0].sender.name": "must not contain a reserved word"} == found


@pytest.mark.parametrize("name", ["Online", "Linette", "Pipelines", "りんご", "LI NE", ""])
def test_other_words_may_hold_the_letters(name: str) -> None:

    assert {} == faults({"type": "text", "text": "a", "sender": {"name": name}})


@pytest.mark.parametrize("key", ["a-b", "あ", "a b", "a.b"])
def test_keys_of_substitutions_are_plain(key: str) -> None:

    assert [f"messages[0].substitution.{key}"] == list(faults(text_v2(**{key: EMOJI})))


def test_a_mention_that_the_text_repeats_counts_each_time() -> None:
    message = text_v2(you=MENTION)

    accepted = changed(message, "text", to="{you}" * 20)
    refused = changed(message, "text", to="{you}" * 21)

    assert {} == faults(accepted)
    assert {"messages[0].substitution": "Size must be between 0 and 20"} == faults(refused)


@pytest.mark.parametrize("kind", ["mention", "text", "emoji", "substitution"])
def test_a_key_may_be_named_like_a_type(kind: str) -> None:
    wrong = {"type": "mention", "mentionee": {"type": "user", "userId": 1}}

    found = faults(text_v2(**{kind: wrong}))

    assert {f"messages[0].substitution.{kind}.mentionee.userId": "must be a string"} == found


@pytest.mark.parametrize("given", ["name", "text", "iconUrl", "sender"])
def test_an_unknown_type_takes_nothing_with_it(given: str) -> None:
    sender = {"type": given, "name": "n" * 21, given: None}
    sender["name"] = "n" * 21

    found = faults({"type": "text", "text": "a", "sender": sender})

    assert {"messages[0].sender.name": "Length must be between 0 and 20"} == found


CONFIRM = {"type": "template", "altText": "a", "template": TEMPLATES["confirm"]}
BUTTON = ("template", "actions", 0)


@pytest.mark.parametrize("kind", ["camera", "cameraRoll", "location"])
def test_some_actions_are_for_quick_replies_only(kind: str) -> None:
    (path, words), *others = faults(changed(CONFIRM, *BUTTON, to=QUICK_ACTIONS[kind])).items()

    assert path == "messages[0].template.actions[0].type"
    assert "values: [postback, message, uri, datetimepicker, clipboard]" in words
    assert [] == others


@pytest.mark.parametrize("name", ["text", "template confirm", "flex bubble"])
def test_rich_menus_are_switched_from_rich_menus_only(name: str) -> None:
    places = {
        "text": ("quickReply", "items", 0, "action"),
        "template confirm": BUTTON,
        "flex bubble": ("contents", "footer", "contents", 0, "action"),
    }

    found = faults(changed(MESSAGES[name], *places[name], to=SWITCH))

    assert [True] == [path.endswith(("action.type", "[0].type")) for path in found]


UNLABELLED = {"type": "uri", "uri": "https://a.example/"}
LABELS = [
    ("template confirm", BUTTON, True),
    ("template buttons", ("template", "defaultAction"), False),
    ("template image_carousel", ("template", "columns", 0, "action"), False),
    ("flex bubble", ("contents", "footer", "contents", 0, "action"), True),
    ("flex bubble", ("contents", "action"), False),
    ("text", ("quickReply", "items", 0, "action"), True),
]


@pytest.mark.parametrize(("name", "keys", "needed"), LABELS)
def test_buttons_need_a_label_and_pictures_do_not(
    name: str, keys: tuple[str | int, ...], *, needed: bool
) -> None:
    found = faults(changed(MESSAGES[name], *keys, to=UNLABELLED))

    assert ["must be specified"] * needed == list(found.values())
    assert all(path.endswith(".label") for path in found)


def test_a_wrong_label_and_a_wrong_address_of_one_action_are_both_told() -> None:
    found = faults(changed(CONFIRM, *BUTTON, to={"type": "uri", "label": "", "uri": "nowhere"}))

    place = "messages[0].template.actions[0]"
    assert {f"{place}.uri": "invalid uri", f"{place}.label": "May not be empty"} == found


@pytest.mark.parametrize("kind", ACTIONS)
def test_every_action_needs_what_it_acts_with(kind: str) -> None:
    required = {
        "postback": {"data"},
        "message": {"text"},
        "uri": {"uri"},
        "datetimepicker": {"data", "mode"},
        "clipboard": {"clipboardText"},
    }

    found = faults(changed(CONFIRM, *BUTTON, to={"type": kind, "label": "a"}))

    paths = {f"messages[0].template.actions[0].{name}" for name in required[kind]}
    assert dict.fromkeys(paths, "must be specified") == found


@pytest.mark.parametrize(
    "uri",
    [
        "https://a.example/",
        "http://a.example",
        "HTTPS://a.example/?a=b&c=%E3%81%82#d",
        "line://nv/camera/",
        "line:nv/location",
        "tel:09001234567",
        "https://localhost:8443/a(b)'!$*+,;=:@~[1]",
    ],
)
def test_a_uri_action_opens_pages_line_and_the_telephone(uri: str) -> None:

    assert {} == faults(changed(CONFIRM, *BUTTON, to={"type": "uri", "label": "a", "uri": uri}))


@pytest.mark.parametrize(
    "uri",
    [
        "a.example",
        "ftp://a.example/",
        "javascript:alert(1)",
        "https:",
        "https://",
        "https:///a",
        "https://a.example/a b",
        "https://a.example/りんご",
        "https://a.example/%",
        "https://a.example/%zz",
        "https://a.example/\n",
        "https://a.example/<a>",
        " https://a.example/",
        "tel:",
        "line:",
    ],
)
def test_other_addresses_are_refused(uri: str) -> None:
    found = faults(changed(CONFIRM, *BUTTON, to={"type": "uri", "label": "a", "uri": uri}))

    assert {"messages[0].template.actions[0].uri": "invalid uri"} == found


URLS = [
    ("image", ("originalContentUrl",)),
    ("image", ("previewImageUrl",)),
    ("video", ("originalContentUrl",)),
    ("video", ("previewImageUrl",)),
    ("audio", ("originalContentUrl",)),
    ("text", ("sender", "iconUrl")),
    ("text", ("quickReply", "items", 0, "imageUrl")),
    ("imagemap", ("baseUrl",)),
    ("imagemap", ("video", "originalContentUrl")),
    ("imagemap", ("video", "previewImageUrl")),
    ("template buttons", ("template", "thumbnailImageUrl")),
    ("template carousel", ("template", "columns", 0, "thumbnailImageUrl")),
    ("template image_carousel", ("template", "columns", 0, "imageUrl")),
    ("flex bubble", ("contents", "hero", "url")),
    ("flex bubble", ("contents", "hero", "previewUrl")),
    ("flex bubble", ("contents", "hero", "altContent", "url")),
]


@pytest.mark.parametrize(("name", "keys"), URLS)
@pytest.mark.parametrize("url", ["http://a.example/a.png", "line://a", "a.png", "data:image/png,"])
def test_everything_that_is_fetched_must_come_by_https(
    name: str, keys: tuple[str | int, ...], url: str
) -> None:
    (path,) = faults(changed(MESSAGES[name], *keys, to=url)).items()

    assert (str(keys[-1]), "invalid uri") == (path[0].rpartition(".")[2], path[1])


MOMENTS = [
    ("date", "2026-02-30", True),  # LINE names the form only
    ("date", "2026-13-01", False),
    ("date", "2026-01-01T00:00", False),
    ("time", "23:59", True),
    ("time", "24:00", False),
    ("datetime", "2026-01-01T00:00", True),
    ("datetime", "2026-01-01t23:59", True),
    ("datetime", "2026-01-01 23:59", False),
]


@pytest.mark.parametrize(("mode", "moment", "right"), MOMENTS)
def test_moments_are_written_as_the_mode_says(mode: str, moment: str, *, right: bool) -> None:
    action = {"type": "datetimepicker", "label": "a", "data": "d", "mode": mode, "initial": moment}

    found = faults(changed(CONFIRM, *BUTTON, to=action))

    expected = {} if right else {"messages[0].template.actions[0].initial": f"must be a {mode}"}
    assert expected == found


def test_the_last_moment_comes_after_the_first() -> None:
    action = {**ACTIONS["datetimepicker"], "min": "2026-01-02T00:00", "max": "2026-01-01T00:00"}

    found = faults(changed(CONFIRM, *BUTTON, to=action))

    assert {"messages[0].template.actions[0].max": "must be after min"} == found


def carousel(*columns: dict[str, Any]) -> dict[str, Any]:
    """A carousel message."""
    template = {"type": "carousel", "columns": list(columns)}
    return {"type": "template", "altText": "a", "template": template}


@pytest.mark.parametrize(
    "other",
    [
        column(title="Two"),
        column(thumbnailImageUrl=PICTURE),
        column(actions=[ACTIONS["uri"], ACTIONS["message"]]),
    ],
    ids=["title", "picture", "actions"],
)
def test_columns_are_of_equal_shape(other: dict[str, Any]) -> None:

    assert {} == faults(carousel(other, other))
    assert ["messages[0].template.columns"] == list(faults(carousel(column(), other)))


@pytest.mark.parametrize("beside", [{"title": "t"}, {"thumbnailImageUrl": PICTURE}])
def test_less_text_fits_beside_a_title_or_a_picture(beside: dict[str, str]) -> None:
    long = "t" * 61

    assert {} == faults(carousel(column(text=long)))
    words = "Length must be between 0 and 60"
    place = "messages[0].template.columns[0].text"
    assert {place: words} == faults(carousel(column(text=long, **beside)))


def test_a_flex_text_needs_text_or_spans() -> None:
    place = ("contents", "header", "contents", 0)

    found = faults(changed(MESSAGES["flex bubble"], *place, to={"type": "text"}))

    assert {"messages[0].contents.header.contents[0].text": "must be specified"} == found


def test_every_bubble_of_a_carousel_has_the_size_of_a_bubble() -> None:
    text = {"type": "text", "text": "a" * 30 * 1024}
    big = {"type": "bubble", "body": {"type": "box", "layout": "vertical", "contents": [text]}}
    contents = {"type": "carousel", "contents": [BUBBLE, big]}

    found = faults({"type": "flex", "altText": "a", "contents": contents})

    assert ["messages[0].contents.contents[1]"] == list(found)


def test_faults_deep_in_a_card_are_told_at_their_path() -> None:
    body = [{"type": "box", "layout": "vertical", "contents": [{**FLEX_IMAGE, "url": "x"}]}]

    found = faults(changed(MESSAGES["flex bubble"], "contents", "body", "contents", to=body))

    place = "messages[0].contents.body.contents[0].contents[0].url"
    assert {place: "invalid uri"} == found


def test_there_is_no_message_to_send_a_file_with() -> None:

    assert ["messages[0].type"] == list(faults({"type": "file", "fileName": "a.pdf"}))
