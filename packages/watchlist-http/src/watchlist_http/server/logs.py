"""Logs go to the standard output, line by line: JSON for machines, text for people."""

import json
import logging
import os
import sys
from collections.abc import Callable, Iterator, MutableMapping
from typing import Any, Final

import msgspec
import structlog
from structlog.dev import ConsoleRenderer, plain_traceback
from structlog.processors import ExceptionRenderer, JSONRenderer, StackInfoRenderer, TimeStamper
from structlog.stdlib import ExtraAdder, LoggerFactory, ProcessorFormatter
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import Processor

from watchlist_http.server.settings import LogFormat, LogLevel

__all__ = ["configure_logs", "request_sink"]

_SECRETS: Final = ("authorization", "cookie", "password", "secret", "secret_key", "token")
_ATOMIC: Final = 4096
"""Bytes that the kernel puts into a pipe in one piece (PIPE_BUF), whoever else writes into it."""


def configure_logs(level: LogLevel, form: LogFormat) -> None:
    """Send what structlog and the standard library log to the standard output, in one form."""
    shared: list[Processor] = [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        ExtraAdder(),
        TimeStamper(fmt="iso", utc=True),
        StackInfoRenderer(),
        _without_secrets,
    ]
    structlog.configure(
        processors=[*shared, ProcessorFormatter.wrap_for_formatter],
        logger_factory=LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(
        ProcessorFormatter(
            processors=[ProcessorFormatter.remove_processors_meta, *_rendering(form)],
            foreign_pre_chain=shared,
        )
    )
    logging.basicConfig(handlers=[handler], level=level.upper(), force=True)
    logging.captureWarnings(capture=True)
    logging.getLogger("alembic").setLevel(logging.WARNING)  # it says only that it begins
    logging.getLogger("aiohttp.server").addFilter(_in_one_line)


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
    return _write if form is LogFormat.JSON else _write_as_text


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


def _write_as_text(lines: bytes) -> None:
    for line in msgspec.json.decode(b"[" + b",".join(lines.splitlines()) + b"]"):
        print(  # noqa: T201  this is what the function is for
            f"{line['timestamp'][11:23]} {line['method']:6} {line['path']} "
            f"{line['status']} {line['duration_ms']:.1f} ms",
            flush=True,
        )
