"""A browser's session: out of reach of scripts, and of every other site."""

import pytest
from api_bridge import ORIGIN, PASSWORD, ApiBridge, Client

from line_sim.bridge.api.security import COOKIE

ANN = {"login": "ann", "password": PASSWORD, "cookie": True}
BUSY = {"status": "busy"}


@pytest.fixture
def page(bridge: ApiBridge) -> Client:
    """A page of the bridge's own, signed in."""
    made = bridge.client(origin=ORIGIN)
    made.headers["x-csrf-token"] = made.post("/session", json=ANN).json()["csrf"]
    return made


def test_the_cookie_is_for_this_origin_alone(bridge: ApiBridge) -> None:
    answer = bridge.client(origin=ORIGIN).post("/session", json=ANN)
    (cookie,) = answer.headers.get_list("set-cookie")

    assert answer.json()["token"] is None
    assert answer.cookies[COOKIE] not in answer.text
    assert cookie.startswith("__Host-")
    for each in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert each in cookie
    assert "domain" not in cookie.lower()


def test_a_page_works_and_finds_its_proof_again_after_a_reload(page: Client) -> None:
    assert 200 == page.put("/me/status", json=BUSY).status_code

    assert page.headers["x-csrf-token"] == page.get("/me").json()["csrf"]


def test_signing_out_takes_the_cookie_away(page: Client) -> None:
    (cookie,) = page.delete("/session").headers.get_list("set-cookie")

    assert "Max-Age=0" in cookie
    assert 401 == page.get("/me").status_code


@pytest.mark.parametrize("proof", ["", "x", "x" * 43])
def test_without_its_proof_nothing_is_changed(page: Client, proof: str) -> None:
    page.headers["x-csrf-token"] = proof
    answer = page.put("/me/status", json=BUSY)

    assert (403, "csrf") == (answer.status_code, answer.json()["error"]["code"])
    assert "active" == page.get("/me").json()["staff"]["status"]


def test_the_proof_of_another_session_is_none(bridge: ApiBridge, page: Client) -> None:
    other = bridge.client(origin=ORIGIN).post("/session", json=ANN).json()["csrf"]
    page.headers["x-csrf-token"] = other

    assert 403 == page.put("/me/status", json=BUSY).status_code


OTHERS = (
    {"origin": "https://evil.example.com"},
    {"origin": "http://bridge.example.com"},
    {"origin": "https://bridge.example.com.evil.example"},
    {"origin": "https://bridge.example.com:444"},
    {"origin": "null"},
    {"origin": ""},
    {"host": "evil.example.com"},
    {"host": "evil.example.com", "origin": "https://evil.example.com"},
    {"host": "bridge.example.com.evil.example"},
    {"host": ""},
    {"host": "[", "origin": "https://["},
)


def test_a_page_of_another_site_gets_nothing(page: Client) -> None:
    for headers in OTHERS:
        for answer in (
            page.get("/me", headers=headers),
            page.put("/me/status", json=BUSY, headers=headers),
        ):
            assert (403, "foreign_origin") == (answer.status_code, answer.json()["error"]["code"])


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_browser_that_tells_the_site_and_no_origin_is_believed(
    bridge: ApiBridge, page: Client, site: str
) -> None:
    bare = bridge.client(**{"sec-fetch-site": site, "x-csrf-token": page.headers["x-csrf-token"]})
    bare.cookies = page.cookies

    assert 403 == bare.get("/me").status_code
    bare.headers["sec-fetch-site"] = "same-origin"
    assert 200 == bare.get("/me").status_code


def test_another_site_signs_nobody_in(bridge: ApiBridge) -> None:
    answer = bridge.client(origin="https://evil.example.com").post("/session", json=ANN)

    assert (403, []) == (answer.status_code, answer.headers.get_list("set-cookie"))


@pytest.mark.parametrize(
    ("host", "origin"),
    [
        ("127.0.0.1:8050", "http://127.0.0.1:8050"),
        ("localhost:8050", "http://localhost:8050"),
        ("[::1]:8050", "http://[::1]:8050"),
        ("127.0.0.1:8050", ORIGIN),  # a proxy that says its own name for the host
    ],
)
def test_a_page_of_this_machine_is_our_own(page: Client, host: str, origin: str) -> None:
    headers = {"host": host, "origin": origin}

    assert 200 == page.put("/me/status", json=BUSY, headers=headers).status_code


def test_a_forged_cookie_is_nobodys(bridge: ApiBridge) -> None:
    for cookie in ("", "x", '"', "a; b", "x" * 4_000):
        client = bridge.client(origin=ORIGIN, cookie=f"{COOKIE}={cookie}")

        assert 401 == client.get("/me").status_code


def test_a_token_goes_only_the_way_it_was_given_out_for(bridge: ApiBridge, page: Client) -> None:
    token = page.cookies[COOKIE]
    bearer = bridge.signed_in("ann").headers["authorization"].removeprefix("Bearer ")

    assert 401 == bridge.client(authorization=f"Bearer {token}").get("/me").status_code
    assert 401 == bridge.client(cookie=f"{COOKIE}={bearer}").get("/me").status_code


def test_beside_a_bearers_token_a_cookie_does_not_count(bridge: ApiBridge, page: Client) -> None:
    boss = bridge.signed_in("boss")
    page.headers["authorization"] = boss.headers["authorization"]

    assert "boss" == page.get("/me").json()["staff"]["login"]
    page.headers["authorization"] = "Bearer wrong"
    assert 401 == page.get("/me").status_code
