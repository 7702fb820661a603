"""What is left to do for statistics of reports although no file is waiting.

Belongs here: telling a run that ended early, and a new day, from one that did all. Does not belong here: doing it
(``statistics``).
"""

from assets.attribution import tables
from assets.attribution.statistics import has_facts, is_done, last_complete_day
from assets.lake_steps import why_not_published
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables


def why_statistics_unfinished(home: Home, published: PublishedTables, settings: Settings) -> str | None:
    """Why another run is needed: statistics are not of what is published now, or not published. None: none."""
    if not has_facts(published):
        return None
    lake = LakeTables(home)
    lake.finish_writing()
    day = last_complete_day(published)
    if day is not None and not is_done(lake, settings, published, day):
        return "statistics of reports are not of what is published now"
    return why_not_published(lake, published, tables.PUBLISHED)
