"""Checks 61 to 65: what staff send beside words, loadable on a customer's phone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any
from urllib.parse import quote, urlsplit

from line_sim.media.audio import audio
from line_sim.media.images import image
from line_sim.replay.agent_words import Attachment
from line_sim.replay.checks.deciding import each_case
from line_sim.replay.checks.registry import check, probe
from line_sim.replay.checks.verdicts import Verdict, failed, not_observed, of, passed

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

    from line_sim.replay.checks.bench import Bench
    from line_sim.replay.checks.seen import Case, Seen

REFERENCE = "LINE Developers, Messaging API reference, message objects"
MEDIA_ORIGIN = "https://media.example.test"
"""The HTTPS origin under which a checked bridge's media lie; it stands for the bridge's own."""
URL_CHARACTERS = 2_000
PREVIEW_BYTES = 1_048_576
SENT_MEDIA = ("image", "video", "audio")
LATER_S = 86_400.0
NEEDS_SEND = "staff must send media; an agent view (--agent) with send and media would show it"
_FIELDS = {"image": ("originalContentUrl", "previewImageUrl"),
           "video": ("originalContentUrl", "previewImageUrl"),
           "audio": ("originalContentUrl",)}  # fmt: skip


@probe(61, 62, 63)
def staff_pictures(bench: Bench) -> None:
    """Staff send a picture; the customer's phone loads it at once, and a day later."""
    if not _can(bench):
        return
    alice = bench.visitor()
    made = image("png", width=640, height=480, seed=3)
    bench.staff_sends(alice, "picture", media=Attachment(made.data, made.media_type, "sofa.png"))
    seen = _arrived(bench, alice, "image")
    loaded = [load for message in seen for load in alice.loads(message)]
    later: list[dict[str, Any]] | None = None
    if "clock" in bench.capabilities:
        bench.pass_time(LATER_S)
        later = [load for message in seen for load in alice.loads(message)]
    bench.mark("picture", control=bench.control(alice), user=alice.id, bytes=len(made.data),
               loaded=loaded, later=later)  # fmt: skip


@probe(64)
def staff_sounds(bench: Bench) -> None:
    """Staff send sounds that LINE takes, and some that it does not."""
    if not _can(bench):
        return
    for kind in ("m4a", "mp3", "wav", "aac"):
        alice = bench.visitor()
        made = audio(kind, duration_ms=700)
        media = Attachment(made.data, made.media_type, f"sound.{kind}")
        sent = bench.staff_sends(alice, kind, media=media)
        if sent is not None and sent.state not in {"refused", "failed"}:
            _arrived(bench, alice, "audio")
        bench.mark(kind, user=alice.id, staff=sent.state if sent else "")


@probe(65)
def staff_files(bench: Bench) -> None:
    """Staff send a document, which LINE has no message for."""
    if not _can(bench):
        return
    alice = bench.visitor()
    data = b"%PDF-1.4\n" + b"0" * 2_000
    sent = bench.staff_sends(alice, "file", media=Attachment(data, "application/pdf", "list.pdf"))
    bench.settle()
    bench.mark("file", user=alice.id, staff=sent.state if sent else "",
               reason=sent.reason if sent else "")  # fmt: skip


@check(61, "Outgoing media: HTTPS, percent-encoded, at most 2,000 characters, loadable", level="M",
       edge="E", source=REFERENCE)  # fmt: skip
def media_urls_are_right(seen: Seen) -> Verdict:
    """Every URL of media that was sent; and that a phone loads it without a login."""
    wrong: list[str] = []
    count = 0
    for _, url in _urls(seen):
        count += 1
        wrong += _of_url(url)
    for case in seen.cases("staff_pictures"):
        for load in case.facts["loaded"]:
            if load["status"] != 200:  # noqa: PLR2004 - HTTP's OK
                wrong.append(f"{load['url']} cannot be loaded: {load['status']} {load['reason']}")
            elif not str(load["type"]).startswith("image/"):
                wrong.append(f"{load['url']} is {load['type']}, not an image")
    if not count:
        return not_observed(NEEDS_SEND)
    return of(wrong, f"{count} URLs of media are right")


@check(62, "A preview that is there, at most 1 MB, and not the original", level="M", edge="E",
       source=REFERENCE)  # fmt: skip
def previews_are_small(seen: Seen) -> Verdict:
    """Of every image and video sent, the preview has an address of its own and is small."""
    wrong = []
    count = 0
    for message in _sent(seen):
        if message["type"] in {"image", "video"}:
            count += 1
            if message.get("previewImageUrl") == message.get("originalContentUrl"):
                wrong.append(f"the preview is the original: {message.get('previewImageUrl')}")
    for case in seen.cases("staff_pictures"):
        wrong += [
            f"a preview of {load['size_bytes']:,} bytes"
            for load in case.facts["loaded"][1:2]
            if load["size_bytes"] > PREVIEW_BYTES
        ]
    return of(wrong, f"{count} previews") if count else not_observed(NEEDS_SEND)


@check(63, "Media can be loaded much later: LINE's application loads lazily", level="P", edge="E",
       source="seen: Chatwoot 13923, 13949")  # fmt: skip
