"""What staff may send LINE takes and customers can load; what they may not is told them."""

import asyncio
import io
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from made_media import FORMS, alac, film, hostile, of_form, ogg
from media_bench import PUBLIC, Bench
from PIL import Image, ImageStat
from starlette.applications import Starlette

from line_sim import MockLine
from line_sim.bridge.media import rules
from line_sim.bridge.media.results import Accepted, Refusal
from line_sim.media import audio, images
from line_sim.media.images import ORIENTATION
from line_sim.media.probe import probe
from line_sim.net.http.client import client
from line_sim.net.serve import Server
from line_sim.wire.limits import FILES

LINE_TAKES = {"image/png", "image/jpeg", "audio/mpeg", "audio/mp4", "video/mp4"}
Take = Callable[..., Accepted | Refusal]


@pytest.fixture
def take(bench: Bench, runner: asyncio.Runner) -> Take:
    """Have the bench accept a file."""

    def taken(data: bytes | Path, name: str = "", declared: str = "") -> Accepted | Refusal:
        async def accepted() -> Accepted | Refusal:
            return await bench.media.accept(data, name, declared, bench.channel)

        return runner.run(accepted())

    return taken


def content(bench: Bench, sha256: str) -> bytes:
    """A stored file."""
    place = bench.media.path(sha256)
    assert place is not None
    return place.read_bytes()


@pytest.mark.parametrize("form", FORMS)
def test_every_form_of_the_seed_becomes_one_that_line_takes(
    form: str, bench: Bench, take: Take
) -> None:
    made = take(of_form(form), "whatever.exe", "application/x-lie")

    assert isinstance(made, Accepted)
    found = probe(content(bench, made.sha256))
    assert (made.kind, made.type) == (found.kind, found.media_type)
    assert made.type in LINE_TAKES
    assert made.size_bytes <= FILES[f"{made.kind}.original"].most
    if made.kind == "audio":
        assert found.audio_codec in {"aac", "mp3"}
        assert made.duration_ms is not None
        assert abs(made.duration_ms - (probe(of_form(form)).duration_ms or 0)) < 150
    else:
        small = content(bench, made.preview_sha256)
        assert len(small) <= FILES[f"{made.kind}.preview"].most
        assert made.preview_sha256 != made.sha256
        assert 240 >= max(Image.open(io.BytesIO(small)).size)


def test_a_preview_is_upright_and_says_nothing_of_its_maker(bench: Bench, take: Take) -> None:
    made = take(images.image("jpeg", width=300, height=600, orientation=8).data)

    assert isinstance(made, Accepted)
    small = Image.open(io.BytesIO(content(bench, made.preview_sha256)))
    assert (120, 240) == small.size
    assert ORIENTATION not in small.getexif()


def test_a_video_that_begins_in_the_dark_is_shown_by_a_later_frame(
    bench: Bench, take: Take
) -> None:
    made = take(of_form("mp4"))

    assert isinstance(made, Accepted)
    small = Image.open(io.BytesIO(content(bench, made.preview_sha256))).convert("L")
    assert ImageStat.Stat(small).mean[0] > 20


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        (b"", "empty"),
        (ogg(), "Ogg"),
        (b"%PDF-1.7 order", "a PDF document"),
        (b"hello", "a text file"),
        (film(sounds=2), "2 audio streams"),
        (film("mpeg4"), "MPEG4"),
        (film(pictures=2), "2 pictures"),
        (of_form("mp4")[:-50], "damaged"),
        (images.image("png", width=64, height=64, size_bytes=10_000_001).data, "10,000,001 bytes"),
    ],
)
def test_what_is_not_sent_is_told_with_what_would_be(
    data: bytes, reason: str, bench: Bench, take: Take
) -> None:
    refused = take(data, "cat.jpg", "image/jpeg")

    assert isinstance(refused, Refusal)
    assert reason in refused.reason
    assert refused.allowed
    assert set() == bench.stored()


def test_sound_without_loss_is_encoded_anew(bench: Bench, take: Take) -> None:
    made = take(alac())

    assert isinstance(made, Accepted)
    assert "aac" == probe(content(bench, made.sha256)).audio_codec


def test_a_film_without_sound_is_a_film(take: Take) -> None:
    assert isinstance(take(film(sounds=0)), Accepted)


def test_lines_own_profile_takes_what_line_takes(tmp_path: Path, runner: asyncio.Runner) -> None:
    async def both(bench: Bench) -> list[Accepted | Refusal]:
        try:
            return [
                await bench.media.accept(of_form(form), form, "", bench.channel)
                for form in ("m4a", "wav")
            ]
        finally:
            await bench.close()

    taken, refused = runner.run(both(Bench(tmp_path, "line")))

    assert isinstance(taken, Accepted)
    assert isinstance(refused, Refusal)
    assert "WAV" in refused.reason


