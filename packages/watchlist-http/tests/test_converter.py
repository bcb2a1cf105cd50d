"""What a body may be, beyond what the bodies of the API ask for today."""

from typing import Annotated, Any

import pytest
from attrs import field, frozen
from msgspec import Meta

from watchlist_http.converter import fit, json_converter
from watchlist_http.refusals import DoesNotFit, Misfit
from watchlist_http.scalars import parser_of


@frozen
class Limited:
    few: Annotated[list[int], Meta(max_length=2)] = field(factory=list)
    some: Annotated[list[str], Meta(min_length=1, max_length=2)] = field(factory=list)
    long: Annotated[str, Meta(min_length=3)] = "long"
    high: Annotated[int, Meta(ge=3)] = 3
    low: Annotated[float, Meta(le=3)] = 3
    code: Annotated[str, Meta(pattern="^[A-Z]{3}$")] = "EUR"


@pytest.mark.parametrize(
    ("body", "message"),
    [
        ({"few": [1, 2, 3]}, "must have at most 2 items"),
        ({"few": [[]] * 100}, "must have at most 2 items"),
        ({"few": {}}, "must be a list"),
        ({"few": "12"}, "must be a list"),
        ({"some": []}, "must have 1 to 2 items"),
        ({"long": "no"}, "must have at least 3 characters"),
        ({"high": 2}, "must be at least 3"),
        ({"low": 3.5}, "must be at most 3"),
        ({"code": "eur"}, "must match ^[A-Z]{3}$"),
    ],
)
def test_what_is_asked_for_is_checked_and_said(body: dict[str, Any], message: str) -> None:
    with pytest.raises(DoesNotFit) as refusal:
        fit(json_converter(), body, Limited)

    assert refusal.value.errors == [Misfit(message, pointer=f"/{next(iter(body))}")]


def test_a_pattern_ends_where_the_text_ends() -> None:
    with pytest.raises(DoesNotFit):
        fit(json_converter(), {"code": "EUR\n"}, Limited)


def test_what_is_at_the_limits_fits() -> None:
    body = {"few": [1, 2], "some": ["x"], "long": "yes", "high": 3, "low": 3, "code": "USD"}

    assert fit(json_converter(), body, Limited) == Limited(**body)  # type: ignore[arg-type]


def test_no_more_than_a_hundred_misfits_are_told() -> None:
    body = {f"unknown{number}": number for number in range(1000)}

    with pytest.raises(DoesNotFit) as refusal:
        fit(json_converter(), body, Limited)

    assert len(refusal.value.errors) == 100


def test_what_is_not_checked_cannot_be_asked_for() -> None:
    with pytest.raises(TypeError, match="ge and le"):
        parser_of(Annotated[int, Meta(gt=3)])


@pytest.mark.parametrize(
    ("text", "type_", "value"),
    [
        ("7", int, 7),
        ("-7", int, -7),
        ("2.5", float, 2.5),
        ("true", bool, True),
        ("7", str, "7"),
        ("true", str, "true"),
    ],
)
def test_text_of_a_url_is_read_as_what_is_wanted(text: str, type_: type, value: object) -> None:
    assert parser_of(type_)(text) == value


@pytest.mark.parametrize(
    ("text", "type_"),
    [(" 7", int), ("7 ", int), ("", int), ("[]", int), ("null", int), ("1", bool), ("nan", float)],
)
def test_other_text_of_a_url_is_refused(text: str, type_: type) -> None:
    with pytest.raises(ValueError, match="must be"):
        parser_of(type_)(text)


def test_steps_are_those_of_decimals() -> None:
    read = parser_of(Annotated[float, Meta(multiple_of=0.01)])

    for hundredths in range(100, 501):
        assert read(f"{hundredths / 100:.2f}") == hundredths / 100
    for text in ("4.333", "4.3500000000000005", "1e-3"):
        with pytest.raises(ValueError, match="must be in steps"):
            read(text)
