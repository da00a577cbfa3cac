"""LIFF apps of a channel (LIFF server API)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.liff_apps import LiffApps
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.request_bodies import read
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_PATH = "/liff/v1/apps"


@operations.answers(
    "addLIFFApp", "POST", _PATH, tier=3, body="AddLiffAppRequest", result="AddLiffAppResponse"
)
def add(asked: Asked) -> Answer:
    """One more app."""
    found = read(asked, "AddLiffAppRequest")
    liff_id = asked.channel.part(LiffApps).add(found.body)
    return Answer(content={"liffId": liff_id}, findings=(*found.warnings, SIMPLER))


@operations.answers("getAllLIFFApps", "GET", _PATH, tier=3, result="GetAllLiffAppsResponse")
def listed(asked: Asked) -> Answer:
    """Every app; LINE answers 404 where there is none."""
    every = asked.channel.part(LiffApps).every
    if not every:
        raise RefusedError(NOT_FOUND, why="there is no LIFF app on this channel")
    apps = [{"liffId": liff_id, **body} for liff_id, body in every.items()]
    return Answer(content={"apps": apps}, findings=(SIMPLER,))


@operations.answers(
    "updateLIFFApp", "PUT", f"{_PATH}/{{liffId}}", tier=3, body="UpdateLiffAppRequest"
)
def update(asked: Asked) -> Answer:
    """Change an app."""
    apps, liff_id = asked.channel.part(LiffApps), asked.parameters["liffId"]
    apps.find(liff_id)
    found = read(asked, "UpdateLiffAppRequest")
    apps.update(liff_id, found.body)
    return Answer(findings=(*found.warnings, SIMPLER))


@operations.answers("deleteLIFFApp", "DELETE", f"{_PATH}/{{liffId}}", tier=3)
def delete(asked: Asked) -> Answer:
    """Forget an app."""
    apps, liff_id = asked.channel.part(LiffApps), asked.parameters["liffId"]
    apps.find(liff_id)
    del apps.every[liff_id]
    return Answer(findings=(SIMPLER,))
