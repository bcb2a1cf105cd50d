"""What counts as a word of a search, and as a mistake in one."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from watchlist_core.catalogue import (
    LONGEST_WORD,
    bare_name,
    deletes_of,
    is_one_edit_away,
    is_written_apart,
    words_of,
)

few_letters = st.text("abc", max_size=6)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("The Matrix: Reloaded (2003)", "the matrix reloaded 2003"),
        ("  Amélie\u00a0 POULAIN ", "amelie poulain"),
        ("Schindler's List", "schindlers list"),
        ("Rock ’n’ Roll, Don`t", "rock n roll dont"),
        ("L'Avventura, l’été d'Amélie", "l avventura l ete d amelie"),
        ("O'Brien", "obrien"),
        ("E.T. — M*A*S*H, L.A.", "et mash la"),
        ("Mr. T and J. Edgar, Vol. 2.0", "mr t and j edgar vol 2 0"),
        ("Lilo & Stitch&Co &", "lilo and stitch and co"),
        ("snake_eyes", "snake eyes"),
        ("8½", "8 1 2"),
        ("ＴＯＫＹＯ　Ⅳ", "tokyo iv"),
        ("七人の侍", "七 人 の 侍"),
        ("ガラスx、カラス", "カ\u3099 ラ ス x カ ラ ス"),
        ("สวัสดี", "ส วั ส ดี"),
        ("सिनेमा", "सिनेमा"),
        ("I ❤️ 1️⃣", "i 1"),
        ("soft\u00adhyphen zero\u200bwidth", "softhyphen zerowidth"),
        ("a\0b\ud800c", "a b c"),
        ("!?… \u0301 ' \"", ""),
        ("", ""),
    ],
)
def test_a_text_has_words(text: str, words: str) -> None:
    assert words_of(text) == tuple(words.split())


def test_of_a_longer_word_only_the_beginning_counts() -> None:
    assert words_of("a" * 100 + "é") == ("a" * LONGEST_WORD,)


@given(st.text())
def test_words_say_nothing_else_when_they_are_read_again(text: str) -> None:
    words = words_of(text)

    assert words_of(" ".join(words)) == words
    assert all(word and " " not in word for word in words)


@pytest.mark.parametrize(
    ("name", "bare"),
    [
        ("The Matrix", "matrix"),
        ("Matrix, The", "matrix"),
        ("Vita è bella, La", "vita e bella"),
        ("L'Avventura", "avventura"),
        ("The The", "the"),
        ("The", "the"),
        ("A", "a"),
        ("Die Hard", "die hard"),
        ("The Godfather, A", "godfather a"),
        ("!", ""),
    ],
)
def test_a_bare_name_has_no_article(name: str, bare: str) -> None:
    assert bare_name(name) == bare


def test_some_scripts_are_not_written_apart() -> None:
    words = {"matrix": True, "москва": True, "सिनेमा": True, "七": False, "カ": False, "ส": False}

    assert {word: is_written_apart(word) for word in words} == words


def edited(word: str) -> set[str]:
    """Return all that is one edit away, found by trying."""
    missing = {word[:at] + word[at + 1 :] for at in range(len(word))}
    added = {word[:at] + letter + word[at:] for at in range(len(word) + 1) for letter in "abc"}
    other = {word[:at] + letter + word[at + 1 :] for at in range(len(word)) for letter in "abc"}
    swapped = {word[:at] + word[at + 1] + word[at] + word[at + 2 :] for at in range(len(word) - 1)}
    return (missing | added | other | swapped) - {word}


@given(few_letters, few_letters)
def test_a_mistake_is_one_letter_or_two_neighbours(word: str, other: str) -> None:
    assert is_one_edit_away(word, other) is (other in edited(word))


@given(few_letters)
def test_words_one_edit_away_share_what_is_left_of_them(word: str) -> None:
    assert [other for other in edited(word) if not deletes_of(word) & deletes_of(other)] == []
