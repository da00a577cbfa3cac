"""What customers send is fetched from LINE at once, or staff read why it is not there."""

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from contextlib import contextmanager
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from made_media import of_form
from media_bench import Bench, Tokens
from sqlalchemy import update
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response, StreamingResponse
from starlette.routing import Route

from line_sim import MockLine, faults
from line_sim.bridge.media.results import Accepted
from line_sim.bridge.store.tables import entries
from line_sim.net.certificates import Authority
from line_sim.net.serve import Server

Run = Callable[[Coroutine[Any, Any, Any]], Any]


@contextmanager
def at_line(folder: Path, **more: Any) -> Iterator[tuple[MockLine, Bench]]:  # noqa: ANN401
    """A mock of LINE, and a bench whose content comes from there."""
    with MockLine(**more) as line:
        yield line, bench_at(line, folder)


def bench_at(line: MockLine, folder: Path) -> Bench:
    """A bench of that mock's first channel."""
    said = line.environment
    bench = Bench(folder, line_data_url=said["LINE_DATA_API_BASE_URL"])
    bench.channel.tokens = Tokens(said["LINE_CHANNEL_ACCESS_TOKEN"])
    return bench


async def fetched(bench: Bench, kind: str, message: str, **more: Any) -> Any:  # noqa: ANN401
    """What becomes of an entry."""
    try:
        return await bench.fetched(bench.note(kind, message, **more))
    finally:
        await bench.media.close()


@pytest.mark.parametrize(
    ("kind", "type_"), [("image", "image/jpeg"), ("video", "video/mp4"), ("audio", "audio/mp4")]
)
def test_content_is_stored_by_what_it_is(kind: str, type_: str, tmp_path: Path) -> None:
    with at_line(tmp_path) as (line, bench):
        alice = line.visitor("Alice")
        sent = getattr(alice, f"sends_{kind}")()
        entry = asyncio.run(fetched(bench, kind, sent.message))

        assert ("", type_, f"[{kind}]") == (entry.fetch, entry.media_type, entry.text)
        assert {entry.media} == bench.stored()
        place = bench.media.path(entry.media)
        assert place is not None
        assert entry.media == sha256(place.read_bytes()).hexdigest()


def test_a_film_still_prepared_is_waited_for(tmp_path: Path) -> None:
    with at_line(tmp_path, faults=[faults.PreparesContent(seconds=0.2)]) as (line, bench):
        sent = line.visitor("Alice").sends_video()
        entry = asyncio.run(fetched(bench, "video", sent.message))

        assert entry.media
        assert any(": 202" in each for each in bench.journal.lines)


def test_a_film_that_is_never_ready_is_given_up_with_a_note(tmp_path: Path) -> None:
    with at_line(tmp_path, faults=[faults.PreparesContent(seconds=3_600)]) as (line, bench):
        sent = line.visitor("Alice").sends_video()
        entry = asyncio.run(fetched(bench, "video", sent.message))

        assert ("failed", "") == (entry.fetch, entry.media)
        assert "LINE did not prepare it in time" in entry.text
        assert set() == bench.stored()


def test_what_is_too_large_is_told_with_its_size_and_not_fetched(tmp_path: Path) -> None:
    with at_line(tmp_path) as (line, bench):
        sent = line.visitor("Alice").sends_image(size_bytes=10_000_001)
        entry = asyncio.run(fetched(bench, "image", sent.message))

        assert ("too_big", "") == (entry.fetch, entry.media)
        assert "10,000,001 bytes" in entry.text
        assert "10,000,000" in entry.text
        assert set() == bench.stored()


@pytest.mark.parametrize(
    ("spoilt", "state", "word"),
    [
        (faults.ContentGone(), "expired", "it is gone"),
        (faults.FailsWith(500), "failed", "LINE answered 500"),
        (faults.FailsWith(501), "failed", "LINE answered 501"),
        (faults.TruncatesContent(), "failed", "it"),
        (faults.ResetsConnection(), "failed", "could not be loaded"),
    ],
)
def test_what_does_not_come_is_noted_and_not_asked_for_without_end(
    spoilt: faults.Fault, state: str, word: str, tmp_path: Path
) -> None:
    with at_line(tmp_path, faults=[spoilt]) as (line, bench):
        sent = line.visitor("Alice").sends_image()
        entry = asyncio.run(fetched(bench, "image", sent.message))

        assert (state, "") == (entry.fetch, entry.media)
        assert word in entry.text
        assert set() == bench.stored()


