"""Audiences: groups of users that a narrowcast can be aimed at."""

from __future__ import annotations

from line_sim.mock.platform.schemas.kinds import (
    FLAG,
    URL,
    Schema,
    choice,
    many,
    or_null,
    record,
    ref,
    text,
    whole,
)

STATES = ("IN_PROGRESS", "READY", "FAILED", "EXPIRED", "INACTIVE", "ACTIVATING")
ROUTES = ("OA_MANAGER", "MESSAGING_API", "POINT_AD", "AD_MANAGER")
_KIND = choice(
    "UPLOAD", "CLICK", "IMP", "CHAT_TAG", "FRIEND_PATH", "RESERVATION", "APP_EVENT", "VIDEO_VIEW",
    "WEBTRAFFIC", "IMAGE_CLICK", "RICHMENU_IMP", "RICHMENU_CLICK", "POP_AD_IMP",
    "TRACKINGTAG_WEBTRAFFIC",
)  # fmt: skip
_DESCRIPTION = text(1, 120)
_PERMISSION = choice("READ", "READ_WRITE")
_MADE = {
    "audienceGroupId": whole(),
    "type": _KIND,
    "description": text(),
    "created": whole(),
    "permission": _PERMISSION,
    "isIfaAudience": FLAG,
}
_CREATED = {**_MADE, "createRoute": choice("MESSAGING_API"), "expireTimestamp": whole()}
_PAGE = record(
    audienceGroups=many(ref("AudienceGroup")),
    hasNextPage=FLAG,
    totalCount=whole(0),
    readWriteAudienceGroupTotalCount=whole(0),
    page=whole(1),
    size=whole(1),
)
_ONE = {"audienceGroup": ref("AudienceGroup"), "jobs": many(ref("AudienceGroupJob"), most=50)}
_FILE: Schema = {"type": "string", "format": "binary"}
_FAILED = choice("AUDIENCE_GROUP_AUDIENCE_INSUFFICIENT", "INTERNAL_ERROR")

SCHEMAS: dict[str, Schema] = {
    "Audience": record(id=text(1)),
    "CreateAudienceGroupRequest": record(
        {"description": _DESCRIPTION},
        isIfaAudience=FLAG,
        uploadDescription=text(),
        audiences=many(ref("Audience"), most=10_000),
    ),
    "CreateAudienceGroupResponse": record(**_CREATED),
    "AddAudienceToAudienceGroupRequest": record(
        {"audienceGroupId": whole(), "audiences": many(ref("Audience"), most=10_000)},
        uploadDescription=text(),
    ),
    "CreateAudienceByFileRequest": record(
        {"description": _DESCRIPTION, "file": _FILE}, isIfaAudience=FLAG, uploadDescription=text()
    ),
    "AddAudienceByFileRequest": record(
        {"audienceGroupId": whole(), "file": _FILE}, uploadDescription=text()
    ),
    "CreateClickBasedAudienceGroupRequest": record(
        {"description": _DESCRIPTION, "requestId": text(1)}, clickUrl={**URL, "maxLength": 2_000}
    ),
    "CreateClickBasedAudienceGroupResponse": record(**_CREATED, requestId=text(), clickUrl=URL),
    "CreateImpBasedAudienceGroupRequest": record(
        {"description": _DESCRIPTION, "requestId": text(1)}
    ),
    "CreateImpBasedAudienceGroupResponse": record(**_CREATED, requestId=text()),
    "UpdateAudienceGroupDescriptionRequest": record({"description": _DESCRIPTION}),
    "AudienceGroup": record(
        **_MADE,
        status=choice(*STATES),
        failedType=or_null(_FAILED),
        audienceCount=whole(0),
        requestId=text(),
        clickUrl=URL,
        createRoute=choice(*ROUTES),
    ),
    "AudienceGroupJob": record(
        audienceGroupJobId=whole(),
        audienceGroupId=whole(),
        description=text(),
        type=choice("DIFF_ADD"),
        jobStatus=choice("QUEUED", "WORKING", "FINISHED", "FAILED"),
        failedType=_FAILED,
        audienceCount=whole(0),
        created=whole(),
    ),
    "GetAudienceDataResponse": record(**_ONE, adaccount=record(name=text())),
    "GetSharedAudienceDataResponse": record(**_ONE, owner=ref("DetailedOwner")),
    "DetailedOwner": record(serviceType=text(), id=text(), name=text()),
    "GetAudienceGroupsResponse": _PAGE,
    "GetSharedAudienceGroupsResponse": _PAGE,
}
