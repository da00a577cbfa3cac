"""Secrets do not leave: what is taken out of every line before it is kept anywhere.

Two ways, both always on. By *place*: the authorization header, cookies, the fields of OAuth forms
and answers, reply and link tokens in JSON, all of it also in addresses. By *value*: secrets the
redactor was told (:meth:`Redactor.learn`) are found wherever they stand, encoded or not; so is a
reply token of late that turns up elsewhere in a body or as a retry key, from there on.

A secret becomes a stand-in made with a random key that is stored nowhere: nobody can go back from
it, yet within one recording equal secrets have equal stand-ins, so a reply still joins its webhook.
"""

from __future__ import annotations

import hashlib
import secrets
import sys
from collections import deque
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote_plus

import orjson

from line_sim.recording.lines import COMMON, FIELDS, FORMAT
from line_sim.recording.secret_places import (
    BEARER,
    HEX_RUN,
    JSON_MEMBER,
    PARAMETER,
    PART,
    PLAIN_HEADERS,
    REPLY_TOKEN,
    RETRY_KEY,
    SECRET_FIELDS,
    TOKEN_WORD,
    TOKENS,
    is_secret_header,
    unescaped,
)

if TYPE_CHECKING:
    import re
    from collections.abc import Iterable

TOKEN = 32
"""Characters of a reply token today."""
CACHED = 2_048
"""Stand-ins of headers remembered, only to save time."""
LATELY = 8_192
"""Reply tokens known by value, at least and as far as there were so many; twice that at most."""
LONGEST = 4 * TOKEN
"""Digits in a row that a stray token is looked for among: a body of digits costs no more."""
STRAYS = 100
"""Reply tokens looked for everywhere, because they were seen in a place not their own."""
CHUNK = 8
STRIDE = 3 * CHUNK
"""When looking for secrets by value, 8 bytes in 24 are compared.

A secret of 31 bytes or more covers such a chunk wherever it stands, and that chunk is one of its
first 24 substrings: so one short pass tells that a line holds none, however many are known.
"""
LONG = STRIDE + CHUNK - 1
SHORTEST = 8
"""Fewest characters of a secret looked for by value: a shorter one would hide ordinary words."""

_OWN_WORDS = " ".join(
    (*COMMON, *FIELDS, *(name for row in FIELDS.values() for name in row), FORMAT)
)


def _forms(value: str) -> tuple[bytes, ...]:
    """How a value may be written: plainly, in JSON, in JSON with escaped slashes, in an address."""
    encoded = orjson.dumps(value)[1:-1]
    return value.encode(), encoded, encoded.replace(b"/", rb"\/"), quote(value, "").encode()


