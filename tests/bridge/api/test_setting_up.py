"""Destinations, the service, alerts: as administrators set them up, and the desk follows."""

from typing import Any

import pytest
from api_bridge import ApiBridge, run

from line_sim.bridge.api.service import ServiceSettings
from line_sim.bridge.channels import environment
from line_sim.bridge.store import tables
from line_sim.desk.setup import Service

NOT_OURS = {
    "display_name_format", "max_destinations_per_condition", "percentage_min", "percentage_max",
    "channel_name_max", "service_group_name_max", "custom_info_max", "text_max", "room_max",
}  # fmt: skip
"""Limits of the product, and what each channel says for itself."""
TOLD = {"LINE_CHANNEL_SECRET": "fake-secret", "LINE_CHANNEL_ACCESS_TOKEN": "fake-token"}


def names(bridge: ApiBridge) -> list[tuple[str, tuple[str, ...]]]:
    """The desk's destinations and who answers in them."""
    return [(each.name, getattr(each, "staff", ())) for each in bridge.desk.setup.destinations]


def test_a_destination_is_made_changed_and_deleted(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    made = boss.post("/destinations", json={"name": " Front ", "config": {"staff": [2]}}).json()

    assert (1, 0, "Front", "group", [2]) == (
        made["id"], made["number"], made["name"], made["config"]["kind"], made["config"]["staff"],
    )  # fmt: skip
    assert [("Front", ("Ann",))] == names(bridge)
    change = {"name": "Back", "config": {"kind": "queue", "queue_max_size": 5}}
    changed = boss.patch("/destinations/1", json=change).json()
    assert {**made["config"], **change["config"]} == changed["config"]  # type: ignore[dict-item]
    assert [changed] == boss.get("/destinations").json()["destinations"]
    assert 204 == boss.delete("/destinations/1").status_code
    assert [] == boss.get("/destinations").json()["destinations"]
    assert [("Back", ())] == names(bridge)  # numbers are given once
    assert 404 == boss.patch("/destinations/1", json={}).status_code
    assert 404 == boss.delete("/destinations/1").status_code


FAULTS_OF_A_DESTINATION: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": "x" * 41}, "name"),
    ({"name": "a\u0007"}, "name"),
    ({"name": "Taken"}, "name"),
    ({"config": {"staff": [7]}}, "staff[0]"),
    ({"config": {"staff": [2, 2]}}, "staff[1]"),
    ({"config": {"staff": [1, 2], "weights": [1]}}, "weights"),
    ({"config": {"staff": [1], "weights": [0]}}, "weights[0]"),
    ({"config": {"staff": [1], "weights": [float("nan")]}}, "weights[0]"),
    ({"config": {"staff": [1], "weights": [float("inf")]}}, "weights[0]"),
    ({"config": {"distribution": "round_robin"}}, "distribution"),
    ({"config": {"kind": "queue", "queue_max_hold_s": -1}}, "queue_max_hold_s"),
    ({"config": {"kind": "queue", "queue_max_hold_s": float("nan")}}, "queue_max_hold_s"),
    ({"config": {"kind": "queue", "queue_max_size": 10**40}}, "queue_max_size"),
    ({"config": {"pool_every_s": 1e300}}, "pool_every_s"),
    ({"config": {"tags": ["x" * 41]}}, "tags[0]"),
    ({"config": {"tags": ["a", "a"]}}, "tags[1]"),
    ({"config": {"support_languages": []}}, "support_languages"),
    ({"config": {"kind": "robot"}}, "config.kind"),
    ({"config": {"color": "red"}}, "config.color"),
    ({"state": "deleted"}, "state"),
]


