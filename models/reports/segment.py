"""The report on a segment beside the whole shop: its shares, averages, products, devices, channels and hours.

Belongs here: which part of a profile stands where on the page. Does not belong here: figures (``models.profile``),
phrases (``segment_words``), HTML (``page``), drawing (handed in).
"""

import datetime as dt
from collections.abc import Callable, Mapping
from typing import Any, Final

import polars as pl

from models.profile.actions import TOP
from models.profile.figures import AVERAGES, COUNTS
from models.profile.period import Period
from models.profile.profile import Profile
from models.reports.charts import compared_bars, compared_lines
from models.reports.page import Figure, Figures, Page, Part, Picture, Section, Table, Tone
from models.reports.segment_words import ReportWords

Draw = Callable[[Mapping[str, Any]], str]
_MOST_BARS: Final = 8
_LIKE_BEFORE: Final = 0.05  # per cent that are shown as 0.0: neither better nor worse


def segment_page(name: str, members: int, profile: Profile, words: ReportWords, draw: Draw) -> Page:
    """The page of a segment called ``name`` with ``members`` customers; ``draw`` turns a chart into SVG."""
    figures = {row["figure"]: row for row in profile.figures.iter_rows(named=True)}
    visitors = words.value(figures["customers"]["segment"], "count")
    subtitle = words("subtitle", period=told_period(profile.period, words), members=f"{members:,}", visitors=visitors)
    shares = [_share(figures[one.name], words) for one in COUNTS]
    averages = [_average(figures[one.name], words) for one in AVERAGES]
    sections = [
        Section(words("shares"), [Figures(shares)]),
        Section(words("compared"), [Figures(averages)]),
        Section(words("bought", top=TOP), [_products(profile.bought, "no_bought", words)], half=True),
        Section(words("carted", top=TOP), [_products(profile.carted, "no_carted", words)], half=True),
        Section(words("devices"), [_bars(profile.devices, "device", words, draw)], half=True),
        Section(words("channels"), [_bars(profile.channels, "channel", words, draw)], half=True),
        Section(words("hours"), [_hours(profile.hours, words, draw)]),
    ]
    return Page(words("title", name=name), subtitle, sections, words("footer"), words.locale)


def told_period(period: Period, words: ReportWords) -> str:
    """'2025-10-25 ~ 2025-10-31', or the hours."""
    if period.is_whole_days:
        return words("days", since=period.first_day, until=period.last_day)
    since, until = (
        f"{moment.replace(tzinfo=dt.UTC).astimezone(period.zone):%m-%d %H:%M}"
        for moment in (period.since, period.until)
    )
    hours = round((period.until - period.since) / dt.timedelta(hours=1))
    return words("last_hours", hours=hours, since=since, until=until)


def _share(row: Mapping[str, Any], words: ReportWords) -> Figure:
    both = {side: words.value(row[side], row["unit"]) for side in ("segment", "site")}
    return Figure(words(f"figure_{row['figure']}"), words.value(row["share"], "rate"), words("of_site", **both))


def _average(row: Mapping[str, Any], words: ReportWords) -> Figure:
    site = words("average", site=words.value(row["site"], row["unit"]))
    if row["percent"] is None:
        return Figure(words(f"figure_{row['figure']}"), words.value(row["segment"], row["unit"]), site)
    key = "points" if row["unit"] == "rate" else "percent"
    told = words(key, difference=row["difference"], percent=row["percent"])
    tone: Tone = "" if abs(row["percent"]) < _LIKE_BEFORE else "up" if row["percent"] > 0 else "down"
    label, value = words(f"figure_{row['figure']}"), words.value(row["segment"], row["unit"])
    return Figure(label, value, f"{site} · {told}", tone)


def _products(rows: pl.DataFrame, empty: str, words: ReportWords) -> Table:
    columns = [words(key) for key in ("rank", "product", "quantity", "people", "share", "site_share")]
    told = [
        (
            str(row["rank"]), row["name"] or row["product_id"], f"{row['quantity']:,}", f"{row['customers']:,}",
            words.value(row["share"], "rate"), words.value(row["site_share"], "rate"),
        ) for row in rows.iter_rows(named=True)
    ]  # fmt: skip
    return Table(columns, told, numbers=(0, 2, 3, 4, 5), empty=words(empty))


def _bars(rows: pl.DataFrame, kind: str, words: ReportWords, draw: Draw) -> Part:
    shown = rows.filter(pl.col("site_share").is_not_null()).head(_MOST_BARS)
    if shown.is_empty():
        return Table((), (), empty=words("no_visits"))
    names = [words.named(kind, value) for value in shown[kind]]
    records = _records("name", names, shown, words)
    return Picture(draw(compared_bars(records, (words("segment"), words("site")), ".0%")), ", ".join(names))


def _hours(rows: pl.DataFrame, words: ReportWords, draw: Draw) -> Part:
    if rows["site_visits"].sum() == 0:
        return Table((), (), empty=words("no_visits"))
    records = _records("x", rows["hour"].to_list(), rows, words)
    return Picture(draw(compared_lines(records, (words("segment"), words("site")), ".0%")), words("hours"))


def _records(axis: str, names: list[Any], rows: pl.DataFrame, words: ReportWords) -> list[dict[str, Any]]:
    sides = ((words("segment"), "share"), (words("site"), "site_share"))
    return [
        {axis: name, "series": series, "value": value or 0.0}
        for series, column in sides
        for name, value in zip(names, rows[column], strict=True)
    ]