@pytest.mark.parametrize(
    "spoilt", [faults.FailsWith(503, first=2), faults.TruncatesContent(first=2)]
)
def test_what_fails_at_first_comes_later(spoilt: faults.Fault, tmp_path: Path) -> None:
    with at_line(tmp_path, faults=[spoilt]) as (line, bench):
        sent = line.visitor("Alice").sends_image()

        assert asyncio.run(fetched(bench, "image", sent.message)).media


def test_a_refused_token_is_told_and_the_content_stays_wanted(tmp_path: Path) -> None:
    with at_line(tmp_path, strict=False) as (line, bench):
        sent = line.visitor("Alice").sends_image()
        right = bench.channel.tokens
        wrong = bench.channel.tokens = Tokens("no-token-of-anybody")

        async def mended() -> Any:  # noqa: ANN401
            number = bench.note("image", sent.message)
            bench.media.fetch_wanted()
            while not wrong.refusals:  # noqa: ASYNC110 - what is waited for is another's
                await asyncio.sleep(0.01)
            assert "wanted" == bench.entry(number).fetch
            bench.channel.tokens = right
            entry = await bench.fetched(number)
            await bench.media.close()
            return entry

        assert asyncio.run(mended()).media


def test_what_one_life_did_not_fetch_the_next_one_does(tmp_path: Path) -> None:
    with at_line(tmp_path, faults=[faults.PreparesContent(seconds=0.3)]) as (line, bench):
        sent = line.visitor("Alice").sends_video()

        async def cut_short() -> int:
            number = bench.note("video", sent.message)
            await bench.media.start()
            while not bench.journal.lines:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
            await bench.close()
            return number

        number = asyncio.run(cut_short())
        again = bench_at(line, tmp_path)
        left = tmp_path / "media" / "incoming" / "left"
        left.write_bytes(b"of a life that ended")
        assert "wanted" == again.entry(number).fetch
        asyncio.run(resumed(again, number))

        assert again.entry(number).media
        assert {again.entry(number).media} == again.stored()


async def resumed(bench: Bench, number: int) -> None:
    """A next life."""
    await bench.media.start()
    await bench.fetched(number)
    await bench.media.close()


def test_what_was_taken_back_while_it_came_is_not_kept(tmp_path: Path) -> None:
    with at_line(tmp_path, faults=[faults.Slow(0.3)]) as (line, bench):
        sent = line.visitor("Alice").sends_image()

        async def retracted() -> int:
            number = bench.note("image", sent.message)
            bench.media.fetch_wanted()
            await asyncio.sleep(0)
            bench.store.run(update(entries).where(entries.c.id == number).values(state="retracted"))
            while not bench.journal.lines:  # noqa: ASYNC110 - as above
                await asyncio.sleep(0.01)
            while bench.media._inbound._fetching:  # noqa: SLF001, ASYNC110
                await asyncio.sleep(0.01)
            await bench.media.close()
            return number

        assert "" == bench.entry(asyncio.run(retracted())).media
        assert set() == bench.stored()


def test_a_file_is_forgotten_with_the_last_message_that_holds_it(
    tmp_path: Path, runner: asyncio.Runner
) -> None:
    bench = Bench(tmp_path)

    async def forgotten() -> list[set[str]]:
        async with bench.media._vault.keep(drafted(bench, b"picture")) as kept:  # noqa: SLF001
            first = bench.note("image", fetch="", media=kept.sha256)
            second = bench.note("image", fetch="", media=kept.sha256)
        seen = [bench.stored()]
        for each in (first, second):
            with bench.store.transaction():
                bench.media.forget(each)
            seen.append(bench.stored())
        assert "" == bench.entry(first).media
        await bench.close()
        return seen

    kept, still, gone = runner.run(forgotten())

    assert kept == still
    assert set() == gone


def drafted(bench: Bench, data: bytes) -> Any:  # noqa: ANN401
    """A draft that holds `data`."""
    draft = bench.media._vault.draft()  # noqa: SLF001
    draft.copy(data)
    return draft


