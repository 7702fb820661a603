"""The mappings that come with Dangol, on small extracts made up here and on the real files where they are."""

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from connectors.sources.mapping_file import read_mapping

pytestmark = pytest.mark.feature("A2")
DATA = Path(__file__).parents[4] / "shared" / "data"
UCI, REES46 = DATA / "uci-online-retail" / "online_retail.parquet", DATA / "rees46-sample" / "2019-Oct.csv"

UCI_ROWS = """
    ('536365', '85123A', 'WHITE HEART', 6, timestamp '2010-12-01 08:26:00', 2.55, 'United Kingdom', 17850),
    ('536365', '85123A', 'WHITE HEART', 6, timestamp '2010-12-01 08:26:00', 2.55, 'United Kingdom', 17850),
    ('536370', 'POST', 'POSTAGE', 3, timestamp '2010-12-01 08:45:00', 18, 'France', 12583),
    ('C536379', 'D', 'Discount', -1, timestamp '2010-12-01 09:41:00', 27.5, 'United Kingdom', 14527),
    ('536414', '22139', null, 56, timestamp '2010-12-01 11:52:00', 0, 'United Kingdom', null),
    ('536589', '21777', 'damaged', -10, timestamp '2010-12-01 16:50:00', 0, 'United Kingdom', null),
    ('A563186', 'B', 'Adjust bad debt', 1, timestamp '2011-08-12 14:51:00', -11062.06, 'United Kingdom', null),
    ('563200', '21777', 'RECIPE BOX', 2, timestamp '2011-08-13 10:00:00', 7.95, 'United Kingdom', null),
    ('563201', '21777', 'RECIPE BOX', 1, timestamp '2011-08-13 10:05:00', 7.95, 'United Kingdom', 12346)
"""


@pytest.fixture
def uci_extract(tmp_path: Path) -> Path:
    path = tmp_path / "uci.parquet"
    with duckdb.connect() as con:
        con.execute(
            f"copy (select InvoiceNo, StockCode, Description, Quantity::bigint as Quantity, InvoiceDate, "
            f"UnitPrice::double as UnitPrice, Country, CustomerID::bigint as CustomerID from (values {UCI_ROWS}) "
            f"as line(InvoiceNo, StockCode, Description, Quantity, InvoiceDate, UnitPrice, Country, CustomerID)) "
            f"to '{path}' (format parquet)"
        )
    return path


def revenue(shop: Any, path: Path) -> tuple[list[Any], list[Any]]:
    """Revenue by month: of the purchase events, and straight from the file."""
    files = [str(file.path) for file in shop.landing.files("events")]
    with duckdb.connect() as con:
        landed = con.execute(
            "select date_trunc('month', timezone('Europe/London', timezone('UTC', event_at)))::date, "
            "sum(price * quantity) from read_parquet($1) "
            "where event_name = 'purchase' group by all order by all", [files]
        ).fetchall()  # fmt: skip
        direct = con.execute(
            "select date_trunc('month', InvoiceDate)::date, sum(Quantity * UnitPrice::decimal(18, 4)) "
            "from read_parquet($1) "
            "where InvoiceNo not like 'C%' and Quantity > 0 and UnitPrice >= 0 group by all order by all", [str(path)]
        ).fetchall()  # fmt: skip
    return landed, direct


def test_uci_extract(shop: Any, uci_extract: Path) -> None:
    report = shop.one("uci_online_retail", uci_extract)
    assert (report.read, report.kept, report.quarantined) == (9, 7, {"bad_quantity": 1, "negative_price": 1})
    assert (report.events, report.products, report.members) == (7, 3, 4)
    landed, direct = revenue(shop, uci_extract)
    assert landed == direct
    assert shop.rows("events", "event_name, quantity, order_id", "3, 2")[-1] == ("refund", 1, "C536379")
    assert ("invoice-563200", None) in shop.rows("events", "visitor_id, member_key")
    assert json.loads(shop.members[0].to_pylist()[0]["custom"]) == {"country": "United Kingdom"}
    assert shop.rows("events", "max(event_at)::varchar") == [("2011-08-13 09:05:00",)]  # British summer time
    assert "17850" not in repr(shop.rows("events")) + repr(shop.rows("quarantine"))
    assert "Europe/London" in shop.said[0]


if UCI.is_file():  # the data set is not shipped with the repository

    def test_uci_whole(shop: Any) -> None:
        report = shop.one("uci_online_retail.yaml", UCI)
        assert (report.read, report.kept, report.refused) == (541_909, 540_571, 1_338)
        assert report.quarantined == {"bad_quantity": 1_336, "negative_price": 2}
        assert report.members == 4_372
        landed, direct = revenue(shop, UCI)
        assert landed == direct
        assert len(landed) == 13
        assert sum(file.rows for file in shop.landing.files("events")) == report.events == 540_571


