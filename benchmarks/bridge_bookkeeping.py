"""What became of every message: a mock's ledger is held against the database of a bridge.

Nothing of the bridge's own code is asked: the database is read by SQL, and the ledger says what was
delivered, confirmed, and sent on to customers.
"""

import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from line_sim.desk.model import KINDS

SHOWN = 5
"""Of each kind of finding."""
ASKS = ("message", "postback")
"""Events that a customer expects an answer to."""
WAITING = ("queued", "trying")
ONCE = ("welcome", "away", "close")
"""Automatic messages that an enquiry has one of at most."""
SAID_ONCE = frozenset(f"{each}_sent" for each in ONCE)
LIVE = ("open", "ongoing", "followed_up")


@dataclass
class Findings:
    """What is wrong, what nobody can know, and how much there was."""

    wrong: list[str] = field(default_factory=list)
    unknowable: Counter[str] = field(default_factory=Counter)
    counts: Counter[str] = field(default_factory=Counter)

    def tell(self, what: str, found: Iterable[object]) -> None:
        """Note that something is wrong, where anything was found."""
        listed = sorted(map(str, found))
        if listed:
            self.wrong.append(f"{len(listed):,} {what}: {', '.join(listed[:SHOWN])}")


@dataclass
class Wish:
    """Something that staff sent, as they remember it."""

    key: str
    user: str
    text: str
    accepted: bool = False
    """Whether the bridge said that it will be sent."""


@dataclass
class Ledger:
    """What the platform saw."""

    events: dict[str, dict[str, Any]] = field(default_factory=dict)
    """By id, every event that was ever delivered."""
    confirmed: set[str] = field(default_factory=set)
    """Those whose webhook was answered 2xx, whether or not LINE heard it."""
    deliveries: int = 0
    sent: Counter[tuple[str, str]] = field(default_factory=Counter)
    """By chat and messages, how often LINE sent them on."""
    keys: dict[tuple[str, str], set[str]] = field(default_factory=lambda: defaultdict(set))
    """By chat and messages, the retry keys under which LINE sent them on."""


def read(lines: Iterable[dict[str, Any]]) -> Ledger:
    """A ledger, read once."""
    found, delivered, keys = Ledger(), dict[int, list[str]](), dict[int, str]()
    for line in lines:
        kind, exchange = line["kind"], int(line.get("exchange", 0))
        if kind == "webhook" and not line.get("test"):
            events = json.loads(line["body"])["events"]
            delivered[exchange] = [event["webhookEventId"] for event in events]
            found.events |= {event["webhookEventId"]: event for event in events}
            found.deliveries += 1
        elif kind == "webhook_end" and 200 <= line.get("status", 0) < 300:  # noqa: PLR2004 - HTTP's
            found.confirmed |= {*delivered.get(exchange, ())}
        elif kind == "call":
            keys[exchange] = dict(line["headers"]).get("x-line-retry-key", "")
        elif kind == "call_end" and (sent := line.get("sent")):
            for chat in sent["chats"]:
                what = chat, plain(sent["messages"])
                found.sent[what] += 1
                found.keys[what].add(keys.get(exchange, ""))
    return found


def plain(messages: object) -> str:
    """Messages as a text that two equal ones share."""
    return json.dumps(messages, sort_keys=True)


def judge(lines: Iterable[dict[str, Any]], database: Path, wishes: Iterable[Wish] = ()) -> Findings:
    """Hold a ledger against the database of the bridge that was played with."""
    ledger, found = read(lines), Findings()
    db = sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)
    db.row_factory = sqlite3.Row
    try:
        _came(ledger, db, found)
        _went(ledger, db, found)
        _wished([*wishes], db, found)
        _served(ledger, db, found)
    finally:
        db.close()
    return found


