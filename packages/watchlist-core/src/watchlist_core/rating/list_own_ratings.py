from attrs import frozen

from watchlist_core.ids import AccountId
from watchlist_core.paging import Page, PageNumber, Window
from watchlist_core.rating.lists import LATEST_RATED, RatingFilter, RatingOrder
from watchlist_core.rating.ports import OwnRatingQueries
from watchlist_core.rating.read_models import OwnRating

__all__ = ["ListOwnRatings"]


@frozen
class ListOwnRatings:
    """List what somebody thinks of the movies that he has rated, for himself."""

    queries: OwnRatingQueries

    async def __call__(
        self,
        account: AccountId,
        wanted: RatingFilter | None = None,
        order: RatingOrder | None = None,
        window: Window | None = None,
    ) -> Page[OwnRating]:
        """Return a page; by default the first of all ratings, the latest first.

        Raises:
            ForeignPosition: The position does not belong to this order.
        """
        return await self.queries.browse(
            account, wanted or RatingFilter(), order or LATEST_RATED, window or PageNumber()
        )
