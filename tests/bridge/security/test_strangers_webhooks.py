"""Who is not LINE puts nothing in, and whoever is takes nothing down."""

import base64
import gzip
import json
import socket
from collections.abc import Callable

import pytest
from two_shops import SECRETS, Shop, TwoShops

from line_sim.wire import signature

FORGED = "FORGED-WORDS"
SIGNED = "x-line-signature"
MOST_BYTES = 2_000_000
NUMBER = iter(range(1_000_000))


def a_body(shops: TwoShops, shop: Shop, text: str = FORGED) -> bytes:
    """A webhook of a shop."""
    told = {"destination": shop.bot_user_id, "events": [shops.event(next(NUMBER), text)]}
    return json.dumps(told).encode()


def right(body: bytes) -> str:
    """The signature of the shop with tea."""
    return signature.sign(SECRETS["tea"], body)


FORGERIES: dict[str, Callable[[bytes], str]] = {
    "none": lambda _: "",
    "no base64": lambda _: "!" * 44,
    "of nothing": lambda _: right(b""),
    "of other bytes": lambda body: right(body + b" "),
    "by another shop's secret": lambda body: signature.sign(SECRETS["books"], body),
    "by an empty secret": lambda body: signature.sign("", body),
    "by the secret in capitals": lambda body: signature.sign(SECRETS["tea"].upper(), body),
    "in small letters": lambda body: right(body).lower(),
    "in hexadecimal": lambda body: base64.b64decode(right(body)).hex(),
    "cut off": lambda body: right(body)[:-4],
    "with something behind it": lambda body: f"{right(body)}AAAA",
    "twice": lambda body: f"{right(body)}, {right(body)}",
    "the secret itself": lambda _: SECRETS["tea"][::-1],
}


@pytest.mark.parametrize("how", FORGERIES)
def test_a_forged_signature_is_refused_and_leaves_nothing(shops: TwoShops, how: str) -> None:
    tea = shops.shops["tea"]
    body = a_body(shops, tea)

    assert 401 == shops.deliver(tea, body, **{SIGNED: FORGERIES[how](body)})
    assert FORGED not in shops.transcripts()


def test_the_right_one_is_taken_so_that_the_others_mean_something(shops: TwoShops) -> None:
    tea = shops.shops["tea"]

    assert 200 == shops.deliver(tea, a_body(shops, tea, "rightly signed"))
    assert "rightly signed" in shops.transcripts()


def test_a_right_signature_behind_a_wrong_one_helps_nothing(shops: TwoShops) -> None:
    tea = shops.shops["tea"]
    body = a_body(shops, tea)
    wrong = signature.sign("nobody's", body)
    head = f"POST /webhook/{tea.path} HTTP/1.1\r\nHost: x\r\nContent-Length: {len(body)}\r\n"
    sent = f"{head}{SIGNED}: {wrong}\r\n{SIGNED}: {right(body)}\r\n\r\n".encode() + body

    assert 401 == shops.raw(sent).status
    assert FORGED not in shops.transcripts()


def test_a_shops_webhook_is_none_of_another_shops(shops: TwoShops) -> None:
    tea, books = shops.shops["tea"], shops.shops["books"]
    body = a_body(shops, tea)
    signed = {SIGNED: signature.sign(tea.secret, body)}

    assert 401 == shops.deliver(books, body, **signed)
    assert 200 == shops.deliver(tea, a_body(shops, books))  # right secret, another's destination
    assert 200 == shops.deliver(books, a_body(shops, tea))
    assert FORGED not in shops.transcripts()


@pytest.mark.parametrize(
    "path",
    ["/webhook/", "/webhook", "/callback", "/webhook/environment", "/webhook/%2e%2e/callback",
     "/webhook/{tea}/", "/webhook/{tea}/x", "/webhook//{tea}", "//webhook/{tea}",
     "/webhook/{tea}%00", "/webhook/{TEA}"],
)  # fmt: skip
def test_no_other_path_is_a_webhooks(shops: TwoShops, path: str) -> None:
    tea = shops.shops["tea"]
    body = a_body(shops, tea)
    asked = path.format(tea=tea.path, TEA=tea.path.swapcase())
    head = f"POST {asked} HTTP/1.1\r\nHost: x\r\n{SIGNED}: {right(body)}\r\n"
    answer = shops.raw(f"{head}Content-Length: {len(body)}\r\n\r\n".encode() + body)

    assert answer.status in {404, 405}
    assert FORGED not in shops.transcripts()


