"""A PostgreSQL of the tests' own: temporary, on a socket file only, never as root."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path

import psycopg

USER = "bridge"
UNPRIVILEGED = ("postgres", "nobody")
"""Who it runs as where the tests are root, who may not run it."""
QUICK = "-F -h '' -c full_page_writes=off -c synchronous_commit=off -c max_connections=40"
"""No network; nothing that only a power cut would show."""


def binaries() -> Path | None:
    """The folder with initdb; None where PostgreSQL is not installed."""
    if found := shutil.which("initdb"):
        return Path(found).resolve().parent
    versions = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    return versions[-1].parent if versions else None


class PostgresServer:
    """A server that runs, and hands out empty databases."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._numbers = count()

    def url(self, name: str) -> str:
        """The URL of a database."""
        return f"postgresql://{USER}@/{name}?host={self.folder}"

    @contextmanager
    def database(self) -> Iterator[str]:
        """The URL of a new database, which is gone afterwards."""
        name = f"bridge_{next(self._numbers)}"
        with psycopg.connect(self.url("postgres"), autocommit=True) as admin:
            admin.execute(f"CREATE DATABASE {name}".encode())
            yield self.url(name)
            admin.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@contextmanager
def serving(programs: Path) -> Iterator[PostgresServer]:
    """A server that runs meanwhile."""
    folder = Path(tempfile.mkdtemp(prefix="bridge-pg-"))  # short: a socket's path has few letters
    try:
        owner = _unprivileged() if os.geteuid() == 0 else None
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
        data = folder / "data"

        def run(program: str, *words: str) -> None:
            subprocess.run(
                [programs / program, "-D", data, *words],
                check=True,
                cwd=folder,
                stdout=subprocess.DEVNULL,
                user=None if owner is None else owner.pw_uid,
                group=None if owner is None else owner.pw_gid,
                extra_groups=None if owner is None else [],
            )

        run("initdb", "-U", USER, "-A", "trust", "-E", "UTF8", "--locale=C", "--no-sync")
        options = f"{QUICK} -k {folder}"
        run("pg_ctl", "-w", "-s", "-l", str(folder / "log"), "-o", options, "start")
        try:
            yield PostgresServer(folder)
        finally:
            run("pg_ctl", "-w", "-s", "-m", "immediate", "stop")
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def _unprivileged() -> pwd.struct_passwd:
    for name in UNPRIVILEGED:
        try:
            return pwd.getpwnam(name)
        except KeyError:
            continue
    message = f"none of the users {', '.join(UNPRIVILEGED)} is there to run PostgreSQL as"
    raise RuntimeError(message)