def media_last(seen: Seen) -> Verdict:
    """A day later the same URLs still answer."""

    def judged(case: Case) -> Verdict:
        later = case.facts["later"]
        if later is None:
            return not_observed("a day must pass; an agent view with clock would let it")
        wrong = [f"{load['url']}: {load['status']} a day later" for load in later
                 if load["status"] != 200]  # fmt: skip  # noqa: PLR2004 - HTTP's OK
        return of(wrong, "still there a day later") if later else not_observed(NEEDS_SEND)

    return _cases(seen, "staff_pictures", judged)


@check(64, "Audio has a duration; what LINE cannot play is transcoded or visibly refused",
       level="M", edge="E/A", source=f"{REFERENCE}, audio; the seed")  # fmt: skip
def sounds_can_be_played(seen: Seen) -> Verdict:
    """Each audio message sent has a duration above 0 and the address of an M4A or MP3."""
    wrong = []
    for message in _sent(seen, "audio"):
        if not (isinstance(message.get("duration"), int) and message["duration"] > 0):
            wrong.append(f"a sound of duration {message.get('duration')!r}")
        ending = urlsplit(str(message.get("originalContentUrl"))).path.rpartition(".")[2].lower()
        if ending in {"wav", "aac", "3gp"}:
            wrong.append(f"a .{ending}, which LINE cannot play")

    def judged(case: Case) -> Verdict:
        went = _sent_to(seen, case.facts["user"], "audio")
        if case.facts["staff"] in {"refused", "failed"}:
            return passed("refused, and staff were told")
        return passed("sent") if went else failed(f"a .{case.name} was taken and never sent")

    if wrong:
        return failed(*wrong)
    return _cases(seen, "staff_sounds", judged, natural=bool(_sent(seen, "audio")))


@check(65, "Outgoing file: refused visibly, or a link; no message of type file", level="M",
       edge="E/A", source="LINE Developers: there is no such type; the seed")  # fmt: skip
def files_are_refused(seen: Seen) -> Verdict:
    """Nothing of type ``file`` is ever sent, and none is dropped without a word."""
    wrong = [
        f"a message of type file was tried: {call}"
        for call in seen.evidence.calls
        if isinstance(call.body, dict)
        for message in call.body.get("messages") or ()
        if isinstance(message, dict) and message.get("type") == "file"
    ]
    if wrong:
        return failed(*wrong)

    def judged(case: Case) -> Verdict:
        if case.facts["staff"] in {"refused", "failed"}:
            return passed(f"staff were told: {case.facts['reason']}")
        texts = [m for m in _sent_to(seen, case.facts["user"], "text") if "http" in str(m["text"])]
        return passed("sent as a link") if texts else failed("taken, and silently dropped")

    return _cases(seen, "staff_files", judged)


def _can(bench: Bench) -> bool:
    """Whether staff can send media; says where the bridge's media are to lie, where it can."""
    if bench.view is None or not {"send", "media"} <= bench.capabilities:
        return False
    if "configure.public_url" in bench.capabilities:
        bench.view.configure(public_url=MEDIA_ORIGIN)
    return True


def _arrived(bench: Bench, visitor: Any, kind: str) -> list[dict[str, Any]]:  # noqa: ANN401
    """The messages of a kind on the visitor's phone, waited for."""
    bench.wait_for(
        lambda seen: any(
            visitor.id in call.chats and any(m.get("type") == kind for m in call.messages)
            for call in seen.sends
        )
    )
    return [message for message in visitor.sees() if message.get("type") == kind]


def _cases(
    seen: Seen, name: str, judge: Callable[[Case], Verdict], *, natural: bool = False
) -> Verdict:
    found = seen.cases(name)
    if not found:
        return passed("those in the recording are right") if natural else not_observed(NEEDS_SEND)
    return each_case(seen, found, judge)


def _sent(seen: Seen, *kinds: str) -> list[Mapping[str, Any]]:
    wanted = kinds or SENT_MEDIA
    return [m for c in seen.evidence.sends for m in c.messages if m.get("type") in wanted]


def _sent_to(seen: Seen, user: str, kind: str) -> list[Mapping[str, Any]]:
    return [m for c in seen.evidence.sends_to(user) for m in c.messages if m.get("type") == kind]


def _urls(seen: Seen) -> Iterator[tuple[str, str]]:
    """Every URL of media that a call asked to send, accepted or not."""
    for call in seen.evidence.calls:
        body = call.body if isinstance(call.body, dict) else {}
        messages = body.get("messages")
        for message in messages if isinstance(messages, list) else ():
            if isinstance(message, dict):
                for field in _FIELDS.get(str(message.get("type")), ()):
                    if isinstance(message.get(field), str):
                        yield field, message[field]


def _of_url(url: str) -> Iterator[str]:
    if not url.startswith("https://"):
        yield f"not HTTPS: {url[:100]}"
    if len(url) > URL_CHARACTERS:
        yield f"{len(url):,} characters: {url[:60]}..."
    if quote(url, safe="%/:=&?~#+!$,;'@()*[]") != url:
        yield f"not percent-encoded: {url[:100]}"
