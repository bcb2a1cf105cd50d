"""From the id by which the core knows a row to the key by which other rows refer to it."""

from sqlalchemy import ScalarSelect, Table, bindparam, select

from watchlist_sql.columns import IDENTIFIER

__all__ = ["key_of"]


def key_of(table: Table, parameter: str) -> ScalarSelect[int]:
    """Return the key of the row whose id is given as *parameter*; NULL where there is none."""
    wanted = bindparam(parameter, type_=IDENTIFIER)
    return select(table.c.key).where(table.c.id == wanted).correlate(None).scalar_subquery()
