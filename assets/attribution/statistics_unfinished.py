"""What is left to do for statistics of reports although no file is waiting.

Belongs here: telling a run that ended early, and a new day, from one that did all. Does not belong here: doing it
(``statistics``).
"""

import datetime as dt

from assets.attribution import tables
from assets.attribution.statistics import has_facts, is_done
from assets.lake_steps import why_not_published
from assets.segments.facts import newest_day
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables


def why_statistics_unfinished(home: Home, published: PublishedTables, settings: Settings, today: dt.date) -> str | None:
    """Why another run is needed: statistics are not of what is published now, or not published. None: none."""
    if not has_facts(published):
        return None
    lake = LakeTables(home)
    lake.finish_writing()
    if not is_done(lake, settings, published, newest_day(published), today):
        return "statistics of reports are not of what is published now"
    return why_not_published(lake, published, tables.PUBLISHED)
