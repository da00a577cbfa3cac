"""One-time links: the first administrator, new staff, a forgotten password."""

import asyncio
from typing import Any

import pytest
from api_bridge import ORIGIN, OTHER_PASSWORD, PASSWORD, ApiBridge, run

from line_sim.bridge.invitations import LIFE_S
from line_sim.bridge.staff.throttle import ADDRESS_TRIES

FIRST = {"login": "First@example.com", "first_name": "Fah", "password": PASSWORD}


def accept(bridge: ApiBridge, token: str, **more: Any) -> Any:  # noqa: ANN401 - httpx's
    """Take a link."""
    return bridge.client().post("/invitations/accept", json={"token": token, **more})


def token_of(link: str) -> str:
    """The token in a link."""
    assert link.startswith(f"{ORIGIN}/welcome#")
    return link.partition("#")[2]


def invited(bridge: ApiBridge, login: str = "ivy") -> str:
    """The token of a new member's link."""
    asked = {"login": login, "first_name": "Ivy", "last_name": "I.", "locale": "th"}
    answer = bridge.signed_in("boss").post("/staff", json=asked)
    assert 201 == answer.status_code, answer.text
    return token_of(answer.json()["invitation"]["link"])


def test_the_link_of_an_install_makes_its_first_administrator(bridge: ApiBridge) -> None:
    token = bridge.invitation()
    made = accept(bridge, token, **FIRST)

    assert (201, "first@example.com", "administrator") == (
        made.status_code, made.json()["login"], made.json()["role"],
    )  # fmt: skip
    assert 200 == bridge.signed_in("first@example.com").get("/staff").status_code


def test_a_link_works_once(bridge: ApiBridge) -> None:
    token = bridge.invitation()
    accept(bridge, token, **FIRST)
    again = accept(bridge, token, **{**FIRST, "login": "second"})

    assert (409, "link_void") == (again.status_code, again.json()["error"]["code"])


def test_a_link_ends_after_a_day(bridge: ApiBridge) -> None:
    token = bridge.invitation()
    bridge.clock.at += LIFE_S

    assert 409 == accept(bridge, token, **FIRST).status_code


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"login": None}, "login"),
    ({"first_name": None}, "first_name"),
    ({"login": "ann"}, "login"),
    ({"login": "no spaces"}, "login"),
    ({"login": "a#1"}, "login"),
    ({"first_name": ""}, "first_name"),
    ({"first_name": "x" * 41}, "first_name"),
    ({"last_name": "\x00"}, "last_name"),
    ({"locale": "xx"}, "locale"),
    ({"password": "short"}, "password"),
    ({"password": "First@Example.com"}, "password"),
    ({"first_name": "Wilhelmina", "password": "wilhelmina"}, "password"),
    ({"role": "administrator"}, "role"),
]


def test_what_is_wrong_leaves_the_link_good(bridge: ApiBridge) -> None:
    token = bridge.invitation()
    for change, where in FAULTS:
        refused = accept(bridge, token, **{**FIRST, **change})

        assert 422 == refused.status_code
        assert [where] == [each["where"] for each in refused.json()["error"]["faults"]]
        assert token not in refused.text
        bridge.clock.at += 60  # a try is not one too many
    assert 201 == accept(bridge, token, **FIRST).status_code


def test_who_is_invited_sets_a_password_and_may_correct_their_name(bridge: ApiBridge) -> None:
    token = invited(bridge)
    made = accept(bridge, token, password=PASSWORD, first_name="Ivy-Lee").json()

    assert ("ivy", "Ivy-Lee", "I.", "th", "staff", True) == (
        made["login"], made["first_name"], made["last_name"], made["locale"], made["role"],
        made["signed_up"],
    )  # fmt: skip
    assert 200 == bridge.signed_in("ivy").get("/me").status_code


def test_an_invitation_makes_nobody_an_administrator(bridge: ApiBridge) -> None:
    refused = accept(bridge, invited(bridge), password=PASSWORD, role="administrator")

    assert 422 == refused.status_code


def test_a_forgotten_password_is_reset_and_ends_every_session(bridge: ApiBridge) -> None:
    ann = bridge.signed_in("ann")
    made = bridge.signed_in("boss").post("/staff/2/invitation").json()

    assert made["expires_at"] == bridge.clock.at + LIFE_S
    assert 200 == ann.get("/me").status_code  # until it is taken
    assert 201 == accept(bridge, token_of(made["link"]), password=OTHER_PASSWORD).status_code
    assert 401 == ann.get("/me").status_code
    old, new = ({"login": "ann", "password": each} for each in (PASSWORD, OTHER_PASSWORD))
    assert 401 == bridge.client().post("/session", json=old).status_code
    assert 201 == bridge.client().post("/session", json=new).status_code


def test_a_newer_link_makes_earlier_ones_void(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    first, second = (token_of(boss.post("/staff/2/invitation").json()["link"]) for _ in range(2))

    assert 409 == accept(bridge, first, password=OTHER_PASSWORD).status_code
    assert 201 == accept(bridge, second, password=OTHER_PASSWORD).status_code


def test_a_changed_password_makes_links_void(bridge: ApiBridge) -> None:
    link = bridge.signed_in("boss").post("/staff/2/invitation").json()["link"]
    asked = {"old_password": PASSWORD, "password": OTHER_PASSWORD}
    bridge.signed_in("ann").put("/me/password", json=asked)

    assert 409 == accept(bridge, token_of(link), password=PASSWORD).status_code


@pytest.mark.parametrize("how", ["suspended", "deleted"])
def test_who_is_suspended_or_deleted_takes_no_link(bridge: ApiBridge, how: str) -> None:
    token, boss = invited(bridge), bridge.signed_in("boss")
    if how == "deleted":
        boss.delete("/staff/3")
    else:
        boss.patch("/staff/3", json={"state": "suspended"})
        assert 409 == boss.post("/staff/3/invitation").status_code

    assert 409 == accept(bridge, token, password=PASSWORD).status_code


def test_links_are_not_guessed_for_long(bridge: ApiBridge) -> None:
    token = bridge.invitation()
    tries = [accept(bridge, f"{token}{n}", **FIRST).status_code for n in range(ADDRESS_TRIES + 1)]

    assert [*[409] * ADDRESS_TRIES, 429] == tries


def test_a_link_taken_twice_at_once_is_taken_once(bridge: ApiBridge) -> None:
    token, client = bridge.invitation(), bridge.client()

    async def both() -> list[int]:
        calls = [
            client._call(  # noqa: SLF001 - two calls on one loop
                "POST", "/invitations/accept", json={**FIRST, "token": token, "login": login}
            )
            for login in ("first", "second")
        ]
        return [answer.status_code for answer in await asyncio.gather(*calls)]

    assert [201, 409] == sorted(run(both()))
    logins = [each["login"] for each in bridge.signed_in("boss").get("/staff").json()["staff"]]
    assert 3 == len(logins)
