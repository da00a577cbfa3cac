"""What a bridge is told is checked before it starts, every fault at once."""

from pathlib import Path

import pytest

from line_sim.bridge import install, keys, settings
from line_sim.bridge.install import Install, Told
from line_sim.errors import ConfigurationError

TRIAL = {"LINE_CHANNEL_SECRET": "fake-secret", "LINE_CHANNEL_ACCESS_TOKEN": "fake-token"}


def test_a_trial_takes_everything_from_its_environment(tmp_path: Path) -> None:
    environment = {
        **TRIAL, "PORT": "8123", "LINE_API_BASE_URL": "http://127.0.0.1:1/",
        "BRIDGE_PUBLIC_URL": "https://bridge.example.com", "BRIDGE_DATABASE": "postgresql:///x",
    }  # fmt: skip

    told = settings.of_environment(environment, tmp_path)

    assert (8123, "127.0.0.1") == (told.port, told.host)
    assert ("http://127.0.0.1:1", "http://127.0.0.1:1") == (told.line_api_url, told.line_data_url)
    assert ("https://bridge.example.com", "postgresql:///x") == (told.public_url, told.database)
    assert environment == told.trial
    assert "fake-token" not in repr(told)


def test_a_trial_goes_on_with_the_key_it_has(tmp_path: Path) -> None:
    first = settings.of_environment(TRIAL, tmp_path)
    sealed = keys.read(first.key_file, first.data_folder).seal("secret")

    again = settings.of_environment(TRIAL, tmp_path)

    assert keys.read(again.key_file, again.data_folder).open(sealed) == "secret"


@pytest.mark.parametrize(
    ("given", "where"),
    [
        ({"LINE_CHANNEL_SECRET": ""}, "LINE_CHANNEL_SECRET"),
        ({"LINE_CHANNEL_ACCESS_TOKEN": ""}, "LINE_CHANNEL_ACCESS_TOKEN"),
        ({"PORT": "many"}, "PORT"),
        ({"PORT": "65536"}, "PORT"),
        ({"LINE_DATA_API_BASE_URL": "http://api.example.com"}, "LINE_DATA_API_BASE_URL"),
        ({"BRIDGE_PUBLIC_URL": "http://bridge.example.com"}, "BRIDGE_PUBLIC_URL"),
    ],
)
def test_a_wrong_trial_is_refused_by_the_name_of_what_is_wrong(
    tmp_path: Path, given: dict[str, str], where: str
) -> None:
    with pytest.raises(ConfigurationError) as told:
        settings.of_environment({**TRIAL, **given}, tmp_path)

    assert [where] == [fault.where for fault in told.value.faults]


def test_an_install_is_told_by_its_file(tmp_path: Path) -> None:
    install.make(tmp_path, Told(public_url="https://bridge.example.com", port=8060))

    told = settings.of_install(Install(tmp_path, {}))

    assert ("https://bridge.example.com", 8060, None) == (told.public_url, told.port, told.trial)
    assert told.data_folder / "media" == told.media_folder
    assert not told.agent


@pytest.mark.parametrize("value", [7, None, "http://bridge.example.com", "bridge.example.com"])
def test_a_public_address_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ConfigurationError, match="public_url"):
        settings.checked_public_url(value)


def test_a_public_address_may_be_taken_away() -> None:
    assert settings.checked_public_url("") == ""
    assert settings.checked_public_url("https://b.example.com/") == "https://b.example.com"
