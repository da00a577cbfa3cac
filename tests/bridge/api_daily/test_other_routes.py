"""Chats, search, ready texts, reports, subscriptions and customers' data over the API."""

from __future__ import annotations

import csv
import io
import json
import sys
import zipfile
from pathlib import Path
from typing import TYPE_CHECKING

sys.path.insert(0, str(Path(__file__).parents[1] / "notify"))

from bridge_at_work import ALICE, BOB, run, text
from daily_bench import Daily, Person, daily
from pydantic import TypeAdapter
from subscriber import subscriber

from line_sim.bridge.api.daily import shapes
from line_sim.bridge.queries import searching

if TYPE_CHECKING:
    import pytest

CHATS = TypeAdapter(list[shapes.ChatTold])
CHAT = TypeAdapter(shapes.ChatWhole)
FOUND = TypeAdapter(shapes.Found)
REPLIES = TypeAdapter(list[shapes.CannedReply])
SUBSCRIPTIONS = TypeAdapter(list[shapes.SubscriptionTold])
ERASED = TypeAdapter(shapes.ErasedTold)


async def two_and_a_boss(shop: Daily) -> tuple[Person, Person, Person]:
    """Ann, who works in the one group; Bea, who does not; an administrator."""
    ann, bea = shop.person("Ann"), shop.person("Bea")
    boss = shop.person("Boss", "administrator")
    shop.puts(ann)
    return ann, bea, boss


