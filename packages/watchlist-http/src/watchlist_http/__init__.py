"""The REST API of watchlist-core on aiohttp."""
