"""Shipped segments on the demo shop: the same customers as hand-written SQL over events finds."""

import duckdb
import pytest

from connectors.home.paths import Home
from connectors.published.tables import PublishedTables
from models.segments.templates.shipped import templates
from orchestration.cli.segment_view import open_desk
from tests.segments_by_hand import BY_HAND, by_hand, members_of

pytestmark = pytest.mark.feature("C3")


@pytest.fixture(scope="module")
def answers(ran_home: Home) -> dict[str, tuple[set[str], set[str]]]:
    """Of each shipped segment its customers as compiled, and by hand."""
    published, connection = PublishedTables(ran_home), duckdb.connect()
    for name in published.names():
        connection.read_parquet(f"{published.path(name)}/**/*.parquet", hive_partitioning=False).create_view(name)
    with open_desk(ran_home.root) as desk, desk.facts() as facts:
        wanted = by_hand(connection, members_of(ran_home.root / "ops.db"), facts.as_of.day, desk.settings.time_zone)
        return {one.id: (set(facts.members(one)["customer_key"]), wanted[one.id]) for one in templates()}


def test_there_is_a_statement_by_hand_for_every_shipped_segment() -> None:
    assert {one.id for one in templates()} == set(BY_HAND)
    assert len(BY_HAND) >= 20


@pytest.mark.parametrize("name", sorted(BY_HAND))
def test_a_shipped_segment_has_the_customers_that_hand_written_sql_finds(
    name: str, answers: dict[str, tuple[set[str], set[str]]]
) -> None:
    found, wanted = answers[name]
    assert found == wanted


def test_the_demo_shop_has_customers_in_most_of_them(answers: dict[str, tuple[set[str], set[str]]]) -> None:
    assert sum(bool(found) for found, _ in answers.values()) >= 15
