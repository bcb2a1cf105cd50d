"""A client that a program writes from our document can do all that a person wants of it."""

import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from importlib import import_module
from pathlib import Path
from typing import Any, Final, TypeAlias

import pytest

from tests.conftest import Demonstration

DOCUMENT: Final = Path(__file__).parents[2] / "packages" / "watchlist-http" / "openapi.json"
Import: TypeAlias = Callable[[str], Any]
"""Import a module of the generated client: what is in it, no type checker can know."""


@pytest.fixture(scope="module")
def generated(tmp_path_factory: pytest.TempPathFactory) -> Import:
    folder = tmp_path_factory.mktemp("generated")
    settings = folder / "generator.yml"
    settings.write_text(
        "post_hooks: []\n"  # nobody reads it: no need to format
        # The generator knows no streams of lines: it takes them for what is downloaded.
        "content_type_overrides: {application/jsonl: application/octet-stream}\n",
        encoding="utf-8",
    )
    subprocess.run(  # noqa: S603 (a folder of our own)
        [
            *[sys.executable, "-m", "openapi_python_client", "generate", "--meta=none"],
            f"--path={DOCUMENT}",
            f"--config={settings}",
            f"--output-path={folder / 'client_of_watchlist'}",
            "--fail-on-warning",
        ],
        check=True,
    )
    sys.path.insert(0, str(folder))
    return lambda name: import_module(f"client_of_watchlist.{name}")


@pytest.fixture
def client(generated: Import, demonstration: Demonstration) -> Any:
    return generated("client").AuthenticatedClient(
        demonstration.url,
        demonstration.token,
        raise_on_unexpected_status=True,
        httpx_args={"trust_env": False},  # a proxy of the environment cannot reach this server
    )


async def test_a_movie_is_found_watched_and_rated(generated: Import, client: Any) -> None:
    models = generated("models")
    list_movies = generated("api.catalogue.list_movies").asyncio
    show_movie = generated("api.catalogue.show_movie").asyncio
    watch_movie = generated("api.watching.watch_movie").asyncio
    rate_movie = generated("api.rating.rate_movie").asyncio
    list_ratings = generated("api.rating.list_ratings").asyncio
    yesterday = datetime.now(UTC) - timedelta(days=1)
    stars = models.NewRating(stars=4.5)

    async with client:
        found = await list_movies(client=client, title="SEVEN sam")
        movie = await show_movie(found.items[0].id, client=client)
        too_early = await rate_movie(movie.id, client=client, body=stars)
        watch = await watch_movie(client=client, body=models.NewWatch(movie.id, yesterday))
        score = await rate_movie(movie.id, client=client, body=stars)
        ratings = await list_ratings(movie.id, client=client)

    assert movie.title == "Seven Samurai"
    assert isinstance(too_early, models.NotWatchedYetProblem)
    assert watch.watched_at == yesterday
    assert score.rating_count == movie.rating_count + 1
    assert ratings.score == score
    assert ratings.items[0].username == "user"
    assert ratings.items[0].stars == 4.5