BOMBS = {
    "deep lists": b'{"events":' + b"[" * 500_000 + b"]" * 500_000 + b"}",
    "deep objects": b'{"events":[' + b'{"a":' * 200_000 + b"1" + b"}" * 200_000 + b"]}",
    "a deep event": b'{"events":[{"type":"x","a":' + b"[" * 900 + b"]" * 900 + b"}]}",
    "a huge number": b'{"events":[{"type":"message","timestamp":' + b"9" * 1_000_000 + b"}]}",
    "a huge exponent": b'{"events":[{"type":"message","timestamp":1e999999}]}',
    "NaN": b'{"events":[{"type":"message","timestamp":NaN,"message":{"id":Infinity}}]}',
    "half of a character": b'{"events":[{"type":"\\ud800","source":{"userId":"\\udfff"}}]}',
    "NUL": b'{"events":[{"type":"message","webhookEventId":"\\u0000","message":{"id":"\\u0000"}}]}',
    "the same key again": b'{"events":[],"events":[{"type":"\\u202e"}],"destination":1}',
    "many events": b'{"events":[' + b",".join([b"{}"] * 1_000) + b"]}",
    "no JSON": b"\xff\xfe\x00",
    "nothing": b"",
}


@pytest.mark.parametrize("name", BOMBS)
def test_what_is_in_a_webhook_takes_nothing_down(shops: TwoShops, name: str) -> None:
    tea = shops.shops["tea"]

    assert 200 == shops.deliver(tea, BOMBS[name])
    assert shops.is_well()
    assert 200 == shops.deliver(tea, a_body(shops, tea, f"after {name}"))
    assert f"after {name}" in shops.transcripts()


def test_a_packed_body_is_not_unpacked(shops: TwoShops) -> None:
    tea = shops.shops["tea"]
    packed = gzip.compress(a_body(shops, tea) + b" " * 100_000_000)

    assert 200 == shops.deliver(tea, packed, **{"content-encoding": "gzip"})
    assert FORGED not in shops.transcripts()


def test_a_body_that_says_it_is_too_long_is_not_read(shops: TwoShops) -> None:
    head = f"POST /webhook/{shops.shops['tea'].path} HTTP/1.1\r\nHost: x\r\n"

    assert 413 == shops.raw(f"{head}Content-Length: {MOST_BYTES + 1}\r\n\r\n".encode()).status
    assert 413 == shops.raw(f"{head}Content-Length: {10**18}\r\n\r\n".encode()).status


def test_a_body_without_end_is_cut_off(shops: TwoShops) -> None:
    head = f"POST /webhook/{shops.shops['tea'].path} HTTP/1.1\r\nHost: x\r\n"
    chunk = b"10000\r\n" + b"x" * 65_536 + b"\r\n"
    sent = f"{head}Transfer-Encoding: chunked\r\n\r\n".encode() + chunk * 40

    assert 413 == shops.raw(sent).status


CONTRADICTIONS = {
    "two lengths": "Content-Length: 5\r\nContent-Length: 50",
    "two lengths in one": "Content-Length: 5, 50",
    "a length and chunks": "Content-Length: 5\r\nTransfer-Encoding: chunked",
    "chunks twice": "Transfer-Encoding: chunked\r\nTransfer-Encoding: identity",
    "no chunks": "Transfer-Encoding: xchunked",
    "a negative length": "Content-Length: -1",
    "a length in hexadecimal": "Content-Length: 0x10",
    "a plus": "Content-Length: +5",
    "a space in a name": "Content-Length : 5",
    "a folded line": "X-A: 1\r\n Content-Length: 5",
}


@pytest.mark.parametrize("name", CONTRADICTIONS)
def test_no_second_request_hides_in_a_body(shops: TwoShops, name: str) -> None:
    hidden = b"GET /health HTTP/1.1\r\nHost: x\r\nX-Hidden: yes\r\n\r\n"
    head = f"POST /webhook/nobody HTTP/1.1\r\nHost: x\r\n{CONTRADICTIONS[name]}\r\n"
    answer = shops.raw(head.encode() + b"\r\n0\r\n\r\n" + hidden, wait_s=1.0)

    assert answer.status in {400, 404, 413}
    assert b'"ok"' not in answer.body
    assert b"HTTP/1.1 200" not in answer.body
    assert shops.is_well()


def test_who_dawdles_holds_up_nobody_else(shops: TwoShops) -> None:
    tea = shops.shops["tea"]
    head = f"POST /webhook/{tea.path} HTTP/1.1\r\nHost: x\r\nContent-Length: 1000\r\n\r\n{{"
    slow = [socket.create_connection((shops.host, shops.port), 5) for _ in range(200)]
    try:
        for each, sent in zip(slow, [head.encode(), b"GET / HTTP/1.1\r\nX-"] * 100, strict=True):
            each.sendall(sent)
        assert 200 == shops.deliver(tea, a_body(shops, tea, "past those who dawdle"))
        assert shops.is_well()
    finally:
        for each in slow:
            each.close()
    assert "past those who dawdle" in shops.transcripts()
