"""Averages as whole numbers that sort exactly as the ratios do, the same on both databases.

Rounded, averages would be equal that are not. Of two ratios that differ, with denominators up to
`MOST_RATINGS`, the whole parts differ too once both are multiplied by 2 to the 59th; and with ten
halves, the most that an average can have, the product still has less than 63 bits. It is made by
long division, of which no step needs more.
"""

from collections.abc import Sequence
from re import compile as pattern
from typing import Any, Final

from sqlalchemy import BigInteger
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.sql.compiler import SQLCompiler
from sqlalchemy.sql.functions import FunctionElement

from watchlist_core.paging import ForeignPosition
from watchlist_sql.positions import read_text

__all__ = ["MOST_RATINGS", "ExactAverage", "least_average", "read_average", "written_average"]

MOST_RATINGS: Final = 200_000_000
"""That one movie can have: all their halves fit into 32 bits."""
_BITS: Final = 59
_RATIO: Final = pattern("[1-9][0-9]{0,9}/[1-9][0-9]{0,8}")

# Two digits of 30 and of 29 bits, after the whole halves. PostgreSQL needs to be told to reckon
# with 64 bits; it is written as PostgreSQL itself writes it, else Alembic takes it for another.
_FORMULA: Final = """\
(({h} / {n}) << 59) + ((({h} % {n}) << 30) / {n} << 29) + (((({h} % {n}) << 30) % {n}) << 29) / {n}\
"""


class ExactAverage(FunctionElement[int]):
    """What a row's `rating_halves` and `rating_count` come to; NULL where nobody has rated."""

    type = BigInteger()
    inherit_cache = True


@compiles(ExactAverage)
def _formula(_element: ExactAverage, compiler: SQLCompiler, **_: Any) -> str:
    is_sqlite = compiler.dialect.name == "sqlite"
    halves, count = "rating_halves", "NULLIF(rating_count, 0)"
    if not is_sqlite:
        halves, count = f"{halves}::bigint", f"{count}::bigint"
    return _FORMULA.format(h=halves, n=count)


def _scaled(halves: int, count: int) -> int:
    return (halves << _BITS) // count


def least_average(hundredths: int) -> int:
    """Return the least of all that are at least so many hundredths of a star."""
    return _scaled(hundredths, 50)


def written_average(halves: int, count: int) -> str | None:
    """Return it as it stands in positions."""
    return f"{halves}/{count}" if count else None


def read_average(value: object) -> int:
    """Read what a position holds.

    Raises:
        ForeignPosition: It is no average that a movie could have.
    """
    text = read_text(value)
    if not _RATIO.fullmatch(text):
        raise ForeignPosition
    halves, count = _numbers(text)
    if count > MOST_RATINGS or not 2 * count <= halves <= 10 * count:
        raise ForeignPosition
    return _scaled(halves, count)


def _numbers(ratio: str) -> Sequence[int]:
    return [int(number) for number in ratio.split("/")]