def _came(ledger: Ledger, db: sqlite3.Connection, found: Findings) -> None:
    """Whether all that was confirmed is there, once."""
    entries = defaultdict(list)
    for row in db.execute("SELECT * FROM entries WHERE author = 'customer'"):
        entries[row["event"]].append(row)
    asks = {name for name, event in ledger.events.items() if event["type"] in ASKS}
    found.counts["messages"] = len(asks)
    found.counts["confirmed"] = len(asks & ledger.confirmed)
    found.counts["never confirmed"] = len(asks - ledger.confirmed)
    found.counts["never confirmed, but there"] = len((asks - ledger.confirmed) & entries.keys())
    found.counts["deliveries"] = ledger.deliveries
    found.tell("confirmed messages are LOST", (asks & ledger.confirmed) - entries.keys())
    found.tell("messages stand there twice", [n for n, rows in entries.items() if len(rows) > 1])
    found.tell("entries are of no event", entries.keys() - ledger.events.keys())
    texts = {
        name: event["message"]["text"]
        for name, event in ledger.events.items()
        if event.get("message", {}).get("type") == "text"
    }
    altered = [n for n, text in texts.items() if any(r["text"] != text for r in entries.get(n, ()))]
    found.tell("texts are not those that came", altered)
    kept = [row for rows in entries.values() for row in rows if row["kind"] == "image"]
    found.counts["pictures"] = len(kept)
    found.tell("pictures were not fetched", [row["event"] for row in kept if not row["media"]])


def _went(ledger: Ledger, db: sqlite3.Connection, found: Findings) -> None:
    """Whether everything was sent once, and staff are told the truth."""
    rows = defaultdict(list)
    query = "SELECT outbox.*, line_id FROM outbox JOIN chats ON chats.id = outbox.chat"
    for row in db.execute(query):
        rows[row["line_id"], plain(json.loads(row["messages"]))].append(row)
        found.counts[f"calls {row['state']}"] += 1
    found.counts["messages that LINE sent"] = ledger.sent.total()
    found.tell("calls sent what nobody had asked for", ledger.sent.keys() - rows.keys())
    for what, of_it in rows.items():
        states = Counter(row["state"] for row in of_it)
        times = ledger.sent[what]
        name = f"{what[1][:90]} to {what[0][:9]} ({dict(states)}, sent {times} times)"
        if times > len(of_it):
            keys = ledger.keys[what]
            found.wrong.append(f"SENT TWICE: {name}, under {len(keys)} retry keys")
        elif times < states["sent"]:
            found.wrong.append(f"staff were told it was sent: {name}")
        elif times > states["sent"] + states["unknown"] + sum(states[each] for each in WAITING):
            found.wrong.append(f"staff were told it was not sent: {name}")
        if any(states[each] for each in WAITING):
            found.wrong.append(f"never brought to an end: {name}")
        for row in of_it:
            if row["state"] == "unknown":
                arrived = "had arrived" if times > states["sent"] else "had not arrived"
                found.unknowable[f"by {row['route']}: {row['reason']}; it {arrived}"] += 1
    enquiry = "SELECT enquiry, cause, COUNT(*) FROM outbox JOIN entries ON entries.id = entry"
    query = f"{enquiry} WHERE cause <> 'staff' GROUP BY enquiry, cause HAVING COUNT(*) > 1"
    twice = [f"{row[1]} of enquiry {row[0]}" for row in db.execute(query) if row[1] in ONCE]
    found.tell("automatic messages were made twice", twice)


def _wished(wishes: list[Wish], db: sqlite3.Connection, found: Findings) -> None:
    """Whether what staff sent is there once, and nothing else in their name."""
    entries = defaultdict(list)
    for row in db.execute("SELECT * FROM entries WHERE staff_key IS NOT NULL"):
        entries[row["staff_key"]].append(row)
    known = {wish.key: wish for wish in wishes}
    found.counts["messages of staff"] = len(entries)
    accepted = {wish.key for wish in wishes if wish.accepted}
    found.tell("messages of staff that were accepted are LOST", accepted - entries.keys())
    found.tell("messages of staff stand there twice", [k for k, r in entries.items() if len(r) > 1])
    strange = [k for k, r in entries.items() if k not in known or r[0]["text"] != known[k].text]
    found.tell("messages of staff are not theirs", strange)
    query = """SELECT staff_key FROM entries LEFT JOIN outbox ON outbox.entry = entries.id
               WHERE staff_key IS NOT NULL AND outbox.id IS NULL"""
    found.tell("messages of staff were never to be sent", [row[0] for row in db.execute(query)])


