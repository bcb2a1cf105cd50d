"""Documents whose like our own does not hold yet are told too."""

from typing import Any

import pytest

from watchlist_http.pages.reference import reference_page
from watchlist_http.pages.shapes import Shapes
from watchlist_http.pages.templating import prose, sentence


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "uuid"}, "string (uuid)"),
        ({"type": ["string", "null"]}, "string or null"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"oneOf": [{"$ref": "#/parts/Tree"}, {"$ref": "#/parts/Tree"}]}, "object"),
        ({"type": "array", "items": {"type": "number"}}, "list of numbers"),
        ({"type": "array", "items": {"type": "string", "format": "date"}}, "list of string (date)"),
        ({"type": "array"}, "list of any value"),
        ({}, "any value"),
    ],
)
def test_a_schema_is_told_in_words(schema: dict[str, Any], words: str) -> None:
    shapes = Shapes({"parts": {"Tree": {"type": "object"}}})

    assert shapes.type_of(schema) == words


@pytest.mark.parametrize(
    ("schema", "limits"),
    [
        ({"minimum": 1, "maximum": 5, "multipleOf": 0.5}, "1 to 5, in steps of 0.5"),
        ({"minimum": 0, "maximum": 2**53 - 1}, "at least 0"),
        ({"minLength": 1}, "at least 1 character"),
        ({"minLength": 1, "maxLength": 300}, "1 to 300 characters"),
        ({"minimum": 1 - 2**53, "maximum": 2**53 - 1}, ""),
        ({"enum": ["up", "down"]}, "one of `up`, `down`"),
        ({"const": 409}, "always `409`"),
        ({"pattern": "^a+$"}, "matches `^a+$`"),
        ({"pattern": r"^[^\u0000]*$"}, ""),
        ({"default": "title"}, '`"title"` by default'),
        ({"items": {"maxLength": 3}, "maxItems": 2}, "at most 2 items, each at most 3 characters"),
        ({"anyOf": [{"maxLength": 3}, {"type": "null"}]}, "at most 3 characters"),
    ],
)
def test_limits_are_told_in_words(schema: dict[str, Any], limits: str) -> None:
    member = Shapes({}).member("name", schema, is_required=True)

    assert ", ".join(member.limits) == limits


def test_a_shape_that_holds_itself_ends() -> None:
    tree = {"type": "object", "properties": {"inner": {"$ref": "#/parts/Tree"}}}

    members = Shapes({"parts": {"Tree": tree}}).members({"$ref": "#/parts/Tree"})

    assert members[0].path == "inner"
    assert len(members) < 10


def test_what_stands_beside_a_reference_counts() -> None:
    shapes = Shapes({"parts": {"Name": {"type": "string", "description": "A name."}}})

    member = shapes.member(
        "name", {"$ref": "#/parts/Name", "description": "Yours."}, is_required=True
    )

    assert (member.type, member.description) == ("string", "Yours.")


def test_prose_knows_paragraphs_lists_and_code() -> None:
    html = prose("One `two`\n  lines.\n\n\n- first\n- ``second``\n  goes on\n\nLast.")

    assert html == (
        "<p>One <code>two</code>\nlines.</p>"
        "<ul><li>first</li><li><code>second</code>\ngoes on</li></ul><p>Last.</p>"
    )


@pytest.mark.parametrize("text", ["<script>alert(1)</script>", "`<b>`", '" onload="x'])
def test_no_text_becomes_markup(text: str) -> None:
    assert "<script" not in sentence(text)
    assert "<b>" not in sentence(text)
    assert '"' not in sentence(text)


def test_a_document_without_bodies_and_examples_is_told_too() -> None:
    document = {
        "info": {"title": "Small", "version": "1", "description": "Little."},
        "servers": [{"url": "https://small.example/"}],
        "tags": [{"name": "Two words"}],
        "components": {"headers": {}},
        "paths": {
            "/things/{id}": {
                "parameters": [],
                "delete": {
                    "operationId": "drop",
                    "summary": "It's gone.",
                    "tags": ["Two words"],
                    "security": [{"bearer": []}],
                    "parameters": [
                        {"name": "id", "in": "path", "required": True, "schema": {"type": "string"}}
                    ],
                    "requestBody": {
                        "content": {
                            "application/json": {"schema": {}, "example": {"why": "it's old"}}
                        }
                    },
                    "responses": {"204": {"description": "Done."}, "default": {"description": "?"}},
                },
            }
        },
    }

    page = reference_page(document).body.decode()

    assert 'id="tag-two-words"' in page
    assert "https://small.example/things/" in page
    assert "it&#39;\\&#39;&#39;s old" in page
    assert "License" not in page
