"""What people look at in a browser: the API explained, tried out, and its problems described.

Nothing here is loaded from outside, every link is relative to where the API is mounted, and no
page but Swagger UI runs a script.
"""

from watchlist_http.pages.installation import install_pages

__all__ = ["install_pages"]
