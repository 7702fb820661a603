"""Pages of reports that list orders of an erased member.

Belongs here: finding and deleting them; the next run makes them anew from what is left. Does not belong here: making
pages (``assets.reports``), the tables that they come from (``published``).

Pages name nobody, but a campaign's lists order numbers. They are found through the published table, so this goes before
its rows do.
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Final

import duckdb

from connectors.home.paths import Home
from connectors.published.tables import PublishedTables

_ORDERS: Final = "report_campaign_orders"
_CONCERNED: Final = """
SELECT DISTINCT campaign_id FROM read_parquet($files, hive_partitioning = false)
WHERE customer_id IN (SELECT value FROM erased_hashes)
"""


def forget_pages(home: Home, connection: duckdb.DuckDBPyConnection) -> int:
    """Delete the pages, workbooks and exports of campaigns with an order of the person; returns how many files.

    Needs ``person.prepare`` on the same connection. The same again deletes nothing more."""
    tables = PublishedTables(home)
    if tables.current(_ORDERS) is None:
        return 0
    files = sorted(str(path) for path in tables.path(_ORDERS).rglob("*.parquet"))
    concerned = {row[0] for row in connection.execute(_CONCERNED, {"files": files}).fetchall()} if files else set()
    found = list(_pages(home.published / "reports", concerned))
    for path in found:
        path.unlink()
    return len(found)


def _pages(folder: Path, campaigns: set[str]) -> Iterator[Path]:
    for campaign in sorted(campaigns):
        pages = (folder / "campaigns" / f"{campaign}.{form}" for form in ("html", "xlsx"))
        yield from (page for page in pages if page.is_file())
        yield from sorted(folder.glob(f"exports/campaign-{campaign}*"))
