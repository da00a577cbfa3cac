"""Pictures draw the numbers they say they draw, and their titles claim no more."""

import datetime as dt
import io
import re
import subprocess
import sys
import warnings
from collections.abc import Callable
from typing import Any

import anything
import matplotlib as mpl
import numpy as np
import pytest
from hypothesis import given, settings
from matplotlib import dates
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from pictured import NAMES, a_day, a_study
from written import ANN, BEN, CAT, Written, team

from line_sim.analysis import fairness, metrics, plots
from line_sim.analysis.plots import canvas
from line_sim.analysis.plots.embedded import picture
from line_sim.analysis.plots.words import lasting, percent, quantity
from line_sim.analysis.study import Record, Study
from line_sim.errors import ConfigurationError
from line_sim.log import EventLog

OF_LOGS = (plots.load_and_staffing, plots.waits, plots.away_rate, plots.fairness, plots.gantt)
OF_LOGS_DATA = (
    plots.load_and_staffing_data,
    plots.waits_data,
    plots.waits_percentiles_data,
    plots.away_rate_data,
    plots.fairness_data,
    plots.gantt_data,
)


@pytest.fixture
def ax() -> Axes:
    return Figure(figsize=(7.2, 3.6), dpi=50, layout="constrained").subplots()


def drawn(ax: Axes) -> bytes:
    """The whole figure as a PNG: that nothing warns while letters are drawn, too."""
    file = io.BytesIO()
    ax.figure.savefig(file, format="png", metadata={"Software": None})
    return file.getvalue()


def title(ax: Axes) -> str:
    return " ".join(ax.get_title(loc="left").split())


# --- every picture


@pytest.mark.parametrize("plot", OF_LOGS)
def test_a_picture_draws_on_the_axes_it_is_given_and_opens_no_other(
    plot: Callable[..., Axes], ax: Axes
) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only here

    before = plt.get_fignums()

    assert plot(a_day(), ax=ax) is ax
    assert before == plt.get_fignums()


@pytest.mark.parametrize("plot", OF_LOGS)
def test_a_picture_without_axes_makes_one_figure_and_shows_nothing(
    plot: Callable[..., Axes], monkeypatch: pytest.MonkeyPatch
) -> None:
    from matplotlib import pyplot as plt  # noqa: PLC0415 - only here

    monkeypatch.setattr(plt, "show", lambda: pytest.fail("shown"))
    before = set(plt.get_fignums())

    made = plot(a_day())

    assert [made.figure.number] == list(set(plt.get_fignums()) - before)
    plt.close(made.figure)


@pytest.mark.parametrize("plot", OF_LOGS)
def test_the_same_log_gives_the_same_picture_byte_for_byte(plot: Callable[..., Axes]) -> None:
    first, again = (drawn(plot(a_day(), ax=Figure(dpi=40).subplots())) for _ in range(2))

    assert first == again


def test_an_embedded_picture_says_in_words_what_it_shows() -> None:
    made = picture(lambda ax: plots.gantt(a_day("Ann $ Ben"), ax=ax), 3)

    assert made.png.startswith(b"\x89PNG")
    assert made.title.startswith("Sales: 7 chats")
    assert "\\" not in made.title


@pytest.mark.parametrize("plot", OF_LOGS)
def test_every_picture_has_a_title_and_says_what_its_x_axis_is(
    plot: Callable[..., Axes], ax: Axes
) -> None:
    plot(a_day(), ax=ax)

    assert title(ax)
    assert re.search(r"UTC\+07:00|%|wait|enquiries", ax.get_xlabel())


@pytest.mark.parametrize("plot", OF_LOGS)
def test_a_log_without_rows_gives_a_picture_that_says_so(
    plot: Callable[..., Axes], ax: Axes
) -> None:
    plot(EventLog(header={"until_s": 86400.0}), ax=ax)

    assert re.match(r"No|None", title(ax)) or "no chats" in title(ax)
    assert drawn(ax)


@settings(max_examples=6)
@given(log=anything.any_log())
def test_any_log_can_be_drawn(log: EventLog) -> None:
    for plot in OF_LOGS:
        assert drawn(plot(log, ax=Figure(dpi=40).subplots()))


@pytest.mark.parametrize(
    "names", ["สมชาย สมหญิง ปรีชา", "佐藤 さくら 鈴木", "陳 林 黃", "$a$ b_c <d>"]
)
@pytest.mark.parametrize("plot", [plots.fairness, plots.gantt])
def test_names_of_every_script_are_drawn_without_a_warning(
    plot: Callable[..., Axes], names: str, ax: Axes
) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        png = drawn(plot(a_day(names), ax=ax))

    assert png.startswith(b"\x89PNG")


