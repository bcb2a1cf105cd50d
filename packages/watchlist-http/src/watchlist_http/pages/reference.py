"""``/redoc``: the whole document to read, on one page, without a script."""

from collections.abc import Iterator, Sequence
from http import HTTPStatus
from typing import Final

from attrs import frozen

from watchlist_http.pages.rendering import Page, render
from watchlist_http.pages.shapes import Json, Member, Shapes, pretty

__all__ = ["reference_page"]

_METHODS: Final = ("get", "post", "put", "patch", "delete")


@frozen
class Example:
    title: str
    summary: str
    text: str


@frozen
class Body:
    media_type: str
    members: Sequence[Member]
    examples: Sequence[Example]


@frozen
class Told:
    """An answer by its status."""

    status: str
    phrase: str
    description: str
    headers: Sequence[str]
    bodies: Sequence[Body]
    is_problem: bool


@frozen
class Described:
    """An operation."""

    id: str
    method: str
    path: str
    summary: str
    description: str
    wants_token: bool
    parameters: Sequence[tuple[str, Sequence[Member]]]
    body: Body | None
    answers: Sequence[Told]
    command: str


@frozen
class Chapter:
    tag: str
    anchor: str
    description: str
    operations: Sequence[Described]


def reference_page(document: Json) -> Page:
    """Return the page that tells all of *document*."""
    reference = _Reference(document, Shapes(document))
    return render(
        "reference.html",
        info=document["info"],
        server=document["servers"][0]["url"],
        chapters=list(reference.chapters()),
        headers=list(reference.headers()),
    )


@frozen
class _Reference:
    document: Json
    shapes: Shapes

    def chapters(self) -> Iterator[Chapter]:
        for tag in self.document["tags"]:
            name = tag["name"]
            operations = [
                self._described(method, path, operation)
                for path, methods in self.document["paths"].items()
                for method, operation in methods.items()
                if method in _METHODS and name in operation["tags"]
            ]
            anchor = f"tag-{name.lower().replace(' ', '-')}"
            yield Chapter(name, anchor, tag.get("description", ""), operations)

    def headers(self) -> Iterator[Member]:
        for name, header in self.document["components"]["headers"].items():
            yield self._parameter({"name": name, **header})

    def _described(self, method: str, path: str, operation: Json) -> Described:
        parameters = [self.shapes.resolved(each) for each in operation["parameters"]]
        body = operation.get("requestBody")
        bodies = list(self._bodies(body["content"])) if body else []
        wants_token = bool(operation["security"])
        return Described(
            id=operation["operationId"],
            method=method.upper(),
            path=path,
            summary=operation["summary"],
            description=operation.get("description", ""),
            wants_token=wants_token,
            parameters=[
                (place, [self._parameter(each) for each in parameters if each["in"] == place])
                for place in ("path", "query", "header")
                if any(each["in"] == place for each in parameters)
            ],
            body=bodies[0] if bodies else None,
            answers=[
                self._answer(status, self.shapes.resolved(answer))
                for status, answer in operation["responses"].items()
            ],
            command=self._command(method, path, parameters, bodies, wants_token=wants_token),
        )

    def _parameter(self, parameter: Json) -> Member:
        member = self.shapes.member(
            parameter["name"], parameter["schema"], is_required=parameter.get("required", False)
        )
        description = parameter.get("description", member.description)
        return Member(member.path, member.type, member.is_required, member.limits, description)

    def _answer(self, status: str, answer: Json) -> Told:
        bodies = list(self._bodies(answer.get("content", {})))
        return Told(
            status=status,
            phrase=HTTPStatus(int(status)).phrase if status.isdecimal() else "",
            description=answer["description"],
            headers=list(answer.get("headers", ())),
            bodies=bodies,
            is_problem=any(body.media_type == "application/problem+json" for body in bodies),
        )

    def _bodies(self, content: Json) -> Iterator[Body]:
        for media_type, told in content.items():
            examples = dict(told.get("examples", {}))
            if "example" in told:
                examples[""] = {"value": told["example"]}
            yield Body(
                media_type,
                self.shapes.members(told["schema"]),
                [
                    Example(title, each.get("summary", ""), pretty(each["value"]))
                    for title, each in examples.items()
                ],
            )

    def _command(
        self,
        method: str,
        path: str,
        parameters: Sequence[Json],
        bodies: Sequence[Body],
        *,
        wants_token: bool,
    ) -> str:
        """Return a call of the operation for a shell."""
        for parameter in parameters:
            if parameter["in"] == "path":
                path = path.replace(f"{{{parameter['name']}}}", str(parameter.get("example", "")))
        server = self.document["servers"][0]["url"].rstrip("/")
        address = f"{server}{path}" if "://" in server else f"$HOST{server}{path}"
        words = ["curl"] if method == "get" else ["curl", "--request", method.upper()]
        lines = [" ".join([*words, f'"{address}"'])]
        if wants_token:
            lines.append('--header "Authorization: Bearer $TOKEN"')
        if bodies and bodies[0].examples:
            lines.append("--json '" + bodies[0].examples[0].text.replace("'", "'\\''") + "'")
        return " \\\n  ".join(lines)
