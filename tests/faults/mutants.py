"""What must not go missing unnoticed: each line, what takes its place, and who has to cry out."""

from collections.abc import Iterator, Sequence
from typing import Final

from attrs import frozen

__all__ = ["MUTANTS", "LineMoved", "Mutant"]


class LineMoved(LookupError):
    """What a mutant takes away is not to be found any more."""


@frozen
class Mutant:
    told: str
    file: str
    """Below ``packages``."""
    old: str
    """Stands there exactly once."""
    new: str
    red: Sequence[str]
    """The tests of which one at least must fail; files, or what pytest calls a node."""

    def applied_to(self, source: str) -> str:
        """Return the file's *source* with what it must not do without taken away.

        Raises:
            LineMoved: That does not stand there exactly once, so nothing would be tried.
        """
        if (times := source.count(self.old)) != 1:
            raise LineMoved(
                f"{self.told!r} takes away what stands {times} times in packages/{self.file}: "
                f"{self.old!r}. Tell tests/faults/mutants.py where it stands now."
            )
        return source.replace(self.old, self.new)


CORE: Final = "watchlist-core/src/watchlist_core"
SQL: Final = "watchlist-sql/src/watchlist_sql"
HTTP: Final = "watchlist-http/src/watchlist_http"
CONTRACTS: Final = "packages/watchlist-sql/tests/test_sql_contracts.py"
FAULTS: Final = (
    "tests/faults/test_faults.py::test_a_fault_is_told_as_documented_and_changes_nothing"
)


def _mutants() -> Iterator[Mutant]:
    yield from _without_lock()
    yield from _without_commit()
    yield from _without_rule()
    yield from _without_token_check()
    yield from _without_edge()


def _without_lock() -> Iterator[Mutant]:
    yield Mutant(
        "raters do not hold the score",
        f"{SQL}/rating.py",
        ".with_for_update(key_share=True)",
        ".where(true())",
        [f"{CONTRACTS}::TestRating::test_a_held_score_waits_for_the_work_that_holds_it"],
    )
    yield Mutant(
        "works on SQLite do not take turns",
        f"{SQL}/sqlite/database.py",
        "        turn = Lock()\n",
        "        turn = Semaphore(99)\n",
        ["packages/watchlist-sql/tests/test_sqlite_engine.py"],
    )
    yield Mutant(
        "works on SQLite begin as readers",
        f"{SQL}/sqlite/inline.py",
        'run(self.driver, "BEGIN IMMEDIATE")',
        'run(self.driver, "BEGIN")',
        ["packages/watchlist-sql/tests/test_sqlite_engine_processes.py"],
    )
    yield Mutant(
        "SQLite waits by itself",
        f"{SQL}/sqlite/inline.py",
        "timeout=0,  # waiting",
        "timeout=5,  # waiting",
        ["packages/watchlist-sql/tests/test_sqlite_engine_processes.py"],
    )
    yield Mutant(
        "those who add movies do not wait for each other",
        f"{SQL}/catalogue/held.py",
        '            await hold_turns(self._connection, b"watchlist adding movies")\n',
        "",
        [f"{CONTRACTS}::TestCatalogue::test_of_two_who_add_a_movie_at_once_one_does"],
    )
    yield Mutant(
        "two relays claim the same event",
        f"{SQL}/outbox.py",
        "            .with_for_update(skip_locked=True)\n",
        "",
        ["packages/watchlist-sql/tests/test_outbox.py"],
    )
    yield Mutant(
        "a work may open another",
        f"{SQL}/unit_of_work.py",
        "        with outermost():\n",
        "        if True:\n",
        [f"{CONTRACTS}::TestWork::test_a_work_inside_a_work_is_refused_at_once"],
    )


