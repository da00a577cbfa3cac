"""Accounts by the API: made, changed, suspended, deleted; the desk and the sessions follow."""

from typing import Any

import pytest
from api_bridge import PASSWORD, ApiBridge
from sqlalchemy import select

from line_sim.bridge.store import tables

IVY = {
    "login": "ivy@example.com", "first_name": "Ivy", "last_name": "I.", "locale": "zh-TW",
    "role": "staff", "max_concurrent": 3, "languages": ["zh-TW", "en"],
}  # fmt: skip
HOSTILE = ["'; DROP TABLE staff; --", "<img src=x onerror=alert(1)>", "%s {0} ${x}", "ไอวี่ 🌿"]


def members(bridge: ApiBridge) -> list[tuple[str, str, str]]:
    """Whom the desk knows: name, role, account."""
    return [(each.name, each.role, each.account) for each in bridge.desk.setup.members]


def status(bridge: ApiBridge, staff: int) -> str:
    """How the desk sees somebody."""
    found = bridge.signed_in("boss").get(f"/staff/{staff}").json()
    return str(found["status"])


def test_who_is_added_is_on_the_desk_and_has_yet_to_sign_up(bridge: ApiBridge) -> None:
    made = bridge.signed_in("boss").post("/staff", json=IVY).json()["staff"]

    assert IVY == {key: made[key] for key in IVY}
    assert (3, 2, "enabled", False, "offline") == (
        made["id"], made["number"], made["state"], made["signed_up"], made["status"],
    )  # fmt: skip
    assert ("Ivy I.", "agent", "live") == members(bridge)[2]


def test_an_edit_changes_what_it_names_and_nothing_else(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    before = boss.post("/staff", json=IVY).json()["staff"]
    change = {"last_name": "Ng", "max_concurrent": None, "role": "administrator"}
    after = boss.patch("/staff/3", json=change).json()

    assert {**before, **change} == after == boss.get("/staff/3").json()
    assert ("Ivy Ng", "administrator", "live") == members(bridge)[2]
    assert after == boss.patch("/staff/3", json={}).json()


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"login": "boss"}, "login"),
    ({"login": "BOSS "}, "login"),
    ({"login": ""}, "login"),
    ({"login": "x" * 65}, "login"),
    ({"login": "a\x00b"}, "login"),
    ({"login": "-a"}, "login"),
    ({"first_name": "  "}, "first_name"),
    ({"last_name": "a\nb"}, "last_name"),
    ({"locale": "de"}, "locale"),
    ({"role": "owner"}, "role"),
    ({"max_concurrent": 0}, "max_concurrent"),
    ({"max_concurrent": 10**30}, "max_concurrent"),
    ({"languages": ["en", "no code"]}, "languages[1]"),
    ({"languages": ["en"] * 21}, "languages"),
    ({"password": PASSWORD}, "password"),
    ({"number": 7}, "number"),
]


def test_a_fault_is_told_with_its_place_and_changes_nothing(bridge: ApiBridge) -> None:
    boss, before = bridge.signed_in("boss"), members(bridge)
    for change, where in FAULTS:
        for answer in (
            boss.post("/staff", json={**IVY, **change}),
            boss.patch("/staff/2", json=change),
        ):
            assert 422 == answer.status_code
            assert [where] == [each["where"] for each in answer.json()["error"]["faults"]]
        assert 2 == len(boss.get("/staff").json()["staff"])
        assert before == members(bridge)


def test_every_fault_is_told_at_once(bridge: ApiBridge) -> None:
    asked = {**IVY, "login": "", "first_name": "", "max_concurrent": 0}
    faults = bridge.signed_in("boss").post("/staff", json=asked).json()["error"]["faults"]

    assert ["login", "first_name", "max_concurrent"] == [each["where"] for each in faults]


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text_and_nothing_else(bridge: ApiBridge, name: str) -> None:
    boss = bridge.signed_in("boss")
    asked = {**IVY, "first_name": name, "last_name": name}
    made = boss.post("/staff", json=asked).json()["staff"]

    assert (name, name) == (made["first_name"], made["last_name"])
    assert made == boss.get("/staff/3").json()
    assert 3 == len(boss.get("/staff").json()["staff"])
    assert f"{name} {name}" == members(bridge)[2][0]


def test_a_login_in_sql_signs_nobody_in(bridge: ApiBridge) -> None:
    for login in ("' OR 1=1 --", "ann'--", "%", "_nn", "ann\x00"):
        asked = {"login": login, "password": PASSWORD}

        assert 401 == bridge.client().post("/session", json=asked).status_code


def test_who_is_suspended_is_out_at_once_and_comes_back_when_enabled(bridge: ApiBridge) -> None:
    ann, boss = bridge.signed_in("ann"), bridge.signed_in("boss")
    assert "active" == status(bridge, 2)
    assert "suspended" == boss.patch("/staff/2", json={"state": "suspended"}).json()["state"]

    assert 401 == ann.get("/me").status_code
    assert "offline" == status(bridge, 2)
    assert "suspended" == members(bridge)[1][2]
    asked = {"login": "ann", "password": PASSWORD}
    assert 401 == bridge.client().post("/session", json=asked).status_code
    boss.patch("/staff/2", json={"state": "enabled"})
    assert 401 == ann.get("/me").status_code
    assert 201 == bridge.client().post("/session", json=asked).status_code


