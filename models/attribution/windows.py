"""The five windows within which a conversion counts for a message, from one stored lag.

Belongs here: the rules at their edges, as expressions of Polars; the SQL that does the same is tested against them.
Does not belong here: joining messages to orders (dbt), dividing an order among several messages (``credit``).

A window begins with the message, whether a click is asked for or not (``is_click_of``), because a report of a send
shows "so long after the send". 3 h, 6 h, 3 d and 7 d are hours that went by (7 d is 168 hours, also where summer time
begins), and their very end counts. ``day`` is the calendar day of the message in the shop's zone: it ends before the
next day begins, so it may be shorter than 3 h (sent at 23:30) or longer than 6 h; only 3 d and 7 d always hold it.

The lag is stored once, in microseconds, for the widest window; any other is a filter on it, never another join.
"""

import datetime as dt
from collections.abc import Mapping
from typing import Final, Literal, get_args
from zoneinfo import ZoneInfo

import polars as pl

Window = Literal["3h", "6h", "day", "3d", "7d"]
WINDOWS: Final[tuple[Window, ...]] = get_args(Window)
LENGTHS: Final[Mapping[Window, dt.timedelta]] = {
    "3h": dt.timedelta(hours=3),
    "6h": dt.timedelta(hours=6),
    "3d": dt.timedelta(days=3),
    "7d": dt.timedelta(days=7),
}  # of those that have one; a day has 23 to 25 hours
WIDEST: Final = max(LENGTHS.values())
_MICROSECOND: Final = dt.timedelta(microseconds=1)


def is_click_of(clicked_at: pl.Expr, sent_at: pl.Expr, converted_at: pl.Expr) -> pl.Expr:
    """Whether a click can have led from the message to the conversion (Boolean): not before the one, not after the
    other; the same moment counts. A click from before its message is a clock gone wrong and does not exist."""
    return (clicked_at >= sent_at) & (clicked_at <= converted_at)


def lag_us(sent_at: pl.Expr, converted_at: pl.Expr) -> pl.Expr:
    """From message to conversion in microseconds (Int64); null where the conversion came first or too late for every
    window, so that rows without a lag need not be stored."""
    lag = converted_at.cast(pl.Datetime("us")).to_physical() - sent_at.cast(pl.Datetime("us")).to_physical()
    return pl.when(lag.is_between(0, WIDEST // _MICROSECOND)).then(lag)


def in_window(window: Window, zone: ZoneInfo, sent_at: pl.Expr, lag: pl.Expr) -> pl.Expr:
    """Whether a conversion ``lag`` microseconds after ``sent_at`` (UTC, with or without a zone) counts; no lag: no."""
    if window == "day":
        converted_at = sent_at + pl.duration(microseconds=lag)
        inside = (lag >= 0) & (_local_day(sent_at, zone) == _local_day(converted_at, zone))
    else:
        inside = lag.is_between(0, LENGTHS[window] // _MICROSECOND)
    return inside.fill_null(value=False)


def all_windows(zone: ZoneInfo, sent_at: pl.Expr, lag: pl.Expr) -> list[pl.Expr]:
    """:func:`in_window` of each window, as Boolean columns named by :data:`WINDOWS`."""
    return [in_window(window, zone, sent_at, lag).alias(window) for window in WINDOWS]


def closes_at(window: Window, zone: ZoneInfo, sent_at: pl.Expr) -> pl.Expr:
    """The last moment that counts (microseconds, in UTC): the end of the hours, or the last microsecond of the day."""
    utc = sent_at.cast(pl.Datetime("us")).dt.replace_time_zone("UTC")
    if window != "day":
        return utc + LENGTHS[window]
    midnight = (_local_day(sent_at, zone) + dt.timedelta(days=1)).cast(pl.Datetime("us"))
    # where summer time begins at midnight there is none: that day begins an hour later
    begins = pl.coalesce(_moment(midnight, zone), _moment(midnight + dt.timedelta(hours=1), zone))
    return begins.dt.convert_time_zone("UTC") - _MICROSECOND


def is_collecting(
    window: Window,
    zone: ZoneInfo,
    last_sent_at: pl.Expr,
    known_until: dt.datetime,
    settles_after: dt.timedelta = dt.timedelta(0),
) -> pl.Expr:
    """Whether a send's figures of a window can still grow (성과 수집 중): its last message's window is not over by
    ``known_until``, the moment (aware) up to which events have come in. No last message yet (null): it can.

    ``settles_after``: how late events may come; a window is settled so long after its end. Raises ``ValueError`` for a
    moment without a zone."""
    if known_until.tzinfo is None:
        raise ValueError(f"known_until needs a time zone, not {known_until}")
    until = pl.lit(known_until.astimezone(dt.UTC), dtype=pl.Datetime("us", "UTC"))
    return (closes_at(window, zone, last_sent_at) + settles_after >= until).fill_null(value=True)


def _local_day(moment: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    return moment.cast(pl.Datetime("us")).dt.replace_time_zone("UTC").dt.convert_time_zone(zone.key).dt.date()


def _moment(wall: pl.Expr, zone: ZoneInfo) -> pl.Expr:
    return wall.dt.replace_time_zone(zone.key, ambiguous="earliest", non_existent="null")
