"""The peer: the same API by FastAPI, Pydantic and the ORM of SQLAlchemy, written as a team would.

It is no straw man: asynchronous drivers, uvloop and httptools, eager loading without N+1, every
index that the other server has for its lists, the total of all movies kept in a row, WAL with the
same ``synchronous``, one connection for SQLite's one writer, and counters that no concurrent rating
can spoil.

What is found by words is found by the database's own full-text search: FTS5 with bm25 and indexes
of prefixes on SQLite, tsvector of the configuration "simple" with GIN and ts_rank on PostgreSQL. A
title contains something by LIKE, for what indexes parts of words on PostgreSQL is an extension that
may not be there. Totals of filters are counted as far as they are told. It forgives no typo.
"""
