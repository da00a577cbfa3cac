"""A file that staff want to send: checked, converted where LINE needs that, and stored."""

from __future__ import annotations

import asyncio
from typing import TYPE_CHECKING, TypeVar

from line_sim.bridge.media import rules
from line_sim.bridge.media.results import Accepted, Found, Refusal
from line_sim.bridge.media.sniffing import HEAD_BYTES, called
from line_sim.errors import MediaError
from line_sim.media.formats import JPEG, PNG, recognised

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from line_sim.bridge.media.checking import Checker
    from line_sim.bridge.media.vault import Draft, Kept, Vault
    from line_sim.wire.bridge_profiles import BridgeProfile

Taken = TypeVar("Taken")

_MOST_NAME = 80  # characters of a name that are told


class _RefusedError(Exception):
    """Ends the way of a file."""

    def __init__(self, refusal: Refusal) -> None:
        super().__init__(refusal)
        self.refusal = refusal


def _unless(found: Taken | Refusal | None) -> Taken:
    """`found`; raises where it is a refusal. None is no refusal."""
    if isinstance(found, Refusal):
        raise _RefusedError(found)
    return found  # type: ignore[return-value]


class Outgoing:
    """Takes files in.

    Parameters
    ----------
    hold
        Called with the hash of each file stored, which is in no message yet.
    """

    def __init__(self, vault: Vault, checker: Checker, hold: Callable[[str], object]) -> None:
        self._vault = vault
        self._checker = checker
        self._hold = hold

    async def accept(
        self, data: bytes | Path, name: str, declared_type: str, limits: BridgeProfile
    ) -> Accepted | Refusal:
        """As :meth:`line_sim.bridge.media.service.Media.accept`."""
        try:
            with self._vault.draft() as draft:
                size = await asyncio.to_thread(_size, data)
                _unless(_at_sight(size, limits))
                await asyncio.to_thread(draft.copy, data)
                _unless(_unknown(draft, name, declared_type, limits))
                return await self._looked_at(draft, limits)
        except _RefusedError as error:
            return error.refusal
        except OSError as error:
            reason = f"the file could not be stored: {error.strerror or error}"
            return Refusal(reason, "room on the disk of the bridge", "tell an administrator")

    async def _looked_at(self, draft: Draft, limits: BridgeProfile) -> Accepted:
        found = _unless(await self._checker.look(draft.path))
        how = _unless(rules.decide(found, draft.size_bytes, limits))
        if how == "as_is":
            return await self._stored(draft, found, limits)
        with self._vault.draft() as made:
            made.done()
            _unless(await self._checker.convert(how, found.kind, draft.path, made.path))
            better = _unless(await self._checker.look(made.path))
            return await self._stored(made, better, limits)

    async def _stored(self, draft: Draft, found: Found, limits: BridgeProfile) -> Accepted:
        """A file in the form LINE takes, and its preview, in their places."""
        size = draft.path.stat().st_size
        if not rules.taken_by_line(found, size):
            told = f"a {found.form} {found.kind} of {size:,} bytes"
            raise _RefusedError(Refusal(f"LINE does not take {told}", rules.allowed(limits)))
        small = ""
        if found.kind != "audio":
            with self._vault.draft() as preview:
                preview.done()
                most = rules.most_preview_bytes(found.kind, limits)
                _unless(await self._checker.preview(draft.path, preview.path, most))
                small = (await self._kept(preview)).sha256
        kept = await self._kept(draft)
        length_ms = None if found.kind == "image" else max(found.duration_ms, 1)
        return Accepted(
            found.kind, kept.sha256, found.media_type, kept.size_bytes, small, length_ms
        )

    async def _kept(self, draft: Draft) -> Kept:
        async with self._vault.keep(draft) as kept:
            self._hold(kept.sha256)
        return kept


def _size(data: bytes | Path) -> int:
    return len(data) if isinstance(data, bytes) else data.stat().st_size


def _at_sight(size: int, limits: BridgeProfile) -> Refusal | None:
    """What nobody has to look into."""
    if not size:
        return Refusal("the file is empty", rules.allowed(limits))
    if size > rules.largest(limits):
        return Refusal(f"a file of {size:,} bytes", rules.allowed(limits))
    return None


def _unknown(draft: Draft, name: str, declared_type: str, limits: BridgeProfile) -> Refusal | None:
    """The refusal of a form we do not know, and of a picture too large to be opened at all."""
    with draft.path.open("rb") as file:
        head = file.read(HEAD_BYTES)
        file.seek(0)
        try:
            # a tag of any length may stand before sound
            form = recognised(head if not head.startswith(b"ID3") else file.read())
        except MediaError:
            told = _told(name, declared_type)
            reason = f"{told}{called(head)} is not supported"
            return Refusal(reason, rules.allowed(limits))
    if form in {PNG, JPEG}:
        return rules.refused_type("image", limits) or rules.too_large(
            "image", draft.size_bytes, limits
        )
    return None


def _told(name: str, declared_type: str) -> str:
    """What its sender calls a file, without what would break a line."""
    said, kind = (
        "".join(each for each in word[:_MOST_NAME] if each.isprintable())
        for word in (name, declared_type)
    )
    if not said:
        return ""
    return f"{said} ({kind}): " if kind else f"{said}: "
