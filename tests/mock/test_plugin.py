"""The pytest plugin, as somebody's test uses it."""

import pytest

pytest_plugins = ["pytester"]

BOT = """
import json, urllib.request, pytest
from line_sim import faults

def bot_for(line):
    def reply(token):
        told = line.environment
        said = {"replyToken": token, "messages": [{"type": "text", "text": "hello"}]}
        request = urllib.request.Request(
            told["LINE_API_BASE_URL"] + "/v2/bot/message/reply", json.dumps(said).encode(),
            {"Authorization": "Bearer " + told["LINE_CHANNEL_ACCESS_TOKEN"],
             "Content-Type": "application/json"})
        urllib.request.urlopen(request).close()

    async def app(scope, receive, send):
        import asyncio
        if scope["type"] != "http":
            raise NotImplementedError
        events = json.loads((await receive())["body"])["events"]
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})
        for event in events:
            await asyncio.to_thread(reply, event["replyToken"])
    return app
"""


def outcomes(pytester: pytest.Pytester, test: str) -> pytest.RunResult:
    """A run of one file of tests."""
    pytester.makepyfile(BOT + test)
    return pytester.runpytest_subprocess("-p", "no:cacheprovider", "--strict-markers", "-q")


def test_a_bot_is_tested_with_two_fixtures(pytester: pytest.Pytester) -> None:
    test = """
def test_it(line, visitor):
    line.connect(bot_for(line))
    visitor.expect(reply=1, text="hello")
    visitor.says("hi")
    line.settle()

@pytest.mark.line(clock="stepped", strict=False)
@pytest.mark.line_fault(faults.FailsWith(503))
def test_marked(line):
    assert line.state["clock"]["stepped"]
    with pytest.raises(urllib.request.HTTPError):
        urllib.request.urlopen(line.url + "/v2/bot/info")
"""
    outcomes(pytester, test.replace("urllib.request.HTTPError", "OSError")).assert_outcomes(
        passed=2
    )


def test_what_a_strict_mock_finds_fails_the_test_and_not_its_end(
    pytester: pytest.Pytester,
) -> None:
    found = outcomes(pytester, "\ndef test_it(line, visitor):\n    visitor.expect(reply=1)\n")

    found.assert_outcomes(failed=1, errors=0)
    found.stdout.fnmatch_lines(["*expected and did not come: Alice: 1 reply*"])


def test_a_failing_assert_shows_what_came(pytester: pytest.Pytester) -> None:
    test = """
def test_it(line, visitor):
    line.connect(bot_for(line))
    visitor.says("hi")
    line.settle()
    assert line.calls.to(visitor).texts() == ["hullo"]
"""
    found = outcomes(pytester, test)

    found.assert_outcomes(failed=1)
    found.stdout.fnmatch_lines(["*nearest to 'hullo' came here: 'hello'*"])
