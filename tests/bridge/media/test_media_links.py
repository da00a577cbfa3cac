"""Customers' telephones load files for a year, whole or in part, and nothing else."""

import asyncio
from collections.abc import Callable, Coroutine
from typing import Any, TypeVar

import pytest
from made_media import of_form
from media_bench import PUBLIC, Bench
from starlette.applications import Starlette

from line_sim.bridge.media.links import LIFE_S
from line_sim.bridge.media.results import Accepted
from line_sim.net.http.client import in_process

Found = TypeVar("Found")
Get = Callable[..., Any]


@pytest.fixture
def message(bench: Bench, runner: asyncio.Runner) -> dict[str, Any]:
    """A message with a picture."""

    async def made() -> dict[str, Any]:
        accepted = await bench.media.accept(of_form("png"), "", "", bench.channel)
        assert isinstance(accepted, Accepted)
        return bench.media.message(accepted, bench.channel)

    return runner.run(made())


@pytest.fixture
def get(bench: Bench, runner: asyncio.Runner) -> Get:
    """Ask the bench."""

    async def asked(path: str, method: str, headers: dict[str, str]) -> Any:  # noqa: ANN401
        async with in_process(Starlette(routes=bench.media.serve)) as client:
            return await client.request(method, path, headers=headers)

    def answer(path: str, method: str = "GET", **headers: str) -> Any:  # noqa: ANN401
        call: Coroutine[Any, Any, Any] = asked(path.removeprefix(PUBLIC), method, headers)
        return runner.run(call)

    return answer


def test_a_file_is_served_with_a_fixed_type_and_no_guessing(
    message: dict[str, Any], get: Get
) -> None:
    answer = get(message["originalContentUrl"])

    assert (200, of_form("png")) == (answer.status_code, answer.content)
    assert "image/png" == answer.headers["content-type"]
    assert "nosniff" == answer.headers["x-content-type-options"]
    assert 'inline; filename="image.png"' == answer.headers["content-disposition"]
    assert "sandbox" in answer.headers["content-security-policy"]
    assert "image/jpeg" == get(message["previewImageUrl"]).headers["content-type"]


def test_head_tells_what_get_gives(message: dict[str, Any], get: Get) -> None:
    asked, told = get(message["originalContentUrl"]), get(message["originalContentUrl"], "HEAD")

    assert b"" == told.content
    assert (asked.status_code, asked.headers) == (told.status_code, told.headers)


@pytest.mark.parametrize("part", [(0, 0), (1, 99), (500, None), (None, 7)])
def test_parts_are_parts(
    part: tuple[int | None, int | None], message: dict[str, Any], get: Get
) -> None:
    first, last = part
    whole = of_form("png")
    wanted = (
        whole[-(last or 0) :]
        if first is None
        else whole[first : None if last is None else last + 1]
    )

    answer = get(
        message["originalContentUrl"],
        range=f"bytes={'' if first is None else first}-{'' if last is None else last}",
    )

    assert (206, wanted) == (answer.status_code, answer.content)


@pytest.mark.parametrize(
    "asked", ["bytes=999999999-", "bytes=5-1", "bytes=x-y", "lines=1-2", "bytes="]
)
def test_impossible_parts_are_refused_not_failed(
    asked: str, message: dict[str, Any], get: Get
) -> None:
    assert get(message["originalContentUrl"], range=asked).status_code in {200, 400, 416}


def test_what_never_was_and_what_is_over_look_alike(
    bench: Bench, message: dict[str, Any], get: Get
) -> None:
    url = message["originalContentUrl"]
    unknown = get("/m/" + "A" * 22)
    bench.clock.ahead_s = LIFE_S - 60
    before = get(url)
    bench.clock.ahead_s = LIFE_S + 60
    after = get(url)

    assert (200, 404, 404) == (before.status_code, after.status_code, unknown.status_code)
    assert (after.content, after.headers) == (unknown.content, unknown.headers)


@pytest.mark.parametrize(
    "token",
    ["..%2f..%2fbridge.db", "%2e%2e", "x", "A" * 2_000, "%00", "' OR 1=1 --", "A" * 21 + "%0a"],
)
def test_tricks_with_tokens_find_nothing(token: str, message: dict[str, Any], get: Get) -> None:
    assert message
    assert 404 == get(f"/m/{token}").status_code


def test_tokens_are_long_and_each_is_used_once(bench: Bench, message: dict[str, Any]) -> None:
    tokens = {
        message[name].rpartition("/")[2] for name in ("originalContentUrl", "previewImageUrl")
    }

    assert 2 == len(tokens) == bench.links()
    assert all(len(each) == 22 for each in tokens)


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE"])
def test_nothing_can_be_put_there(method: str, message: dict[str, Any], get: Get) -> None:
    assert 405 == get(message["originalContentUrl"], method).status_code


def test_a_file_goes_when_its_year_is_over_and_no_message_holds_it(
    bench: Bench, message: dict[str, Any], get: Get, runner: asyncio.Runner
) -> None:
    bench.clock.ahead_s = LIFE_S + 60
    bench.media._accepted.clear()  # noqa: SLF001 - as after a day

    runner.run(bench.media.sweep())

    assert set() == bench.stored()
    assert 0 == bench.links()
    assert 404 == get(message["originalContentUrl"]).status_code


def test_what_staff_sent_is_forgotten_with_its_links(
    bench: Bench, message: dict[str, Any], get: Get, runner: asyncio.Runner
) -> None:
    entry = bench.note("image", fetch="", author="staff")
    bench.sent([message], entry)
    bench.media._accepted.clear()  # noqa: SLF001 - as after a day

    async def forget() -> None:
        with bench.store.transaction():
            bench.media.forget(entry)
            assert bench.stored()

    runner.run(forget())

    assert 404 == get(message["originalContentUrl"]).status_code
    assert set() == bench.stored()
