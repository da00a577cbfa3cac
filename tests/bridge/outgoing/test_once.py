"""Each message once: whatever LINE answers, however old the token is, whenever the process dies."""

import asyncio
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from outgoing_bench import Attempt, Bench, KilledError, Shop

from line_sim.bridge.outgoing.routes import GIVE_UP_S, SURE_S
from line_sim.mock import faults
from line_sim.mock.faults import Fault

FAULTS: dict[str, Fault | None] = {
    "well": None,
    "taken, 500": faults.LosesResponse("500"),
    "taken, reset": faults.LosesResponse("reset"),
    "not taken, 500": faults.FailsWith(500),
    "not taken, reset": faults.ResetsConnection(),
    "rate": faults.Refuses(429),
    "400": faults.Refuses(400),
    "403": faults.Refuses(403),
    "404": faults.Refuses(404),
}
ATTEMPTS = st.builds(
    Attempt,
    fault=st.sampled_from([*FAULTS.values()]),
    wait_s=st.sampled_from([0.0, 0.0, 0.0, 20.0, 45.0, 3_600.0]),
    killed=st.sampled_from(["", "", "", "", "before", "after"]),
)
AGES = st.sampled_from([None, 0.0, 29.0, 31.0, 70.0])


async def played(
    shop: Shop, folder: Path, plan: list[Attempt], age_s: float | None
) -> tuple[str, list[str], list[tuple[str, dict[str, object], str, int]]]:
    """The state a message came to, what the customer saw, the calls made; over all lives."""
    bench = Bench(folder, shop)
    made, clock = bench.made, bench.clock
    visitor = shop.visitor()
    try:
        if age_s is None:
            chat = bench.chat(visitor.id)
        else:
            chat = bench.keep(shop.said(visitor))
            clock.pass_(age_s)
        bench.plan.extend(plan)
        await bench.outbox.start()
        entry = bench.wish(chat, "Here we are")
        while (state := await bench.ended(entry)) == "died":
            left = bench.plan
            await bench.close()
            bench = Bench(folder, shop, clock)
            bench.plan, bench.made = left, made
            await bench.outbox.start()
    finally:
        await bench.close()
    return state, [each["text"] for each in visitor.sees()], made


@settings(max_examples=60)
@given(plan=st.lists(ATTEMPTS, max_size=4), age_s=AGES)
@example(plan=[Attempt(faults.LosesResponse("500"), killed="after")], age_s=0.0)
@example(plan=[Attempt(faults.LosesResponse("reset")), Attempt(wait_s=3_600.0)], age_s=0.0)
@example(plan=[Attempt(faults.FailsWith(500)), Attempt(wait_s=3_600.0)], age_s=0.0)
@example(plan=[Attempt(wait_s=3_600.0)], age_s=0.0)
def test_staff_are_told_the_truth_and_customers_once(
    shop: Shop, plan: list[Attempt], age_s: float | None
) -> None:
    with TemporaryDirectory() as folder:
        state, seen, made = asyncio.run(played(shop, Path(folder), plan, age_s))

    assert len(seen) <= 1
    if state == "sent":
        assert seen == ["Here we are"]
    if state == "failed":
        assert seen == []
    assert state in {"sent", "failed", "unknown"}
    keys = {key for path, _, key, _ in made if path == "push"}
    assert len(keys) <= 1, "a retry key is for one message"
    assert len({repr(said) for path, said, _, _ in made if path == "push"}) <= 1
    assert not any(key for path, _, key, _ in made if path == "reply")


@settings(max_examples=40)
@given(plan=st.lists(ATTEMPTS, max_size=4), age_s=AGES)
def test_a_reply_that_may_have_arrived_is_never_pushed(
    shop: Shop, plan: list[Attempt], age_s: float | None
) -> None:
    with TemporaryDirectory() as folder:
        _, _, made = asyncio.run(played(shop, Path(folder), plan, age_s))

    unsure = [place for place, (path, _, _, status) in enumerate(made)
              if path == "reply" and (status == 0 or status >= 500)]  # fmt: skip
    pushed = [place for place, (path, *_) in enumerate(made) if path == "push"]
    assert not (unsure and pushed and pushed[-1] > unsure[0])


ENDS = {
    # what LINE does, one after another : how it ends, by which calls, what the customer sees
    ("well",): ("sent", ["reply"], 1),
    ("taken, 500", "400"): ("sent", ["reply", "reply"], 1),
    ("taken, reset",): ("sent", ["reply", "reply"], 1),
    ("not taken, 500",): ("sent", ["reply", "reply"], 1),
    ("not taken, reset",): ("sent", ["reply", "reply"], 1),
    ("rate",): ("sent", ["reply", "reply"], 1),
    ("400",): ("sent", ["reply", "push"], 1),
    ("400", "taken, 500"): ("sent", ["reply", "push", "push"], 1),
    ("400", "400"): ("failed", ["reply", "push"], 0),
    ("403",): ("failed", ["reply"], 0),
    ("404",): ("failed", ["reply"], 0),
    ("not taken, 500", "403"): ("unknown", ["reply", "reply"], 0),
}


