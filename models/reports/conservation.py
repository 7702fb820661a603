"""The line that accounts for every order: attributed + unattributed = all of them.

Belongs here: its question and its section, for every page that credits orders to messages. Does not belong here: who is
credited (``rpt_conservation``), the pages.
"""

import datetime as dt
from typing import Final

from models.reports.page import Facts, Heading, Section, Sum
from models.reports.questions import Answer, Between, Equal, Number, Question, Unit, sums
from models.reports.results import nothing
from models.reports.results_words import ResultWords

WINDOW: Final = "7d"  # where every campaign counts in a window of its own
_SUMS: Final = (
    ("attributed_orders", "unattributed_orders", "orders"),
    ("attributed_revenue", "unattributed_revenue", "revenue"),
)
_DEFINED: Final = {"orders": "order_count", "revenue": "order_revenue"}


def conservation_question(first: dt.date, last: dt.date, window: str = WINDOW) -> Question:
    """Orders of the days ``first`` to ``last``, by whether they are credited to a message."""
    asked = sums(*_SUMS[0], *_SUMS[1], "claimed_orders")
    return Question("conservation", "report_conservation", asked,
                    (Equal("window", window), Between("day", first, last)))  # fmt: skip


def conservation_section(
    answer: Answer, first: dt.date, last: dt.date, words: ResultWords, window: str = WINDOW
) -> Section:
    """The line, in orders and in money, and what campaigns would claim one by one."""
    if answer.frame.is_empty() or answer.rows()[0]["orders"] is None:
        return Section(words("conservation"), [nothing(answer, words("no_orders_known"), words)])
    lines = []
    for columns in _SUMS:
        *terms, total = ((_heading(one, words), _number(answer, one)) for one in columns)
        lines.append(Sum(terms, total))
    claimed = Facts([(_heading("claimed_orders", words), _number(answer, "claimed_orders"))])
    text = words("conservation_text", days=words.days(first, last), window=words.window(window))
    return Section(words("conservation"), [*lines, claimed], text)


def _heading(column: str, words: ResultWords) -> Heading:
    metric = _DEFINED.get(column, column)
    return Heading(words(metric), metric)


def _number(answer: Answer, column: str) -> Number:
    unit: Unit = "money" if column.endswith("revenue") else "count"
    return answer.number(0, column, unit, _DEFINED.get(column, column))
