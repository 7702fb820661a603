"""Each way a row can be refused, and that nothing is refused that should not be."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.feature("A1")
GOOD = "product_view,2025-05-01 10:00:00,v1,,p1,1000,,pc"


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (",2025-05-01 10:00:00,v1,,p1,,,", "unknown_event_name"),
        ("viewed,2025-05-01 10:00:00,v1,,p1,,,", "unknown_event_name"),
        ("login,2025-05-01 10:00:00,,,,,,", "no_id"),
        ("login,2025-05-01 10:00:00, ,NULL,,,,", "no_id"),
        ("login,,v1,,,,,", "bad_time"),
        ("login,yesterday,v1,,,,,", "bad_time"),
        ("login,infinity,v1,,,,,", "bad_time"),
        ("login,2025-02-30 10:00:00,v1,,,,,", "bad_time"),
        ("login,2025-06-02 12:00:01,v1,,,,,", "time_in_future"),
        ("login,2009-12-31 14:59:59,v1,,,,,", "time_too_early"),
        ("purchase,2025-05-01 10:00:00,v1,,,1000,1,", "purchase_without_product"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,-1,1,", "negative_price"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,cheap,1,", "bad_number"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,nan,1,", "bad_number"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,1e30,1,", "bad_number"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,10,0,", "bad_quantity"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,10,-2,", "bad_quantity"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,10,1.5,", "bad_quantity"),
        ("purchase,2025-05-01 10:00:00,v1,,p1,10,many,", "bad_quantity"),
        ("login,2025-05-01 10:00:00,v1,,,,,fridge", "bad_device"),
        ("login,2025-05-01 10:00:00,v1,,,", "unreadable_row"),
        ("login,2025-05-01 10:00:00,v1,,,,,,extra", "unreadable_row"),
        ('login,2025-05-01 10:00:00,"v1,,,,,', "unreadable_row"),
        ('login,"2025-05-01"x,v1,,,,,', "unreadable_row"),
    ],
)
def test_a_bad_row_is_refused_with_its_reason_and_the_others_kept(
    shop: Any, clicks: Path, csv_of: Callable[..., str], line: str, code: str
) -> None:
    report = shop.one(clicks, shop.write("x.csv", csv_of([GOOD, line, GOOD])))
    assert shop.codes() == [code]
    assert shop.rows("quarantine", "row_number, file, source") == [(2, "x.csv", "clicks")]
    assert report.quarantined == {code: 1}
    assert (report.read, report.kept, report.events) == (3, 2, 2)


@pytest.mark.parametrize(
    "line",
    [
        "login,2025-06-02 12:00:00,v1,,,,,",  # exactly a day ahead
        "login,2009-12-31 15:00:00,v1,,,,,",  # first second of first_day in Seoul
        "purchase,2025-05-01 10:00:00,v1,,p1,0,1,",
        "purchase,2025-05-01 10:00:00,v1,,p1,10.5,2.0,app",
        "login,2025-05-01T10:00:00+09:00,v1,,,,,",
        "login,2025-05-01T01:00:00Z,,m1,,,,",
    ],
)
def test_a_row_at_the_edge_is_kept(shop: Any, clicks: Path, csv_of: Callable[..., str], line: str) -> None:
    assert shop.one(clicks, shop.write("x.csv", csv_of([line]))).kept == 1


def test_a_purchase_without_a_quantity_is_of_one_piece(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    shop.one(clicks, shop.write("x.csv", csv_of(["purchase,2025-05-01 10:00:00,v1,,p1,10,,", GOOD])))
    assert shop.rows("events", "event_name, quantity") == [("product_view", None), ("purchase", 1)]


def test_filtered_rows_are_counted_by_name(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    report = shop.one(clicks, shop.write("x.csv", csv_of([GOOD, GOOD.replace("v1", "test-1"), "x,,test-2,,,,,"])))
    assert report.filtered == {"test traffic": 2}
    assert report.kept == 1


def test_canonical_columns_are_typed_and_derived(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    import hashlib

    from connectors.home.member_key import member_key, read_secret

    shop.one(clicks, shop.write("x.csv", csv_of(["login,2025-05-01T23:30:00+09:00,,m1,,,,app"])))
    row = shop.rows("events", "event_id, event_hash, event_at::varchar, received_at::varchar, visitor_id, "
                    "visitor_hash, member_key, device, source")[0]  # fmt: skip
    key = member_key("m1", read_secret(shop.home))

    def hash63(value: str) -> int:
        return int.from_bytes(hashlib.md5(value.encode()).digest()[8:], "little") >> 1

    assert row == (
        row[0], hash63(row[0]), "2025-05-01 14:30:00", "2025-05-01 14:30:00", key, hash63(key), key, "app", "clicks",
    )  # fmt: skip
    assert [file.received_day.isoformat() for file in shop.landing.files("events")] == ["2025-05-01"]


MANY = """
name: orders
kind: orders
format: csv
options: {timezone: Asia/Seoul}
targets:
  - kind: events
    columns:
      event_name: {constant: purchase}
      event_at: {column: at, format: "%Y/%m/%d %H:%M"}
      member_id: {template: "shop-{user}"}
      product_id: sku
      price: price
  - kind: products
    columns: {product_id: sku, name: title, price: price}
  - kind: members
    when: user is not null
    columns: {member_id: {template: "shop-{user}"}, phone: phone, email: mail, consent_sms: sms, points: points}