def test_a_file_too_large_for_anything_is_not_even_copied(
    tmp_path: Path, bench: Bench, take: Take
) -> None:
    large = tmp_path / "large"
    with large.open("wb") as file:
        os.truncate(file.fileno(), rules.largest(bench.channel.limits) + 1)

    refused = take(large)

    assert isinstance(refused, Refusal)
    assert "200,000,001 bytes" in refused.reason


def test_a_file_of_exactly_the_limit_goes_out(bench: Bench, take: Take) -> None:
    most = bench.channel.limits.image.max_bytes

    assert isinstance(take(images.image("jpeg", size_bytes=most).data), Accepted)


def test_a_file_is_taken_from_where_it_lies_and_left_there(
    tmp_path: Path, bench: Bench, take: Take
) -> None:
    file = tmp_path / "upload"
    file.write_bytes(of_form("png"))

    made = take(file)

    assert isinstance(made, Accepted)
    assert of_form("png") == content(bench, made.sha256) == file.read_bytes()


@pytest.mark.parametrize(
    "name", ["../../../etc/passwd", "/etc/passwd", "a\0b", "..\\..\\x", "x" * 5_000, "\x1b[2Jx\r\n"]
)
def test_a_name_names_nothing(name: str, bench: Bench, take: Take, tmp_path: Path) -> None:
    made, refused = take(of_form("png"), name), take(b"no picture", name, name)

    assert isinstance(made, Accepted)
    assert isinstance(refused, Refusal)
    assert refused.reason.isprintable()
    assert len(refused.reason) < 300
    assert {made.sha256, made.preview_sha256} == bench.stored()
    assert all(re.fullmatch(r"[0-9a-f]{64}", each) for each in bench.stored())
    assert {"media", "bridge.db"} >= {each.name.partition("-")[0] for each in tmp_path.iterdir()}


@pytest.mark.parametrize("url", ["", "http://bridge.example", "ftp://x", f"https://{'x' * 2_000}"])
def test_without_a_public_address_nothing_is_sent_and_the_reason_told(
    url: str, tmp_path: Path, runner: asyncio.Runner
) -> None:
    async def accepted(bench: Bench) -> Accepted | Refusal:
        try:
            return await bench.media.accept(of_form("png"), "", "", bench.channel)
        finally:
            await bench.close()

    refused = runner.run(accepted(Bench(tmp_path, public_url=url)))

    assert isinstance(refused, Refusal)
    assert "--public-url" in refused.mend


@pytest.mark.parametrize("name", ["png packed a thousandfold", "many tracks", "mp4 cut short"])
def test_of_hostile_files_nothing_stays_but_what_is_sent(
    name: str, bench: Bench, take: Take
) -> None:
    made = take(hostile()[name])

    kept = {made.sha256, made.preview_sha256} if isinstance(made, Accepted) else set()
    assert kept == bench.stored()


def test_line_takes_the_messages_and_telephones_load_them(
    bench: Bench, take: Take, runner: asyncio.Runner
) -> None:
    messages: list[dict[str, Any]] = []
    accepted: list[Accepted] = []
    for form in ("png", "3gp", "wav"):
        made = take(of_form(form))
        assert isinstance(made, Accepted)
        with bench.store.transaction():
            messages.append(bench.media.message(made, bench.channel))
        accepted.append(made)

    async def loaded() -> list[list[dict[str, Any]]]:
        async with Server(Starlette(routes=bench.media.serve)) as server:
            return await asyncio.to_thread(phone, server.url, messages)

    for made, found in zip(accepted, runner.run(loaded()), strict=True):
        assert {200} == {each["status"] for each in found}
        assert (made.type, made.size_bytes) == (found[0]["type"], found[0]["size_bytes"])
        assert ["image/jpeg"] * (made.kind != "audio") == [each["type"] for each in found[1:]]


def phone(url: str, messages: list[dict[str, Any]]) -> list[list[dict[str, Any]]]:
    """Push the messages by a mock of LINE, and have a customer's telephone load them."""
    with MockLine(media_map={PUBLIC: url}) as line:
        alice = line.visitor("Alice")
        alice.follows()
        said = line.environment
        headers = {"authorization": f"Bearer {said['LINE_CHANNEL_ACCESS_TOKEN']}"}
        with client(base_url=said["LINE_API_BASE_URL"]) as calls:
            answer = calls.post(
                "/v2/bot/message/push",
                headers=headers,
                json={"to": alice.id, "messages": messages},
            )
        assert 200 == answer.status_code, answer.text
        shown = alice.sees(at_least=len(messages), wait_s=5)
        return [alice.loads(each) for each in shown]


def test_long_sound_is_converted_in_bounded_time(take: Take) -> None:
    long_ms = 300_000
    made = take(audio.audio("wav", duration_ms=long_ms).data)

    assert isinstance(made, Accepted)
    assert made.duration_ms is not None
    assert abs(made.duration_ms - long_ms) < 100
