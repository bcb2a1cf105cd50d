"""How far an import has come, for a person and for a log."""

from io import StringIO

from attrs import define
from typing_extensions import override

from watchlist_http.server.cli.progress import MEGABYTES, PlainLines, progress


@define
class Watch:
    seconds: float = 100.0

    def __call__(self) -> float:
        return self.seconds


class Terminal(StringIO):
    @override
    def isatty(self) -> bool:
        return True


def test_a_log_gets_a_line_every_two_seconds() -> None:
    out, watch = StringIO(), Watch()
    lines = PlainLines(9_742, out, watch)

    for seconds, rows in [(101, 1_500), (102, 1_500), (103, 1_000), (104.5, 2_000)]:
        watch.seconds = seconds
        lines.advance(rows)

    assert out.getvalue().splitlines() == [
        "3,000 of 9,742 rows, 1,500 a second, 4 s left",
        "6,000 of 9,742 rows, 1,333 a second, 3 s left",
    ]


def test_a_file_that_has_more_rows_than_counted_has_no_time_left() -> None:
    out, watch = StringIO(), Watch()
    lines = PlainLines(10, out, watch)

    watch.seconds = 110
    lines.advance(20)

    assert out.getvalue() == "20 of 10 rows, 2 a second, 0 s left\n"


def test_what_is_no_terminal_gets_lines() -> None:
    out = StringIO()

    with progress(2, "Importing", out) as shown:
        shown.advance(2)

    assert isinstance(shown, PlainLines)
    assert out.getvalue() == ""


def test_a_terminal_gets_a_bar_with_count_and_rate() -> None:
    out = Terminal()

    with progress(9_742, "Importing", out) as shown:
        shown.advance(9_742)

    drawn = out.getvalue()
    assert "Importing" in drawn
    assert "9,742/9,742 rows" in drawn
    assert "a second" in drawn


def test_of_a_download_megabytes_are_told_and_no_end_that_nobody_knows() -> None:
    out, watch = StringIO(), Watch()
    known = PlainLines(10_000_000, out, watch, MEGABYTES)
    unknown = PlainLines(None, out, watch, MEGABYTES)

    watch.seconds = 102.0
    known.advance(2_500_000)
    unknown.advance(2_500_000)

    assert out.getvalue().splitlines() == [
        "2.5 of 10.0 MB, 1.2 a second, 6 s left",
        "2.5 MB, 1.2 a second",
    ]


def test_a_bar_does_without_an_end() -> None:
    out = Terminal()

    with progress(None, "Downloading", out, MEGABYTES) as shown:
        shown.advance(2_500_000)

    assert "2.5 MB" in out.getvalue()
