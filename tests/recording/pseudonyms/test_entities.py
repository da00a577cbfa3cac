"""Ids, numbers and addresses: the same wherever they stand, and of the form they had."""

import re
from urllib.parse import parse_qsl, unquote, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from line_sim.recording.pseudonyms.mixing import Mixer
from line_sim.recording.pseudonyms.standins import StandIns
from line_sim.wire.checking import ACTION_SCHEMES, Address
from line_sim.wire.counting import utf16
from line_sim.wire.ids import Ids

STAND_INS = StandIns(Mixer(bytes(range(32))))
IDS = Ids(7)
FORMS = {
    "user": (IDS.user("p", 1), r"U[0-9a-f]{32}"),
    "group": (IDS.group(1), r"C[0-9a-f]{32}"),
    "room": (IDS.room(1), r"R[0-9a-f]{32}"),
    "module user": (IDS.module_user("p", 1), r"L[0-9a-f]{67}"),
    "message": (IDS.message(), r"[1-9]\d{17}"),
    "event": (IDS.event(1_764_000_000_000), r"[0-7][0-9A-HJKMNP-TV-Z]{25}"),
    "reply token": (IDS.reply_token(), r"[0-9a-f]{32}"),
    "quote token": (IDS.quote_token(), r"\w{4}-\w{5}-[0-9a-f]{32}"),
    "rich menu": (IDS.rich_menu(), r"richmenu-[0-9a-f]{32}"),
    "channel": (IDS.channel_id("shop"), r"[1-9]\d{9}"),
    "retry key": (
        "d5e7ed34-19cf-4476-aa76-98cd0a8a916e",
        r"[0-9a-f-]{14}4[0-9a-f-]{4}a[0-9a-f-]{16}",
    ),
    "redacted": ("redacted-22dd67a329b5", r"redacted-[0-9a-f]{12}"),
    "telephone": ("0812345678", r"0[1-9]\d{8}"),
    "email": ("somchai.j+x@mail.shop.co.th", r"\w{7}\.\w\+\w@\w{4}\.\w{4}\.co\.th"),
}


@pytest.mark.parametrize("name", sorted(FORMS))
def test_an_id_keeps_its_form_and_is_another(name: str) -> None:
    given_id, form = FORMS[name]
    made = STAND_INS.text(given_id)

    assert re.fullmatch(form, made)
    assert made != given_id
    assert len(made) == len(given_id)


@pytest.mark.parametrize("name", sorted(set(FORMS) - {"quote token"}))
@pytest.mark.parametrize("around", ["({})", "ไอดี {} ครับ", "a b c {}", "id={}&x=1"])
def test_an_id_in_a_text_is_the_same_as_alone(name: str, around: str) -> None:
    given_id, _ = FORMS[name]

    assert STAND_INS.text(given_id) in STAND_INS.text(around.format(given_id))


@pytest.mark.parametrize("name", ["group", "message", "room", "user"])
def test_an_id_in_a_path_is_the_same_as_alone(name: str) -> None:
    given_id, _ = FORMS[name]
    made = STAND_INS.path(f"/v2/bot/message/{given_id}/content?start=xyz&limit=5")

    path, _, query = made.partition("?")
    assert path == f"/v2/bot/message/{STAND_INS.text(given_id)}/content"
    assert [key for key, _ in parse_qsl(query)] == ["start", "limit"]


def test_a_telephone_number_is_the_same_however_it_is_set_out() -> None:
    plain = STAND_INS.text("0812345678")

    for written in ("081-234-5678", "081 234 5678", "(081) 234.5678", "08-12-34-56-78"):
        made = STAND_INS.text(f"call {written} now")
        assert plain in re.sub(r"[^\d]", "", made)
        assert re.sub(r"[a-z\d]", "x", made) == re.sub(r"[a-z\d]", "x", f"call {written} now")


def test_seventy_thousand_ids_have_as_many_stand_ins() -> None:
    ids = Ids(3)
    given_ids = [ids.message() for _ in range(10_000)]
    given_ids += [ids.user("p", number) for number in range(40_000)]
    given_ids += [ids.event(1_764_000_000_000) for _ in range(20_000)]

    assert len({*map(STAND_INS.text, given_ids)}) == len(given_ids) == 70_000


URLS = (
    "https://cdn.somchai-shop.co.th/img/somchai.jpg?v=12&userId=U6b318f0e3f8e5efd47852e6469faada8",
    "https://shop.example.com/p/%E0%B8%AA%E0%B8%A1%E0%B8%8A%E0%B8%B2%E0%B8%A2",
    "http://user:pass@10.1.2.3:8080/a/b/c#part",
    "https://line.me/R/ti/p/%40somchai",
    "https://xn--12c1fe0br.xn--o3cw4h/x",
    "tel:+66812345678",
    "line://app/1234567890-AbcdEfgh?x=somchai",
    "mailto:somchai@gmail.com",
)


