"""Profiles, friends, groups: who may be seen, by whom."""

import pytest
from calling import DAY, Bot
from meeting import meet, push

from line_sim.mock.platform import acts
from line_sim.mock.platform.chats import Chat
from line_sim.net.clock import Instant


def picnic(bot: Bot, people: int, kind: str = "group") -> Chat:
    """A group of so many with the account in it."""
    members = [bot.channel.provider.new(f"member {number}") for number in range(people)]
    chat = bot.platform.new_chat(bot.channel.provider, members, "Picnic", kind)
    acts.invites_bot(bot.channel, chat, bot.now)
    return chat


def test_a_friends_profile_holds_what_they_have_and_no_nulls() -> None:
    bot = meet()
    provider = bot.channel.provider
    mei = provider.new("Mei 🍎", status_message="hi", language="th", picture_url="https://e.com/m")
    ken = provider.new("Ken")
    acts.befriends(bot.channel, mei)
    acts.befriends(bot.channel, ken)

    assert {
        "displayName": "Mei 🍎", "userId": mei.id, "statusMessage": "hi", "language": "th",
        "pictureUrl": "https://e.com/m",
    } == bot.get(f"/v2/bot/profile/{mei.id}").content  # fmt: skip
    assert {"displayName": "Ken", "userId": ken.id} == bot.get(
        f"/v2/bot/profile/{ken.id}"
    ).content  # fmt: skip


def test_strangers_blockers_and_those_without_consent_have_no_profile() -> None:
    bot = meet()
    provider = bot.channel.provider
    never, shy, blocker = provider.new("a"), provider.new("b", consent=False), provider.new("c")
    for each in (shy, blocker):
        acts.befriends(bot.channel, each)
    acts.blocks(bot.channel, blocker, bot.now)
    answers = [bot.get(f"/v2/bot/profile/{each.id}") for each in (never, shy, blocker)]

    assert {(404, "Not found")} == {(each.status, each.content["message"]) for each in answers}
    assert 3 == len({each.why for each in answers})


def test_who_wrote_without_being_a_friend_has_a_profile() -> None:
    bot = meet()
    mei = bot.channel.provider.new("Mei")
    acts.says(bot.channel, mei, bot.now, "hi")

    assert 200 == bot.get(f"/v2/bot/profile/{mei.id}").status


def test_a_user_id_of_another_provider_or_none_at_all() -> None:
    bot = meet()
    theirs = Bot(bot.platform, "rival").friend()

    assert 404 == bot.get(f"/v2/bot/profile/{theirs.id}").status
    assert 400 == bot.get("/v2/bot/profile/nonsense").status


def test_followers_come_in_pages_without_blockers() -> None:
    bot = meet()
    ids = [bot.friend(str(number)).id for number in range(7)]
    acts.blocks(bot.channel, bot.friend("3"), bot.now)
    seen, start = [], {}
    while start is not None:
        content = bot.get("/v2/bot/followers/ids", limit=3, **start).content
        seen.append(content["userIds"])
        start = {"start": content["next"]} if "next" in content else None

    assert [each for place, each in enumerate(ids) if place != 3] == [*seen[0], *seen[1]]
    assert 2 == len(seen)


@pytest.mark.parametrize("limit", ["0", "1001", "x", "-1", "", "9" * 5_000])
def test_a_page_is_one_to_a_thousand(limit: str) -> None:
    assert 400 == meet().get("/v2/bot/followers/ids", limit=limit).status


def test_a_continuation_token_is_good_for_a_day_and_for_its_own_list() -> None:
    bot = meet(groups=True)
    chat = picnic(bot, 101)
    path = f"/v2/bot/group/{chat.id}/members/ids"
    start = bot.get(path).content["next"]
    wrong = bot.get("/v2/bot/followers/ids", start=start)
    bot.now = Instant(DAY, 0)
    good = bot.get(path, start=start)
    bot.now = Instant(DAY + 1_000_000, 0)

    assert (400, "Invalid start param") == (wrong.status, wrong.content["message"])
    assert 1 == len(good.content["memberIds"])
    assert 400 == bot.get(path, start=start).status


def test_only_verified_accounts_may_list_people() -> None:
    bot = meet(verified=False, groups=True)
    chat = picnic(bot, 1)
    paths = ("/v2/bot/followers/ids", f"/v2/bot/group/{chat.id}/members/ids")

    assert [403, 403] == [bot.get(path).status for path in paths]


@pytest.mark.parametrize("kind", ["group", "room"])
def test_groups_and_rooms_tell_of_their_members(kind: str) -> None:
    bot = meet(groups=True)
    chat = picnic(bot, 2, kind)
    first, second = chat.members.values()
    first.status_message, second.consent = "hi", False
    path = f"/v2/bot/{kind}/{chat.id}"

    assert {"count": 2} == bot.get(f"{path}/members/count").content
    assert {"memberIds": [first.id]} == bot.get(f"{path}/members/ids").content
    assert {"displayName": "member 0", "userId": first.id} == bot.get(
        f"{path}/member/{first.id}"
    ).content  # fmt: skip
    assert 404 == bot.get(f"{path}/member/{second.id}").status
    assert 404 == bot.get(f"{path}/member/{bot.friend().id}").status
    assert (400, "parameter") == (
        bot.get(f"{path}/member/nonsense").status,
        bot.get(f"{path}/member/{first.id.upper()}").rule.id,
    )


def test_a_group_has_a_name() -> None:
    bot = meet(groups=True)
    chat = picnic(bot, 1)
    plain = bot.get(f"/v2/bot/group/{chat.id}/summary").content
    chat.picture_url = "https://example.com/p"

    assert {"groupId": chat.id, "groupName": "Picnic"} == plain
    assert "https://example.com/p" == bot.get(f"/v2/bot/group/{chat.id}/summary").content[
        "pictureUrl"
    ]  # fmt: skip


@pytest.mark.parametrize(("kind", "again"), [("group", 404), ("room", 200)])
def test_an_account_that_left_can_send_there_no_more(kind: str, again: int) -> None:
    bot = meet(groups=True)
    chat = picnic(bot, 1, kind)
    path = f"/v2/bot/{kind}/{chat.id}/leave"
    first = bot.post(path)

    assert (200, {}) == (first.status, first.content)
    assert 400 == push(bot, chat.id).status
    assert again == bot.post(path).status


@pytest.mark.parametrize("rest", ["summary", "members/count", "members/ids", "member/x"])
def test_a_group_id_is_of_a_group_the_account_is_in(rest: str) -> None:
    bot = meet()

    assert 400 == bot.get(f"/v2/bot/group/nonsense/{rest}").status
    assert 404 == bot.get(f"/v2/bot/group/C{'0' * 32}/{rest}").status


def test_bot_info_is_the_destination_and_the_modes_of_the_chat() -> None:
    modes = []
    for switched in (True, False):
        bot = meet(chat=switched)
        info = bot.get("/v2/bot/info").content
        modes.append((info["chatMode"], info["markAsReadMode"]))

        assert bot.channel.bot_user_id == info["userId"]
        assert {"userId", "basicId", "displayName", "chatMode", "markAsReadMode"} == set(info)

    assert [("chat", "manual"), ("bot", "auto")] == modes
