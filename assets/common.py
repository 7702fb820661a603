"""What every asset of the graph shares.

Belongs here: owner, retry policy, how errors are told apart, the metadata every materialisation carries.
Does not belong here: any one asset.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import cache
from typing import Any

import dagster as dg
import duckdb

from connectors.embedding.errors import EmbeddingError
from connectors.home.paths import HomeError
from connectors.home.settings import SettingsError
from connectors.lake.errors import LakeError
from connectors.published.errors import PublishError
from connectors.warehouse.errors import WarehouseBusy, WarehouseError

OWNERS = ["team:data-platform"]
Clock = Callable[[], dt.datetime]  # the resource that tells aware UTC now
WAREHOUSE_POOL = "warehouse"  # limit 1: DuckDB lets one process at a time open the file
# Only what may pass by itself is tried again (another process in the warehouse); everything else fails at once.
TRANSIENT_RETRIES = dg.RetryPolicy(max_retries=2, delay=5, backoff=dg.Backoff.EXPONENTIAL)
PREVIEW_ROWS = 10
# Pseudonyms are personal data too: none of these columns is ever shown in a preview or a log.
PERSONAL_COLUMNS = frozenset(
    {
        "member_key", "member_hash", "visitor_id", "visitor_hash", "customer_key", "customer_id", "customer_hash",
        "session_id",
        "session_hint", "session_key", "event_id", "event_hash", "entry_hash", "last_touch_hash", "order_id",
        "order_hash", "conversion_hash", "click_hash", "url", "referrer", "landing_url", "last_touch_url", "query",
        "last_query", "user_agent", "properties", "raw",
    }
)  # fmt: skip
_TOLD_CLEARLY = (EmbeddingError, HomeError, LakeError, SettingsError, PublishError, WarehouseError)


@contextmanager
def permanent_failures() -> Iterator[None]:
    """Let only what may pass by itself be tried again; any other error fails the step at once, and the run with it."""
    try:
        yield
    except (WarehouseBusy, dg.Failure, GeneratorExit, KeyboardInterrupt, dg.DagsterExecutionInterruptedError):
        raise
    except _TOLD_CLEARLY as error:
        raise dg.Failure(description=str(error), allow_retries=False) from error
    except Exception as error:
        raise dg.Failure(description=f"{type(error).__name__}: {error}", allow_retries=False) from error


@cache  # Dagster tries the schedule out for days to come each time that a policy is made
def morning_freshness(zone: str) -> dg.FreshnessPolicy:
    """By seven in the morning of the shop's zone there is a new version, made after midnight."""
    return dg.FreshnessPolicy.cron(deadline_cron="0 7 * * *", lower_bound_delta=dt.timedelta(hours=7), timezone=zone)


def window_metadata(context: dg.AssetExecutionContext) -> dict[str, dg.MetadataValue]:
    """The receive days that the run covers."""
    keys = context.partition_key_range
    return {"window": dg.MetadataValue.text(keys.start if keys.start == keys.end else f"{keys.start} … {keys.end}")}


def show_once(context: dg.AssetExecutionContext, key: dg.AssetKey, metadata: Mapping[str, dg.MetadataValue]) -> None:
    """Attach what takes room to the last day of the run only: each day of a range has an event of its own."""
    if metadata:
        context.add_asset_metadata(metadata, asset_key=key, partition_key=context.partition_key_range.end)


def preview(connection: duckdb.DuckDBPyConnection, relation: str) -> dg.MetadataValue | None:
    """Up to ten rows of ``relation`` as a table, without personal columns; None when nothing else is left."""
    shown = [
        f'"{row[0]}"'
        for row in connection.execute(f"DESCRIBE SELECT * FROM {relation}").fetchall()
        if row[0] not in PERSONAL_COLUMNS
    ]
    if not shown:
        return None
    rows = connection.execute(f"SELECT {', '.join(shown)} FROM {relation} LIMIT {PREVIEW_ROWS}").fetchall()
    return markdown_table([name.strip('"') for name in shown], rows)


def markdown_table(columns: list[str], rows: list[tuple[Any, ...]], *, longest: int = 40) -> dg.MetadataValue:
    """Rows as a Markdown table; values of more than ``longest`` characters are cut."""
    lines = ["| " + " | ".join(columns) + " |", "|" + " --- |" * len(columns)]
    lines += ["| " + " | ".join(_cell(value, longest) for value in row) + " |" for row in rows]
    return dg.MetadataValue.md("\n".join(lines))


def _cell(value: object, longest: int) -> str:
    text = "" if value is None else str(value)
    return (text if len(text) <= longest else text[: longest - 1] + "…").replace("|", "\\|").replace("\n", " ")


def present(metadata: Mapping[str, dg.MetadataValue | None]) -> dict[str, dg.MetadataValue]:
    """Metadata without the entries that are None."""
    return {key: value for key, value in metadata.items() if value is not None}
