"""The addresses that telephones load from give one file each, and nothing else of the machine."""

import re

import pytest
from two_shops import TwoShops

ROOT = "root:x:0:0"


@pytest.fixture(scope="module")
def address(shops: TwoShops) -> str:
    """The path of a picture that staff sent."""
    (sent,) = [
        message for call in shops.line.calls.to(shops.alice) for message in call.messages
        if message["type"] == "image" and call.channel == "tea"
    ]  # fmt: skip
    return str(sent["originalContentUrl"]).removeprefix("https://bridge.example")


TRICKS = [
    "/m/../../../../etc/passwd", "/m/..%2f..%2f..%2f..%2fetc%2fpasswd",
    "/m/%2e%2e/%2e%2e/etc/passwd",
    "/m/....//....//etc/passwd", "/m//etc/passwd", "/m/%2fetc%2fpasswd", "/m/C:%5cwindows",
    "/m/..%5c..%5cetc%5cpasswd", "/m/%252e%252e%252fetc%252fpasswd", "/m/%c0%ae%c0%ae/etc/passwd",
    "/m/{token}/", "/m/{token}/..", "/m/{token}%00", "/m/{token}%2f..", "/m/{token}%0a",
    "/m/{token}?x", "/m/{TOKEN}", "/m/x{token}", "/m/{short}", "/m/", "/m", "/M/{token}",
    "/m/bridge.sqlite", "/m/..%2fbridge.sqlite", "/m/%", "/m/%zz", "/m/" + "a" * 5_000,
    "http://evil.example/m/{token}", "/m/{sha256}", "/media/{sha256}", "/data/bridge.sqlite",
    "/.env", "/bridge.key", "/../bridge.key", "/..%2fbridge.key", "/api/v1/../../m/{token}",
]  # fmt: skip


@pytest.mark.parametrize("trick", TRICKS)
def test_no_trick_with_a_path_finds_anything_else(
    shops: TwoShops, address: str, trick: str
) -> None:
    token = address.removeprefix("/m/")
    (stored,) = [each.name for each in shops.install.media_folder.glob("??/??/*")][:1]
    path = trick.format(token=token, TOKEN=token.swapcase(), short=token[:-1], sha256=stored)
    answer = shops.get(path)
    theirs = trick in {"/m/{token}?x", "http://evil.example/m/{token}"}

    assert answer.status in ({200} if theirs else {400, 404, 405, 414})
    assert "location:" not in answer.headers
    assert ROOT.encode() not in answer.body
    assert b"SQLite" not in answer.body
    assert shops.is_well()


RANGES = [
    "bytes=0-", "bytes=-1", "bytes=5-2", "bytes=999999999999999999999-", "bytes=-0", "bytes=a-b",
    "bytes=" + ",".join(["0-"] * 1_000), "bytes=" + ",".join(f"{n}-{n}" for n in range(2_000)),
    "bytes=0-0,-1", "lines=0-1", "bytes", "bytes=--1", "bytes=0-" + "9" * 4_000, "bytes= 0 - 1",
]  # fmt: skip


@pytest.mark.parametrize("asked", RANGES)
def test_no_range_gives_more_than_the_file_or_much_work(
    shops: TwoShops, address: str, asked: str
) -> None:
    whole = shops.get(address)
    answer = shops.get(address, Range=asked)

    assert answer.status in {200, 206, 400, 416, 431}
    assert len(answer.body) <= 8 * len(whole.body) + 500
    assert shops.is_well()


def test_head_tells_the_length_and_no_byte(shops: TwoShops, address: str) -> None:
    whole = shops.get(address)
    head = f"HEAD {address} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode()
    answer = shops.raw(head, wait_s=2.0)

    assert (200, b"") == (answer.status, answer.body)
    assert f"content-length: {len(whole.body)}" in answer.headers


@pytest.mark.parametrize(
    "method", ["POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "CONNECT"]
)
def test_nothing_is_put_there(shops: TwoShops, address: str, method: str) -> None:
    head = f"{method} {address} HTTP/1.1\r\nHost: x\r\nOrigin: https://evil.example\r\n"
    answer = shops.raw(f"{head}Content-Length: 0\r\nConnection: close\r\n\r\n".encode())

    assert answer.status in {400, 404, 405}
    assert "access-control-allow" not in answer.headers


def test_whatever_host_is_named_no_answer_repeats_it(shops: TwoShops, address: str) -> None:
    for path in (address, f"{address}/", "/m", "/webhook/x/", "/api/v1/me/", "/api/v1", "/health/"):
        answer = shops.raw(
            f"GET {path} HTTP/1.1\r\nHost: evil.example\r\nX-Forwarded-Host: evil.example\r\n"
            "Connection: close\r\n\r\n".encode()
        )
        assert "evil.example" not in answer.headers + answer.body.decode("latin-1")


def test_huge_headers_are_refused(shops: TwoShops, address: str) -> None:
    head = f"GET {address} HTTP/1.1\r\nHost: x\r\nX-A: ".encode()

    assert shops.raw(head + b"a" * 1_000_000 + b"\r\n\r\n", wait_s=3.0).status in {0, 400, 431}
    many = b"".join(b"X-%d: y\r\n" % number for number in range(100_000))
    assert shops.raw(head + b"a\r\n" + many + b"\r\n", wait_s=3.0).status in {0, 400, 431}
    assert shops.is_well()


def test_a_file_is_never_a_page(shops: TwoShops, address: str) -> None:
    headers = shops.get(address, Accept="text/html").headers

    assert re.search(r"content-type: image/", headers)
    for each in ("x-content-type-options: nosniff", "default-src 'none'; sandbox"):
        assert each in headers
