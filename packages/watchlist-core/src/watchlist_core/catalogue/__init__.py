"""Catalogue: the movies there are, and their genres."""

from watchlist_core.catalogue.add_genre import AddGenre
from watchlist_core.catalogue.add_movie import AddMovie
from watchlist_core.catalogue.browse_genres import BrowseGenres
from watchlist_core.catalogue.browse_movies import BrowseMovies
from watchlist_core.catalogue.entities import Genre, Movie, MovieChanges, NewMovie
from watchlist_core.catalogue.errors import (
    ExternalIdTaken,
    ExternalIdUnknown,
    GenreInUse,
    GenreNameTaken,
    GenreNotFound,
    MovieAlreadyThere,
    MovieNotFound,
    StaleGenre,
    StaleMovie,
)
from watchlist_core.catalogue.events import (
    GenreAdded,
    GenreRemoved,
    GenreRenamed,
    MovieAdded,
    MovieRevised,
    MoviesImported,
    MovieWithdrawn,
)
from watchlist_core.catalogue.external_ids import ExternalId, MediaType
from watchlist_core.catalogue.find_movie import FindMovie
from watchlist_core.catalogue.folding import folded
from watchlist_core.catalogue.import_movies import Imported, ImportMovies
from watchlist_core.catalogue.limits import (
    ALTERNATIVE_TITLES,
    DESCRIPTION_LENGTH,
    EXTERNAL_ID_LENGTH,
    GENRE_LENGTH,
    LATEST_YEAR,
    LONGEST_RUNTIME,
    OLDEST_YEAR,
    PROVIDER_LENGTH,
    TITLE_LENGTH,
)
from watchlist_core.catalogue.lists import FILTER_GENRES, MovieFilter, MovieOrder, MovieSort
from watchlist_core.catalogue.ports import (
    CatalogueWork,
    GenreQueries,
    Genres,
    MovieQueries,
    Movies,
    MovieSearch,
)
from watchlist_core.catalogue.read_models import (
    ExternalIdLabel,
    GenreDetail,
    GenreLabel,
    GenreStatistics,
    MovieCard,
    MovieDetail,
    Suggestion,
)
from watchlist_core.catalogue.relevance import (
    FEW,
    RANKED,
    SUGGESTIONS,
    Rank,
    in_a_row,
    is_in_one_name,
    rank,
    ranked_page,
)
from watchlist_core.catalogue.remove_genre import RemoveGenre
from watchlist_core.catalogue.revise_genre import ReviseGenre
from watchlist_core.catalogue.revise_movie import ReviseMovie
from watchlist_core.catalogue.search_movies import SearchMovies
from watchlist_core.catalogue.search_text import MOST_WORDS, SHORT_LENGTH, SearchText
from watchlist_core.catalogue.show_genre import ShowGenre
from watchlist_core.catalogue.show_genre_statistics import ShowGenreStatistics
from watchlist_core.catalogue.show_movie import ShowMovie
from watchlist_core.catalogue.suggest_titles import SuggestTitles
from watchlist_core.catalogue.typos import FORGIVEN_LENGTH, deletes_of, is_one_edit_away
from watchlist_core.catalogue.withdraw_movie import WithdrawMovie
from watchlist_core.catalogue.words import (
    LONGEST_WORD,
    bare_name,
    bare_words,
    is_written_apart,
    words_of,
)

__all__ = [
    "ALTERNATIVE_TITLES",
    "DESCRIPTION_LENGTH",
    "EXTERNAL_ID_LENGTH",
    "FEW",
    "FILTER_GENRES",
    "FORGIVEN_LENGTH",
    "GENRE_LENGTH",
    "LATEST_YEAR",
    "LONGEST_RUNTIME",
    "LONGEST_WORD",
    "MOST_WORDS",
    "OLDEST_YEAR",
    "PROVIDER_LENGTH",
    "RANKED",
    "SHORT_LENGTH",
    "SUGGESTIONS",
    "TITLE_LENGTH",
    "AddGenre",
    "AddMovie",
    "BrowseGenres",
    "BrowseMovies",
    "CatalogueWork",
    "ExternalId",
    "ExternalIdLabel",
    "ExternalIdTaken",
    "ExternalIdUnknown",
    "FindMovie",
    "Genre",
    "GenreAdded",
    "GenreDetail",
    "GenreInUse",
    "GenreLabel",
    "GenreNameTaken",
    "GenreNotFound",
    "GenreQueries",
    "GenreRemoved",
    "GenreRenamed",
    "GenreStatistics",
    "Genres",
    "ImportMovies",
    "Imported",
    "MediaType",
    "Movie",
    "MovieAdded",
    "MovieAlreadyThere",
    "MovieCard",
    "MovieChanges",
    "MovieDetail",
    "MovieFilter",
    "MovieNotFound",
    "MovieOrder",
    "MovieQueries",
    "MovieRevised",
    "MovieSearch",
    "MovieSort",
    "MovieWithdrawn",
    "Movies",
    "MoviesImported",
    "NewMovie",
    "Rank",
    "RemoveGenre",
    "ReviseGenre",
    "ReviseMovie",
    "SearchMovies",
    "SearchText",
    "ShowGenre",
    "ShowGenreStatistics",
    "ShowMovie",
    "StaleGenre",
    "StaleMovie",
    "SuggestTitles",
    "Suggestion",
    "WithdrawMovie",
    "bare_name",
    "bare_words",
    "deletes_of",
    "folded",
    "in_a_row",
    "is_in_one_name",
    "is_one_edit_away",
    "is_written_apart",
    "rank",
    "ranked_page",
    "words_of",
]
