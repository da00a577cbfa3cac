"""LINE's own host names led to a mock on this machine, for a bot that cannot be told otherwise.

``run_by_name(command)`` runs a bot, in any language, in network and mount namespaces of its own: a
hosts file bound over the machine's says that api.line.me, api-data.line.me and manager.line.biz
are 127.0.0.1, the mock answers there on port 443, and there is no network but the loopback.

What is asked of the bot: it takes ``LINE_CHANNEL_SECRET``, ``LINE_CHANNEL_ACCESS_TOKEN`` and
``PORT`` from its environment, takes webhooks at ``/callback``, and writes one line to its standard
output once it listens. It trusts the certificates that ``SSL_CERT_FILE``, ``REQUESTS_CA_BUNDLE``
and ``NODE_EXTRA_CA_CERTS`` name. It answers a text by a reply ``echo: TEXT``, the text ``push`` by
a push, and a picture by a reply ``N bytes of image/jpeg``, told from what it fetched.
"""

import json
import os
import signal
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

STAGE = Path(__file__).with_name("by_name_stage.py")
NAMESPACES = ("unshare", "--map-root-user", "--net", "--mount")


@dataclass(frozen=True)
class Shown:
    """What happened on the stage.

    Attributes
    ----------
    seen
        The texts on the visitor's phone, in order.
    calls
        ``host operation status`` of each call of the bot, as the mock got it.
    picture_bytes
        The size of the picture that the visitor sent.
    findings
        What the mock did not like.
    """

    seen: tuple[str, ...]
    calls: tuple[str, ...]
    picture_bytes: int
    findings: tuple[str, ...]


@cache
def why_not() -> str:
    """Why nothing can be redirected by name here; ``""`` where it can."""
    if sys.platform != "linux":
        return f"namespaces are Linux's; this is {sys.platform}"
    try:
        subprocess.run([*NAMESPACES, "true"], check=True, capture_output=True, timeout=10)
    except FileNotFoundError:
        return "there is no unshare here"
    except subprocess.CalledProcessError as error:
        return f"namespaces are refused here: {error.stderr.decode().strip()}"
    return ""


def run_by_name(
    bot_command: list[str], folder: Path, *, environment: dict[str, str] | None = None,
    timeout_s: float = 60.0,
) -> Shown:  # fmt: skip
    """Let a visitor talk to the bot that `bot_command` starts, under LINE's host names.

    Parameters
    ----------
    folder
        An empty one, for the hosts file and the ledger.
    environment
        What the bot is told besides what every bot is told.

    Raises
    ------
    RuntimeError
        With all that bot and mock wrote, where they did not get to the end.
    """
    command = [*NAMESPACES, sys.executable, str(STAGE), str(folder), *bot_command]
    stage = subprocess.Popen(
        command,
        env={**os.environ, **(environment or {})},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    try:
        told, errors = stage.communicate(timeout=timeout_s)
    except subprocess.TimeoutExpired:
        os.killpg(stage.pid, signal.SIGKILL)  # the mock and the bot are of its session
        told, errors = stage.communicate()
    if stage.returncode:
        message = f"the stage ended with {stage.returncode}:\n{told}\n{errors}"
        raise RuntimeError(message)
    found: dict[str, Any] = json.loads(told)
    return Shown(
        tuple(found["seen"]),
        tuple(found["calls"]),
        found["picture_bytes"],
        tuple(found["findings"]),
    )
