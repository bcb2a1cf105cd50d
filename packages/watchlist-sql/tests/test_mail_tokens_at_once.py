"""The tokens of many mails are kept by one work, whoever else keeps some of the same people."""

from asyncio import gather
from secrets import token_urlsafe

from watchlist_core.auth import IssueMailTokens, Lives, MailPurpose
from watchlist_core.testing.contracts import NOON, a_member
from watchlist_sql.database import Database
from watchlist_sql.store import SqlStore


async def test_relays_that_write_to_the_same_people_do_not_wait_in_a_circle(
    database: Database,
) -> None:
    store = SqlStore(database)
    people = [(await a_member(store, f"person-{n}@example.org")).id for n in range(30)]
    issue = IssueMailTokens(store.begin, lambda: NOON, token_urlsafe, Lives())
    forwards = [(account, MailPurpose.PASSWORD_RESET) for account in people]
    backwards = forwards[::-1]

    done = await gather(*(issue(wanted) for wanted in [forwards, backwards] * 6))

    assert [len(issued) for issued in done] == [30] * 12
