"""Every kind of fault by name, and how they are read from plain data."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING, Any

from line_sim.errors import ConfigurationError
from line_sim.errors import Fault as Mistake
from line_sim.mock.faults import calls, webhooks

if TYPE_CHECKING:
    from collections.abc import Mapping

    from line_sim.mock.faults.selectors import Fault

KINDS: Mapping[str, type[Fault]] = {
    kind.__name__: kind
    for kind in (
        calls.Refuses,
        calls.FailsWith,
        calls.Slow,
        calls.Hangs,
        calls.ResetsConnection,
        calls.LosesResponse,
        calls.TruncatesContent,
        calls.PreparesContent,
        calls.ContentGone,
        calls.ExpiresToken,
        calls.EnrichesAnswers,
        calls.RunsOutOfQuota,
        webhooks.DuplicatesWebhook,
        webhooks.OvertakesWebhook,
        webhooks.DelaysWebhook,
        webhooks.SkewsClock,
        webhooks.DropsWebhook,
        webhooks.LosesConfirmation,
        webhooks.WrongSignature,
        webhooks.MutatesWebhook,
        webhooks.RestylesWebhook,
    )
}
"""Every fault by the name of its class."""


def fault_from(data: Mapping[str, Any], where: str = "fault") -> Fault:
    """The fault that a table of TOML or JSON describes: :meth:`Fault.to_dict` turned round.

    Raises
    ------
    ConfigurationError
        For an unknown name, an unknown key or an impossible value; each with its place under
        `where` and, for a word, the nearest allowed one.
    """
    facts = dict(data)
    name = facts.pop("fault", None)
    if not isinstance(name, str):
        allowed = f"the name of a fault: {', '.join(KINDS)}"
        raise ConfigurationError([Mistake(f"{where}.fault", repr(name), allowed)])
    kind = KINDS.get(name)
    if kind is None:
        raise ConfigurationError([Mistake.unknown(f"{where}.fault", name, KINDS)])
    known = [each.name for each in dataclasses.fields(kind)]
    unknown = [
        Mistake.unknown(f"{where}.{key}", str(key), known) for key in facts if key not in known
    ]
    wrong: list[Mistake] = []
    try:
        found = kind(**{key: value for key, value in facts.items() if key in known})
    except ConfigurationError as error:
        wrong = [
            dataclasses.replace(each, where=f"{where}.{each.where.partition('.')[2]}")
            for each in error.faults
        ]
    if unknown or wrong:
        raise ConfigurationError([*unknown, *wrong])
    return found
