"""What is left to do for segments although no file is waiting.

Belongs here: telling a run that ended early, documents and members that changed since, and a new day, from a run that
did all. Does not belong here: doing it (``run``).
"""

import datetime as dt

from assets.lake_steps import why_not_published
from assets.segments import tables
from assets.segments.facts import newest_day
from assets.segments.run import signature_of
from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.lake.tables import LakeTables
from connectors.published.tables import PublishedTables
from connectors.store.store import Store


def why_unfinished(home: Home, published: PublishedTables, settings: Settings, today: dt.date) -> str | None:
    """Why another run is needed: segments are not of what is published and in force now. None: none is."""
    if any(published.current(table) is None for table in tables.FACTS):
        return None
    lake = LakeTables(home)
    lake.finish_writing()
    done = lake.row_of(tables.RUNS, newest_day(published))
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: dt.datetime.now(dt.UTC)) as store:
        wanted = signature_of(settings, store, published, today)
    if done is None or done["signature"] != wanted:
        return "segments are not of today, of what is published, or of the documents and members there are now"
    sources = {table: source for table, (source, _) in tables.PUBLISHED.items()}
    return why_not_published(lake, published, sources, sources)
