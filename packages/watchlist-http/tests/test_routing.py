"""What cannot work fails at the start, not on the first request."""

from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from functools import partial
from http import HTTPStatus
from typing import Any
from uuid import UUID

import pytest
from attrs import frozen

from watchlist_core.auth import Identity, InvalidToken, Role
from watchlist_core.catalogue import MovieDetail, NewMovie, ShowMovie, StaleMovie
from watchlist_core.rating import Score
from watchlist_core.testing.memory import MemoryStore
from watchlist_http.answers import Answer
from watchlist_http.application import create_application
from watchlist_http.conditional import IfMatch, revision_tag
from watchlist_http.paging import Pagination, Paging
from watchlist_http.routing import Handler, Routes, Services


class Thing(Answer, frozen=True):
    """A thing."""

    id: UUID


class Things(Answer, frozen=True):
    """A page of things."""

    items: Sequence[Thing]
    pagination: Pagination


class Odd(Answer, frozen=True):
    """It holds what has no JSON form."""

    members: set[int]


class Leaky(Answer, frozen=True):
    """It holds a read model of the core."""

    movie: MovieDetail


@frozen
class Taken:
    """It takes what has no JSON form."""

    members: dict[str, int]


@frozen
class Composed:
    things: list[int] | None = None


async def identify(_: str) -> Identity:
    raise InvalidToken


async def without_service(show: ShowMovie) -> Thing:
    raise NotImplementedError(show)


async def without_hint(show) -> Thing:  # type: ignore[no-untyped-def]  # noqa: ANN001
    raise NotImplementedError(show)


async def without_schema(body: Taken) -> Thing:
    raise NotImplementedError(body)


async def without_class(body: list[int]) -> Thing:
    raise NotImplementedError(body)


async def taking_what_is_told(body: Thing) -> Thing:
    raise NotImplementedError(body)


async def taking_a_value_of_the_core(body: NewMovie) -> Thing:
    raise NotImplementedError(body)


async def with_composed_query(query: Composed) -> Thing:
    raise NotImplementedError(query)


async def telling_a_value_of_the_core() -> Score:
    raise NotImplementedError


async def telling_a_list() -> list[Thing]:
    raise NotImplementedError


async def telling_nobody_knows_what():  # type: ignore[no-untyped-def]  # noqa: ANN201
    raise NotImplementedError


async def telling_the_odd() -> Odd:
    raise NotImplementedError


async def telling_too_much() -> Leaky:
    raise NotImplementedError


async def paging_without_pages(paging: Paging) -> Thing:
    raise NotImplementedError(paging)


async def pages_without_paging() -> Things:
    raise NotImplementedError


async def telling_nothing() -> None:
    raise NotImplementedError


async def telling_lines_of_the_core() -> AsyncIterator[Score]:
    raise NotImplementedError


async def fine() -> Thing:
    raise NotImplementedError


def started(routes: Routes, services: Services | None = None) -> None:
    create_application(services or Services(), identify, capabilities=[routes])


@pytest.mark.parametrize(
    "handler",
    [
        without_service,
        without_hint,
        without_schema,
        without_class,
        taking_what_is_told,
        taking_a_value_of_the_core,
        with_composed_query,
        telling_a_value_of_the_core,
        telling_a_list,
        telling_nobody_knows_what,
        telling_the_odd,
        telling_too_much,
        telling_lines_of_the_core,
        paging_without_pages,
        pages_without_paging,
    ],
)
def test_a_handler_that_cannot_work_does_not_start(handler: Handler) -> None:
    broken = Routes("Broken")
    broken.put("/broken")(handler)

    with pytest.raises(TypeError):
        started(broken)


async def taking_another(other: UUID) -> Thing:
    raise NotImplementedError(other)


async def taking_a_thing(thing: Thing) -> Thing:
    raise NotImplementedError(thing)


@pytest.mark.parametrize("handler", [taking_another, taking_a_thing, fine])
def test_what_a_path_names_must_be_taken_as_one_value(handler: Handler) -> None:
    broken = Routes("Broken")
    broken.get("/things/{thing}")(handler)

    with pytest.raises(TypeError):
        started(broken)


def test_a_location_is_made_of_the_answer() -> None:
    broken = Routes("Broken")
    broken.post("/things", location="/things/{name}")(fine)

    with pytest.raises(TypeError, match="name"):
        started(broken)


async def changing_what_was_seen(seen: IfMatch) -> Thing:
    raise NotImplementedError(seen)


def test_what_was_seen_is_asked_for_where_it_can_be_stale_and_only_there() -> None:
    unasked, pointless, fitting = Routes("Unasked"), Routes("Pointless"), Routes("Fitting")
    unasked.patch("/things", raises=[StaleMovie])(fine)
    pointless.patch("/things")(changing_what_was_seen)
    fitting.patch("/things", raises=[StaleMovie])(changing_what_was_seen)

    started(fitting)
    for broken in (unasked, pointless):
        with pytest.raises(TypeError, match="stale"):
            started(broken)


