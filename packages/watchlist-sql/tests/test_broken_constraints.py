"""Every rule that the tables state is broken here by SQL that knows nothing of the core.

The rules are taken from the tables themselves: one without a case that breaks it fails the test.
"""

from collections.abc import Iterator, Mapping
from typing import Final, TypeAlias

import pytest
from sqlalchemy import (
    CheckConstraint,
    ForeignKeyConstraint,
    PrimaryKeyConstraint,
    Table,
    UniqueConstraint,
)
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncConnection

from watchlist_sql.constraints import broken_constraint
from watchlist_sql.database import Database
from watchlist_sql.tables import catalogue, exists_on, jobs, metadata, movie_years

Row: TypeAlias = dict[str, str]
"""The values as they stand in SQL."""

NO_ROW: Final = "999"


def an_id(dialect: str, digit: str = "a") -> str:
    return f"x'{digit * 32}'" if dialect == "sqlite" else f"'{digit * 32}'"


def a_digest(dialect: str, digit: str = "a") -> str:
    return f"x'{digit * 64}'" if dialect == "sqlite" else f"'\\x{digit * 64}'"


def good_rows(dialect: str) -> dict[str, Row]:
    """Return a row for each table, which refers to those of the others."""
    at = "0" if dialect == "sqlite" else "'2026-11-20 12:00+00'"
    yes = "1" if dialect == "sqlite" else "true"
    one_id, one_digest = an_id(dialect), a_digest(dialect)
    return {
        "accounts": {
            "key": "1",
            "id": one_id,
            "username": "'andrei'",
            "role": "'user'",
            "is_active": yes,
            "created_at": at,
            "email": "'Andrei@Mosfilm.example'",
            "folded_email": "'andrei@mosfilm.example'",
            "is_activated": yes,
            "wanted_username": "'andrei'",
            "password_hash": "'$2b$'",
        },
        "sessions": {
            "key": "1",
            "id": one_id,
            "account_key": "1",
            "kind": "'tokens'",
            "began_at": at,
            "expires_at": at,
        },
        "session_tokens": {
            "digest": one_digest,
            "session_key": "1",
            "expires_at": at,
            "spent_at": at,
        },
        "mail_tokens": {
            "digest": one_digest,
            "account_key": "1",
            "purpose": "'activation'",
            "expires_at": at,
        },
        "sign_in_attempts": {
            "key": "1",
            "email_digest": one_digest,
            "origin": "'192.0.2.1'",
            "tried_at": at,
        },
        "movies": {
            "key": "1",
            "id": one_id,
            "title": "'Stalker'",
            "folded_title": "'stalker'",
            "original_title": "'Сталкер'",
            "alternative_titles": "'[]'",
            "year": "1979",
            "runtime": "162",
            "media_type": "'movie'",
            "description": "''",
            "genre_keys": "'[]'",
            "rating_count": "1",
            "rating_halves": "9",
            "revision": "1",
            "created_at": at,
            "is_withdrawn": "0" if dialect == "sqlite" else "false",
        },
        "movie_title_trigrams": {"movie_key": "1", "trigrams": "'{sta}'"},
        "movie_words": {"movie_key": "1", "names": "'\nstalker'", "words": "' stalker '"},
        "movie_vectors": {"movie_key": "1", "words": "'stalker'"},
        "movie_names": {"beginning": "'stalker'", "movie_key": "1"},
        "catalogue_words": {"key": "1", "word": "'stalker'"},
        "word_deletes": {"remainder": "'talker'", "word_key": "1"},
        "genres": {
            "key": "1",
            "id": one_id,
            "name": "'Drama'",
            "folded_name": "'drama'",
            "revision": "1",
            "movie_count": "1",
        },
        "movie_genres": {
            "movie_key": "1",
            "position": "0",
            "genre_key": "1",
            "year": "1979",
            "listed_title": "'stalker'",
        },
        "movie_years": {"year": "1979", "movie_count": "1"},
        "external_ids": {
            "provider": "'imdb'",
            "kind": "'movie'",
            "value": "'tt0079944'",
            "movie_key": "1",
            "title": "'Stalker (1979)'",
        },
        "watches": {
            "key": "1",
            "id": one_id,
            "account_key": "1",
            "movie_key": "1",
            "watched_at": at,
        },
        "ratings": {
            "key": "1",
            "account_key": "1",
            "movie_key": "1",
            "halves": "9",
            "rated_at": at,
        },
        "catalogue": {"key": "1", "version": "0", "movie_count": "0"},
        "outbox": {
            "key": "1",
            "name": "'movie-added'",
            "version": "1",
            "payload": "'{}'",
            "recorded_at": at,
            "attempts": "0",
            "due_at": at,
            "delivered_at": "NULL",
            "parked_at": "NULL",
            "reason": "NULL",
        },
        "audit": {
            "key": "1",
            "recorded_at": at,
            "actor": one_id,
            "origin": "'192.0.2.1'",
            "request_id": "'abc'",
            "action": "'movie-added'",
            "subject_kind": "'movie'",
            "subject": one_id,
            "details": "'{}'",
        },
        "jobs": {"name": "'relay'", "due_at": at, "turn": "0", "lease_until": "NULL"},
    }


