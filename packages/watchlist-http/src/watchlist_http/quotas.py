"""How many requests there may be; settings name them without loading what counts them."""

from attrs import field, frozen
from attrs.validators import ge, instance_of

__all__ = ["Quota"]


@frozen
class Quota:
    """So many requests in so many seconds."""

    amount: int = field(validator=[instance_of(int), ge(1)])
    seconds: int = field(validator=[instance_of(int), ge(1)])
