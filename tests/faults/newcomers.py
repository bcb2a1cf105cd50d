"""Whom an operation is tried on, where it would spoil what other requests need."""

from typing import Final

from attrs import evolve, field, frozen

from tests.faults.operations import Known
from watchlist_core.auth import (
    Account,
    AddAccount,
    IssueMailToken,
    Lives,
    MailPurpose,
    OpenSession,
    PasswordRules,
    Passwords,
    Register,
)
from watchlist_core.auth.entities import EmailAddress
from watchlist_core.catalogue import AddGenre, AddMovie, ExternalId, MediaType, NewMovie
from watchlist_core.ids import Uuid7
from watchlist_core.security import JwtAccessTokens
from watchlist_core.work import NewId, now
from watchlist_http.api.catalogue.movie_bodies import MovieChanges
from watchlist_http.schemas import example_of
from watchlist_http.server.use_cases import new_token
from watchlist_sql.store import SqlStore

__all__ = ["PASSWORD", "Newcomers"]

PASSWORD: Final = "Follow-the-rabbit-42!"  # noqa: S105  opens nothing but what tests make
ENDING: Final = {
    *("refresh", "sign_out", "sign_out_everywhere", "sign_out_on_page", "change_password"),
}
"""What ends sessions, or spends what prolongs them."""


@frozen
class Newcomers:
    """Makes accounts, links, movies and the like, each for one operation that uses it up."""

    store: SqlStore
    passwords: Passwords
    tokens: JwtAccessTokens
    lives: Lives
    new_id: NewId = field(factory=Uuid7)

    async def known_to(self, id_: str, known: Known) -> Known:
        """Return what *known* is for that operation, with what it uses up made anew."""
        match id_:
            case "register" | "add_user":
                made = {"username": self._name(), "email": self._address()}
            case "revise_user":
                made = {"username": self._name(), "user_id": str((await self._somebody()).id)}
            case "remove_user":
                made = {"user_id": str((await self._somebody()).id)}
            case "sign_in" | "sign_in_on_page":
                made = {"email": await self._registered()}
            case "activate":
                made = {"token": await self._mailed(await self._pending(), MailPurpose.ACTIVATION)}
            case "reset_password":
                forgetful = await self._somebody()
                made = {"token": await self._mailed(forgetful, MailPurpose.PASSWORD_RESET)}
            case _ if id_ in ENDING:
                return await self._signed_in(known)
            case _:
                made = await self._of_the_catalogue(id_)
        return known.but(**made)

    async def _of_the_catalogue(self, id_: str) -> dict[str, str]:
        match id_:
            case "revise_movie":
                return {"movie_id": await self._movie_with_the_id_of_examples()}
            case "withdraw_movie":
                return {"movie_id": await self._movie()}
            case "add_genre":
                return {"name": self._name()}
            case "revise_genre" | "remove_genre":
                return {"name": self._name(), "genre_id": await self._genre()}
        return {}

    def _name(self) -> str:
        return self.new_id().hex

    def _address(self) -> str:
        return f"{self._name()}@example.org"

    async def _movie(self, *external_ids: ExternalId) -> str:
        add = AddMovie(self.store.begin, now, self.new_id)
        return str((await add(NewMovie(self._name(), external_ids=external_ids))).id)

    async def _movie_with_the_id_of_examples(self) -> str:
        """Return the movie that may have the id which the example of its body gives to it."""
        (one,) = example_of(MovieChanges)["external_ids"]
        example = ExternalId(one["provider"], MediaType(one["kind"]), one["value"])
        found = await self.store.movie_queries.find(example)
        return found.id if found else await self._movie(example)

    async def _genre(self) -> str:
        return str((await AddGenre(self.store.begin, self.new_id)(self._name())).id)

    async def _registered(self) -> str:
        email = (await self._somebody()).email
        assert email is not None
        return email.text

    async def _somebody(self) -> Account:
        add = AddAccount(self.store.begin, now, self.new_id)
        password_hash = await self.passwords.hash(PASSWORD)
        return await add(email=EmailAddress(self._address()), password_hash=password_hash)

    async def _signed_in(self, known: Known) -> Known:
        open_session = OpenSession(
            self.store.begin, now, self.new_id, new_token, self.tokens, self.lives
        )
        signed_in = await open_session((await self._somebody()).id)
        tokens = evolve(known.tokens, admin=signed_in.access)
        return evolve(known.but(refresh_token=signed_in.refresh), tokens=tokens)

    async def _pending(self) -> Account:
        begin, address, rules = self.store.begin, self._address(), PasswordRules()
        register = Register(
            begin, now, self.new_id, self.passwords, rules, activation_required=True
        )
        await register(address, PASSWORD)
        async with begin() as work:
            pending = await work.accounts.hold_by_email(EmailAddress(address))
        assert pending is not None
        return pending

    async def _mailed(self, account: Account, purpose: MailPurpose) -> str:
        issue = IssueMailToken(self.store.begin, now, new_token, self.lives)
        issued = await issue(account.id, purpose)
        assert issued is not None
        return issued.token
