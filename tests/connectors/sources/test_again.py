"""Reading again adds nothing, a grown file adds what grew, and the numbers always add up."""

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

pytestmark = pytest.mark.feature("A2")
HEADER = "name,at,visitor,member,product,price,quantity,device"
MAPPING = """
name: lines
kind: orders
format: csv
options: {timezone: UTC}
filters: [{name: tests, where: visitor = 'test'}]
targets:
  - kind: events
    when: name <> 'product'
    columns: {event_name: name, event_at: at, visitor_id: visitor, product_id: product, price: price}
  - kind: products
    when: product is not null
    columns: {product_id: product, price: price, received_at: at}
"""
ROWS = st.lists(
    st.tuples(
        st.sampled_from(["purchase", "login", "product", "nonsense", ""]),
        st.sampled_from(["2025-05-01 10:00:00", "2025-05-02 23:59:59", "never", "2031-01-01"]),
        st.sampled_from(["a", "b", "test", ""]),
        st.sampled_from(["p1", "p2", ""]),
        st.sampled_from(["1", "-1", "x", ""]),
    ).map(",".join)
    | st.sampled_from(["too,few", 'an,open,"quote,x,1', "one,too,many,x,1,2", "", 'a,b,"c\nd",e,1']),
    max_size=25,
)


def lines(rows: list[str]) -> str:
    return "\n".join(["name,at,visitor,product,price", *rows]) + "\n"


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(rows=ROWS, more=ROWS)
def test_accounts_add_up_twice_is_once_and_growth_adds_the_rest(
    new_shop: Callable[[], Any], rows: list[str], more: list[str]
) -> None:
    grown, whole = new_shop(), new_shop()
    mapping = grown.write("m.yaml", MAPPING)
    first = grown.one(mapping, grown.write("x.csv", lines(rows)))
    assert first.events == len(grown.rows("events"))
    before = grown.content()
    again = grown.one(mapping, grown.write("copy.csv", lines(rows) + "\n"))  # another content: no short cut
    assert not again.seen_before
    assert grown.content() == before
    assert (again.read, again.kept, again.events, again.products) == (first.read, 0, 0, 0)
    if not any('"quote' in row for row in rows):
        grown.one(mapping, grown.write("x.csv", lines(rows + more)))
        whole.one(mapping, whole.write("x.csv", lines(rows + more)))
        assert grown.content()["events"] == whole.content()["events"]
        assert grown.content()["quarantine"] == whole.content()["quarantine"]


@pytest.mark.parametrize("count", [1, 2, 3])
def test_identical_rows_are_as_many_events(shop: Any, clicks: Path, csv_of: Callable[..., str], count: int) -> None:
    line = "purchase,2025-05-01 10:00:00,v1,,p1,10,1,"
    for copies, name in [(count, "a.csv"), (count, "b.csv"), (count + 1, "c.csv"), (1, "d.csv")]:
        shop.one(clicks, shop.write(name, csv_of([line] * copies + [f"login,2025-05-01,{name},,,,,"])))
    assert shop.rows("events", "count(*) filter (event_name = 'purchase')") == [(count + 1,)]


def test_the_same_rows_in_another_order_or_format_are_the_same(shop: Any, clicks: Path) -> None:
    rows = [f"login,2025-05-01 10:00:0{n},v{n},,,,," for n in range(3)]
    shop.one(clicks, shop.write("a.csv", "\n".join([HEADER, *rows])))
    shop.one(clicks, shop.write("b.csv", "\n".join([HEADER, *reversed(rows)])))
    renamed = shop.write(
        "other.yaml",
        clicks.read_text().replace("name: clicks", "name: other").replace("format: csv", "format: parquet"),
    )
    import duckdb

    with duckdb.connect() as con:
        con.execute(f"copy (from read_csv('{shop.root}/a.csv', all_varchar = true)) to '{shop.root}/a.parquet'")
    report = shop.one(renamed, shop.root / "a.parquet")
    assert report.already == 3
    assert len(shop.rows("events")) == 3


