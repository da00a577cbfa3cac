"""What was asked for, read and refused."""

import pytest

from line_sim.cli import asked
from line_sim.errors import ConfigurationError
from line_sim.sim.engine import ENGINES


def test_the_engines_offered_are_those_there_are() -> None:
    assert sorted(ENGINES) == sorted(asked.ENGINES)


@pytest.mark.parametrize(
    ("text", "choices"),
    [
        ("a.b=1,2", {"a.b": ["1", "2"]}),
        ("a = x , y", {"a": ["x", "y"]}),
        ('a."b=c".d=1,2', {'a."b=c".d': ["1", "2"]}),
        ('a=["x","y"],["z"]', {"a": ['["x","y"]', '["z"]']}),
        ("a={ b = 1, c = 2 },{ b = 2 }", {"a": ["{ b = 1, c = 2 }", "{ b = 2 }"]}),
        ("a='x,y',z", {"a": ["'x,y'", "z"]}),
    ],
)
def test_choices_are_split_at_commas_outside_brackets(
    text: str, choices: dict[str, list[object]]
) -> None:
    assert choices == asked.choices([text])


@pytest.mark.parametrize(
    "texts", [["a"], ["=1"], ["a="], ["a=1,,2"], ["a=1,"], ["a=1,1"], ["a=1,2", "a=3"], [""]]
)
def test_nonsense_to_vary_is_refused(texts: list[str]) -> None:
    with pytest.raises(ConfigurationError, match="--vary"):
        asked.choices(texts)


def test_every_fault_of_what_to_vary_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked.choices(["a", "b=1,1"])

    assert 2 == len(caught.value.faults)


def test_a_precision_is_relative_in_per_cent_and_absolute_without() -> None:
    relative, absolute = asked.goals(["service_level=5%", "away_rate=0.01"])

    assert ("service_level", 0.05, None) == (relative.metric, relative.relative, relative.absolute)
    assert ("away_rate", None, 0.01) == (absolute.metric, absolute.relative, absolute.absolute)


@pytest.mark.parametrize(
    "text", ["service_level", "service_level=", "service_level=0", "service_level=-1", "=5%",
             "service_level=x", "service_level=1.2.3", "service_level=1e999", "servce_level=5%"]
)  # fmt: skip
def test_nonsense_as_a_precision_is_refused(text: str) -> None:
    with pytest.raises(ConfigurationError, match="--precision"):
        asked.goals([text])


def test_a_misspelt_metric_gets_the_nearest_and_not_a_page_of_names() -> None:
    with pytest.raises(ConfigurationError) as caught:
        asked.known("--metric", ["service_levle"])

    assert "did you mean 'service_level'?" in str(caught.value)
    assert 200 > len(str(caught.value))