"""


@pytest.mark.feature("B4")
def test_one_row_with_several_targets(shop: Any) -> None:
    mapping = shop.write("orders.yaml", MANY)
    file = shop.write(
        "o.csv",
        "at,user,sku,title,price,phone,mail,sms,points\n"
        "2025/05/01 10:00,7,p1,shirt,10,010-1234-5678,a@b.co,Y,5\n"
        "2025/05/01 10:01,7,p1,shirt,-1,010-1234-5678,a@b.co,N,\n"
        "2025/05/01 10:02,8,p2,hat,5,010-9999-8888,c@d.kr,maybe,1\n",
    )
    report = shop.one(mapping, file)
    assert (report.read, report.kept, report.refused) == (3, 1, 2)
    assert (report.events, report.products, report.members) == (2, 2, 1)
    assert report.quarantined == {"negative_price": 1, "bad_consent": 1}
    assert all(reason.endswith("(other targets took the row)") for reason in shop.reasons())
    assert [table.to_pylist() for table in shop.members] == [
        [{"member_id": "shop-7", "phone": "010-1234-5678", "email": "a@b.co", "consent_sms": False, "points": None}]
    ]


@pytest.mark.feature("B4")
def test_no_file_of_the_landing_zone_knows_a_member(shop: Any) -> None:
    mapping = shop.write("orders.yaml", MANY)
    lines = [
        "at,user,sku,title,price,phone,mail,sms,points",
        "2025/05/01 10:00,memberseven,p1,shirt,10,010-1234-5678,a.b@mail.co.kr,Y,5",
        "bad time,memberseven,p1,shirt,10,010-1234-5678,a.b@mail.co.kr,Y,5",
        "2025/05/01 10:00,memberseven,p1,shirt",
        '2025/05/01 10:00,memberseven,"p1,shirt,10,01012345678,a.b@mail.co.kr,Y,5',
        "2025/05/01 10:00,memberseven,p1,shirt,10,+82 10 1234 5678,a.b@mail.co.kr,Y,5,6,7",
    ]
    shop.one(mapping, shop.write("o.csv", "\n".join(lines)))
    landed = repr([shop.rows(kind) for kind in ("events", "products", "quarantine")])
    assert len(shop.rows("quarantine")) == 4
    for secret in ("memberseven", "1234", "a.b@mail"):
        assert secret not in landed
    from connectors.home.member_key import member_key, read_secret

    assert member_key("shop-memberseven", read_secret(shop.home)) in landed


def test_times_in_every_form(shop: Any) -> None:
    mapping = """
name: t
kind: events
format: csv
options: {{timezone: Europe/London}}
targets:
  - kind: events
    columns: {{event_name: {{constant: login}}, visitor_id: v, event_at: {{column: at{how}}}}}
"""
    cases = [
        ("", "2024-07-01 12:00:00", "2024-07-01 11:00:00"),
        ("", "2024-01-01 12:00:00", "2024-01-01 12:00:00"),
        ("", "2024-07-01 12:00:00 UTC", "2024-07-01 12:00:00"),
        (", format: '%d.%m.%Y %H:%M'", "01.07.2024 12:00", "2024-07-01 11:00:00"),
        (", format: '%Y-%m-%dT%H:%M:%S%z'", "2024-07-01T12:00:00+0900", "2024-07-01 03:00:00"),
        (", unit: s", "1719835200", "2024-07-01 12:00:00"),
        (", unit: s", "1719835200.5", "2024-07-01 12:00:00.5"),
        (", unit: ms", "1719835200123", "2024-07-01 12:00:00.123"),
        (", unit: us", "1719835200123456", "2024-07-01 12:00:00.123456"),
    ]
    for number, (how, given, expected) in enumerate(cases):
        path = shop.write(f"t{number}.yaml", mapping.format(how=how))
        shop.one(path, shop.write(f"t{number}.csv", f"v,at\nv{number},{given}\n"))
        assert shop.rows("events", "event_at::varchar, visitor_id", "2")[number][0] == expected, given
    bad = shop.write("bad.yaml", mapping.format(how=", unit: us"))
    assert shop.one(bad, shop.write("bad.csv", "v,at\nv,99999999999999999999\nv,x\n")).quarantined == {"bad_time": 2}
