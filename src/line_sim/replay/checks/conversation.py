"""Checks 42 to 48 and 51 to 54: what staff see of a conversation."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from line_sim.mock import faults
from line_sim.replay.checks.deciding import at_work, each_case, handled_once, told
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import (
    Verdict,
    failed,
    not_observed,
    of,
    passed,
    worst,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from line_sim.replay.agent_words import Entry
    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen
    from line_sim.replay.evidence import Event

GUIDE = "LINE Developers, Development guidelines"
REFERENCE = "LINE Developers, Messaging API reference"
NEEDS_TRANSCRIPT = "only staff see it; an agent view (--agent) with transcript would show it"
PROMPT_RATIO = 0.75
"""Profiles asked for a message, from which on it is asked for every message (chosen)."""
FEWEST = 4
"""Messages of one user from which on the ratio says something."""


@probe(42)
def unsends(bench: Bench) -> None:
    """A text and a picture are taken back."""
    alice = bench.visitor()
    said = alice.says("my card number is 4000-1234")
    picture = alice.sends_image(width=64, height=64)
    bench.reacted([*said.events, *picture.events], 1.0)
    bench.settle()
    alice.unsends(said)
    alice.unsends(picture)
    bench.settle()
    bench.tried("", alice, said, picture, acted_on=False)
    if "alerts" in bench.capabilities and bench.view is not None:
        bench.agent("alerts", case="unsends", lines=bench.view.alerts())


@check(42, "Unsend: text and media are gone from staff's view", level="S", edge="A",
       source=f"{GUIDE}, unsent messages")  # fmt: skip
def forgets_unsent(seen: Seen) -> Verdict:
    """Nothing of the content is left, and that LINE has no content is no alarm."""

    def judged(case: Case) -> Verdict:
        wrong = [
            f"staff still see {told(event)}: {row.text[:60]!r}"
            for event, rows in _shown(seen, case)
            for row in rows
            if _left(event, row)
        ]
        return of(wrong, "nothing of it is left")

    return _by_transcript(seen, "unsends", judged)


@probe(43)
def unsends_early(bench: Bench) -> None:
    """A message is taken back in the same webhook, and before its own webhook arrives."""
    alice = bench.visitor()
    with bench.line.together():
        said = alice.says("taken back at once: 4000-1234")
        alice.unsends(said)
    bench.settle()
    bench.tried("same webhook", alice, said, acted_on=False)
    bob = bench.visitor()
    with bench.bad_luck(faults.OvertakesWebhook(by=1, event="message", user=bob.id, first=1)):
        late = bob.says("overtaken: 4000-1234")
        bob.unsends(late)
        bench.settle()
    bench.tried("unsend first", bob, late, acted_on=False)


@check(43, "Unsend before its message, or in the same webhook", level="P", edge="A",
       source="seen: order is not kept")  # fmt: skip
def forgets_early(seen: Seen) -> Verdict:
    """The content never shows."""

    def judged(case: Case) -> Verdict:
        wrong = [
            f"staff see {row.text[:60]!r}, which was taken back"
            for event, rows in _shown(seen, case)
            for row in rows
            if _left(event, row)
        ]
        return failed(*wrong) if wrong else at_work(seen, case)

    return _by_transcript(seen, "unsends_early", judged)


@probe(44)
def image_sets(bench: Bench) -> None:
    """Three pictures sent at once: in odd order, one late, one that does not say of how many."""
    alice = bench.visitor()
    pictures = []
    for index in (2, 1, 3):
        known = {"id": "9" * 15, "index": index, "total": 3}
        image_set = known if index < 3 else {"id": "9" * 15}  # noqa: PLR2004 - the last one
        pictures.append(alice.sends_image(width=64, height=64, seed=index, image_set=image_set))
        if index == 1:
            bench.settle()
    bench.reacted([event for each in pictures for event in each.events])
    bench.tried("", alice, *pictures)


@check(44, "A set of images in odd order, one late, total missing: each is there", level="P",
       edge="A", source=f"{REFERENCE}, image message event, imageSet")  # fmt: skip
def shows_image_sets(seen: Seen) -> Verdict:
    """Every picture of the set is shown once."""
    return _by_transcript(seen, "image_sets", lambda case: _each_shown(seen, case))


@probe(45, 46)
def kinds_of_messages(bench: Bench) -> None:
    """A file, a place, stickers, a film and a sound."""
    alice = bench.visitor()
    sent = {
        "file": alice.sends_file("price list.pdf", size_bytes=2_000),
        "location": alice.sends_location(title="Our shop", address="1 Main Road"),
        "sticker with keywords": alice.sends_sticker(keywords=["thanks", "bow"]),
        "sticker": alice.sends_sticker(),
        "video": alice.sends_video(),
        "audio": alice.sends_audio(),
    }
    bench.reacted([event for each in sent.values() for event in each.events])
    later = bench.control(alice)
    bench.settle()
    for name, each in sent.items():
        bench.mark(name, each, control=later)
    bench.look(alice.id)


@check(45, "Inbound file: name and size, or a visible notice", level="P", edge="E/A",
       source=f"{REFERENCE}, file message event; the seed: files are not supported")  # fmt: skip
def notices_files(seen: Seen) -> Verdict:
    """Staff see it or a notice of it; at the edge at least the customer is told something."""

    def judged(case: Case) -> Verdict:
        if seen.can("transcript"):
            return _each_shown(seen, case)
        (event,) = [e for e in map(seen.event, case.events) if e]
        if event.calls:
            return passed(f"it was acted on: {event.calls[0]}")
        return not_observed(NEEDS_TRANSCRIPT)

    return each_case(seen, seen.cases("kinds_of_messages", "file"), judged)


@check(46, "Location, sticker, video, audio: a visible placeholder at least", level="P", edge="A",
       source="the seed: message types")  # fmt: skip
def shows_every_kind(seen: Seen) -> Verdict:
    """Each has an entry with words or media in it."""

    def judged(case: Case) -> Verdict:
        shown = _each_shown(seen, case)
        if shown.word != "pass":
            return shown
        empty = [
            told(event)
            for event, rows in _shown(seen, case)
            if not any(row.text.strip() or row.media_sha256 for row in rows)
        ]
        return of([f"staff see an empty line for {each}" for each in empty], *shown.evidence)

    cases = [case for case in seen.cases("kinds_of_messages") if case.name != "file"]
    if cases and not seen.can("transcript"):
        return not_observed(NEEDS_TRANSCRIPT)
    return each_case(seen, cases, judged)


@probe(47)
def indexed_text(bench: Bench) -> None:
    """LINE's own emoji behind characters that take two places in UTF-16."""
    alice = bench.visitor()
    text = "\N{GRINNING FACE}\N{GRINNING FACE}(brown) thank you"
    emoji = {"index": 4, "length": 7, "productId": "5ac1bfd5040ab15980c9b435", "emojiId": "001"}
    bench.tried("", alice, alice.says(text, emojis=[emoji]))


