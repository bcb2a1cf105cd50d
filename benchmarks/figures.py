"""What is told of a measurement: medians of pairs, and how far the pairs lie apart."""

from collections.abc import Sequence
from statistics import median

from attrs import frozen

from benchmarks.load import Measured

__all__ = ["Comparison", "Spread"]


@frozen
class Spread:
    """The median of some values, and the smallest and the largest of them."""

    values: Sequence[float]

    @property
    def median(self) -> float:
        return median(self.values)

    def text(self, form: str = ".1f") -> str:
        """Return the median with the span: "12.3 (11.8-12.9)"."""
        low, high = min(self.values), max(self.values)
        return f"{self.median:{form}} ({low:{form}}-{high:{form}})"


@frozen
class Comparison:
    """Alternated measurements of one thing: ours, then the other's, pair by pair."""

    name: str
    target: float
    ours: Sequence[Measured]
    other: Sequence[Measured]
    urls: int
    """How many different ones were asked."""

    @property
    def ratio(self) -> Spread:
        pairs = zip(self.ours, self.other, strict=True)
        return Spread([ours.rate / other.rate for ours, other in pairs])

    @property
    def is_reached(self) -> bool:
        return self.ratio.median >= self.target


def rate(measured: Sequence[Measured]) -> Spread:
    return Spread([m.rate for m in measured])


def latency(measured: Sequence[Measured]) -> str:
    """Return the medians of p50 and p99 in milliseconds."""
    return f"{median(m.p50 for m in measured):.1f} / {median(m.p99 for m in measured):.1f}"
