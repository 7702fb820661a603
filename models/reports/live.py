"""Who has been in the shop in the last 24 hours and seven days: a list without names or keys, and segments.

Belongs here: questions and which answer stands where. Does not belong here: phrases (``results_phrases``), who counts
as a visitor (``rpt_live_visitors``), HTML (``page``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from models.reports.glossary import EMPTY, Glossary
from models.reports.page import Cell, Figure, Figures, Heading, Link, Page, Part, Section, Table
from models.reports.places import address
from models.reports.questions import Among, Answer, Column, Equal, Filter, In, Number, Question, Total, columns, sums
from models.reports.results import nothing, number
from models.reports.results_words import ResultWords

PERIODS: Final = ("24h", "7d")
MOST: Final = 200
_SHOWN: Final = 50  # on the page; the workbook has all
_COUNTS: Final = ("visits", "page_views", "product_views")
_SEEN: Final = ("visits", "page_views", "cumulative_spend")
_LISTED: Final = ("last_seen_at", "visits", "page_views", "product_views", "latest_cart_product", "latest_cart_at",
                  "latest_order_product", "latest_order_at", "cumulative_spend", "device", "channel")  # fmt: skip
_PRODUCTS: Final = ("latest_cart_product", "latest_order_product")


@dataclass(frozen=True)
class LiveRequest:
    """``periods`` in the order of the page; ``segment_id`` of whom alone to list, empty for everybody; ``counted_on``:
    the day whose members of segments are meant, None where there are none; ``segment_name`` as people call it."""

    periods: Sequence[str] = PERIODS
    segment_id: str = ""
    segment_name: str = ""
    counted_on: dt.date | None = None


def newest_members() -> Question:
    """The day whose members of segments are the newest: ``counted_on`` of a request."""
    return Question("members", "segment_members", {"day": Total("max", "day")})


def live_questions(request: LiveRequest) -> list[Question]:
    """What the page asks, by name: totals (a row a period), list_… (a row a visitor) and segments_… of each period,
    names (of segments)."""
    totals = {"period": Column("period"), "visitors": Total("count", "*"), **sums(*_COUNTS),
              "with_cart": Total("count", "latest_cart_product"), "with_order": Total("count", "latest_order_product"),
              "newest": Total("max", "last_seen_at")}  # fmt: skip
    only = _only(request)
    # ties that the order leaves are visitors who look the same
    order = ("-last_seen_at", *(f"-{name}" for name in _LISTED[1:]))
    asked = [Question("totals", "report_live_visitors", totals, only, ("period",), ("period",))]
    for period in request.periods:
        where = (Equal("period", period), *only)
        asked.append(Question(f"list_{period}", "report_live_visitors", columns(*_LISTED), where, (), order, MOST))
    if request.counted_on is not None:
        asked += [_segments(period, request.counted_on) for period in request.periods]
        named = (Equal("day", request.counted_on),)
        asked.append(Question("names", "segments", columns("segment_id", "name"), named, order_by=("segment_id",)))
    return asked


def product_question(answers: Mapping[str, Answer]) -> Question:
    """The names of products that the lists show."""
    found: set[str] = set()
    for name, answer in answers.items():
        if name.startswith("list_"):
            found |= {value for column in _PRODUCTS for value in answer.frame[column].drop_nulls().to_list()}
    return Question("products", "products", columns("product_id", "name"), (In("product_id", sorted(found)),),
                    order_by=("product_id",))  # fmt: skip


def live_page(
    request: LiveRequest, answers: Mapping[str, Answer], words: ResultWords, glossary: Glossary = EMPTY
) -> Page:
    """The page of visitors."""
    totals = answers["totals"]
    newest = totals.frame["newest"].max() if totals.frame.height else None
    subtitle = words("live_subtitle", moment=words.formats.value(newest, "moment"))  # type: ignore[arg-type]
    if request.segment_id:
        subtitle += " · " + words("live_of", segment=request.segment_name or request.segment_id)
    sections = [
        *(_totals(totals, period, words) for period in request.periods),
        *(_list(answers, period, words) for period in request.periods),
        *_by_segment(request, answers, words),
    ]
    return Page(
        words("live"), subtitle, sections, words("segment_footer"), words.locale, answers=list(answers.values()),
        glossary=glossary, formats=words.formats,
    )  # fmt: skip


def _only(request: LiveRequest) -> tuple[Filter, ...]:
    if not request.segment_id:
        return ()
    members: tuple[Equal, ...] = (Equal("segment_id", request.segment_id), Equal("day", request.counted_on))
    return (Among("customer_key", "segment_members", "customer_key", members),)


def _segments(period: str, day: dt.date) -> Question:
    """Visitors of a period by segment."""
    visitors = Among("customer_key", "report_live_visitors", "customer_key", (Equal("period", period),))
    return Question(
        f"segments_{period}", "segment_members",
        {"segment_id": Column("segment_id"), "visitors": Total("count_distinct", "customer_key")},
        (Equal("day", day), visitors), ("segment_id",), ("-visitors", "segment_id"),
    )  # fmt: skip


def _totals(totals: Answer, period: str, words: ResultWords) -> Section:
    place = totals.find(period=period) if totals.frame.height else None
    if place is None:
        return Section(words.period(period), [nothing(totals, words("nobody"), words)], half=True)
    defined = {"visitors": "live_visitors"}
    cards = [
        Figure(words(name), totals.number(place, name, "count", defined.get(name, name)))
        for name in ("visitors", *_COUNTS, "with_cart", "with_order")
    ]
    return Section(words.period(period), [Figures(cards)], half=True)


def _list(answers: Mapping[str, Answer], period: str, words: ResultWords) -> Section:
    found, products = answers[f"list_{period}"], answers["products"]
    heading = words("visitors_list", period=words.period(period))
    if found.frame.is_empty():
        return Section(heading, [nothing(found, words("nobody"), words)])
    names = dict(zip(products.frame["product_id"], products.frame["name"], strict=True))
    heads: list[str | Heading] = [
        words("last_seen_at"), *(Heading(words(name), name) for name in _SEEN),
        *(words(key) for key in ("latest_cart", "latest_cart_at", "latest_order", "latest_order_at", "device",
                                 "came_by")),
    ]  # fmt: skip
    rows: list[list[Cell]] = []
    for place, row in enumerate(found.rows()):
        cart, order = (_named(row[column], names) for column in _PRODUCTS)
        last, carted, ordered = (found.number(place, name, "moment", "") for name in
                                 ("last_seen_at", "latest_cart_at", "latest_order_at"))  # fmt: skip
        counts = [number(found, place, name) for name in _SEEN]
        rows.append([last, *counts, cart, carted, order, ordered, words.device(row["device"]),
                     words.came_by(row["channel"])])  # fmt: skip
    return Section(heading, [Table(heads, rows, shown=_SHOWN)], words("visitors_text", most=MOST))


def _named(product_id: str | None, names: Mapping[str, str | None]) -> str:
    return "–" if product_id is None else names.get(product_id) or product_id


def _by_segment(request: LiveRequest, answers: Mapping[str, Answer], words: ResultWords) -> list[Section]:
    if request.counted_on is None:
        return []
    named = {row["segment_id"]: row["name"] for row in answers["names"].rows()}
    widest = answers[f"segments_{request.periods[-1]}"]
    counted = [Heading(words.period(period), "live_visitors") for period in request.periods]
    heads: list[str | Heading] = [words("segment"), *counted]
    rows: list[list[Cell]] = []
    for row in widest.rows():
        segment = row["segment_id"]
        link = Link(str(named.get(segment) or segment), address("segment", segment))
        rows.append([link, *(_count(answers[f"segments_{period}"], segment) for period in request.periods)])
    part: Part = Table(heads, rows, empty=words("nobody"))
    return [Section(words("by_segment"), [part], words("by_segment_text"))]


def _count(found: Answer, segment: str) -> Number:
    place = found.find(segment_id=segment) if found.frame.height else None
    if place is None:
        return Number(0, "count", "live_visitors")
    return found.number(place, "visitors", "count", "live_visitors")
