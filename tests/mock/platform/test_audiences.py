"""Audiences: made, filled, listed by pages, and the channel's own."""

import pytest
from calling import Bot, platform
from every_call import upload

from line_sim.mock.platform.api import audiences
from line_sim.mock.platform.audiences import Audiences

PATH = "/v2/bot/audienceGroup"


@pytest.fixture
def bot() -> Bot:
    return Bot(platform(audiences.operations))


def made(bot: Bot, description: str = "ours") -> int:
    return int(bot.post(f"{PATH}/upload", {"description": description}).content["audienceGroupId"])


def test_each_user_counts_once_however_often_they_are_added(bot: Bot) -> None:
    audience = made(bot)
    for users in (["U1", "U2"], ["U2", "U3"]):
        said = {"audienceGroupId": audience, "audiences": [{"id": user} for user in users]}
        assert bot.put(f"{PATH}/upload", said).status == 202

    found = bot.get(f"{PATH}/{audience}").content
    assert (3, [2, 1]) == (
        found["audienceGroup"]["audienceCount"],
        [job["audienceCount"] for job in found["jobs"]],
    )


def test_a_file_holds_one_user_a_line(bot: Bot) -> None:
    answer = upload(bot, "POST", users="U1\r\nU2\n\nU3", description="from a file")
    audience = answer.content["audienceGroupId"]
    upload(bot, "PUT", users="U4\n", audienceGroupId=audience)

    assert {"U1", "U2", "U3", "U4"} == set(bot.channel.part(Audiences).find(audience).users)


@pytest.mark.parametrize(
    "content_type", ["application/json", "", "multipart/form-data;\r\n boundary=x"]
)
def test_a_file_that_comes_otherwise_is_refused(bot: Bot, content_type: str) -> None:
    answer = bot.call("POST", f"{PATH}/upload/byFile", b"U1", content_type=content_type)

    assert answer.status == 415


@pytest.mark.parametrize("fields", [{}, {"description": ""}, {"description": "x" * 121}], ids=str)
def test_a_form_is_read_like_a_body(bot: Bot, fields: dict[str, object]) -> None:
    assert upload(bot, "POST", **fields).status == 400


@pytest.mark.parametrize("given", ["", "x", "-1", "1e3", "٣"])
def test_an_audience_is_named_by_its_number(bot: Bot, given: str) -> None:
    assert upload(bot, "PUT", audienceGroupId=given).status == 400


def test_pages_hold_every_audience_once(bot: Bot) -> None:
    every = [made(bot, f"audience {number}") for number in range(5)]
    pages = [bot.get(f"{PATH}/list", page=page, size=2).content for page in (1, 2, 3, 4)]
    found = [each["audienceGroupId"] for page in pages for each in page["audienceGroups"]]

    assert (every, [True, True, False, False]) == (found, [page["hasNextPage"] for page in pages])
    assert {5} == {page["totalCount"] for page in pages}


@pytest.mark.parametrize(
    ("query", "count"),
    [
        ({"description": "b"}, 1),
        ({"status": "READY"}, 2),
        ({"status": "EXPIRED"}, 0),
    ],
    ids=str,
)
def test_audiences_are_found_by_name_and_status(
    bot: Bot, query: dict[str, str], count: int
) -> None:
    made(bot, "a")
    made(bot, "b")

    assert count == bot.get(f"{PATH}/list", page=1, **query).content["totalCount"]


@pytest.mark.parametrize(
    "query", [{}, {"page": 0}, {"page": 1, "size": 41}, {"page": 1, "status": "OLD"}], ids=str
)
def test_a_wrong_query_is_refused(bot: Bot, query: dict[str, object]) -> None:
    assert bot.get(f"{PATH}/list", **query).status == 400


def test_no_channel_sees_the_audiences_of_another(bot: Bot) -> None:
    audience = made(bot)
    rival = Bot(bot.platform, "rival")

    assert (404, 404) == (
        rival.get(f"{PATH}/{audience}").status,
        rival.delete(f"{PATH}/{audience}").status,
    )
    assert bot.delete(f"{PATH}/{audience}").status == 200
    assert bot.get(f"{PATH}/{audience}").status == 404


def test_audiences_may_be_asked_for_60_times_a_minute(bot: Bot) -> None:
    statuses = [bot.get(f"{PATH}/list", page=1).status for _ in range(61)]

    assert 60 * [200] + [429] == statuses
