"""Checks 56 to 60: what customers send beside words, fetched from LINE in time."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import at_work, each_case
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed, worst

if TYPE_CHECKING:
    from line_sim.mock.call_records import CallRecord
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Event, Evidence

CONTENT = "LINE Developers, Messaging API reference, get content"
EMPTY = hashlib.sha256(b"").hexdigest()
MEDIA = ("image", "video", "audio", "file")
PROMPT_S = 60.0
"""Schedule seconds within which content is fetched promptly; LINE names no time (chosen)."""
LATE_S = 120.0
"""How long a bridge with a clock of its own is given before anybody looks."""
LOOP = 20
"""Calls for one message's content from which on a bridge is in a loop (chosen)."""
_PATH = re.compile(r"/v2/bot/message/([^/]+)/content")


@probe(56)
def prepared_content(bench: Bench) -> None:
    """A film that LINE is still preparing (202), and one whose preparation fails."""
    alice = bench.visitor()
    luck = faults.PreparesContent(seconds=1.0, user=alice.id)
    with bench.bad_luck(luck):
        film = alice.sends_video()
        bench.wait_for(lambda seen: _fetched(_content(seen.calls, film.message)), 8.0)
    bench.tried("202", alice, film)
    if "transcript" in bench.capabilities:
        bob = bench.visitor()
        broken = bob.sends_video(fails=True)
        bench.tried("failed", bob, broken)


@check(56, "Content that is being prepared (202): waited for, never stored empty", level="M",
       edge="E/A", source=f"{CONTENT}; verify preparation status")  # fmt: skip
def waits_for_content(seen: Seen) -> Verdict:
    """After a 202 the bridge comes back for the file; staff are told where preparing fails."""

    def judged(case: Case) -> Verdict:
        (event,) = _events(seen, case)
        rows = seen.entries(event)
        if any(row.media_sha256 == EMPTY for row in rows):
            return failed("an empty file was stored for a 202")
        if case.name == "failed":
            noted = bool(rows) and not any(row.media_sha256 for row in rows)
            return of([] if noted else ["staff are not told that preparing failed"], "noted")
        calls = _content(seen.evidence.calls, str(event.message.get("id")))
        if not calls:
            return not_observed("the bridge never fetched the film")
        if not _fetched(calls):
            return failed(f"after {calls[0].status} nothing came back for the film")
        return passed(f"fetched after {len(calls)} calls")

    return each_case(seen, seen.cases("prepared_content"), judged)


@probe(57, 60)
def media_sent(bench: Bench) -> None:
    """A picture; nobody looks at it for two minutes where the bridge leaves it with LINE."""
    alice = bench.visitor()
    picture = alice.sends_image(format="png", width=64, height=64)
    bench.reacted(picture.events)

    def fetched(seen: Evidence) -> bool:
        return _fetched(_content(seen.calls, picture.message))

    if not bench.wait_for(fetched, 2.0) and "clock" in bench.capabilities:
        bench.pass_time(LATE_S)
        bench.wait_for(fetched, 2.0)
    bench.tried("", alice, picture)


@check(57, "Content is fetched promptly, not when an agent first looks", level="S", edge="E",
       source=f"{CONTENT}: deleted after an unstated time")  # fmt: skip
def fetches_promptly(seen: Seen) -> Verdict:
    """The longest time from a message to the first call for its content."""
    first: dict[str, float] = {}
    for call in seen.evidence.calls:
        found = _PATH.match(call.path)
        if found and call.operation != "getMessageContentTranscodingByMessageId":
            first.setdefault(found[1], call.at_s)
    delays = [
        first[message] - event.at_s
        for event in _media(seen)
        if (message := str(event.message.get("id"))) in first
    ]
    if not delays:
        return not_observed("no content was fetched at all")
    late, longest_s = sum(delay > PROMPT_S for delay in delays), round(max(delays), 3)
    if late:
        told = f"{late} files were fetched after more than {PROMPT_S:g} s"
        return failed(told, longest_s=longest_s)
    return passed(f"{len(delays)} files, all of them in time", longest_s=longest_s)