@check(47, "LINE's emoji behind astral characters stay in their place", level="P", edge="A",
       source=f"{REFERENCE}, text message event, emojis: UTF-16 indexes")  # fmt: skip
def keeps_indexes(seen: Seen) -> Verdict:
    """What stands before and behind the emoji is whole; a shift would cut into it."""

    def judged(case: Case) -> Verdict:
        wrong = []
        for event, rows in _shown(seen, case):
            for row in rows:
                whole = row.text.startswith("\N{GRINNING FACE}" * 2)
                if not (whole and row.text.endswith(" thank you")):
                    wrong.append(f"staff see {row.text!r} instead of {event.text!r}")
        return worst([_each_shown(seen, case), of(wrong, "the text around it is whole")])

    return _by_transcript(seen, "indexed_text", judged)


@probe(48)
def quotes(bench: Bench) -> None:
    """A customer quotes their own message, and staff quote one of the customer's."""
    alice = bench.visitor()
    first = alice.says("which colours are there?")
    bench.reacted(first.events)
    second = alice.says("this one I mean", quotes=first)
    bench.reacted(second.events)
    sent = bench.staff_sends(alice, "quotes", text="Red and blue.", quote=first.message)
    bench.settle()
    bench.tried(
        "", alice, second, quoted=first.message, token=_token(bench, first.events[0]),
        staff=sent is not None and "quote" in bench.capabilities,
    )  # fmt: skip


