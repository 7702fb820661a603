"""What the charts of reports look like: Vega-Lite specifications by Altair.

Belongs here: one specification for each shape of ``page.Chart``. Does not belong here: data of a chart (the pages),
turning a specification into SVG (``assets.charts``), making that smaller (``svg``).

Letters are measured with NanumGothic, which comes with the program, and shown in whichever of the page's fonts the
reader has.
"""

import datetime as dt
from typing import Any, Final, Literal

from models.reports.formats import Formats
from models.reports.page import Chart
from models.reports.palette import ACCENT, DIM, GRID, INK, LINE, MARKED, SERIES
from models.reports.questions import Number, Unit

FONT: Final = "NanumGothic"
WIDE, HALF, NARROW = 980, 470, 330
_SPARSE: Final = {WIDE: 16, HALF: 8, NARROW: 5}  # labels across at most
_DASHES: Final = ([1, 0], [6, 3], [2, 2], [8, 3, 2, 3], [4, 4], [10, 4], [1, 3])
_ROW: Final = 42  # height of a step or an interval
_FEW, _FULL = 14, 6  # places that need no thinning out; fewer of them are narrower than the chart
_ROOM: Final = {WIDE: 1.15, HALF: 1.4, NARROW: 1.6}
Record = dict[str, Any]


def specification(chart: Chart, formats: Formats, width: int) -> dict[str, Any]:
    """The chart as Vega-Lite, ``width`` pixels wide in all."""
    from altair.utils.schemapi import debug_mode

    with debug_mode(False):  # each part against the whole schema: more than half of the time, and the tests draw them
        return _specified(chart, formats, width)


def _specified(chart: Chart, formats: Formats, width: int) -> dict[str, Any]:
    shapes = {
        "lines": _lines, "bars": _bars, "stacked": _stacked, "ranks": _ranks, "funnel": _funnel,
        "intervals": _intervals,
    }  # fmt: skip
    drawn = shapes[chart.shape](chart, formats, width)
    drawn = drawn.properties(
        width=width, height=_height(chart, width), autosize={"type": "fit", "contains": "padding"}, padding=4
    )
    told: dict[str, Any] = _styled(drawn).to_dict(validate=False)
    return told


def records_of(chart: Chart, formats: Formats) -> list[Record]:
    """A record for each value that is there: place, name across, series, value, what it says when pointed at."""
    found = []
    for series in chart.series:
        ends = zip(series.low, series.high, strict=True) if series.low else [(None, None)] * len(chart.x)
        for place, (x, number, (low, high)) in enumerate(zip(chart.x, series.values, ends, strict=True)):
            if number.size is None:
                continue
            told = formats.number(number)
            name = name_of(x, chart, formats)
            found.append(
                {
                    "place": place, "x": name, "series": series.label, "value": number.size, "told": told,
                    "says": " · ".join(part for part in (name, series.label, told) if part),
                    "low": _size(low), "high": _size(high), "is_marked": place == chart.marked,
                }
            )  # fmt: skip
    return found


def name_of(x: Any, chart: Chart, formats: Formats) -> str:
    """What stands under a place of the chart; days without their year."""
    if isinstance(x, dt.date):
        return f"{x.month}/{x.day}"
    if chart.x_unit == "hour":
        return str(x)
    return formats.value(x, chart.x_unit)