class Redactor:
    """Takes secrets out of one recording.

    Parameters
    ----------
    known
        Secrets to find by value: channel secrets, access tokens.
    key
        What stand-ins are made with; by default random. A fixed one makes them reproducible, and is
        for generated data only: whoever has it can try out secrets.
    """

    def __init__(self, *known: str, key: bytes | None = None) -> None:
        self._key = secrets.token_bytes(32) if key is None else key
        self._known: dict[bytes, bytes] = {}
        self._anchors: frozenset[int] = frozenset()
        self._short: tuple[bytes, ...] = ()
        self._texts: tuple[tuple[str, str], ...] = ()
        self._reply_tokens: dict[str, str] = {}
        self._older_tokens: dict[str, str] = {}
        self._strays: deque[str] = deque()
        self._cached_headers: dict[str, str] = {}
        self.learn(*known)

    def learn(self, *values: str, forget: Iterable[str] = ()) -> None:
        """Look for `values` too from now on, whatever place they turn up in.

        Fewer than 8 characters, or part of a word of the format itself, are not looked for. Each
        value costs time, so those that do not matter any more are better forgotten.
        """
        known = dict(self._known)
        for value in forget:
            for form in _forms(value):
                known.pop(form, None)
        for value in values:
            if len(value) < SHORTEST or value in _OWN_WORDS:
                continue
            stand_in = self.stand_in(value).encode()
            known |= dict.fromkeys(_forms(value), stand_in)
        self._known = dict(sorted(known.items(), key=lambda pair: -len(pair[0])))
        self._short = tuple(form for form in known if len(form) < LONG)
        self._anchors = frozenset(
            int.from_bytes(form[place : place + CHUNK], sys.byteorder)
            for form in known
            if len(form) >= LONG
            for place in range(STRIDE)
        )
        self._texts = tuple((a.decode(), b.decode()) for a, b in self._known.items())

    def stand_in(self, secret: str) -> str:
        """What stands for a secret that nothing needs to be joined by."""
        return f"redacted-{self._digest(secret, 6)}"

    def reply_token(self, token: str) -> str:
        """A stand-in as long as the token, in hexadecimal digits."""
        found = self._reply_tokens.get(token) or self._older_tokens.get(token)
        if found is None:
            size = len(token)
            places = range(size // 64 + 1)
            found = "".join(self._digest(f"{place} {token}", 32) for place in places)[:size]
            if len(self._reply_tokens) >= LATELY:
                self._older_tokens, self._reply_tokens = self._reply_tokens, {}
            self._reply_tokens[token] = found
        return found

    def _digest(self, text: str, size: int) -> str:
        made = hashlib.blake2s(text.encode("utf-8", "replace"), key=self._key, digest_size=size)
        return made.hexdigest()

    def _for_field(self, name: str, value: str) -> str:
        if not value:
            return value
        return self.reply_token(value) if name.lower() == "replytoken" else self.stand_in(value)

    def headers(self, headers: Any) -> Any:  # noqa: ANN401 - a mapping or pairs, and the same back
        """Headers, a mapping or pairs, without their secrets."""
        if isinstance(headers, Mapping):
            if (key := headers.get(RETRY_KEY)) is not None:
                self._is_stray(key.replace("-", ""), key)
            if PLAIN_HEADERS.issuperset(headers):
                return headers
            return {
                name: value if name in PLAIN_HEADERS else self._header(name, value)
                for name, value in headers.items()
            }
        return [[name, self._header(name, value)] for name, value in headers]

    def _header(self, name: str, value: str) -> str:
        if not is_secret_header(name):
            if name.lower() == RETRY_KEY:
                self._is_stray(value.replace("-", ""), value)
            return value
        found = self._cached_headers.get(value)
        if found is None:
            scheme, space, rest = value.partition(" ")
            found = f"{scheme} {self.stand_in(rest)}" if space else self.stand_in(value)
            if len(self._cached_headers) >= CACHED:
                self._cached_headers.clear()
            self._cached_headers[value] = found
        return found

    def body(self, body: bytes) -> str:
        """A body (JSON, form, parts) without its secrets; untouched where it has none.

        Raises
        ------
        UnicodeDecodeError
            Where it is not UTF-8.
        """
        return self.body_text(body.decode(), body.lower().decode("latin-1"))

    def body_text(self, text: str, low: str) -> str:
        """A body as text; `low` is the same in lower case, where only ASCII counts."""
        cleaned = self._by_places(text, low)
        if self._has_strays(cleaned) and "\\u00" in low:
            return self._by_places(cleaned, low)
        return cleaned

    def _by_places(self, text: str, low: str) -> str:
        if "\\u00" in low:
            plain = unescaped(text)
            if plain != text:
                cleaned = self._by_place(plain)
                for form, stand_in in self._texts:
                    cleaned = cleaned.replace(form, stand_in)
                return text if cleaned == plain else cleaned
        tokens = low.count("token")
        for name in TOKENS if tokens else ():
            tokens -= text.count(name)
        if tokens or "secret" in low or "assertion" in low or "password" in low or "code" in low:
            return self._by_place(text)
        return REPLY_TOKEN.sub(self._reply_member, text) if "replyToken" in text else text

    def _has_strays(self, cleaned: str) -> bool:
        """Whether reply tokens stand where none belong: they are looked for from now on."""
        found = False
        for run in HEX_RUN.findall(unescaped(cleaned) if "\\u00" in cleaned else cleaned):
            for start in range(min(len(run), LONGEST) - TOKEN + 1):
                found |= self._is_stray(run[start : start + TOKEN])
        return found

    def _is_stray(self, token: str, written: str = "") -> bool:
        """Whether `token` is a reply token of late; `written` is how it stands there."""
        if token not in self._reply_tokens and token not in self._older_tokens:
            return False
        written = written or token
        if written not in self._strays:
            self._strays.append(written)
            old = [self._strays.popleft()] if len(self._strays) > STRAYS else []
            self.learn(written, forget=old)
        return True

    def _reply_member(self, found: re.Match[str]) -> str:
        return found[1] + self.reply_token(found[2])

    def _by_place(self, text: str) -> str:
        text = JSON_MEMBER.sub(
            lambda found: found[1] + self._for_field(found[1].split('"')[1], found[2]), text
        )
        if not text.lstrip().startswith(("{", "[")):
            text = self._parameters(text)
            text = PART.sub(lambda found: found[1] + self.stand_in(found[2]), text)
        return text

    def _parameters(self, text: str) -> str:
        def hidden(found: re.Match[str]) -> str:
            name = unquote_plus(found[1])
            if name.lower() not in SECRET_FIELDS:
                return found[0]
            return f"{found[1]}={self._for_field(name, unquote_plus(found[2]))}"

        return PARAMETER.sub(hidden, text)

    def text(self, text: str) -> str:
        """An address or a remark without its secrets; a bare reply token counts as one here."""
        if "=" in text:
            text = self._parameters(text)
        if " " in text:
            text = BEARER.sub(lambda found: found[1] + self.stand_in(found[2]), text)
        if len(text) < TOKEN:
            return text
        return TOKEN_WORD.sub(lambda found: self.reply_token(found[0]), text)

    def remark(self, text: str) -> str:
        """A sentence about traffic without any secret, by place or by value."""
        return self.known(self.text(text).encode("utf-8", "replace")).decode("utf-8", "replace")

    def value(self, value: Any) -> Any:  # noqa: ANN401 - JSON of any shape, and the same back
        """Whatever JSON can hold, without its secrets: by the names of members, and as texts."""
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, Mapping):
            return {
                name: self._for_field(name, inner)
                if isinstance(inner, str) and inner and str(name).lower() in SECRET_FIELDS
                else self.value(inner)
                for name, inner in value.items()
            }
        if isinstance(value, list | tuple):
            return [self.value(inner) for inner in value]
        return value

    def known(self, line: bytes) -> bytes:
        """Bytes without the secrets that were learnt."""
        chunks = memoryview(line)[: len(line) & -CHUNK].cast("Q")[::3]
        if self._anchors.isdisjoint(chunks) and not any(map(line.__contains__, self._short)):
            return line
        for form, stand_in in self._known.items():
            line = line.replace(form, stand_in)
        return line
