"""What others make us call is public, by HTTPS, asked once, and never more than allowed."""

import asyncio
import socket
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st
from origins import origin

from line_sim.net.certificates import Authority
from line_sim.net.http import foreign
from line_sim.net.http.failures import ExchangeError
from line_sim.net.http.foreign import NotPublicError, Received, exchange, is_public

NOT_PUBLIC = [
    "127.0.0.1", "127.1.2.3", "0.0.0.1", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254",
    "100.64.0.1", "192.0.0.1", "192.0.2.1", "198.18.0.1", "203.0.113.9", "224.0.0.1", "240.0.0.1",
    "255.255.255.255", "::", "::1", "fe80::1", "fc00::1", "fd12::1", "ff02::1", "2001:db8::1",
    "::ffff:127.0.0.1", "::ffff:8.8.8.8", "64:ff9b::7f00:1", "2002:7f00:1::", "2001:0:7f00:1::",
    "fe80::1%eth0", "2606:4700::1%1", "0177.0.0.1", "2130706433", "localhost", "", "8.8.8.8 ",
]  # fmt: skip


@pytest.fixture(scope="module")
def authority() -> Iterator[Authority]:
    """An authority for tests over TLS."""
    with Authority() as made:
        yield made


@pytest.mark.parametrize("address", NOT_PUBLIC)
def test_addresses_that_are_somebodys_own_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["8.8.8.8", "1.1.1.1", "2606:4700:4700::1111"])
def test_addresses_of_the_internet_are(address: str) -> None:
    assert is_public(address)


@given(st.ip_addresses())
def test_nothing_private_is_public(address: object) -> None:
    if is_public(str(address)):
        assert address.is_global  # type: ignore[attr-defined]
        assert not address.is_multicast  # type: ignore[attr-defined]


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com/",
        "https://example.com:8443/",
        "https://user:word@example.com/",
        "https://127.0.0.1/",
        "https://[::1]/",
        "https://[::ffff:10.0.0.1]/",
        "https://2130706433/",
        "https://localhost/",
        "ftp://example.com/",
        "file:///etc/passwd",
        "https://",
        "https://exa mple.com/",
        "https://example.com\\@127.0.0.1/",
        "",
    ],
)
def test_other_urls_are_not_called(url: str) -> None:
    with pytest.raises((NotPublicError, ExchangeError)):
        asyncio.run(exchange("GET", url, print, most_bytes=10))


def test_a_name_with_one_bad_address_is_not_called(monkeypatch: pytest.MonkeyPatch) -> None:
    async def found(host: str, port: int) -> list[tuple[object, ...]]:
        assert host == "example.com"
        return [
            (socket.AF_INET, 0, 0, "", ("8.8.8.8", port)),
            (socket.AF_INET, 0, 0, "", ("10.0.0.7", port)),
        ]

    async def nobody(places: object) -> socket.socket:
        pytest.fail(f"connected to {places}")

    monkeypatch.setattr(foreign, "lookup", found)
    monkeypatch.setattr(foreign, "connected", nobody)

    with pytest.raises(NotPublicError):
        asyncio.run(exchange("GET", "https://example.com/", print, most_bytes=10))


def test_the_connection_goes_to_what_was_looked_up_and_once(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    looked: list[str] = []

    async def found(host: str, port: int) -> list[tuple[object, ...]]:
        looked.append(host)
        return [(socket.AF_INET, 0, 0, "", ("8.8.8.8", port))]

    async def nobody(places: list[tuple[object, tuple[str, int]]]) -> socket.socket:
        assert [("8.8.8.8", 443)] == [place for _, place in places]
        raise ConnectionRefusedError

    monkeypatch.setattr(foreign, "lookup", found)
    monkeypatch.setattr(foreign, "connected", nobody)

    with pytest.raises(ExchangeError):
        asyncio.run(exchange("GET", "https://example.com/", print, most_bytes=10))
    assert ["example.com"] == looked


async def asked(authority: Authority, raw: bytes | None, most_bytes: int) -> tuple[Received, bytes]:
    """What comes of an origin on this machine that answers so."""
    parts: list[bytes] = []
    async with origin(raw, tls=authority.certificate().server_context(), then="close") as found:
        answer = await exchange(
            "GET",
            found.url,
            parts.append,
            most_bytes=most_bytes,
            loopback=True,
            trust=authority.client_context(),
            timeout_s=1.0,
        )
        assert 1 == len(found.requests)
    return answer, b"".join(parts)


def told(head: str, body: bytes) -> bytes:
    """An answer, byte for byte."""
    return b"HTTP/1.1 200 OK\r\n" + head.encode() + b"\r\n\r\n" + body


CHUNKED = told("transfer-encoding: chunked", b"5\r\nhello\r\n0\r\n\r\n")
LENGTH = told("content-length: 5", b"hello")
ENDLESS = told("connection: close", b"hello")


@pytest.mark.parametrize("raw", [CHUNKED, LENGTH, ENDLESS])
def test_an_answer_is_read_however_it_is_framed(authority: Authority, raw: bytes) -> None:
    answer, body = asyncio.run(asked(authority, raw, 5))

    assert (200, b"hello", 5, False) == (answer.status, body, answer.size_bytes, answer.cut)


@pytest.mark.parametrize("raw", [CHUNKED, ENDLESS])
def test_without_a_length_it_is_cut_at_the_cap(authority: Authority, raw: bytes) -> None:
    answer, body = asyncio.run(asked(authority, raw, 4))

    assert answer.cut
    assert answer.told_bytes is None
    assert len(body) <= 4


def test_a_length_above_the_cap_is_enough_to_read_nothing(authority: Authority) -> None:
    answer, body = asyncio.run(asked(authority, LENGTH, 4))

    assert (True, 5, b"") == (answer.cut, answer.told_bytes, body)


def test_a_redirect_is_an_answer_like_any_other(authority: Authority) -> None:
    raw = b"HTTP/1.1 302 Found\r\nlocation: https://10.0.0.1/\r\ncontent-length: 0\r\n\r\n"

    answer, _ = asyncio.run(asked(authority, raw, 10))

    assert 302 == answer.status


@pytest.mark.parametrize("raw", [None, told("content-length: 9", b"hello"), b"no HTTP\r\n\r\n"])
def test_no_whole_answer_is_none_and_within_the_time(
    authority: Authority, raw: bytes | None
) -> None:
    with pytest.raises(ExchangeError):
        asyncio.run(asked(authority, raw, 10))


def test_a_certificate_that_nobody_vouches_for_ends_it(authority: Authority) -> None:
    async def untrusting() -> None:
        async with origin(LENGTH, tls=authority.certificate().server_context()) as found:
            await exchange("GET", found.url, print, most_bytes=10, loopback=True)

    with pytest.raises(ExchangeError, match="TLS handshake failure"):
        asyncio.run(untrusting())


def test_a_body_is_sent(authority: Authority) -> None:
    async def posted() -> bytes:
        async with origin(LENGTH, tls=authority.certificate().server_context()) as found:
            await exchange(
                "POST",
                found.url,
                len,
                most_bytes=10,
                headers=[("x-signature", "abc")],
                body=b"{}",
                loopback=True,
                trust=authority.client_context(),
            )
            return found.requests[0]

    seen = asyncio.run(posted())

    assert seen.startswith(b"POST /callback HTTP/1.1\r\nhost: 127.0.0.1:")
    assert b"\r\nx-signature: abc\r\n" in seen
    assert seen.endswith(b"\r\n\r\n{}")
