"""Traffic stays on this machine, however its address is dressed up."""

import ipaddress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.errors import TargetNotAllowedError
from line_sim.net import targets

AT_HOME = [
    "http://127.0.0.1:8000/callback",
    "https://127.0.0.1/",
    "http://127.255.255.254",
    "http://localhost:3000/webhook?x=1",
    "http://LOCALHOST:3000/",
    "http://[::1]:8080/callback",
    "HTTP://127.0.0.1/",
    "http://127.0.0.1/?next=http://elsewhere.example/@x",
]


@pytest.mark.parametrize("url", AT_HOME)
def test_loopback_is_allowed(url: str) -> None:
    targets.check(url)


ELSEWHERE = {
    "another machine": "http://192.0.2.7/",
    "a name": "https://bot.example.com/callback",
    "a name that only begins like home": "http://localhost.evil.example/",
    "a name that only ends like home": "http://evil-localhost/",
    "a name that begins like an address": "http://127.0.0.1.evil.example/",
    "home as the user": "http://localhost@evil.example/",
    "home as user and password": "http://127.0.0.1:80@evil.example/",
    "a user at home": "http://evil.example@localhost/",
    "an address mapped into IPv6": "http://[::ffff:127.0.0.1]/",
    "the same, in hexadecimal": "http://[::ffff:7f00:1]/",
    "a zone": "http://[::1%25lo]/",
    "decimal": "http://2130706433/",
    "octal": "http://0177.0.0.1/",
    "hexadecimal": "http://0x7f.0.0.1/",
    "a short form": "http://127.1/",
    "a trailing dot on the name": "http://localhost./",
    "a trailing dot on the address": "http://127.0.0.1./",
    "every address": "http://0.0.0.0/",
    "every address of IPv6": "http://[::]/",
    "another scheme": "ftp://127.0.0.1/",
    "a file": "file:///etc/hosts",
    "a script": "javascript://localhost/%0aalert(1)",
    "no scheme": "127.0.0.1:8000",
    "only slashes": "//localhost/",
    "no host": "http:///callback",
    "nothing": "",
    "a backslash": "http://evil.example\\@localhost/",
    "a tab in the name": "http://local\thost/",
    "a line break": "http://localhost/\r\nhost: evil.example",
    "a space before": " http://localhost/",
    "letters that fold to the name": "http://\uff4cocalhost/",
    "a percent sign in the name": "http://local%68ost/",
    "a port that is none": "http://localhost:80a/",
    "a port out of range": "http://localhost:70000/",
    "an open bracket": "http://[::1/",
}


@pytest.mark.parametrize("url", ELSEWHERE.values(), ids=ELSEWHERE)
def test_anything_else_is_refused_and_says_what_was_asked(url: str) -> None:
    with pytest.raises(TargetNotAllowedError) as refusal:
        targets.check(url)

    assert (url, ()) == (refusal.value.url, refusal.value.allowed)


def test_a_host_somebody_named_is_allowed_at_any_port_and_in_any_case() -> None:
    targets.check("https://Bot.Example.com:8443/callback", frozenset({"bot.example.com"}))


@pytest.mark.parametrize(
    "url", ["https://evil.bot.example.com/", "https://bot.example.com.evil.example/"]
)
def test_a_neighbour_of_a_host_somebody_named_is_not(url: str) -> None:
    with pytest.raises(TargetNotAllowedError, match=r"bot\.example\.com"):
        targets.check(url, frozenset({"bot.example.com"}))


def test_an_empty_entry_lets_nothing_through() -> None:
    with pytest.raises(TargetNotAllowedError):
        targets.check("http:///callback", frozenset({""}))


@given(st.ip_addresses())
def test_an_address_passes_exactly_when_it_is_loopback(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    expected = address.is_loopback and getattr(address, "ipv4_mapped", None) is None

    assert expected == targets.is_loopback(str(address))
