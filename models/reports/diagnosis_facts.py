"""One day of the shop as the daily diagnosis tells it: the day, the day before, the same weekday a week ago.

Belongs here: the questions, finding rows in their answers, and what changed most. Does not belong here: words, pages,
messages.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import pairwise
from math import inf, log, sqrt
from typing import Any, Final, Literal

import polars as pl

from models.reports.conservation import conservation_question
from models.reports.questions import Answer, Equal, In, Number, Question, Ratio, Unit, columns

Device = Literal["all", "pc", "mobile"]
DEVICES: Final[tuple[Device, ...]] = ("all", "pc", "mobile")
Since = Literal["week", "day"]
DAYS_BACK: Final[Mapping[Since, int]] = {"week": 7, "day": 1}
Kind = Literal["onsite", "recommendation", "message"]
KINDS: Final[tuple[Kind, ...]] = ("onsite", "recommendation", "message")
SITE, HOURS, PRODUCTS = "site", "hours", "products"
FUNNEL: Final = ("funnel_visits", "funnel_product_views", "funnel_carts", "funnel_checkouts", "funnel_orders")
# What is compared, in the order in which equals are told, and how its chance is judged.
_JUDGED: Final[Mapping[str, Literal["count", "rate", "money"]]] = {
    "revenue": "money", "orders": "count", "conversion_rate": "rate", "visitors": "count", "bounce_rate": "rate",
}  # fmt: skip
_SURE: Final = 2.58  # standard errors: beyond them lies 1 in 100 by chance alone
_SMALLEST: Final = {"rate": 0.01, "count": 0.05, "money": 0.05}  # changes below are not worth a sentence
_AMOUNTS: Final = 2.0  # 1 + the squared coefficient of variation of an order's amount, which is about 1 in most shops


# Columns of the site whose definition has another name than they: metrics of campaigns are called alike.
DEFINED: Final[Mapping[str, str]] = {
    "orders": "site_orders", "revenue": "site_revenue", "refund_amount": "site_refund_amount",
    "conversion_rate": "site_conversion_rate", **{f"{step}_rate": "funnel_step_rate" for step in FUNNEL},
}  # fmt: skip
_SITE_COLUMNS: Final = (
    "visitors", "new_visitors", "returning_visitors", "sessions", "bounce_rate", "page_views_per_session",
    "product_views_per_session", "dwell_seconds_per_session", "orders", "revenue", "refund_amount", "conversion_rate",
    "peak_order_hour", "funnel_visits", "funnel_product_views", "funnel_carts", "funnel_checkouts", "funnel_orders",
    "banner_impressions", "banner_clicks", "widget_impressions", "widget_clicks", "widget_orders", "widget_revenue",
    "message_orders", "message_revenue",
)  # fmt: skip


@dataclass(frozen=True)
class Remark:
    """A change worth a sentence. ``now`` and ``before``: values of ``metric``; ``change``: their difference of a rate,
    relative of what is counted; ``weight``: its standard errors, by which the largest comes first."""

    metric: str
    device: Device
    since: Since
    now: float
    before: float
    change: float
    weight: float

    @property
    def is_clear(self) -> bool:
        """Whether chance alone would hardly bring it."""
        return abs(self.weight) >= _SURE

    @property
    def is_rate(self) -> bool:
        return _JUDGED[self.metric] == "rate"


@dataclass(frozen=True)
class DayFacts:
    """Answers to the questions of :func:`diagnosis_questions` about ``day``, by name (:data:`SITE` …)."""

    day: dt.date
    answers: Mapping[str, Answer]

    @property
    def is_there(self) -> bool:
        """Whether anything is known of the day."""
        return self.row("all") is not None

    def row(self, device: str, back: int = 0) -> dict[str, Any] | None:
        """The shop on the day, or so many days before it."""
        place = self.place(device, back)
        return None if place is None else self.answers[SITE].frame.row(place, named=True)

    def place(self, device: str, back: int = 0) -> int | None:
        """Where that row stands in the answer."""
        return self.answers[SITE].find(day=self.day - dt.timedelta(days=back), device=device)

    def number(self, device: str, column: str, unit: Unit, back: int = 0) -> Number:
        """A figure of the day, or so many days before it, as a page shows it; without a value where there is none."""
        place = self.place(device, back)
        metric = DEFINED.get(column, column)
        if place is None:
            return Number(None, unit, metric)
        return self.answers[SITE].number(place, column, unit, metric)

    def rows(self, name: str) -> pl.DataFrame:
        """Rows of an answer, in their order."""
        return self.answers[name].frame


def referrers(device: Device) -> str:
    """Name of the question after the sites that visits on a device came from."""
    return f"referrers_{device}"


def campaigns(kind: Kind) -> str:
    """Name of the question after the results of campaigns of a kind."""
    return f"campaigns_{kind}"


def diagnosis_questions(day: dt.date) -> list[Question]:
    """What the diagnosis of a day asks, by name: :data:`SITE` (a row a day and device), :data:`HOURS` (device, hour),
    :data:`PRODUCTS` (rank), :func:`referrers` of each device (rank), :func:`campaigns` of each kind, conservation."""
    days = [day - dt.timedelta(days=back) for back in (0, *sorted(DAYS_BACK.values()))]
    that_day = Equal("day", day)
    steps = {f"{name}_rate": Ratio(name, before, is_row=True) for before, name in pairwise(FUNNEL)}
    sites = ("rank", "source", "channel", "sessions", "share")
    goods = ("rank", "product_id", "product_name", "views", "carts", "orders", "quantity", "revenue", "order_rate")
    results = ("campaign", "campaign_name", "impressions", "clicks", "ctr", "orders", "revenue")
    return [
        conservation_question(day, day),
        Question(SITE, "report_daily", columns("day", "device", *_SITE_COLUMNS) | steps, (In("day", days),),
                 order_by=("-day", "device")),
        Question(HOURS, "report_daily_hours", columns("device", "hour", "sessions", "orders", "revenue"), (that_day,),
                 order_by=("device", "hour")),
        Question(PRODUCTS, "report_daily_products", columns(*goods), (that_day, Equal("device", "all")),
                 order_by=("rank",)),
        *(Question(referrers(one), "report_daily_referrers", columns(*sites), (that_day, Equal("device", one)),
                   order_by=("rank",)) for one in DEVICES),
        *(Question(campaigns(one), "report_daily_campaigns", columns(*results), (that_day, Equal("kind", one)),
                   order_by=("-revenue", "-clicks", "campaign")) for one in KINDS),
    ]  # fmt: skip


def remarks(facts: DayFacts, most: int = 5) -> list[Remark]:
    """What changed most, largest first: against the same weekday a week ago, or where nothing is known of it, the day
    before. Of each metric one sentence: about the device where the change is clearest.

    A change is told if it is unlikely by chance (rates as two proportions of sessions, counts as Poisson, revenue as
    the sum of so many orders' amounts) and not too small to matter. Where nothing stands out, the largest alone, whose
    ``is_clear`` is false; empty where there is nothing to compare with, or all is as it was."""
    found = [max(each, key=lambda one: abs(one.weight)) for metric in _JUDGED if (each := list(_of(facts, metric)))]
    found.sort(key=lambda one: -abs(one.weight))
    return [one for one in found if one.is_clear][:most] or found[:1]


def _of(facts: DayFacts, metric: str) -> Iterator[Remark]:
    """The changes of a metric that are not too small, a device each."""
    for device in DEVICES:
        now = facts.row(device)
        since: Since = "week" if facts.row(device, DAYS_BACK["week"]) is not None else "day"
        before = facts.row(device, DAYS_BACK[since])
        if now is None or before is None or now[metric] is None or before[metric] is None:
            continue
        kind = _JUDGED[metric]
        weight = _weight(kind, metric, now, before)
        difference = now[metric] - before[metric]
        change = difference if kind == "rate" else difference / before[metric] if before[metric] else inf
        if weight and abs(change) >= _SMALLEST[kind]:
            yield Remark(metric, device, since, now[metric], before[metric], change, weight)


def _weight(kind: str, metric: str, now: Mapping[str, Any], before: Mapping[str, Any]) -> float:
    """Standard errors between the two days; 0 where nothing can be said."""
    mine, other = float(now[metric]), float(before[metric])
    if kind == "count":
        return (mine - other) / sqrt(mine + other) if mine + other else 0.0
    if kind == "rate":
        sessions, others = now["sessions"], before["sessions"]
        if not sessions or not others:
            return 0.0
        whole = (mine * sessions + other * others) / (sessions + others)
        spread = sqrt(whole * (1 - whole) * (1 / sessions + 1 / others))
        return (mine - other) / spread if spread else 0.0
    if mine <= 0 or other <= 0 or not now["orders"] or not before["orders"]:
        return 0.0
    return log(mine / other) / sqrt(_AMOUNTS * (1 / now["orders"] + 1 / before["orders"]))
