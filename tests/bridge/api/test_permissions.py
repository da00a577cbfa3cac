"""Every route by every role: who is let in, and what none of them tells."""

import inspect
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from api_bridge import ORIGIN, PASSWORD, ApiBridge, Client
from fastapi.dependencies.models import Dependant
from fastapi.routing import iter_route_contexts
from fastapi.security.base import SecurityBase
from sqlalchemy.exc import OperationalError

from line_sim.bridge.api import daily
from line_sim.bridge.api.app import HEADERS, MOST_BODY_BYTES, ROUTERS

EVERYBODYS = {("POST", "/session"), ("POST", "/invitations/accept")}
STAFFS = {
    ("DELETE", "/session"), ("GET", "/me"), ("POST", "/me/heartbeat"), ("PUT", "/me/status"),
    ("PUT", "/me/password"), ("GET", "/colleagues"),
}  # fmt: skip
ADMINISTRATORS = ("/channels", "/destinations", "/staff", "/service", "/alerts", "/audit")


def operations(bridge: ApiBridge) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Every route of the description, and what it says."""
    for path, methods in bridge.api.openapi()["paths"].items():
        for method, operation in methods.items():
            yield method.upper(), path, operation


def asked(client: Client, method: str, path: str) -> int:
    """The status of a request about things that are not there."""
    for name in ("channel", "destination", "staff", "alert"):
        path = path.replace(f"{{{name}}}", "999")
    more = {"json": {}} if method in {"POST", "PUT", "PATCH"} else {}
    return client.call(method, path, **more).status_code


def test_nobody_is_let_in_who_is_not_signed_in(bridge: ApiBridge) -> None:
    stranger = bridge.client()
    found = {
        (method, path): asked(stranger, method, path) for method, path, _ in operations(bridge)
    }

    assert EVERYBODYS == {key for key, status in found.items() if status != 401}


def test_staff_are_let_in_by_no_route_of_administrators(bridge: ApiBridge) -> None:
    ann, boss = bridge.signed_in("ann"), bridge.signed_in("boss")
    mine = [(method, path) for method, path, _ in operations(bridge)
            if path.startswith(ADMINISTRATORS)]  # fmt: skip

    assert 27 == len(mine)
    assert {403} == {asked(ann, method, path) for method, path in mine}
    assert set() == {401, 403, 500} & {asked(boss, method, path) for method, path in mine}


@pytest.mark.parametrize("login", ["ann", "boss"])
def test_everybody_has_their_own_routes(bridge: ApiBridge, login: str) -> None:
    for method, path in sorted(STAFFS):
        assert asked(bridge.signed_in(login), method, path) in {200, 204, 422}


def test_the_description_says_of_each_route_who_may(bridge: ApiBridge) -> None:
    for method, path, operation in operations(bridge):
        told = "security" in operation

        assert told == ((method, path) not in EVERYBODYS), path
        if told:
            assert {"401", "403"} <= operation["responses"].keys(), path


def test_a_role_holds_from_the_next_request_on(bridge: ApiBridge) -> None:
    ann, boss = bridge.signed_in("ann"), bridge.signed_in("boss")
    boss.patch("/staff/2", json={"role": "administrator"})
    assert 200 == ann.get("/audit").status_code
    boss.patch("/staff/2", json={"role": "staff"})

    assert 403 == ann.get("/audit").status_code


def calls_of(dependant: Dependant) -> Iterator[Any]:
    """Whatever a route calls."""
    if dependant.call is not None:
        yield dependant.call
    for each in dependant.dependencies:
        yield from calls_of(each)


def test_nothing_runs_in_another_thread_than_the_stores() -> None:
    """FastAPI puts plain functions into threads; the store's connection belongs to the loop's."""
    seen = 0
    for router in (*ROUTERS, *daily.ROUTERS):
        for context in iter_route_contexts(router.routes):
            for call in calls_of(context.original_route.dependant):  # type: ignore[attr-defined]
                seen += 1
                function = type(call).__call__ if isinstance(call, SecurityBase) else call

                assert inspect.iscoroutinefunction(function) or inspect.isasyncgenfunction(
                    function
                ), call
    assert seen > 100


def test_names_with_anything_in_them_are_kept_by_either_database(
    tmp_path: Path, store_url: str
) -> None:
    bridge = ApiBridge(tmp_path, store_url)
    bridge.add("boss", "administrator")
    boss = bridge.signed_in("boss")
    for name in ("'; DROP TABLE staff; --", "<img src=x onerror=alert(1)>", "%s {0}", "ไอวี่ 🌿"):
        made = boss.post("/destinations", json={"name": name, "config": {"tags": [name]}}).json()
        change = {"first_name": name, "last_name": name}

        assert (name, [name]) == (made["name"], made["config"]["tags"])
        assert name == boss.patch("/staff/1", json=change).json()["last_name"]
        assert name in boss.get("/audit").json()["audit"][1]["subject"]
    for login in ("a\x00b", "' OR ''='"):
        asked_ = {"login": login, "password": PASSWORD}
        assert 401 == bridge.client().post("/session", json=asked_).status_code
    bridge.store.close()


def test_every_answer_says_that_it_is_kept_nowhere(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    for answer in (
        boss.get("/staff"), boss.get("/staff/999"), boss.get("/nothing"), boss.delete("/session"),
        boss.get("/staff"), boss.post("/session", content=b"{"), boss.get("/openapi.json"),
        boss.post("/session", content=b" " * (MOST_BODY_BYTES + 1)),
    ):  # fmt: skip
        for name, value in HEADERS.items():
            assert value.decode() == answer.headers[name.decode()]
        assert "access-control-allow-origin" not in answer.headers


def test_no_page_loads_scripts_from_elsewhere(bridge: ApiBridge) -> None:
    for path in ("/docs", "/redoc", "/docs/oauth2-redirect"):
        assert 404 == bridge.client().get(path).status_code


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", "/nothing", b"", 404, "not_found"),
        ("PATCH", "/me", b"", 405, "wrong_method"),
        ("POST", "/session", b"{", 400, "bad_request"),
        ("POST", "/session", b"\xff\xfe", 400, "bad_request"),
        ("POST", "/session", b"[" * 100_000, 400, "bad_request"),
        ("POST", "/session", b"1" * 10_000, 400, "bad_request"),
        ("POST", "/session", b"[]", 422, "invalid"),
        ("POST", "/session", b"", 422, "invalid"),
        ("POST", "/session", b'{"login":NaN,"password":1e999}', 422, "invalid"),
        ("POST", "/session", b" " * (MOST_BODY_BYTES + 1), 413, "too_big"),
        ("GET", "/staff/0", b"", 422, "invalid"),
        ("GET", "/staff/9007199254740992", b"", 422, "invalid"),
        ("GET", "/staff/x", b"", 422, "invalid"),
        ("GET", "/audit?limit=1000", b"", 422, "invalid"),
    ],
)
def test_every_refusal_has_one_form(  # noqa: PLR0913 - columns of the table
    *, bridge: ApiBridge, method: str, path: str, content: bytes, status: int, code: str
) -> None:
    headers = {"content-type": "application/json"}
    answer = bridge.signed_in("boss").call(method, path, content=content, headers=headers)

    assert (status, code) == (answer.status_code, answer.json()["error"]["code"])
    assert {"code", "message", "allowed", "mend", "faults"} == answer.json()["error"].keys()


def test_a_body_that_does_not_say_its_length_is_cut_off_too(bridge: ApiBridge) -> None:
    async def endless() -> Any:  # noqa: ANN401 - what httpx takes
        for _ in range(MOST_BODY_BYTES // 1_024 + 2):
            yield b" " * 1_024

    answer = bridge.client().post("/session", content=endless())

    assert (413, "too_big") == (answer.status_code, answer.json()["error"]["code"])


def test_a_form_of_another_site_signs_nobody_in(bridge: ApiBridge) -> None:
    """What a form can send without asking is no JSON to us."""
    text = f'{{"login": "ann", "password": "{PASSWORD}", "cookie": true}}'
    for kind in ("text/plain", "application/x-www-form-urlencoded", "multipart/form-data", ""):
        headers = {"content-type": kind, "origin": ORIGIN}
        answer = bridge.client().post("/session", content=text, headers=headers)

        assert answer.status_code in {400, 422}
        assert PASSWORD not in answer.text


def test_what_was_sent_is_not_repeated_where_it_may_be_a_secret(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")
    secret = "a-fake-secret-of-someone"  # noqa: S105 - of nobody
    for method, path, body in (
        ("POST", "/session", {"login": ["x"], "password": [secret]}),
        ("POST", "/session", [secret]),
        ("POST", "/session", secret),
        ("POST", "/invitations/accept", {"token": {"a": secret}, "password": 1}),
        ("POST", "/channels", {"name": "x", "channel_secret": [secret],
                               "channel_access_token": {"x": secret}}),
        ("POST", "/channels", {"name": "x", "channel_secret": f"{secret}\n{secret}",
                               "channel_access_token": f"{secret}\u00e9"}),
        ("PUT", "/channels/1/credentials", {"channel_secret": 1, "channel_access_token": [secret]}),
        ("PUT", "/me/password", {"old_password": secret, "password": "short"}),
        ("PUT", "/me/password", {"old_password": secret + "x" * 2_000, "password": [secret]}),
    ):  # fmt: skip
        answer = boss.call(method, path, json=body)

        assert answer.status_code in {404, 422}, answer.text
        assert secret not in answer.text
    assert secret not in "\n".join(bridge.journal.lines)


def test_a_bug_is_told_without_its_particulars(
    bridge: ApiBridge, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_args: object, **_more: object) -> None:
        raise RuntimeError(PASSWORD)

    boss = bridge.signed_in("boss")
    monkeypatch.setattr(bridge.authentication, "heard", broken)
    answer = boss.post("/me/heartbeat", json={}, raises=False)
    assert "no-store" == answer.headers["cache-control"]

    assert (500, "bug") == (answer.status_code, answer.json()["error"]["code"])
    assert PASSWORD not in answer.text + "\n".join(bridge.journal.lines)
    assert "a bug in the API {'kind': 'RuntimeError', 'route': '/me/heartbeat'}" in (
        bridge.journal.lines
    )


def test_a_database_that_is_away_is_no_mistake_of_the_bridge(bridge: ApiBridge) -> None:
    boss = bridge.signed_in("boss")

    def away(*_: object) -> None:
        raise OperationalError("", {}, OSError("nobody there"))  # noqa: EM101 - a driver's

    with pytest.MonkeyPatch.context() as planted:
        planted.setattr(bridge.store, "rows", away)
        planted.setattr(bridge.store, "row", away)
        answer = boss.get("/staff")

    assert (503, "database_away") == (answer.status_code, answer.json()["error"]["code"])
    assert answer.headers["retry-after"].isdigit()
    assert "nobody there" not in answer.text
