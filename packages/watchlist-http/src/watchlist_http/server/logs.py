"""Logs go to the standard output, line by line: JSON for machines, text for people."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from functools import cache
from typing import Any, Final

import msgspec
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer, JSONRenderer, StackInfoRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, LoggerFactory, ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor
from typing_extensions import override

from watchlist_http.server.log_writer import LogWriter
from watchlist_http.server.settings import LogFormat, LogLevel

__all__ = ["configure_logs", "request_sink", "standard_output"]

_SECRETS: Final = ("authorization", "cookie", "password", "secret", "secret_key", "token")
_ATOMIC: Final = 4096
"""Bytes that the kernel puts into a pipe in one piece (PIPE_BUF), whoever else writes into it."""


def configure_logs(level: LogLevel, form: LogFormat) -> None:
    """Send what structlog and the standard library log to the standard output, in one form."""
    structlog.configure(
        processors=[*_shared(), ProcessorFormatter.wrap_for_formatter],
        logger_factory=LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = _Handler(standard_output(form))
    handler.setFormatter(_formatter(form))
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it says only that it begins
    logging.getLogger("aiohttp.server").addFilter(_in_one_line)


class _Handler(logging.Handler):
    def __init__(self, writer: LogWriter) -> None:
        super().__init__()
        self._writer = writer

    @override
    def emit(self, record: logging.LogRecord) -> None:
        try:
            self._writer.take(self.format(record).encode(errors="backslashreplace") + b"\n")
        except Exception:  # noqa: BLE001  the standard library's way
            self.handleError(record)


def _shared() -> list[Processor]:
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        ExtraAdder(),
        TimeStamper(fmt="iso", utc=True),
        StackInfoRenderer(),
        _without_secrets,
    ]


def _formatter(form: LogFormat) -> ProcessorFormatter:
    return ProcessorFormatter(
        processors=[ProcessorFormatter.remove_processors_meta, *_rendering(form)],
        foreign_pre_chain=_shared(),
    )


@cache
def standard_output(form: LogFormat) -> LogWriter:
    """Return what writes all lines of this process, whoever logs them."""
    formatter = _formatter(form)

    def tell(dropped: int) -> bytes:
        record = logging.makeLogRecord(
            {
                "name": __name__,
                "levelno": logging.WARNING,
                "levelname": "WARNING",
                "msg": "lines are missing here: nobody read the log",
                "dropped": dropped,
            }
        )
        return formatter.format(record).encode() + b"\n"

    return LogWriter(_write, tell)


def _in_one_line(record: logging.LogRecord) -> bool:
    """Make of a client that speaks no HTTP, which aiohttp takes for a failure, a mere line."""
    # Imported by whoever logs this; who only looks after others should not have to.
    from aiohttp.http import HttpProcessingError  # noqa: PLC0415

    refused = record.exc_info and record.exc_info[1]
    if isinstance(refused, HttpProcessingError):
        record.levelno, record.levelname = logging.INFO, "INFO"
        record.msg, record.args = "a client speaks no HTTP: %s", (type(refused).__name__,)
        record.exc_info = None
    return logging.getLogger(record.name).isEnabledFor(record.levelno)


def _rendering(form: LogFormat) -> list[Processor]:
    # Neither shows local variables, as both would by default: passwords and tokens are among them.
    if form is LogFormat.JSON:
        return [
            ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
            JSONRenderer(_json),
        ]
    return [ConsoleRenderer(colors=sys.stdout.isatty(), exception_formatter=plain_traceback)]


_encode: Final = msgspec.json.Encoder(enc_hook=str).encode


def _json(event: object, **_: object) -> str:
    try:
        return _encode(event).decode()
    except UnicodeEncodeError:  # headers and names of files may be bytes that are no text
        return json.dumps(event, default=str)


def _without_secrets(
    _: object, __: str, event: MutableMapping[str, Any]
) -> MutableMapping[str, Any]:
    """Mask what is called like a secret: a mistake in one call must not fill the logs with them."""
    for name in event:
        if name.lower().endswith(_SECRETS):
            event[name] = "***"
    return event


def request_sink(form: LogFormat) -> Callable[[bytes], None]:
    """Return what takes the lines of the request log, JSON each, and writes them in *form*."""
    take = standard_output(form).take
    return take if form is LogFormat.JSON else lambda lines: take(_as_text(lines))


def _write(lines: bytes) -> None:
    for piece in _pieces(lines):
        os.write(sys.stdout.fileno(), piece)


def _pieces(lines: bytes) -> Iterator[bytes]:
    """Cut after whole lines, so that two processes on one pipe do not mix theirs."""
    start = 0
    while len(lines) - start > _ATOMIC:
        end = lines.rfind(b"\n", start, start + _ATOMIC) + 1
        if end == 0:
            end = lines.index(b"\n", start) + 1
        yield lines[start:end]
        start = end
    yield lines[start:]


def _as_text(lines: bytes) -> bytes:
    told = msgspec.json.decode(b"[" + b",".join(lines.splitlines()) + b"]")
    return "".join(
        f"{line['timestamp'][11:23]} {line['method']:6} {line['path']} "
        f"{line['status']} {line['duration_ms']:.1f} ms\n"
        for line in told
    ).encode()
