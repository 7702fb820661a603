"""Pages that list orders of an erased member go; others stay."""

import json
from pathlib import Path

import duckdb
import pytest

from connectors.erasure.person import Devices, Person, member_hash, prepare
from connectors.erasure.reports import forget_pages
from connectors.home.paths import Home, make_home
from connectors.published.tables import PublishedTables

pytestmark = pytest.mark.feature("B4")
KEY = "0" * 31 + "7"
PERSON = Person(KEY, "user7", Devices((), ()))


@pytest.fixture
def home(tmp_path: Path) -> Home:
    """A campaign that the person ordered through, and one that somebody else did."""
    home = make_home(tmp_path / "home")
    folder = home.published / "reports"
    listed = []
    for name in ("spring", "autumn"):
        listed.append({"kind": "campaign", "id": name, "file": f"campaigns/{name}.html",
                       "workbook": f"campaigns/{name}.xlsx"})  # fmt: skip
        for path in (f"campaigns/{name}.html", f"campaigns/{name}.xlsx", f"exports/campaign-{name}-3d.csv"):
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(name, encoding="utf-8")
    (folder / "reports.json").write_text(json.dumps({"reports": listed}), encoding="utf-8")
    with duckdb.connect() as connection:
        rows = f"VALUES ('spring', 'o1', {member_hash(KEY)}), ('autumn', 'o2', 12)"
        select = f"SELECT * FROM ({rows}) AS t (campaign_id, order_id, customer_id)"
        PublishedTables(home).publish_full("report_campaign_orders", connection, select)
    return home


def files(home: Home) -> set[str]:
    folder = home.published / "reports"
    return {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}


def test_pages_with_an_order_of_the_member_are_deleted_once(home: Home) -> None:
    before = files(home)
    with duckdb.connect() as connection:
        prepare(connection, PERSON)
        assert forget_pages(home, connection) == 3
        assert forget_pages(home, connection) == 0
    assert before - files(home) == {"campaigns/spring.html", "campaigns/spring.xlsx", "exports/campaign-spring-3d.csv"}


def test_a_home_without_reports_has_nothing_to_forget(tmp_path: Path) -> None:
    with duckdb.connect() as connection:
        prepare(connection, PERSON)
        assert forget_pages(make_home(tmp_path / "other"), connection) == 0
