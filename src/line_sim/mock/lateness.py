"""How late webhooks leave, counted in bounded memory however many there are."""

from __future__ import annotations

from math import log

_STEP = log(1.05)
"""Each count covers 5 % of time, so a quantile is at most 5 % too high."""
_COUNTS = 400
"""Up to five minutes; later ones count with the last."""


class Lateness:
    """Counts of how much later than intended something happened, in milliseconds."""

    def __init__(self) -> None:
        self._counts = [0] * _COUNTS
        self.count = 0
        self.most_ms = 0.0

    def add(self, late_us: float) -> None:
        """Count one, so many microseconds late; early counts as in time."""
        place = int(log(late_us) / _STEP) + 1 if late_us >= 1 else 0
        self._counts[min(place, _COUNTS - 1)] += 1
        self.count += 1
        self.most_ms = max(self.most_ms, late_us / 1_000)

    def quantile_ms(self, share: float) -> float:
        """The lateness that `share` of all do not exceed, at most 5 % too high; 0 of none."""
        wanted = share * self.count
        seen = 0
        for place, counted in enumerate(self._counts):
            seen += counted
            if counted and seen >= wanted:
                upper_us = 1.05**place if place else 0.0
                open_end = place == _COUNTS - 1
                return self.most_ms if open_end else min(upper_us / 1_000, self.most_ms)
        return 0.0

    def to_dict(self) -> dict[str, float]:
        """All of it as JSON: count, p50_ms, p90_ms, p99_ms, max_ms."""
        shares = {"p50_ms": 0.5, "p90_ms": 0.9, "p99_ms": 0.99}
        quantiles = {name: round(self.quantile_ms(share), 3) for name, share in shares.items()}
        return {"count": self.count, **quantiles, "max_ms": round(self.most_ms, 3)}
