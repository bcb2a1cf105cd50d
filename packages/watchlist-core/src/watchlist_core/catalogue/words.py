"""Texts as the words that a search compares."""

import re
from collections.abc import Sequence
from typing import Final
from unicodedata import category

from watchlist_core.catalogue.folding import folded

__all__ = ["LONGEST_WORD", "bare_name", "bare_words", "is_written_apart", "words_of"]

LONGEST_WORD: Final = 60
"""Of a longer word only so many characters count."""

# Han, Hiragana, Katakana, Thai, Lao, Myanmar and Khmer, which put no blanks between words.
_UNSPACED: Final = (
    "々-〇㐀-䶿一-鿿豈-﫿\U00020000-\U0003ffffぁ-ゖゝ-ゟァ-ヺー-ヿㇰ-ㇿก-๛ກ-ໟက-႟ꧠ-ꧾꩠ-ꩿក-៿"
)
_MARKS: Final = r"[^\w ]*"
# In texts in which nothing is left that is no letter, digit, mark or blank.
_WORD: Final = re.compile(rf"[{_UNSPACED}]{_MARKS}|[^\W_{_UNSPACED}][^ {_UNSPACED}]*")
_PLAIN_WORD: Final = re.compile("[a-z0-9]+")
_APOSTROPHES: Final = "'’‘ʼʻʹ`"  # as different keyboards have them
_SPECIAL: Final = re.compile(f"[{_APOSTROPHES}&.*]")
_APOSTROPHE: Final = re.compile(f"[{_APOSTROPHES}]")
# "l'avventura" and "d'amélie" are two words, "schindler's" and "o'brien" are one.
_ELISION: Final = re.compile(rf"(?<![^\W_])([ld])[{_APOSTROPHES}](?=[^\W_])")
_INITIALS: Final = re.compile(r"(?<![^\W_])(?:[^\W\d_][.*])+[^\W\d_](?![^\W_])")
_AND: Final = re.compile(r"&(?=\s*[^\W_])")
_FRACTION: Final = re.compile("[¼-¾⅐-⅞]")

# Of languages in which many films have names, but for such as are words of English, like "die".
_ARTICLES: Final = frozenset(
    (
        *("the", "a", "an", "le", "la", "les", "l", "un", "une", "il", "lo", "gli", "una", "uno"),
        *("el", "los", "las", "der", "das", "ein", "eine", "de", "het", "det", "ett"),
    )
)


def words_of(text: str) -> tuple[str, ...]:
    """Return the words of a text, folded: "Schindler's List" is "schindlers" and "list".

    They are what stands between characters that are neither letters nor digits. Of scripts that
    put no blanks between words each character is a word. "E.T." is one word, "L'Avventura" are
    two, and "&" is "and".
    """
    # Most texts are plain, and a catalogue has many.
    plain = text.lower() if text.isascii() else folded(_FRACTION.sub(r" \g<0> ", text))
    if _SPECIAL.search(plain):
        plain = _INITIALS.sub(_joined, _AND.sub(" and ", plain))
        plain = _APOSTROPHE.sub("", _ELISION.sub(r"\1 ", plain))
    if plain.isascii():
        words = _PLAIN_WORD.findall(plain)
    else:
        words = _WORD.findall("".join(map(_kept, plain)))
    return tuple(word[:LONGEST_WORD] for word in words)


def _joined(initials: re.Match[str]) -> str:
    return initials[0].replace(".", "").replace("*", "")


def _kept(character: str) -> str:
    """Return a character of a word, a blank for one between words, nothing for one unseen."""
    if character.isalnum():
        return character
    match category(character):
        case "Mn" | "Mc":
            # Those that choose the look of the character before, as of emoji, say nothing.
            return "" if "\ufe00" <= character <= "\ufe0f" else character
        case "Cf":
            return ""
    return " "


def bare_words(words: Sequence[str]) -> Sequence[str]:
    """Leave out the article that words begin with, or else end with: "Matrix, The" is "matrix"."""
    if len(words) > 1:
        if words[0] in _ARTICLES:
            return words[1:]
        if words[-1] in _ARTICLES:
            return words[:-1]
    return words


def bare_name(name: str) -> str:
    """Return the words of a name without its article, with a blank between them."""
    return " ".join(bare_words(words_of(name)))


def is_written_apart(word: str) -> bool:
    """Tell whether a word has blanks around it, so that its beginning may be searched for."""
    return not re.match(f"[{_UNSPACED}]", word)
