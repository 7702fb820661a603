"""Quality of a day: the lists as they stood before it against what was looked at on it.

Belongs here: bringing together a day's histories, the lists of the day before, segments. Does not belong here: figures
(``models.recommend.quality.daily``), the gate of the ranker (``personal``).
"""

import datetime as dt
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.recommendations import tables
from assets.recommendations.inputs import Inputs
from assets.recommendations.personal import Window
from models.recommend.counts.trends import WHOLE_SHOP
from models.recommend.pages.filling import filled_up
from models.recommend.pages.shelves import BEST, FOUND, PERSONAL, TRENDING, Candidates
from models.recommend.personal.histories import Histories, beginnings, between_sessions
from models.recommend.personal.lists import PersonalModel, lists_of
from models.recommend.quality.daily import Shown, figures_of, list_table
from models.recommend.search.queries import normalised
from models.recommend.steps import customer_of

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index

MOST_HISTORIES = 5_000  # of a day: figures hardly move beyond, and a day costs the same in a large shop
NEIGHBOURS = "neighbours"
_K = 20


@dataclass(frozen=True)
class Judged:
    """Histories of one day with the segment of who they are of, in the same order."""

    day: dt.date
    histories: Histories
    segments: pl.Series


def histories_of(window: Window, inputs: Inputs, day: dt.date, seed: int) -> Judged:
    """At most :data:`MOST_HISTORIES` beginnings of the sessions of ``day``, as of the evening before."""
    first, last = window.first_of(day), window.first_of(day + dt.timedelta(days=1))
    every = beginnings(window.sessions, first, last, known=first)
    session = np.repeat(np.arange(first, last), np.maximum(window.sessions.lengths[first:last] - 1, 0))
    picked = np.arange(len(every))
    if len(every) > MOST_HISTORIES:
        picked = np.sort(np.random.default_rng(seed).choice(len(every), MOST_HISTORIES, replace=False))
    return Judged(day, every.taken(picked), _segments(inputs, window.customers.gather(session[picked])))


def _segments(inputs: Inputs, customers: pl.Series) -> pl.Series:
    """The taste segment of each customer (numbers as in steps), '' where none is known."""
    none = pl.Series("segment_id", [""] * len(customers), dtype=pl.String)
    if inputs.published.current("taste_members") is None:
        return none
    members = inputs.whole("taste_members").filter(pl.col("day") == pl.col("day").max())
    known = members.select(customer_of("customer_key"), "segment_id").unique("customer_key").collect()
    joined = (
        customers.alias("customer_key").to_frame().join(known, on="customer_key", how="left", maintain_order="left")
    )
    return joined["segment_id"].fill_null("")


@dataclass(frozen=True)
class Personal:
    """The ranker with sessions laid out for it, in a space that knows none of the days it is judged on."""

    model: PersonalModel
    index: "Index"
    threads: int


def figures_of_day(
    judged: Judged, window: Window, candidates: Candidates, personal: Personal | None, inputs: Inputs
) -> pl.DataFrame:
    """Rows of ``tables.QUALITY_ROWS``; ``candidates`` and ``personal`` are those of before the day."""
    ids = window.sessions.ids
    shown = {
        algorithm: Shown(lists, judged.histories.following, judged.segments)
        for algorithm, lists in _by_last_product(judged, window, candidates).items()
    }
    if personal is not None:
        shown |= _by_return(judged.day, window, candidates, personal, inputs)
    shown |= _by_query(inputs, judged.day, candidates, ids)
    known = window.sessions.part(0, window.first_of(judged.day)).products
    rows = figures_of(shown, np.bincount(known, minlength=len(ids)), len(candidates.sellable))
    dated = [{"day": judged.day} | row for row in rows if row["histories"]]
    return pl.DataFrame(dated, schema=tables.QUALITY_ROWS)


def _by_return(
    day: dt.date, window: Window, candidates: Candidates, personal: Personal, inputs: Inputs
) -> dict[str, Shown]:
    """Lists of customers as of the evening before, against the first products of their first visit of the day."""
    ids, first, last = window.sessions.ids, window.first_of(day), window.first_of(day + dt.timedelta(days=1))
    every = between_sessions(window.sessions, window.owners, first, last)
    owners = window.owners[every.cutoffs]
    visits, rows = np.unique(every.cutoffs, return_index=True)
    _, earliest = np.unique(owners[rows], return_index=True)
    is_first = np.isin(every.cutoffs, visits[earliest])
    picked = every.taken(np.flatnonzero(is_first)[:MOST_HISTORIES])
    if not len(picked):
        return {}
    segments = _segments(inputs, window.customers.gather(picked.cutoffs))
    # A visit is asked for each of its first products: one list answers all of them.
    _, rows, of_visit = np.unique(picked.cutoffs, return_index=True, return_inverse=True)
    asked = replace(picked.taken(rows), cutoffs=np.full(len(rows), first))
    served = lists_of(personal.index, personal.model, asked, _K, threads=personal.threads)
    ranked = np.concatenate([lists.products for _, lists in served])[of_visit]
    popular = list_table(candidates.best, pl.Series([WHOLE_SHOP]), ids)[0]
    return {PERSONAL: Shown(filled_up(ranked, popular[popular >= 0], _K), picked.following, segments)}


def _by_last_product(judged: Judged, window: Window, candidates: Candidates) -> dict[str, NDArray[np.int32]]:
    """Lists for each history: those of its last product, or of that one's category."""
    ids, histories = window.sessions.ids, judged.histories
    last = histories.steps[histories.starts[1:] - 1]
    deepest = candidates.levels.sort("level").group_by("product_id").agg(pl.col("context_id").last())
    placed = ids.to_frame("product_id").join(deepest, on="product_id", how="left", maintain_order="left")
    category = placed["context_id"].fill_null(WHOLE_SHOP)
    levels = category.unique().sort()
    of_category = category.rank("dense").to_numpy().astype(np.int64) - 1
    asked = ids.gather(np.unique(last))
    of_last = np.searchsorted(np.unique(last), last)
    found = {name: list_table(lists(asked), asked, ids)[of_last] for name, lists in candidates.by_product.items()}
    for name, lists in ((BEST, candidates.best), (TRENDING, candidates.trending)):
        found[name] = list_table(lists, levels, ids)[of_category[last]]
    popular = list_table(candidates.best, pl.Series([WHOLE_SHOP]), ids)[0]
    found["popular"] = np.tile(popular, (len(last), 1))
    return found


def _by_query(inputs: Inputs, day: dt.date, candidates: Candidates, ids: pl.Series) -> dict[str, Shown]:
    """Products looked at after a search on the day, against the list of its query."""
    rows = inputs.of_days("search_products_daily", day, day).filter(pl.col("product_views") > 0).collect()
    clicked = rows.select(normalised(rows["query"]).alias("query"), "product_id").filter(pl.col("query") != "")
    clicked = clicked.unique().sort("query", "product_id").head(MOST_HISTORIES)
    codes = pl.DataFrame({"product_id": ids, "code": np.arange(len(ids), dtype=np.int32)})
    known = clicked.join(codes, on="product_id").sort("query", "code")
    if known.is_empty():
        return {}
    queries = known["query"].unique().sort()
    row = known["query"].rank("dense").to_numpy().astype(np.int64) - 1
    nobody = pl.Series("segment_id", [""] * len(known), dtype=pl.String)
    return {FOUND: Shown(list_table(candidates.found, queries, ids)[row], known["code"].to_numpy(), nobody)}
