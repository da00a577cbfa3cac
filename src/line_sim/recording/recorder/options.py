"""How a recorder runs, checked before anything is opened."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from line_sim.errors import ConfigurationError, Fault, LineSimError, TargetNotAllowedError
from line_sim.net import targets
from line_sim.net.http.addresses import address
from line_sim.recording.recorder.hosts import API_URL, DATA_URL, MANAGER_URL

if TYPE_CHECKING:
    from pathlib import Path

    from line_sim.recording.recorder.hosts import Host
    from line_sim.recording.recorder.masking import Mask

PORTS = range(65_536)


@dataclass(frozen=True, kw_only=True)
class Options:
    """How a recorder runs.

    Attributes
    ----------
    path
        The recording.
    to
        The bridge that webhooks are passed on to; ``""``: calls only.
    api_to, data_to
        Where calls are passed on to: LINE's hosts, or a mock. ``""``: webhooks only; without
        `data_to` it goes with `api_to`.
    listen, api_listen
        ``HOST:PORT`` of either side; port 0 lets the system choose.
    channel
        What the account is called in the recording.
    secrets
        Secrets that are found by value, such as the channel's.
    mask
        Takes personal data out of a line before it touches the disk.
    keep_personal_data
        Whether a recording without `mask` is meant.
    allow_targets, allow_listens
        Hosts besides loopback to pass on to, and to listen on.
    tls
        Whether both sides answer by HTTPS.
    """

    path: Path
    to: str = ""
    api_to: str = ""
    data_to: str = ""
    listen: str = "127.0.0.1:0"
    api_listen: str = "127.0.0.1:0"
    channel: str = "recorded"
    secrets: tuple[str, ...] = ()
    mask: Mask | None = None
    keep_personal_data: bool = False
    allow_targets: tuple[str, ...] = ()
    allow_listens: tuple[str, ...] = ()
    tls: bool = False
    fsync: bool = False
    resume: bool = False
    force: bool = False

    def __post_init__(self) -> None:
        faults = [*self._faults_of_privacy(), *self._faults_of_places()]
        if not self.to and not self.api_to:
            mend = "--to URL of a bridge, --api-to URL of LINE or a mock, or both"
            faults.append(Fault("to, api-to", "neither", "one side at least", mend))
        if self.data_to and not self.api_to:
            faults.append(Fault("data-to", repr(self.data_to), "only beside api-to"))
        if self.resume and self.force:
            given = "both"
            faults.append(Fault("resume, force", given, "go on with a file, or replace it"))
        if faults:
            raise ConfigurationError(faults)
        for url in filter(None, (self.to, *self.api_urls().values())):
            targets.check(url, self.allowed)

    @property
    def allowed(self) -> frozenset[str]:
        """Hosts to pass on to besides loopback."""
        return frozenset(each.lower() for each in self.allow_targets)

    @property
    def sides(self) -> list[tuple[str, str]]:
        """The name and the place to listen of each side there is."""
        found = [("listen", self.listen)] if self.to else []
        return found + ([("api-listen", self.api_listen)] if self.api_to else [])

    def api_urls(self) -> dict[Host, str]:
        """Where each of LINE's hosts is; empty where calls are not recorded."""
        if not self.api_to:
            return {}
        at_line = urlsplit(self.api_to).hostname == urlsplit(API_URL).hostname
        data = self.data_to or (DATA_URL if at_line else self.api_to)
        manager_too = at_line and str(urlsplit(MANAGER_URL).hostname) in self.allowed
        manager = MANAGER_URL if manager_too else self.api_to
        return {"api": self.api_to, "data": data, "manager": manager}

    def _faults_of_privacy(self) -> list[Fault]:
        if (self.mask is None) == self.keep_personal_data:
            return []
        if self.mask is not None:
            given = "both are given"
            return [Fault("pseudonymise, keep-personal-data", given, "one of the two")]
        given = "neither --pseudonymise nor --keep-personal-data"
        allowed = "one of the two: a recording holds what customers wrote and who they are"
        mend = (
            "--pseudonymise KEYFILE masks it before it touches the disk; --keep-personal-data "
            "keeps it as it is"
        )
        return [Fault("privacy", given, allowed, mend)]

    def _faults_of_places(self) -> list[Fault]:
        urls = (("to", self.to), ("api-to", self.api_to), ("data-to", self.data_to))
        faults = [
            *map(self._fault_of_listening, self.sides),
            *(_fault_of_url(where, url) for where, url in urls),
        ]
        return list(filter(None, faults))

    def _fault_of_listening(self, side: tuple[str, str]) -> Fault | None:
        where, told = side
        try:
            host, _ = place(told)
        except ValueError:
            return Fault(where, repr(told), "HOST:PORT, such as 127.0.0.1:8050", "127.0.0.1:0")
        if host == "localhost" or targets.is_loopback(host) or host in self.allow_listens:
            return None
        mend = f"--allow-listen {host} if everybody who reaches this machine there may"
        return Fault(where, repr(told), "this machine only, 127.0.0.1", mend)


def place(told: str) -> tuple[str, int]:
    """Host and port of ``HOST:PORT``, ``[::1]:PORT`` or ``:PORT``.

    Raises
    ------
    ValueError
        Where it is none.
    """
    host, colon, port = told.rpartition(":")
    bare = host.removeprefix("[").removesuffix("]")
    if not colon or (":" in bare and bare == host) or not port.isdecimal():
        raise ValueError(told)
    if int(port) not in PORTS:
        raise ValueError(told)
    return bare or "127.0.0.1", int(port)


def _fault_of_url(where: str, url: str) -> Fault | None:
    """What is wrong with the URL of a target; None where nothing, or there is none."""
    if not url:
        return None
    allowed = "an http or https URL such as http://127.0.0.1:8000"
    try:
        address(url)
        targets.check(url)
    except TargetNotAllowedError:
        pass  # looked at with the hosts that are allowed
    except LineSimError:
        return Fault(where, repr(url), allowed)
    if urlsplit(url).query or urlsplit(url).fragment:
        return Fault(where, repr(url), "no query: each request brings its own", "leave it out")
    return None
