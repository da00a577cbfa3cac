"""Rich menus: what one must be, who sees which, and where a switch leads."""

import io
import itertools

import pytest
from calling import Bot, platform
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from line_sim.mock.platform.api import aliases, richmenus
from line_sim.mock.platform.rich_menu_batches import carry_out
from line_sim.mock.platform.rich_menus import MOST, RichMenus

MENU = "/v2/bot/richmenu"
BODY = {
    "size": {"width": 800, "height": 540},
    "selected": False,
    "name": "a menu",
    "chatBarText": "tap",
    "areas": [],
}


@pytest.fixture
def bot() -> Bot:
    return Bot(platform(aliases.operations, richmenus.operations))


def image(width: int = 800, height: int = 540, kind: str = "PNG") -> bytes:
    written = io.BytesIO()
    Image.new("RGB", (width, height)).save(written, kind)
    return written.getvalue()


def upload(bot: Bot, menu: str, body: bytes, media_type: str = "image/png") -> object:
    return bot.call("POST", f"{MENU}/{menu}/content", body, content_type=media_type)


def made(bot: Bot, *, shown: bool = True) -> str:
    menu = bot.post(MENU, BODY).content["richMenuId"]
    if shown:
        assert upload(bot, menu, image()).status == 200
    return str(menu)


def test_what_was_made_is_shown_listed_and_deleted(bot: Bot) -> None:
    menu = made(bot)

    assert {"richMenuId": menu, **BODY} == bot.get(f"{MENU}/{menu}").content
    assert [menu] == [each["richMenuId"] for each in bot.get(f"{MENU}/list").content["richmenus"]]
    assert bot.delete(f"{MENU}/{menu}").status == 200
    assert bot.get(f"{MENU}/{menu}").status == 404


def test_validating_refuses_what_creating_refuses_and_makes_nothing(bot: Bot) -> None:
    wrong = {**BODY, "chatBarText": "x" * 15}

    assert (400, 400) == (bot.post(MENU, wrong).status, bot.post(f"{MENU}/validate", wrong).status)
    assert bot.post(f"{MENU}/validate", BODY).status == 200
    assert bot.get(f"{MENU}/list").content == {"richmenus": []}


def test_no_channel_has_the_menus_of_another(bot: Bot) -> None:
    menu = made(bot)
    rival = Bot(bot.platform, "rival")

    assert (404, []) == (
        rival.get(f"{MENU}/{menu}").status,
        rival.get(f"{MENU}/list").content["richmenus"],
    )


def test_the_image_comes_back_byte_for_byte_and_cannot_be_replaced(bot: Bot) -> None:
    menu, first = made(bot, shown=False), image(kind="JPEG")
    assert bot.get(f"{MENU}/{menu}/content").status == 404

    assert upload(bot, menu, first, "image/jpeg").status == 200
    assert upload(bot, menu, image()).rule.id == "richmenu-image-taken"
    found = bot.get(f"{MENU}/{menu}/content")
    assert (first, "image/jpeg") == (found.content, found.media_type)


@pytest.mark.parametrize(
    ("width", "height", "fits"),
    [
        (800, 250, True),
        (799, 250, False),
        (800, 249, False),
        (2_500, 843, True),
        (2_501, 843, False),
        (1_450, 1_000, True),
        (1_449, 1_000, False),
    ],
)
def test_an_images_size_is_held_at_each_border(
    bot: Bot, width: int, height: int, *, fits: bool
) -> None:
    answer = upload(bot, made(bot, shown=False), image(width, height))

    assert fits == (answer.rule is None)
    assert fits or answer.rule.id == "richmenu-image-size"


@pytest.mark.parametrize(
    ("body", "media_type", "status"),
    [
        (image(), "image/gif", 415),
        (image(), "", 415),
        (image() + bytes(2**20), "image/png", 413),
        (b"", "image/png", 400),
        (b"no image", "image/png", 400),
        (image(kind="GIF"), "image/png", 400),
    ],
    ids=["gif", "no type", "over 1 MB", "empty", "no image", "gif in disguise"],
)
def test_what_is_no_jpeg_or_png_of_1_mb_is_refused(
    bot: Bot, body: bytes, media_type: str, status: int
) -> None:
    assert status == upload(bot, made(bot, shown=False), body, media_type).status


