import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.catalogue import folded


@pytest.mark.parametrize(
    ("text", "as_compared"),
    [
        ("  Amélie ", "amelie"),
        ("AMELIE", "amelie"),
        ("Ame\N{COMBINING ACUTE ACCENT}lie", "amelie"),
        ("Straße", "strasse"),
        ("Łódź", "lodz"),
        ("Æon Flux", "aeon flux"),
        ("İstanbul", "istanbul"),
        ("Ћ\tМолоко\n", "ћ молоко"),
        ("ﬁlm Ⅳ", "film iv"),
        ("Ｎｅｏ", "neo"),
        ("千と千尋", "千と千尋"),
        ("100%_Wolf!", "100%_wolf!"),
        ("\N{COMBINING ACUTE ACCENT}", ""),
        ("", ""),
    ],
)
def test_text_is_compared_without_case_diacritics_and_blanks(text: str, as_compared: str) -> None:
    assert folded(text) == as_compared


def test_letters_that_differ_by_a_mark_alone_are_letters_of_their_own_in_japanese() -> None:
    crow, glass, half_width_glass = "カラス", "ガラス", "ｶﾞﾗｽ"

    assert folded(crow) != folded(glass) == folded(half_width_glass)


@given(st.text())
def test_folding_twice_is_folding_once(text: str) -> None:
    assert folded(folded(text)) == folded(text)


@given(st.text(), st.text())
def test_a_part_by_words_is_found_in_the_whole(before: str, after: str) -> None:
    assert folded(after) in folded(f"{before} {after}")


@given(st.text(st.characters(codec="ascii")))
def test_case_does_not_count(text: str) -> None:
    assert folded(text.upper()) == folded(text.lower())
