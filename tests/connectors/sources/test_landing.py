"""The landing zone by itself: shape of its files, what adds nothing, refusals."""

import datetime as dt
from typing import Any

import polars as pl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from connectors.sources.canonical import EVENT_COLUMNS, PRODUCT_COLUMNS, QUARANTINE_COLUMNS
from connectors.sources.errors import LandingError

pytestmark = pytest.mark.feature("A1")
NOON = dt.datetime(2025, 5, 1, 12)


def events(count: int = 3, **columns: Any) -> pa.Table:
    table = {
        "event_id": [f"e{n}" for n in range(count)],
        "event_name": ["login"] * count,
        "event_at": [NOON + dt.timedelta(hours=6 * n) for n in range(count)],
        "visitor_id": [f"v{n}" for n in range(count)],
        **columns,
    }
    return pa.table({name: values for name, values in table.items() if values is not None})


def test_files_have_the_canonical_columns_and_names(shop: Any) -> None:
    result = shop.landing.append_events(events(), "demo-1")
    assert (result.rows, result.already) == (3, 0)
    assert [(str(f.received_day), f.sequence, f.rows) for f in shop.landing.files("events")] == [
        ("2025-05-01", 1, 1), ("2025-05-02", 2, 2),
    ]  # fmt: skip
    first = shop.landing.files("events")[0].path
    assert first.parent.name == "received_day=2025-05-01"
    assert first.name.startswith("0000000001-")
    for kind, columns in [("events", EVENT_COLUMNS), ("products", PRODUCT_COLUMNS), ("quarantine", QUARANTINE_COLUMNS)]:
        assert pq.read_schema(shop.landing.schema_file(kind)).names == [column.name for column in columns]
        assert pq.read_metadata(shop.landing.schema_file(kind)).num_rows == 0
    landed, empty = pq.read_schema(first), pq.read_schema(shop.landing.schema_file("events"))
    assert [(field.name, field.type) for field in landed] == [(field.name, field.type) for field in empty]
    assert pq.ParquetFile(first).metadata.row_group(0).column(0).compression == "ZSTD"
    assert list(shop.home.scratch.iterdir()) == []


def test_known_events_add_nothing_and_the_sequence_rises(shop: Any) -> None:
    shop.landing.append_events(events(2), "a")
    again = shop.landing.append_events(events(4), "b")
    assert (again.rows, again.already) == (2, 2)
    sequences = [file.sequence for file in shop.landing.files("events")]
    assert sequences == sorted(set(sequences))
    product = pa.table({"product_id": ["p"], "received_at": pa.array([NOON], pa.timestamp("us"))})
    shop.landing.append_products(product, "c")
    assert shop.landing.files("products")[0].sequence > max(sequences)


def test_planted_duplicates_stay_but_the_batch_lands_once(shop: Any) -> None:
    rows = pl.from_arrow(events(3, event_id=["x", "x", "y"], event_at=[NOON] * 3))
    first = shop.landing.append_events(rows, "demo", skip_known=False)
    assert (first.rows, first.already) == (3, 0)
    again = shop.landing.append_events(rows, "demo", skip_known=False)
    assert (again.rows, again.already, again.files) == (0, 3, ())
    assert shop.landing.append_events(rows, "demo 2", skip_known=False).rows == 3
    assert shop.landing.append_events(rows, "demo 3").rows == 0


@pytest.mark.parametrize(
    ("columns", "words"),
    [
        ({"event_id": None}, "null in event_id"),
        ({"visitor_id": [None, "a", "b"]}, r"visitor_id \(1 rows\)"),
        ({"colour": ["red"] * 3}, "unknown columns colour"),
    ],
)
def test_rows_of_another_shape_are_refused(shop: Any, columns: dict[str, Any], words: str) -> None:
    with pytest.raises(LandingError, match=words):
        shop.landing.append_events(events(**columns), "x")
    assert shop.landing.files("events") == []


def test_no_rows_make_no_file(shop: Any) -> None:
    assert shop.landing.append_events(events(0), "x").files == ()


def test_many_days_in_one_batch(shop: Any) -> None:
    table = events(800, event_at=[NOON + dt.timedelta(days=n % 400) for n in range(800)])
    assert shop.landing.append_events(table, "x").rows == 800
    assert len(shop.landing.files("events")) == 400
    assert shop.landing.append_events(table, "y").rows == 0
