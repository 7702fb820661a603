"""The page of the daily diagnosis: what changed, then the whole shop, PC, mobile, products, and campaigns.

Belongs here: which figure stands where. Does not belong here: questions and what changed (``diagnosis_facts``), phrases
(``diagnosis_words``), HTML (``page``), the message (``diagnosis_text``).
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from typing import Any, Final

from models.reports.conservation import conservation_section
from models.reports.diagnosis_facts import (
    DAYS_BACK,
    DEFINED,
    DEVICES,
    FUNNEL,
    HOURS,
    KINDS,
    PRODUCTS,
    DayFacts,
    Device,
    Kind,
    Since,
    campaigns,
    referrers,
)
from models.reports.diagnosis_text import sentences
from models.reports.diagnosis_words import DiagnosisWords
from models.reports.glossary import EMPTY, Glossary
from models.reports.page import (
    Cell,
    Chart,
    Figure,
    Figures,
    Heading,
    Link,
    Notice,
    Page,
    Part,
    Section,
    Series,
    Table,
    Tone,
)
from models.reports.places import address
from models.reports.questions import Answer, Unit
from models.reports.tables import Shown, series_of, table_of

_UNITS: Final[dict[str, Unit]] = {
    "visitors": "count", "new_visitors": "count", "returning_visitors": "count", "sessions": "count",
    "bounce_rate": "rate", "page_views_per_session": "number", "product_views_per_session": "number",
    "dwell_seconds_per_session": "seconds", "conversion_rate": "rate", "orders": "count", "revenue": "money",
    "refund_amount": "money", "peak_order_hour": "hour",
}  # fmt: skip
_CARDS: Final = (
    "visitors",
    "new_visitors",
    "returning_visitors",
    "bounce_rate",
    "conversion_rate",
    "orders",
    "revenue",
)
_GOOD: Final[dict[str, Tone]] = {"bounce_rate": "down", "refund_amount": "down"}
# Columns of tables, with their unit and definition.
_SITES: Final[dict[str, tuple[Unit, str]]] = {"sessions": ("count", "sessions"), "share": ("rate", "referrer_share")}
_GOODS: Final[dict[str, tuple[Unit, str]]] = {
    "views": ("count", "views"), "carts": ("count", "carts"), "orders": ("count", "product_orders"),
    "quantity": ("count", "product_quantity"), "revenue": ("money", "product_revenue"),
    "order_rate": ("rate", "order_rate"),
}  # fmt: skip
_RESULTS: Final[dict[str, tuple[Unit, str]]] = {
    "impressions": ("count", "impressions"), "clicks": ("count", "site_clicks"), "ctr": ("rate", "ctr"),
    "orders": ("count", "site_campaign_orders"), "revenue": ("money", "site_campaign_revenue"),
}  # fmt: skip


def diagnosis_page(
    day: dt.date, answers: Mapping[str, Answer], words: DiagnosisWords, glossary: Glossary = EMPTY
) -> Page:
    """The page of a day from the answers to ``diagnosis_facts.diagnosis_questions``, by name. Raises ValueError for a
    day that nothing is known of."""
    facts = DayFacts(day, answers)
    if not facts.is_there:
        raise ValueError(f"nothing is known of {facts.day}")
    sections = [
        Section(words("changes"), [Notice(told) for told in sentences(facts, words)], words("changes_text")),
        *(section for device in DEVICES for section in _device(facts, device, words)),
        _products(facts, words),
        *_campaigns(facts, words),
        conservation_section(facts.answers["conservation"], day, day, words.results),
    ]
    return Page(
        words("title"), words.day(facts.day) + " · " + facts.day.isoformat(), sections, words("footer"), words.locale,
        answers=list(facts.answers.values()), glossary=glossary, formats=words.formats,
    )  # fmt: skip


def _device(facts: DayFacts, device: Device, words: DiagnosisWords) -> list[Section]:
    name = words(f"device_{device}")
    about = partial(words, device=name)
    since = next((one for one, back in DAYS_BACK.items() if facts.place(device, back) is not None), None)
    cards = [_card(facts, device, metric, since, words) for metric in _CARDS]
    text = words("compared_text", since=words(f"since_{since}")) if since else ""
    return [
        Section(name, [Figures(cards), _compared(facts, device, words)], text),
        Section(about("hours"), [_hours(facts, device, words)], name=about("hours_sheet")),
        Section(about("funnel"), _funnel(facts, device, words), half=True, name=about("funnel_sheet")),
        Section(about("referrers"), [_referrers(facts, device, words)], half=True, name=about("referrers_sheet")),
    ]


def _card(facts: DayFacts, device: Device, metric: str, since: Since | None, words: DiagnosisWords) -> Figure:
    unit = _UNITS[metric]
    before = facts.number(device, metric, unit, DAYS_BACK[since]) if since else None
    now = facts.number(device, metric, unit)
    return Figure(words(metric), now, before=before, good=_GOOD.get(metric, "up"))


def _compared(facts: DayFacts, device: Device, words: DiagnosisWords) -> Table:
    """Every figure of the day beside the day before and the same weekday a week ago."""
    rows: list[list[Cell]] = []
    for metric, unit in _UNITS.items():
        now = facts.number(device, metric, unit)
        row: list[Cell] = [Heading(words(metric), now.metric), now]
        for back in sorted(DAYS_BACK.values()):
            before = facts.number(device, metric, unit, back)
            change = words.formats.change(now.value, before.value, unit) if unit != "hour" else None
            row += [before, change[0] if change else "–"]
        rows.append(row)
    columns = [words(key) for key in ("figure", "that_day", "since_day", "change", "since_week", "change")]
    return Table(columns, rows, numbers=(3, 5))


def _hours(facts: DayFacts, device: Device, words: DiagnosisWords) -> Part:
    peak = (facts.row(device) or {}).get("peak_order_hour")
    if peak is None:
        return Notice(words("no_orders"))
    hours = list(range(24))
    orders = series_of(
        facts.answers[HOURS], words("orders"), "orders", hours, "hour", metric=DEFINED["orders"], device=device
    )
    says = words("hours_says", device=words(f"device_{device}"), hour=words.hour(peak))
    return Chart(says, "bars", hours, [orders], x_title=words("hour_title"), x_unit="hour", marked=int(peak))


def _funnel(facts: DayFacts, device: Device, words: DiagnosisWords) -> list[Part]:
    """How far visits got, drawn, and each step's share of the one before."""
    steps = [facts.number(device, step, "count") for step in FUNNEL]
    if not steps[0].size:
        return [Notice(words("no_visits"))]
    names = [words(step) for step in FUNNEL]
    rates: list[Cell] = ["–", *(facts.number(device, f"{step}_rate", "rate") for step in FUNNEL[1:])]
    says = ", ".join(f"{name} {words.value(one.value, 'count')}" for name, one in zip(names, steps, strict=True))
    drawn = Chart(says, "funnel", names, [Series(words("sessions"), steps)], is_wide=False, with_numbers=False)
    columns: list[str | Heading] = [words("step"), words("sessions"), Heading(words("of_step"), "funnel_step_rate")]
    heads = [Heading(name, one.metric) for name, one in zip(names, steps, strict=True)]
    return [drawn, Table(columns, list(zip(heads, steps, rates, strict=True)), numbers=(2,))]