def test_a_fault_of_a_destination_is_told_with_its_place(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    boss.post("/destinations", json={"name": "Taken"})
    boss.post("/destinations", json={"name": "Front"})
    before = boss.get("/destinations").json()
    for change, where in FAULTS_OF_A_DESTINATION:
        for answer in (
            boss.post("/destinations", json={"name": "New", **change}),
            boss.patch("/destinations/2", json=change),
        ):
            assert 422 == answer.status_code
            assert [where] == [each["where"] for each in answer.json()["error"]["faults"]]
        assert before == boss.get("/destinations").json()


def test_a_destination_that_a_channel_leads_to_stays(bridge: ApiBridge) -> None:

    boss = bridge.signed_in("boss")
    run(environment.connect(bridge, TOLD))
    refused = boss.delete("/destinations/1")

    assert (409, "in_use") == (refused.status_code, refused.json()["error"]["code"])
    boss.post("/destinations", json={"name": "Other"})
    boss.patch("/channels/1", json={"config": {"rule": {"kind": "alternative",
                                                        "destinations": [2]}}})  # fmt: skip
    assert 204 == boss.delete("/destinations/1").status_code


@pytest.mark.parametrize("name", ["'; DROP TABLE destinations; --", "<b>x</b>", "%s {0}"])
def test_names_of_destinations_are_text(bridge: ApiBridge, name: str) -> None:
    boss = bridge.signed_in("boss")
    boss.post("/destinations", json={"name": name, "config": {"tags": [name]}})

    assert [name] == [each["name"] for each in boss.get("/destinations").json()["destinations"]]
    assert [name] == boss.get("/colleagues").json()["tags"]


def test_the_service_can_be_set_but_for_the_limits_of_the_product() -> None:
    settable = set(ServiceSettings.model_fields) - {"utc_offset"}

    assert set(Service.__dataclass_fields__) - NOT_OURS == settable
    for name in settable:
        default = ServiceSettings.model_fields[name].default
        assert getattr(Service(), name) == default, name


def test_the_service_is_changed_key_by_key(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    before = boss.get("/service").json()
    change = {"max_wait_s": None, "auto_close": True, "auto_close_after_s": 600.0,
              "receiving_statuses": ["active", "idle"], "utc_offset": "+07:00"}  # fmt: skip
    after = boss.patch("/service", json=change).json()

    assert {**before, **change} == after == boss.get("/service").json()
    setup = bridge.desk.setup
    assert ("+07:00", None, ("active", "idle")) == (
        setup.utc_offset, setup.service.max_wait_s, setup.service.receiving_statuses,
    )  # fmt: skip
    boss.patch("/service", json={"max_wait_s": 30.0})
    assert {**after, "max_wait_s": 30.0} == boss.get("/service").json()


FAULTS_OF_THE_SERVICE: list[tuple[dict[str, Any], str]] = [
    ({"max_wait_s": 0}, "max_wait_s"),
    ({"max_wait_s": -1}, "max_wait_s"),
    ({"max_wait_s": 1e300}, "max_wait_s"),
    ({"max_wait_s": float("nan")}, "max_wait_s"),
    ({"max_concurrent": 0}, "max_concurrent"),
    ({"auto_close": True}, "auto_close"),
    ({"receiving_statuses": []}, "receiving_statuses"),
    ({"receiving_statuses": ["offline"]}, "receiving_statuses.0"),
    ({"utc_offset": "Bangkok"}, "utc_offset"),
    ({"text_max": 9}, "text_max"),
    ({"max_wait_scope": None}, "max_wait_scope"),
]


def test_a_fault_of_the_service_is_told_and_changes_nothing(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    before, setup = boss.get("/service").json(), bridge.desk.setup
    for change, where in FAULTS_OF_THE_SERVICE:
        answer = boss.patch("/service", json={"recycle_offers": False, **change})

        assert 422 == answer.status_code
        assert [where] == [each["where"] for each in answer.json()["error"]["faults"]]
        assert (before, setup) == (boss.get("/service").json(), bridge.desk.setup)


def test_alerts_are_read_and_seen(bridge: ApiBridge) -> None:
    """Half a surrogate pair among them: customers can write one."""
    for n, text in enumerate(("low", "<b>half \ud83d</b>", "gone")):
        bridge.store.add(tables.alerts, at=float(n), kind="quota", text=text, channel=1)
    boss = bridge.signed_in("boss")
    found = boss.get("/alerts").json()["alerts"]

    assert ["gone", "<b>half \ud83d</b>", "low"] == [each["text"] for each in found]
    assert 204 == boss.post("/alerts/2/seen").status_code
    assert [3, 1] == [each["id"] for each in boss.get("/alerts?unseen=true").json()["alerts"]]
    assert [2] == [each["id"] for each in boss.get("/alerts?before=3&limit=1").json()["alerts"]]
    assert 404 == boss.post("/alerts/9/seen").status_code
