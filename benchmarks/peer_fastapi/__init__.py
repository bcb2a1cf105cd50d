"""The peer: the same API by FastAPI, Pydantic and the ORM of SQLAlchemy, written as a team would.

It is no straw man: asynchronous drivers, uvloop and httptools, eager loading without N+1, every
index that the other server has, the total kept in a row, WAL with the same ``synchronous``, one
connection for SQLite's one writer, and counters that no concurrent rating can spoil.
"""
