"""What mails say stands in templates, which whoever runs the server may replace by own ones."""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from pathlib import Path
from typing import Final, Self, TypeAlias

from attrs import frozen
from jinja2 import (
    Environment,
    FileSystemLoader,
    StrictUndefined,
    Template,
    TemplateError,
    select_autoescape,
)

from watchlist_core.auth import EmailAddress
from watchlist_http.server.outbound.mail.mail import Mail
from watchlist_http.server.refused import StartRefused

__all__ = ["MailKind", "MailTemplates"]

_OWN: Final = Path(__file__).with_name("templates")

Values: TypeAlias = Mapping[str, str | int]


class MailKind(StrEnum):
    """What a mail is about; its templates are called so, followed by .txt.jinja and .html.jinja."""

    ACTIVATION = "activation"
    REGISTERED_AGAIN = "registered-again"
    PASSWORD_RESET = "password-reset"  # noqa: S105  no password, but what a mail is about
    PASSWORD_CHANGED = "password-changed"  # noqa: S105  as above


_EXAMPLE: Final[Values] = {
    "site": "https://example.org",
    "link": "https://example.org",
    "minutes": 1,
}


@frozen
class MailTemplates:
    """The templates of all mails.

    That of the text defines a block ``subject`` beside what it extends.
    """

    _environment: Environment

    @classmethod
    def of(cls, folder: Path | None = None) -> Self:
        """Take what lies in *folder*, and else our own.

        Raises:
            StartRefused: One of those in *folder* cannot be used.
        """
        folders = [_OWN] if folder is None else [folder, _OWN]
        templates = cls(
            Environment(
                loader=FileSystemLoader(folders),
                autoescape=select_autoescape(["html.jinja"], default=False),
                undefined=StrictUndefined,
                trim_blocks=True,
                lstrip_blocks=True,
                keep_trailing_newline=True,
            )
        )
        if folder is not None:
            templates._try(folder)
        return templates

    def mail(self, kind: MailKind, to: EmailAddress, cause: str, values: Values) -> Mail:
        """Return the mail that the templates make of *values*; *cause* as `Mail` has it.

        Raises:
            TemplateError: A template wants a value that there is not.
        """
        text = self._environment.get_template(f"{kind}.txt.jinja")
        html = self._environment.get_template(f"{kind}.html.jinja")
        subject = _in_one_line(_block(text, "subject", values))
        return Mail(to, subject, text.render(values), html.render(values, subject=subject), cause)

    def _try(self, folder: Path) -> None:
        if not folder.is_dir():
            raise StartRefused(f"{folder} is no folder with templates of mails")
        nobody = EmailAddress("nobody@example.org")
        for kind in MailKind:
            try:
                self.mail(kind, nobody, "trial", _EXAMPLE)
            except (TemplateError, ValueError, LookupError, TypeError, OSError) as error:
                reason = f"the mail {kind} cannot be made of the templates in {folder}: {error}"
                raise StartRefused(reason) from error


def _block(template: Template, name: str, values: Values) -> Iterable[str]:
    return template.blocks[name](template.new_context(dict(values)))


def _in_one_line(pieces: Iterable[str]) -> str:
    return " ".join("".join(pieces).split())
