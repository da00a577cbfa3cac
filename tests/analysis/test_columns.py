"""What the docstrings and docs/log.md promise is what comes."""

import re
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
from written import ANN, Written

from line_sim.analysis import load, metrics, targets
from line_sim.analysis.enquiries import table
from line_sim.log import EventLog
from line_sim.log.header import completed


def one_chat() -> EventLog:
    log = Written(until_s=900).on(0, ANN).received(0, 0).offered(0, 0, staff=ANN, destination=0)
    log = log.picked_up(5, 0, staff=ANN, destination=0).staff_message(60, 0, staff=ANN)
    return log.closed(100, 0, staff=ANN, reason="staff").log


def promised(function: Callable[..., object]) -> list[str]:
    """Names before the colons of the Returns section, or its plain list."""
    returns = (function.__doc__ or "").split("Returns\n")[1].split("Raises\n")[0]
    listed = re.findall(r"^        ([a-z_0-9, ]+) :", returns, re.MULTILINE)
    if listed:
        return [name for line in listed for name in line.split(", ")]
    text = returns.partition("pandas.DataFrame")[2].partition(";")[0]
    return [name.strip() for name in text.split(",")]


TABLES: dict[str, tuple[Callable[..., object], Callable[[EventLog], pd.DataFrame]]] = {
    "enquiries.table": (table, table),
    "by_staff": (metrics.by_staff, metrics.by_staff),
    "by_reason": (metrics.by_reason, metrics.by_reason),
    "by_channel": (metrics.by_channel, metrics.by_channel),
    "by_class": (metrics.by_channel, metrics.by_class),
    "by_destination": (metrics.by_channel, metrics.by_destination),
    "by_hour": (metrics.by_channel, metrics.by_hour),
    "over_time": (load.over_time, load.over_time),
    "verdicts": (
        targets.verdicts,
        lambda log: targets.verdicts(metrics.summary(log), {"received": ">= 1"}),
    ),
}


@pytest.mark.parametrize(("described", "made"), TABLES.values(), ids=TABLES)
def test_a_docstring_lists_the_columns_that_come(
    described: Callable[..., object], made: Callable[[EventLog], pd.DataFrame]
) -> None:
    assert promised(described) == list(made(one_chat()))


def test_the_table_of_enquiries_has_one_row_each() -> None:
    found = table(one_chat())

    assert found.index.tolist() == [0]
    assert found.loc[0, ["picked_up_by", "destination", "closed_by"]].tolist() == [
        "Ann", "Sales", "staff"
    ]  # fmt: skip
    assert table(EventLog()).empty


@pytest.fixture(scope="session")
def words(repository: Path) -> set[str]:
    """Every word in backticks of docs/log.md; ``a_<b>`` stands for all of them."""
    return set(re.findall(r"`([a-z_0-9<>]+)`", (repository / "docs/log.md").read_text("utf-8")))


def test_every_number_of_the_summary_is_defined_in_the_docs(words: set[str]) -> None:
    patterns = [re.sub("<[a-z]+>", "[a-z0-9_]+", word) for word in words if "<" in word]
    undefined = [
        name
        for name in metrics.summary(one_chat()).index
        if name not in words and not any(re.fullmatch(pattern, name) for pattern in patterns)
    ]

    assert [] == undefined


def test_every_column_and_every_key_of_the_header_is_in_the_docs(words: set[str]) -> None:
    assert set(one_chat().frame()) | set(completed({})) <= words
