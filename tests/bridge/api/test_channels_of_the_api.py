"""Channels by the API, with a LINE of our own: connected, set up, disconnected; no secret told."""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from api_bridge import ORIGIN, PASSWORD, ApiBridge, Client
from sqlalchemy import select

from line_sim import MockLine, MockSettings
from line_sim.bridge.store import tables
from line_sim.mock.settings import Channel

HOSTILE = "<script>'; DROP TABLE channels; --"


@pytest.fixture(scope="module")
def shared_line() -> Iterator[MockLine]:
    """A LINE with two accounts."""
    told = MockSettings(channels=(Channel(name="Shop", quota=100), Channel(name="Other")))
    with MockLine(told, strict=False) as line:
        yield line


@pytest.fixture
def line(shared_line: MockLine, bridge: ApiBridge) -> MockLine:
    """The same, called by the bridge."""
    bridge.settings.line_api_url = shared_line.environment["LINE_API_BASE_URL"]
    shared_line.clear_faults()
    return shared_line


@pytest.fixture
def boss(bridge: ApiBridge) -> Client:
    """An administrator; there is one destination."""
    made = bridge.signed_in("boss")
    assert 201 == made.post("/destinations", json={"name": "Front"}).status_code
    return made


def of(line: MockLine, account: int = 0, **more: Any) -> dict[str, Any]:  # noqa: ANN401 - JSON
    """What connects an account."""
    told = line.channels[account]
    return {
        "name": HOSTILE, "channel_secret": told.secret, "channel_access_token": told.access_token,
        "config": {"rule": {"kind": "alternative", "destinations": [1]}}, **more,
    }  # fmt: skip


def test_its_whole_life(bridge: ApiBridge, boss: Client, line: MockLine) -> None:
    made = boss.post("/channels", json=of(line))
    draft = made.json()

    assert (201, 1, None, HOSTILE, "draft") == (
        made.status_code, draft["id"], draft["number"], draft["name"], draft["state"],
    )  # fmt: skip
    assert draft["webhook_url"].startswith(f"{ORIGIN}/webhook/")
    assert draft["account"]["basicId"] == line.channel.basic_id
    begun = boss.post("/channels/1/enable", json={"anyway": True}).json()
    assert ("enabled", 0) == (begun["state"], begun["number"])
    change = {"name": "Shop", "config": {"language": "th",
                                         "messages": {"welcome": {"on": True}}}}  # fmt: skip
    edited = boss.patch("/channels/1", json=change).json()
    assert ("Shop", "th", True, [1]) == (
        edited["name"], edited["config"]["language"],
        edited["config"]["messages"]["welcome"]["on"], edited["config"]["rule"]["destinations"],
    )  # fmt: skip
    assert "suspended" == boss.post("/channels/1/suspend").json()["state"]
    assert edited == boss.post("/channels/1/resume").json()
    assert [edited] == boss.get("/channels").json()["channels"]
    assert 204 == boss.delete("/channels/1").status_code
    assert "deleted" == boss.get("/channels/1").json()["state"]
    assert [] == boss.get("/channels").json()["channels"]
    (gone,) = boss.get("/channels?deleted=true").json()["channels"]
    assert ("deleted", None) == (gone["state"], gone["webhook_url"])
    assert ["deleted"] == [each.state for each in bridge.desk.setup.channels]
    acts = [each["act"] for each in boss.get("/audit").json()["audit"]]
    assert [
        "channel deleted", "channel enabled", "channel suspended", "channel edited",
        "channel enabled", "channel drafted",
    ] == acts[:6]  # fmt: skip


def test_a_draft_leaves_nothing(boss: Client, line: MockLine) -> None:
    boss.post("/channels", json=of(line))

    assert 204 == boss.delete("/channels/1").status_code
    assert [] == boss.get("/channels?deleted=true").json()["channels"]


def test_an_account_is_connected_once(boss: Client, line: MockLine) -> None:
    boss.post("/channels", json=of(line, name="First"))
    refused = boss.post("/channels", json=of(line, name="Second"))

    assert (409, "account_taken") == (refused.status_code, refused.json()["error"]["code"])
    assert "channel 1 (First, draft) has it" in refused.json()["error"]["faults"][0]["mend"]
    assert 201 == boss.post("/channels", json=of(line, 1)).status_code
    boss.delete("/channels/1")
    assert 201 == boss.post("/channels", json=of(line)).status_code


def test_secret_and_token_are_in_no_answer_log_or_description(
    bridge: ApiBridge, boss: Client, line: MockLine
) -> None:
    told, other = line.channels[0], line.channels[1]
    answers = [
        boss.post("/channels", json=of(line)),
        boss.post("/channels", json=of(line)),
        boss.post("/channels", json=of(line, channel_secret=other.secret)),
        boss.post("/channels", json=of(line, name="", config={"secret": told.secret})),
        boss.put("/channels/1/credentials", json={"channel_access_token": other.access_token}),
        boss.put("/channels/1/credentials", json={"channel_secret": told.secret}),
        boss.get("/channels/1"), boss.get("/channels"), boss.get("/channels/1/steps"),
        boss.post("/channels/1/steps"), boss.post("/channels/1/enable"),
        boss.get("/channels/1/quota"), boss.get("/audit"), boss.get("/openapi.json"),
    ]  # fmt: skip
    statuses = [each.status_code for each in answers]
    assert [201, 409, 422, 422, 422, 200, 200, 200, 200, 200, 422, 200, 200, 200] == statuses
    written = "\n".join([*(each.text for each in answers), *bridge.journal.lines])
    stored = str([tuple(row) for row in bridge.store.rows(select(tables.channels))])
    for secret in (told.secret, told.access_token, other.secret, other.access_token, PASSWORD):
        assert secret not in written
        assert secret not in stored


