"""Amounts of money, exact to the smallest unit of their currency."""

from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Final, Self

from attrs import define, field, frozen
from attrs.validators import matches_re

from watchlist_core.errors import Conflict

__all__ = ["Currency", "MixedCurrencies", "Money"]

# ISO 4217: all other currencies have two decimal places.
_PLACES: Final = (
    dict.fromkeys(
        [
            "BIF",
            "CLP",
            "DJF",
            "GNF",
            "ISK",
            "JPY",
            "KMF",
            "KRW",
            "PYG",
            "RWF",
            "UGX",
            "UYI",
            "VND",
            "VUV",
            "XAF",
            "XOF",
            "XPF",
        ],
        0,
    )
    | dict.fromkeys(["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"], 3)
    | dict.fromkeys(["CLF", "UYW"], 4)
)


@frozen(order=True)
class Currency:
    """A currency by its code of ISO 4217, such as ``EUR``."""

    code: str = field(validator=matches_re("[A-Z]{3}"))

    @property
    def places(self) -> int:
        """Tell how many decimal places the smallest unit has: EUR two, JPY none, KWD three."""
        return _PLACES.get(self.code, 2)

    @property
    def smallest(self) -> Decimal:
        return Decimal(1).scaleb(-self.places)


@define
class MixedCurrencies(Conflict):
    """Amounts of different currencies cannot be added."""

    first: str
    second: str


def _quantised(amount: Decimal, money: "Money") -> Decimal:
    if not isinstance(amount, Decimal):
        raise TypeError("amount must be a Decimal")
    try:
        exact = amount.quantize(money.currency.smallest)
    except InvalidOperation:
        raise ValueError("amount must be a number of at most 28 digits") from None
    if exact != amount:
        raise ValueError(f"amount must have at most {money.currency.places} decimal places")
    return exact


@frozen
class Money:
    """An amount in a currency: always as many decimal places as the currency has.

    Raises:
        TypeError: The amount is no Decimal; a float has been rounded already.
        ValueError: It is finer than the currency, or no number.
    """

    currency: Currency
    amount: Decimal

    def __attrs_post_init__(self) -> None:
        object.__setattr__(self, "amount", _quantised(self.amount, self))

    @classmethod
    def of(cls, amount: str | int, currency: str) -> Self:
        """Return ``Money.of("9.99", "EUR")``. Raises TypeError for a float, and ValueError."""
        if isinstance(amount, float):
            raise TypeError("amount must be a text or an integer: a float has been rounded already")
        try:
            number = Decimal(amount)
        except InvalidOperation:
            raise ValueError("amount must be a decimal number") from None
        return cls(Currency(currency), number)

    @classmethod
    def total(cls, currency: Currency, amounts: Iterable["Money"]) -> "Money":
        """Return the sum, zero of none. Raises MixedCurrencies."""
        return sum(amounts, start=Money(currency, Decimal(0)))

    def __add__(self, other: "Money") -> "Money":
        if other.currency != self.currency:
            raise MixedCurrencies(self.currency.code, other.currency.code)
        return Money(self.currency, self.amount + other.amount)
