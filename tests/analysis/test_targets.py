"""Targets and their verdicts."""

import math

import pytest

from line_sim.analysis.targets import verdicts
from line_sim.errors import ConfigurationError

FOUND = {"service_level": 0.8, "away_rate": 0.06, "waiting_time_s_p90": 45.0, "load": math.nan}


def test_every_target_gets_a_verdict() -> None:
    table = verdicts(
        FOUND,
        {"service_level": ">= 80 %", "away_rate": "<= 0.05", "waiting_time_s_p90": "<=60",
         "load": "<= 1"},
    )  # fmt: skip

    assert table["verdict"].to_dict() == {
        "service_level": "met", "away_rate": "missed", "waiting_time_s_p90": "met",
        "load": "not observed",
    }  # fmt: skip
    assert table["slack"].round(9).tolist()[:3] == [0.0, -0.01, 15.0]
    assert table["target"].tolist() == [">= 80 %", "<= 0.05", "<=60", "<= 1"]


def test_every_fault_is_told_at_once() -> None:
    with pytest.raises(ConfigurationError) as caught:
        verdicts(FOUND, {"servicelevel": ">= 0.8", "away_rate": "about 5"})

    assert [fault.where for fault in caught.value.faults] == [
        "targets.servicelevel", "targets.away_rate"
    ]  # fmt: skip
    assert "did you mean 'service_level'?" in str(caught.value)
    assert "<= or >= and a number" in str(caught.value)
