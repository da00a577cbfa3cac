"""What a test does with a mock that runs, wherever it runs."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from line_sim.mock.calls import Calls
from line_sim.mock.channel_facts import ChannelFacts
from line_sim.mock.visitors import Group, Visitor

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from line_sim.mock.faults import Fault
    from line_sim.mock.links import Link


class Face:
    """A mock by its commands.

    Attributes
    ----------
    link
        The way to it.
    """

    link: Link

    @property
    def channels(self) -> list[ChannelFacts]:
        """The channels, with what a bridge must be told of each."""
        return [ChannelFacts(**each) for each in self.link.do("channels")["channels"]]

    @property
    def channel(self) -> ChannelFacts:
        """The first channel."""
        return self.channels[0]

    def switch(self, channel: str | None = None, **switches: bool | str) -> None:
        """Turn switches in a channel's console: ``redelivery=True``, ``use_webhook=False``."""
        self.link.do("switch", channel=channel, **switches)

    def visitor(self, name: str = "Alice", *, friend: bool = True, **facts: object) -> Visitor:
        """A LINE user of that name, new where there is none.

        Who is known already stays as they are: towards another account of the same provider, let
        them follow it (``alice.follows(channel="other")``).

        Parameters
        ----------
        friend
            Whether the account is added already; no webhook goes out for that.
        facts
            `channel` (whose provider knows the user), `picture_url`, `status_message`,
            `language`, `consent`.
        """
        found = self.link.do("visitor", name=name, friend=friend, **facts)
        return Visitor(self.link, found["id"], found["name"])

    def group(
        self,
        name: str = "Friends",
        members: Sequence[Visitor] = (),
        *,
        room: bool = False,
        channel: str | None = None,
    ) -> Group:
        """A group, or a room of people without a name; the account is not in it yet."""
        ids = [each.id for each in members]
        found = self.link.do("group", name=name, members=ids, room=room, channel=channel)
        return Group(self.link, found["id"], found["name"], found["kind"])

    @contextmanager
    def together(self) -> Iterator[None]:
        """Everything that happens within goes out as one webhook for each channel."""
        self.link.do("together", begin=True)
        try:
            yield
        finally:
            self.link.do("together", begin=False)

    def add_fault(self, *faults: Fault) -> None:
        """Bad luck from now on."""
        self.link.do("faults", add=[each.to_dict() for each in faults])

    def clear_faults(self) -> None:
        """No more bad luck."""
        self.link.do("faults", clear=True)

    @property
    def calls(self) -> Calls:
        """What the bot called since the start or :meth:`reset`."""
        return Calls(self.link.do("calls")["lines"])

    @property
    def lines(self) -> list[dict[str, Any]]:
        """The ledger since the start or :meth:`reset`: calls, webhooks, faults."""
        return list(self.link.do("calls")["lines"])

    @property
    def findings(self) -> list[str]:
        """What a strict mock does not let pass, so far."""
        return list(self.link.do("findings")["findings"])

    def error_statistics(self, channel: str | None = None) -> str:
        """A channel's webhook errors as its console exports them: TSV, times of Japan (UTC+9)."""
        return str(self.link.do("error_statistics", channel=channel)["tsv"])

    @property
    def state(self) -> dict[str, Any]:
        """Everything at a glance."""
        return self.link.do("state")

    def settle(self, timeout_s: float = 5.0) -> None:
        """Wait until nothing is due or under way and everything expected has come.

        Raises
        ------
        SettleTimeoutError
            After `timeout_s`, listing what is still awaited.
        """
        self.link.do("settle", timeout_s=timeout_s)

    def advance(self, seconds: float) -> None:
        """Move a stepped clock; what becomes due is sent in order, each answer waited for."""
        self.link.do("advance", seconds=seconds)

    def skip(self, seconds: float) -> None:
        """Let a running clock jump over `seconds`: tokens die, what is due by then goes out."""
        self.link.do("skip", seconds=seconds)

    def note(self, text: str, **facts: Any) -> None:  # noqa: ANN401 - whatever JSON can hold
        """Write a remark, with whatever JSON can hold beside it, into the ledger."""
        self.link.do("note", text=text, facts=facts)

    def reissue(self, what: Literal["secret", "access_token"], channel: str | None = None) -> str:
        """Press the console's Issue button: a new secret or token; the old one is dead."""
        return str(self.link.do("reissue", what=what, channel=channel)[what])

    def reset(self) -> None:
        """Begin anew with the same channels and webhook URLs; nobody is known, nothing is due."""
        self.link.do("reset")