def _referrers(facts: DayFacts, device: Device, words: DiagnosisWords) -> Table:
    shown = [
        Shown("rank", words("rank"), metric=""),
        Shown("source", words("source"), "text", ""),
        Shown("channel", words("channel"), "text", "", told=words.channel),
        *_measured(_SITES, words),
    ]
    return table_of(facts.answers[referrers(device)], shown, empty=words("no_visits"))


def _products(facts: DayFacts, words: DiagnosisWords) -> Section:
    shown = [
        Shown("rank", words("rank"), metric=""),
        Shown("product_name", words("product"), "text", ""),
        *_measured(_GOODS, words),
    ]
    return Section(words("products"), [table_of(facts.answers[PRODUCTS], shown, empty=words("no_products"))])


def _campaigns(facts: DayFacts, words: DiagnosisWords) -> list[Section]:
    found = []
    for kind in KINDS:
        answer = facts.answers[campaigns(kind)]
        shown = [Shown("campaign_name", words(f"name_{kind}"), "text", ""), *_measured(_RESULTS, words)]
        table = table_of(answer, shown, empty=words(f"none_{kind}"))
        rows = [[_named(row, kind, words), *cells[1:]] for row, cells in zip(answer.rows(), table.rows, strict=True)]
        table = replace(table, rows=rows)
        found.append(Section(words(f"campaigns_{kind}"), [table], words(f"campaigns_{kind}_text")))
    return found


def _named(row: Mapping[str, Any], kind: Kind, words: DiagnosisWords) -> Cell:
    """A banner as it is called, a widget as people call it, a message's campaign with the way to its page."""
    name = str(row["campaign_name"] or row["campaign"])
    if kind == "message":
        return Link(name, address("campaign", row["campaign"], "day"))
    return words.widget(row["campaign"]) or name if kind == "recommendation" else name


def _measured(columns: Mapping[str, tuple[Unit, str]], words: DiagnosisWords) -> list[Shown]:
    return [Shown(name, words(name), unit, metric) for name, (unit, metric) in columns.items()]
