"""What people write is text: to the database, on a page, in a sheet, on a screen."""

import csv
import io
import sqlite3

import pytest
from two_shops import PREFIX, TwoShops

WORDS = {
    "SQL": "'); DROP TABLE entries; --",
    "SQL of another kind": '" OR ""="',
    "a page": "<script>alert(document.cookie)</script><img src=x onerror=alert(1)>",
    "an entity": "&lt;b&gt;&#x3c;",
    "a formula": '=HYPERLINK("https://evil.example","x")',
    "a formula with a tab": "\t=1+1",
    "a terminal": "\x1b]0;owned\x07\x1b[2J\x1b[31m",
    "a line of the log": "hello\r\n2026-01-01T00:00:00 ALERT token: all is lost",
    "the other way": "\u202egnp.exe",
    "a template": "{{7*7}} ${7*7} %s %(x)s {0} {staff}",
    "a path": "../../../../etc/passwd\x00.png",
    "a header": "x\r\nSet-Cookie: a=b",
}


@pytest.mark.parametrize("name", WORDS)
def test_words_are_stored_and_shown_as_they_are(shops: TwoShops, name: str) -> None:
    words = WORDS[name]
    customer = shops.line.visitor(f"Name {words}")
    customer.says(words, channel="tea")
    shops.line.settle()
    shops.until(lambda: f"Name {words}" in [c["name"] for c in shown(shops)])
    (chat,) = [c["id"] for c in shown(shops) if c["name"] == f"Name {words}"]
    answer = shops.ask("ann", "GET", f"/chats/{chat}/messages")

    assert words in [entry["text"] for entry in answer.json()]
    assert answer.headers["content-type"].startswith("application/json")
    assert "nosniff" == answer.headers["x-content-type-options"]
    found = shops.http.get(
        f"{PREFIX}/search", params={"q": words.strip()[:40]},
        headers={"authorization": f"Bearer {shops.tokens['ann']}"},
    )  # fmt: skip
    assert found.status_code in {200, 422}


def shown(shops: TwoShops) -> list[dict[str, object]]:
    """The chats that Ann sees."""
    found: list[dict[str, object]] = shops.ask("ann", "GET", "/chats?limit=100").json()
    return found


def test_a_note_and_labels_are_text(shops: TwoShops) -> None:
    chat = shops.of["tea"]["chat"]
    for words in WORDS.values():
        said = {"note": words, "labels": [words[:30]]}
        answer = shops.ask("ann", "PATCH", f"/chats/{chat}", said)
        assert answer.status_code in {200, 422}
        if answer.status_code == 200:
            assert words == shops.ask("ann", "GET", f"/chats/{chat}").json()["note"]


def test_no_cell_of_a_report_is_a_formula(shops: TwoShops) -> None:
    report = shops.ask("root", "GET", "/reports/enquiries.csv")
    cells = [cell for row in csv.reader(io.StringIO(report.text)) for cell in row]

    assert 200 == report.status_code
    assert 20 < len(cells)
    assert not [each for each in cells if each.lstrip().startswith(("=", "+", "@", "\t"))]


def test_the_log_has_lines_of_our_own_only(shops: TwoShops) -> None:
    told = shops.log

    assert "\x1b" not in told
    assert "\x07" not in told
    assert "\r" not in told
    assert not [line for line in told.splitlines() if "all is lost" in line and line[:4] == "2026"
                and "ALERT token: all is lost" == line[20:]]  # fmt: skip


def test_every_table_is_still_there(shops: TwoShops) -> None:
    with sqlite3.connect(f"file:{shops.install.database}?mode=ro", uri=True) as db:
        names = {row[0] for row in db.execute("SELECT name FROM sqlite_master")}
        assert {"entries", "staff", "channels", "sessions"} <= names
        assert 0 < db.execute("SELECT COUNT(*) FROM entries").fetchone()[0]


@pytest.mark.parametrize("words", ["' OR '1'='1", "root'--", "root\x00", "ROOT ", "%", "root) --"])
def test_no_login_in_sql_signs_anybody_in(shops: TwoShops, words: str) -> None:
    asked = {"login": words, "password": "' OR '1'='1"}
    told = {"x-forwarded-for": "198.51.100.20"}

    assert shops.http.post(f"{PREFIX}/session", json=asked, headers=told).status_code in {401, 422}


DEEP = b"[" * 100_000
BODIES = [
    DEEP, b'{"text":' + DEEP, b'{"text":"\\ud800"}', b'{"text":"\\u0000"}', b'{"text":1e999}',
    b'{"text":NaN}', b"\xff", b'{"text":"x","key":' + b"9" * 100_000 + b"}", b'{"__proto__":{}}',
    b'{"text":"a","text":"b"}', b"null", b"[]", b'"x"', b"",
]  # fmt: skip


@pytest.mark.parametrize("number", range(len(BODIES)))
def test_no_body_breaks_the_api(shops: TwoShops, number: int) -> None:
    told = {"authorization": f"Bearer {shops.tokens['ann']}", "content-type": "application/json"}
    for path in (f"/chats/{shops.of['tea']['chat']}/messages", "/session", "/me/heartbeat"):
        answer = shops.http.post(f"{PREFIX}{path}", content=BODIES[number], headers=told)
        assert answer.status_code < 500, answer.text
    assert shops.is_well()


def test_no_packed_body_is_unpacked(shops: TwoShops) -> None:
    told = {
        "authorization": f"Bearer {shops.tokens['ann']}", "content-type": "application/json",
        "content-encoding": "gzip",
    }  # fmt: skip
    packed = b"\x1f\x8b" + b"\x00" * 100
    path = f"{PREFIX}/chats/{shops.of['tea']['chat']}/messages"

    assert shops.http.post(path, content=packed, headers=told).status_code in {400, 415, 422}
