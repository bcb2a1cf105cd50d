"""What the database is asked for a search: the words, names and conditions of its statements."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, Self

from attrs import evolve, frozen

from watchlist_core.catalogue import SHORT_LENGTH, SearchText
from watchlist_sql.catalogue.conditions import parameters_of
from watchlist_sql.catalogue.hits import By, Shape
from watchlist_sql.catalogue.searchable import NAME_LENGTH
from watchlist_sql.catalogue.spellings import END, MOST_BEGINNING, Spellings
from watchlist_sql.catalogue.terms import Alternatives, Terms, but_not, terms_of
from watchlist_sql.database import Database

__all__ = ["Asked", "Asking"]

_NOTHING: Final[Mapping[str, Sequence[str]]] = {}


@frozen
class Asked:
    """What the database is asked for."""

    shape: Shape
    given: Mapping[str, Any]
    finds_all: bool = True
    """Whether no word was left out, as where the last may be too many."""
    terms_in_names: Terms = ()
    """What those have of which a bare name may have all bare words; none where it tells nothing."""

    @property
    def looks_closer(self) -> bool:
        """Tell whether something is asked of those that are found."""
        return bool(self.shape.conditions or self.shape.parts)

    def in_names(self) -> Self:
        """Return how those are found of which a bare name may have all bare words."""
        terms = terms_of(self.shape.dialect, self.terms_in_names)
        return evolve(self, given={**self.given, "terms": terms})

    def outside_names(self) -> Self:
        """Return how all others are found."""
        dialect = self.shape.dialect
        others = terms_of(dialect, self.terms_in_names)
        terms = but_not(dialect, self.given["terms"], others)
        return evolve(self, given={**self.given, "terms": terms})


@frozen
class Asking:
    _database: Database

    async def matching(self, text: SearchText, conditions: Mapping[str, Any]) -> Asked | None:
        """Return how the movies are found that match; None where no word can be the last."""
        return (
            self.named(text, conditions) if text.is_short else await self.by_words(text, conditions)
        )

    async def by_words(
        self,
        text: SearchText,
        conditions: Mapping[str, Any],
        alike: Mapping[str, Sequence[str]] = _NOTHING,
    ) -> Asked | None:
        """Return how those are found that have all words; None where no word can be the last."""
        shape = self._shape(By.WORDS, conditions)
        *terms, last = (Alternatives([word, *alike.get(word, ())]) for word in text.words)
        beginning = text.words[-1]
        given = self._values(conditions)
        if text.is_prefix and terms and len(beginning) <= SHORT_LENGTH:
            # Too many words begin so: what is found by the others is compared.
            given = {**given, "part_0": f" {beginning}"}
            return _asked(text, evolve(shape, parts=1), given, terms)
        if shape.dialect == "postgresql":
            if text.is_prefix:
                last = Alternatives(alike.get(beginning, ()), [beginning])
            in_a_name = Alternatives(last.words, [*last.beginnings, *alike.get(beginning, ())])
            return _asked(text, shape, given, [*terms, last], [*terms, in_a_name])
        if not text.is_prefix:
            return _asked(text, shape, given, [*terms, last])
        spelled = await Spellings(self._database).beginning_with(beginning)
        possible = dict.fromkeys([*spelled[:MOST_BEGINNING], *alike.get(beginning, ())])
        if not possible:
            return None
        # Spelled otherwise, a name is close to the text also where its word only begins so.
        begun = dict.fromkeys(possible)
        for other in alike.get(beginning, ()):
            begun |= dict.fromkeys(await Spellings(self._database).beginning_with(other))
        all_terms = [*terms, Alternatives(possible)]
        in_names = [*terms, Alternatives(begun)] if len(begun) <= MOST_BEGINNING else ()
        asked = _asked(text, shape, given, all_terms, in_names)
        return evolve(asked, finds_all=len(spelled) <= MOST_BEGINNING)

    def named(self, text: SearchText, conditions: Mapping[str, Any]) -> Asked:
        """Return how those are found of which a bare name begins with the text's bare words."""
        beginning = text.bare[:NAME_LENGTH]
        given = {**self._values(conditions), "beginning": beginning, "end": beginning + END}
        return Asked(self._shape(By.NAMES, conditions), given)

    def likeliest(self, text: SearchText, conditions: Mapping[str, Any]) -> Asked:
        """Return how those are found that match, of which a name begins with the text or not."""
        asked = self.named(text, conditions)
        given = {**asked.given}
        if text.is_short:
            given["line"] = f"\n{text.bare}"
        else:
            end = "" if text.is_prefix else " "
            *others, last = text.words
            parts = [*(f" {word} " for word in others), f" {last}{end}"]
            given |= {f"part_{number}": part for number, part in enumerate(parts)}
        parts_of_text = 0 if text.is_short else len(text.words)
        shape = evolve(asked.shape, parts=parts_of_text, is_named=text.is_short)
        return Asked(shape, given)

    def _shape(self, by: By, conditions: Iterable[str]) -> Shape:
        return Shape(self._database.dialect, by, tuple(conditions))

    def _values(self, conditions: Mapping[str, Any]) -> Mapping[str, Any]:
        return parameters_of(self._database.dialect, conditions)


def _asked(
    text: SearchText,
    shape: Shape,
    given: Mapping[str, Any],
    terms: Terms,
    in_names: Terms | None = None,
) -> Asked:
    """Return how those are found that have *terms*; *in_names* where names may have others."""
    article = len(text.words) - len(text.bare_words)
    asked = Asked(shape, {**given, "terms": terms_of(shape.dialect, terms)})
    in_names = terms if in_names is None else in_names
    # Where the article is the last, the last bare word may be half typed as well.
    if text.words[article:] != text.bare_words or len(in_names) <= article:
        return asked
    marked = (one.in_a_name() for one in in_names[article:])
    return evolve(asked, terms_in_names=[*in_names[:article], *marked])