def test_the_same_content_is_known_at_once_but_not_by_another_mapping(
    shop: Any, clicks: Path, csv_of: Callable[..., str]
) -> None:
    rows = ["login,2025-05-01,v1,,,,,", "login,2025-05-01,,,,,,", "login,2025-05-01,test-1,,,,,"]
    first = shop.one(clicks, shop.write("a.csv", csv_of(rows)))
    again = shop.one(clicks, shop.write("b.csv", csv_of(rows)))
    assert again.seen_before
    assert (again.read, again.kept, again.already, again.filtered, again.quarantined) == (
        3, 0, 1, first.filtered, first.quarantined,
    )  # fmt: skip
    clicks.write_text(clicks.read_text() + "\n")
    assert not shop.one(clicks, shop.root / "b.csv").seen_before


def test_a_row_from_the_future_is_taken_when_its_time_has_come(
    shop: Any, clicks: Path, csv_of: Callable[..., str]
) -> None:
    file = shop.write("a.csv", csv_of(["login,2025-06-10,v1,,,,,"]))
    assert shop.one(clicks, file).quarantined == {"time_in_future": 1}
    shop.now += dt.timedelta(days=10)
    assert shop.one(clicks, file).kept == 1


def test_event_ids_of_the_source_are_kept_and_deliver_once(shop: Any) -> None:
    mapping = shop.write("m.yaml", """
name: m
kind: events
format: csv
options: {timezone: Asia/Seoul}
targets:
  - kind: events
    columns: {event_id: id, event_name: {constant: login}, event_at: at, received_at: got, visitor_id: v}
""")  # fmt: skip
    head = "id,at,got,v\n"
    first = shop.one(
        mapping,
        shop.write("a.csv", head + "1,2025-05-01 23:59,2025-05-02 00:01,a\n1,2025-05-01 23:59,2025-05-02 00:02,a\n"),
    )
    assert (first.kept, first.already) == (1, 1)
    second = shop.one(
        mapping, shop.write("b.csv", head + "1,2025-05-01 23:59,2025-05-02 00:01,a\n2,2025-05-01 23:59,,a\n")
    )
    assert (second.kept, second.already) == (1, 1)
    assert shop.rows("events", "event_id") == [("1",), ("2",)]
    assert [str(file.received_day) for file in shop.landing.files("events")] == ["2025-05-02", "2025-05-01"]


def test_of_a_product_only_a_new_last_state_lands(shop: Any) -> None:
    mapping = shop.write("p.yaml", """
name: p
kind: products
format: csv
targets:
  - kind: products
    columns: {product_id: id, name: title, price: price, attributes: {expr: "json_object('size', size)"}}
""")  # fmt: skip
    states = [
        ("a.csv", "1,hat,5,L\n2,bag,7,M\n1,hat,6,L\n", 2),
        ("b.csv", "1,hat,6,L\n2,bag,8,M\n", 1),
        ("c.csv", "2,bag,7,M\n", 1),
    ]
    for name, rows, landed in states:
        shop.now += dt.timedelta(hours=1)
        assert shop.one(mapping, shop.write(name, "id,title,price,size\n" + rows)).products == landed
        assert shop.one(mapping, shop.write("x" + name, "id,title,price,size\n\n" + rows)).products == 0
    assert shop.rows("products", "product_id, price::int", "received_at, 1, 2") == [
        ("1", 6),
        ("2", 7),
        ("2", 8),
        ("2", 7),
    ]


def test_contents_land_like_products(shop: Any) -> None:
    mapping = shop.write("c.yaml", """
name: c
kind: contents
format: csv
targets:
  - {kind: contents, columns: {content_id: id, title: title, published_at: at}}
""")  # fmt: skip
    assert shop.one(mapping, shop.write("a.csv", "id,title,at\n1,sale,2025-05-01\n,x,\n2,y,soon\n")).contents == 1
    assert shop.codes() == ["no_content_id", "bad_time"]
