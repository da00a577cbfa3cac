"""How to point a bridge at the mock: by environment, in code, or by the host names themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.platform.channel import Channel

HOSTS = ("api.line.me", "api-data.line.me", "manager.line.biz")


def environment(url: str, channel: Channel) -> dict[str, str]:
    """The environment of a bridge (PLATFORM's start contract): URLs, secret and token."""
    return {
        "LINE_API_BASE_URL": url,
        "LINE_DATA_API_BASE_URL": url,
        "LINE_CHANNEL_SECRET": channel.secret,
        "LINE_CHANNEL_ACCESS_TOKEN": channel.access_token,
    }


def ways(facts: Mapping[str, str], told: Mapping[str, str]) -> list[tuple[str, str]]:
    """The ways to point a bridge at a mock: a title and the lines to copy, for each.

    Parameters
    ----------
    facts
        `url`, `tls_url`, `proxy_url` and `ca` of a running mock.
    told
        Its :func:`environment`.
    """
    url = facts["url"]
    node = f'{{channelAccessToken: TOKEN,\n  apiBaseURL: "{url}", dataApiBaseURL: "{url}",'
    setting = (
        f"curl -X PUT {url}/v2/bot/channel/webhook/endpoint \\\n"
        '  -H "Authorization: Bearer $LINE_CHANNEL_ACCESS_TOKEN" \\\n'
        "  -H 'Content-Type: application/json' \\\n"
        """  -d '{"endpoint": "http://127.0.0.1:8000/callback"}'"""
    )
    found = [
        ("environment", "\n".join(f"export {name}={value}" for name, value in told.items())),
        ("Python SDK (line-bot-sdk)", f'Configuration(access_token=TOKEN, host="{url}")'),
        (
            "Node SDK (@line/bot-sdk)",
            f'LineBotClient.fromChannelAccessToken({node}\n  managerBaseURL: "{url}"}})',
        ),
        ("webhook URL, as a person sets it in the console", setting),
    ]
    if facts["tls_url"]:
        found.append(("a bridge that hard-codes LINE's hosts", by_name(facts)))
    if facts["proxy_url"]:
        lines = [f"export HTTPS_PROXY={facts['proxy_url']}", *trusting(facts["ca"])]
        found.append(("through the forward proxy", "\n".join(lines)))
    return found


def by_name(facts: Mapping[str, str]) -> str:
    """The lines that send LINE's own host names to the mock, on the bridge's machine only."""
    port = facts["tls_url"].rpartition(":")[2]
    lines = [f"127.0.0.1 {' '.join(HOSTS)}    # in the bridge's hosts file, for the test only"]
    if port != "443":
        lines.append(
            f"# LINE's hosts are asked on port 443; this mock answers on {port}: --tls 443"
        )
    return "\n".join([*lines, *trusting(facts["ca"])])


def trusting(ca: str) -> list[str]:
    """The lines that make a bridge trust the mock's certificate, and nobody else."""
    names = ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS")
    return [f"export {name}={ca}" for name in names] if ca else []
