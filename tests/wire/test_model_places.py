"""Every part of a message knows its properties by LINE's names, however deep it stands."""

import pytest

from line_sim.wire import flex, messages, requests  # noqa: F401 - they define parts
from line_sim.wire.checking import Part
from line_sim.wire.places import _properties  # what the walk through a request relies on


def every_part(kind: type[Part] = Part) -> list[type[Part]]:
    """Every model of a part of a request."""
    return [each for one in kind.__subclasses__() for each in (one, *every_part(one))]


@pytest.mark.parametrize("part", every_part(), ids=lambda part: part.__name__)
def test_a_part_is_complete_and_known_by_lines_names(part: type[Part]) -> None:
    names = {field.alias for field in part.model_fields.values()}

    assert part.__pydantic_complete__
    assert names == set(_properties(part))
