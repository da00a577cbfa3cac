"""The forward proxy: clients that take one reach the mock under LINE's own host names."""

import pytest
import urllib3
from linebot.v3 import messaging
from sdk import push

from line_sim.mock.server import MockLine


def test_the_sdk_reaches_the_mock_by_its_proxy_setting_and_any_other_host_is_refused() -> None:
    with MockLine(proxy=True) as line:
        alice = line.visitor("Alice")
        sent = alice.sends_image()
        told = messaging.Configuration(
            access_token=line.channel["access_token"], ssl_ca_cert=line.ca_file
        )
        told.proxy = line.proxy_url  # the SDK has no argument for it
        with messaging.ApiClient(told) as client:
            messaging.MessagingApi(client).push_message(push(alice.id))
            content = messaging.MessagingApiBlob(client).get_message_content(sent.message)
        hosts = [each["headers"]["host"] for each in line.lines if each["kind"] == "call"]
        with (
            urllib3.ProxyManager(line.proxy_url, ca_certs=line.ca_file) as other,
            pytest.raises(urllib3.exceptions.ProxyError, match="403 Forbidden"),
        ):
            other.request("GET", "https://example.com/", retries=False)

        assert ["hello"] == [each["text"] for each in alice.sees()]
        assert b"\xff\xd8\xff" == bytes(content[:3])
        assert ["api.line.me", "api-data.line.me"] == hosts