def test_chats_are_read_labelled_and_noted(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, *_ = await two_and_a_boss(shop)
            chat = shop.chat_of(await shop.writes())
            await shop.writes(ALICE)

            (told,) = await ann.get("/chats?unread=true")
            CHATS.validate_python([told], strict=True)
            assert (chat, 2) == (told["id"], told["unread"])
            assert 2 == len(await ann.get(f"/chats/{chat}/messages"))  # looking is not reading
            assert 1 == len(await ann.get("/chats?unread=true"))
            assert {"shown": False} == await ann.post(f"/chats/{chat}/read")
            assert [] == await ann.get("/chats?unread=true")

            said = {"labels": ["VIP", " VIP ", "50%"], "note": "half \\ud83d? no: <b>"}
            answer = await ann.ask("PATCH", f"/chats/{chat}", json=said)
            CHAT.validate_python(answer.json(), strict=True)
            assert (["VIP", "50%"], said["note"]) == (
                answer.json()["labels"], answer.json()["note"],
            )  # fmt: skip
            answer = await ann.ask("PATCH", f"/chats/{chat}", json={"labels": []})
            assert ([], said["note"]) == (answer.json()["labels"], answer.json()["note"])
            for wrong in ({"labels": ["x" * 41]}, {"note": "x" * 10_001}, {"name": "x"}):
                answer = await ann.ask("PATCH", f"/chats/{chat}", json=wrong)
                assert 422 == answer.status_code

    run(work())


def test_typing_is_for_who_may_write(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, *_ = await two_and_a_boss(shop)
            number = await shop.writes()
            path = f"/chats/{shop.chat_of(number)}/typing"

            await ann.post(path, {"seconds": 5}, status=409)
            await ann.post(f"/enquiries/{number}/pick-up")

            assert {"shown": True} == await ann.post(path, {"seconds": 5})
            assert {"shown": True} == await ann.post(path)
            for seconds in (0, -1, 61, "x"):
                await ann.post(path, {"seconds": seconds}, status=422)

    run(work())


def test_search_finds_what_one_sees_in_pages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(searching, "WINDOW", 3)

    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea, _ = await two_and_a_boss(shop)
            for number in range(7):
                await shop.writes(message=text(f"พัสดุ {number} \ud83d", number))

            found, before = list[str](), None
            while True:
                more = {} if before is None else {"before": before}
                page = await ann.get("/search", params={"q": "พัสดุ", "limit": 2, **more})
                found += [each["text"] for each in page["entries"]]
                before = page["before"]
                if before is None:
                    break
            assert [f"พัสดุ {number} \ud83d" for number in range(6, -1, -1)] == found
            nothing = await bea.get("/search", params={"q": "พัสดุ"})
            FOUND.validate_python(nothing, strict=True)
            assert {"chats": [], "entries": [], "before": None} == nothing
            await ann.get("/search?q=", status=422)
            await ann.get("/search", status=422, params={"q": "x" * 201})

    run(work())


def test_ready_texts_are_everybodys_or_ones_own(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea, boss = await two_and_a_boss(shop)
            said = {"name": "Thanks", "text": "Thank you!"}
            own = await ann.post("/canned-replies", said, status=201)
            shared = await boss.post("/canned-replies", {**said, "shared": True}, status=201)

            REPLIES.validate_python([own, shared], strict=True)
            assert [False, True] == [own["shared"], shared["shared"]]
            assert [shared] == await bea.get("/canned-replies")
            assert [own, shared] == await ann.get("/canned-replies")
            await ann.post("/canned-replies", {**said, "shared": True}, status=403)
            for who, reply, status in ((bea, own, 404), (ann, shared, 403), (ann, own, 200)):
                path = f"/canned-replies/{reply['id']}"
                answer = await who.ask("PATCH", path, json={"text": "Thanks!"})
                assert status == answer.status_code
            assert "Thanks!" in [each["text"] for each in await ann.get("/canned-replies")]
            for who, reply, status in ((bea, own, 404), (ann, shared, 403), (ann, own, 204)):
                answer = await who.ask("DELETE", f"/canned-replies/{reply['id']}")
                assert status == answer.status_code
            assert [shared] == await ann.get("/canned-replies")

    run(work())


def test_a_report_is_of_what_one_sees_and_of_ninety_days_at_most(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea, _ = await two_and_a_boss(shop)
            number = await shop.writes()

            answer = await ann.ask("GET", "/reports/enquiries.csv")
            assert "attachment" in answer.headers["content-disposition"]
            (row,) = csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig")))
            assert (str(number), "open") == (row["number"], row["state"])
            answer = await bea.ask("GET", "/reports/enquiries.csv")
            assert 1 == len(answer.text.splitlines())
            for days, status in (
                ("since=2026-01-01&until=2026-03-31", 200),
                ("since=2026-01-01&until=2026-04-01", 422),
                ("since=2026-01-02&until=2026-01-01", 422), ("since=yesterday", 422),
                ("until=0001-01-01", 200),
            ):  # fmt: skip
                answer = await ann.ask("GET", f"/reports/enquiries.csv?{days}")
                assert status == answer.status_code, (days, answer.text)

    run(work())


def test_subscriptions_are_made_switched_and_ended_by_administrators(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop, subscriber() as hook:
            shop.bridge.notifier.trust = hook.trust
            ann, _, boss = await two_and_a_boss(shop)
            made = await boss.post("/subscriptions", {"url": hook.url}, status=201)
            path = f"/subscriptions/{made['id']}"

            listed = await boss.get("/subscriptions")
            SUBSCRIPTIONS.validate_python(listed, strict=True)
            assert [(hook.url, "on", 0)] == [(e["url"], e["state"], e["waiting"]) for e in listed]
            assert made["secret"] not in json.dumps(listed)
            answer = await boss.ask("PATCH", path, json={"state": "off"})
            assert "off" == answer.json()["state"]
            await shop.writes()
            assert 0 == (await boss.get("/subscriptions"))[0]["waiting"]
            for method, said in (("PATCH", {"state": "on"}), ("DELETE", None), ("GET", None)):
                at = "/subscriptions" if method == "GET" else path
                more = {} if said is None else {"json": said}
                assert 403 == (await ann.ask(method, at, **more)).status_code
            await ann.post("/subscriptions", {"url": hook.url}, status=403)
            hook.repeats = False
            await boss.post("/subscriptions", {"url": hook.url}, status=422)
            assert 204 == (await boss.ask("DELETE", path)).status_code
            assert 404 == (await boss.ask("DELETE", path)).status_code
            assert 404 == (await boss.ask("PATCH", path, json={"state": "on"})).status_code

    run(work())


def test_customers_data_is_copied_and_erased_by_administrators(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, _, boss = await two_and_a_boss(shop)
            number = await shop.writes(message=text("where do I live", 1))
            visitor = (await boss.get(f"/enquiries/{number}"))["visitor"]
            await shop.writes(BOB)

            for method, path in (("GET", f"/customers/{visitor}/export"),
                                 ("DELETE", f"/customers/{visitor}")):  # fmt: skip
                assert 403 == (await ann.ask(method, path)).status_code
                missing = path.replace(str(visitor), "77", 1)
                assert 404 == (await boss.ask(method, missing)).status_code
            copy = await boss.ask("GET", f"/customers/{visitor}/export")
            with zipfile.ZipFile(io.BytesIO(copy.content)) as archive:
                assert b"where do I live" in archive.read("customer.json")

            early = await boss.ask("DELETE", f"/customers/{visitor}")
            assert (409, "not_now") == (early.status_code, early.json()["error"]["code"])
            await ann.post(f"/enquiries/{number}/pick-up")
            await ann.post(f"/enquiries/{number}/close")
            done = await boss.ask("DELETE", f"/customers/{visitor}")
            ERASED.validate_python(done.json(), strict=True)
            assert (200, 1) == (done.status_code, done.json()["chats"])

            chat = await boss.get(f"/chats/{shop.chat_of(number)}")
            assert (True, "") == (chat["erased"], chat["name"])
            acts = [(row.act, row.staff, row.subject) for row in shop.rows("audit")]
            assert [("exported", boss.id, f"customer {visitor}"),
                    ("erased", boss.id, f"customer {visitor}")] == acts  # fmt: skip
            sent = await boss.post(
                f"/chats/{shop.chat_of(number)}/messages", {"text": "x"}, status=409
            )
            assert "erased" in sent["error"]["message"]
            assert 2 == await shop.writes()  # the same person, who is somebody new

    run(work())


def test_new_and_missed_enquiries_alert_administrators(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            await two_and_a_boss(shop)
            await shop.writes()
            await shop.clock.advance(61)

            kinds = [row.kind for row in shop.rows("alerts") if row.kind.endswith("_enquiry")]
            assert ["new_enquiry", "missed_enquiry"] == kinds

    run(work())