@check(48, "Quotes: shown, and sent with the right quote token", level="P", edge="E/A",
       source="LINE Developers, Get quote tokens")  # fmt: skip
def quotes_rightly(seen: Seen) -> Verdict:
    """Staff see what is quoted; what they quote carries that message's token."""

    def judged(case: Case) -> Verdict:
        if not seen.can("quote"):
            return not_observed("an agent view with quote would show it")
        wrong = [
            f"staff do not see that {told(event)} quotes {case.facts['quoted']}"
            for event, rows in _shown(seen, case)
            if not any(row.quoted == case.facts["quoted"] for row in rows)
        ]
        if case.facts["staff"]:
            tokens = [m.get("quoteToken") for c in seen.evidence.sends for m in c.messages
                      if m.get("text") == "Red and blue."]  # fmt: skip
            if case.facts["token"] not in tokens:
                wrong.append(f"staff's quote went out with the quote token {tokens}")
        return of(wrong, "quotes are shown and sent")

    return each_case(seen, seen.cases("quotes"), judged)


@probe(51)
def postbacks(bench: Bench) -> None:
    """Buttons are tapped: one with data, one of a rich menu."""
    alice = bench.visitor()
    tapped = alice.taps("action=buy&item=7")
    bench.reacted(tapped.events, 1.0)
    bench.tried("", alice, tapped, acted_on=False)


@check(51, "A postback reaches the bridge as such, not as a text", level="P", edge="A",
       source=f"{REFERENCE}, postback event")  # fmt: skip
def tells_postbacks(seen: Seen) -> Verdict:
    """Staff see a postback, or nothing; never words that the customer did not write."""

    def judged(case: Case) -> Verdict:
        wrong = [
            f"staff see the postback's data as a text of the customer: {row.text!r}"
            for _, rows in _shown(seen, case)
            for row in rows
            if row.kind == "text" and row.from_ == "customer"
        ]
        return failed(*wrong) if wrong else at_work(seen, case)

    return _by_transcript(seen, "postbacks", judged)


@probe(52, 53)
def profiles(bench: Bench) -> None:
    """Somebody without a profile; people with names that are hard to show."""
    hidden = bench.visitor("nobody knows me", warm=False)
    refused = faults.Refuses(404, operation="getProfile", user=hidden.id)
    with bench.bad_luck(refused):
        said = hidden.says("do you hear me?")
        bench.tried("404", hidden, said, by=bench.visitor())
    names = ("\N{CAT FACE}\N{ZERO WIDTH JOINER}\N{PERSONAL COMPUTER} Som",
             "\u0645\u062d\u0645\u062f \u202e", "A\u200bB\u200cC")  # fmt: skip
    for place, name in enumerate(names, 1):
        person = bench.visitor(name, warm=False)
        bench.tried(f"name {place}", person, person.says("hello"), name=name)


@check(52, "Profile 404: the message is shown all the same, with a fallback name", level="M",
       edge="E/A", source=f"{REFERENCE}, get profile")  # fmt: skip
