"""Signing in and out, by a bearer's token and by cookie; tries that are too many."""

import asyncio

import pytest
from api_bridge import ORIGIN, OTHER_PASSWORD, PASSWORD, ApiBridge, Client
from sqlalchemy import select

from line_sim.bridge.staff.sessions import LIFE_S
from line_sim.bridge.staff.throttle import ACCOUNT_TRIES, ADDRESS_TRIES
from line_sim.bridge.store import tables

ANN = {"login": "ann", "password": PASSWORD}


def wrong(client: Client, login: str, address: str = "203.0.113.7") -> int:
    """The status of one wrong try."""
    asked = {"login": login, "password": "wrong-password"}
    return client.post("/session", json=asked, address=address).status_code


def on_desk(bridge: ApiBridge, login: str) -> str:
    """Somebody's status, as an administrator sees it."""
    found = bridge.signed_in("boss").get("/staff").json()["staff"]
    (status,) = [each["status"] for each in found if each["login"] == login]
    return str(status)


def test_a_bearer_signs_in_works_and_signs_out(bridge: ApiBridge) -> None:
    ann = bridge.signed_in("ann")
    mine = ann.get("/me").json()

    assert ("ann", "active", "dashboard", None) == (
        mine["staff"]["login"], mine["staff"]["status"], mine["client"], mine["csrf"],
    )  # fmt: skip
    assert 204 == ann.delete("/session").status_code
    assert 401 == ann.get("/me").status_code
    assert "offline" == on_desk(bridge, "ann")


def test_only_the_last_session_signed_out_is_offline(bridge: ApiBridge) -> None:
    phone, desk = bridge.signed_in("ann"), bridge.signed_in("ann")
    phone.delete("/session")

    assert "active" == desk.get("/me").json()["staff"]["status"]
    desk.delete("/session")
    assert "offline" == on_desk(bridge, "ann")


def test_capitals_and_spaces_of_a_login_do_not_count(bridge: ApiBridge) -> None:
    asked = {**ANN, "login": " ANN "}

    assert 201 == bridge.client().post("/session", json=asked).status_code


def test_a_session_ends_after_twelve_hours_however_it_is_used(bridge: ApiBridge) -> None:
    ann = bridge.signed_in("ann")
    bridge.clock.at += LIFE_S - 1
    assert 200 == ann.post("/me/heartbeat", json={"used": True}).status_code
    bridge.clock.at += 1

    assert 401 == ann.get("/me").status_code


def test_what_is_stored_opens_nothing(bridge: ApiBridge) -> None:
    answer = bridge.client(origin=ORIGIN).post("/session", json={**ANN, "cookie": True})
    (cookie,) = answer.cookies.values()
    bearer = bridge.client().post("/session", json=ANN).json()["token"]
    stored = [
        str(value)
        for table in (tables.sessions, tables.staff)
        for row in bridge.store.rows(select(table))
        for value in row
    ]

    assert [] == [s for s in (cookie, bearer, PASSWORD, answer.json()["csrf"]) if s in stored]
    assert [] == [s for s in (cookie, bearer, PASSWORD) if s in "\n".join(bridge.journal.lines)]
    assert any(each.startswith("$argon2id$") for each in stored)
    for each in stored:
        client = bridge.client(authorization=f"Bearer {each}")
        assert each.isascii() is False or 401 == client.get("/me").status_code


def test_a_made_up_token_is_nobodys(bridge: ApiBridge) -> None:
    bridge.signed_in("ann")
    for made_up in ("", "Bearer", "Bearer ", "Bearer x", "Basic YW5uOmFubg==", "x" * 4_000):
        answer = bridge.client(authorization=made_up).get("/me")

        assert (401, "not_signed_in") == (answer.status_code, answer.json()["error"]["code"])
        assert "Bearer" == answer.headers["www-authenticate"]


def test_nobody_learns_which_logins_there_are(bridge: ApiBridge) -> None:
    """One answer for unknown, wrong, suspended and invited; and one hash compared for each."""
    boss = bridge.signed_in("boss")
    bridge.add("sue")
    assert 200 == boss.patch("/staff/3", json={"state": "suspended"}).status_code
    boss.post("/staff", json={"login": "ivy", "first_name": "Ivy"})
    passwords = bridge.authentication.passwords
    compared: list[str] = []
    verified = passwords._verified  # noqa: SLF001 - what costs time
    passwords._verified = lambda *said: (compared.append(said[0]), verified(*said))[1]  # noqa: SLF001
    answers = [
        bridge.client().post("/session", json={"login": login, "password": password})
        for login, password in (
            ("nobody", PASSWORD), ("ann", "wrong-password"), ("sue", PASSWORD), ("ivy", PASSWORD),
            ("ivy", ""), ("", ""),
        )
    ]  # fmt: skip

    assert {401} == {each.status_code for each in answers}
    assert 1 == len({each.text for each in answers})
    assert len(answers) == len(compared)
    assert 1 == len({each.rsplit("$", 2)[0] for each in compared})  # at one cost


def test_an_account_is_tried_a_few_times_and_then_once_in_a_while(bridge: ApiBridge) -> None:
    client = bridge.client()
    tries = [wrong(client, "ann", f"198.51.100.{n}") for n in range(ACCOUNT_TRIES + 1)]

    assert [*[401] * ACCOUNT_TRIES, 429] == tries
    refused = client.post("/session", json=ANN)
    assert (429, "60", "too_many") == (
        refused.status_code, refused.headers["retry-after"], refused.json()["error"]["code"],
    )  # fmt: skip
    assert 201 == client.post("/session", json={**ANN, "login": "boss"}).status_code
    bridge.clock.at += 60
    assert 201 == client.post("/session", json=ANN).status_code
    assert 401 == wrong(client, "ann")


