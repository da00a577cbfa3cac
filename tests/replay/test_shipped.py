"""The shipped recordings: whole, free of warnings, and made again they are the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from line_sim.recording.recording import Recording
from line_sim.sim.simulate import simulate
from line_sim.sim.traffic import record_traffic

FOLDER = Path(__file__).parents[2] / "data" / "recordings"
MADE = {
    "bangkok_friday": ("bangkok_shop", 6, 17, 19, "th"),
    "taipei_campaign": ("taipei_campaign", 1, 12, 13, "zh-TW"),
    "tokyo_morning": ("tokyo_bank", 1, 9, 10, "ja"),
}


def test_there_are_those_of_the_table_and_no_others() -> None:
    found = {path.name.partition(".")[0] for path in FOLDER.glob("*.jsonl*")}
    assert found == set(MADE)
    told = (FOLDER / "README.md").read_text(encoding="utf-8")
    assert all(f"`{name}.jsonl.gz`" in told for name in MADE)


@pytest.mark.parametrize("name", sorted(MADE))
def test_one_is_whole_and_made_again_the_same(name: str, tmp_path: Path) -> None:
    scenario, seed, from_h, until_h, language = MADE[name]
    shipped = Recording.load(FOLDER / f"{name}.jsonl.gz")
    assert shipped.warnings == ()
    assert shipped.header["language"] == language
    assert shipped.summary()["complete"]
    has_media = "media" not in shipped.lacks
    assert has_media == (name == "bangkok_friday")
    again = tmp_path / "again.jsonl"
    log = simulate(scenario, seed=seed)
    record_traffic(
        log, again, seed=seed, since_s=from_h * 3600, until_s=until_h * 3600, media=has_media
    )
    assert list(Recording.load(again)) == list(shipped)
