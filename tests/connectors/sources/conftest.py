"""A home, a mapping on disk and one call that ingests and looks at what is there."""

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from connectors.home.paths import Home, make_home
from connectors.home.settings import Settings
from connectors.sources.ingest import ingest
from connectors.sources.landing import Landing
from connectors.sources.report import FileReport, IngestReport

NOW = dt.datetime(2025, 6, 1, 12, tzinfo=dt.UTC)


class Shop:
    """One home with what tests ask of it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.home: Home = make_home(root / "home")
        self.settings = Settings()
        self.members: list[Any] = []
        self.said: list[str] = []
        self.now = NOW

    @property
    def landing(self) -> Landing:
        return Landing(self.home, ZoneInfo(self.settings.time_zone))

    def write(self, name: str, content: str | bytes) -> Path:
        path = self.root / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        return path

    def ingest(self, mapping: Path | str, *files: Path) -> IngestReport:
        report = ingest(self.home, self.settings, Path(mapping), files, self._take, lambda: self.now, self.said.append)
        assert all(file.adds_up for file in report.files)
        return report

    def _take(self, members: Any) -> None:
        self.members.append(members.drop_columns(["row__"]))

    def one(self, mapping: Path | str, file: Path) -> FileReport:
        """Ingest one file that must be readable."""
        report = self.ingest(mapping, file).files[0]
        assert not report.error, report.error
        return report

    def rows(self, kind: str, columns: str = "*", order: str = "all") -> list[tuple[Any, ...]]:
        files = [str(file.path) for file in self.landing.files(kind)] + [str(self.landing.schema_file(kind))]
        with duckdb.connect() as con:
            return con.execute(
                f"select {columns} from read_parquet($1, hive_partitioning = false) order by {order}", [files]
            ).fetchall()

    def content(self) -> dict[str, list[tuple[Any, ...]]]:
        """Everything landed, without what may differ between two ways to the same content (when it was refused)."""
        return {
            "events": self.rows("events"),
            "products": self.rows("products", "* exclude received_at"),
            "quarantine": self.rows("quarantine", "source, reason, raw"),
        }

    def reasons(self) -> list[str]:
        return [reason for (reason,) in self.rows("quarantine", "reason", "row_number")]

    def codes(self) -> list[str]:
        return [reason.split(":")[0] for reason in self.reasons()]


@pytest.fixture
def shop(tmp_path: Path) -> Shop:
    return Shop(tmp_path)


@pytest.fixture
def new_shop(tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Shop]:
    """For tests that need a home for each of many examples."""
    return lambda: Shop(tmp_path_factory.mktemp("shop"))


EVENTS_CSV = """
name: clicks
kind: events
format: csv
options: {timezone: UTC, null_words: ["", "NULL"]}
filters:
  - {name: test traffic, where: visitor like 'test-%'}
targets:
  - kind: events
    columns:
      event_name: name
      event_at: at
      visitor_id: visitor
      member_id: member
      product_id: product
      price: price
      quantity: quantity
      device: device
"""
HEADER = "name,at,visitor,member,product,price,quantity,device"


@pytest.fixture
def clicks(shop: Shop) -> Path:
    return shop.write("clicks.yaml", EVENTS_CSV)


@pytest.fixture
def csv_of() -> Callable[[Sequence[str]], str]:
    return lambda lines: "\n".join([HEADER, *lines]) + "\n"
