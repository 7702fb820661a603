"""`dangol segment report` and `card`: a segment beside the whole shop, and the model behind an AI segment.

Belongs here: which period is meant, where the page goes, the tables on a screen. Does not belong here: figures, pages
(``models.profile``, ``models.reports``).
"""

import datetime as dt
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from assets.ai_targets.tables import CARDS, PREFIX
from assets.charts import draw_svg
from assets.segments.facts import Facts
from assets.segments.report import last_hours_of, page_path, segment_profile, write_html, write_page
from models.profile.period import Period, days_between, last_days
from models.profile.profile import Profile
from models.reports.ai_card import card_page
from models.reports.segment import told_period
from models.reports.segment_words import ReportWords
from orchestration.cli.days import parse_day
from orchestration.cli.screen import Column, write_rows
from orchestration.cli.segment_questions import customers_of, meant
from orchestration.cli.segment_view import Desk
from orchestration.cli.words import CommandError

_COLUMNS = ("part", "name", "unit", "segment", "site", "share", "site_share", "difference", "percent")


@dataclass(frozen=True)
class Wanted:
    """``days`` or ``hours`` up to now, or the days from ``first`` to ``last``; 0 and '' where not asked for."""

    days: int
    hours: int
    first: str
    last: str


def report_segment(desk: Desk, what: str, wanted: Wanted, out: Path | None) -> None:
    """Write the page of a segment, or print its tables for machines."""
    segment = meant(desk, what)
    name, title = (segment, segment) if isinstance(segment, str) else (segment.id, segment.name)
    with desk.facts() as facts:
        inside = customers_of(desk, facts, segment)
        period = _period(desk, facts, wanted)
    profile = segment_profile(desk.published, inside, period)
    if desk.form != "table":
        write_rows(_COLUMNS, _rows(profile), desk.form, desk.out)
        return
    words = ReportWords(desk.settings.locale, desk.settings.currency)
    path = write_page(out or page_path(desk.home, name), _title(desk, name, title), inside, profile, words)
    _print(desk, profile, words)
    desk.screen.line()
    desk.screen.line(desk.words("report_written", path=path))


def write_card(desk: Desk, name: str, out: Path | None) -> None:
    """Write the model card of an AI segment. Raises :class:`CommandError` for a segment without one."""
    cards = desk.rows_of(CARDS)
    known = [] if cards is None else [f"{PREFIX}{target}" for target in cards["target"].unique(maintain_order=True)]
    if cards is None or name not in known:
        raise CommandError(desk.words("no_card", id=name, hint=desk.hint(name, known)))
    mine = cards.filter(pl.col("target") == name.removeprefix(PREFIX))
    page = card_page(_title(desk, name, name), mine, desk.settings.locale, draw_svg)
    path = write_html(out or page_path(desk.home, f"{name}-card"), page)
    desk.screen.line(desk.words("report_written", path=path))


def _title(desk: Desk, name: str, title: str) -> str:
    """The name of a segment that is found by itself stands in the published table."""
    if title != name or desk.listed is None:
        return title
    rows = desk.listed.filter(pl.col("segment_id") == name)
    return title if rows.is_empty() else str(rows["name"].item())


def _period(desk: Desk, facts: Facts, wanted: Wanted) -> Period:
    zone, today = desk.settings.zone, facts.as_of.day
    if wanted.hours:
        now = dt.datetime.now(dt.UTC)
        return last_hours_of(desk.published, now, wanted.hours, last_days(today, wanted.hours // 24 + 2, zone))
    if not wanted.first and not wanted.last:
        return last_days(today, wanted.days, zone)
    first = parse_day(wanted.first, "--from") if wanted.first else today
    last = parse_day(wanted.last, "--to") if wanted.last else today
    if first > last:
        raise CommandError(desk.words("period_order", first=first, last=last))
    return days_between(first, last, zone)


def _print(desk: Desk, profile: Profile, words: ReportWords) -> None:
    desk.screen.line(told_period(profile.period, words), "bold")
    columns = [Column(""), *(Column(words(key), right=True) for key in ("segment", "site")), Column("", right=True)]
    rows = []
    for row in profile.figures.iter_rows(named=True):
        told = words.value(row["share"], "rate") if row["difference"] is None else f"{row['percent'] or 0:+.1f}%"
        values = [words.value(row[side], row["unit"]) for side in ("segment", "site")]
        rows.append([words(f"figure_{row['figure']}"), *values, told])
    desk.screen.table(columns, rows)


def _rows(profile: Profile) -> list[dict[str, object]]:
    empty = dict.fromkeys(_COLUMNS)
    rows: list[dict[str, object]] = [
        empty | {"part": "figures", "name": row["figure"]} | {key: row[key] for key in row if key in _COLUMNS}
        for row in profile.figures.iter_rows(named=True)
    ]
    for part, frame in (("bought", profile.bought), ("carted", profile.carted)):
        rows += [
            empty | {"part": part, "name": row["product_id"], "unit": "count", "segment": row["quantity"],
                     "site": row["site_quantity"], "share": row["share"], "site_share": row["site_share"]}
            for row in frame.iter_rows(named=True)
        ]  # fmt: skip
    for part, frame in (("device", profile.devices), ("channel", profile.channels), ("hour", profile.hours)):
        rows += [
            empty | {"part": part, "name": row[part], "unit": "count", "segment": row["visits"],
                     "site": row["site_visits"], "share": row["share"], "site_share": row["site_share"],
                     "difference": row["difference"]}
            for row in frame.iter_rows(named=True)
        ]  # fmt: skip
    return rows
