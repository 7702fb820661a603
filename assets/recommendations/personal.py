"""Personal lists: the sessions of the window, the ranker's training and gate, lists of customers.

Belongs here: which sessions train, judge and serve. Does not belong here: candidates and ranking
(``models.recommend.personal.lists``), what fills short lists (``models.recommend.pages.shelves``).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from assets.recommendations import tables
from connectors.home.settings import RecommendSettings
from connectors.lake.tables import LakeTables
from models.recommend.personal.candidates import Settings, Space, index_of, space_of
from models.recommend.personal.evaluation import most_popular
from models.recommend.personal.gate import FEWEST, KEPT, PUBLISHED, REFUSED, TOO_LITTLE, Verdict, judged
from models.recommend.personal.histories import MOST_STEPS, Histories, beginnings, between_sessions, open_histories
from models.recommend.personal.lists import PersonalModel, fitted, lists_of
from models.recommend.personal.ranker import Training
from models.recommend.personal.tuning import some
from models.recommend.quality.metrics import Quality, quality, ranks_of
from models.recommend.sessions import Sessions, sessions_of
from models.recommend.steps import by_customer

if TYPE_CHECKING:
    from models.recommend.kernels.walk import Index

JUDGED_DAYS = 7  # the newest days, on which rankers are compared and never trained
JUDGED_SHARE = 0.5  # of all days, where the shop is younger than twice that
MOST_JUDGED = 5_000  # histories
TRAINED_SHARE = 0.3  # newest of the older sessions, which the ranker learns from
_K = 20


@dataclass(frozen=True)
class Window:
    """Sessions of the window from old to new, with the day of each, its customer (the number in steps, and a rank of
    it), and the category code of each product. ``spaces``: those that were made already."""

    steps: pl.DataFrame
    sessions: Sessions
    days: pl.Series
    customers: pl.Series
    owners: NDArray[np.int64]
    categories: NDArray[np.int32]
    spaces: dict[tuple[int, int, int, int], Space] = field(default_factory=dict, repr=False)

    def space(self, known: int, settings: Settings, seed: int) -> Space:
        """What the first ``known`` sessions span: made once, as rankers are compared in the same one."""
        key = (known, settings.dimensions, settings.from_space, seed)
        if key not in self.spaces:
            self.spaces[key] = space_of(self.sessions.part(0, known), settings, seed=seed)
        return self.spaces[key]

    def first_of(self, day: dt.date) -> int:
        """Number of the first session that began on ``day`` or later."""
        return int((self.days < day).sum())

    def before_newest_day(self) -> int:
        """How many sessions began before the newest day; all of them where there is no other day."""
        newest = self.days[-1] if len(self.days) else None
        return (self.first_of(newest) if newest else 0) or len(self.sessions)


def window_of(steps: pl.DataFrame, products: pl.DataFrame) -> Window:
    """The window of ``steps``; ``products`` gives the categories."""
    sessions = sessions_of(steps)
    each = steps.group_by("session_id", maintain_order=True).agg(pl.col("event_day", "customer_key").first())
    owners = each["customer_key"].rank("dense").cast(pl.Int64).to_numpy()
    known = products.select("product_id", "category_path").unique("product_id", keep="first")
    placed = sessions.ids.to_frame("product_id").join(known, on="product_id", how="left", maintain_order="left")
    codes = placed["category_path"].rank("dense").cast(pl.Int32).fill_null(-1).to_numpy()
    days = each["event_day"].cast(pl.Date).cum_max()
    return Window(steps, sessions, days, each["customer_key"], owners, codes)


@dataclass(frozen=True)
class Chosen:
    """The model to serve with, its row of ``recommend_rankers``, whether it was trained in this run."""

    model: PersonalModel | None
    row: Mapping[str, Any]
    is_new: bool


def chosen_model(
    lake: LakeTables, window: Window, day: dt.date, settings: RecommendSettings, say: Callable[[str], None]
) -> Chosen:
    """The ranker in use, or a new one when that is older than ``settings.retrain_days`` and passes the gate."""
    # one of this day serves too: a file that comes later on the day trains no other
    days = [each for each in lake.days(tables.RANKERS) if each <= day]
    row = lake.read_day(tables.RANKERS, days[-1]).row(0, named=True) if days else None
    champion = PersonalModel.of(row["settings"], row["ranker"]) if row and row["settings"] else None
    if row is not None and row["state"] != TOO_LITTLE and (day - row["day"]).days < settings.retrain_days:
        return Chosen(champion, row, False)
    first = window.first_of(_judged_since(window, day))
    say(f"training the ranker on {first:,} sessions, judging it on {len(window.sessions) - first:,}")
    training = Training(histories=settings.train_histories, threads=settings.threads, seed=settings.seed)
    start = int(first * (1 - TRAINED_SHARE))
    challenger = fitted(
        window.sessions, start, first, window.categories, owners=window.owners, training=training, say=say
    )
    figures, verdict = _compared(window, first, challenger, champion, settings)
    used = champion if verdict.state in (KEPT, REFUSED, TOO_LITTLE) else challenger
    told = {"day": day, "state": verdict.state, "reasons": list(verdict.reasons), "trained_on": window.days.max()}
    texts = {"settings": used.settings_text() if used else "", "ranker": used.ranker if used else ""}
    return Chosen(used, {**figures, **told, **texts}, verdict.state == PUBLISHED)


def _judged_since(window: Window, day: dt.date) -> dt.date:
    days = (day - window.days[0]).days + 1 if len(window.days) else 0
    return day - dt.timedelta(days=min(JUDGED_DAYS, int(days * JUDGED_SHARE)) - 1)


def _compared(
    window: Window, first: int, challenger: PersonalModel, champion: PersonalModel | None, settings: RecommendSettings
) -> tuple[dict[str, Any], Verdict]:
    """Figures of all three on the sessions from ``first`` on, and the verdict."""
    sessions = window.sessions
    returns = some(between_sessions(sessions, window.owners, first, len(sessions)), MOST_JUDGED, settings.seed)
    visits = some(beginnings(sessions, first, len(sessions)), MOST_JUDGED, settings.seed)
    histories = returns if len(returns) >= FEWEST else visits
    popular = most_popular(sessions.part(0, first), _K)
    everyone = quality(ranks_of(np.tile(popular, (len(histories), 1)), histories.following), _K)
    mine = measured(window, first, challenger, histories, settings)
    theirs = measured(window, first, champion, histories, settings) if champion else None
    verdict = judged(len(histories), mine, theirs, everyone, is_trained=bool(challenger.ranker))
    figures: dict[str, Any] = {"histories": len(histories)}
    for name, found in (("", mine), ("champion_", theirs), ("popular_", everyone)):
        figures[f"{name}hit_rate"] = found.hit_rate if found else None
        figures[f"{name}reciprocal_rank"] = found.reciprocal_rank if found else None
    return figures, verdict


def measured(
    window: Window, first: int, model: PersonalModel, histories: Histories, settings: RecommendSettings
) -> Quality:
    """How well ``model`` predicts what came next, from sessions before each history's; all are ``first`` or later."""
    index = index_for(window, first, model, settings)
    ranks = [ranks_of(lists.products, batch.following) for batch, lists in lists_of(index, model, histories, _K)]
    return quality(np.concatenate(ranks) if ranks else np.empty(0, np.int64), _K)


