"""Groups and rooms (Messaging API reference, group and multi-person chats)."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Literal

from line_sim.mock.platform.acts.groups import removes_bot
from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.named_users import user_id
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.paging import check_verified, page
from line_sim.wire.refusals import NOT_FOUND, PARAMETER, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked
    from line_sim.mock.platform.chats import Chat

operations = Operations()

Kind = Literal["group", "room"]

_IDS = {"group": re.compile(r"C[0-9a-f]{32}"), "room": re.compile(r"R[0-9a-f]{32}")}
_MOST_IDS = 100


@operations.answers(
    "getGroupSummary", "GET", "/v2/bot/group/{groupId}/summary", tier=1,
    result="GroupSummaryResponse",
)  # fmt: skip
def summary(asked: Asked) -> Answer:
    """A group's name and picture."""
    chat = _chat(asked, "group")
    found = {"groupId": chat.id, "groupName": chat.name}
    if chat.picture_url:
        found["pictureUrl"] = chat.picture_url
    return Answer(content=found)


def _of(kind: Kind) -> None:
    """The operations that groups and rooms have alike."""
    name, path = kind.capitalize(), f"/v2/bot/{kind}/{{{kind}Id}}"

    @operations.answers(
        f"get{name}MemberProfile", "GET", f"{path}/member/{{userId}}", tier=1,
        result=f"{name}UserProfileResponse",
    )  # fmt: skip
    def member(asked: Asked) -> Answer:
        person = _chat(asked, kind).members.get(user_id(asked))
        if person is None or not person.consent:
            why = "no member" if person is None else f"{person.name} has not agreed"
            raise RefusedError(NOT_FOUND, why=why)
        return Answer(content=person.profile(status=False))

    @operations.answers(
        f"get{name}MembersIds", "GET", f"{path}/members/ids", tier=2, result="MembersIdsResponse"
    )
    def members(asked: Asked) -> Answer:
        check_verified(asked)
        people = _chat(asked, kind).members.values()
        ids = [person.id for person in people if person.consent]
        return Answer(content=page(asked, "memberIds", ids, _MOST_IDS))

    @operations.answers(
        f"get{name}MemberCount", "GET", f"{path}/members/count", tier=2,
        result=f"{name}MemberCountResponse",
    )  # fmt: skip
    def count(asked: Asked) -> Answer:
        return Answer(content={"count": len(_chat(asked, kind).members)})

    @operations.answers(f"leave{name}", "POST", f"{path}/leave", tier=2)
    def leave(asked: Asked) -> Answer:
        try:
            chat = _chat(asked, kind)
        except RefusedError as refused:
            if kind == "room" and refused.rule is NOT_FOUND:
                return Answer(content={}, findings=("the account is not in that room",))
            raise
        removes_bot(chat, asked.now)
        return Answer(content={})


_of("group")
_of("room")


def _chat(asked: Asked, kind: Kind) -> Chat:
    """The chat of the path, with the account in it."""
    chat_id = asked.parameters[f"{kind}Id"]
    if not _IDS[kind].fullmatch(chat_id):
        raise RefusedError(PARAMETER, name=f"{kind}Id", why=f"{chat_id[:80]!r} is no {kind} id")
    chat = asked.platform.chats.get(chat_id)
    if chat is None or chat.channel is not asked.channel:
        raise RefusedError(NOT_FOUND, why=f"the account is in no such {kind}")
    return chat