def _without_commit() -> Iterator[Mutant]:
    for verb, contract in {
        "auth/add_account": "TestAuth::test_a_username_belongs_to_one_account",
        "catalogue/add_movie": "TestCatalogue::test_a_movie_is_kept_as_it_is",
        "catalogue/import_movies": "TestCatalogue::test_importing_twice_adds_nothing",
        "rating/rate_movie": "TestRating::test_a_rating_is_kept_with_the_score_it_leads_to",
        "watching/watch_movie": "TestRating::test_a_rating_is_kept_with_the_score_it_leads_to",
    }.items():
        yield Mutant(
            f"{verb} commits nothing",
            f"{CORE}/{verb}.py",
            "            await work.commit()\n",
            "",
            [f"{CONTRACTS}::{contract}"],
        )
    unit_of_work = f"{SQL}/unit_of_work.py"
    yield Mutant(
        "a commit leaves the transaction open",
        unit_of_work,
        "        await self._connection.commit()\n",
        "",
        [f"{CONTRACTS}::TestWork::test_commit_keeps_everything"],
    )
    yield Mutant(
        "events are forgotten",
        unit_of_work,
        "        await keep_events(self._connection, self._recorded)\n",
        "",
        [f"{CONTRACTS}::TestWork::test_events_are_kept_in_the_order_in_which_they_were_recorded"],
    )
    yield Mutant(
        "the catalogue is not counted",
        unit_of_work,
        "is_changed = await self._catalogue.note_changes()",
        "is_changed = True",
        [
            "packages/watchlist-sql/tests/test_writers_at_once.py::test_movies_added_at_once_are_all_counted"
        ],
    )
    yield Mutant(
        "what was not committed stays",
        f"{SQL}/sqlite/inline.py",
        "            await self.rollback()\n",
        "            await self.commit()\n",
        [f"{CONTRACTS}::TestWork::test_leaving_without_commit_keeps_nothing"],
    )


def _without_rule() -> Iterator[Mutant]:
    yield Mutant(
        "everybody may rate what he has not watched",
        f"{CORE}/rating/rate_movie.py",
        "            if not earlier and not await work.watch_log.has_watched(account, movie):\n",
        "            if False:\n",
        [f"{CONTRACTS}::TestRating::test_only_a_watched_movie_is_rated"],
    )
    yield Mutant(
        "a movie may be watched in the future",
        f"{CORE}/watching/watch_movie.py",
        "        refuse_future(watched_at, self.clock())\n",
        "",
        ["packages/watchlist-core/tests/test_watching.py"],
    )
    yield Mutant(
        "a movie is added twice",
        f"{CORE}/catalogue/add_movie.py",
        "            if alike and not allow_duplicate:\n",
        "            if False:\n",
        [f"{CONTRACTS}::TestCatalogue::test_a_movie_is_added_once_unless_a_duplicate_is_wanted"],
    )
    yield Mutant(
        "a username that is taken is refused without a word",
        f"{SQL}/auth.py",
        "            return UsernameTaken(account.username)\n",
        "            return None\n",
        [f"{CONTRACTS}::TestAuth::test_a_username_belongs_to_one_account"],
    )
    yield Mutant(
        "what cannot be watched is refused without a word",
        f"{SQL}/watching.py",
        "            raise await missing(self._connection, watch.account, watch.movie)\n",
        "            pass\n",
        [f"{CONTRACTS}::TestWatching::test_an_unknown_movie_cannot_be_watched"],
    )
    yield Mutant(
        "a missing account is taken for a missing movie",
        f"{SQL}/keys.py",
        "        return AccountNotFound(account)\n",
        "        return MovieNotFound(movie)\n",
        [f"{CONTRACTS}::TestWatching::test_an_unknown_account_cannot_watch"],
    )
    yield Mutant(
        "the id of a provider is taken from another movie",
        f"{SQL}/catalogue/movies.py",
        "        await self._refuse_taken(movies)\n",
        "",
        [f"{CONTRACTS}::TestCatalogue::test_a_providers_id_belongs_to_one_movie"],
    )
    yield Mutant(
        "pages have no end",
        f"{CORE}/paging.py",
        "        if self.page * self.page_size > self.DEEPEST:\n",
        "        if False:\n",
        [f"{FAULTS}[sqlite-faults_of_query-list_movies]"],
    )


