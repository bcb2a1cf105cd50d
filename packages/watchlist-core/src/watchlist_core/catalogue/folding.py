"""Text as people compare it: without regard to case, diacritics and blanks."""

from unicodedata import combining, normalize

__all__ = ["folded"]

# Letters that no decomposition of Unicode takes apart, though people type them so.
_LETTERS = str.maketrans(
    {"æ": "ae", "œ": "oe", "ø": "o", "đ": "d", "ð": "d", "þ": "th", "ł": "l", "ı": "i", "ħ": "h"}
)


def folded(text: str) -> str:
    """Return *text* to compare and to sort by: "  Amélie " and "AMELIE" fold to "amelie"."""
    decomposed = normalize("NFKD", text.casefold())
    plain = "".join(c for c in decomposed if not combining(c)).casefold()
    return " ".join(plain.translate(_LETTERS).split())
