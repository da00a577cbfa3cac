"""Starts the bot on the Node SDK in place of this process."""

import os
import shutil
import sys
from pathlib import Path

BOT = Path(__file__).with_name("sdk_node") / "bot.mjs"


def command() -> list[str]:
    """What runs it."""
    return [shutil.which("node") or "node", "--no-warnings", str(BOT)]


def main(words: list[str]) -> None:
    """Become the bot."""
    try:
        os.execvp(command()[0], [*command(), *words])  # noqa: S606 - no shell is wanted
    except OSError as error:
        sys.exit(f"node cannot be run: {error.strerror}")
