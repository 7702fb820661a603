"""Native charts of workbooks.

Belongs here: turning ``page.Chart`` into a chart of Excel beside its numbers. Does not belong here: cells
(``workbook``), charts of pages (``drawing``).
"""

from typing import Any, Final

from models.reports.page import Chart
from models.reports.palette import ACCENT, DIM, GRID, MARKED, SERIES

CHART_ROWS: Final = 17  # rows of a sheet that a chart is high
_KINDS: Final[dict[str, dict[str, str]]] = {
    "lines": {"type": "line"},
    "bars": {"type": "column"},
    "ranks": {"type": "bar"},
    "stacked": {"type": "column", "subtype": "stacked"},
    "funnel": {"type": "bar"},
    "intervals": {"type": "column"},  # with error bars
}
_DASHES: Final = ("solid", "dash", "round_dot", "long_dash_dot", "square_dot", "long_dash", "dash_dot")


def add_chart(book: Any, sheet: Any, chart: Chart, first: int, columns: int) -> None:
    """Put the chart to the right of its numbers. ``first``: row of the first of them; a column of names stands before
    the series, and after a series with intervals those of their ends."""
    drawn, last, name = book.add_chart(_KINDS[chart.shape]), first + len(chart.x) - 1, sheet.get_name()
    column = 1
    for place, series in enumerate(chart.series):
        colour = SERIES[place % len(SERIES)]
        told: dict[str, Any] = {
            "name": [name, first - 1, column], "categories": [name, first, 0, last, 0],
            "values": [name, first, column, last, column], "gap": 60,
        }  # fmt: skip
        if chart.shape == "lines":
            told["line"] = {"color": colour, "width": 2, "dash_type": _DASHES[place % len(_DASHES)]}
        else:
            told["fill"] = {"color": colour}
        if chart.marked is not None and chart.shape in ("bars", "intervals") and len(chart.series) == 1:
            told["points"] = [{"fill": {"color": MARKED if one == chart.marked else ACCENT}}
                              for one in range(len(chart.x))]  # fmt: skip
        if series.low:
            told["y_error_bars"] = _ends(chart, place)
        drawn.add_series(told)
        column += 3 if series.low else 1
    _frame(drawn, chart)
    sheet.insert_chart(first - 1, columns + 1, drawn, {"description": chart.says})


def _ends(chart: Chart, place: int) -> dict[str, Any]:
    series = chart.series[place]
    ends = zip(series.values, series.low, series.high, strict=True)
    sizes = [(value.size or 0.0, low.size, high.size) for value, low, high in ends]
    return {
        "type": "custom",
        "minus_values": [value - (value if low is None else low) for value, low, _ in sizes],
        "plus_values": [(value if high is None else high) - value for value, _, high in sizes],
    }


def _frame(drawn: Any, chart: Chart) -> None:
    lying = chart.shape in ("ranks", "funnel")
    drawn.set_title({"name": chart.says, "name_font": {"size": 11, "bold": True}, "overlay": False})
    drawn.set_legend({"position": "top" if len(chart.series) > 1 else "none"})
    values: dict[str, Any] = {"major_gridlines": {"visible": True, "line": {"color": GRID}}, "num_font": {"color": DIM}}
    names: dict[str, Any] = {"num_font": {"color": DIM}, "reverse": lying}
    if chart.x_unit == "day":
        names |= {"num_format": "m/d", "text_axis": True}
    drawn.set_x_axis(names)
    if lying:
        values["crossing"] = "max"
    drawn.set_y_axis(values)
    drawn.set_size({"width": 640, "height": 320})
