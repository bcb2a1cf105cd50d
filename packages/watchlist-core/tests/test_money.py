from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.money import Currency, MixedCurrencies, Money

EUR = Currency("EUR")
PLACES = {"EUR": 2, "USD": 2, "JPY": 0, "KRW": 0, "ISK": 0, "KWD": 3, "TND": 3, "CLF": 4, "XXX": 2}
AMOUNTS = st.decimals(-(10**15), 10**15, places=2)


@pytest.mark.parametrize(("code", "places"), PLACES.items())
def test_a_currency_knows_its_smallest_unit(code: str, places: int) -> None:
    currency = Currency(code)

    assert currency.places == places
    assert currency.smallest * 10**places == 1


@pytest.mark.parametrize("code", ["", "eur", "EU", "EURO", "E1R", "EUR\n", "ＥＵＲ"])
def test_no_other_code_is_a_currency(code: str) -> None:
    with pytest.raises(ValueError, match="code"):
        Currency(code)


@pytest.mark.parametrize(
    ("given", "currency", "shown"),
    [
        ("9.99", "EUR", "9.99"),
        ("9.9", "EUR", "9.90"),
        (9, "EUR", "9.00"),
        ("9.990", "EUR", "9.99"),
        ("-1", "JPY", "-1"),
        ("1E+3", "JPY", "1000"),
        ("0.125", "KWD", "0.125"),
        ("0", "CLF", "0.0000"),
    ],
)
def test_an_amount_has_the_places_of_its_currency(
    given: str | int, currency: str, shown: str
) -> None:
    assert str(Money.of(given, currency).amount) == shown


@pytest.mark.parametrize(
    ("amount", "currency"),
    [
        ("9.999", "EUR"),
        ("0.5", "JPY"),
        ("0.0001", "KWD"),
        ("", "EUR"),
        ("nine", "EUR"),
        ("9,99", "EUR"),
        ("NaN", "EUR"),
        ("sNaN", "EUR"),
        ("Infinity", "EUR"),
        ("1e27", "EUR"),
        ("1e999999999", "EUR"),
        ("1", "euro"),
    ],
)
def test_no_other_amount_is_money(amount: str, currency: str) -> None:
    with pytest.raises(ValueError, match=r"amount|code"):
        Money.of(amount, currency)


@pytest.mark.parametrize("amount", [9.99, 0.5, 1.0, float("nan")])
def test_a_float_is_refused_even_where_it_is_exact(amount: float) -> None:
    with pytest.raises(TypeError):
        Money.of(amount, "EUR")  # type: ignore[arg-type]  # that is the mistake
    with pytest.raises(TypeError):
        Money(EUR, amount)  # type: ignore[arg-type]  # that is the mistake


@given(st.lists(AMOUNTS, max_size=30))
def test_a_total_is_exact(amounts: list[Decimal]) -> None:
    total = Money.total(EUR, (Money(EUR, amount) for amount in amounts))

    assert Fraction(total.amount) == sum(Fraction(amount) for amount in amounts)
    assert total.amount.as_tuple().exponent == -2


@given(st.lists(AMOUNTS, min_size=2, max_size=5))
def test_the_order_of_adding_does_not_matter(amounts: list[Decimal]) -> None:
    for first, second in pairwise(Money(EUR, amount) for amount in amounts):
        assert first + second == second + first


def test_currencies_do_not_mix() -> None:
    with pytest.raises(MixedCurrencies) as refused:
        Money.of("1", "EUR") + Money.of("1", "JPY")

    assert (refused.value.first, refused.value.second) == ("EUR", "JPY")
    with pytest.raises(MixedCurrencies):
        Money.total(EUR, [Money.of("1", "USD")])


def test_equal_amounts_are_equal_however_they_were_written() -> None:
    assert Money.of("9.9", "EUR") == Money.of("9.90", "EUR") != Money.of("9.90", "USD")
    assert len({Money.of("9.9", "EUR"), Money.of("9.90", "EUR")}) == 1