def index_for(window: Window, known: int, model: PersonalModel, settings: RecommendSettings) -> "Index":
    """The sessions of the window laid out for ``model``, in the space that the first ``known`` of them span."""
    return index_of(window.sessions, window.space(known, model.settings, settings.seed), window.categories)


class PersonalRanker:
    """All customers' histories beside the index of the window, asked for some customers at a time."""

    def __init__(self, window: Window, model: PersonalModel, sellable: pl.Series, settings: RecommendSettings) -> None:
        last = by_customer(window.steps, MOST_STEPS)
        sequences = sessions_of(last, window.sessions.ids)
        self._histories = open_histories(sequences, known=len(window.sessions))
        self._rows = last["session_id"].unique(maintain_order=True).alias("number").to_frame().with_row_index("row")
        known = window.before_newest_day()  # so that the space that quality was judged in serves too, made once a day
        self._index = index_for(window, known, model, settings)
        self._shown = window.sessions.ids.is_in(sellable.implode()).to_numpy()
        self._window, self._model, self._settings = window, model, settings

    def lists(self, customers: pl.DataFrame) -> pl.DataFrame:
        """Lists of ``customers`` (customer_key, number: as in steps), of ``tables.PERSONAL_ROWS``, twice as long as
        shown, so that rules and purchases can take something out."""
        known = self._rows.join(customers, on="number").sort("row")
        if known.is_empty():
            return pl.DataFrame(schema=tables.PERSONAL_ROWS)
        histories = self._histories.taken(known["row"].to_numpy().astype(np.int64))
        length, threads = 2 * self._settings.list_length, self._settings.threads
        served = lists_of(self._index, self._model, histories, length, threads=threads, sellable=self._shown)
        products, scores = zip(*((lists.products, lists.scores) for _, lists in served), strict=True)
        return _named(
            np.concatenate(products), np.concatenate(scores), known["customer_key"], self._window.sessions.ids
        )


def _named(
    products: NDArray[np.int32], scores: NDArray[np.float64], customers: pl.Series, ids: pl.Series
) -> pl.DataFrame:
    """Arrays (customers, length) as rows."""
    row, place = np.nonzero(products >= 0)
    found = pl.DataFrame(
        {
            "customer_key": customers.gather(row),
            "rank": (place + 1).astype(np.int32),
            "product_id": ids.gather(products[row, place]),
            "score": scores[row, place],
        }
    )
    return found.select(tables.PERSONAL_ROWS.names()).sort("customer_key", "rank")