REES46_LINES = """event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session
2019-10-01 00:00:00 UTC,view,44600062,2103807459595387724,,shiseido,35.79,541312140,72d76fde
2019-10-01 00:00:01 UTC,cart,3900821,20530,appliances.water_heater,aqua,33.20,554748717,9333dfbd
2019-10-01 00:00:02 UTC,remove_from_cart,3900821,20530,appliances.water_heater,aqua,33.20,554748717,9333dfbd
2019-10-01 00:00:03 UTC,purchase,3900821,20530,appliances.water_heater,aqua,33.20,554748717,9333dfbd
2019-10-01 00:00:04 UTC,view,44600062,2103807459595387724,,shiseido,35.79,5413"""


def test_rees46_extract(shop: Any) -> None:
    report = shop.one("rees46.yaml", shop.write("oct.csv", REES46_LINES))
    assert (report.read, report.kept, report.quarantined) == (5, 4, {"unreadable_row": 1})
    assert shop.rows("events", "event_name, quantity, order_id, device", "event_at") == [
        ("product_view", None, None, None),
        ("add_to_cart", 1, None, None),
        ("remove_from_cart", 1, None, None),
        ("purchase", 1, "9333dfbd", None),
    ]
    assert shop.rows("products", "name, category_path") == [
        ("aqua water_heater", "appliances > water_heater"),
        ("shiseido", None),
    ]


if REES46.is_file():  # the data set is not shipped with the repository

    def test_rees46_sample(shop: Any) -> None:
        report = shop.one("rees46", REES46)
        assert (report.read, report.kept, report.quarantined) == (17_435, 17_434, {"unreadable_row": 1})
        assert shop.rows("quarantine", "row_number") == [(17_435,)]


def snowplow_line(**fields: str) -> str:
    columns = read_mapping(Path("snowplow")).mapping.options.columns
    assert len(columns) == len(set(columns)) == 131
    assert set(fields) <= set(columns)
    common = {
        "app_id": "shop", "platform": "web", "collector_tstamp": "2025-05-01 10:00:05.123",
        "derived_tstamp": "2025-05-01 10:00:00.500", "domain_userid": "cookie1", "useragent": "Mozilla/5.0 (X11)",
        "page_url": "https://shop.kr/?q=\"a\"", "domain_sessionid": "s1",
    }  # fmt: skip
    return "\t".join({**common, **fields}.get(column, "") for column in columns)


def snowplow_action(kind: str, *products: dict[str, Any], **entities: dict[str, Any]) -> dict[str, str]:
    vendor = "iglu:com.snowplowanalytics.snowplow.ecommerce"
    context = [{"schema": f"{vendor}/product/jsonschema/1-0-0", "data": product} for product in products]
    context += [{"schema": f"{vendor}/{name}/jsonschema/1-0-0", "data": data} for name, data in entities.items()]
    action = {"schema": f"{vendor}/snowplow_ecommerce_action/jsonschema/1-0-2", "data": {"type": kind, "name": "sale"}}
    return {
        "event": "unstruct",
        "event_name": "snowplow_ecommerce_action",
        "unstruct_event": json.dumps({"schema": "iglu:com.snowplowanalytics.snowplow/unstruct_event", "data": action}),
        "contexts": json.dumps({"schema": "iglu:com.snowplowanalytics.snowplow/contexts", "data": context}),
    }


def test_snowplow(shop: Any) -> None:
    shirt = {"id": "p1", "name": "shirt", "category": "men/tops", "price": 10.5, "currency": "KRW", "quantity": 2}
    hat = {"id": "p2", "name": "hat", "category": "men/hats", "price": 5, "currency": "KRW"}
    lines = [
        snowplow_line(event="page_view", event_id="e1", user_id="alice77"),
        snowplow_line(event="page_view", event_id="e1", user_id="alice77"),  # delivered twice
        snowplow_line(event="page_ping", event_id="e2"),
        snowplow_line(event_id="e3", **snowplow_action("product_view", shirt)),
        snowplow_line(
            event_id="e4", **snowplow_action("transaction", shirt, hat, transaction={"transaction_id": "o1"})
        ),
        snowplow_line(event_id="e5", **snowplow_action("list_view")),
        snowplow_line(event_id="e6", **snowplow_action("add_to_cart")),  # without a product
        snowplow_line(event="transaction", event_id="e7", tr_orderid="o2"),
        snowplow_line(
            event="transaction_item", event_id="e8", ti_orderid="o2", ti_sku="p3", ti_price="3", ti_quantity="4"
        ),
        snowplow_line(event="struct", event_id="e9", se_category="shop", se_action="add-to-basket", se_label="p3"),
        snowplow_line(event="unstruct", event_name="link_click", event_id="e10"),
        snowplow_line(event="page_view", event_id="e11", domain_userid=""),
    ]
    report = shop.one("snowplow", shop.write("enriched.tsv", "\n".join(lines) + "\n"))
    assert (report.read, report.kept, report.already) == (12, 6, 1)
    assert sum(report.filtered.values()) == 3
    assert report.quarantined == {"empty_list": 1, "no_id": 1}
    assert shop.rows("events", "event_id, event_name, product_id, quantity, order_id", "event_id") == [
        ("e1", "page_view", None, None, None),
        ("e3", "product_view", "p1", None, None),
        ("e4", "purchase", "p1", 2, "o1"),
        ("e4#2", "purchase", "p2", 1, "o1"),
        ("e5", "category_view", None, None, None),
        ("e8", "purchase", "p3", 4, "o2"),
        ("e9", "add_to_cart", "p3", 1, None),
    ]
    assert shop.rows("events", "distinct received_at::varchar, event_at::varchar") == [
        ("2025-05-01 10:00:05.123", "2025-05-01 10:00:00.5")
    ]
    assert "alice77" not in repr(shop.content())
    assert ("p1", "men > tops") in shop.rows("products", "product_id, category_path")


