"""Every key of a scenario file as tables, made from the classes and their docstrings."""

from __future__ import annotations

import dataclasses
import inspect
import re
from typing import Any

from line_sim.desk import setup
from line_sim.scenario import Costs, Recorded, Roster, Scenario, Shift, behaviour, shape
from line_sim.scenario.config import Content

GROUP_KEYS = set(shape.keys(setup.ServiceGroup)) - {"distribution"}
TABLES: list[tuple[str, type, set[str]]] = [
    ("The scenario itself", Scenario, set()),
    ("`[[members]]`", setup.Member, set()),
    ('`[[destinations]]`, `kind = "group"`', setup.ServiceGroup, set()),
    ('`[[destinations]]`, `kind = "queue"`: the keys of a group, and', setup.Queue, GROUP_KEYS),
    ('`[[destinations]]`, `kind = "chatbot"`', setup.Chatbot, set()),
    ("`[[channels]]`", setup.Channel, set()),
    ('`[channels.rule]`, `kind = "alternative"`', setup.Alternative, set()),
    ('`[channels.rule]`, `kind = "percentage"`', setup.Percentage, set()),
    ("`[[channels.rule.shares]]`", setup.Share, set()),
    ('`[channels.rule]`, `kind = "time"`', setup.Time, set()),
    ("`[[channels.rule.conditions]]`", setup.Condition, set()),
    ("`[[channels.rule.special_days]]`", setup.SpecialDay, set()),
    ("`[channels.sticky]`", setup.Sticky, set()),
    ("`[channels.messages]`", setup.AutoMessages, set()),
    ("`[service]`", setup.Service, set()),
    ("`[customers]`", behaviour.Customers, set()),
    ('`[customers.arrivals.CHANNEL]`, `kind = "constant"`', behaviour.ConstantRate, set()),
    ('`[customers.arrivals.CHANNEL]`, `kind = "profile"`', behaviour.Profile, set()),
    ('`[customers.arrivals.CHANNEL]`, `kind = "listed"`', behaviour.ListedTimes, set()),
    ("`[[customers.campaigns]]`", behaviour.Campaign, set()),
    ("`[[customers.classes]]`", behaviour.VisitorClass, set()),
    ("`[customers.classes.patience]`", behaviour.Patience, set()),
    ("`[[customers.languages]]`", behaviour.Language, set()),
    ("`[customers.population]`", behaviour.Population, set()),
    ("`[customers.retry]`", behaviour.Retry, set()),
    ("`[customers.messages]`", behaviour.Messages, set()),
    ("`[customers.bot]`", behaviour.BotOutcome, set()),
    ("`[customers.hand_overs]`", behaviour.HandOvers, set()),
    ("`[customers.follow_up]`", behaviour.FollowUp, set()),
    ("`[staff]`", behaviour.StaffBehaviour, set()),
    ("`[staff.reaction]`", behaviour.Reaction, set()),
    ("`[staff.speed]`", behaviour.Speed, set()),
    ('`[staff.slow_down]`, `kind = "by_load"`', behaviour.SlowDownByLoad, set()),
    ('`[staff.slow_down]`, `kind = "power"`', behaviour.SlowDownByPower, set()),
    ("`[staff.punctuality]`", behaviour.Punctuality, set()),
    ("`[staff.dashboard_spells]`, `[staff.mobile_spells]`", behaviour.Spells, set()),
    ("`[roster]`", Roster, set()),
    ("`[[roster.shifts]]`", Shift, set()),
    ("`[recorded]`", Recorded, set()),
    ("`[warm_start]`", behaviour.WarmStart, set()),
    ("`[costs]`", Costs, set()),
]


def reference() -> str:
    """The tables, as Markdown."""
    parts = [_table(*each) for each in TABLES]
    parts.append(_laws("Laws of seconds", behaviour.Duration))
    parts.append(_laws("Laws of counts, at least 1", behaviour.Count))
    return "\n".join(parts)


def _table(title: str, table: type, left_out: set[str]) -> str:
    known: type = Content if table is Scenario else table
    meanings = _meanings(table)
    lines = [
        f"### {title}\n",
        "| key | what stands there | default | meaning |",
        "| --- | --- | --- | --- |",
    ]
    for key, hint in shape.keys(known).items():
        if key != "kind" and key not in left_out:
            meaning = meanings.get(key) or ("see its table" if shape.is_table(hint) else "")
            cells = (_kind_of(hint), _default(shape.default(known, key)), meaning)
            lines.append(f"| `{key}` | {' | '.join(cells)} |")
    return "\n".join(lines) + "\n"


def _laws(title: str, hint: Any) -> str:  # noqa: ANN401
    lines = [f"### {title}\n", "| kind | keys |", "| --- | --- |"]
    for kind, table in shape.kinds(hint).items():
        keys = ", ".join(f"`{key}`" for key in shape.keys(table) if key != "kind")
        lines.append(f"| `{kind}` | {keys} |")
    return "\n".join(lines) + "\n"


def _meanings(table: type) -> dict[str, str]:
    """What the docstrings of a class and its parents say about each key."""
    found: dict[str, str] = {}
    for parent in reversed(table.__mro__):
        text = inspect.cleandoc(parent.__dict__.get("__doc__") or "")
        _, heading, body = text.partition("Parameters\n----------\n")
        body = re.split(r"\n\n\w+\n---", body)[0]
        if heading:
            for names, meaning in re.findall(r"(?m)^(\S[^\n:]*?) : ((?:.*(?:\n +.*)*))", body):
                for name in names.split(","):
                    found[name.strip(" `")] = _plain(meaning)
    return found


def _plain(meaning: str) -> str:
    """A docstring's words without its markup, in one line."""
    text = re.sub(r"\s+", " ", meaning).strip()
    text = re.sub(r":\w+:`[.~]?(?:[\w.]*\.)?(\w+)`", r"\1", text).replace("``", "`")
    text = text.replace("`None`", '`"none"`').replace("|", "\\|")
    return "" if text in {"see there", "see there."} else text


def _kind_of(hint: Any) -> str:  # noqa: ANN401
    if shape.kinds(hint):
        more = ' or "none"' if shape.is_nullable(hint) else ""
        return f"a table with a `kind`{more}"
    return shape.described(hint).replace("'", '"')


def _default(value: object) -> str:
    if value is dataclasses.MISSING:
        return "required"
    words = {None: '`"none"`', True: "`true`", False: "`false`"}
    if value is None or isinstance(value, bool):
        return words[value]
    if _is_number(value):
        return f"`{value:g}`"
    if isinstance(value, str):
        return f'`"{value}"`'
    if isinstance(value, tuple) and all(isinstance(item, str) for item in value):
        return "`[" + ", ".join(f'"{item}"' for item in value) + "]`"
    return _default_table(value)


def _default_table(value: object) -> str:
    if not hasattr(value, "kind"):
        return "" if value else "empty"
    fields = {field.name: getattr(value, field.name) for field in dataclasses.fields(value)}
    numbers = [f"{name} = {item:g}" for name, item in fields.items() if _is_number(item)]
    return f"`{', '.join([fields['kind'], *numbers])}`"


def _is_number(value: object) -> bool:
    return isinstance(value, int | float)
