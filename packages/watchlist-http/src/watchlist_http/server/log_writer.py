"""Log lines leave by a thread of their own: a pipe that nobody reads stops no event loop."""

import atexit
from collections.abc import Callable
from threading import Condition, Thread

from attrs import define, field

__all__ = ["LogWriter"]


@define(eq=False)
class LogWriter:
    """Takes whole lines, and hands them to *write*, which may wait as long as it likes.

    At most *largest* bytes wait for it. What comes then is dropped and counted, and so is what
    *write* fails on; the next lines that get through are followed by what *tell* makes of their
    number. At the end of the process the rest gets *last_words* seconds.
    """

    _write: Callable[[bytes], object]
    _tell: Callable[[int], bytes]
    largest: int = 1024 * 1024
    last_words: float = 2.0
    _lines: bytearray = field(factory=bytearray, init=False)
    _dropped: int = field(default=0, init=False)
    _is_writing: bool = field(default=False, init=False)
    _changed: Condition = field(factory=Condition, init=False)

    def __attrs_post_init__(self) -> None:
        Thread(target=self._run, name="log", daemon=True).start()
        atexit.register(self.flush)

    def take(self, lines: bytes) -> None:
        """Write *lines* soon. It never waits."""
        with self._changed:
            if len(self._lines) + len(lines) > self.largest:
                self._dropped += lines.count(b"\n")
                return
            self._lines += lines
            self._changed.notify_all()

    def flush(self) -> bool:
        """Wait until all is written, though not for ever; tell whether it is."""
        with self._changed:
            return self._changed.wait_for(
                lambda: not (self._lines or self._is_writing), self.last_words
            )

    def _run(self) -> None:
        while True:
            with self._changed:
                self._is_writing = False
                self._changed.notify_all()
                self._changed.wait_for(lambda: self._lines)
                lines, self._lines = bytes(self._lines), bytearray()
                dropped, self._dropped = self._dropped, 0
                self._is_writing = True
            try:
                self._write(lines + self._tell(dropped) if dropped else lines)
            except (OSError, ValueError):  # nobody reads any more, the disk is full, it is closed
                with self._changed:
                    self._dropped += dropped + lines.count(b"\n")