def test_what_staff_are_about_to_send_outlives_the_same_picture_taken_back(
    bench: Bench, runner: asyncio.Runner
) -> None:
    async def both() -> Accepted:
        accepted = await bench.media.accept(of_form("png"), "", "", bench.channel)
        assert isinstance(accepted, Accepted)
        number = bench.note("image", fetch="", media=accepted.sha256)
        with bench.store.transaction():
            bench.media.forget(number)
        return accepted

    assert bench.media.path(runner.run(both()).sha256)


def test_a_file_of_any_kind_is_stored_as_bytes_and_nothing_else(tmp_path: Path) -> None:
    with at_line(tmp_path) as (line, bench):
        sent = line.visitor("Alice").sends_file("invoice.html", size_bytes=1_000)
        entry = asyncio.run(fetched(bench, "file", sent.message))

        assert "application/octet-stream" == entry.media_type


def test_content_that_is_of_another_kind_than_told_is_no_content(tmp_path: Path) -> None:
    with at_line(tmp_path) as (line, bench):
        sent = line.visitor("Alice").sends_audio()
        entry = asyncio.run(fetched(bench, "image", sent.message))

        assert ("failed", "") == (entry.fetch, entry.media)
        assert "it is audio/mp4, not image" in entry.text


@pytest.mark.parametrize("message", ["../../../v2/bot/info", "1?x=y", "1#", "1\r\nx: y", "", "🙂"])
def test_a_message_id_is_no_path(message: str, tmp_path: Path) -> None:
    with at_line(tmp_path, strict=False) as (_, bench):
        entry = asyncio.run(fetched(bench, "image", message))

        assert entry.fetch in {"expired", "failed"}


@contextmanager
def elsewhere(data: bytes, *, chunked: bool = False) -> Iterator[tuple[str, Authority]]:
    """Another provider's server, on this machine; its address, and who vouches for it."""

    async def picture(request: Request) -> Response:
        if request.url.path != "/cat":
            return RedirectResponse("/cat")
        return StreamingResponse(iter([data])) if chunked else Response(data)

    app = Starlette(routes=[Route("/{name}", picture)])
    with Authority() as authority:
        server = Server(app)
        url = server.listen("127.0.0.1", 0, authority.certificate())
        with server:
            yield url, authority


def external(
    folder: Path, authority: Authority, url: str, profile: str = "seed", **settings: bool
) -> Any:  # noqa: ANN401
    """What becomes of a picture that lies there."""
    bench = Bench(folder, profile, trust=authority.client_context(), **settings)

    async def whole() -> Any:  # noqa: ANN401
        try:
            return await fetched(bench, "image", "1", source_url=url)
        finally:
            bench.store.close()

    return asyncio.run(whole())


@pytest.mark.parametrize("chunked", [False, True])
def test_content_of_another_provider_is_fetched_from_there(chunked: bool, tmp_path: Path) -> None:  # noqa: FBT001
    with elsewhere(of_form("png"), chunked=chunked) as (url, authority):
        entry = external(tmp_path, authority, f"{url}/cat")

    assert ("", "image/png") == (entry.fetch, entry.media_type)
    assert sha256(of_form("png")).hexdigest() == entry.media


@pytest.mark.parametrize("chunked", [False, True])
def test_content_of_another_provider_is_cut_at_the_cap(chunked: bool, tmp_path: Path) -> None:  # noqa: FBT001
    with elsewhere(bytes(10_000_001), chunked=chunked) as (url, authority):
        entry = external(tmp_path, authority, f"{url}/cat")

    assert "too_big" == entry.fetch
    assert ("more than 10,000,000" if chunked else "10,000,001 bytes") in entry.text


def test_another_providers_redirect_is_not_followed(tmp_path: Path) -> None:
    with elsewhere(of_form("png")) as (url, authority):
        entry = external(tmp_path, authority, f"{url}/dog")

    assert "failed" == entry.fetch
    assert "its server answered 307" in entry.text


def test_no_customer_makes_the_bridge_call_this_machine(tmp_path: Path) -> None:
    with elsewhere(of_form("png")) as (url, authority):
        entry = external(tmp_path, authority, f"{url}/cat", allow_loopback=False)

    assert ("failed", "") == (entry.fetch, entry.media)
    assert "no public one" in entry.text
