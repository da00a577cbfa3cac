"""Texts and files of staff, files of customers: who may send, what is refused, what is shown."""

from __future__ import annotations

import tempfile
from typing import TYPE_CHECKING, Any

from bridge_at_work import run
from daily_bench import Daily, Person, daily
from pydantic import TypeAdapter

from line_sim.bridge.api.daily import shapes, uploading
from line_sim.bridge.store import tables
from line_sim.media import images

if TYPE_CHECKING:
    from pathlib import Path

    import pytest

ENTRIES = TypeAdapter(list[shapes.EntryTold])
SENT = TypeAdapter(shapes.Sent)
PNG = images.image("png", width=32, height=20).data


async def one_with_a_chat(shop: Daily) -> tuple[Person, int, int]:
    """A member who has an enquiry; the enquiry and its chat."""
    ann = shop.person("Ann")
    shop.puts(ann)
    number = await shop.writes()
    await ann.post(f"/enquiries/{number}/pick-up")
    return ann, number, shop.chat_of(number)


def test_a_text_is_queued_and_told_with_how_far_it_got(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, number, chat = await one_with_a_chat(shop)

            sent = await ann.post(f"/chats/{chat}/messages", {"text": "On its way"}, status=202)
            SENT.validate_python(sent, strict=True)
            found = await ann.get(f"/chats/{chat}/messages")

            ENTRIES.validate_python(found, strict=True)
            assert ("queued", "") == (sent["state"], sent["reason"])
            (said,) = [each for each in found if each["id"] == sent["entry"]]
            assert ("staff", "On its way", "queued", number, ann.id) == (
                said["author"], said["text"], said["delivery"], said["enquiry"],
                said["staff"]["id"],
            )  # fmt: skip
            assert [found[-1]] == await ann.get(f"/chats/{chat}/messages?limit=1")
            assert found[:-1] == await ann.get(f"/chats/{chat}/messages?before={found[-1]['id']}")

    run(work())


def test_the_same_key_is_the_same_message_of_the_same_person(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, number, chat = await one_with_a_chat(shop)
            bea = shop.person("Bea")
            await ann.post(f"/enquiries/{number}/join", {"staff": bea.id})
            said, path = {"text": "Yes", "key": "k1"}, f"/chats/{chat}/messages"

            first = await ann.post(path, said, status=202)
            again = await ann.post(path, said, status=202)
            other = await bea.post(path, said, status=202)

            assert (first["entry"], "queued") == (again["entry"], again["state"])
            assert first["entry"] != other["entry"]

    run(work())


def test_what_cannot_be_sent_is_refused_at_once_with_the_reason(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, _, chat = await one_with_a_chat(shop)
            path = f"/chats/{chat}/messages"

            long = await ann.post(path, {"text": "x" * 5_000}, status=202)
            file = await ann.ask("POST", path, files={"file": ("a.png", PNG, "image/png")})

            SENT.validate_python([long, file.json()][1], strict=True)
            assert (None, "refused", True) == (
                long["entry"],
                long["state"],
                "4,999" in long["reason"],
            )
            assert (202, "refused") == (file.status_code, file.json()["state"])
            assert "public address" in file.json()["reason"]
            assert 1 == len(await ann.get(path))

    run(work())


WRONG: list[tuple[Any, str]] = [
    ({}, "text"),
    ({"text": ""}, "text"),
    ({"text": 5}, "text"),
    ({"text": "x", "key": "k" * 101}, "key"),
    ({"text": "x", "to": "U1"}, "to"),
    ([], "body"),
    ({"text": "x" * 20_001}, "text"),
    ({"text": "half \ud83d"}, "text"),
]


def test_a_wrong_message_is_told(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, _, chat = await one_with_a_chat(shop)
            for said, where in WRONG:
                answer = await ann.ask("POST", f"/chats/{chat}/messages", json=said)

                faults = answer.json()["error"]["faults"]
                assert (422, [where]) == (answer.status_code, [e["where"] for e in faults]), said

    run(work())


def test_bodies_that_are_no_message_are_refused(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, _, chat = await one_with_a_chat(shop)
            path = f"/chats/{chat}/messages"

            for content, status in ((b"{", 400), (b"[" * 9_999, 400), (b"x" * 300_000, 413)):
                assert status == (await ann.ask("POST", path, content=content)).status_code
            fields = {"text": (None, "x")}
            assert 422 == (await ann.ask("POST", path, files=fields)).status_code
            two = [("file", ("a", PNG)), ("file", ("b", PNG))]
            assert 400 == (await ann.ask("POST", path, files=two)).status_code
            broken = {"content-type": "multipart/form-data"}
            answer = await ann.ask("POST", path, content=b"x", headers=broken)
            assert 400 == answer.status_code
            huge = {"content-length": str(uploading.MOST_BODY_BYTES + 1)}
            answer = await ann.ask("POST", path, content=b"x", headers=huge)
            assert 413 == answer.status_code

    run(work())


def test_a_file_goes_by_the_disk_and_nothing_of_it_stays_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    temporary = tmp_path / "temporary"
    temporary.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(temporary))

    async def work() -> None:
        async with daily(tmp_path) as shop:
            shop.bridge.settings.public_url = "https://bridge.example"
            ann, _, chat = await one_with_a_chat(shop)
            path = f"/chats/{chat}/messages"
            said = {"file": ("../../odd \u202e name.png", PNG, "image/png")}

            answer = await ann.ask("POST", path, files=said, data={"text": "Here", "key": "k"})

            assert (202, "queued") == (answer.status_code, answer.json()["state"]), answer.text
            entry = answer.json()["entry"]
            (told,) = [e for e in await ann.get(path) if e["id"] == entry]
            assert ("image", "stored", "image/png") == (
                told["kind"], told["media"]["state"], told["media"]["type"],
            )  # fmt: skip
            file = await ann.ask("GET", f"/messages/{entry}/media")
            assert (200, PNG) == (file.status_code, file.content)
            assert [] == [*temporary.iterdir()]

    run(work())


def test_whose_turn_it_is_to_write(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea = shop.person("Ann"), shop.person("Bea")
            boss = shop.person("Boss", "administrator")
            shop.puts(ann, bea)
            number = await shop.writes()
            path = f"/chats/{shop.chat_of(number)}/messages"

            async def tries(who: Person) -> str:
                answer = await who.ask("POST", path, json={"text": "x"})
                said = answer.json()
                return said["state"] if answer.status_code == 202 else said["error"]["mend"]

            assert ["pick it up first", "queued"] == [await tries(ann), await tries(boss)]
            await ann.post(f"/enquiries/{number}/pick-up")
            assert "queued" == await tries(ann)
            assert "join it, or have it transferred to you" == await tries(bea)
            await bea.post(f"/enquiries/{number}/join")
            assert "queued" == await tries(bea)
            await ann.post(f"/enquiries/{number}/close")
            assert "queued" == await tries(ann)
            await shop.clock.advance(1)
            await shop.writes()
            assert "pick it up first" == await tries(ann)

    run(work())


def test_what_failed_is_sent_again_and_nothing_else(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, _, chat = await one_with_a_chat(shop)
            sent = await ann.post(f"/chats/{chat}/messages", {"text": "x"}, status=202)
            path = f"/messages/{sent['entry']}/resend"

            early = await ann.post(path, status=409)
            assert "not_now" == early["error"]["code"]
            await shop.bridge.outbox.close()
            shop.bridge.store.run(tables.outbox.update().values(state="failed", reason="gone"))
            (told,) = [e for e in await ann.get(f"/chats/{chat}/messages") if e["delivery"]]
            assert ("failed", "gone") == (told["delivery"], told["reason"])

            told = await ann.post(path, status=202)
            assert ("queued", "") == (told["delivery"], told["reason"])

    run(work())


CONTENT = bytes(range(256)) * 8


KINDS = {
    "image/png": "inline", "audio/mp4": "inline", "video/mp4": "inline",
    "image/svg+xml": "attachment", "text/html": "attachment", "application/pdf": "attachment",
    "": "attachment",
}  # fmt: skip


def test_a_file_of_a_customer_is_shown_or_saved_and_never_run(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, number, chat = await one_with_a_chat(shop)
            for kind, disposition in KINDS.items():
                entry = shop.bridge.store.add(
                    tables.entries, chat=chat, enquiry=number, author="customer", kind="file",
                    text="", at_ms=1, media=place(shop, CONTENT), media_type=kind,
                )  # fmt: skip
                path = f"/messages/{entry}/media"

                whole = await ann.ask("GET", path)
                part = await ann.ask("GET", path, headers={"range": "bytes=10-19"})
                head = await ann.ask("HEAD", path)
                beyond = await ann.ask("GET", path, headers={"range": "bytes=9999-"})

                assert (200, CONTENT) == (whole.status_code, whole.content)
                assert (206, CONTENT[10:20]) == (part.status_code, part.content)
                assert (200, b"", "2048") == (
                    head.status_code, head.content, head.headers["content-length"],
                )  # fmt: skip
                assert 416 == beyond.status_code
                for answer in (whole, part, head):
                    said = answer.headers
                    assert "nosniff" == said["x-content-type-options"]
                    assert said["content-disposition"].startswith(f"{disposition};"), kind
                    assert "sandbox" in said["content-security-policy"]
                    assert said["content-type"].startswith(kind or "application/octet-stream")

    run(work())


def place(shop: Daily, content: bytes) -> str:
    """Put a file where media lie; its hash."""
    import hashlib  # noqa: PLC0415

    digest = hashlib.sha256(content).hexdigest()
    folder = shop.bridge.settings.media_folder / digest[:2] / digest[2:4]
    folder.mkdir(parents=True, exist_ok=True)
    (folder / digest).write_bytes(content)
    return digest


def test_a_message_without_a_file_has_none(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, *_ = await one_with_a_chat(shop)
            (entry,) = [row.id for row in shop.entries()]

            await ann.get(f"/messages/{entry}/media", status=404)

    run(work())
