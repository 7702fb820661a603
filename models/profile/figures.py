"""Figures of some customers beside those of the whole shop: counts with their share, averages with their difference.

Belongs here: what each figure is made of. Does not belong here: products (``actions``), how it is shown.

The shop's side holds everybody, the segment itself included. Two differences are told, because they are easily confused
(a report that says "122.8 %p above the average" of 17.6 % against 7.9 % means per cent): ``difference`` is the one less
the other, for rates in percentage points (9.7), ``percent`` says by how much of the shop's value the segment's is
larger (122.8).
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final, Literal

import polars as pl

Unit = Literal["count", "money", "number", "seconds", "rate"]
SCHEMA: Final = pl.Schema(
    {
        "figure": pl.String,
        "unit": pl.String,
        "segment": pl.Float64,
        "site": pl.Float64,
        "share": pl.Float64,
        "difference": pl.Float64,
        "percent": pl.Float64,
    }
)


@dataclass(frozen=True)
class Totals:
    """Sums over the visits and orders of a period. Money and seconds are sums, not means."""

    customers: int = 0  # with a visit
    visits: int = 0
    page_views: int = 0
    dwell_seconds: float = 0.0
    bought_visits: int = 0  # visits with an order
    new_visits: int = 0  # first visits ever of a device
    orders: int = 0
    revenue: float = 0.0


@dataclass(frozen=True)
class _Figure:
    name: str
    unit: Unit
    of: Callable[[Totals], float | None]


def _ratio(above: float, below: float) -> float | None:
    return above / below if below else None


COUNTS: Final = (
    _Figure("customers", "count", lambda totals: totals.customers),
    _Figure("visits", "count", lambda totals: totals.visits),
    _Figure("page_views", "count", lambda totals: totals.page_views),
    _Figure("orders", "count", lambda totals: totals.orders),
    _Figure("revenue", "money", lambda totals: totals.revenue),
)
AVERAGES: Final = (
    _Figure("page_views_per_visit", "number", lambda totals: _ratio(totals.page_views, totals.visits)),
    _Figure("dwell_seconds_per_visit", "seconds", lambda totals: _ratio(totals.dwell_seconds, totals.visits)),
    _Figure("purchase_rate", "rate", lambda totals: _ratio(totals.bought_visits, totals.visits)),
    _Figure("average_order_value", "money", lambda totals: _ratio(totals.revenue, totals.orders)),
    _Figure("new_visit_rate", "rate", lambda totals: _ratio(totals.new_visits, totals.visits)),
)


def figures_of(segment: Totals, site: Totals) -> pl.DataFrame:
    """A row a figure, see :data:`SCHEMA`: counts have a ``share`` (0 to 1), averages ``difference`` and ``percent``.

    Null is what can not be told: an average over nothing, a share of nothing, per cent of zero.
    """
    counts = [_row(figure, segment, site) for figure in COUNTS]
    averages = [_row(figure, segment, site) for figure in AVERAGES]
    for row in counts:
        row["share"] = _ratio(row["segment"], row["site"])  # type: ignore[arg-type]
    for row in averages:
        row["difference"], row["percent"] = _differences(row["segment"], row["site"], row["unit"])  # type: ignore[arg-type]
    return pl.DataFrame([*counts, *averages], schema=SCHEMA)


def _row(figure: _Figure, segment: Totals, site: Totals) -> dict[str, str | float | None]:
    return {"figure": figure.name, "unit": figure.unit, "segment": figure.of(segment), "site": figure.of(site)}


def _differences(segment: float | None, site: float | None, unit: Unit) -> tuple[float | None, float | None]:
    """The difference (of rates in percentage points), and per cent of the shop's value."""
    if segment is None or site is None:
        return None, None
    percent = _ratio((segment - site) * 100, site)
    return (segment - site) * (100 if unit == "rate" else 1), percent
