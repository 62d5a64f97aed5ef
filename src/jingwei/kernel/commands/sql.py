"""Turns model rows into INSERT, UPDATE and COPY; all writes of a command go out in one pipeline before commit."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from operator import itemgetter
from typing import Any, cast

import msgspec
import psycopg
from django.db import DatabaseError, connection, models
from django.db.backends.postgresql.base import ServerBindingCursor
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
from psycopg import sql

from jingwei.kernel.values.errors import Conflict, Invalid
from jingwei.kernel.values.words import Text
from jingwei.kernel.writes.columns import column_of, key_of
from jingwei.kernel.writes.models import GuardedModel

_Statement = tuple[bytes | sql.Composed, list[Any]]


@cache
def _columns(model: type[models.Model]) -> tuple[tuple[str, str, bool], ...]:
    """(attribute, column, is JSON) of every stored field."""
    return tuple((f.attname, column_of(f), isinstance(f, models.JSONField)) for f in model._meta.concrete_fields)


@cache
def _insert(model: type[models.Model]) -> bytes:
    names = [sql.Identifier(column) for _, column, _ in _columns(model)]
    statement = sql.SQL("INSERT INTO {} ({}) VALUES ({})").format(
        sql.Identifier(model._meta.db_table),
        sql.SQL(", ").join(names),
        sql.SQL(", ").join([sql.Placeholder()] * len(names)),
    )
    return statement.as_string().encode()


@cache
def _reading(model: type[models.Model]) -> tuple[Callable[[dict[str, Any]], tuple[Any, ...]], tuple[int, ...]]:
    """What gives all stored values of a row at once, and the places of those that are JSON."""
    columns = _columns(model)
    places = tuple(place for place, (_, _, json) in enumerate(columns) if json)
    return itemgetter(*(attribute for attribute, _, _ in columns)), places


def values_of(row: models.Model) -> list[Any]:
    """The row's values in the order of its columns, as psycopg takes them."""
    read, json_places = _reading(type(row))
    values = list(read(vars(row)))
    for place in json_places:
        if values[place] is not None:
            values[place] = json_text(values[place])
    return values


def json_text(value: Any) -> str:
    """A value as JSON, for a column that holds JSON; in a tenth of the time of json's own."""
    return msgspec.json.encode(value).decode()


def _value(row: models.Model, attribute: str, json: bool) -> Any:
    value = getattr(row, attribute)
    return json_text(value) if json and value is not None else value


def insert(row: models.Model) -> _Statement:
    """INSERT of one row."""
    return _insert(type(row)), values_of(row)


def update(row: models.Model, attributes: Iterable[str]) -> _Statement:
    """UPDATE of the named attributes of one row, by its key."""
    wanted = set(attributes)
    chosen = [column for column in _columns(type(row)) if column[0] in wanted]
    pairs = [sql.SQL("{} = {}").format(sql.Identifier(column), sql.Placeholder()) for _, column, _ in chosen]
    key = sql.Identifier(column_of(key_of(type(row))))
    statement = sql.SQL("UPDATE {} SET {} WHERE {} = {}").format(
        sql.Identifier(row._meta.db_table), sql.SQL(", ").join(pairs), key, sql.Placeholder()
    )
    return statement, [*(_value(row, attribute, json) for attribute, _, json in chosen), row.pk]


def raw_connection() -> "psycopg.Connection[Any]":
    """The psycopg connection under Django's, for pipelines and COPY inside Django's transaction."""
    connection.ensure_connection()
    return cast("psycopg.Connection[Any]", connection.connection)


class _Counted(CursorDebugWrapper):
    """Where statements are counted these are as well, as they are written: such a cursor does not tell what it sent."""

    def execute(self, sql: Any, params: Any = None) -> Any:
        with self.debug_sql(sql, params):
            return CursorWrapper.execute(self, sql, params)


def prepared() -> CursorWrapper:
    """A cursor for what nearly every request asks: the server keeps the plans of its statements, for each connection.

    Planning the joins of who asks costs several times what answering them does. Errors are those of Django's cursors.
    """
    cursor = cast("CursorWrapper", psycopg.Cursor(raw_connection()))
    return _Counted(cursor, connection) if connection.queries_logged else connection.make_cursor(cursor)