def _served(ledger: Ledger, db: sqlite3.Connection, found: Findings) -> None:
    """Whether every message is of one enquiry, and each enquiry's life is a possible one."""
    chats = {row["number"]: row["chat"] for row in db.execute("SELECT * FROM enquiries")}
    written: Counter[int] = Counter()
    for row in db.execute("SELECT * FROM entries WHERE author = 'customer'"):
        event = ledger.events.get(row["event"], {})
        if event.get("type") not in ASKS:
            continue
        if row["enquiry"] is None:
            found.wrong.append(f"message {row['event']} is of no enquiry")
        elif chats.get(row["enquiry"]) != row["chat"]:
            found.wrong.append(f"message {row['event']} is of an enquiry of somebody else")
        else:
            written[row["enquiry"]] += 1
    lives = Lives()
    for row in db.execute("SELECT * FROM desk_log ORDER BY seq"):
        lives.follow(KINDS[row["kind"]], row["channel"], row["visitor"], row["enquiry"])
    found.counts["enquiries"] = len(chats)
    found.counts |= Counter({f"enquiries {k}": n for k, n in Counter(lives.state.values()).items()})
    found.wrong += lives.wrong
    stands = {row["number"]: row["state"] for row in db.execute("SELECT * FROM enquiries")}
    found.tell(
        "enquiries stand otherwise than their log says",
        {f"{e}: {stands.get(e)}, {s}" for e, s in lives.state.items() if stands.get(e) != s},
    )
    found.tell("enquiries are in no log", stands.keys() - lives.state.keys())
    found.tell("enquiries have more or fewer messages than the desk had",
               [e for e in stands if written[e] != lives.messages[e]])  # fmt: skip
    owned = {row["number"] for row in db.execute("SELECT * FROM enquiries WHERE owner IS NOT NULL")}
    found.tell("enquiries have an owner and were never picked up, or the other way round",
               owned ^ lives.had)  # fmt: skip


class Lives:
    """Reads the desk's log row by row; the invariants are those of ``docs/model.md``."""

    def __init__(self) -> None:
        self.state: dict[int, str] = {}
        self.messages: Counter[int] = Counter()
        self.had: set[int] = set()
        """Enquiries that somebody ever had."""
        self.wrong: list[str] = []
        self._live: dict[tuple[int, int], int] = {}
        self._said: Counter[tuple[int, str]] = Counter()

    def follow(self, kind: str, channel: int, visitor: int, enquiry: int) -> None:
        """Take one row."""
        if kind == "dropped":
            self.wrong.append(f"a message of visitor {visitor} was dropped by an enabled channel")
        if kind in {"received", "visitor_message"}:
            self.messages[enquiry] += 1
        if kind in SAID_ONCE:
            self._said[enquiry, kind] += 1
            if self._said[enquiry, kind] > 1:
                self.wrong.append(f"{kind} twice of enquiry {enquiry}")
        if kind in BECOMES:
            self._become(BECOMES[kind], (channel, visitor), enquiry)

    def _become(self, state: str, chat: tuple[int, int], enquiry: int) -> None:
        before = self.state.get(enquiry)
        if before not in FROM[state]:
            self.wrong.append(f"enquiry {enquiry} became {state} from {before}")
        self.state[enquiry] = state
        if state in {"ongoing", "followed_up"}:
            self.had.add(enquiry)
        if state in LIVE:
            if self._live.setdefault(chat, enquiry) != enquiry:
                self.wrong.append(f"visitor {chat[1]} has two living enquiries: {enquiry}")
        elif self._live.get(chat) == enquiry:
            del self._live[chat]


BECOMES = {
    "received": "open", "picked_up": "ongoing", "missed": "missed", "followed_up": "followed_up",
    "closed": "closed",
}  # fmt: skip
FROM: dict[str, set[str | None]] = {
    "open": {None}, "ongoing": {"open"}, "missed": {"open"}, "followed_up": {"missed"},
    "closed": {"ongoing", "followed_up"},
}  # fmt: skip


def listed(found: Findings) -> Iterator[str]:
    """A report of it, line by line."""
    for name, number in sorted(found.counts.items()):
        yield f"  {name:<40}{number:>9,}"
    for why, number in found.unknowable.items():
        yield f"  the bridge cannot know of {number:,} {why}"
    for each in found.wrong:
        yield f"WRONG: {each}"
