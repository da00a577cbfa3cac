"""An unchanged bot on the official Python SDK, led to the mock by LINE's own host names."""

import sys
from pathlib import Path

import pytest
from by_name import run_by_name, why_not

BOT = Path(__file__).with_name("by_name_bot.py")
pytestmark = pytest.mark.skipif(bool(why_not()), reason=why_not())


@pytest.mark.parametrize("name", ["bot", "async_bot"])
def test_an_unchanged_bot_answers_a_visitor_by_https_under_lines_host_names(
    name: str, tmp_path: Path
) -> None:
    shown = run_by_name([sys.executable, str(BOT), name], tmp_path)

    assert (
        "echo: hello",
        "pushed",
        f"{shown.picture_bytes} bytes of image/jpeg",
    ) == shown.seen
    assert (
        "api.line.me replyMessage 200",
        "api.line.me pushMessage 200",
        "api-data.line.me getMessageContent 200",
        "api.line.me replyMessage 200",
    ) == shown.calls
    assert shown.picture_bytes > 1_000
    assert () == shown.findings


def test_a_bot_that_ends_before_it_listens_is_told(tmp_path: Path) -> None:
    with pytest.raises(RuntimeError, match="the bot ended before it listened"):
        run_by_name([sys.executable, "-c", ""], tmp_path)