def ga4_line(name: str, *items: dict[str, Any], order: str | None = None, **params: str) -> str:
    return json.dumps({
        "event_date": "20250501", "event_timestamp": "1746093600123456", "event_name": name,
        "event_params": [{"key": "page_location", "value": {"string_value": "https://shop.kr/"}},
                         {"key": "ga_session_id", "value": {"int_value": "1746093000"}},
                         *({"key": key, "value": {"string_value": value}} for key, value in params.items())],
        "user_pseudo_id": "1234.5678", "user_id": "bob-secret" if name == "login" else None, "platform": "WEB",
        "device": {"category": "mobile", "web_info": {"browser": "Chrome"}},
        "traffic_source": {"source": "naver", "medium": "cpc", "name": "spring"},
        "ecommerce": {"transaction_id": order, "purchase_revenue": 26} if order else None, "items": list(items),
    }, ensure_ascii=False)  # fmt: skip


def test_ga4(shop: Any) -> None:
    shirt = {"item_id": "p1", "item_name": "셔츠", "item_brand": "b", "price": 10.5, "quantity": 2,
             "item_category": "men", "item_category2": "tops"}  # fmt: skip
    hat = {"item_id": "p2", "item_name": "모자", "price": 5.0, "quantity": 1, "item_category": "men"}
    lines = [
        ga4_line("session_start"), ga4_line("page_view"), ga4_line("login"), ga4_line("view_item", shirt),
        ga4_line("view_search_results", search_term="린넨 셔츠"), ga4_line("add_to_cart", shirt, currency="KRW"),
        ga4_line("purchase", shirt, hat, order="T1", currency="KRW"), ga4_line("refund", hat, order="T1"),
        ga4_line("refund", order="T1"), ga4_line("view_item_list", shirt, hat, item_list_id="sale"),
        ga4_line("my_own_event"), ga4_line("view_item"), '{"event_name": "page_view"', "[]",
    ]  # fmt: skip
    report = shop.one("ga4", shop.write("ga4.json", "\n".join(lines) + "\n"))
    assert (report.read, report.kept, sum(report.filtered.values())) == (14, 9, 1)
    assert report.quarantined == {"bad_json": 2, "empty_list": 1, "no_target": 1}
    assert shop.rows("events", "event_name, product_id, quantity, price::double, order_id, query, category_id") == [
        ("add_to_cart", "p1", 2, 10.5, None, None, "men"),
        ("category_view", None, None, None, None, None, "sale"),
        ("login", None, None, None, None, None, None),
        ("page_view", None, None, None, None, None, None),
        ("product_view", "p1", None, 10.5, None, None, "men"),
        ("purchase", "p1", 2, 10.5, "T1", None, "men"),
        ("purchase", "p2", 1, 5.0, "T1", None, "men"),
        ("refund", "p2", 1, 5.0, "T1", None, "men"),
        ("refund", None, 1, None, "T1", None, None),
        ("search", None, None, None, None, "린넨 셔츠", None),
    ]
    assert shop.rows("events", "distinct event_at::varchar, device, url, session_hint, visitor_id") == [
        ("2025-05-01 10:00:00.123456", "mobile_web", "https://shop.kr/", "1746093000", "1234.5678")
    ]
    assert shop.rows("products", "product_id, name, category_path") == [
        ("p1", "셔츠", "men > tops"),
        ("p2", "모자", "men"),
    ]
    assert "bob-secret" not in repr(shop.content())
    assert shop.rows("quarantine", "row_number", "1") == [(11,), (12,), (13,), (14,)]
