"""What may go out is decided by the profile, then by LINE; every refusal says what would do."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.bridge.media import rules
from line_sim.bridge.media.results import Found, Refusal
from line_sim.bridge.media.sniffing import called
from line_sim.wire.bridge_profiles import load
from line_sim.wire.limits import FILES

KINDS = {
    "png": "image", "jpg": "image", "aac": "audio", "m4a": "audio", "mp3": "audio",
    "mpeg": "audio", "wav": "audio", "mp4": "video", "3gp": "video",
}  # fmt: skip
SEED, LINE = load("seed"), load("line")
CODECS = ["", "aac", "mp3", "mp2", "alac", "pcm_s16le", "opus", "amr_nb"]


def whole(form: str, **more: object) -> Found:
    """A file with nothing wrong."""
    kind = KINDS[form]
    codecs = {"m4a": "aac", "aac": "aac", "mp3": "mp3", "mpeg": "mp2", "wav": "pcm_s16le"}
    said: dict[str, object] = {"duration_ms": 1_000 if kind != "image" else 0}
    if kind == "audio":
        said |= {"audio_codec": codecs[form], "audios": 1}
    elif kind == "video":
        said |= {"video_codec": "h264", "audio_codec": "aac", "videos": 1, "audios": 1}
    return Found(form, kind, f"{kind}/{form}", **(said | more))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("form", "how"),
    [
        ("png", "as_is"), ("jpg", "as_is"), ("m4a", "as_is"), ("mp3", "as_is"), ("mp4", "as_is"),
        ("aac", "remux"), ("3gp", "remux"), ("wav", "encode"), ("mpeg", "encode"),
    ],
)  # fmt: skip
def test_all_that_the_seed_promises_goes_out(form: str, how: str) -> None:
    limits = getattr(SEED, KINDS[form])

    assert how == rules.decide(whole(form), limits.max_bytes, SEED)
    assert isinstance(rules.decide(whole(form), limits.max_bytes + 1, SEED), Refusal)


@pytest.mark.parametrize(
    ("found", "word"),
    [
        (whole("mp4", video_codec="hevc"), "H.265"),
        (whole("mp4", audio_codec="mp3"), "MP3"),
        (whole("mp4", audios=2), "2 audio streams"),
        (whole("mp4", videos=2), "2 pictures"),
        (whole("m4a", audios=0), "0 audio streams"),
        (whole("m4a", audio_codec="amr_nb"), "AMR_NB"),
        (whole("mp3", duration_ms=0), "without a length"),
    ],
)
def test_what_is_refused_is_named(found: Found, word: str) -> None:
    refused = rules.decide(found, 1_000, SEED)

    assert isinstance(refused, Refusal)
    assert word in refused.reason
    assert refused.allowed


@given(
    st.builds(
        Found,
        st.sampled_from([*KINDS]),
        st.just("image"),
        st.just("x/y"),
        duration_ms=st.integers(0, 10),
        video_codec=st.sampled_from(["", "h264", "hevc", "vp9"]),
        audio_codec=st.sampled_from(CODECS),
        videos=st.integers(0, 3),
        audios=st.integers(0, 3),
    ).map(
        lambda each: Found(
            each.form, KINDS[each.form], each.media_type, 0, 0, each.duration_ms,
            each.video_codec, each.audio_codec, each.videos, each.audios,
        )  # type: ignore[arg-type]
    ),
    st.integers(1, 300_000_000),
    st.sampled_from([SEED, LINE]),
)  # fmt: skip
def test_what_goes_out_as_it_is_line_takes(found: Found, size: int, limits: object) -> None:
    how = rules.decide(found, size, limits)  # type: ignore[arg-type]

    if how == "as_is":
        assert rules.taken_by_line(found, size)
        assert size <= FILES[f"{found.kind}.original"].most
        assert found.kind == "image" or found.audios <= 1
    elif isinstance(how, Refusal):
        assert how.reason
        assert how.allowed


@pytest.mark.parametrize("type_", ["location", "imagemap", "template", "flex", "file", "sticker"])
def test_the_seed_sends_no_such_messages_and_says_so(type_: str) -> None:
    refused = rules.refused_type(type_, SEED)

    assert refused is not None
    assert "image" in refused.allowed
    assert "file" not in SEED.sends


def test_the_seeds_promises_are_within_lines_own_limits() -> None:
    for kind in ("image", "audio", "video"):
        assert getattr(SEED, kind).max_bytes <= FILES[f"{kind}.original"].most


@given(st.binary(max_size=2_000))
def test_every_beginning_has_a_name(head: bytes) -> None:
    assert called(head)


@pytest.mark.parametrize(
    ("head", "name"),
    [
        (b"OggS", "Ogg"), (b"%PDF-1.7", "PDF"), (b"GIF89a", "GIF"), (b"\n <html>", "HTML"),
        (b"hello", "text"), (b"\0\0\0\x18ftypheic", "HEIC"), (b"", "unknown"),
    ],
)  # fmt: skip
def test_what_people_send_by_mistake_is_called_by_its_name(head: bytes, name: str) -> None:
    assert name in called(head)
