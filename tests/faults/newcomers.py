"""What an operation is tried on, where it would spoil what other requests need."""

from datetime import timedelta
from typing import Any, Final

from attrs import evolve, field, frozen
from sqlalchemy import func, select, update

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
    Session,
    SessionKind,
)
from watchlist_core.auth.entities import EmailAddress
from watchlist_core.auth.open_session import begin_session
from watchlist_core.catalogue import AddGenre, AddMovie, ExternalId, MediaType, NewMovie
from watchlist_core.ids import AccountId, SessionId, Uuid7
from watchlist_core.security import JwtAccessTokens
from watchlist_core.work import NewId, now
from watchlist_http.api.catalogue.movie_bodies import MovieChanges
from watchlist_http.schemas import example_of
from watchlist_http.server.use_cases import new_token
from watchlist_sql.columns import instant_in
from watchlist_sql.store import SqlStore
from watchlist_sql.tables import outbox

__all__ = ["PASSWORD", "Newcomers"]

PASSWORD: Final = "Follow-the-rabbit-42!"  # noqa: S105  opens nothing but what tests make
_LIFE: Final = timedelta(hours=1)
ENDING: Final = {
    *("refresh", "sign_out", "sign_out_everywhere", "sign_out_on_page", "change_password"),
}
"""What ends sessions, or spends what prolongs them."""


@frozen
class Newcomers:
    """Makes accounts, sessions, movies and the like, each for one operation that uses it up."""

    store: SqlStore
    passwords: Passwords
    tokens: JwtAccessTokens
    lives: Lives
    new_id: NewId = field(factory=Uuid7)

    async def known_to(self, id_: str, known: Known) -> Known:
        """Return what *known* is for that operation, with what it uses up made anew."""
        made: dict[str, Any]
        match id_:
            case "register" | "add_user":
                made = {"username": self._name(), "email": self._address()}
            case "revise_user":
                made = {"username": self._name(), "user_id": str((await self._somebody()).id)}
            case "remove_user":
                made = {"user_id": str((await self._somebody()).id)}
            case "add_movie":
                imdb = {"provider": "imdb", "kind": "movie", "value": self._name()}
                made = {"title": self._name(), "external_ids": [imdb]}
            case "retry_event":
                made = {"event_id": str(await self.parked_event())}
            case "sign_in" | "sign_in_on_page":
                made = {"email": await self._registered()}
            case "activate":
                made = {"token": await self.link(MailPurpose.ACTIVATION)}
            case "reset_password":
                made = {"token": await self.link(MailPurpose.PASSWORD_RESET)}
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
        cookies = evolve(known.tokens.cookies, admin=await self.cookie(signed_in.account))
        tokens = evolve(known.tokens, admin=signed_in.access, cookies=cookies)
        return evolve(known.but(refresh_token=signed_in.refresh), tokens=tokens)

    async def cookie(self, account: AccountId, *, life: timedelta = _LIFE) -> str:
        """Return what the cookie of a new session on the page holds."""
        at, token, session = now(), new_token(), SessionId(self.new_id())
        opened = Session(session, account, SessionKind.PAGE, at - _LIFE, at + life)
        async with self.store.begin() as work:
            await work.accounts.hold(account)
            await begin_session(work, opened, token)
            await work.commit()
        return token

    async def parked_event(self) -> int:
        """Park the first event that was recorded, and return its key."""
        async with self.store.database.writing() as connection:
            first = select(func.min(outbox.c.key)).scalar_subquery()
            parked: Any = update(outbox).where(outbox.c.key == first).values(parked_at=instant_in())
            key = await connection.scalar(parked.returning(outbox.c.key))
            await connection.commit()
        return int(key)

    async def pending_address(self) -> str:
        """Register somebody, who does not follow the link in the mail."""
        email = (await self._pending()).email
        assert email is not None
        return email.text

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

    async def link(self, purpose: MailPurpose, *, life: timedelta = _LIFE) -> str:
        """Return what the link in a mail to somebody new brings."""
        is_new = purpose is MailPurpose.ACTIVATION
        account = await (self._pending() if is_new else self._somebody())
        lives = evolve(self.lives, activation=life, password_reset=life)
        issue = IssueMailToken(self.store.begin, now, new_token, lives)
        issued = await issue(account.id, purpose)
        assert issued is not None
        return issued.token
