import json
import logging
import os
import warnings
from collections.abc import Iterator
from typing import Any

import pytest
import structlog

from watchlist_http.server.logs import configure_logs, request_sink, standard_output
from watchlist_http.server.settings import LogFormat, LogLevel

LINE = (
    b'{"timestamp":"2026-11-20T12:00:00.123456Z","level":"info","event":"request","method":"GET",'
    b'"path":"/api/v1/movies","status":200,"duration_ms":1.234,"bytes":10,"request_id":"r"}\n'
)


@pytest.fixture(autouse=True)
def _logging_as_it_was() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:] = handlers
    root.setLevel(level)
    logging.captureWarnings(capture=False)
    structlog.reset_defaults()


def told(capfd: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    assert standard_output(LogFormat.JSON).flush()
    return [json.loads(line) for line in capfd.readouterr().out.splitlines()]


def test_in_production_each_line_is_json_whoever_writes_it(
    capfd: pytest.CaptureFixture[str],
) -> None:
    configure_logs(LogLevel.INFO, LogFormat.JSON)

    structlog.get_logger("ours").info("movie added", movie="m", count=2)
    logging.getLogger("theirs").warning("careful, %s", "you", extra={"request_id": "r-1"})
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        warnings.warn("old", DeprecationWarning, stacklevel=1)

    ours, theirs, warned = told(capfd)
    assert ours.pop("timestamp").endswith("Z")
    assert ours == {
        "event": "movie added",
        "movie": "m",
        "count": 2,
        "level": "info",
        "logger": "ours",
    }
    assert (theirs["event"], theirs["level"]) == ("careful, you", "warning")
    assert theirs["request_id"] == "r-1"
    assert "DeprecationWarning: old" in warned["event"]


def test_what_weighs_less_than_the_level_is_left_out(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogLevel.ERROR, LogFormat.JSON)

    structlog.get_logger("ours").warning("little")
    logging.getLogger("theirs").warning("little")
    structlog.get_logger("ours").error("much")

    assert [line["event"] for line in told(capfd)] == ["much"]


@pytest.mark.parametrize("form", list(LogFormat))
def test_neither_named_secrets_nor_local_variables_are_logged(
    capfd: pytest.CaptureFixture[str], form: LogFormat
) -> None:
    configure_logs(LogLevel.INFO, form)

    def sign_in(word: str) -> None:
        raise ZeroDivisionError(len(word))

    try:
        sign_in("hunter2")
    except ZeroDivisionError:
        structlog.get_logger("ours").exception("failed", access_token="hunter2", Password="hunter2")  # noqa: S106  it opens nothing
        logging.getLogger("theirs").exception("failed", extra={"authorization": "Bearer hunter2"})

    assert standard_output(form).flush()
    output = capfd.readouterr().out
    assert "ZeroDivisionError" in output
    assert "hunter2" not in output.replace('sign_in("hunter2")', "")
    assert "***" in output


def test_what_has_no_json_form_is_told_as_text(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogLevel.INFO, LogFormat.JSON)

    structlog.get_logger("ours").info("odd", thing=ZeroDivisionError("x"))

    assert told(capfd)[0]["thing"] == "x"


def test_bytes_that_are_no_text_cost_no_line(capfd: pytest.CaptureFixture[str]) -> None:
    configure_logs(LogLevel.INFO, LogFormat.JSON)

    logging.getLogger("theirs").error("odd name: %s", "caf\udce9", extra={"thing": {1}})

    (line,) = told(capfd)
    assert (line["event"], line["level"]) == ("odd name: caf\udce9", "error")
    assert line["thing"] == "{1}"


def test_in_development_a_request_is_a_line_for_people(capfd: pytest.CaptureFixture[str]) -> None:
    request_sink(LogFormat.TEXT)(LINE + LINE)
    assert standard_output(LogFormat.TEXT).flush()

    assert capfd.readouterr().out == "12:00:00.123 GET    /api/v1/movies 200 1.2 ms\n" * 2


@pytest.mark.parametrize("lines", [[LINE] * 100, [LINE, b"x" * 9000 + b"\n", LINE]])
def test_requests_are_written_in_whole_lines(
    monkeypatch: pytest.MonkeyPatch, lines: list[bytes]
) -> None:
    reading, writing = os.pipe()
    with open(reading, "rb") as reader, open(writing, "w", encoding="utf-8") as writer:  # noqa: PTH123  no paths
        monkeypatch.setattr("sys.stdout", writer)
        expected = b"".join(lines)

        request_sink(LogFormat.JSON)(expected)

        assert reader.read(len(expected)) == expected
        assert standard_output(LogFormat.JSON).flush()
