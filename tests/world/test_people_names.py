"""Names and words: of the seed and of who it is, in the scripts people write."""

import re
import subprocess
import sys

import pytest

from line_sim.world.people_names import LOCALES, PeopleNames

SCRIPTS = {
    "ja": r"[぀-ヿ一-鿿]",
    "th": r"[฀-๿]",
    "zh-TW": r"[一-鿿]",
    "en": r"[A-Za-z]",
    "id": r"[A-Za-z]",
}


@pytest.mark.parametrize("language", LOCALES)
def test_names_and_texts_are_written_in_their_script(language: str) -> None:
    names = PeopleNames(1, language)
    found = [names.visitor(3), names.staff(0), names.text(5, 1)]

    assert all(re.search(SCRIPTS[language], each) for each in found)


def test_a_name_does_not_depend_on_who_was_asked_before() -> None:
    asked_late = PeopleNames(1)
    for number in range(20):
        asked_late.visitor(number, "ja")

    assert PeopleNames(1).visitor(7, "th") == asked_late.visitor(7, "th")


def test_visitors_seeds_and_roles_have_names_of_their_own() -> None:
    found = {
        (PeopleNames(seed).visitor(number), PeopleNames(seed).staff(number))
        for seed in range(5)
        for number in range(20)
    }

    assert len(found) > 95


def test_any_other_language_reads_english() -> None:
    assert PeopleNames(1).visitor(1, "fr") == PeopleNames(1).visitor(1, "en")


def test_drawing_a_world_does_not_wait_for_names() -> None:
    modules = "line_sim.world.draw, line_sim.world.people_names"
    code = f"import sys, {modules}; print('faker' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert done.stdout.strip() == "False"
