"""A mail as it travels (RFC 5322): two parts of which a mail program shows the better one.

It is written by hand because it is written thousands of times: the standard library's message
takes 8 ms for one, and a mail server less than one.
"""

from binascii import b2a_qp
from collections.abc import Iterator
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr
from hashlib import sha256

from attrs import frozen

from watchlist_http.server.outbound.mail.mail import Mail, Sender

__all__ = ["Message", "message_of"]


@frozen
class Message:
    sender: str
    to: str
    content: bytes

    @property
    def is_international(self) -> bool:
        """Whether an address is no ASCII, which not every server takes (RFC 6531)."""
        return not self.to.isascii()


def message_of(mail: Mail, sender: Sender, at: datetime) -> Message:
    """Return what an SMTP server is given; but for the address it is ASCII in short lines."""
    address = sender.address.text
    digest = _digest(mail)
    # In what is quoted-printable no "=" is followed by "_": no line of a part looks like this one.
    boundary = f"=_{digest}"
    head = [
        f"From: {formataddr((sender.name, address))}",
        f"To: <{mail.to.text}>",
        f"Subject: {_encoded(mail.subject)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{mail.cause}.{digest}@{address.rpartition('@')[2]}>",
        "Auto-Submitted: auto-generated",  # so that nobody's absence answers it (RFC 3834)
        "MIME-Version: 1.0",
        f'Content-Type: multipart/alternative; boundary="{boundary}"',
        "",
    ]
    parts = [*_part("plain", mail.text, boundary), *_part("html", mail.html, boundary)]
    lines = [*(line.encode() for line in head), *parts, f"--{boundary}--".encode(), b""]
    return Message(address, mail.to.text, b"\r\n".join(lines))


def _part(subtype: str, text: str, boundary: str) -> Iterator[bytes]:
    yield f"--{boundary}".encode()
    yield f"Content-Type: text/{subtype}; charset=utf-8".encode()
    yield b"Content-Transfer-Encoding: quoted-printable"
    yield b""
    lines = "\n".join(text.splitlines()) + "\n"
    yield b2a_qp(lines.encode()).replace(b"\n", b"\r\n")


def _encoded(text: str) -> str:
    return Header(text, "us-ascii" if text.isascii() else "utf-8", 76, "Subject").encode(
        linesep="\r\n"
    )


def _digest(mail: Mail) -> str:
    """Return what tells apart what is not the same though it has the same cause.

    A mail program shows the first of those that have the same id: with a link that was replaced
    meanwhile, that would be the wrong one.
    """
    return sha256(f"{mail.subject}\n{mail.text}".encode()).hexdigest()[:12]
