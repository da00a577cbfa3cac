"""Rich menus and their aliases, by the official Python SDK: one test a row of LINE's table."""

import io

import pytest
from linebot.v3 import messaging
from PIL import Image
from sdk import Account, refused, words


def picture(width: int = 800, height: int = 540) -> bytes:
    """A picture of a menu's size."""
    written = io.BytesIO()
    Image.new("RGB", (width, height)).save(written, "PNG")
    return written.getvalue()


def request() -> messaging.RichMenuRequest:
    """A menu of one area."""
    return messaging.RichMenuRequest(
        size=messaging.RichMenuSize(width=800, height=540),
        selected=False,
        name="a menu",
        chatBarText="tap",
        areas=[
            messaging.RichMenuArea(
                bounds=messaging.RichMenuBounds(x=0, y=0, width=400, height=540),
                action=messaging.PostbackAction(data="tapped", label="Tap"),
            )
        ],
    )


def upload(account: Account, menu: str, body: bytes, kind: str = "image/png") -> None:
    """Give a menu its picture."""
    account.blob.set_rich_menu_image(menu, body, _headers={"Content-Type": kind})


@pytest.fixture
def menu(account: Account) -> str:
    """A menu with its picture."""
    found = account.api.create_rich_menu(request()).rich_menu_id
    upload(account, found, picture())
    return str(found)


@pytest.mark.operations(
    "validateRichMenuObject", "createRichMenu", "getRichMenu", "getRichMenuList", "deleteRichMenu"
)
def test_a_menu_is_validated_made_read_listed_and_deleted(account: Account) -> None:
    api = account.api
    api.validate_rich_menu_object(request())
    menu = api.create_rich_menu(request()).rich_menu_id

    assert request().to_dict().items() <= api.get_rich_menu(menu).to_dict().items()
    assert menu in [each.rich_menu_id for each in api.get_rich_menu_list().richmenus]
    api.delete_rich_menu(menu)
    assert "richmenu not found" == words(refused(404, api.get_rich_menu, menu))["message"]


@pytest.mark.operations("setRichMenuImage", "getRichMenuImage")
def test_a_menu_has_one_picture_of_its_own_size(account: Account) -> None:
    menu = account.api.create_rich_menu(request()).rich_menu_id

    error = refused(400, upload, account, menu, picture(600, 540))
    assert "The image size is not allowed for richmenu" == words(error)["message"]
    upload(account, menu, picture())
    assert picture() == bytes(account.blob.get_rich_menu_image(menu))
    error = refused(400, upload, account, menu, picture())
    assert "An image has already been uploaded to the richmenu" == words(error)["message"]


@pytest.mark.operations("setDefaultRichMenu", "getDefaultRichMenuId", "cancelDefaultRichMenu")
def test_a_default_menu_is_set_read_and_cancelled(account: Account, menu: str) -> None:
    api = account.api
    error = refused(404, api.get_default_rich_menu_id)
    assert "no default richmenu" == words(error)["message"]

    api.set_default_rich_menu(menu)
    found = api.get_default_rich_menu_id().rich_menu_id
    api.cancel_default_rich_menu()

    assert menu == found
    refused(404, api.get_default_rich_menu_id)


@pytest.mark.operations("linkRichMenuIdToUser", "getRichMenuIdOfUser", "unlinkRichMenuIdFromUser")
def test_a_menu_is_linked_to_a_user(account: Account, menu: str) -> None:
    api, visitor = account.api, account.friend()
    error = refused(404, api.get_rich_menu_id_of_user, visitor.id)
    assert "the user has no richmenu" == words(error)["message"]

    api.link_rich_menu_id_to_user(visitor.id, menu)
    found = api.get_rich_menu_id_of_user(visitor.id).rich_menu_id
    api.unlink_rich_menu_id_from_user(visitor.id)

    assert menu == found
    refused(404, api.get_rich_menu_id_of_user, visitor.id)


def test_a_menu_without_a_picture_is_linked_to_nobody(account: Account) -> None:
    menu = account.api.create_rich_menu(request()).rich_menu_id

    error = refused(400, account.api.link_rich_menu_id_to_user, account.friend().id, menu)

    assert "must upload richmenu image before applying it to user" == words(error)["message"]


@pytest.mark.operations("linkRichMenuIdToUsers", "unlinkRichMenuIdFromUsers")
def test_a_menu_is_linked_to_many_users_at_once(account: Account, menu: str) -> None:
    api, ids = account.api, [account.friend().id, account.friend().id]
    link = messaging.RichMenuBulkLinkRequest(richMenuId=menu, userIds=ids)
    unlink = messaging.RichMenuBulkUnlinkRequest(userIds=ids)

    assert 202 == api.link_rich_menu_id_to_users_with_http_info(link).status_code
    assert [menu] * 2 == [api.get_rich_menu_id_of_user(each).rich_menu_id for each in ids]
    assert 202 == api.unlink_rich_menu_id_from_users_with_http_info(unlink).status_code


@pytest.mark.operations("richMenuBatch", "validateRichMenuBatchRequest", "getRichMenuBatchProgress")
def test_menus_are_exchanged_in_a_batch(account: Account, menu: str) -> None:
    api = account.api
    unlink = messaging.RichMenuBatchUnlinkOperation.from_dict({"type": "unlink", "from": menu})
    batch = messaging.RichMenuBatchRequest(operations=[unlink])

    api.validate_rich_menu_batch_request(batch)
    answer = api.rich_menu_batch_with_http_info(batch)

    assert 202 == answer.status_code
    progress = api.get_rich_menu_batch_progress(answer.headers["x-line-request-id"])
    assert progress.phase in {"ongoing", "succeeded"}


@pytest.mark.operations(
    "createRichMenuAlias", "getRichMenuAlias", "getRichMenuAliasList", "updateRichMenuAlias",
    "deleteRichMenuAlias",
)  # fmt: skip
def test_an_alias_is_made_read_listed_changed_and_deleted(account: Account, menu: str) -> None:
    api = account.api
    other = api.create_rich_menu(request()).rich_menu_id
    upload(account, other, picture())
    made = messaging.CreateRichMenuAliasRequest(richMenuAliasId="main", richMenuId=menu)

    api.create_rich_menu_alias(made)
    error = refused(400, api.create_rich_menu_alias, made)
    assert "conflict richmenu alias id" == words(error)["message"]
    assert menu == api.get_rich_menu_alias("main").rich_menu_id
    api.update_rich_menu_alias("main", messaging.UpdateRichMenuAliasRequest(richMenuId=other))
    listed = [
        (e.rich_menu_alias_id, e.rich_menu_id) for e in api.get_rich_menu_alias_list().aliases
    ]
    assert [("main", other)] == listed
    api.delete_rich_menu_alias("main")
    error = refused(404, api.get_rich_menu_alias, "main")
    assert "richmenu alias not found" == words(error)["message"]
