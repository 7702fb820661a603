"""A home with a few members and products, for the tests of templates and senders.

Belongs here: making the home, calling commands. Does not belong here: checks.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import typer
import yaml
from typer.testing import CliRunner

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.published.tables import PublishedTables
from connectors.store.store import Store

SETTINGS: Mapping[str, Any] = {
    "mall_name": "단골샵",
    "site_hosts": ["www.shop.kr"],
    "messages": {"contact": "02-111-2222", "opt_out_number": "080-111-2222"},
    "campaigns": {"opt_out_text": "[수신거부: 설정 > 알림]"},
}
PRODUCTS = """
    SELECT
        'p' || number AS product_id, '울 니트 ' || number AS name, 39000.0 AS price, 29000.0 AS sale_price,
        'https://img.shop.kr/' || number || '.jpg' AS image_url, 'https://www.shop.kr/p/' || number AS url_pc,
        'https://m.shop.kr/p/' || number AS url_mobile
    FROM range(1, 4) AS numbers (number)
"""
Call = Callable[..., str]


def made_home(folder: Path) -> Home:
    """Members kim, with things in the cart, and lee, without; a campaign that uses ``cart-reminder-sms``."""
    home = make_home(folder)
    set_to(home)
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: dt.datetime.now(dt.UTC)) as store:
        rows = {"member_id": ["kim", "lee"], "name": ["김단골", "이손님"], "phone": ["010-1234-5678", None],
                "points": [1500, None]}  # fmt: skip
        store.upsert_members(pa.table(rows))
        kim = store.key_of("kim")
        store.campaigns.apply([campaign("spring")])
    items = f"""
        SELECT '{kim}' AS customer_key, item, rank, 'p' || (rank + (item = 'cart_related')::INTEGER) AS product_id,
            DATE '2026-03-01' AS day
        FROM (VALUES ('latest_cart', 1), ('cart_related', 1), ('cart_related', 2)) AS found (item, rank)
    """
    with duckdb.connect() as connection:
        PublishedTables(home).publish_full("products", connection, PRODUCTS)
        PublishedTables(home).publish_full("message_items", connection, items)
    return home


def campaign(name: str) -> dict[str, Any]:
    return {
        "id": name, "name": "봄", "advertising": True, "channel": "sms", "sender": "sms-number",
        "target": {"include": ["buyers"]}, "variants": [{"template": "cart-reminder-sms"}], "schedule": {"kind": "now"},
    }  # fmt: skip


def set_to(home: Home, **more: Any) -> None:
    """Write the settings, with other sections over those of the shop."""
    home.settings_file.write_text(yaml.safe_dump({**SETTINGS, **more}, allow_unicode=True), encoding="utf-8")


def live(**more: Any) -> dict[str, Any]:
    return {"messages": {**SETTINGS["messages"], "vendors": "live"}, **more}


def caller(app: typer.Typer, home: Home) -> Call:
    """Runs a command; its output, or the error."""

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "--home", str(home.root)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


def written(folder: Path, text: str) -> str:
    file = folder / "documents.yaml"
    file.write_text(text, encoding="utf-8")
    return str(file)
