"""Lines of a recording without personal data, one at a time: what a recorder writes, or an export.

Nothing has to be remembered from line to line: a stand-in depends on the key and the text alone.
"""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING, Any, ClassVar

import orjson

from line_sim.recording.lines import content_type, sha256
from line_sim.recording.pseudonyms import headers, made_media
from line_sim.recording.pseudonyms.keys import checked, key_id
from line_sim.recording.pseudonyms.members import Members
from line_sim.recording.pseudonyms.mixing import Mixer
from line_sim.recording.pseudonyms.standins import StandIns
from line_sim.recording.pseudonyms.vocabulary import PROPERTIES, is_note

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

SCHEME = 1
"""Which stand-ins are made; another number makes others of the same key."""
WEEK_MS = 7 * 86_400_000
_WEEKS = range(60, 500)
_PLAIN = frozenset({
    "seq", "at_s", "exchange", "status", "took_ms", "attempt", "due_s", "bytes", "test", "loop",
    "recorded",
})  # fmt: skip
"""Fields of a line that stay where they are numbers or truth values."""


class Pseudonymiser:
    """Replaces what is personal in lines, headers and media, the same way for the same key.

    Parameters
    ----------
    key
        At least 32 random bytes; :func:`~line_sim.recording.pseudonyms.keys.read_key` reads them.
    keep_texts
        Texts that stay wherever they stand alone, as an account's away and welcome message.
    shift_times
        Whether all moments become earlier by a number of weeks that only the key tells.
    is_taken
        Whether a text is somebody's, and so no stand-in; an export knows, a recorder cannot.

    Raises
    ------
    ConfigurationError
        When the key is none.
    """

    def __init__(
        self,
        key: bytes,
        *,
        keep_texts: Iterable[str] = (),
        shift_times: bool = False,
        is_taken: Callable[[str], bool] | None = None,
    ) -> None:
        checked(key)
        self.key_id = key_id(key)
        self._mixer = Mixer(key)
        weeks = _WEEKS.start + self._mixer.drawn(b"weeks", [len(_WEEKS)])[0]
        self._shift_ms = weeks * WEEK_MS if shift_times else 0
        self._stand_ins = StandIns(self._mixer, is_taken or (lambda _text: False))
        self._members = Members(self._stand_ins, frozenset(keep_texts), self._shift_ms)
        self._sizes: dict[str, int] = {}

    @property
    def redrawn(self) -> int:
        """How many stand-ins were somebody's text, and another one was taken."""
        return self._stand_ins.redrawn

    @property
    def media_count(self) -> int:
        """How many media were replaced."""
        return len(self._sizes)

    def header(self, header: Mapping[str, Any]) -> dict[str, Any]:
        """The first line of a recording; it says whose key it was, and lacks signatures now."""
        masked = dict(self._object(header))
        masked["lacks"] = sorted({*masked.get("lacks", ()), "signatures"})
        masked["pseudonyms"] = {"scheme": SCHEME, "key_id": self.key_id}
        return masked

    def line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """A line after the header.

        Media that it names were given to :meth:`media` before, or they are renamed only.
        """
        if line.get("kind") == "media" and isinstance(line.get("sha256"), str):
            return self._media_line(line)
        return self._line(line)

    def _media_line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        """A line that names media, with the bytes in it or none."""
        name, packed = line["sha256"], line.get("body_b64")
        more: dict[str, Any] = {}
        if isinstance(packed, str):
            made = self.media(base64.b64decode(packed), str(line.get("type", "")))
            more = {"body_b64": base64.b64encode(made).decode()}
        if name in self._sizes:
            more["bytes"] = self._sizes[name]
        masked = self._line({field: line[field] for field in line if field != "body_b64"})
        return {**masked, **more}

    def _line(self, line: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for name, value in line.items():
            if name in _PLAIN and not isinstance(value, str | list | dict):
                found[name] = value
            elif name in self._FIELDS or name not in PROPERTIES or not isinstance(value, str):
                found |= self._field(name, value, line)
            else:
                found[name] = self._word(value, name, line)
        return found

    def media(self, body: bytes, media_type: str = "") -> bytes:
        """Media that stand for others, of the same type and size; see :mod:`.made_media`.

        A JSON or form body that was kept as media is replaced like any other.
        """
        if media_type.startswith(("text/", "application/json", "application/x-www-form")):
            try:
                made = self._body(body.decode()).encode()
            except UnicodeDecodeError:
                made = made_media.stand_in(body, self._mixer)
        else:
            made = made_media.stand_in(body, self._mixer)
        name = sha256(body)
        self._stand_ins.media[name] = sha256(made)
        self._sizes[name] = len(made)
        return made

    def _object(self, value: Mapping[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = orjson.loads(
            self._members.json(orjson.dumps(value, option=orjson.OPT_NON_STR_KEYS).decode())
        )
        return found

    def _field(self, name: str, value: Any, line: Mapping[str, Any]) -> dict[str, Any]:  # noqa: ANN401 - JSON
        """A field of the line that is more than a word."""
        if name == "headers":
            return {name: headers.replaced(value, self._stand_ins)}
        if name == "wall_ms" and isinstance(value, int | float):
            return {name: value - self._shift_ms}
        if not isinstance(value, str) or name not in self._FIELDS:
            return self._object({name: value})
        if name == "body_b64":
            kind = str(line.get("type") or content_type(line.get("headers")))
            made = self.media(base64.b64decode(value), kind)
            return {name: base64.b64encode(made).decode()}
        return {name: self._FIELDS[name](self, value)}

    def _word(self, value: str, name: str, line: Mapping[str, Any]) -> str:
        if name == "text":
            note = line.get("kind") == "note" and is_note(value)
            return value if note else self._members.text(value)
        return value if self._members.stays(name, value) else self._members.text(value)

    def _body(self, body: str) -> str:
        start = body.lstrip()[:1]
        return self._members.json(body) if start in {"{", "[", '"'} else self._members.text(body)

    def _path(self, path: str) -> str:
        return self._stand_ins.path(path)

    def media_name(self, name: str) -> str:
        """The new name of media: the hash of what :meth:`media` made, where it made some."""
        return self._stand_ins.media.get(name) or self._stand_ins.text(name)

    _FIELDS: ClassVar[dict[str, Callable[[Pseudonymiser, str], str]]] = {
        "body": _body, "path": _path, "media": media_name, "sha256": media_name,
        "body_b64": _body,
    }  # fmt: skip
