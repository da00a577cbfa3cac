"""Staff see and do what is of their own shop, whatever id they name."""

import re
from typing import Any

import pytest
from two_shops import PREFIX, SAID, SECRETS, TOKENS, TwoShops, a_picture

ALL = ("get", "head", "post", "put", "patch", "delete")
REFUSED = {403, 404, 405, 409, 422}
"""Of acts on what is another's; 409 and 422 are for what is wrong whoever's it is."""


def filled(path: str, of: dict[str, Any]) -> str:
    """A path of the description with ids of another shop."""
    ids = {
        "number": of["enquiry"], "chat": of["chat"], "entry": of["picture"], "visitor": 0,
        "channel": 2, "destination": 2, "staff": 3, "alert": 1, "reply": 1, "subscription": 1,
    }  # fmt: skip
    return re.sub(r"\{(\w+)\}", lambda m: str(ids.get(m[1], 2)), path)


def operations(shops: TwoShops) -> list[tuple[str, str]]:
    """Every method and path of the API."""
    described = shops.http.get(f"{PREFIX}/openapi.json").json()["paths"]
    return [
        (method.upper(), path) for path, methods in described.items()
        for method in methods if method in ALL
    ]  # fmt: skip


def test_no_route_shows_another_shops_words(shops: TwoShops) -> None:
    asked = [path for method, path in operations(shops) if method == "GET" and path != "/stream"]

    assert 20 <= len(asked)
    for path in asked:
        answer = shops.ask("ann", "GET", filled(path, shops.of["books"]) + "?limit=50")
        assert SAID["books"] not in answer.text, path
        if "{" in path:
            assert answer.status_code in REFUSED, (path, answer.text)
    assert any(SAID["tea"] in body.decode() for name, body in shops.seen if name.startswith("ann"))


BODIES: dict[str, Any] = {
    "transfer": {"staff": 2}, "join": {"staff": 2}, "messages": {"text": "from a stranger"},
    "typing": {"seconds": 5}, "chats": {"note": "of a stranger"},
}  # fmt: skip


@pytest.mark.parametrize("who", ["ann", "ben"])
def test_no_route_does_anything_to_another_shop(shops: TwoShops, who: str) -> None:
    theirs = shops.of["books" if who == "ann" else "tea"]
    watch = f"/chats/{theirs['chat']}", f"/enquiries/{theirs['enquiry']}"
    before = [shops.ask("root", "GET", path).json() for path in watch]
    texts = shops.transcripts()
    tried = [(m, p) for m, p in operations(shops) if m not in {"GET", "HEAD"} and "{" in p]

    assert 25 <= len(tried)
    for method, path in tried:
        body = BODIES.get(path.rpartition("/")[2], BODIES.get(path.split("/")[1], {}))
        answer = shops.ask(who, method, filled(path, theirs), body)
        assert answer.status_code in REFUSED, (method, path, answer.text)
    assert before == [shops.ask("root", "GET", path).json() for path in watch]
    assert texts == shops.transcripts()


def test_nothing_is_found_or_reported_of_another_shop(shops: TwoShops) -> None:
    for path in (
        "/search?q=CUSTOMERS",
        "/search?q=%25",
        "/search?q=_",
        "/chats",
        "/enquiries",
        "/enquiries?channel=2",
        "/offers",
        "/enquiries?mine=false",
        "/chats?channel=2",
    ):
        assert SAID["books"] not in shops.ask("ann", "GET", path).text, path
    report = shops.ask("ann", "GET", "/reports/enquiries.csv?since=2020-01-01&until=2020-01-02")
    assert "books" not in report.text


def test_another_shops_message_cannot_be_quoted(shops: TwoShops) -> None:
    mine, theirs = shops.of["tea"], shops.of["books"]
    said = {"text": "quoting", "quote": theirs["message"], "key": "quoting-a-stranger"}
    answer = shops.ask("ann", "POST", f"/chats/{mine['chat']}/messages", said)

    assert "queued" != answer.json().get("state")
    assert "quoting" not in shops.transcripts()


def test_another_ones_key_is_no_way_to_their_message(shops: TwoShops) -> None:
    mine, theirs = shops.of["tea"], shops.of["books"]
    said = {"text": "ben's own", "key": "the-same-key"}
    first = shops.ask("ben", "POST", f"/chats/{theirs['chat']}/messages", said)
    second = shops.ask("ann", "POST", f"/chats/{mine['chat']}/messages", {**said, "text": "ann's"})

    assert 202 == first.status_code
    assert first.json()["entry"] != second.json().get("entry")


def test_each_shop_calls_with_its_own_token(shops: TwoShops) -> None:
    for who, name in (("ann", "tea"), ("ben", "books")):
        said = {"text": f"sent by {name}"}
        shops.ask(who, "POST", f"/chats/{shops.of[name]['chat']}/messages", said)
    shops.line.settle()
    sent = {
        str(call.messages[0].get("text")): call.channel
        for call in shops.line.calls.to(shops.alice)
        if call.messages
    }
    sent = {text: channel for text, channel in sent.items() if text.startswith("sent by")}

    assert {"sent by tea": "tea", "sent by books": "books"} == sent


def test_a_file_of_staff_is_for_its_shop_and_for_who_has_its_address(shops: TwoShops) -> None:
    theirs = shops.of["books"]["picture"]

    assert 200 == shops.ask("ben", "GET", f"/messages/{theirs}/media").status_code
    assert 404 == shops.ask("ann", "GET", f"/messages/{theirs}/media").status_code
    assert 401 == shops.http.get(f"{PREFIX}/messages/{theirs}/media").status_code
    file = {"file": ("x.png", a_picture(), "image/png")}
    told = {"authorization": f"Bearer {shops.tokens['ann']}"}
    path = f"{PREFIX}/chats/{shops.of['books']['chat']}/messages"
    assert 404 == shops.http.post(path, files=file, headers=told).status_code


def test_a_stream_tells_nothing_of_another_shop(shops: TwoShops) -> None:
    told = {"authorization": f"Bearer {shops.tokens['ann']}"}
    heard = ""
    with shops.http.stream("GET", f"{PREFIX}/stream", headers=told) as stream:
        assert 200 == stream.status_code
        shops.alice.says("BOOKS-ALONE", channel="books")
        shops.alice.says("TEA-ALONE", channel="tea")
        for part in stream.iter_text():
            heard += part
            if "TEA-ALONE" in heard:
                break

    assert "BOOKS-ALONE" not in heard


def test_secrets_are_nobodys_to_read(shops: TwoShops) -> None:
    for who in ("root", "ann"):
        for path in ("/channels", "/channels/1", "/channels/2", "/service", "/audit", "/me"):
            text = shops.ask(who, "GET", path).text
            assert not any(each in text for each in (*SECRETS.values(), *TOKENS.values()))
