"""People, and the providers that know them: one person has another user id at each provider."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, TypedDict, Unpack

if TYPE_CHECKING:
    from line_sim.wire.ids import Ids


class Facts(TypedDict, total=False):
    """What may be told of a person; see :class:`Person`."""

    id: str
    picture_url: str
    status_message: str
    language: str
    consent: bool


@dataclass(slots=True)
class Person:
    """A LINE user, as one provider knows them."""

    id: str
    name: str
    provider: str = ""
    """The provider's name."""
    picture_url: str = ""
    status_message: str = ""
    language: str = ""
    """BCP 47; told to bots only where not empty (Messaging API reference, get profile)."""
    consent: bool = True
    """Whether profile access is agreed to; without it LINE names the user nowhere but in 1:1."""
    deleted: bool = False
    """Whether the account is gone: calls to it succeed and reach nobody."""

    def profile(self, *, status: bool = True) -> dict[str, str]:
        """As LINE writes it; members of groups are shown without their status message."""
        found = {"displayName": self.name, "userId": self.id}
        if self.picture_url:
            found["pictureUrl"] = self.picture_url
        if status and self.status_message:
            found["statusMessage"] = self.status_message
        if status and self.language:
            found["language"] = self.language
        return found


class Provider:
    """Whoever offers channels; user ids are the same for its channels only."""

    __slots__ = ("_by_name", "_ids", "name", "people")

    def __init__(self, name: str, ids: Ids) -> None:
        self.name = name
        self.people: dict[str, Person] = {}
        """By user id."""
        self._ids = ids
        self._by_name: dict[str, Person] = {}

    def new(self, name: str, **facts: Unpack[Facts]) -> Person:
        """One more person; several may have one name."""
        person = Person(self._ids.user(self.name, len(self.people) + 1), name, self.name)
        for fact, value in facts.items():
            setattr(person, fact, value)
        user_id = person.id
        self.people[user_id] = person
        self._by_name.setdefault(name, person)
        return person

    def named(self, name: str) -> Person | None:
        """The first person of that name."""
        return self._by_name.get(name)

    def person(self, name: str) -> Person:
        """The first person of that name, new where there is none."""
        return self._by_name.get(name) or self.new(name)