def a_text(length: int) -> str:
    return f"'{'x' * length}'"


def bad_values(dialect: str) -> Mapping[str, list[Row]]:
    """Return what breaks each CHECK, and nothing else."""
    at = "0" if dialect == "sqlite" else "'2026-11-20 12:00+00'"
    one_short = [{"id": "x'aa'"}]
    digest = "x'aa'" if dialect == "sqlite" else "'\\xaa'"
    bad_usernames = ("'an'", a_text(33), "'Andrei'", "'an drei'", "'andreï'", "'andrei\n'")
    bad_addresses = ("'andrei'", "'andrei@'", "'@mosfilm'", f"'{'x' * 250}@mos.ru'")
    no_kinds = [{"kind": "'film'"}, {"kind": "''"}]
    return {
        "ck_accounts_id": one_short,
        "ck_accounts_username": [{"username": name} for name in bad_usernames],
        "ck_accounts_role": [{"role": "'owner'"}],
        "ck_accounts_is_active": [{"is_active": "2"}],
        "ck_accounts_email": [{"email": address} for address in bad_addresses],
        "ck_accounts_folded_email": [{"email": "NULL"}, {"folded_email": "NULL"}],
        "ck_accounts_is_activated": [{"is_activated": "2"}],
        "ck_accounts_wanted_username": [{"wanted_username": name} for name in bad_usernames],
        "ck_sessions_id": one_short,
        "ck_sessions_kind": [{"kind": "'cookie'"}],
        "ck_session_tokens_digest": [{"digest": digest}],
        "ck_mail_tokens_digest": [{"digest": digest}],
        "ck_mail_tokens_purpose": [{"purpose": "'greeting'"}],
        "ck_sign_in_attempts_email_digest": [{"email_digest": digest}],
        "ck_movies_id": one_short,
        "ck_movies_title": [{"title": title} for title in ("''", a_text(301), "' Stalker'")],
        "ck_movies_year": [{"year": "1869"}, {"year": "2101"}],
        "ck_movies_runtime": [{"runtime": "0"}, {"runtime": "60001"}],
        "ck_movies_media_type": [{"media_type": "'film'"}],
        "ck_movies_description": [{"description": a_text(10_001)}],
        "ck_movies_original_title": [
            {"original_title": title} for title in ("''", a_text(301), "' Сталкер'")
        ],
        "ck_movies_alternative_titles": [{"alternative_titles": "'{}'"}],
        "ck_movies_genre_keys": [{"genre_keys": "'{}'"}],
        "ck_movies_rating_count": [
            {"rating_count": "-1"},
            {"rating_count": "200000001", "rating_halves": "400000002"},
        ],
        "ck_movies_rating_halves": [{"rating_halves": "1"}, {"rating_halves": "11"}],
        "ck_movies_revision": [{"revision": "0"}],
        "ck_movies_is_withdrawn": [{"is_withdrawn": "2"}],
        "ck_genres_id": one_short,
        "ck_genres_name": [{"name": name} for name in ("''", "' '", a_text(61))],
        "ck_genres_revision": [{"revision": "0"}],
        "ck_genres_movie_count": [{"movie_count": "-1"}],
        "ck_movie_years_movie_count": [{"movie_count": "-1"}],
        "ck_movie_genres_position": [{"position": "-1"}],
        "ck_external_ids_provider": [
            {"provider": provider} for provider in ("''", "' '", a_text(41))
        ],
        "ck_external_ids_kind": no_kinds,
        "ck_external_ids_value": [{"value": value} for value in ("''", "' '", a_text(101))],
        "ck_external_ids_title": [{"title": title} for title in ("''", "' '", a_text(2_001))],
        "ck_watches_id": one_short,
        "ck_ratings_halves": [{"halves": "1"}, {"halves": "11"}],
        "ck_catalogue_only_row": [{"key": "2"}],
        "ck_catalogue_version": [{"version": "-1"}],
        "ck_catalogue_movie_count": [{"movie_count": "-1"}],
        "ck_outbox_name": [{"name": "''"}, {"name": a_text(101)}],
        "ck_outbox_version": [{"version": "0"}],
        "ck_outbox_payload": [{"payload": "'[]'"}],
        "ck_outbox_attempts": [{"attempts": "-1"}],
        "ck_outbox_one_end": [{"delivered_at": at, "parked_at": at}],
        "ck_audit_actor": [{"actor": "x'aa'"}],
        "ck_audit_action": [{"action": "''"}, {"action": a_text(101)}],
        "ck_audit_subject_kind": [{"subject": "NULL"}, {"subject_kind": "NULL"}],
        "ck_audit_subject": [{"subject": "x'aa'"}],
        "ck_audit_details": [{"details": "'[]'"}],
        "ck_jobs_name": [{"name": "''"}, {"name": a_text(101)}],
        "ck_jobs_turn": [{"turn": "-1"}],
    }


