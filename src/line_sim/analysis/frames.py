"""Tables with several keys a row, in the order a reader expects."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    import pandas as pd


def keyed(
    rows: Sequence[Mapping[str, object]], keys: Sequence[str], columns: Sequence[str]
) -> pd.DataFrame:
    """A frame indexed by `keys`, labels in the order they first come, not that of the alphabet.

    The order is made known to pandas, which otherwise warns of unsorted keys at each look-up;
    `rows` must come grouped: first by the first key, then the second, and so on.
    """
    import pandas as pd  # noqa: PLC0415 - a second, only where a table is made

    levels, codes = [], []
    for key in keys:
        order = {label: place for place, label in enumerate(dict.fromkeys(r[key] for r in rows))}
        levels.append(list(order))
        codes.append([order[row[key]] for row in rows])
    index = pd.MultiIndex(levels=levels, codes=codes, names=list(keys))
    return pd.DataFrame({name: [row[name] for row in rows] for name in columns}, index=index)
