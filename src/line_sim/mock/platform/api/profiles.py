"""Who users are, who is a friend, and what the account says of itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock.platform.calls import Answer
from line_sim.mock.platform.named_users import known_user
from line_sim.mock.platform.operations import Operations
from line_sim.mock.platform.paging import check_verified, limit, page
from line_sim.wire.refusals import NOT_FOUND, RefusedError

if TYPE_CHECKING:
    from line_sim.mock.platform.calls import Asked

operations = Operations()

_FOLLOWERS = 300
_MOST_FOLLOWERS = 1_000


@operations.answers(
    "getProfile", "GET", "/v2/bot/profile/{userId}", tier=1, result="UserProfileResponse"
)
def profile(asked: Asked) -> Answer:
    """A user who is a friend, or wrote without being one; nobody who blocks the account."""
    person = known_user(asked)
    channel = asked.channel
    written = person.id in channel.last_wrote_us
    if not person.consent:
        raise RefusedError(NOT_FOUND, why=f"{person.name} has not agreed to profile access")
    if person.id in channel.blocked:
        raise RefusedError(NOT_FOUND, why=f"{person.name} blocks the account")
    if not written and not channel.is_friend(person.id):
        raise RefusedError(NOT_FOUND, why=f"{person.name} is no friend and never wrote")
    return Answer(content=person.profile())


@operations.answers(
    "getFollowers", "GET", "/v2/bot/followers/ids", tier=2, result="GetFollowersResponse"
)
def followers(asked: Asked) -> Answer:
    """Ids of all friends; of verified and premium accounts only."""
    check_verified(asked)
    channel = asked.channel
    people = channel.provider.people
    ids = [each for each in channel.friends if channel.is_friend(each) and not people[each].deleted]
    return Answer(content=page(asked, "userIds", ids, limit(asked, _FOLLOWERS, _MOST_FOLLOWERS)))


@operations.answers("getBotInfo", "GET", "/v2/bot/info", tier=1, result="BotInfoResponse")
def bot_info(asked: Asked) -> Answer:
    """The account; its user id is the ``destination`` of its webhooks."""
    channel = asked.channel
    return Answer(
        content={
            "userId": channel.bot_user_id,
            "basicId": channel.basic_id,
            "displayName": channel.name,
            "chatMode": "chat" if channel.chat else "bot",
            "markAsReadMode": "manual" if channel.chat else "auto",
        }
    )


@operations.answers(
    "issueLinkToken", "POST", "/v2/bot/user/{userId}/linkToken", tier=2,
    result="IssueLinkTokenResponse",
)  # fmt: skip
def link_token(asked: Asked) -> Answer:
    """A token with which a service links its account of a user: once, within ten minutes."""
    person = known_user(asked)
    token = asked.platform.ids.opaque("link")
    asked.channel.link_tokens.add(token, person.id, asked.now)
    return Answer(content={"linkToken": token})
