"""What the pages of results are made of in common: cards, strips, tables of campaigns.

Belongs here: turning columns that several tables share into parts of pages. Does not belong here: what one page shows
(``channel``, ``dashboard``, …), phrases (``results_phrases``).
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final

from models.reports.page import Cell, Figure, Heading, Link, Notice, Part, Table, Tone, Window, Windows
from models.reports.questions import Answer, Expression, Number, Ratio, Total, Unit, sums
from models.reports.results_words import ResultWords
from models.reports.tables import Shown

UNITS: Final[Mapping[str, Unit]] = {
    "success_rate": "rate", "failure_rate": "rate", "open_rate": "rate", "click_rate": "rate",
    "conversion_rate": "rate", "revenue": "money", "gross_revenue": "money",
    "refund_amount": "money",
    "attributed_revenue": "money", "cost": "money", "aov": "money",
    "roas": "percent", "ctr": "rate",
    "direct_revenue": "money", "session_revenue": "money", "cumulative_spend": "money",
    "share": "rate", "site_share": "rate", "rate": "rate", "overall_rate": "rate", "support": "rate", "lift": "ratio",
    "last_seen_at": "moment", "latest_cart_at": "moment", "latest_order_at": "moment",
}  # fmt: skip
GOOD: Final[Mapping[str, Tone]] = {"messages": "", "cost": "", "failure_rate": "down", "failed": "down"}
SUMMED: Final = ("messages", "accepted", "delivered", "failed", "opened", "clicked", "ordered", "orders", "revenue",
                 "cost")  # fmt: skip
RATES: Final[Mapping[str, Ratio]] = {
    "success_rate": Ratio("accepted", "messages"), "open_rate": Ratio("opened", "accepted"),
    "click_rate": Ratio("clicked", "accepted"), "conversion_rate": Ratio("ordered", "accepted"),
    "roas": Ratio("revenue", "cost"),
}  # fmt: skip
CAMPAIGN_COLUMNS: Final = ("messages", "success_rate", "open_rate", "click_rate", "conversion_rate", "orders",
                           "revenue", "cost", "roas")  # fmt: skip
COLLECTING: Final[Mapping[str, Expression]] = {"is_collecting": Total("max", "is_collecting")}


def totals() -> dict[str, Expression]:
    """Sums of sends and the rates that follow from them, of ``report_send_days``."""
    return {**sums(*SUMMED), **RATES}


def is_there(answer: Answer) -> bool:
    """Whether the table that was asked exists."""
    return bool(answer.version)


def nothing(answer: Answer, empty: str, words: ResultWords) -> Notice:
    """Said in place of what an empty answer would have shown."""
    return Notice(empty if is_there(answer) else words("no_table"))


def collecting(answers: Mapping[str, Answer], names: Sequence[str], words: ResultWords) -> list[Notice]:
    """The badge, where a window of what is asked is not over."""
    if any(answers[name].frame["is_collecting"].any() for name in names if answers[name].frame.height):
        return [Notice(words("collecting_text"), "collecting", words("collecting"))]
    return []


def card(
    answer: Answer, row: int, column: str, words: ResultWords, *, metric: str = "", before: Number | None = None
) -> Figure:
    """A number of the answer on a card; ``before``: that of the period before."""
    unit, defined = UNITS.get(column, "count"), metric or column
    now = answer.number(row, column, unit, defined)
    return Figure(words(defined), now, before=before, good=GOOD.get(defined, "up"))


def number(answer: Answer, row: int, column: str, metric: str = "", unit_of: str = "") -> Number:
    """A number of the answer in its unit; ``unit_of``: the column whose unit it has."""
    return answer.number(row, column, UNITS.get(unit_of or column, "count"), metric or unit_of or column)


def results_of(answer: Answer, row: int, names: Sequence[str], channel: str) -> list[Number]:
    """Numbers of a row about a channel; open rates of e-mail alone."""
    return [
        Number(None, "rate", name) if name == "open_rate" and channel != "email" else number(answer, row, name)
        for name in names
    ]


def shown(names: Sequence[str], words: ResultWords, defined: Mapping[str, str] | None = None) -> list[Shown]:
    """Columns of a table in their units; ``defined``: their metrics, where they are not called as the columns."""
    metrics = {name: (defined or {}).get(name, name) for name in names}
    return [Shown(name, words(metrics[name]), UNITS.get(name, "count"), metrics[name]) for name in names]


def strip(
    answer: Answer,
    places: Sequence[tuple[Window, int | None]],
    names: Sequence[str],
    words: ResultWords,
    defined: Mapping[str, str] | None = None,
) -> Windows:
    """The same figures side by side: a column for each row of the answer, None where it has none."""
    rows = []
    for name in names:
        unit, metric = UNITS.get(name, "count"), (defined or {}).get(name, name)
        cells = [
            Number(None, unit, metric) if row is None else answer.number(row, name, unit, metric) for _, row in places
        ]
        rows.append((Heading(words(metric), metric), cells))
    return Windows([window for window, _ in places], rows)


def campaign_table(answer: Answer, words: ResultWords, address: Callable[[Mapping[str, Any]], str]) -> Part:
    """Campaigns with their channel, whether they still collect, and results; a row of the answer each."""
    if answer.frame.is_empty():
        return nothing(answer, words("nothing_sent"), words)
    heads: list[str | Heading] = [words(key) for key in ("campaign", "channel", "state")]
    heads += [Heading(words(name), name) for name in CAMPAIGN_COLUMNS]
    rows: list[list[Cell]] = []
    for place, row in enumerate(answer.rows()):
        name = Link(str(row["campaign_name"] or row["campaign_id"]), address(row))
        state = words("collecting") if row["is_collecting"] else "–"
        numbers = results_of(answer, place, CAMPAIGN_COLUMNS, row["channel"])
        rows.append([name, words.channel(row["channel"]), state, *numbers])
    return Table(heads, rows)
