"""How values become HTML."""

import re
from functools import cache
from typing import Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from watchlist_http.pages.rendering import TEMPLATES

__all__ = ["breakable", "environment", "prose", "sentence"]

_CODE: Final = re.compile(r"``(.+?)``|`(.+?)`")


@cache
def environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(TEMPLATES),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {"breakable": breakable, "prose": prose, "sentence": sentence}
    return environment


def prose(text: str) -> Markup:
    """Return paragraphs and lists, of a text in which only these and `code` are marked."""
    blocks = re.split(r"\n\s*\n", text.strip())
    return Markup("").join(_block(block) for block in blocks if block)


def sentence(text: str) -> Markup:
    """Return *text*, of which only `code` is marked."""
    marked = _CODE.sub(lambda code: f"<code>{code[1] or code[2]}</code>", str(escape(text)))
    return Markup(marked)  # noqa: S704  escaped before it was marked


def breakable(name: str) -> Markup:
    """Return *name*, which may go on in the next line after its dots and underscores."""
    return Markup(re.sub(r"([._])", r"\1<wbr>", str(escape(name))))  # noqa: S704  as above


def _block(block: str) -> Markup:
    text = "\n".join(line.strip() for line in block.splitlines())
    if not text.startswith("- "):
        return Markup("<p>{}</p>").format(sentence(text))
    items = [sentence(item.strip()) for item in re.split(r"^- ", text, flags=re.MULTILINE)[1:]]
    return Markup("<ul>{}</ul>").format(
        Markup("").join(Markup("<li>{}</li>").format(item) for item in items)
    )
