"""``/problems/<code>``: what the ``type`` of a problem leads to, for people and for programs."""

import re
from asyncio import to_thread
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from typing import Final

import attrs
import msgspec
from aiohttp import web
from attrs import frozen

from watchlist_core import errors
from watchlist_core.errors import WatchlistError
from watchlist_http.openapi import problem_example
from watchlist_http.pages.rendering import Page, render
from watchlist_http.pages.shapes import Json, Member, Shapes, pretty
from watchlist_http.problems import code_of, every_problem, status_of, title_of
from watchlist_http.refusals import NoSuchResource
from watchlist_http.schemas import Schemas

__all__ = ["ProblemPages", "ProblemType"]

_JSON_TYPES: Final = ("application/json", "application/problem+json")


@frozen
class Where:
    """An operation that may answer so."""

    id: str
    method: str
    path: str


@frozen
class ProblemType:
    """All that is known of a problem."""

    code: str
    title: str
    status: int
    phrase: str
    details: str
    members: Sequence[Member]
    """Beside those that every problem has."""
    example: str
    operations: Sequence[Where]


@frozen
class ProblemPages:
    """The pages of the problems, and their index."""

    document: Callable[[], Json]

    async def show_all(self, request: web.Request) -> web.Response:
        """Answer all problems, by their status."""
        page = await to_thread(self._index, as_json=_wants_json(request))
        return page.answer(request, Vary="Accept")

    async def show(self, request: web.Request) -> web.Response:
        """Answer the problem of that code, or 404."""
        error = every_problem().get(request.match_info["code"])
        if error is None:
            raise NoSuchResource
        page = await to_thread(self._page, error, as_json=_wants_json(request))
        return page.answer(request, Vary="Accept")

    def _index(self, *, as_json: bool) -> Page:
        # A kind is a place in the tree of errors; what happens is one of its classes.
        happening = [e for e in every_problem().values() if e.__module__ != errors.__name__]
        problems = [self._type(error) for error in happening]
        if as_json:
            return _json({"problems": [_plain(problem) for problem in problems]})
        return render("problems.html", problems=problems)

    def _page(self, error: type[WatchlistError], *, as_json: bool) -> Page:
        problem = self._type(error)
        return _json(_plain(problem)) if as_json else render("problem.html", problem=problem)

    def _type(self, error: type[WatchlistError]) -> ProblemType:
        code, status = code_of(error), status_of(error)
        return ProblemType(
            code=code,
            title=title_of(error),
            status=int(status),
            phrase=status.phrase,
            details=_details(error),
            members=_members(error),
            example=pretty(problem_example(error)),
            operations=list(_answered(self.document(), code)),
        )


def _members(error: type[WatchlistError]) -> list[Member]:
    """Return what only this problem tells."""
    schemas = Schemas()
    told = attrs.fields(attrs.resolve_types(error))
    properties = {each.name: schemas.of_problem_member(each.type) for each in told}
    shapes = Shapes({"components": {"schemas": schemas.components}})
    return shapes.members({"properties": properties, "required": list(properties)})


def _answered(document: Json, code: str) -> Iterator[Where]:
    """Find the operations that may answer with the problem."""
    shapes = Shapes(document)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            answers = [shapes.resolved(answer) for answer in operation["responses"].values()]
            bodies = [body for answer in answers for body in answer.get("content", {}).values()]
            if any(code in body.get("examples", {}) for body in bodies):
                yield Where(operation["operationId"], method.upper(), path)


def _details(error: type[WatchlistError]) -> str:
    return cleandoc((error.__doc__ or "").partition("\n")[2])


def _plain(problem: ProblemType) -> Json:
    return attrs.asdict(problem) | {"example": msgspec.Raw(problem.example.encode())}


def _json(told: Json) -> Page:
    return Page(msgspec.json.encode(told), content_type="application/json")


def _wants_json(request: web.Request) -> bool:
    """Tell whether the client likes JSON better than HTML; by default it is a person."""
    weights = dict.fromkeys(("text/html", *_JSON_TYPES), 0.0)
    for item in request.headers.get("Accept", "").lower().split(","):
        kind, *parameters = (part.strip() for part in item.split(";"))
        weight = next((p.removeprefix("q=") for p in parameters if p.startswith("q=")), "1")
        if kind in weights and re.fullmatch(r"[01](\.[0-9]{0,3})?", weight):
            weights[kind] = float(weight)
    return max(weights[kind] for kind in _JSON_TYPES) > weights["text/html"]
