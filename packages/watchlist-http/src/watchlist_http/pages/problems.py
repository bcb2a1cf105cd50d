"""``/problems/<code>``: what the ``type`` of a problem leads to, for people and for programs."""

import re
from asyncio import to_thread
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from inspect import cleandoc
from typing import Final

import attrs
import msgspec
from aiohttp import web
from attrs import frozen

from watchlist_core.errors import WatchlistError
from watchlist_http import refusals
from watchlist_http.described_problems import problem_example
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
        page = await to_thread(self._page, request.match_info["code"], as_json=_wants_json(request))
        return page.answer(request, Vary="Accept")

    def _index(self, *, as_json: bool) -> Page:
        problems = [_described(*expected) for expected in self._expected()]
        if as_json:
            return _json({"problems": [_plain(problem) for problem in problems]})
        return render("problems.html", problems=problems)

    def _page(self, code: str, *, as_json: bool) -> Page:
        error = every_problem().get(code)
        if error is None:
            raise NoSuchResource
        # What an operation has forgotten to declare is answered all the same, and links here.
        problem = _described(error, _answered(self.document())[code])
        return _json(_plain(problem)) if as_json else render("problem.html", problem=problem)

    def _expected(self) -> Iterator[tuple[type[WatchlistError], list[Where]]]:
        """Find what an operation may answer with, and what HTTP refuses before any.

        Whatever else the core may refuse is no concern of a client.
        """
        answered = _answered(self.document())
        for code, error in every_problem().items():
            if code in answered or error.__module__ == refusals.__name__:
                yield error, answered[code]


def _described(error: type[WatchlistError], operations: Sequence[Where]) -> ProblemType:
    status = status_of(error)
    return ProblemType(
        code=code_of(error),
        title=title_of(error),
        status=int(status),
        phrase=status.phrase,
        details=_details(error),
        members=_members(error),
        example=pretty(problem_example(error)),
        operations=operations,
    )


def _members(error: type[WatchlistError]) -> list[Member]:
    """Return what only this problem tells."""
    schemas = Schemas()
    told = attrs.fields(attrs.resolve_types(error))
    properties = {each.name: schemas.of_problem_member(each.type) for each in told}
    shapes = Shapes({"components": {"schemas": schemas.components}})
    return shapes.members({"properties": properties, "required": list(properties)})


def _answered(document: Json) -> defaultdict[str, list[Where]]:
    """Return by problem the operations that may answer with it."""
    shapes = Shapes(document)
    answered: defaultdict[str, list[Where]] = defaultdict(list)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            where = Where(operation["operationId"], method.upper(), path)
            for answer in map(shapes.resolved, operation["responses"].values()):
                for body in answer.get("content", {}).values():
                    for code in body.get("examples", ()):
                        answered[code].append(where)
    return answered


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
