"""How far an import has come, for a person and for a log."""

from io import StringIO

from attrs import define
from typing_extensions import override

from watchlist_http.server.cli.progress import PlainLines, progress


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
    assert "9742/9742" in drawn
    assert "a second" in drawn
