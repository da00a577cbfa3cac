"""Whatever a customer sends, staff read something."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from line_sim.bridge.media.notices import notice
from line_sim.wire.bridge_profiles import load

SEED, LINE = load("seed"), load("line")
ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=6,
)
TYPES = ["sticker", "location", "image", "video", "audio", "file", "hologram"]
FIELDS = [
    "keywords", "text", "title", "address", "latitude", "longitude", "fileName", "fileSize",
    "contentProvider",
]  # fmt: skip


@settings(max_examples=60)
@given(
    st.sampled_from(TYPES) | ANYTHING,
    st.dictionaries(st.sampled_from(FIELDS), ANYTHING),
    st.sampled_from([SEED, LINE]),
)
def test_there_is_a_notice_of_one_line_whatever_comes(
    kind: object, said: dict[str, object], limits: object
) -> None:
    found = notice({"type": kind, **said}, limits)  # type: ignore[arg-type]

    assert found.text.startswith("[")
    assert found.text.endswith("]")
    assert 1 == len(found.text.splitlines())
    assert not found.source_url


@pytest.mark.parametrize(
    ("message", "text"),
    [
        ({"type": "sticker", "keywords": ["cat", "happy"]}, "[sticker cat, happy]"),
        ({"type": "sticker"}, "[sticker]"),
        ({"type": "sticker", "text": "see you"}, "[sticker “see you”]"),
        (
            {
                "type": "location",
                "title": "Shop",
                "address": "1 Rd",
                "latitude": 1.5,
                "longitude": 2,
            },
            "[location Shop; 1 Rd; 1.5, 2]",
        ),
        ({"type": "file", "fileName": "a.pdf", "fileSize": 1234}, "[file a.pdf, 1,234 bytes]"),
        ({"type": "hologram"}, "[hologram]"),
        ({}, "[unknown]"),
    ],
)
def test_notices_say_what_is_known(message: dict[str, object], text: str) -> None:
    found = notice(message, SEED)

    assert (text, "", "") == found


@pytest.mark.parametrize("kind", ["image", "video", "audio"])
def test_content_of_line_is_wanted(kind: str) -> None:
    told = {"type": kind, "contentProvider": {"type": "line"}}

    assert (f"[{kind}]", "wanted", "") == notice(told, SEED)


@pytest.mark.parametrize("provider", ["external", "hologram"])
def test_content_of_others_is_a_link_unless_it_is_allowed(provider: str) -> None:
    url = "https://example.com/cat.jpg"
    told = {"type": "image", "contentProvider": {"type": provider, "originalContentUrl": url}}

    shown, wanted = notice(told, SEED), notice(told, SEED, foreign=True)

    assert "" == shown.fetch
    assert url in shown.text
    assert (shown.text, "wanted", url) == wanted


def test_files_are_fetched_where_a_profile_shows_them() -> None:
    told = {"type": "file", "fileName": "a.pdf", "fileSize": 9}

    assert ("", "wanted") == (notice(told, SEED).fetch, notice(told, LINE).fetch)
