"""Sessions: given out here alone, of use to their owner alone, and over when they are over."""

import json

import pytest
from two_shops import PASSWORDS, PREFIX, PUBLIC, Answer, TwoShops

COOKIE = "__Host-line_bridge"
OURS = {"host": "bridge.example", "origin": PUBLIC}


def sign_in(shops: TwoShops, login: str, password: str, **headers: str) -> Answer:
    """Sign in with a cookie, by a raw request; the answer."""
    body = json.dumps({"login": login, "password": password, "cookie": True})
    told = {**OURS, "content-type": "application/json", "content-length": str(len(body)), **headers}
    lines = "".join(f"{name}: {value}\r\n" for name, value in told.items())
    return shops.raw(f"POST {PREFIX}/session HTTP/1.1\r\n{lines}\r\n{body}".encode())


def cookie_of(answer: Answer) -> str:
    """The session in an answer's cookie."""
    return answer.headers.partition(f"set-cookie: {COOKIE.lower()}=")[2].partition(";")[0]


def by_cookie(
    shops: TwoShops, method: str, path: str, cookie: str, said: object = None, **headers: str
) -> int:
    """Call the API with a cookie; the status."""
    told = {**OURS, "cookie": f"{COOKIE}={cookie}", "content-type": "application/json", **headers}
    content = None if said is None else json.dumps(said)
    url = f"{PREFIX}{path}"
    return shops.http.request(method, url, headers=told, content=content).status_code


@pytest.fixture
def session(shops: TwoShops) -> tuple[str, str]:
    """A browser's session of Ann: cookie and proof."""
    told = {**OURS, "content-type": "application/json"}
    asked = {"login": "ann", "password": PASSWORDS["ann"], "cookie": True}
    answer = shops.http.post(f"{PREFIX}/session", json=asked, headers=told)
    assert 201 == answer.status_code
    cookie = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    shops.http.cookies.clear()
    return cookie, answer.json()["csrf"]


def test_a_cookie_is_out_of_reach_of_scripts_and_other_sites(shops: TwoShops) -> None:
    answer = sign_in(shops, "ann", PASSWORDS["ann"])

    assert 201 == answer.status
    cookie = answer.headers.partition("set-cookie: ")[2].partition("\r\n")[0]
    for each in (COOKIE.lower(), "httponly", "secure", "samesite=strict", "path=/"):
        assert each in cookie
    assert "domain=" not in cookie


def test_nobody_fixes_a_session_for_somebody_else(shops: TwoShops) -> None:
    planted = "p" * 43
    answer = sign_in(shops, "ann", PASSWORDS["ann"], cookie=f"{COOKIE}={planted}")

    assert 201 == answer.status
    assert cookie_of(answer) not in {"", planted}
    assert 401 == by_cookie(shops, "GET", "/me", planted)


def test_what_was_signed_out_is_of_no_use(shops: TwoShops, session: tuple[str, str]) -> None:
    cookie, proof = session
    told = {"x-csrf-token": proof}

    assert 200 == by_cookie(shops, "GET", "/me", cookie)
    assert 204 == by_cookie(shops, "DELETE", "/session", cookie, **told)
    assert 401 == by_cookie(shops, "GET", "/me", cookie)
    token = shops.sign_in("ann", PASSWORDS["ann"])
    bearer = {"authorization": f"Bearer {token}"}
    assert 204 == shops.http.delete(f"{PREFIX}/session", headers=bearer).status_code
    assert 401 == shops.http.get(f"{PREFIX}/me", headers=bearer).status_code


FOREIGN = {
    "no proof": {"x-csrf-token": ""},
    "another's page": {"origin": "https://evil.example"},
    "a page of nowhere": {"origin": "null"},
    "a page without encryption": {"origin": "http://bridge.example"},
    "a page on another port": {"origin": "https://bridge.example:8443"},
    "a name that begins alike": {"origin": "https://bridge.example.evil.example"},
    "another host": {"host": "evil.example", "origin": "https://evil.example"},
}


@pytest.mark.parametrize("name", FOREIGN)
def test_no_other_site_does_anything_in_somebodys_name(
    shops: TwoShops, session: tuple[str, str], name: str
) -> None:
    cookie, proof = session
    told = {"x-csrf-token": proof, **FOREIGN[name]}

    assert 403 == by_cookie(shops, "PUT", "/me/status", cookie, {"status": "busy"}, **told)
    assert 200 == by_cookie(
        shops, "PUT", "/me/status", cookie, {"status": "active"}, **{"x-csrf-token": proof}
    )


def test_no_answer_lets_another_site_read_it(shops: TwoShops) -> None:
    for method in ("GET", "OPTIONS"):
        for path in ("/me", "/session", "/enquiries"):
            told = {"origin": "https://evil.example", "access-control-request-method": "POST"}
            answer = shops.http.request(method, f"{PREFIX}{path}", headers=told)
            assert not any(each.startswith("access-control") for each in answer.headers)
            assert answer.status_code in {401, 403, 404, 405}


@pytest.mark.parametrize(
    "header",
    ["Bearer", "Bearer null", "Basic cm9vdDp4", "Bearer {token}x", "Bearer  {token} x",
     "bearer{token}", "Bearer ' OR 1=1 --", "Bearer " + "a" * 10_000],
)  # fmt: skip
def test_a_made_up_bearer_is_nobody(shops: TwoShops, header: str) -> None:
    told = {"authorization": header.format(token=shops.tokens["root"])}

    assert shops.http.get(f"{PREFIX}/me", headers=told).status_code in {400, 401}


def test_nobody_learns_who_works_here_and_guessing_is_slowed_down(shops: TwoShops) -> None:
    """From an address of its own, as the proxy tells it; accounts are tried by nobody else."""
    told = {"x-forwarded-for": "198.51.100.7"}
    answers: dict[str, list[tuple[int, object]]] = {}
    for login in ("ben", "nobody-of-that-name"):
        for number in range(7):
            asked = {"login": login, "password": f"wrong-password-{number}"}
            answer = shops.http.post(f"{PREFIX}/session", json=asked, headers=told)
            error = answer.json()["error"]
            answers.setdefault(login, []).append((answer.status_code, error["code"]))
            if answer.status_code == 429:
                assert 0 < int(answer.headers["retry-after"]) <= 60

    assert answers["ben"] == answers["nobody-of-that-name"]
    assert [401] * 5 + [429] * 2 == [status for status, _ in answers["ben"]]
    right = {"login": "ben", "password": PASSWORDS["ben"]}
    for address in ("198.51.100.8", "::ffff:198.51.100.9", "127.0.0.1", "198.51.100.8, 10.0.0.1"):
        elsewhere = {"x-forwarded-for": address}  # an account is shut for whoever guesses
        assert (
            429 == shops.http.post(f"{PREFIX}/session", json=right, headers=elsewhere).status_code
        )
    assert 200 == shops.ask("ben", "GET", "/me").status_code
