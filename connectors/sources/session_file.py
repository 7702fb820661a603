"""Files of sessions, for evaluating recommendations: who looked at what in which order.

Belongs here: reading and checking such a file. Does not belong here: exports that are landed (``ingest``), and what is
learned from sessions.
"""

from pathlib import Path
from typing import Final

import polars as pl

from connectors.sources.errors import FileUnreadable, MissingColumn, SourceError

SESSION, ITEM, POSITION, TIME = "session_id", "item_id", "position", "time"
_CATEGORY: Final = ("category", "category_id")


def read_sessions(path: Path) -> pl.DataFrame:
    """The steps of a Parquet or CSV file as (session_id, product_id[, category_id]), all text, from old to new.

    Steps of a session are sorted by ``time``, else by ``position``; sessions by the time of their first step, else they
    stay in the order of the file, which must then be that of time. Raises :class:`SourceError` naming what is missing.
    """
    rows = _read(path).fill_nan(None)
    order = [name for name in (TIME, POSITION) if name in rows.columns]
    missing = [name for name in (SESSION, ITEM) if name not in rows.columns]
    if missing or not order:
        wanted = " and ".join(missing) or "position or time"
        how = "a file of sessions has session_id, item_id, position or time, and perhaps category"
        raise MissingColumn(f"there is no column {wanted}, only {', '.join(rows.columns)}", str(path), how)
    unknown = rows.select(pl.any_horizontal(pl.col(SESSION, ITEM, *order).is_null()).sum()).item()
    if unknown:
        raise SourceError(f"{unknown} rows lack a session, an item or their place in the session", str(path))
    category = next((name for name in _CATEGORY if name in rows.columns), None)
    names = {SESSION: SESSION, ITEM: "product_id"} | ({category: "category_id"} if category else {})
    texts = [_text(rows[name], path).alias(new) for name, new in names.items()]
    return _sorted(pl.DataFrame([*texts, *_places(rows, order, path)]), order).select(names.values())


def _text(column: pl.Series, path: Path) -> pl.Series:
    """Ids as text; 7.0, as a column with gaps is often written, is 7."""
    try:
        if column.dtype.is_float() and column.drop_nulls().round().equals(column.drop_nulls()):
            column = column.cast(pl.Int64)
        if not column.dtype.is_nested():
            return column.cast(pl.String)
    except pl.exceptions.PolarsError as error:
        raise SourceError(f"{column.name} can not be read as text: {error}", str(path)) from error
    raise SourceError(f"{column.name} holds neither numbers nor text, but {column.dtype}", str(path))


def _read(path: Path) -> pl.DataFrame:
    try:
        if path.suffix.lower() in (".parquet", ".pq"):
            return pl.read_parquet(path)
        return pl.read_csv(path, infer_schema=False)
    except (OSError, pl.exceptions.PolarsError) as error:
        raise FileUnreadable(f"not a Parquet or CSV file of sessions: {error}", str(path)) from error


def _places(rows: pl.DataFrame, order: list[str], path: Path) -> list[pl.Series]:
    """Columns of text (CSV) as numbers or times."""
    places = []
    for name in order:
        column = rows[name]
        if column.dtype == pl.String:
            numbers = column.cast(pl.Float64, strict=False).fill_nan(None)
            times = column.str.to_datetime(strict=False, time_zone="UTC") if numbers.null_count() else numbers
            column = numbers if not numbers.null_count() else times
            if column.null_count():
                wanted = "a number or a time such as 2026-01-31T12:00:00Z"
                raise SourceError(f"{name} is not {wanted} in every row", str(path))
        places.append(column.alias(name))
    return places


def _sorted(rows: pl.DataFrame, order: list[str]) -> pl.DataFrame:
    """Sessions from old to new, their steps in order; equals stay as they stand in the file."""
    row = rows.with_row_index("_row")
    age = pl.col(TIME if TIME in order else "_row").min().over(SESSION)
    first = pl.col("_row").min().over(SESSION)
    return row.with_columns(age.alias("_age"), first.alias("_first")).sort("_age", "_first", *order, "_row")
