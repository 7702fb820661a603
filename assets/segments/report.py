"""The profile of a segment from published tables, and its page.

Belongs here: which files a period needs, when "the last hours" end, writing the page. Does not belong here: figures
(``models.profile``), the page itself (``models.reports``), Dagster.
"""

import datetime as dt
import os
from pathlib import Path

import polars as pl

from assets.charts import draw_svg
from connectors.home.paths import Home
from connectors.published.tables import PublishedTables
from models.profile.actions import actions_by_day, actions_by_event
from models.profile.period import Period, last_hours
from models.profile.profile import Facts, Profile, profile_of
from models.reports.page import Page, html_of
from models.reports.segment import segment_page
from models.reports.segment_words import ReportWords


def segment_profile(published: PublishedTables, inside: pl.DataFrame, period: Period) -> Profile:
    """The profile of the customers ``inside`` (customer_id). Raises ``PublishError`` for tables that are missing."""
    day = dt.timedelta(days=1)
    first, last = period.first_day, period.last_day
    if period.is_whole_days:
        actions = actions_by_day(published.scan("customer_product_days", first, last), period)
    else:
        actions = actions_by_event(published.scan("events", first, last), period)
    facts = Facts(
        sessions=published.scan("sessions", first, last),
        # an order belongs to the day of its visit, which may have begun before midnight
        orders=published.scan("orders", first - day, last + day),
        actions=actions,
        products=published.scan("products", first, last),
    )
    return profile_of(inside.lazy(), facts, period)


def last_hours_of(published: PublishedTables, now: dt.datetime, hours: int, period_zone: Period) -> Period:
    """The last ``hours`` before ``now``; of data that ended earlier the last that it has.

    ``period_zone``: any period in the shop's zone.
    """
    seen = published.scan("sessions", period_zone.first_day, period_zone.last_day)
    newest = seen.select(pl.col("ended_at").max()).collect().item()
    moment = now.astimezone(dt.UTC).replace(tzinfo=None)
    ended = moment if newest is None else newest + dt.timedelta(seconds=1)
    return last_hours(min(moment, ended), hours, period_zone.zone)


def write_page(path: Path, name: str, inside: pl.DataFrame, profile: Profile, words: ReportWords) -> Path:
    """Write the page of a segment to ``path``, whole or not at all."""
    return write_html(path, segment_page(name, inside.height, profile, words, draw_svg))


def write_html(path: Path, page: Page) -> Path:
    """Write ``page`` to ``path``, whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}")
    aside.write_text(html_of(page), encoding="utf-8")
    aside.replace(path)
    return path


def page_path(home: Home, segment_id: str) -> Path:
    """Where a page of a segment that somebody asked for stands, when nobody says otherwise: among the exports, so that
    it never takes the place of the published page ``segments/….html`` of the last complete days."""
    return home.published / "reports" / "exports" / f"segment-{segment_id.replace(':', '~')}.html"