@probe(58)
def broken_content(bench: Bench) -> None:
    """Pictures whose content LINE refuses, has no more, fails at, is slow with, or cuts off."""
    for name, kind in (
        ("404", faults.Refuses(404, operation="getMessageContent")),
        ("410", faults.ContentGone()),
        ("500", faults.FailsWith(operation="getMessageContent")),
        ("slow", faults.Slow(1.0, operation="getMessageContent")),
        ("truncated", faults.TruncatesContent()),
    ):
        person = bench.visitor()
        with bench.bad_luck(replace(kind, user=person.id)):
            picture = person.sends_image(width=64, height=64)
            bench.reacted(picture.events)
            bench.settle(2.0)
            bench.tried(name, person, picture)


@check(58, "Content refused, gone, failing, slow or cut off: a note to staff, no endless loop",
       level="P", edge="E/A", source=CONTENT)  # fmt: skip
def gives_up_on_content(seen: Seen) -> Verdict:
    """The bridge goes on, asks a limited number of times, and staff see that something came."""

    def judged(case: Case) -> Verdict:
        (event,) = _events(seen, case)
        calls = _content(seen.evidence.calls, str(event.message.get("id")))
        wrong = []
        if len(calls) > LOOP:
            wrong.append(f"asked {len(calls)} times for one file")
        rows = seen.entries(event)
        if seen.can("transcript"):
            if not rows:
                wrong.append("staff see nothing of it")
            if case.name == "truncated" and _only_cut(calls) and any(r.media_sha256 for r in rows):
                wrong.append("a file that was cut off was stored as if it were whole")
        elif not calls:
            return not_observed("the bridge never fetched the picture")
        return worst([of(wrong, f"asked {len(calls)} times"), at_work(seen, case)])

    return each_case(seen, seen.cases("broken_content"), judged)


@probe(59)
def external_content(bench: Bench) -> None:
    """A picture that lies with somebody else, as LINE's partners send them."""
    alice = bench.visitor()
    picture = alice.sends_image(external_url="https://pictures.example.test/1.jpg")
    bench.reacted(picture.events, 1.0)
    bench.tried("", alice, picture, acted_on=False)


@check(59, "Content of an external provider: LINE's content is not asked for", level="M",
       edge="E", source="LINE Developers, Messaging API reference, contentProvider")  # fmt: skip
def leaves_external(seen: Seen) -> Verdict:
    """No call for the content of that message."""

    def judged(case: Case) -> Verdict:
        (event,) = _events(seen, case)
        calls = _content(seen.evidence.calls, str(event.message.get("id")))
        if calls:
            return failed(f"asked LINE for what LINE does not have: {calls[0]}")
        return at_work(seen, case)

    return each_case(seen, seen.cases("external_content"), judged)


@check(60, "The type of a file is read from its content, not guessed", level="P", edge="A",
       source=f"{CONTENT}, Content-Type")  # fmt: skip
def knows_types(seen: Seen) -> Verdict:
    """Staff see a picture as a picture: an entry with the stored file and the kind image."""
    if seen.cases("media_sent") and not seen.can("transcript"):
        return not_observed("an agent view with transcript would show it")

    def judged(case: Case) -> Verdict:
        (event,) = _events(seen, case)
        rows = seen.entries(event)
        if not rows:
            return not_observed("staff see no entry for the picture")
        stored = [row for row in rows if row.media_sha256]
        if not stored:
            return not_observed("staff see no stored file")
        wrong = [f"a PNG is shown as {row.kind}" for row in stored if "image" not in row.kind]
        return of(wrong, "the PNG is shown as an image")

    return each_case(seen, seen.cases("media_sent"), judged)


def _events(seen: Seen, case: Case) -> list[Event]:
    return [found for each in case.events if (found := seen.event(each)) is not None]


def _media(seen: Seen) -> list[Event]:
    return [
        event
        for event in seen.evidence.events.values()
        if event.message.get("type") in MEDIA
        and (event.message.get("contentProvider") or {}).get("type", "line") == "line"
    ]


def _content(calls: list[CallRecord], message: str) -> list[CallRecord]:
    """The calls for the content of a message."""
    wanted = f"/v2/bot/message/{message}/content"
    return [call for call in calls if call.path == wanted]


def _fetched(calls: list[CallRecord]) -> bool:
    return any(call.status == 200 for call in calls)  # noqa: PLR2004 - HTTP's OK


def _only_cut(calls: list[CallRecord]) -> bool:
    """Whether the bridge got the file, and never but with the fault that cuts it off."""
    got = [call for call in calls if call.status == 200]  # noqa: PLR2004 - HTTP's OK
    return bool(got) and all(call.fault for call in got)