def test_an_image_unlike_what_was_said_of_it_is_a_finding(bot: Bot) -> None:
    answer = upload(bot, made(bot, shown=False), image(1_000, 500), "image/jpeg")

    assert (200, 2) == (answer.status, len(answer.findings))


def test_no_menu_is_shown_without_its_image(bot: Bot) -> None:
    menu, user = made(bot, shown=False), bot.friend().id
    calls = [
        bot.post(f"/v2/bot/user/all/richmenu/{menu}"),
        bot.post(f"/v2/bot/user/{user}/richmenu/{menu}"),
        bot.post(f"{MENU}/bulk/link", {"richMenuId": menu, "userIds": [user]}),
    ]

    assert {"richmenu-image-missing"} == {answer.rule.id for answer in calls}


def test_a_menu_of_ones_own_goes_before_the_default(bot: Bot) -> None:
    default, own, user = made(bot), made(bot), bot.friend().id
    menus = bot.channel.part(RichMenus)
    bot.post(f"/v2/bot/user/all/richmenu/{default}")
    assert menus.shown(user).id == default

    bot.post(f"/v2/bot/user/{user}/richmenu/{own}")
    assert menus.shown(user).id == own
    assert bot.get(f"/v2/bot/user/{user}/richmenu").content == {"richMenuId": own}

    bot.delete(f"/v2/bot/user/{user}/richmenu")
    assert bot.get(f"/v2/bot/user/{user}/richmenu").rule.id == "richmenu-user"
    assert bot.get("/v2/bot/user/all/richmenu").content == {"richMenuId": default}

    bot.delete("/v2/bot/user/all/richmenu")
    assert bot.get("/v2/bot/user/all/richmenu").rule.id == "richmenu-default"
    assert menus.shown(user) is None


def test_a_deleted_menu_is_shown_to_nobody(bot: Bot) -> None:
    menu, user = made(bot), bot.friend().id
    bot.post(f"/v2/bot/user/all/richmenu/{menu}")
    bot.post(f"/v2/bot/user/{user}/richmenu/{menu}")
    bot.delete(f"{MENU}/{menu}")

    assert bot.channel.part(RichMenus).shown(user) is None
    assert bot.get("/v2/bot/user/all/richmenu").status == 404


def test_many_are_linked_and_unlinked_by_one_call(bot: Bot) -> None:
    menu, users = made(bot), [bot.friend(name).id for name in ("Aiko", "Ben", "Chie")]

    assert bot.post(f"{MENU}/bulk/link", {"richMenuId": menu, "userIds": users}).status == 202
    assert dict.fromkeys(users, menu) == bot.channel.part(RichMenus).linked
    assert bot.post(f"{MENU}/bulk/unlink", {"userIds": users[:2]}).status == 202
    assert {users[2]: menu} == bot.channel.part(RichMenus).linked


def test_one_stranger_among_many_stops_the_call_and_is_named(bot: Bot) -> None:
    stranger = Bot(bot.platform, "rival").friend().id
    said = {"richMenuId": made(bot), "userIds": [bot.friend().id, stranger]}
    answer = bot.post(f"{MENU}/bulk/link", said)

    assert (400, True) == (answer.status, "userIds[1]" in answer.content["message"])
    assert bot.channel.part(RichMenus).linked == {}


@pytest.mark.parametrize(("user", "status"), [("Cabc", 400), ("Uabc", 400), ("U" + "0" * 32, 404)])
def test_a_menu_is_linked_to_users_of_the_provider_only(bot: Bot, user: str, status: int) -> None:
    assert status == bot.post(f"/v2/bot/user/{user}/richmenu/{made(bot)}").status


def test_the_1001st_menu_is_refused(bot: Bot) -> None:
    menus = bot.channel.part(RichMenus)
    for _ in range(MOST):
        menus.create(dict(BODY))

    assert bot.post(MENU, BODY).rule.id == "richmenu-count"


def test_the_101st_menu_within_an_hour_is_one_too_many(bot: Bot) -> None:
    statuses = [bot.post(MENU, BODY).status for _ in range(101)]

    assert 100 * [200] + [429] == statuses


