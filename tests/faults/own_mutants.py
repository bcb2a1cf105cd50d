"""What must not go missing unnoticed of what is somebody's own: see `mutants`."""

from collections.abc import Iterator, Sequence
from typing import Final

from tests.faults.mutants import CORE, Mutant

__all__ = ["OWN_MUTANTS"]

WATCHING: Final = f"{CORE}/watching"
RATING: Final = f"{CORE}/rating"
TESTS: Final = "packages/watchlist-core/tests"
STORE: Final = f"{TESTS}/test_memory_store.py"


def _mutants() -> Iterator[Mutant]:
    yield from _without_commit()
    yield from _of_watching()
    yield from _of_voting()


def _without_commit() -> Iterator[Mutant]:
    for verb, contract in {
        f"{WATCHING}/add_to_watchlist": "TestWatchlist",
        f"{WATCHING}/revise_entry": "TestWatchlist",
        f"{WATCHING}/remove_entry": "TestWatchlist",
        f"{WATCHING}/watch_entry": "TestWatchlist",
        f"{WATCHING}/remove_watch": "TestHistory",
        f"{RATING}/remove_rating": "TestReviewing",
        f"{RATING}/vote_on_movie": "TestVoting",
        f"{RATING}/remove_vote": "TestVoting",
    }.items():
        yield Mutant(
            f"{verb.rpartition('/')[-1]} does not commit",
            f"{verb}.py",
            "            await work.commit()\n",
            "",
            [f"{STORE}::{contract}"],
        )


def _of_watching() -> Iterator[Mutant]:
    yield Mutant(
        "what is watched already is watched again by saying so",
        f"{WATCHING}/revise_entry.py",
        " and present.status is not revised.status",
        "",
        [f"{TESTS}/test_watchlist_entries.py"],
    )
    yield Mutant(
        "what is listed as watched is watched once more",
        f"{WATCHING}/add_to_watchlist.py",
        "and await work.watch_log.has_watched(account, entry.about)",
        "and await work.watch_log.has_watched(account, entry.about) and False",
        [f"{STORE}::TestWatchlist"],
    )
    yield Mutant(
        "movies get titles of their owners",
        f"{WATCHING}/revise_entry.py",
        "                raise NoFreeTitle(entry)\n",
        "                return present\n",
        [f"{STORE}::TestWatchlist"],
    )
    yield Mutant(
        "ratings lose the viewing that they need",
        f"{WATCHING}/remove_watch.py",
        "                raise RatingNeedsWatch(viewing.movie)\n",
        "                pass\n",
        [f"{STORE}::TestHistory"],
    )
    yield Mutant(
        "titles are watched in the future",
        f"{WATCHING}/watch_entry.py",
        "        refuse_future(watched_at, self.clock())\n",
        "",
        [f"{TESTS}/test_watchlist_entries.py"],
    )


def _of_voting() -> Iterator[Mutant]:
    yield Mutant(
        "a changed vote counts twice",
        f"{RATING}/vote_on_movie.py",
        ", instead_of=earlier.direction if earlier else None",
        "",
        [f"{STORE}::TestVoting"],
    )
    yield Mutant(
        "who says the same again makes it new",
        f"{RATING}/vote_on_movie.py",
        "                return tally\n",
        "                pass\n",
        [f"{STORE}::TestVoting"],
    )


OWN_MUTANTS: Final[Sequence[Mutant]] = (*_mutants(),)