def lives_without_profile(seen: Seen) -> Verdict:
    """It is handled once, and the chat has some name."""

    def judged(case: Case) -> Verdict:
        nameless = [
            f"staff see no name at {told(event)}"
            for event, rows in _shown(seen, case)
            for row in rows
            if seen.can("names") and not row.name.strip()
        ]
        return failed(*nameless) if nameless else handled_once(seen, case)

    return each_case(seen, seen.cases("profiles", "404"), judged)


@check(53, "Names with emoji, right-to-left and zero-width characters; no picture", level="P",
       edge="A", source=f"{REFERENCE}, get profile")  # fmt: skip
def shows_hard_names(seen: Seen) -> Verdict:
    """Staff see the name, with or without what cannot be seen in it."""
    if not seen.can("names"):
        return not_observed("an agent view with names would show it")

    def judged(case: Case) -> Verdict:
        wanted = _visible(case.facts["name"])
        wrong = [
            f"staff see {row.name!r} instead of {case.facts['name']!r}"
            for _, rows in _shown(seen, case)
            for row in rows
            if _visible(row.name) != wanted
        ]
        return worst([of(wrong, "the name is shown"), handled_once(seen, case)])

    cases = [case for case in seen.cases("profiles") if "name" in case.facts]
    return each_case(seen, cases, judged)


@probe(54)
def five_messages(bench: Bench) -> None:
    """One customer writes five times."""
    alice = bench.visitor()
    for _ in range(5):
        bench.control(alice)
    bench.mark("")


@check(54, "The profile is not fetched again for every message", level="S", edge="E",
       source="LINE Developers, Rate limits")  # fmt: skip
def caches_profiles(seen: Seen) -> Verdict:
    """Of users who wrote often enough, profiles asked for a message."""
    wrote: Counter[str] = Counter(
        e.user for e in seen.evidence.events.values() if e.type == "message" and e.chat == e.user
    )
    asked: Counter[str] = Counter()
    for call in seen.evidence.calls:
        if call.operation == "getProfile":
            asked[call.path.rpartition("/")[2]] += 1
    often = [user for user, count in wrote.items() if user and count >= FEWEST]
    if not often:
        return not_observed(f"nobody wrote {FEWEST} times")
    if not any(e.calls for e in seen.evidence.events.values() if e.user in often):
        return not_observed("the bridge showed no reaction to those who wrote often")
    # of one user: where many wrote at once, one question may have served several messages
    ratio = max(asked[user] / wrote[user] for user in often)
    seen_ratio = f"{ratio:.2f} profiles of a user were asked for a message"
    judge = failed if ratio > PROMPT_RATIO else passed
    return judge(seen_ratio, profiles_per_message=round(ratio, 3))


def _by_transcript(seen: Seen, name: str, judge: Callable[[Case], Verdict]) -> Verdict:
    """What `judge` says of each case of a probe, where staff's view can be seen."""
    if seen.cases(name) and not seen.can("transcript"):
        return not_observed(NEEDS_TRANSCRIPT)
    return each_case(seen, seen.cases(name), judge)


def _shown(seen: Seen, case: Case) -> list[tuple[Event, list[Entry]]]:
    found = [event for each in case.events if (event := seen.event(each)) is not None]
    return [(event, seen.entries(event)) for event in found]


def _each_shown(seen: Seen, case: Case) -> Verdict:
    """Every event of the case has one entry."""
    wrong = []
    for event, rows in _shown(seen, case):
        if len(rows) != 1:
            wrong.append(f"staff see {told(event)} {len(rows)} times")
    return of(wrong, "staff see each once")


def _left(event: Event, row: Entry) -> bool:
    """Whether something of what was taken back can still be seen."""
    if row.media_sha256:
        return True
    return bool(event.text) and str(event.text) in row.text


def _visible(name: str) -> str:
    """A name without characters that nobody sees."""
    return "".join(letter for letter in name if letter.isprintable()).strip()


def _token(bench: Bench, event: str) -> str:
    found = bench.evidence().events.get(event)
    return str(found.message.get("quoteToken", "")) if found else ""
