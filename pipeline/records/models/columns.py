"""Column types that mean the same on SQLite and PostgreSQL, and the class all tables share."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated, Any, cast

from sqlalchemy import JSON, Date, DateTime, Dialect, ForeignKey, MetaData, Table, Text, TypeDecorator
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import DeclarativeBase, mapped_column

from pipeline.records.storable import storable


class Moment(TypeDecorator[datetime]):
    """Keep an aware UTC time; SQLite stores it without its zone and gets it back here. Naive times are refused."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time in UTC; raise ValueError for a time without a zone."""
        if value is None:
            return None
        if value.tzinfo is None:
            raise ValueError(f"a time without a zone cannot be stored: {value.isoformat()}")
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """Return the time as aware UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)


class Words(TypeDecorator[str]):
    """Keep text that strangers wrote: NUL and lone surrogates, which PostgreSQL refuses, are replaced by U+FFFD."""

    impl = Text
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return the text as any database can hold it."""
        return None if value is None else storable(value)


Id = Annotated[int, mapped_column(primary_key=True)]
Strange = Annotated[str, mapped_column(Words)]
Json = Annotated[Any, mapped_column(JSON(none_as_null=True).with_variant(JSONB(none_as_null=True), "postgresql"))]


class Row(DeclarativeBase):
    """One table. Rows stay inside ``pipeline.records``; what leaves is a frozen dataclass."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map = {str: Text(), datetime: Moment(), date: Date()}  # noqa: RUF012  the name SQLAlchemy reads


def points_to(column: str, *, index: bool = True) -> Any:
    """Return a foreign key column to ``table.column``; nullable as the annotation says."""
    return mapped_column(ForeignKey(column), index=index)


def one_of(column: str, *values: str) -> str:
    """Return the check that ``column`` holds one of these words."""
    return f"{column} IN ({', '.join(repr(value) for value in values)})"


def table(row: type[Row]) -> Table:
    """Return the table of a row class, for statements that build no objects."""
    return cast(Table, row.__table__)
