"""The published table of sends: what reports need to know of a send, and versions of an older program."""

from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from assets.campaigns import tables
from assets.campaigns.publishing import publish_table
from tests.assets.campaigns.sending_rigs import SendingShop, sending_shop

pytestmark = pytest.mark.feature("H3")


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SendingShop]:
    with sending_shop(tmp_path / "home") as found:
        found.members(3)
        found.template("hello", "sms", {"text": "#{랜딩 URL}"})
        yield found


def published(shop: SendingShop) -> list[tuple[object, ...]]:
    publish_table(shop.shop, tables.SENDS)
    columns = ["campaign_id", "attribution_window", "utm_campaign"]
    return shop.shop.published.scan(tables.SENDS).select(columns).collect().sort(columns).rows()


def test_the_window_and_the_code_of_visits_are_those_of_the_campaign(shop: SendingShop) -> None:
    for name, tracking in {"own": {"attribution": "3d", "utm": {"campaign": "may"}}, "plain": {}}.items():
        shop.reserved(shop.campaign(id=name, tracking=tracking), range(3))
    shop.reserved(shop.campaign(id="untracked", tracking={"on": False}), range(3))
    assert published(shop) == [("own", "3d", "may"), ("plain", "7d", "plain"), ("untracked", "7d", None)]


def test_a_version_without_these_columns_is_made_anew_whole(shop: SendingShop) -> None:
    shop.reserved(shop.campaign(id="plain"), range(3))
    whole = published(shop)
    frame = shop.shop.published.scan(tables.SENDS).drop("attribution_window", "utm_campaign").collect()
    with duckdb.connect(":memory:") as connection:
        connection.register("older", frame.to_arrow())
        shop.shop.published.publish_full(tables.SENDS, connection, "SELECT * FROM older", signature="older")
    assert published(shop) == whole