def _lines(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    base = alt.Chart(_data(chart, formats)).encode(
        x=_across(chart, formats, width),
        y=_up(chart, formats),
        color=_colour(chart),
        strokeDash=alt.StrokeDash("series:N", scale=_scale(chart, list(_DASHES)), legend=None),
    )
    lines = base.mark_line(strokeWidth=2)
    if width == NARROW and len(chart.x) > _FEW:  # nobody points at a telephone
        return lines
    points = base.mark_point(filled=True, size=26, opacity=1).encode(
        description="says:N", shape=alt.Shape("series:N", scale=_scale(chart, _SHAPES), title=None, sort=None)
    )
    return alt.layer(lines, points)


def _bars(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    base = alt.Chart(_data(chart, formats))
    if len(chart.series) > 1:
        return base.mark_bar(cornerRadiusEnd=2).encode(
            x=_across(chart, formats, width), y=_up(chart, formats), color=_colour(chart),
            xOffset=alt.XOffset("series:N", sort=None), description="says:N",
        )  # fmt: skip
    colour = alt.condition("datum.is_marked", alt.value(MARKED), alt.value(ACCENT))
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        x=_across(chart, formats, width), y=_up(chart, formats), color=colour, description="says:N"
    )
    if chart.marked is None:
        return bars
    label = (
        base.transform_filter("datum.is_marked")
        .mark_text(dy=-8, fontWeight="bold", fill=MARKED)
        .encode(x=_across(chart, formats, width), y=_up(chart, formats), text="told:N")
    )
    return alt.layer(bars, label)


def _stacked(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    return (
        alt.Chart(_data(chart, formats))
        .mark_bar()
        .encode(
            x=_across(chart, formats, width), y=_up(chart, formats), color=_colour(chart),
            order=alt.Order("series:N"), description="says:N",
        )
    )  # fmt: skip


def _ranks(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    y = _down(chart, formats, width)
    x = alt.X("value:Q", title=None, axis=_axis(chart.unit, formats), scale=_room(chart, width))
    many = len(chart.series) > 1
    base = alt.Chart(_data(chart, formats)).encode(x=x, y=y)
    if many:
        base = base.encode(yOffset=alt.YOffset("series:N", sort=None))
    bars = base.mark_bar(cornerRadiusEnd=2).encode(
        color=_colour(chart) if many else alt.value(ACCENT), description="says:N"
    )
    return alt.layer(bars, base.mark_text(align="left", dx=5, fill=INK).encode(text="told:N"))


def _funnel(chart: Chart, formats: Formats, width: int) -> Any:
    """Lying bars under each other: how many, which share of the first step and of the step before."""
    import altair as alt

    records = records_of(chart, formats)
    first = records[0]["value"] if records else 0.0
    before = first
    for record in records:
        share = formats.value(record["value"] / first, "rate") if first else "–"
        step = f" (→ {formats.value(record['value'] / before, 'rate')})" if before and record["place"] > 1 else ""
        record["told"] = f"{record['told']} · {share}{step}" if record["place"] else record["told"]
        before = record["value"]
    base = alt.Chart(alt.InlineData(values=records)).encode(
        x=alt.X("value:Q", axis=None, scale=alt.Scale(domain=[0, first or 1.0])), y=_down(chart, formats, width)
    )
    bars = base.mark_bar(cornerRadius=3, color=ACCENT, height=15, yOffset=8).encode(description="says:N")
    text = base.mark_text(align="left", dy=-10, fill=INK, fontWeight="bold").encode(x=alt.value(0), text="told:N")
    return alt.layer(bars, text)


def _intervals(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    scale = alt.Scale(domain=_span(chart), nice=False)
    x = alt.X("value:Q", title=None, axis=_axis(chart.unit, formats), scale=scale)
    base = alt.Chart(_data(chart, formats)).encode(y=_down(chart, formats, width))
    colour = alt.condition("datum.is_marked", alt.value(MARKED), alt.value(ACCENT))
    rules = base.mark_rule(strokeWidth=7, opacity=0.35, strokeCap="round").encode(
        x=alt.X("low:Q", title=None, axis=_axis(chart.unit, formats), scale=scale), x2="high:Q", color=colour
    )
    dots = base.mark_point(filled=True, size=90, opacity=1).encode(x=x, color=colour, description="says:N")
    labels = base.mark_text(dy=-13, fill=INK, fontWeight="bold").encode(x=x, text="told:N")
    layers = [rules, dots, labels]
    if chart.zero is not None:
        line = alt.Chart(alt.InlineData(values=[{"zero": chart.zero}])).mark_rule(strokeDash=[4, 3], color=DIM)
        layers.insert(0, line.encode(x="zero:Q"))
    return alt.layer(*layers)


_SHAPES: Final = ["circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "circle"]


def _data(chart: Chart, formats: Formats) -> Any:
    import altair as alt

    return alt.InlineData(values=records_of(chart, formats))


def _scale(chart: Chart, values: Any) -> Any:
    import altair as alt

    many = len(chart.series)
    return alt.Scale(domain=[one.label for one in chart.series], range=(list(values) * many)[:many])


def _colour(chart: Chart) -> Any:
    import altair as alt

    legend = None
    if len(chart.series) > 1:
        legend = alt.Legend(orient="top", title=None, symbolSize=90, symbolDash=[1, 0], symbolStrokeWidth=1)
    return alt.Color("series:N", scale=_scale(chart, SERIES), legend=legend, sort=None, title=None)


def _across(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    names = [name_of(x, chart, formats) for x in chart.x]
    every = max(1, -(-len(names) // (_SPARSE[width] if chart.x_unit != "hour" or width == NARROW else 24)))
    told = names[::every]
    axis = alt.Axis(values=told, labelAngle=0, grid=False, title=chart.x_title or None)
    if chart.marked is not None:
        is_marked = f"datum.value == '{names[chart.marked]}'"
        axis.labelColor = alt.condition(is_marked, alt.value(MARKED), alt.value(DIM))
        axis.labelFontWeight = alt.condition(is_marked, alt.value("bold"), alt.value("normal"))
    if chart.shape == "lines":
        return alt.X("x:O", sort=names, axis=axis)
    few = len(names) < _FULL
    gaps = alt.Scale(paddingInner=0.5 if few else 0.25, paddingOuter=1 if few else 0.15)
    return alt.X("x:O", sort=names, axis=axis, scale=gaps)


def _up(chart: Chart, formats: Formats) -> Any:
    import altair as alt

    stack: Literal["zero"] | None = "zero" if chart.shape == "stacked" else None
    return alt.Y("value:Q", title=None, axis=_axis(chart.unit, formats), stack=stack)


def _down(chart: Chart, formats: Formats, width: int) -> Any:
    import altair as alt

    names = [name_of(x, chart, formats) for x in chart.x]
    limit = 110 if width == NARROW else 180
    axis = alt.Axis(labelLimit=limit, labelFontSize=12, labelColor=INK, domain=False, ticks=False, grid=False)
    return alt.Y("x:N", sort=names, title=None, axis=axis)


def _span(chart: Chart) -> list[float]:
    """From the lowest to the highest end, with room for round caps and labels."""
    ends = [number.size for series in chart.series for number in (*series.low, *series.high, *series.values)]
    known = [end for end in (*ends, chart.zero) if end is not None]
    low, high = min(known, default=0.0), max(known, default=1.0)
    room = (high - low or 1.0) * 0.05
    return [low - room, high + room]


def _room(chart: Chart, width: int) -> Any:
    """Room to the right of the longest bar, for its number."""
    import altair as alt

    highest = max((number.size or 0.0 for series in chart.series for number in series.values), default=0.0)
    return alt.Scale(domain=[0, highest * _ROOM[width] or 1.0], nice=False)


def _axis(unit: Unit, formats: Formats) -> Any:
    import altair as alt

    if unit == "rate":
        return alt.Axis(format=".1~%", tickCount=5)
    if formats.locale == "ko":
        told = (
            "abs(datum.value) >= 1e8 ? format(datum.value / 1e8, ',~r') + '억' : "
            "abs(datum.value) >= 1e4 ? format(datum.value / 1e4, ',~r') + '만' : format(datum.value, ',~r')"
        )
        return alt.Axis(labelExpr=told, tickCount=5)
    return alt.Axis(format="~s", tickCount=5)


def _height(chart: Chart, width: int) -> int:
    if chart.shape in ("ranks", "funnel", "intervals"):
        rows = max(1, len(chart.x)) * (max(1, len(chart.series)) * 17 + 9 if chart.shape == "ranks" else _ROW)
        return rows + (8 if chart.shape == "funnel" else 36)
    return {WIDE: 250, HALF: 230, NARROW: 200}[width]


def _size(number: Number | None) -> float | None:
    return None if number is None else number.size


def _styled(drawn: Any) -> Any:
    return (
        drawn.configure(font=FONT)
        .configure_view(stroke=None)
        .configure_axis(
            gridColor=GRID, domainColor=LINE, tickColor=LINE, labelColor=DIM, titleColor=DIM, labelFontSize=11.5,
            titleFontWeight="normal", titleFontSize=11.5,
        )
        .configure_legend(labelColor=INK, labelFontSize=12, offset=6)
        .configure_text(fontSize=12)
    )  # fmt: skip
