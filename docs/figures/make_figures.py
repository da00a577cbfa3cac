"""Draw the figures of the README anew: ``.venv/bin/python docs/figures/make_figures.py``."""

from pathlib import Path

import matplotlib as mpl

mpl.use("Agg")

import line_sim as ls

HERE = Path(__file__).parent


def main() -> None:
    """Compare four ways of distributing the Bangkok shop's enquiries, and draw how fair each is."""
    scenario = ls.Scenario.load("bangkok_shop")
    ways = ["round_robin", "most_idle", "fixed_order", "simultaneous"]
    study = ls.compare(ls.vary(scenario, {"destinations.*.distribution": ways}), replications=20)
    axes = ls.plots.strategies(study, metric="gini_per_available_hour")
    axes.figure.savefig(HERE / "strategies.png", dpi=110, metadata={"Software": None})


if __name__ == "__main__":
    main()