@pytest.mark.parametrize(("happens", "end"), ENDS.items(), ids=map("; ".join, ENDS))
def test_each_answer_to_a_reply_has_its_end(
    shop: Shop, tmp_path: Path, happens: tuple[str, ...], end: tuple[str, list[str], int]
) -> None:
    plan = [Attempt(FAULTS[each]) for each in happens]

    state, seen, made = asyncio.run(played(shop, tmp_path, plan, 0.0))

    assert end == (state, [path for path, *_ in made], len(seen))


PUSHES = {
    ("well",): ("sent", 1, 1),
    ("taken, 500",): ("sent", 2, 1),
    ("taken, reset", "rate"): ("sent", 3, 1),
    ("not taken, 500", "not taken, reset", "rate"): ("sent", 4, 1),
    ("400",): ("failed", 1, 0),
    ("403",): ("failed", 1, 0),
    ("404",): ("failed", 1, 0),
    ("not taken, 500", "400"): ("unknown", 2, 0),
}


@pytest.mark.parametrize(("happens", "end"), PUSHES.items(), ids=map("; ".join, PUSHES))
def test_each_answer_to_a_push_has_its_end(
    shop: Shop, tmp_path: Path, happens: tuple[str, ...], end: tuple[str, int, int]
) -> None:
    plan = [Attempt(FAULTS[each]) for each in happens]

    state, seen, made = asyncio.run(played(shop, tmp_path, plan, None))

    assert end == (state, len(made), len(seen))
    assert {"push"} == {path for path, *_ in made}


@pytest.mark.parametrize(("age_s", "route"), [(29.9, "reply"), (30.0, "reply"), (30.1, "push")])
def test_a_token_is_used_up_to_thirty_seconds(
    shop: Shop, tmp_path: Path, age_s: float, route: str
) -> None:
    state, _, made = asyncio.run(played(shop, tmp_path, [], age_s))

    assert ("sent", [route]) == (state, [path for path, *_ in made])


def test_an_unsure_reply_is_unknown_once_its_token_may_have_ended(
    shop: Shop, tmp_path: Path
) -> None:
    plan = [Attempt(faults.FailsWith(500)), Attempt(faults.FailsWith(500), wait_s=SURE_S)]

    state, _, made = asyncio.run(played(shop, tmp_path, plan, 0.0))

    assert ("unknown", ["reply"]) == (state, [path for path, *_ in made])


def test_a_push_is_given_up_before_its_key_is_forgotten(shop: Shop, tmp_path: Path) -> None:
    plan = [Attempt(faults.FailsWith(500)), Attempt(wait_s=GIVE_UP_S)]

    state, seen, made = asyncio.run(played(shop, tmp_path, plan, None))

    assert ("unknown", 0, 1) == (state, len(seen), len(made))


class Dying:
    """A store whose writes of the outbox end the process at one of them."""

    def __init__(self, bench: Bench, at: int) -> None:
        self._run, self.left = bench.store.run, at
        bench.store.run = self.run  # type: ignore[method-assign]

    def run(self, *words: object) -> object:
        """One write, or the end."""
        self.left -= 1
        if self.left == 0:
            raise KilledError
        return self._run(*words)  # type: ignore[arg-type]


@pytest.mark.parametrize("route", ["reply", "push"])
@pytest.mark.parametrize("at", range(1, 9))
def test_killed_at_any_write_a_message_goes_out_once_under_its_first_key(
    shop: Shop, tmp_path: Path, at: int, route: str
) -> None:
    async def lived() -> tuple[str, list[str], set[str], str]:
        bench = Bench(tmp_path, shop)
        visitor = shop.visitor()
        chat = bench.keep(shop.said(visitor)) if route == "reply" else bench.chat(visitor.id)
        entry = bench.wish(chat, "Here we are")
        key = bench.row(entry).retry_key
        made, clock = bench.made, bench.clock
        Dying(bench, at)
        try:
            await bench.outbox.start()
            state = await bench.ended(entry)
        except KilledError:
            state = "died"
        await bench.close()
        if state == "died":
            bench = Bench(tmp_path, shop, clock)
            await bench.outbox.start()
            state = await bench.ended(entry)
            made += bench.made
            await bench.close()
        seen = [each["text"] for each in visitor.sees()]
        return state, seen, {k for path, _, k, _ in made if path == "push"}, key

    state, seen, keys, key = asyncio.run(lived())

    assert ("sent", ["Here we are"]) == (state, seen)
    assert keys <= {key}