def test_a_login_that_nobody_has_is_throttled_alike(bridge: ApiBridge) -> None:
    client = bridge.client()
    tries = [wrong(client, "nobody", f"198.51.100.{n}") for n in range(ACCOUNT_TRIES + 1)]

    assert [*[401] * ACCOUNT_TRIES, 429] == tries


def test_an_address_tries_many_logins_and_then_no_more(bridge: ApiBridge) -> None:
    client = bridge.client()
    tries = [wrong(client, f"somebody{n}") for n in range(ADDRESS_TRIES + 1)]

    assert [*[401] * ADDRESS_TRIES, 429] == tries
    assert 401 == wrong(client, "somebody", "198.51.100.9")


def test_behind_our_proxy_the_address_is_what_the_proxy_added(bridge: ApiBridge) -> None:
    for n in range(ADDRESS_TRIES):
        told = f"192.0.2.{n}, 203.0.113.50"  # the first is what a client made up
        assert 401 == wrong(bridge.client(**{"x-forwarded-for": told}), f"s{n}", "127.0.0.1")

    told = "192.0.2.200, 203.0.113.50"
    assert 429 == wrong(bridge.client(**{"x-forwarded-for": told}), "more", "127.0.0.1")
    assert 401 == wrong(bridge.client(**{"x-forwarded-for": told}), "more", "198.51.100.1")


def test_many_tries_at_once_are_no_more_than_one_after_the_other(bridge: ApiBridge) -> None:
    client = bridge.client()

    async def all_at_once() -> list[int]:
        asked = {"login": "ann", "password": "wrong-password"}
        calls = [client._call("POST", "/session", json=asked) for _ in range(20)]  # noqa: SLF001
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    found = asyncio.run(all_at_once())

    assert {401: ACCOUNT_TRIES, 429: 20 - ACCOUNT_TRIES} == {
        status: found.count(status) for status in set(found)
    }


def test_a_password_is_changed_and_every_other_session_ends(bridge: ApiBridge) -> None:
    here, elsewhere = bridge.signed_in("ann"), bridge.signed_in("ann")
    asked = {"old_password": PASSWORD, "password": OTHER_PASSWORD}

    assert 204 == here.put("/me/password", json=asked).status_code
    assert (200, 401) == (here.get("/me").status_code, elsewhere.get("/me").status_code)
    assert 401 == bridge.client().post("/session", json=ANN).status_code
    now = {**ANN, "password": OTHER_PASSWORD}
    assert 201 == bridge.client().post("/session", json=now).status_code


def test_without_the_old_password_it_is_not_changed_nor_guessed(bridge: ApiBridge) -> None:
    ann = bridge.signed_in("ann")
    asked = {"old_password": "wrong-password", "password": OTHER_PASSWORD}
    tries = [ann.put("/me/password", json=asked).status_code for _ in range(ACCOUNT_TRIES + 1)]

    assert [*[422] * ACCOUNT_TRIES, 429] == tries


@pytest.mark.parametrize(
    ("password", "allowed"),
    [
        ("short", "10 to 256 characters"),
        ("x" * 257, "10 to 256 characters"),
        ("ababababab", "at least 5 different ones"),
        ("wine\nand bread", "characters that can be typed"),
    ],
)
def test_a_weak_password_is_refused_and_not_repeated(
    bridge: ApiBridge, password: str, allowed: str
) -> None:
    asked = {"old_password": PASSWORD, "password": password}
    answer = bridge.signed_in("ann").put("/me/password", json=asked)
    (fault,) = answer.json()["error"]["faults"]

    assert (422, "password", allowed) == (answer.status_code, fault["where"], fault["allowed"])
    assert password not in answer.text


def test_a_password_that_was_hashed_at_another_cost_is_hashed_anew(bridge: ApiBridge) -> None:
    from argon2 import PasswordHasher  # noqa: PLC0415 - next to its use

    dear = PasswordHasher(time_cost=2, memory_cost=16, parallelism=1).hash(PASSWORD)
    table = tables.staff
    mine = table.c.login == "ann"
    bridge.store.run(table.update().where(mine).values(password_hash=dear))
    bridge.signed_in("ann")

    assert "m=8,t=1,p=1" in bridge.store.value(select(table.c.password_hash).where(mine))
    assert 200 == bridge.signed_in("ann").get("/me").status_code


@pytest.mark.parametrize("state", ["suspended", "deleted"])
def test_who_is_put_out_while_the_password_is_looked_at_is_not_let_in(
    bridge: ApiBridge, monkeypatch: pytest.MonkeyPatch, state: str
) -> None:
    passwords = bridge.authentication.passwords
    right = passwords.matches

    async def slow(stored: str | None, password: str) -> bool:
        found = await right(stored, password)
        bridge.store.run(tables.staff.update().values(state=state))
        return bool(found)

    monkeypatch.setattr(passwords, "matches", slow)

    assert 401 == bridge.client().post("/session", json=ANN).status_code
    assert [] == bridge.store.rows(select(tables.sessions))


def test_ended_sessions_and_links_are_swept_away(bridge: ApiBridge) -> None:
    bridge.signed_in("ann")
    bridge.invitation()
    bridge.clock.at += LIFE_S * 2
    bridge.signed_in("boss")

    assert [1] == [row.staff for row in bridge.store.rows(select(tables.sessions))]
    assert [] == bridge.store.rows(select(tables.invitations))
