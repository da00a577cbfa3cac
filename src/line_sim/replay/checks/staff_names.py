"""Check 84: what customers see of who writes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.replay.attempts import messages_of
from line_sim.replay.checks import outgoing
from line_sim.replay.checks.deciding import each_case
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, passed
from line_sim.wire.counting import graphemes, utf16
from line_sim.wire.limits import LIMITS

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

MOST = LIMITS["sender.name"].most
CODER = "\U0001f469\U0001f3fd\u200d\U0001f4bb"
"""One character to a reader, 7 units."""
NAMES = {
    "long": "Wilhelmina-Alexandrina Featherstonehaugh",
    "reserved word": "LINE Help",
    "joined signs": f"{CODER * 4} Suk",
}
USUAL = "Aom Suk"


@probe(84)
def staff_names(bench: Bench) -> None:
    """Staff of several names send, in each form that names may be shown in."""
    if not outgoing.staffed(bench):
        return
    (visitor,) = outgoing.addressees(bench, 1)
    if bench.view is None or "configure.staff_name" not in bench.capabilities:
        _send(bench, visitor, "", "usual", USUAL)
        for case, name in NAMES.items():
            _send(bench, visitor, "", case, name)
        return
    for form in ("none", "first_last", "first"):
        bench.view.configure(staff_name=form)
        _send(bench, visitor, form, f"usual, {form}", USUAL)
        if form == "first_last":
            for case, name in NAMES.items():
                _send(bench, visitor, form, case, name)


def _send(bench: Bench, visitor: object, form: str, case: str, staff: str) -> None:
    wished = outgoing.wish(bench, case, f"This is us ({case}).", visitor, staff)  # type: ignore[arg-type]
    bench.wait_for(lambda seen: outgoing.arrived(seen, [wished]), bench.patience_s / 2)
    outgoing.note(bench, wished, form=form, staff=staff)


@check(84, "Staff's names are shown as set, within LINE's rules", level="P", edge="E",
       source="Messaging API reference, change icon and display name")  # fmt: skip
def shows_staff_names(seen: Seen) -> Verdict:
    """None, first, or first and last; 20 units at most; no name that LINE refuses."""
    cases = outgoing.whole(seen.cases("staff_names"), form=str, staff=str)
    if not cases:
        return not_observed(f"no staff sent anything; {outgoing.SENDERS_ASKED}")
    if not any(case.facts["form"] for case in cases) and not any(
        _name(seen, case) for case in cases
    ):
        return not_observed("it shows no names as it is; configure.staff_name would show the forms")
    return each_case(seen, cases, lambda case: _shown(seen, case))


def _shown(seen: Seen, case: Case) -> Verdict:
    found = outgoing.outcome(seen, case)
    if not found.arrivals():
        lost = f"it never arrived: {found.listed()} {found.told}".rstrip()
        return not_observed(found.pending) if found.pending else failed(lost)
    name, form, staff = _name(seen, case), str(case.facts["form"]), str(case.facts["staff"])
    first, _, last = staff.partition(" ")
    forms = {"none": {""}, "first": {first}, "first_last": {staff, f"{last} {first}"}}
    allowed = forms.get(form) or {"", first, staff, f"{last} {first}"}
    if utf16(name) > MOST:
        return failed(f"{name!r} has {utf16(name)} units; LINE takes {MOST}")
    if case.name.startswith("usual"):
        wanted = " or ".join(repr(each) for each in sorted(allowed))
        fits = name in allowed
        return passed(f"shown as {name!r}") if fits else failed(f"{name!r} instead of {wanted}")
    if name and not any(_beginning(each, name) for each in allowed):
        if case.name == "reserved word":
            return passed(f"shown as {name!r}")
        return failed(f"{name!r} is no beginning of {staff!r}")
    return passed(f"shown as {name!r}" if name else "sent without a name")


def _beginning(whole: str, part: str) -> bool:
    """Whether `part` is a beginning that ends where a reader sees an end."""
    rest = whole[len(part) :]
    return whole.startswith(part) and graphemes(part) + graphemes(rest) == graphemes(whole)


def _name(seen: Seen, case: Case) -> str:
    """The name that the message of a case was sent with; empty: none."""
    for call in outgoing.outcome(seen, case).arrivals():
        messages = messages_of(call)
        for message in messages if isinstance(messages, list) else ():
            sender = message.get("sender") if isinstance(message, dict) else None
            if isinstance(sender, dict) and sender.get("name"):
                return str(sender["name"])
    return ""
