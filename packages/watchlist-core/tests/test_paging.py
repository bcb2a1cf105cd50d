import pytest

from watchlist_core.paging import After, Page, PageNumber, PageTooDeep, Total


@pytest.mark.parametrize(
    ("page", "page_size", "offset"), [(1, 20, 0), (2, 20, 20), (3, 7, 14), (100, 100, 9900)]
)
def test_a_page_begins_where_the_one_before_it_ends(page: int, page_size: int, offset: int) -> None:
    assert PageNumber(page, page_size).offset == offset


@pytest.mark.parametrize("page", [0, -1, 1.0, "1", True, None])
def test_no_other_page_can_be_asked_for(page: object) -> None:
    with pytest.raises((TypeError, ValueError), match="page"):
        PageNumber(page)  # type: ignore[arg-type]  # some of them are mistakes of type


@pytest.mark.parametrize("page_size", [0, 101, -1, 20.0, "20", True, None])
def test_no_other_size_can_be_asked_for(page_size: object) -> None:
    with pytest.raises((TypeError, ValueError), match="page_size"):
        PageNumber(1, page_size)  # type: ignore[arg-type]  # some of them are mistakes of type
    with pytest.raises((TypeError, ValueError), match="page_size"):
        After((), page_size)  # type: ignore[arg-type]  # some of them are mistakes of type


@pytest.mark.parametrize(("page", "page_size"), [(10_000, 1), (500, 20), (100, 100), (1428, 7)])
def test_pages_reach_to_the_ten_thousandth_item(page: int, page_size: int) -> None:
    assert PageNumber(page, page_size).page == page

    with pytest.raises(PageTooDeep):
        PageNumber(page + 1, page_size)


@pytest.mark.parametrize(
    ("counted", "total"),
    [
        (0, Total(0)),
        (9_999, Total(9_999)),
        (10_000, Total(10_000)),
        (10_001, Total(10_000, is_exact=False)),
        (87_000, Total(10_000, is_exact=False)),
    ],
)
def test_a_total_is_exact_up_to_ten_thousand(counted: int, total: Total) -> None:
    assert Total.counted(counted) == total


def test_a_page_is_the_last_one_unless_it_says_what_is_next() -> None:
    page = Page(["Stalker"])

    assert (page.next, page.total) == (None, None)
