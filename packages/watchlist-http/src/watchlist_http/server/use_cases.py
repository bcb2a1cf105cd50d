"""Everything that the API offers, put together."""

from collections.abc import Iterator
from secrets import token_urlsafe
from typing import Final

from attrs import field, frozen

from watchlist_core.auditing import ListAudit
from watchlist_core.auth import (
    AccessTokens,
    Activate,
    Admit,
    ChangePassword,
    CreateAccount,
    Passwords,
    Refresh,
    Register,
    RemoveAccount,
    RequestActivation,
    RequestPasswordReset,
    ResetPassword,
    ReviseAccount,
    RightsChanged,
    SearchAccounts,
    ShowAccount,
    SignIn,
    SignInOnPage,
    SignOut,
    SignOutEverywhere,
    SignOutOnPage,
    VerifyToken,
)
from watchlist_core.catalogue import (
    AddGenre,
    AddMovie,
    BrowseGenres,
    BrowseMovies,
    FindMovie,
    RemoveGenre,
    ReviseGenre,
    ReviseMovie,
    SearchMovies,
    ShowGenre,
    ShowGenreStatistics,
    ShowMovie,
    SuggestTitles,
    WithdrawMovie,
)
from watchlist_core.ids import Uuid7
from watchlist_core.rating import ListRatings, RateMovie
from watchlist_core.watching import WatchMovie
from watchlist_core.work import NewId, now
from watchlist_http.routing import Services
from watchlist_http.server.deliveries import deliveries_of
from watchlist_http.server.settings import Settings
from watchlist_sql.store import SqlStore

__all__ = ["UseCases", "new_token"]

_BYTES_OF_TOKEN: Final = 32


def new_token() -> str:
    """Make a token that nobody guesses."""
    return token_urlsafe(_BYTES_OF_TOKEN)


@frozen
class UseCases:
    """Makes everything that the API offers, on one store."""

    store: SqlStore
    tokens: AccessTokens
    passwords: Passwords
    settings: Settings
    rights_changed: RightsChanged
    new_id: NewId = field(factory=Uuid7)

    def services(self) -> Services:
        services = Services()
        for one in (
            *self._of_movies(),
            *self._of_genres(),
            *self._of_viewers(),
            *self._of_people(),
            *self._of_sessions(),
            *self._of_admins(),
        ):
            services.add(one)
        return services

    def _of_movies(self) -> Iterator[object]:
        begin, movies = self.store.begin, self.store.movie_queries
        yield AddMovie(begin, now, self.new_id)
        yield BrowseMovies(movies)
        yield ShowMovie(movies)
        yield FindMovie(movies)
        yield SearchMovies(self.store.movie_search)
        yield SuggestTitles(self.store.movie_search)
        yield ReviseMovie(begin, self.new_id)
        yield WithdrawMovie(begin)

    def _of_genres(self) -> Iterator[object]:
        begin, genres = self.store.begin, self.store.genre_queries
        yield AddGenre(begin, self.new_id)
        yield BrowseGenres(genres)
        yield ShowGenre(genres)
        yield ShowGenreStatistics(genres)
        yield ReviseGenre(begin)
        yield RemoveGenre(begin)

    def _of_viewers(self) -> Iterator[object]:
        begin = self.store.begin
        yield WatchMovie(begin, now, self.new_id)
        yield RateMovie(begin, now)
        yield ListRatings(self.store.rating_queries)

    def _of_people(self) -> Iterator[object]:
        begin, passwords, auth = self.store.begin, self.passwords, self.settings.auth
        queries, changed = self.store.account_queries, self.rights_changed
        yield Register(
            begin, now, self.new_id, passwords, auth.rules, self.settings.requires_activation
        )
        yield Activate(begin, now)
        yield RequestActivation(begin)
        yield RequestPasswordReset(begin)
        yield ResetPassword(begin, now, passwords, auth.rules, changed)
        yield ChangePassword(begin, now, passwords, auth.rules, queries, auth.limits, changed)
        yield ShowAccount(queries)

    def _of_sessions(self) -> Iterator[object]:
        begin, queries, changed = self.store.begin, self.store.account_queries, self.rights_changed
        lives, limits = self.settings.auth.lives, self.settings.auth.limits
        admit = Admit(begin, now, self.new_id, new_token, self.passwords, queries, limits)
        yield SignIn(admit, self.tokens, lives)
        yield SignInOnPage(admit, lives)
        yield Refresh(begin, now, new_token, self.tokens, lives, changed)
        yield VerifyToken(self.tokens, queries, now)
        yield SignOut(begin, changed)
        yield SignOutOnPage(begin, changed)
        yield SignOutEverywhere(begin, changed)

    def _of_admins(self) -> Iterator[object]:
        begin, queries, rules = (
            self.store.begin,
            self.store.account_queries,
            self.settings.auth.rules,
        )
        yield CreateAccount(begin, now, self.new_id, self.passwords, rules)
        yield SearchAccounts(queries)
        yield ReviseAccount(begin, self.rights_changed)
        yield RemoveAccount(begin, self.rights_changed)
        yield ListAudit(self.store.audit_queries)
        yield deliveries_of(self.store.database)
