"""One thing that is done wrong, and what has to be answered."""

from attrs import field, frozen

from tests.faults.wire import Request

__all__ = ["Fault"]


@frozen
class Fault:
    told: str
    request: Request
    status: int
    code: str | None = field(default=None, kw_only=True)
    """Of the problem, where only one will do."""
    names: str | None = field(default=None, kw_only=True)
    """The pointer or the parameter that the problem has to name."""
    beside: bool = field(default=False, kw_only=True)
    """Whether it is no request to the operation any more, so that the document is silent."""
