"""Parts of a page straight from an answer.

Belongs here: turning rows of an answer into tables and series of numbers. Does not belong here: what a page shows, the
parts themselves (``page``).
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from models.reports.page import Cell, Heading, Series, Table
from models.reports.questions import Answer, Number, Unit, Value


@dataclass(frozen=True)
class Shown:
    """A column of a table: ``name`` in the answer, ``label`` on the page. ``metric``: its definition, called as the
    column unless given; ``told``: words for a value of text, such as the name of a channel."""

    name: str
    label: str
    unit: Unit = "count"
    metric: str | None = None
    told: Callable[[Value], str] | None = None

    @property
    def definition(self) -> str:
        return self.name if self.metric is None else self.metric


def table_of(
    answer: Answer, shown: Sequence[Shown], caption: str = "", empty: str = "", most: int | None = None
) -> Table:
    """Every row of the answer; ``most``: rows on the page, the workbook has all."""
    cells = [_column(answer, one) for one in shown]
    columns = [Heading(one.label, one.definition) for one in shown]
    return Table(columns, list(zip(*cells, strict=True)), caption=caption, empty=empty, shown=most)


def series_of(
    answer: Answer,
    label: str,
    column: str,
    xs: Sequence[Value],
    x_column: str,
    unit: Unit = "count",
    metric: str | None = None,
    **where: Value,
) -> Series:
    """A number of ``column`` for each of ``xs``, from the row whose ``x_column`` is it (and whose other columns are as
    in ``where``); 0 where there is no such row and the unit can be added up, else nothing."""
    places = {row[x_column]: place for place, row in enumerate(answer.rows())
              if all(row[name] == value for name, value in where.items())}  # fmt: skip
    missing = 0 if unit in ("count", "money") else None
    return Series(
        label,
        [
            answer.number(places[x], column, unit, metric) if x in places
            else Number(missing, unit, column if metric is None else metric)
            for x in xs
        ],
    )  # fmt: skip


def _column(answer: Answer, shown: Shown) -> list[Cell]:
    if shown.told is not None:
        return [shown.told(value) for value in answer.frame[shown.name]]
    if shown.unit == "text":
        return ["–" if value is None else str(value) for value in answer.frame[shown.name]]
    return [answer.number(row, shown.name, shown.unit, shown.definition) for row in range(answer.frame.height)]
