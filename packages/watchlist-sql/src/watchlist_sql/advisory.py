"""Locks of PostgreSQL that are nobody's row: whoever wants the same one waits for its turn."""

from hashlib import blake2b
from typing import Final

from sqlalchemy import BigInteger, bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY
from sqlalchemy.ext.asyncio import AsyncConnection

__all__ = ["hold_turns"]

_TURN: Final = func.unnest(bindparam("turns", type_=ARRAY(BigInteger))).column_valued("turn")
_HOLD: Final = select(func.pg_advisory_xact_lock(_TURN))


async def hold_turns(connection: AsyncConnection, *names: bytes) -> None:
    """Let others who name one of the same things wait until this work ends.

    They are held in one order in all works, which so wait in no circle. On SQLite, where one work
    writes at a time, there is nothing to hold.
    """
    if connection.dialect.name == "postgresql":
        await connection.execute(_HOLD, {"turns": sorted(map(_number, names))})


def _number(name: bytes) -> int:
    return int.from_bytes(blake2b(name, digest_size=8).digest(), signed=True)