@pytest.mark.parametrize("url", sorted(URLS))
def test_an_address_stays_one_of_the_same_shape(url: str) -> None:
    made = STAND_INS.text(url)
    old, new = urlsplit(url), urlsplit(made)

    assert made != url
    assert (len(made), new.scheme) == (len(url), old.scheme)
    assert new.netloc.count(".") == old.netloc.count(".")
    assert re.sub(r"[^\W_]", "x", unquote(new.path)) == re.sub(r"[^\W_]", "x", unquote(old.path))
    assert new.query.count("=") == old.query.count("=")
    assert "somchai" not in made
    line_takes = Address("uri.uri", ACTION_SCHEMES)
    assert line_takes.findings(made) == line_takes.findings(url) or "mailto" in url


def test_two_addresses_of_one_host_still_have_one() -> None:
    made = [urlsplit(STAND_INS.text(f"https://cdn.my-shop.com/{name}.png")) for name in "ab"]

    assert made[0].netloc == made[1].netloc == STAND_INS.host("cdn.my-shop.com")
    assert made[0].path != made[1].path
    assert all(each.path.endswith(".png") for each in made)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "api-data.line.me", "api.line.me", "example.com", "localhost"]
)
def test_hosts_of_line_of_this_machine_and_of_examples_stay(host: str) -> None:
    assert STAND_INS.text(f"https://{host}/v2/bot/info") == f"https://{host}/v2/bot/info"


@pytest.mark.parametrize("host", ["api.line.me.evil.org", "notline.me", "line.me.co"])
def test_hosts_that_only_look_so_do_not(host: str) -> None:
    assert STAND_INS.host(host) != host


DATA = ("action=buy&item=123", "action=buy", "a=b&c=%E3%81%82&d=", "x=1&x=2", "name=สมชาย&n=5")


@pytest.mark.parametrize("data", DATA)
def test_the_data_of_a_postback_keeps_its_shape(data: str) -> None:
    made = STAND_INS.text(data)

    shapes = [re.sub(r"[^\W_]", "x", unquote(each)) for each in (made, data)]
    if data.startswith("action"):
        assert made.startswith("action=")
        shapes = [shape.removeprefix("xxxxxx") for shape in shapes]
    assert shapes[0] == shapes[1]
    assert made != data
    assert utf16(made) == utf16(data)


@pytest.mark.parametrize("ending", [".JPG", ".jpg", ".pdf", ".xlsx"])
def test_the_name_of_a_file_keeps_its_ending(ending: str) -> None:
    made = STAND_INS.text(f"สมชาย contract 2024{ending}")

    assert made.endswith(ending)
    assert "contract" not in made


@given(whole=st.integers(-89, 89), places=st.integers(0, 15), fraction=st.integers(0, 10**15 - 1))
def test_a_latitude_stays_one_of_as_many_digits(whole: int, places: int, fraction: int) -> None:
    text = f"{whole}.{fraction:015d}"[: len(str(whole)) + 1 + places].rstrip(".")
    made = STAND_INS.coordinate(text, "latitude")

    assert len(made) == len(text)
    assert -90 < float(made) < 90
    assert (float(made) < 0) is (float(text) < 0) or float(text) == 0 or float(made) == 0


@pytest.mark.parametrize("text", ["180.5", "181.25", "200", "999.123"])
def test_a_coordinate_beyond_the_range_stays_beyond(text: str) -> None:
    made = STAND_INS.coordinate(text, "longitude")

    assert abs(float(made)) > 180
    assert len(made) == len(text)


@pytest.mark.parametrize("text", ["-180", "180.000", "90", "0"])
def test_the_ends_of_the_range_stay_within(text: str) -> None:
    assert abs(float(STAND_INS.coordinate(text, "longitude"))) <= 180


def test_coordinates_that_differ_have_stand_ins_that_differ() -> None:
    given_texts = {f"{whole}.{rest}" for whole in range(90) for rest in range(100)}

    assert len({STAND_INS.coordinate(each, "latitude") for each in given_texts}) == len(given_texts)


@pytest.mark.parametrize(
    ("early", "late"),
    [("2017-12-24", "2017-12-25"), ("2016-02-28T23:59", "2016-03-01T00:00"), ("08:00", "09:30")],
)
def test_moments_keep_their_order_and_form(early: str, late: str) -> None:
    made = STAND_INS.moment(early), STAND_INS.moment(late)

    assert made[0] < made[1]
    assert [re.sub(r"\d", "9", each) for each in made] == [
        re.sub(r"\d", "9", x) for x in (early, late)
    ]
    assert (made[0] != early) is ("-" in early)


def test_what_is_no_moment_is_a_text() -> None:
    assert STAND_INS.moment("2017-13-45") != "2017-13-45"
    assert STAND_INS.moment("tomorrow") != "tomorrow"


@pytest.mark.parametrize("number", ["0.123456789", "12345678", "-98765432.5", "1.2345678e10"])
def test_a_number_stays_a_number(number: str) -> None:
    made = STAND_INS.number(number)

    assert float(made) != float(number)
    assert re.sub(r"[1-9]", "x", made).count(".") == number.count(".")
    assert not re.match(r"-?0\d", made)


def test_a_number_is_the_same_as_number_and_as_text() -> None:
    assert STAND_INS.number("480000000000294356") == STAND_INS.text("480000000000294356")