@contextmanager
def kept_plans() -> Iterator[None]:
    """The server keeps the plans of Django's queries inside, as `prepared` does: for what is looked up by a key, where
    one plan serves all. Under row-level security planning takes longer than answering."""
    raw = raw_connection()
    before = raw.cursor_factory
    raw.cursor_factory = cast("type[psycopg.Cursor[Any]]", ServerBindingCursor)
    try:
        yield
    finally:
        raw.cursor_factory = before


def send(statements: Sequence[_Statement]) -> None:
    """Sends all statements in one round trip. Raises Conflict or Invalid when the database refuses a row."""
    raw = raw_connection()
    try:
        with raw.pipeline(), psycopg.Cursor(raw) as cursor:
            for statement, values in statements:
                cursor.execute(statement, values)
    except psycopg.Error as error:
        raise refusal_of(error) from error


def copy_rows(rows_of: Mapping[type[models.Model], Sequence[models.Model]]) -> None:
    """Writes many rows by COPY, one table after another. Raises Conflict or Invalid when the database refuses a row."""
    try:
        for model, rows in rows_of.items():
            copy_values(model, map(values_of, rows))
    except psycopg.Error as error:
        raise refusal_of(error) from error


def copy_values(model: type[models.Model], rows: Iterable[Sequence[Any]]) -> None:
    """Writes rows, each given as the values of all its columns, by COPY. Raises psycopg.Error as it comes.

    PostgreSQL takes no COPY into a table with row-level security: its rows come through a temporary twin, which the
    connection keeps.
    """
    names = sql.SQL(", ").join(sql.Identifier(column) for _, column, _ in _columns(model))
    table, twin = (sql.Identifier(f"{begun}{model._meta.db_table}") for begun in ("", "twin_"))
    guarded = issubclass(model, GuardedModel) and model.row_security
    statement = sql.SQL("COPY {} ({}) FROM STDIN").format(twin if guarded else table, names)
    with raw_connection().cursor() as cursor:
        if guarded:
            cursor.execute(_TWIN.format(twin=twin, table=table))
        with cursor.copy(statement) as copy:
            for values in rows:
                copy.write_row(values)
        if guarded:
            cursor.execute(_FROM_TWIN.format(twin=twin, table=table, names=names))
            cursor.execute(_TWIN_EMPTY.format(twin=twin))


_TWIN = sql.SQL("CREATE TEMPORARY TABLE IF NOT EXISTS {twin} (LIKE {table})")
_TWIN_EMPTY = sql.SQL("TRUNCATE {twin}")
_FROM_TWIN = sql.SQL("INSERT INTO {table} ({names}) SELECT {names} FROM {twin}")

_SAID: dict[str, Text] = {}


def explain_constraint(name: str, words: Text) -> None:
    """Says in words for people what it means when the database refuses a row by this constraint or trigger."""
    _SAID[name] = words


def refusal_of(raised: Exception) -> Exception:
    """The refusal that a database error means, Django's wrapping taken off; other errors come back as they are."""
    error = raised.__cause__ if isinstance(raised, DatabaseError) else raised
    if not isinstance(error, psycopg.Error):
        return raised
    name = error.diag.constraint_name or error.diag.table_name or ""
    if name in _SAID:
        return Conflict(_SAID[name], place=name)
    if isinstance(error, psycopg.errors.UniqueViolation | psycopg.errors.ExclusionViolation):
        return Conflict(Text(f"与已有记录重复（{name}）。", f"Clashes with an existing record ({name})."), place=name)
    if isinstance(error, psycopg.errors.LockNotAvailable | psycopg.errors.DeadlockDetected):
        return Conflict(
            Text("其他人正在办理，请稍后再试。", "Somebody else is working on this; please try again in a moment.")
        )
    if isinstance(error, psycopg.errors.DataError | psycopg.errors.IntegrityError):
        return Invalid(Text(f"数据库拒绝保存（{name}）。", f"The database refuses this ({name})."), place=name)
    return raised
