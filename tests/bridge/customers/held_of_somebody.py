"""A shop that holds of two customers all that can be held of one, each with marks of their own."""

from __future__ import annotations

import dataclasses
import hashlib
import json
from typing import TYPE_CHECKING, Any

from daily_shop import NOW, Shop

from line_sim.bridge.media.service import Media
from line_sim.bridge.store import tables

if TYPE_CHECKING:
    from pathlib import Path

OLD_S = 10 * 86_400


@dataclasses.dataclass
class Marks:
    """What is held of one customer and must be nowhere once they are erased."""

    line_id: str
    texts: list[str] = dataclasses.field(default_factory=list)
    media: list[bytes] = dataclasses.field(default_factory=list)
    chat: int = 0
    enquiry: int = 0

    def mark(self, word: str, *parts: str) -> str:
        """A text of theirs."""
        text = f"{word} {self.line_id[-6:]}{''.join(parts)}"
        self.texts.append(text)
        return text

    def forms(self) -> list[bytes]:
        """Everything of theirs, in the ways that text is written down."""
        found: list[bytes] = []
        for text in [self.line_id, *self.texts]:
            found += [text.encode(), json.dumps(text)[1:-1].encode(), text.encode("utf-16-le")]
            found.append(json.dumps(json.dumps(text)[1:-1])[1:-1].encode())  # JSON in JSON
        return found + self.media


class HeldShop(Shop):
    """With media and a channel, and an administrator."""

    media: Media

    def __init__(self, folder: Path, *, url: str = "") -> None:
        super().__init__(folder, url=url)
        self.folder = folder
        self.channels: Any = None  # nothing is fetched here
        self.media = Media(self)
        if not self.store.rows(tables.staff.select()):
            self.channel(self.destination(self.staff()))
            self.admin = self.staff("Boss", role="administrator")
        self.desk.begin()

    def place(self, content: bytes) -> str:
        """A file in the media folder; its hash."""
        digest = hashlib.sha256(content).hexdigest()
        place = self.settings.media_folder / digest[:2] / digest[2:4] / digest
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return digest

    def holds(self, letter: str) -> Marks:
        """A customer writes, is answered, and everything is noted that can be."""
        marks = Marks(f"U{letter * 26}{letter}f00d{letter}")
        chat = marks.chat = self.chat(1, marks.line_id, marks.mark("สมชาย"))
        self.desk.set_status(0, "active")
        message = f"90{ord(letter)}77001"
        enquiry = marks.enquiry = self.writes(
            chat, marks.mark("ที่อยู่ 北京"), event=marks.mark("EVENT"), message=message,
            quote_token=marks.mark("quote"), read_token=marks.mark("read"),
            source_url=marks.mark("https://elsewhere.example/"),
        )  # fmt: skip
        marks.texts.append(message)
        self.desk.pick_up(enquiry, 0)
        self._media(marks, chat, enquiry)
        store = self.store
        store.add(tables.events, channel=1, event=marks.texts[2], came_at=NOW - OLD_S)
        store.add(tables.retracted, channel=1, message=message)
        store.add(tables.reply_tokens, token=marks.mark("token"), chat=chat, came_at=NOW)
        store.run(tables.chats.update().where(tables.chats.c.id == chat).values(
            note=marks.mark("note"), labels=[marks.mark("label")],
            picture_url=marks.mark("https://picture.example/"),
        ))  # fmt: skip
        name = marks.texts[0]
        store.add(tables.alerts, at=NOW, kind="delivery", text=f"to {name}", enquiry=enquiry)
        store.add(tables.alerts, at=NOW, kind="other", text=f"{name.upper()} did what?")
        store.add(tables.audit, at=NOW, act="exported", subject=f"customer {marks.line_id}")
        self._in_a_group(marks)
        self.desk.close(enquiry)
        return marks

    def _media(self, marks: Marks, chat: int, enquiry: int) -> None:
        store = self.store
        came, went, small = (
            f"{kind} {marks.line_id}".encode() * 50 for kind in ("in", "out", "pre")
        )
        marks.media += [came[:60], went[:60], small[:60]]
        self.entry(chat, "[image]", enquiry=enquiry, kind="image", media=self.place(came),
                   media_type="image/png")  # fmt: skip
        sent = self.entry(chat, marks.mark("answer"), "staff", enquiry=enquiry, staff=1,
                          kind="image", media=self.place(went), media_type="image/jpeg",
                          staff_key=marks.mark("key"))  # fmt: skip
        with store.transaction():
            urls = [self.media._links.new(self.place(each), "image/jpeg") for each in (went, small)]  # noqa: SLF001 - as Media.message does
            store.add(
                tables.outbox, channel=1, chat=chat, entry=sent, cause="staff", at_ms=0,
                made_at=NOW, state="sent", retry_key=f"k{marks.line_id}", reason=marks.mark("why"),
                reply_token=marks.mark("reply token"),
                messages=[
                    {"type": "text", "text": marks.mark("said")},
                    {"type": "image", "originalContentUrl": urls[0], "previewImageUrl": urls[1]},
                ],
            )  # fmt: skip
            marks.texts += [url.rpartition("/")[2] for url in urls]

    def _in_a_group(self, marks: Marks) -> None:
        store = self.store
        group = store.value(tables.chats.select().where(tables.chats.c.line_id == "C1"))
        if group is None:
            group = store.add(tables.chats, channel=1, kind="group", line_id="C1", name="Group")
        self.entry(group, marks.mark("in a group"), member=marks.line_id)

    def bytes_of_all_files(self) -> dict[str, bytes]:
        """Everything that lies in the install's folder."""
        files = [each for each in self.folder.rglob("*") if each.is_file()]
        return {str(each.relative_to(self.folder)): each.read_bytes() for each in files}

    def rows_about(self, marks: Marks) -> dict[str, list[Any]]:
        """Every row that tells of a customer."""
        needles = [each.decode("latin-1") for each in marks.forms()]
        found = {}
        for table in tables.METADATA.sorted_tables:
            raw = [tuple(row) for row in self.store.rows(table.select())]
            found[table.name] = [
                row for row in raw if any(n in json.dumps(row, default=str) for n in needles)
            ]
        return found
