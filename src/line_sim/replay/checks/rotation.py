"""Check 10: a new channel secret; played last, for a bridge that is restarted knows the old one."""

from __future__ import annotations

from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import at_work, each_case, handled_once, ignored
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, not_observed, worst

if TYPE_CHECKING:
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Seen


@probe(10)
def rotated_secret(bench: Bench) -> None:
    """The console issues a new channel secret, and the bridge is told."""
    if bench.view is None or "configure.secret" not in bench.capabilities:
        return
    new = bench.line.reissue("secret")
    bench.view.configure(secret=new)
    alice = bench.visitor()
    fresh = alice.says("signed with the new secret")
    bench.reacted(fresh.events)
    with bench.bad_luck(faults.WrongSignature("other_secret", user=alice.id)):
        stale = alice.says("signed with an old one")
        bench.settle()
    bench.tried("new", alice, fresh, acted_on=False)
    bench.tried("old", alice, stale, acted_on=False)


@check(10, "Secret rotated: the old one's signature refused, the new one's accepted", level="P",
       edge="E", source="the seed: the secret is pasted by hand")  # fmt: skip
def follows_rotation(seen: Seen) -> Verdict:
    """After the change only the new secret counts."""
    if not seen.can("configure.secret"):
        return not_observed("an agent view with configure.secret would show it")
    new, old = seen.cases("rotated_secret", "new"), seen.cases("rotated_secret", "old")
    return worst([
        each_case(seen, new, lambda case: worst([handled_once(seen, case), at_work(seen, case)])),
        each_case(seen, old, lambda case: ignored(seen, case)),
    ])  # fmt: skip
