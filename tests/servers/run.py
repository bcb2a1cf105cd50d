"""One test run: what its processes share, and how its servers end with it.

The first process of a run holds a lock for as long as it lives; the workers of pytest-xdist and
whatever else it starts find the run through the environment. A guard waits for that lock, so it
wakes when the run is over, however it ended, and then stops every server and removes the folder.
"""

import fcntl
import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from stat import S_IXOTH
from tempfile import gettempdir, mkdtemp
from typing import IO, Final, Self

from attrs import define, field

__all__ = ["RUN", "TestRun", "guard"]

RUN: Final = "WATCHLIST_TEST_RUN"
FOLDER_VANISHES_WITHIN: Final = 30.0
IN_MEMORY: Final = Path("/dev/shm")  # noqa: S108  mkdtemp is safe
ROOM: Final = 4 * 1024**3
"""Ten times what the servers of a run and the databases of its tests ever had at once."""


@define
class TestRun:
    """The folder that all processes of a run share."""

    __test__ = False  # pytest collects classes of this name otherwise

    folder: Path
    _held: IO[bytes] | None = None
    """The lock, in the process that began the run."""
    _guard: subprocess.Popen[bytes] | None = field(default=None, init=False)

    @classmethod
    def join(cls, *, in_memory: bool = True) -> Self:
        """Take part in the run of this process's environment, or begin one.

        Its folder is *in_memory* where there is room, unless something is to reach a disk.
        """
        if RUN in os.environ:
            return cls(Path(os.environ[RUN]))
        place = (_folder_in_memory() if in_memory else None) or _reachable_folder()
        folder = Path(mkdtemp(prefix="watchlist-tests-", dir=place))
        folder.chmod(0o711)  # servers run as another user where the tests run as root
        held = (folder / "alive").open("wb")
        fcntl.flock(held, fcntl.LOCK_EX)
        os.environ[RUN] = str(folder)
        return cls(folder, held)

    @property
    def name(self) -> str:
        """Something short that no other run has."""
        return self.folder.name.removeprefix("watchlist-tests-").lower()

    @contextmanager
    def alone(self, what: str) -> Iterator[None]:
        """Keep the other processes of the run out of *what* meanwhile."""
        with (self.folder / f"{what}.lock").open("wb") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield

    def ends_with(self, name: str, stop: Sequence[str], user: int | None) -> None:
        """See to it that the command *stop* is given, by *user*, when the run is over."""
        with self.alone("guard"):
            (self.folder / f"{name}.stop").write_text(json.dumps([list(stop), user]))
            if not (self.folder / "guard").exists():
                # In a session of its own, an interrupt from the keyboard does not reach it.
                self._guard = subprocess.Popen(  # noqa: S603  our own words
                    [sys.executable, __file__, str(self.folder)],
                    start_new_session=True,
                    stdin=subprocess.DEVNULL,
                    stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )
                (self.folder / "guard").write_text(str(self._guard.pid))

    def used(self, what: str, origin: str) -> None:
        """Remember for the end of the run what its tests ran on."""
        (self.folder / f"{what}.used").write_text(origin)

    @property
    def all_used(self) -> Sequence[str]:
        told = sorted(self.folder.glob("*.used"))
        return [f"{file.stem}: {file.read_text()}" for file in told]

    @property
    def was_begun_here(self) -> bool:
        return self._held is not None

    def leave(self) -> None:
        """End the run, and wait until nothing of it is left, if this process began it."""
        if self._held is None:
            return
        del os.environ[RUN]
        guarded = (self.folder / "guard").exists()
        self._held.close()
        if not guarded:
            shutil.rmtree(self.folder)
            return
        patience = time.monotonic() + FOLDER_VANISHES_WITHIN
        while self.folder.exists() and time.monotonic() < patience:
            time.sleep(0.02)
        if self._guard:
            self._guard.wait(FOLDER_VANISHES_WITHIN)


def _folder_in_memory() -> Path | None:
    """Return the folder in memory, where there is one with room enough.

    A database of PostgreSQL is some 400 files, and each test makes one: on a disk that takes
    several times longer.
    """
    has_room = IN_MEMORY.is_dir() and os.access(IN_MEMORY, os.W_OK | os.X_OK)
    return IN_MEMORY if has_room and shutil.disk_usage(IN_MEMORY).free >= ROOM else None


def _reachable_folder() -> Path:
    """Return the folder for temporary files, or another where root's own is closed to others."""
    folder = Path(gettempdir()).resolve()
    open_to_all = all(part.stat().st_mode & S_IXOTH for part in (folder, *folder.parents))
    return folder if open_to_all or os.geteuid() else Path("/tmp")  # noqa: S108  mkdtemp is safe


def guard(folder: Path) -> None:
    """Wait for the end of the run in *folder*, then stop and remove what it leaves."""
    with (folder / "alive").open("rb") as alive:
        fcntl.flock(alive, fcntl.LOCK_EX)
    for told in sorted(folder.glob("*.stop")):
        stop, user = json.loads(told.read_text())
        with suppress(OSError, subprocess.TimeoutExpired):  # it may have ended by itself
            subprocess.run(stop, user=user, cwd=folder, check=False, timeout=20)  # noqa: S603
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    guard(Path(sys.argv[1]))
