"""What is done with enquiries: each act, who may do it when, and what is answered."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from bridge_at_work import BOB, run
from daily_bench import daily
from pydantic import TypeAdapter

from line_sim.bridge.api.daily import shapes

if TYPE_CHECKING:
    from pathlib import Path

WHOLE = TypeAdapter(shapes.EnquiryWhole)
LIST = TypeAdapter(list[shapes.EnquiryTold])
OFFERS = TypeAdapter(list[shapes.Offer])


def refused(answer: Any, code: str = "not_now") -> str:  # noqa: ANN401 - JSON
    """The words of a refusal."""
    assert code == answer["error"]["code"]
    return str(answer["error"]["message"])


def test_an_enquiry_is_taken_answered_by_and_closed(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea = shop.person("Ann"), shop.person("Bea")
            shop.puts(ann, bea)
            number = await shop.writes()

            (offer,) = await ann.get("/offers")
            OFFERS.validate_python([offer], strict=True)
            assert (number, "open", 2) == (offer["number"], offer["state"], len(offer["alerted"]))
            told = await ann.post(f"/enquiries/{number}/pick-up")
            WHOLE.validate_python(told, strict=True)
            assert ("ongoing", ann.id, "Ann Suk") == (
                told["state"], told["owner"]["id"], told["owner"]["name"],
            )  # fmt: skip
            late = await bea.post(f"/enquiries/{number}/pick-up", status=409)
            assert f"enquiry {number} cannot be picked up: it is ongoing, Ann Suk has it" == (
                refused(late)
            )
            assert [] == await bea.get("/offers")
            assert "Ann Suk has it" in refused(
                await bea.post(f"/enquiries/{number}/close", status=409)
            )
            told = await ann.post(f"/enquiries/{number}/close")
            assert ("closed", True) == (told["state"], told["closed_at"] is not None)
            assert "it is closed" in refused(
                await ann.post(f"/enquiries/{number}/close", status=409)
            )
            assert told == await bea.get(f"/enquiries/{number}")

    run(work())


def test_a_missed_enquiry_is_followed_up(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann = shop.person("Ann")
            shop.puts(ann)
            number = await shop.writes()
            assert "it is open" in refused(
                await ann.post(f"/enquiries/{number}/follow-up", status=409)
            )
            await shop.clock.advance(61)  # and nothing is heard of anybody
            (missed,) = await ann.get("/enquiries?state=missed")
            LIST.validate_python([missed], strict=True)
            assert (number, True) == (missed["number"], missed["missed_at"] is not None)
            idle = await ann.post(f"/enquiries/{number}/follow-up", status=409)
            assert "you are not active" in refused(idle)
            await ann.post("/me/heartbeat", {"used": True})
            told = await ann.post(f"/enquiries/{number}/follow-up")
            assert ("followed_up", ann.id) == (told["state"], told["owner"]["id"])
            assert [] == await ann.get("/enquiries?state=missed")
            assert [number] == [
                each["number"]
                for each in await ann.get("/enquiries?state=missed&state=followed_up&mine=true")
            ]

    run(work())


def test_a_transfer_is_accepted_or_refused_by_who_is_asked(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea, cat = (shop.person(name) for name in ("Ann", "Bea", "Cat"))
            shop.puts(ann)
            shop.destination(cat, name="Back", tags=["complaints"])
            number = await shop.writes()
            await ann.post(f"/enquiries/{number}/pick-up")
            await bea.get(f"/enquiries/{number}", status=404)

            told = await ann.post(f"/enquiries/{number}/transfer", {"staff": bea.id})
            assert (ann.id, [bea.id]) == (told["owner"]["id"], [a["id"] for a in told["alerted"]])
            await bea.get(f"/enquiries/{number}")  # who is asked may look
            told = await bea.post(f"/enquiries/{number}/refuse")
            assert (ann.id, []) == (told["owner"]["id"], told["alerted"])
            await bea.get(f"/enquiries/{number}", status=404)

            await ann.post(f"/enquiries/{number}/transfer", {"tag": "complaints"})
            told = await cat.post(f"/enquiries/{number}/pick-up")
            assert ("ongoing", cat.id) == (told["state"], told["owner"]["id"])
            await ann.get(f"/enquiries/{number}", status=404)  # it has left them

    run(work())


def test_a_transfer_to_where_nobody_is_stays(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea = shop.person("Ann"), shop.person("Bea")
            shop.puts(ann)
            shop.destination(bea, name="Back", tags=["complaints"])
            shop.bridge.desk.set_status(bea.number, "busy")
            number = await shop.writes()
            await ann.post(f"/enquiries/{number}/pick-up")

            for to in ({"staff": bea.id}, {"tag": "complaints"}, {"staff": ann.id}):
                answer = await ann.post(f"/enquiries/{number}/transfer", to, status=409)
                assert "it stays where it is" in refused(answer)
            assert ann.id == (await ann.get(f"/enquiries/{number}"))["owner"]["id"]

    run(work())


WRONG: list[tuple[dict[str, Any], str]] = [
    ({}, "neither"),
    ({"tag": "a", "staff": 1}, "both"),
    ({"tag": "nowhere"}, "'nowhere' is unknown"),
    ({"staff": 99}, "nobody has id 99"),
    ({"staff": 0}, "0"),
    ({"to": 1}, "to"),
]


def test_a_wrong_transfer_is_told(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann = shop.person("Ann")
            shop.puts(ann, tags=["desk"])
            number = await shop.writes()
            await ann.post(f"/enquiries/{number}/pick-up")
            for said, told in WRONG:
                answer = await ann.post(f"/enquiries/{number}/transfer", said, status=422)

                assert told in str(answer["error"])

    run(work())


def test_administrators_take_over_and_owners_share(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea, boss = (
                shop.person("Ann"),
                shop.person("Bea"),
                shop.person("Boss", "administrator"),
            )
            shop.puts(ann)
            number = await shop.writes()
            await ann.post(f"/enquiries/{number}/pick-up")

            await bea.post(f"/enquiries/{number}/join", status=404)
            told = await ann.post(f"/enquiries/{number}/join", {"staff": bea.id})
            assert ([bea.id], ann.id) == ([e["id"] for e in told["room"]], told["owner"]["id"])
            assert number == (await bea.get(f"/enquiries/{number}"))["number"]
            again = await ann.post(f"/enquiries/{number}/join", {"staff": bea.id})
            assert told == again
            await ann.post(f"/enquiries/{number}/take-over", status=403)
            told = await boss.post(f"/enquiries/{number}/join")
            assert [bea.id, boss.id] == [each["id"] for each in told["room"]]
            told = await boss.post(f"/enquiries/{number}/take-over")
            assert boss.id == told["owner"]["id"]

    run(work())


def test_a_room_has_fifteen_people_at_most(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann = shop.person("Ann")
            shop.puts(ann)
            number = await shop.writes()
            await ann.post(f"/enquiries/{number}/pick-up")
            for count in range(14):
                other = shop.person(f"M{count}")
                await ann.post(f"/enquiries/{number}/join", {"staff": other.id})

            last = shop.person("Last")
            answer = await ann.post(f"/enquiries/{number}/join", {"staff": last.id}, status=409)
            assert "15 people" in refused(answer)

    run(work())


ACTS = ("pick-up", "refuse", "close", "take-over", "follow-up", "join")


@pytest.mark.parametrize("role", ["staff", "administrator"])
def test_what_one_does_not_see_is_not_there(tmp_path: Path, role: str) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, other = shop.person("Ann"), shop.person("Other", role)
            shop.puts(ann)
            number = await shop.writes()
            chat = shop.chat_of(number)
            (entry,) = [row.id for row in shop.entries()]
            missing = 0 if role == "staff" else 999
            paths = [
                ("GET", f"/enquiries/{number + missing}", None),
                *(("POST", f"/enquiries/{number + missing}/{act}", None) for act in ACTS),
                ("POST", f"/enquiries/{number + missing}/transfer", {"tag": "x"}),
                ("GET", f"/chats/{chat + missing}", None),
                ("PATCH", f"/chats/{chat + missing}", {"note": "x"}),
                ("GET", f"/chats/{chat + missing}/messages", None),
                ("POST", f"/chats/{chat + missing}/messages", {"text": "x"}),
                ("POST", f"/chats/{chat + missing}/read", None),
                ("POST", f"/chats/{chat + missing}/typing", None),
                ("POST", f"/messages/{entry + missing}/resend", None),
                ("GET", f"/messages/{entry + missing}/media", None),
            ]
            for method, path, said in paths:
                more = {} if said is None else {"json": said}
                answer = await other.ask(method, path, **more)
                assert (404, "not_found") == (
                    answer.status_code, answer.json()["error"]["code"],
                ), path  # fmt: skip
                nobody = await shop.client.request(method, f"/api/v1{path}")
                assert 401 == nobody.status_code, path

    run(work())


def test_lists_hold_what_one_sees(tmp_path: Path) -> None:
    async def work() -> None:
        async with daily(tmp_path) as shop:
            ann, bea = shop.person("Ann"), shop.person("Bea")
            boss = shop.person("Boss", "administrator")
            shop.puts(ann)
            first, second = await shop.writes(), await shop.writes(BOB)

            def numbers(found: Any) -> list[int]:  # noqa: ANN401 - JSON
                return [each["number"] for each in found]

            assert [second, first] == numbers(await ann.get("/enquiries"))
            assert [first] == numbers(await ann.get(f"/enquiries?before={second}"))
            assert [second] == numbers(await boss.get("/enquiries?limit=1"))
            assert [] == numbers(await boss.get("/enquiries?channel=2"))
            assert [] == numbers(await bea.get("/enquiries"))
            assert [] == await bea.get("/chats")
            chat = shop.chat_of(first)
            assert [first] == numbers(await ann.get(f"/enquiries?chat={chat}"))
            for wrong in ("state=new", "limit=0", "limit=201", "before=-1", "mine=perhaps"):
                await ann.get(f"/enquiries?{wrong}", status=422)

    run(work())
