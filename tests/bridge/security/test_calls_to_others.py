"""Nobody makes the bridge call this machine or its neighbours; the agent view is no page's."""

import socket
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from served_bridge import ServedBridge
from two_shops import PREFIX, TwoShops

from line_sim import MockLine


class Trap:
    """A port of this machine that nobody may call."""

    def __init__(self) -> None:
        self._socket = socket.create_server(("127.0.0.1", 0))
        self._socket.settimeout(0.2)
        self.port = self._socket.getsockname()[1]

    def was_called(self) -> bool:
        """Whether somebody connected."""
        try:
            self._socket.accept()[0].close()
        except TimeoutError:
            return False
        return True

    def close(self) -> None:
        """Give it back."""
        self._socket.close()


@pytest.fixture
def trap() -> Iterator[Trap]:
    """A trap."""
    made = Trap()
    yield made
    made.close()


ADDRESSES = [
    "https://127.0.0.1:{port}/", "http://127.0.0.1:{port}/", "https://localhost:{port}/",
    "https://[::1]:{port}/", "https://[::ffff:127.0.0.1]:{port}/", "https://2130706433:{port}/",
    "https://0x7f000001:{port}/", "https://0177.0.0.1:{port}/", "https://127.1:{port}/",
    "https://0.0.0.0:{port}/", "https://user@127.0.0.1:{port}/", "https://169.254.169.254/latest/",
    "https://evil.example@127.0.0.1:{port}/", "https://127.0.0.1:{port}\\@evil.example/",
    "https://10.0.0.1/", "https://[fe80::1%25lo]/", "https://[64:ff9b::7f00:1]/", "https://",
    "https://①②⑦.⓪.⓪.①:{port}/", "file:///etc/passwd", "gopher://127.0.0.1:{port}/_x",
    "https://127.0.0.1:{port}/\r\nX-A: b", "//127.0.0.1:{port}/", "javascript:alert(1)", "",
]  # fmt: skip


@pytest.mark.parametrize("address", ADDRESSES)
def test_no_subscription_leads_to_this_machine(shops: TwoShops, trap: Trap, address: str) -> None:
    url = address.format(port=trap.port)
    answer = shops.ask("root", "POST", "/subscriptions", {"url": url})

    assert 422 == answer.status_code, answer.text
    assert not trap.was_called()
    assert [] == shops.ask("root", "GET", "/subscriptions").json()


def test_no_customers_content_is_loaded_from_this_machine(shops: TwoShops, trap: Trap) -> None:
    urls = [each.format(port=trap.port) for each in ADDRESSES if "127" in each]
    events = []
    for number, url in enumerate(urls):
        event = shops.event(700 + number, "")
        content = {"type": "external", "originalContentUrl": url, "previewImageUrl": url}
        event["message"] = {"type": "image", "id": f"50{number:016}", "contentProvider": content}
        events.append(event)

    assert 200 == shops.webhook(shops.shops["tea"], events)
    assert not trap.was_called()
    assert shops.is_well()


def test_there_is_no_agent_view_that_was_not_asked_for(shops: TwoShops) -> None:
    for word in ("capabilities", "logs", "alerts", "transcript?user=U"):
        answer = shops.http.get(f"/_agent/{word}", headers={"x-line-sim": "1"})
        assert 404 == answer.status_code
    answer = shops.http.post("/_agent/restart", headers={"x-line-sim": "1"}, json={})
    assert 404 == answer.status_code


FOREIGN = [
    {"origin": "https://evil.example", "x-line-sim": "1"},
    {"origin": "null", "x-line-sim": "1"},
    {"host": "evil.example", "x-line-sim": "1"},
    {"sec-fetch-site": "cross-site", "x-line-sim": "1"},
    {},
]


def test_the_agent_view_is_for_no_page(tmp_path: Path) -> None:
    with (
        MockLine() as line,
        ServedBridge(tmp_path / "trial", line) as served,
        httpx.Client(base_url=served.url) as http,
    ):
        right = {"x-line-sim": "1"}
        assert 200 == http.get("/_agent/capabilities", headers=right).status_code
        for headers in FOREIGN:
            assert 403 == http.get("/_agent/logs", headers=headers).status_code, headers
            answer = http.post("/_agent/configure", headers=headers, json={"secret": "x" * 32})
            assert 403 == answer.status_code, headers
            asked = {**headers, "access-control-request-method": "POST"}
            answer = http.request("OPTIONS", "/_agent/send", headers=asked)
            assert not any(each.startswith("access-control") for each in answer.headers)


@pytest.mark.parametrize("path", ["/docs", "/redoc", f"{PREFIX}/docs", f"{PREFIX}/redoc", "/"])
def test_no_page_is_served_that_loads_from_elsewhere(shops: TwoShops, path: str) -> None:
    assert 404 == shops.http.get(path).status_code
