"""Audiences: made of uploaded ids, or of who saw or tapped a message (manage audience)."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from line_sim.mock.platform.audiences import Audience, Audiences
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.multipart import parts
from line_sim.mock.platform.operations import Limit, Operations
from line_sim.mock.platform.queries import is_true, needed, number
from line_sim.mock.platform.request_bodies import fitting, read
from line_sim.mock.platform.simpler import SIMPLER
from line_sim.wire.refusals import PARAMETER, RefusedError

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.mock.platform.calls import Asked

operations = Operations()

_PATH = "/v2/bot/audienceGroup"
_MOST_A_PAGE = 40


def _answers(
    name: str, method: str, path: str, **facts: object
) -> Callable[..., Callable[[Asked], Answer]]:
    """Add an operation; all share limit and tier."""
    limit = Limit(60, 60)
    return operations.answers(name, method, f"{_PATH}{path}", tier=3, limit=limit, **facts)


@_answers(
    "createAudienceGroup", "POST", "/upload", status=202,
    body="CreateAudienceGroupRequest", result="CreateAudienceGroupResponse",
)  # fmt: skip
def create(asked: Asked) -> Answer:
    """An audience of the ids in the body."""
    found = read(asked, "CreateAudienceGroupRequest")
    users = [each.get("id", "") for each in found.body.get("audiences") or ()]
    return _created(asked, found.body, users, found.warnings)


@_answers(
    "addAudienceToAudienceGroup", "PUT", "/upload", status=202,
    body="AddAudienceToAudienceGroupRequest",
)  # fmt: skip
def add(asked: Asked) -> Answer:
    """More ids for an audience."""
    found = read(asked, "AddAudienceToAudienceGroupRequest")
    users = [each.get("id", "") for each in found.body["audiences"]]
    return _added(asked, found.body, users, found.warnings)


@_answers(
    "createAudienceForUploadingUserIds", "POST", "/upload/byFile", host="data", upload=True,
    status=202, body="CreateAudienceByFileRequest", result="CreateAudienceGroupResponse",
)  # fmt: skip
def create_by_file(asked: Asked) -> Answer:
    """An audience of the ids in a file, one a line."""
    form: dict[str, Any] = dict(parts(asked))
    form["isIfaAudience"] = is_true(form.get("isIfaAudience"))
    found = fitting(form, "CreateAudienceByFileRequest")
    return _created(asked, found.body, form["file"].split(), found.warnings)


@_answers(
    "addUserIdsToAudience", "PUT", "/upload/byFile", host="data", upload=True, status=202,
    body="AddAudienceByFileRequest",
)  # fmt: skip
def add_by_file(asked: Asked) -> Answer:
    """More ids for an audience, from a file."""
    form: dict[str, Any] = dict(parts(asked))
    given = form.get("audienceGroupId", "")
    form["audienceGroupId"] = int(given) if given.isascii() and given.isdecimal() else None
    found = fitting(form, "AddAudienceByFileRequest")
    return _added(asked, found.body, form["file"].split(), found.warnings)


@_answers(
    "createClickBasedAudienceGroup", "POST", "/click", status=202,
    body="CreateClickBasedAudienceGroupRequest", result="CreateClickBasedAudienceGroupResponse",
)  # fmt: skip
def create_by_click(asked: Asked) -> Answer:
    """An audience of who tapped a link of a message: nobody, for the mock counts no taps."""
    return _of_message(asked, "CLICK", "CreateClickBasedAudienceGroupRequest")


@_answers(
    "createImpBasedAudienceGroup", "POST", "/imp", status=202,
    body="CreateImpBasedAudienceGroupRequest", result="CreateImpBasedAudienceGroupResponse",
)  # fmt: skip
def create_by_view(asked: Asked) -> Answer:
    """An audience of who saw a message: nobody, for the mock counts no views."""
    return _of_message(asked, "IMP", "CreateImpBasedAudienceGroupRequest")


@_answers("getAudienceGroups", "GET", "/list", result="GetAudienceGroupsResponse")
def listed(asked: Asked) -> Answer:
    """The channel's audiences by pages."""
    return _page(asked, list(asked.channel.part(Audiences).every.values()))


@_answers(
    "getSharedAudienceGroups", "GET", "/shared/list", result="GetSharedAudienceGroupsResponse"
)
def listed_shared(asked: Asked) -> Answer:
    """Audiences shared with the account: none, or the channel's own where they are asked for."""
    own = is_true(asked.query("includesOwnedAudienceGroups"))
    return _page(asked, list(asked.channel.part(Audiences).every.values()) if own else [])


