"""The checking process: reads jobs, one JSON object a line, and answers each by one.

Started by :mod:`line_sim.bridge.media.checking` as ``python -m line_sim.bridge.media.worker``, with
no secrets in its environment. A job names an operation, a file and, for most, a target; an answer
holds what was found or why not. Whatever a file does to this process, the bridge lives on.
"""

from __future__ import annotations

import dataclasses
import json
import os
import sys
from pathlib import Path
from typing import Any

import av

from line_sim.bridge.media.confined import allow_cpu_s, confine
from line_sim.bridge.media.converting import encode, remux
from line_sim.bridge.media.looking import look
from line_sim.errors import MediaError
from line_sim.media.preview import preview
from line_sim.wire.limits import FILES

PREVIEW_SIDE = 240
"""Pixels of a preview's longest side (PLATFORM.md 30)."""

Answer = dict[str, Any]


def answer(job: dict[str, Any]) -> Answer:
    """What a job gives: ``{"found": ...}``, ``{}``, or ``{"refused": [what, given, allowed]}``."""
    most_s = float(job["most_s"])
    allow_cpu_s(int(most_s) + 1)
    try:
        data = Path(job["source"]).read_bytes()
        match job["do"]:
            case "look":
                return {"found": dataclasses.asdict(look(data, most_s))}
            case "preview":
                small = preview(data, PREVIEW_SIDE, int(job["most_bytes"]), most_s=most_s)
                Path(job["target"]).write_bytes(small.data)
            case "remux":
                remux(data, job["kind"], Path(job["target"]), most_s)
            case "encode":
                encode(data, job["kind"], Path(job["target"]), most_s)
    except MediaError as error:
        return {"refused": [error.what, error.given, error.allowed]}
    except MemoryError:
        return {"refused": ["media", "needs too much memory to be read", "a smaller file"]}
    except OSError as error:  # no room on the disk, or more than may be written
        return {"refused": ["media", f"could not be written: {error.strerror}", "a smaller file"]}
    return {}


def main() -> None:
    """Answer until nobody asks any more."""
    # whatever libraries print must not stand between the answers
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    av.logging.set_level(av.logging.PANIC)
    confine(FILES["video.original"].most)
    for line in sys.stdin:
        answers.write(json.dumps(answer(json.loads(line))) + "\n")
        answers.flush()


if __name__ == "__main__":
    main()