def test_a_tag_is_made_of_the_answer() -> None:
    broken = Routes("Broken")
    broken.get("/things", tagged_by=revision_tag)(fine)

    with pytest.raises(TypeError, match="revision"):
        started(broken)


def test_two_shapes_cannot_share_a_name() -> None:
    class Thing(Answer, frozen=True):
        """Another thing."""

        at: datetime

    async def told() -> Thing:
        raise NotImplementedError

    routes = Routes("Things")
    routes.get("/one")(fine)
    routes.get("/other")(told)

    with pytest.raises(TypeError, match="share the name Thing"):
        started(routes)


def test_two_operations_cannot_share_a_name() -> None:
    routes = Routes("Things")
    routes.get("/one")(fine)
    routes.get("/other")(fine)

    with pytest.raises(TypeError, match="fine"):
        started(routes)


def test_a_service_stands_under_its_own_class() -> None:
    show = ShowMovie(MemoryStore().movie_queries)

    services = Services().add(show)

    assert services.find(ShowMovie) is show
    with pytest.raises(TypeError):
        services.add(show)
    with pytest.raises(TypeError):
        services.including(show)


def test_including_a_service_leaves_the_others_as_they_are() -> None:
    services = Services()

    more = services.including(ShowMovie(MemoryStore().movie_queries))

    assert (services.find(ShowMovie), more.find(ShowMovie) is None) == (None, False)


@pytest.mark.parametrize(
    ("declare", "statuses"),
    [
        (Routes.get, {"200", "204"}),
        (Routes.post, {"201", "204"}),
        (partial(Routes.post, ok=HTTPStatus.OK), {"200", "204"}),
        (partial(Routes.post, ok=HTTPStatus.ACCEPTED), {"202"}),
        (Routes.put, {"200", "204"}),
        (Routes.patch, {"200", "204"}),
        (Routes.delete, {"200", "204"}),
    ],
)
def test_a_status_says_whether_there_is_something_to_read(
    declare: Callable[..., Any], statuses: set[str]
) -> None:
    routes = Routes("Things")
    declare(routes, "/things")(fine)
    declare(routes, "/nothing")(telling_nothing)

    assert {str(int(operation.status)) for operation in routes.operations} == statuses


def test_closing_routes_leaves_those_as_they_are_that_others_use() -> None:
    routes = Routes("Things")
    routes.get("/things")(fine)
    routes.post("/door", is_open=True)(telling_nothing)

    closed = routes.closed()

    assert [one.needs_identity for one in closed.operations] == [True, False]
    assert [one.needs_identity for one in routes.operations] == [False, False]


def test_a_handler_stays_what_it_is() -> None:
    routes = Routes("Things")

    declared: Callable[..., Any] = routes.get("/things")(fine)

    assert declared is fine


class TestWhoMay:
    async def test_a_role_is_asked_for_though_the_handler_does_not_want_to_know(
        self, start: Any, sign_in: Any
    ) -> None:
        routes = Routes("Things", under="")

        @routes.get("/things", requires=Role.ADMIN)
        async def show_thing() -> Thing:
            """Show a thing."""
            return Thing(UUID(int=1))

        client = await start([routes])
        roles = {role: await sign_in(role=role) for role in Role}

        answers = {
            role: await client.get("/things", headers=one.headers) for role, one in roles.items()
        }

        assert {role: answer.status for role, answer in answers.items()} == {
            Role.USER: 403,
            Role.MODERATOR: 403,
            Role.ADMIN: 200,
        }
        assert answers[Role.ADMIN].headers["Cache-Control"] == "private, no-store"
        assert "ETag" not in answers[Role.ADMIN].headers

    async def test_whoever_is_signed_in_is_told_to_the_handler(self, start: Any, user: Any) -> None:
        routes = Routes("Things", under="")

        @routes.get("/me")
        async def show_me(who: Identity) -> Thing:
            """Show who asks."""
            return Thing(who.account)

        client = await start([routes])

        answer = await client.get("/me", headers=user.headers)

        assert await answer.json() == {"id": str(user.account)}


async def test_a_query_may_stand_without_pages(start: Any) -> None:
    routes = Routes("Things", under="")

    @frozen
    class Wanted:
        id: UUID | None = None

    @routes.get("/thing")
    async def show_thing(query: Wanted) -> Thing:
        """Show a thing."""
        return Thing(query.id or UUID(int=0))

    client = await start([routes])

    answer = await client.get("/thing", params={"id": str(UUID(int=7))})
    paged = await client.get("/thing?page=1")

    assert (await answer.json())["id"] == str(UUID(int=7))
    assert paged.status == 422
