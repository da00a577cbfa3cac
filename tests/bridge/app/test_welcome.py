"""The page that one-time links lead to: whole, on its own, and nothing but its own script runs."""

import asyncio
import base64
import hashlib
import re

import httpx
import pytest
from starlette.applications import Starlette

from line_sim.bridge import welcome
from line_sim.bridge.api.app import PREFIX
from line_sim.bridge.api.signing_in import Accepted
from line_sim.bridge.invitations import link


@pytest.fixture(scope="module")
def page() -> httpx.Response:
    async def got() -> httpx.Response:
        transport = httpx.ASGITransport(Starlette(routes=[welcome.route()]))
        async with httpx.AsyncClient(transport=transport) as client:
            return await client.get(link("http://bridge.example.com", "token"))

    return asyncio.run(got())


def test_a_link_leads_to_a_page_that_nobody_keeps(page: httpx.Response) -> None:
    assert httpx.codes.OK == page.status_code
    assert "text/html; charset=utf-8" == page.headers["content-type"]
    assert "no-store" == page.headers["cache-control"]
    assert "no-referrer" == page.headers["referrer-policy"]


@pytest.mark.parametrize("element", ["style", "script"])
def test_its_policy_allows_what_stands_in_it_and_nothing_else(
    page: httpx.Response, element: str
) -> None:
    rules = dict(rule.split(" ", 1) for rule in page.headers["content-security-policy"].split("; "))
    (within,) = re.findall(rf"<{element}>(.*?)</{element}>", page.text, re.DOTALL)
    digest = base64.b64encode(hashlib.sha256(within.encode()).digest()).decode()

    assert f"'sha256-{digest}'" == rules[f"{element}-src"]
    assert "'none'" == rules["default-src"]
    assert "'self'" == rules["connect-src"]


def test_nothing_of_it_is_elsewhere_or_against_its_policy(page: httpx.Response) -> None:
    assert [] == re.findall(
        r"https?:|//[a-z]|\ssrc=|\shref=|\sstyle=|\son[a-z]+=|innerHTML", page.text
    )


def test_it_asks_for_what_the_api_takes(page: httpx.Response) -> None:
    asked = set(re.findall(r'<input name="([a-z_]+)"', page.text)) - {"again"}

    assert {"login", "first_name", "last_name", "password"} == asked
    assert set(Accepted.model_fields) >= asked | {"token"}
    assert f'"{PREFIX}/invitations/accept"' in page.text