def _without_token_check() -> Iterator[Mutant]:
    tokens = f"{CORE}/security/tokens.py"
    closed = f"{FAULTS}[sqlite-faults_of_token-add_movie]"
    yield Mutant(
        "tokens do not expire",
        tokens,
        "        if said.expires_at <= self.clock():\n            raise InvalidToken\n",
        "",
        ["packages/watchlist-core/tests/test_access_tokens.py", closed],
    )
    yield Mutant(
        "any signature will do",
        tokens,
        '"verify_exp": False, ',
        '"verify_exp": False, "verify_signature": False, ',
        [closed],
    )
    yield Mutant(
        "any token is an access token",
        tokens,
        '        if claims["type"] != _TYPE:\n            raise InvalidToken\n',
        "",
        ["packages/watchlist-core/tests/test_access_tokens.py"],
    )
    yield Mutant(
        "who has left may go on",
        f"{SQL}/account_queries.py",
        "    & accounts.c.is_active\n",
        "",
        [f"{CONTRACTS}::TestIdentifying::test_the_rights_are_those_of_the_moment"],
    )
    yield Mutant(
        "every role will do",
        f"{HTTP}/endpoints.py",
        "            if role is not None and not identity.role.includes(role):\n",
        "            if False:\n",
        [closed],
    )
    paging = "packages/watchlist-http/tests/test_paging.py"
    yield Mutant(
        "cursors may be made up",
        f"{HTTP}/paging.py",
        "        if not is_ours or _text(raw) != cursor:",
        "        if False:",
        [paging],
    )
    yield Mutant(
        "cursors are good for all lists",
        f"{HTTP}/paging.py",
        r'        message = b"%b\0%b" % (of_list.encode(), told)',
        "        message = told",
        [paging],
    )


def _without_edge() -> Iterator[Mutant]:
    bodies = f"{FAULTS}[sqlite-faults_of_body-rate_movie]"
    body = f"{HTTP}/body.py"
    for told, old in {
        "bodies may be as deep as they like": "    if _is_deeper(value, DEEPEST):\n",
        "bodies may be as large as they like": "                if len(body) > self.largest:\n",
    }.items():
        indent = old[: len(old) - len(old.lstrip())]
        yield Mutant(told, body, old, f"{indent}if False:\n", [bodies])
    yield Mutant(
        "a member may stand twice",
        body,
        "    _refuse_repeated_members(body)\n    return value\n",
        "    return value\n",
        [bodies],
    )
    yield Mutant(
        "what cannot be unpacked fills the log",
        body,
        "            _give_up(request)\n            raise MalformedBody",
        "            raise MalformedBody",
        [bodies],
    )
    yield Mutant(
        "NUL is a character",
        f"{HTTP}/scalars.py",
        'isinstance(value, str) and "\\0" not in value:',
        "isinstance(value, str):",
        [f"{FAULTS}[postgresql-faults_of_query-list_movies]"],
    )
    yield Mutant(
        "unknown members are passed over",
        f"{HTTP}/converter.py",
        "Converter(forbid_extra_keys=True)",
        "Converter()",
        [bodies],
    )
    yield Mutant(
        "a parameter may stand twice",
        f"{HTTP}/query.py",
        "        if parameter.check_all is None and name in members[parameter.index]:\n",
        "        if False:\n",
        [f"{FAULTS}[sqlite-faults_of_query-list_movies]"],
    )
    yield Mutant(
        "who has not said what was seen may change it",
        f"{HTTP}/conditional.py",
        "        raise ConditionRequired\n",
        "        return IfMatch(None)\n",
        [f"{FAULTS}[sqlite-faults_of_condition-revise_movie]"],
    )
    yield Mutant(
        "what is no tag of ours is that of any state",
        f"{HTTP}/conditional.py",
        "default=_NEVER",
        "default=None",
        [f"{FAULTS}[sqlite-faults_of_condition-remove_genre]"],
    )
    yield Mutant(
        "what a client holds is sent again",
        f"{HTTP}/conditional.py",
        "    if named is None:\n",
        "    if True:\n",
        ["packages/watchlist-http/tests/test_api_catalogue.py"],
    )
    yield Mutant(
        "who hangs up tears a work",
        f"{HTTP}/completion.py",
        "            return await shield(task)\n",
        "            return await task\n",
        ["packages/watchlist-http/tests/test_completion.py"],
    )
    yield Mutant(
        "a title may hold NUL, says the document",
        f"{HTTP}/scalars.py",
        r'"^[^\u0000]*[^\s\u0000][^\u0000]*$"',
        r'"^[^\u0000]*\S[^\u0000]*$"',
        ["tests/faults/test_faults.py::test_the_document_tells_what_does_not_fit"],
    )
    yield Mutant(
        "the document forgets what a list refuses",
        f"{HTTP}/described_problems.py",
        "        yield from (PageTooDeep, ForeignPosition, refusals.FiltersTooLong)\n",
        "        yield from (PageTooDeep, refusals.FiltersTooLong)\n",
        ["tests/faults/test_schemathesis.py"],
    )


MUTANTS: Final = list(_mutants())
