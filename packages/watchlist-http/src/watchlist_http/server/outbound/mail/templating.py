"""What mails say stands in templates, which whoever runs the server may replace by own ones."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final, Self, TypeAlias

from attrs import define

from watchlist_core.auth import EmailAddress
from watchlist_http.server.outbound.mail.mail import Mail
from watchlist_http.server.refused import StartRefused

if TYPE_CHECKING:
    from jinja2 import Environment, Template

__all__ = ["MailKind", "MailTemplates", "Values"]

_OWN: Final = Path(__file__).with_name("templates")

Values: TypeAlias = Mapping[str, str]


class MailKind(StrEnum):
    """What a mail is about; its templates are called so, followed by .txt.jinja and .html.jinja."""

    ACTIVATION = "activation"
    REGISTERED_AGAIN = "registered-again"
    PASSWORD_RESET = "password-reset"  # noqa: S105  no password, but what a mail is about
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  as above


_SITE: Final = "https://example.org"
_EXAMPLE: Final[Values] = {"site": _SITE, "link": f"{_SITE}/#token=a", "life": "30 minutes"}


@define(slots=False)
class MailTemplates:
    """The templates of all mails: what lies in *folder*, and else our own.

    That of a text has a block ``subject``, which only the subject is made of.
    """

    _folder: Path | None = None

    @classmethod
    def of(cls, folder: Path | None) -> Self:
        """Return them once it is known that those in *folder*, if any, can be used.

        Raises:
            StartRefused: One of them cannot.
        """
        templates = cls(folder)
        if folder is not None:
            templates._try(folder)
        return templates

    def mail(self, kind: MailKind, to: EmailAddress, cause: str, values: Values) -> Mail:
        """Return the mail that the templates make of *values*; *cause* as `Mail` has it.

        Raises:
            jinja2.TemplateError: A template wants a value that there is not.
        """
        text = self._environment.get_template(f"{kind}.txt.jinja")
        html = self._environment.get_template(f"{kind}.html.jinja")
        subject = _in_one_line(_block(text, "subject", values))
        return Mail(to, subject, text.render(values), html.render(values, subject=subject), cause)

    @cached_property
    def _environment(self) -> "Environment":
        # Imported for the first mail: most starts have none.
        from jinja2 import (  # noqa: PLC0415
            Environment,
            FileSystemLoader,
            StrictUndefined,
            select_autoescape,
        )

        return Environment(
            loader=FileSystemLoader([*filter(None, [self._folder]), _OWN]),
            autoescape=select_autoescape(["html.jinja"], default=False),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
            auto_reload=False,  # what was tried at the start is what is sent
        )

    def _try(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StartRefused(f"{folder} is no folder with templates of mails")
        nobody = EmailAddress("nobody@example.org")
        for kind in MailKind:
            try:
                self.mail(kind, nobody, "trial", _EXAMPLE)
            except Exception as error:
                reason = f"the mail {kind} cannot be made with the templates in {folder}: {error}"
                raise StartRefused(reason) from error


def _block(template: "Template", name: str, values: Values) -> Iterable[str]:
    return template.blocks[name](template.new_context(dict(values)))


def _in_one_line(pieces: Iterable[str]) -> str:
    return " ".join("".join(pieces).split())