def test_who_is_deleted_is_out_at_once_and_off_every_list(bridge: ApiBridge) -> None:
    ann, boss = bridge.signed_in("ann"), bridge.signed_in("boss")
    config = {"staff": [2, 1], "weights": [2.0, 3.0]}
    boss.post("/destinations", json={"name": "Front", "config": config})

    assert 204 == boss.delete("/staff/2").status_code
    assert 401 == ann.get("/me").status_code
    assert 404 == boss.get("/staff/2").status_code
    assert ["boss"] == [each["login"] for each in boss.get("/staff").json()["staff"]]
    (front,) = boss.get("/destinations").json()["destinations"]
    assert ([1], [3.0]) == (front["config"]["staff"], front["config"]["weights"])
    assert ("Ann", "agent", "suspended") == members(bridge)[1]  # numbers are given once


def test_a_deleted_login_is_free_and_the_old_account_stays_another(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    boss.delete("/staff/2")
    made = boss.post("/staff", json={**IVY, "login": "ann"}).json()["staff"]

    assert (3, 2, False) == (made["id"], made["number"], made["signed_up"])
    asked = {"login": "ann#2", "password": PASSWORD}
    assert 401 == bridge.client().post("/session", json=asked).status_code


@pytest.mark.parametrize("how", ["delete", "demote", "suspend"])
def test_the_last_administrator_stays(bridge: ApiBridge, how: str) -> None:
    boss = bridge.signed_in("boss")
    boss.post("/staff", json={**IVY, "role": "administrator"})  # cannot sign in yet
    bridge.add("sue", "administrator")
    boss.patch("/staff/4", json={"state": "suspended"})

    def done() -> int:
        if how == "delete":
            return boss.delete("/staff/1").status_code
        change = {"role": "staff"} if how == "demote" else {"state": "suspended"}
        answer = boss.patch("/staff/1", json=change)
        assert "error" not in answer.json() or "last_administrator" in answer.text
        return answer.status_code

    assert 409 == done()
    assert 200 == boss.get("/staff/1").status_code
    boss.patch("/staff/4", json={"state": "enabled"})
    assert done() in {200, 204}


def test_what_the_desk_refuses_is_undone_altogether(bridge: ApiBridge) -> None:
    """Most Spare Capacity needs a limit for everybody on the list."""
    boss = bridge.signed_in("boss")
    boss.patch("/service", json={"strict_cinnox": False})
    boss.patch("/staff/2", json={"max_concurrent": 3})
    config = {"staff": [2], "distribution": "most_spare_capacity"}
    assert 201 == boss.post("/destinations", json={"name": "Q", "config": config}).status_code
    audited = len(boss.get("/audit").json()["audit"])
    refused = boss.patch("/staff/2", json={"max_concurrent": None, "first_name": "New"})

    assert 422 == refused.status_code
    assert ("Ann", 3) == tuple(
        boss.get("/staff/2").json()[key] for key in ("first_name", "max_concurrent")
    )
    assert audited == len(boss.get("/audit").json()["audit"])
    assert 200 == boss.patch("/staff/2", json={"max_concurrent": 4}).status_code


def test_colleagues_are_told_without_what_is_nobodys_business(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    config = {"staff": [1, 2], "tags": ["billing"]}
    boss.post("/destinations", json={"name": "Front", "config": config})
    found = bridge.signed_in("ann").get("/colleagues").json()

    assert ["billing"] == found["tags"]
    assert [("Boss", "active"), ("Ann", "active")] == [
        (each["first_name"], each["status"]) for each in found["colleagues"]
    ]
    assert {"id", "first_name", "last_name", "locale", "status"} == found["colleagues"][0].keys()


def test_statuses_are_chosen_kept_and_followed(bridge: ApiBridge) -> None:
    ann = bridge.signed_in("ann")
    assert "busy" == ann.put("/me/status", json={"status": "busy"}).json()["status"]
    bridge.clock.at += 31
    bridge.desk.tick()
    assert "offline" == status(bridge, 2)
    assert "busy" == ann.post("/me/heartbeat", json={"used": False}).json()["status"]
    assert "active" == ann.put("/me/status", json={"status": "active"}).json()["status"]
    assert 422 == ann.put("/me/status", json={"status": "idle"}).status_code


def test_who_does_nothing_is_idle_sooner_on_the_telephone(bridge: ApiBridge) -> None:
    asked = {"login": "ann", "password": PASSWORD, "client": "mobile"}
    token = bridge.client().post("/session", json=asked).json()["token"]
    phone = bridge.client(authorization=f"Bearer {token}")
    for _ in range(3):
        bridge.clock.at += 20
        found = phone.post("/me/heartbeat", json={"used": False}).json()["status"]

    assert "idle" == found
    assert "active" == phone.post("/me/heartbeat", json={"used": True}).json()["status"]


def test_each_act_is_kept_with_who_did_it(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    boss.post("/staff", json=IVY)
    boss.patch("/staff/3", json={"state": "suspended"})
    boss.delete("/staff/3")
    found = boss.get("/audit").json()["audit"]

    assert [
        (1, "staff deleted"), (1, "staff edited"), (1, "invitation made"), (1, "staff added"),
    ] == [(each["staff"], each["act"]) for each in found[:4]]  # fmt: skip
    assert "staff 3: ivy@example.com: state" == found[1]["subject"]
    older = boss.get(f"/audit?before={found[1]['id']}&limit=1").json()["audit"]
    assert [found[2]] == older
    assert [] == bridge.store.rows(select(tables.invitations))