def tables_on(dialect: str) -> list[Table]:
    return [table for table in metadata.sorted_tables if exists_on(table, dialect)]


def breaking_rows(table: Table, dialect: str) -> Iterator[tuple[str, Row]]:
    """Yield the name of each rule of *table*, with a second row that breaks it alone."""
    first = good_rows(dialect)[table.name]
    second = first | other_row(table, dialect)
    for column in table.columns:
        # SQLite numbers a row without a key, unless its type is another.
        is_key = column.name == "key" or table.primary_key.columns.keys() == ["movie_key"]
        is_numbered = dialect == "sqlite" and column.primary_key and is_key
        if column.nullable or is_numbered:
            continue
        yield f"nn_{table.name}_{column.name}", second | {column.name: "NULL"}
    for constraint in table.constraints:
        name = str(constraint.name)
        columns = [column.name for column in getattr(constraint, "columns", ())]
        match constraint:
            case PrimaryKeyConstraint() | UniqueConstraint():
                yield name, second | {column: first[column] for column in columns}
            case ForeignKeyConstraint():
                yield name, second | dict.fromkeys(columns, NO_ROW)
            case CheckConstraint():
                if not constraint._ddl_if or constraint._ddl_if.dialect == dialect:  # noqa: SLF001
                    for bad in bad_values(dialect)[name]:
                        yield name, second | bad
            case other:
                raise AssertionError(other)


def other_row(table: Table, dialect: str) -> Row:
    """Return what makes a second row of *table* differ from the first in all that is unique."""
    others = {
        "key": "2",
        "id": an_id(dialect, "b"),
        "username": "'tarkovsky'",
        "folded_email": "'tarkovsky@mosfilm.example'",
        "digest": a_digest(dialect, "b"),
        "purpose": "'password-reset'",
        "folded_name": "'comedy'",
        "value": "'tt0069293'",
        "position": "1",
        "genre_key": "2",
        "movie_key": "2",
        "beginning": "'solaris'",
        "word": "'solaris'",
        "remainder": "'olaris'",
    }
    if table is catalogue:
        return {}
    if table is jobs:
        return {"name": "'prune'"}
    if table is movie_years:
        return {"year": "1972"}
    if table.name == "movie_genres":
        del others["movie_key"]
    return {name: value for name, value in others.items() if name in table.columns}


async def insert(connection: AsyncConnection, table: Table, row: Row) -> None:
    columns, values = ", ".join(f'"{name}"' for name in row), ", ".join(row.values())
    await connection.exec_driver_sql(f"INSERT INTO {table.name} ({columns}) VALUES ({values})")  # noqa: S608  literals of this file


async def fill(connection: AsyncConnection, until: Table) -> None:
    """Put a good row into each table up to *until*, and two where others refer to."""
    dialect = connection.dialect.name
    for table in tables_on(dialect):
        if table is not catalogue:  # which has its row
            await insert(connection, table, good_rows(dialect)[table.name])
        if table is until:
            return
        if table.name in {"movies", "genres", "accounts", "sessions"}:
            second = good_rows(dialect)[table.name] | other_row(table, dialect)
            await insert(connection, table, second)


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
async def test_each_rule_of_the_tables_is_kept(database: Database, table: Table) -> None:
    dialect = database.dialect
    if not exists_on(table, dialect):
        return
    cases = list(breaking_rows(table, dialect))

    broken: list[str | None] = []
    for _, row in cases:
        async with database.writing() as connection:
            await fill(connection, until=table)
            with pytest.raises(IntegrityError) as refused:
                await insert(connection, table, row)
            broken.append(broken_constraint(refused.value))

    expected = [
        None if name.startswith("fk_") and dialect == "sqlite" else name for name, _ in cases
    ]
    assert broken == expected


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
async def test_the_second_rows_break_no_rule_by_themselves(
    database: Database, table: Table
) -> None:
    dialect = database.dialect
    if not exists_on(table, dialect) or table is catalogue:
        return

    async with database.writing() as connection:
        await fill(connection, until=table)

        second = good_rows(dialect)[table.name] | other_row(table, dialect)
        await insert(connection, table, second)


async def test_every_check_with_a_breaking_case_still_exists(database: Database) -> None:
    named = {
        str(constraint.name)
        for table in tables_on(database.dialect)
        for constraint in table.constraints
        if isinstance(constraint, CheckConstraint)
    }

    assert bad_values(database.dialect).keys() == named


@pytest.mark.parametrize("table", metadata.sorted_tables, ids=lambda table: table.name)
async def test_a_value_of_another_type_is_refused(database: Database, table: Table) -> None:
    if not exists_on(table, database.dialect):
        return
    first = good_rows(database.dialect)[table.name]
    second = first | other_row(table, database.dialect)
    numbers = [name for name, value in second.items() if value.isdigit()]

    for name in numbers:
        async with database.writing() as connection:
            await fill(connection, until=table)
            with pytest.raises(DBAPIError):
                await insert(connection, table, second | {name: "'many'"})