@_answers("getAudienceData", "GET", "/{audienceGroupId}", result="GetAudienceDataResponse")
def get(asked: Asked) -> Answer:
    """One audience and its jobs."""
    audience = _one(asked)
    content = {"audienceGroup": audience.shown(), "jobs": audience.jobs}
    return Answer(content=content, findings=(SIMPLER,))


@_answers(
    "getSharedAudienceData", "GET", "/shared/{audienceGroupId}",
    result="GetSharedAudienceDataResponse",
)  # fmt: skip
def get_shared(asked: Asked) -> Answer:
    """One audience with its owner, which is the channel itself."""
    audience = _one(asked)
    owner = {"serviceType": "msgapi", "id": asked.channel.id, "name": asked.channel.name}
    content = {"audienceGroup": audience.shown(), "jobs": audience.jobs, "owner": owner}
    return Answer(content=content, findings=(SIMPLER,))


@_answers(
    "updateAudienceGroupDescription", "PUT", "/{audienceGroupId}/updateDescription",
    body="UpdateAudienceGroupDescriptionRequest",
)  # fmt: skip
def describe(asked: Asked) -> Answer:
    """Give an audience another name."""
    audience = _one(asked)
    found = read(asked, "UpdateAudienceGroupDescriptionRequest")
    audience.description = found.body["description"]
    return Answer(content={}, findings=(*found.warnings, SIMPLER))


@_answers("deleteAudienceGroup", "DELETE", "/{audienceGroupId}")
def delete(asked: Asked) -> Answer:
    """Forget an audience."""
    del asked.channel.part(Audiences).every[_one(asked).id]
    return Answer(content={}, findings=(SIMPLER,))


def _now_s(asked: Asked) -> int:
    """The Unix time in seconds, as audiences tell it."""
    return asked.platform.unix_ms(asked.now) // 1_000


def _one(asked: Asked) -> Audience:
    """The audience of the path."""
    return asked.channel.part(Audiences).find(asked.parameters["audienceGroupId"])


def _created(
    asked: Asked, body: dict[str, Any], users: list[str], warnings: tuple[str, ...]
) -> Answer:
    """Make an audience of users."""
    audiences, now_s = asked.channel.part(Audiences), _now_s(asked)
    is_ifa = bool(body.get("isIfaAudience"))
    audience = audiences.add("UPLOAD", body["description"], now_s, is_ifa=is_ifa)
    if users:
        audiences.fill(audience, users, body.get("uploadDescription") or "", now_s)
    return Answer(202, audience.made(), findings=(*warnings, SIMPLER))


def _added(
    asked: Asked, body: dict[str, Any], users: list[str], warnings: tuple[str, ...]
) -> Answer:
    """Add users to an audience."""
    audiences = asked.channel.part(Audiences)
    audience = audiences.find(body["audienceGroupId"])
    audiences.fill(audience, users, body.get("uploadDescription") or "", _now_s(asked))
    return Answer(202, {}, findings=(*warnings, SIMPLER))


def _of_message(asked: Asked, kind: str, name: str) -> Answer:
    """Make an audience that belongs to a message."""
    found = read(asked, name)
    about = {each: found.body[each] for each in ("requestId", "clickUrl") if found.body.get(each)}
    description = found.body["description"]
    audiences = asked.channel.part(Audiences)
    audience = audiences.add(kind, description, _now_s(asked), about=about)
    return Answer(202, audience.made(), findings=(*found.warnings, SIMPLER))


def _page(asked: Asked, audiences: list[Audience]) -> Answer:
    """Those that match the query, by pages."""
    place = int(needed(asked, "page", "[1-9][0-9]{0,8}"))
    size = number(asked, "size", usual=20, most=_MOST_A_PAGE)
    if (state := asked.query("status")) not in {None, "READY"}:
        audiences = []
        _check_state(state)
    words = asked.query("description") or ""
    found = [each.shown() for each in audiences if words in each.description]
    rest = found[(place - 1) * size :]
    content = {
        "audienceGroups": rest[:size],
        "hasNextPage": len(rest) > size,
        "totalCount": len(found),
        "readWriteAudienceGroupTotalCount": len(found),
        "page": place,
        "size": size,
    }
    return Answer(content=content, findings=(SIMPLER,))


def _check_state(state: str | None) -> None:
    """Raise where LINE knows no such status."""
    known = ("IN_PROGRESS", "FAILED", "EXPIRED", "INACTIVE", "ACTIVATING")
    if state not in known:
        raise RefusedError(PARAMETER, name="status", why=f"{state!r}; READY or one of {known}")
