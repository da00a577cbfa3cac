"""A mock's TOML files: what they say is had, and each mistake is told with its line and mend."""

from pathlib import Path

import pytest

from line_sim.errors import ConfigurationError, ScenarioSyntaxError
from line_sim.mock.config import load, load_faults
from line_sim.mock.faults import FailsWith, Slow
from line_sim.mock.settings import Settings

WHOLE = """
seed = 7
profile = "sdk"

[reply]
ttl_s = 30

[[channels]]
name = "shop"
quota = 5

[[channels]]
name = "rival"
provider = "two"

[[faults]]
fault = "Slow"
seconds = 1.5

[[faults]]
fault = "FailsWith"
status = 503
operation = "pushMessage"
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    """Where a file will be."""
    return tmp_path / "shop.toml"


def told(file: Path, text: str) -> list[str]:
    """What is said of a wrong file, line by line."""
    file.write_text(text, encoding="utf-8")
    with pytest.raises(ConfigurationError) as caught:
        load(file)

    assert str(file) == caught.value.source
    return [str(fault) for fault in caught.value.faults]


def test_a_file_holds_settings_channels_and_bad_luck(file: Path) -> None:
    file.write_text(WHOLE)
    settings, bad_luck = load(file)

    assert (7, "sdk", 30) == (settings.seed, settings.profile, settings.reply.ttl_s)
    assert [("shop", 5), ("rival", None)] == [(c.name, c.quota) for c in settings.channels]
    assert [Slow(seconds=1.5), FailsWith(503, operation="pushMessage")] == bad_luck


def test_an_empty_file_says_what_no_file_says(file: Path) -> None:
    file.write_text("")

    assert (Settings(), []) == load(file)


@pytest.mark.parametrize(
    ("text", "where", "mend"),
    [
        ("seed = 1\nprofil = 'sdk'", "line 2, profil", "did you mean 'profile'?"),
        ("[[fault]]\nfault = 'Slow'", "line 1, fault", "did you mean 'faults'?"),
        ("[reply]\n\ntll_s = 3", "line 3, reply.tll_s", "did you mean 'ttl_s'?"),
        ("[[channels]]\n[[channels]]\nnam = 'a'", "line 3, channels[1].nam", "'name'"),
        ("profile = 'lien'", "line 1, profile", "did you mean 'line'?"),
        ("[dispatch]\nmode = 'serail'", "line 2, dispatch.mode", "did you mean 'serial'?"),
        ("[[faults]]\nfault = 'Slwo'", "line 2, faults[0].fault", "did you mean 'Slow'?"),
        ("[[faults]]\nfault = 'Slow'\nsecond = 1", "line 3, faults[0].second", "'seconds'"),
    ],
)
def test_an_unknown_word_is_told_with_its_line_and_the_nearest(
    file: Path, text: str, where: str, mend: str
) -> None:
    (only,) = told(file, text)

    assert only.startswith(f"{where}: ")
    assert mend in only


@pytest.mark.parametrize(
    ("text", "where", "allowed"),
    [
        ("seed = 'x'", "line 1, seed: 'x'", "integer"),
        ("[reply]\nttl_s = -1", "line 2, reply.ttl_s: -1", "greater than or equal to 0"),
        ("reply = 3", "line 1, reply: 3", "a table, as [reply]"),
        ("[channels]\nname = 'a'", "line 1, channels: {'name': 'a'}", "[[channels]]"),
        ("channels = []", "line 1, channels: []", "at least one"),
        ("[[channels]]\nquota = -5", "line 2, channels[0].quota: -5", "or equal to 0"),
        ("[redelivery]\nafter_s = [1, -3]", "line 2, redelivery.after_s[1]: -3", "equal to 0"),
        ("faults = 3", "line 1, faults: 3", "[[faults]]"),
        ("faults = [1]", "line 1, faults: [1]", "[[faults]]"),
        ("[[faults]]\nseconds = 1", "line 1, faults[0].fault: None", "Slow"),
        ("[[faults]]\nfault = 'FailsWith'\nstatus = 200", "line 3, faults[0].status", "500 to"),
    ],
)
def test_an_impossible_value_is_told_with_its_line_and_what_is_possible(
    file: Path, text: str, where: str, allowed: str
) -> None:
    (only,) = told(file, text)

    assert only.startswith(where)
    assert allowed in only
    assert not {"tuple", "dictionary", "Tuple"} & set(only.split())


def test_two_channels_of_one_name_are_told_at_the_second(file: Path) -> None:
    text = "[[channels]]\nname = 'a'\n[[channels]]\nname = 'b'\n[[channels]]\nname = 'a'"

    assert [
        "line 6, channels[2].name: 'a' twice; each name once (give each a name of its own)"
    ] == (told(file, text))


def test_every_mistake_is_told_at_once(file: Path) -> None:
    text = "sed = 1\n[[channels]]\nquota = -1\n[[faults]]\nfault = 'Slow'\nseconds = -1\n[[faults]]"
    places = {each.partition(":")[0] for each in told(file, text)}

    assert {
        "line 1, sed", "line 3, channels[0].quota", "line 6, faults[0].seconds",
        "line 7, faults[1].fault",
    } == places  # fmt: skip


@pytest.mark.parametrize(
    ("content", "line"), [(b"[reply\n", 1), (b"seed = 1\nprofile =", 2), (b"seed = 1\n#\xff", 2)]
)
def test_what_is_no_toml_is_told_with_its_place(file: Path, content: bytes, line: int) -> None:
    file.write_bytes(content)
    with pytest.raises(ScenarioSyntaxError) as caught:
        load(file)

    assert line == caught.value.line


def test_a_file_that_is_not_there_is_told_with_the_nearest(file: Path) -> None:
    file.write_text("")
    with pytest.raises(ConfigurationError, match=r"did you mean 'shop\.toml'"):
        load(file.with_name("shp.toml"))


def test_a_file_of_faults_holds_nothing_else(file: Path) -> None:
    file.write_text("seed = 1\n[[faults]]\nfault = 'Slow'\nseconds = 'x'")
    with pytest.raises(ConfigurationError) as caught:
        load_faults(file)
    first, second = map(str, caught.value.faults)

    assert first.startswith("line 1, seed: not a fault; only [[faults]]")
    assert second.startswith("line 4, faults[0].seconds")


def test_a_file_of_faults_is_read(file: Path) -> None:
    file.write_text("[[faults]]\nfault = 'Slow'\nseconds = 2\n")

    assert [Slow(seconds=2)] == load_faults(file)
