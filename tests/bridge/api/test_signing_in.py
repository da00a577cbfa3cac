"""Signing in and out, by a bearer's token and by cookie."""

from api_bridge import ORIGIN, PASSWORD, ApiBridge

SIGN_IN = {"login": "ann", "password": PASSWORD}


def test_a_bearer_signs_in_works_and_signs_out(bridge: ApiBridge) -> None:
    ann = bridge.signed_in("ann")
    staff = ann.get("/me").json()["staff"]

    assert ("ann", "active") == (staff["login"], staff["status"])
    assert 204 == ann.delete("/session").status_code
    assert 401 == ann.get("/me").status_code


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(bridge: ApiBridge) -> None:
    page = bridge.client(origin=ORIGIN)
    answer = page.post("/session", json={**SIGN_IN, "cookie": True})
    (cookie,) = answer.headers.get_list("set-cookie")

    assert answer.json()["token"] is None
    assert cookie.startswith("__Host-line_bridge=")
    for each in ("HttpOnly", "Secure", "SameSite=strict", "Path=/", "Max-Age=43200"):
        assert each in cookie
    assert "Domain" not in cookie
