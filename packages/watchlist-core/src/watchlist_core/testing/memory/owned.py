"""What an account leaves behind, which goes with it."""

from watchlist_core.ids import AccountId
from watchlist_core.testing.memory.tables import Tables

__all__ = ["forget_owned"]


def forget_owned(tables: Tables, account: AccountId) -> None:
    """Forget what an account wants to watch, has watched and thinks; nothing of it counts."""
    for watch in [one.id for one in tables.watches.values() if one.account == account]:
        del tables.watches[watch]
    for watch in [one.id for one in tables.title_watches.values() if one.account == account]:
        del tables.title_watches[watch]
    for entry in [one.id for one in tables.entries.values() if one.account == account]:
        del tables.entries[entry]
    for rating in [one.rating for one in tables.ratings.values()]:
        if rating.account == account:
            del tables.ratings[account, rating.movie]
            tables.scores[rating.movie] = tables.scores[rating.movie].without(rating.stars)
    for vote in [one for one in tables.votes.values() if one.account == account]:
        del tables.votes[account, vote.movie]
        tables.tallies[vote.movie] = tables.tallies[vote.movie].without(vote.direction)
