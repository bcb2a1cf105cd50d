"""What is told of a measurement: medians of pairs, and how far the pairs lie apart."""

from collections.abc import Sequence
from statistics import median

from attrs import frozen

from benchmarks.load import Measured

__all__ = ["Comparison", "Figure", "Spread", "latency", "rate"]


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

    def text(self) -> str:
        """Return it as one line for who waits for it."""
        return f"{self.name}: {self.ratio.text('.2f')} x, target {self.target:g}"


@frozen
class Figure:
    """Something of ours beside something else, measured in turn, pair by pair, in one unit."""

    name: str
    database: str
    unit: str
    ours: Sequence[float]
    other: Sequence[float]
    target: float
    is_limit: bool = False
    """Whether the ratio may be the target at most, and not at least."""
    remark: str = ""

    @property
    def ratio(self) -> Spread:
        return Spread([ours / other for ours, other in zip(self.ours, self.other, strict=True)])

    @property
    def is_reached(self) -> bool:
        ratio = self.ratio.median
        return ratio <= self.target if self.is_limit else ratio >= self.target

    @property
    def wanted(self) -> str:
        return f"{'≤' if self.is_limit else '≥'} {self.target:.3g}"

    def text(self) -> str:
        """Return it as one line for who waits for it."""
        sides = f"{Spread(self.ours).text(',.1f')} and {Spread(self.other).text(',.1f')}"
        remark = f"; {self.remark}" if self.remark else ""
        ratio = self.ratio.text(".2f")
        return f"{self.name}: {ratio}, wanted {self.wanted}; {sides} {self.unit}{remark}"


def rate(measured: Sequence[Measured]) -> Spread:
    return Spread([m.rate for m in measured])


def latency(measured: Sequence[Measured]) -> str:
    """Return the medians of p50 and p99 in milliseconds."""
    return f"{median(m.p50 for m in measured):.1f} / {median(m.p99 for m in measured):.1f}"