def test_another_accounts_credentials_are_refused_and_the_old_ones_stay(
    bridge: ApiBridge, boss: Client, line: MockLine
) -> None:
    boss.post("/channels", json=of(line))
    other = {
        "channel_secret": line.channels[1].secret,
        "channel_access_token": line.channels[1].access_token,
    }
    refused = boss.put("/channels/1/credentials", json=other)

    assert 422 == refused.status_code
    assert "of another LINE account" in refused.json()["error"]["message"]
    (channel,) = bridge.channels
    assert (line.channel.secret, line.channel.access_token) == (channel.secret, channel.token)
    assert 404 == boss.put("/channels/7/credentials", json=other).status_code


def test_steps_tell_what_is_not_done_and_posting_them_points_the_webhook(
    boss: Client, line: MockLine
) -> None:
    boss.post("/channels", json=of(line))
    line.switch("Shop", use_webhook=False)
    looked = {each["name"]: each for each in boss.get("/channels/1/steps").json()["steps"]}
    done = {each["name"]: each for each in boss.post("/channels/1/steps").json()["steps"]}
    line.switch("Shop", use_webhook=True)

    assert (True, False, False) == (
        looked["secret and token"]["ok"], looked["webhook URL"]["ok"], looked["use webhook"]["ok"],
    )  # fmt: skip
    assert True is done["webhook URL"]["ok"]
    assert None is done["greeting message"]["ok"]
    assert "Use webhook: on" in done["use webhook"]["mend"]


def test_a_draft_whose_steps_are_not_done_stays_one(boss: Client, line: MockLine) -> None:
    boss.post("/channels", json=of(line))
    refused = boss.post("/channels/1/enable")

    assert 422 == refused.status_code
    assert "verify" in [each["where"] for each in refused.json()["error"]["faults"]]
    assert "draft" == boss.get("/channels/1").json()["state"]


@pytest.mark.parametrize("act", ["suspend", "resume", "enable"])
def test_a_state_that_does_not_follow_is_not_now(boss: Client, line: MockLine, act: str) -> None:
    boss.post("/channels", json=of(line))
    if act == "enable":
        boss.post("/channels/1/enable", json={"anyway": True})
    refused = boss.post(f"/channels/1/{act}")

    assert (409, "not_now") == (refused.status_code, refused.json()["error"]["code"])


FAULTS: list[tuple[dict[str, Any], str]] = [
    ({"name": ""}, "name"),
    ({"name": "x" * 41}, "name"),
    ({"config": {"custom_info": "x" * 10_001}}, "custom_info"),
    ({"config": {"rule": {"kind": "alternative", "destinations": [7]}}},
     "rule.destinations[0]"),
    ({"config": {"messages": {"welcome": {"on": True, "text": "x" * 5_000}}}},
     "messages.welcome.text"),
    ({"config": {"sticky": {"sticky_wait_s": float("nan")}}}, "sticky.sticky_wait_s"),
    ({"config": {"utc_offset": "Bangkok"}}, "utc_offset"),
    ({"config": {"colour": "red"}}, "config.colour"),
    ({"state": "enabled"}, "state"),
]  # fmt: skip


def test_a_fault_of_a_channel_is_told_and_changes_nothing(boss: Client, line: MockLine) -> None:
    before = boss.post("/channels", json=of(line)).json()
    for change, where in FAULTS:
        refused = boss.patch("/channels/1", json=change)

        assert 422 == refused.status_code
        assert [where] == [each["where"] for each in refused.json()["error"]["faults"]]
        assert before == boss.get("/channels/1").json()


def test_the_quota_is_lines(boss: Client, line: MockLine) -> None:
    boss.post("/channels", json=of(line))

    assert {"limit": 100, "used": 0} == boss.get("/channels/1/quota").json()


def test_a_line_that_does_not_answer_is_told_of(
    bridge: ApiBridge, boss: Client, line: MockLine
) -> None:
    boss.post("/channels", json=of(line))
    bridge.settings.line_api_url = "http://127.0.0.1:1"
    for answer in (
        boss.post("/channels", json=of(line, 1)),
        boss.get("/channels/1/quota"),
        boss.put("/channels/1/credentials", json={}),
    ):
        assert (502, "line_unreachable") == (answer.status_code, answer.json()["error"]["code"])
    assert [False] == [each["ok"] for each in boss.get("/channels/1/steps").json()["steps"]]
    assert 422 == boss.post("/channels/1/enable").status_code


def test_a_channel_deleted_while_line_is_asked_gets_no_secrets_back(
    bridge: ApiBridge, boss: Client, line: MockLine, monkeypatch: pytest.MonkeyPatch
) -> None:
    from line_sim.bridge.channels import accounts, states  # noqa: PLC0415 - to be changed here

    boss.post("/channels", json=of(line))
    boss.post("/channels/1/enable", json={"anyway": True})
    asked = accounts.of

    async def slow(*said: str) -> dict[str, Any]:
        found = await asked(*said)
        (channel,) = bridge.channels
        states.delete(bridge, channel)
        return found

    monkeypatch.setattr(accounts, "of", slow)
    refused = boss.put("/channels/1/credentials", json={"channel_secret": line.channel.secret})

    assert 422 == refused.status_code
    row = bridge.store.row(select(tables.channels))
    assert row is not None
    assert ("deleted", None, None) == (row.state, row.secret_box, row.token_box)


def test_no_example_of_the_description_is_a_secret(bridge: ApiBridge) -> None:
    text = json.dumps(bridge.api.openapi())

    assert '"example' not in text
    for name in ("secret_box", "token_hash", "password_hash", "csrf_hash"):
        assert name not in text