def test_a_name_that_no_font_has_becomes_its_number_and_others_stay(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(canvas, "families", lambda: ["DejaVu Sans"])
    canvas._can_draw.cache_clear()  # noqa: SLF001 - so that the patch is seen

    found = canvas.drawable(["Ann", "สมชาย", "Zoë", "太郎"], "staff")

    canvas._can_draw.cache_clear()  # noqa: SLF001 - and not by others
    assert ["Ann", "staff 2", "Zoë", "staff 4"] == found


def test_a_font_that_the_user_chose_is_used_first() -> None:
    with mpl.rc_context({"font.family": ["DejaVu Serif"]}):
        assert canvas.families()[0] == "DejaVu Serif"


def test_dollars_in_names_are_letters_and_long_names_are_cut(ax: Axes) -> None:
    ax.set_title(canvas.drawable(["a $x^2$ b"], "staff")[0])

    assert drawn(ax)
    assert len(canvas.drawable(["x" * 99], "staff")[0]) < 30


@pytest.mark.parametrize("data", OF_LOGS_DATA)
def test_the_documented_columns_are_the_real_ones(data: Callable[..., Any]) -> None:
    returns = (data.__doc__ or "").partition("Returns\n")[2].partition("Raises\n")[0]
    listed = [
        name
        for line in re.findall(r"^ *- (.*?):", returns, re.MULTILINE)
        for name in re.findall(r"``(\w+)``", line)
    ]

    assert listed == list(data(a_day()).columns)


def test_the_documented_columns_of_studies_are_the_real_ones() -> None:
    for data, made in (
        (plots.strategies_data, plots.strategies_data(a_study(), "away_rate")),
        (plots.away_rate_data, plots.away_rate_data(a_study())),
    ):
        returns = (data.__doc__ or "").partition("Returns\n")[2].partition("Raises\n")[0]
        listed = re.findall(r"``(\w+)``", "".join(re.findall(r"^ *- .*?:", returns, re.MULTILINE)))

        assert listed == list(made.columns)


# --- load and staffing


def test_load_counts_enquiries_by_quarter_hour_beside_staff_and_chats(ax: Axes) -> None:
    log = a_day()
    data = plots.load_and_staffing_data(log)

    plots.load_and_staffing(log, ax)

    assert len(metrics.waits(log)) == data["received"].sum() == 9
    assert data["away_sent"].sum() == 2
    at_ten = data[data["local_time"] == dt.datetime(2026, 3, 2, 10, 0)].iloc[0]  # noqa: DTZ001 - local
    assert (1, 3.0) == (at_ten["received"], at_ten["available"])
    heights = sorted(
        bar.get_height() for bar in ax.patches if bar.__class__.__name__ == "Rectangle"
    )
    assert heights[-1] == data["received"].max()
    assert title(ax).startswith("11 % of enquiries come when no staff is available")
    assert ax.get_legend() is not None


def test_days_are_laid_over_each_other_by_the_local_clock() -> None:
    day = 86400
    made = Written(start="2026-03-02T18:00:00", end_s=2 * day, until_s=2 * day)
    for at in (0, day, day + 60):  # 18:00 on two days
        made.received(at, made.log.rows["enquiry"].max(initial=-1) + 1)

    data = plots.load_and_staffing_data(made.log)

    assert 96 == len(data)
    assert 1.5 == data.loc[18 * 3600, "received"]
    assert {2} == set(data["days"])
    with pytest.raises(ConfigurationError, match="every_s"):
        plots.load_and_staffing_data(made.log, every_s=1000)


# --- waits


def test_waits_are_counted_in_the_stretch_that_ends_at_them(ax: Axes) -> None:
    log = a_day()  # answered after 4, 8, ... 28 s, missed after 60 s, out of hours at once
    data = plots.waits_data(log).set_index("to_s")

    plots.waits(log, ax)

    assert {5: 1, 10: 1, 15: 1, 20: 2, 30: 2} == dict(data["answered"][data["answered"] > 0])
    assert {60: 1} == dict(data["missed"][data["missed"] > 0])
    assert {1: 1} == dict(data["missed_out_of_hours"][data["missed_out_of_hours"] > 0])
    shares = data[["answered_share", "missed_share", "missed_out_of_hours_share"]]
    assert shares.to_numpy().sum() == pytest.approx(1)
    assert sum(bar.get_height() for bar in ax.patches) == pytest.approx(100)
    assert "Half of the answered wait at most 16 s, nine in ten 26 s" in title(ax)
    assert "11 % are missed in hours, typically after 1 min; 11 % out of hours" in title(ax)


def test_percentiles_agree_with_the_metrics() -> None:
    log = a_day()
    summary, parts = metrics.summary(log), plots.waits_percentiles_data(log)

    for name in ("median", "p90", "p95"):
        assert summary[f"waiting_time_answered_s_{name}"] == parts.loc["answered", name]


# --- away messages


def test_away_messages_of_a_run_are_split_by_reason_with_closed_hours_apart(ax: Axes) -> None:
    log = a_day()
    data = plots.away_rate_data(log)

    plots.away_rate(log, ax)

    rates = data.loc["this run", "rate"]
    assert dict(rates) == pytest.approx(
        {"closed_hours": 1 / 9, "unanswered": 1 / 9, "in hours": 1 / 9}
    )
    assert [11.11, 11.11] == [round(bar.get_width(), 2) for bar in ax.patches]
    assert ["unanswered", "out of hours"] == [label.get_text() for label in ax.get_yticklabels()]
    assert title(ax).startswith(
        "11 % of enquiries get an away message in hours, most as unanswered"
    )


def test_away_messages_fall_only_where_chance_cannot_explain_it(ax: Axes) -> None:
    plots.away_rate(a_study(), ax)

    assert "down from 8.9 % to 4.0 % with most idle" in title(ax)
    assert "no difference to round robin can be told" in title(
        plots.away_rate(a_study(better=0.09), Figure().subplots())
    )


def test_the_reasons_of_a_study_add_up_and_carry_intervals() -> None:
    data = plots.away_rate_data(a_study())

    for name in NAMES:
        rates = data.loc[name, "rate"]
        assert rates["in hours"] == pytest.approx(rates["unanswered"] + rates["hold_limit"])
        low, high = data.loc[(name, "in hours"), ["low", "high"]]
        assert low < rates["in hours"] < high
    assert ["closed_hours"] == list(data.query("out_of_hours").index.unique("reason"))


def test_a_study_without_reasons_says_what_it_lacks() -> None:
    study = Study([Record("a", 0, "wait_s", 1.0)], ["a"])

    with pytest.raises(ConfigurationError, match="away_rate_<reason>"):
        plots.away_rate_data(study)


# --- fairness


def test_each_person_stands_at_their_count_with_the_band_of_chance(ax: Axes) -> None:
    log = a_day()
    data, table = plots.fairness_data(log), fairness.table(log)

    plots.fairness(log, ax)

    assert {"Ann": 4, "Ben": 3, "Cat": 0} == dict(data["assigned"])
    assert list(table.loc[data.index, "low"]) == [bar.get_x() for bar in ax.patches]
    ends = [bar.get_x() + bar.get_width() for bar in ax.patches]
    assert ends == pytest.approx(list(table.loc[data.index, "high"]))
    dots = sorted(x for line in ax.lines for x in line.get_xdata())
    assert sorted(data["assigned"]) == dots
    assert title(ax).startswith("Shared")
    assert ax.get_legend() is None


def test_unfairness_beyond_chance_names_the_one_who_gets_most(ax: Axes) -> None:
    made = Written(members=team(max_concurrent=99), until_s=10_000.0)
    for staff in (ANN, BEN, CAT):
        made.on(0, staff)
    for number in range(40):
        made.received(10 * number + 1, number)
        made.picked_up(10 * number + 2, number, staff=ANN, destination=0)
        made.closed(10 * number + 3, number, staff=ANN, reason="staff")

    plots.fairness(made.log, ax)

    assert title(ax).startswith("Shared less evenly than chance")
    assert "Ann gets 40" in title(ax)


# --- strategies


def test_estimates_differences_and_intervals_are_those_of_the_study(ax: Axes) -> None:
    study = a_study()
    table = study.table(["away_rate"]).droplevel("metric")

    plots.strategies(study, "away_rate", ax)

    right = ax.figure.axes[-1]
    assert ax is not right
    assert dots(ax) == pytest.approx(sorted(100 * table["mean"]))
    differences = table["difference"].dropna()
    assert dots(right) == pytest.approx(sorted([*(100 * differences)]))
    assert list(table["p"] < 0.05) == list(plots.strategies_data(study, "away_rate")["told_apart"])
    assert "%" in ax.get_xlabel()
    assert "percentage" in right.get_xlabel()
    assert "(baseline)" in ax.get_yticklabels()[0].get_text()
    assert "down from 29 % to 24 % with most idle" in title(ax)


def dots(ax: Axes) -> list[float]:
    """Where the dots of all error bars lie."""
    return sorted(x for box in ax.containers for x in np.ravel(box.lines[0].get_xdata()))


def test_no_difference_is_claimed_where_none_can_be_told(ax: Axes) -> None:
    plots.strategies(a_study(), "waiting_time_s_mean", ax)

    assert "no difference to round robin can be told" in title(ax)
    assert ", min" in ax.get_xlabel()


def test_a_single_strategy_has_no_right_half(ax: Axes) -> None:
    plots.strategies(a_study(names=("round robin",)), "away_rate", ax)

    assert [ax] == ax.figure.axes
    assert re.search(r"28\.7 % \(28\.5 % to 29\.0 %\)", title(ax))


def test_axes_placed_by_hand_are_split_within_their_place() -> None:
    figure = Figure()
    ax = figure.add_axes((0.2, 0.2, 0.6, 0.6))

    plots.strategies(a_study(), "away_rate", ax)

    right = figure.axes[-1].get_position()
    assert right.x1 <= 0.8 + 1e-9
    assert ax.get_position().x1 < right.x0


def test_an_unknown_metric_is_refused_with_the_nearest() -> None:
    with pytest.raises(ConfigurationError, match="away_rate"):
        plots.strategies(a_study(), "away_rat", Figure().subplots())


def test_where_nothing_beats_the_baseline_the_title_says_so() -> None:
    study = a_study()
    turned = Study(study.records, NAMES, baseline="most idle", better={"away_rate": "low"})

    assert "nothing is told to beat most idle (24 %)" in plots.finding(turned, "away_rate")


# --- Gantt


def test_chats_lie_in_lanes_that_never_overlap_and_last_as_logged() -> None:
    log = a_day()
    data = plots.gantt_data(log)

    chats = data[data["what"] == "chat"]
    assert set(range(1, 8)) == set(chats["enquiry"])
    for _, own in chats.groupby(["member", "lane"]):
        ordered = own.sort_values("start_s")
        assert (ordered["start_s"].to_numpy()[1:] >= ordered["end_s"].to_numpy()[:-1]).all()
    first = chats.set_index("enquiry").loc[1]
    assert (9 * 3600 + 1804, 9 * 3600 + 1800 + 2400) == (first["start_s"], first["end_s"])
    assert 8 == (data["what"] == "offered").sum()
    assert ["Cat"] == list(data.loc[data["what"] == "missed offer", "member"])


def test_the_stretch_is_cut_and_the_clock_is_the_local_one(ax: Axes) -> None:
    log = a_day()

    plots.gantt(log, start_s=10 * 3600.0, end_s=11 * 3600.0, ax=ax)

    begin, end = (dates.num2date(edge).replace(tzinfo=None) for edge in ax.get_xlim())
    assert (dt.datetime(2026, 3, 2, 10), dt.datetime(2026, 3, 2, 11)) == (begin, end)  # noqa: DTZ001 - local
    assert "local time (UTC+07:00), 2026-03-02" == ax.get_xlabel()
    data = plots.gantt_data(log, start_s=10 * 3600.0, end_s=11 * 3600.0)
    assert data["start_s"].min() >= 10 * 3600
    assert data["end_s"].max() <= 11 * 3600


def test_the_team_is_that_of_the_destination_or_the_members_named() -> None:
    log = a_day()

    assert {"Ben"} == set(plots.gantt_data(log, members=["Ben"])["member"])
    assert "Sales" == plots.gantt_data(log).attrs["destination"]
    for wrong in ({"members": ["Bem"]}, {"destination": "Sale"}, {"start_s": 9.0, "end_s": 9.0}):
        with pytest.raises(ConfigurationError):
            plots.gantt_data(log, **wrong)


def test_the_busiest_moment_is_in_the_title(ax: Axes) -> None:
    plots.gantt(a_day(), ax=ax)

    assert title(ax).startswith("Sales: 7 chats, 3 people, at most 2 at once (Ann, 10:30)")
    assert "1 offer missed" in title(ax)


# --- words


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0 s"), (9.06, "9.1 s"), (9, "9 s"), (59.6, "1 min"), (80, "1 min 20 s"),
        (7500, "2 h 5 min"), (86400, "1 day"), (float("nan"), "unknown"),
    ],
)  # fmt: skip
def test_times_are_said_as_a_person_says_them(seconds: float, said: str) -> None:
    assert said == lasting(seconds)


def test_numbers_keep_as_many_digits_as_tell_them_apart() -> None:
    share = quantity("away_rate")

    assert ["9.0 %", "4.0 %"] == share.said(0.09, 0.0399)
    assert ["22.41 %", "22.39 %"] == share.said(0.22411, 0.22389)
    assert "4.2 %" == percent(0.042)
    assert "min" == quantity("waiting_time_s_mean", [200]).unit
    assert "s" == quantity("waiting_time_s_mean", [20]).unit


def test_metrics_need_no_matplotlib() -> None:
    code = "import sys, line_sim.analysis.metrics, line_sim.analysis.report; print(*sys.modules)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)

    assert "matplotlib" not in run.stdout.split()