def test_an_alias_names_one_menu_at_a_time(bot: Bot) -> None:
    first, second = made(bot), made(bot)
    named = {"richMenuAliasId": "main", "richMenuId": first}
    assert bot.post(f"{MENU}/alias", named).status == 200

    assert bot.post(f"{MENU}/alias", named).rule.id == "richmenu-alias-taken"
    assert bot.post(f"{MENU}/alias/main", {"richMenuId": second}).status == 200
    moved = {"richMenuAliasId": "main", "richMenuId": second}
    assert moved == bot.get(f"{MENU}/alias/main").content
    assert {"aliases": [moved]} == bot.get(f"{MENU}/alias/list").content
    assert bot.delete(f"{MENU}/alias/main").status == 200
    assert bot.get(f"{MENU}/alias/main").rule.id == "richmenu-alias"


@pytest.mark.parametrize("alias", ["", "x" * 33, "Main", "ma in"])
def test_an_alias_is_of_1_to_32_plain_characters(bot: Bot, alias: str) -> None:
    said = {"richMenuAliasId": alias, "richMenuId": made(bot)}

    assert bot.post(f"{MENU}/alias", said).status == 400


def test_a_switch_leads_where_its_alias_does_or_says_why_not(bot: Bot) -> None:
    menus, user = bot.channel.part(RichMenus), bot.friend().id
    there, gone, bare = made(bot), made(bot), made(bot, shown=False)
    for alias, menu in {"there": there, "gone": gone, "bare": bare}.items():
        menus.add_alias(alias, menu)
    menus.delete(gone)

    found = {alias: menus.switch(user, alias) for alias in ("there", "gone", "bare", "never")}
    assert found == {
        "there": "SUCCESS",
        "gone": "RICHMENU_NOTFOUND",
        "bare": "FAILED",
        "never": "RICHMENU_ALIAS_ID_NOTFOUND",
    }
    assert menus.shown(user).id == there


def test_a_batch_swaps_two_menus_without_moving_anybody_twice(bot: Bot) -> None:
    first, second = made(bot), made(bot)
    aiko, ben = bot.friend("Aiko").id, bot.friend("Ben").id
    menus = bot.channel.part(RichMenus)
    menus.link(first, [aiko])
    menus.link(second, [ben])
    swap = [
        {"type": "link", "from": first, "to": second},
        {"type": "link", "from": second, "to": first},
    ]
    answer = bot.post(f"{MENU}/batch", {"operations": swap})

    assert (202, {aiko: second, ben: first}) == (answer.status, menus.linked)
    request_id = answer.headers["x-line-request-id"]
    progress = bot.get(f"{MENU}/progress/batch", requestId=request_id)
    assert progress.content["phase"] == "succeeded"
    assert bot.get(f"{MENU}/progress/batch", requestId="never").status == 400


@pytest.mark.parametrize(
    "wrong",
    [
        [{"type": "unlinkAll"}, {"type": "unlink", "from": "a"}],
        [{"type": "unlink", "from": "a"}, {"type": "link", "from": "a", "to": "b"}],
        [{"type": "link", "from": "a"}],
        [{"type": "nothing"}],
    ],
)
def test_operations_that_contradict_each_other_are_refused(
    bot: Bot, wrong: list[dict[str, str]]
) -> None:
    said = {"operations": wrong}

    assert bot.post(f"{MENU}/validate/batch", said).status == 400
    assert bot.post(f"{MENU}/batch", said).status == 400


@settings(max_examples=50)
@given(
    links=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 2)),
    moves=st.dictionaries(st.integers(0, 2), st.integers(-1, 2)),
)
def test_a_batch_moves_each_user_by_the_menu_they_had(
    links: dict[str, int], moves: dict[int, int]
) -> None:
    menus = Bot(platform(richmenus.operations)).channel.part(RichMenus)
    ids = [menus.create(dict(BODY)).id for _ in range(3)]
    for menu, (user, number) in itertools.product(menus.menus.values(), links.items()):
        menu.image = b"an image"
        menus.linked[user] = ids[number]
    operations = [
        {"type": "unlink", "from": ids[old]}
        if new < 0
        else {"type": "link", "from": ids[old], "to": ids[new]}
        for old, new in moves.items()
    ]
    expected = {user: moves.get(number, number) for user, number in links.items()}
    carry_out(menus, operations)

    assert {user: ids[new] for user, new in expected.items() if new >= 0} == menus.linked
