"""Long lists and lists that move while they are read: no row is missed, whatever the vendor's limits."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connectors.sandbox.cafe24_demo import END, made_up_shop, order
from connectors.sandbox.cafe24_shop import KST, Cafe24Shop
from connectors.sources.cafe24 import walks
from connectors.sources.cafe24.errors import AnswerUnreadable
from connectors.sources.cafe24.windows import Window, said, windows

pytestmark = pytest.mark.feature("B3")
MakeBench = Callable[..., Any]


@example(1_771_525_153, 365 * 86_400)  # from a 20 February
@given(st.integers(0, 10**9), st.integers(1, 4 * 365 * 86_400))
def test_windows_cover_the_time_without_a_gap_and_none_is_too_long(start: int, seconds: int) -> None:
    first = dt.datetime.fromtimestamp(start, dt.UTC)
    last = first + dt.timedelta(seconds=seconds)
    found = windows(first, last)
    assert (found[0].start, found[-1].end) == (first, last)
    assert all(one.end == other.start for one, other in zip(found, found[1:], strict=False))
    shop = Cafe24Shop()
    for window in found:  # the mall's own check, by the calendar
        assert window.start < window.end
        assert shop.answer("orders", {"start_date": said(window.start), "end_date": said(window.end)}) is not None


@given(st.integers(2, 10**7))
def test_halves_share_their_seam_and_get_smaller(seconds: int) -> None:
    window = Window(END, END + dt.timedelta(seconds=seconds))
    one, other = window.halves()
    assert (one.start, one.end, other.end) == (window.start, other.start, window.end)
    assert max(one.end - one.start, other.end - other.start) < window.end - window.start


def test_twelve_thousand_products_are_read_by_number(make_bench: MakeBench) -> None:
    bench = make_bench(products=12_000)
    report = bench.pull(only=["products"])
    assert report.ingested.files[0].products == 12_000
    assert sorted(int(number) for (number,) in bench.rows("products", "product_id")) == list(range(1, 12_001))
    asked = bench.server.listed("products")
    assert all("offset" not in query and int(query["limit"]) <= 100 for query in asked)
    assert len(asked) == 121


def test_products_that_come_and_go_while_they_are_read_cost_no_other_one(make_bench: MakeBench) -> None:
    bench = make_bench(products=1000)
    products = bench.server.shop.products

    def move(request: Any) -> None:
        if request.path.endswith("/products") and "since_product_no" in request.query:
            del products[0]  # everything behind it slides

    bench.server.before = move
    bench.pull(only=["products"])
    landed = {int(number) for (number,) in bench.rows("products", "product_id")}
    assert {int(row["product_no"]) for row in products} <= landed


def test_forty_thousand_orders_in_one_window(make_bench: MakeBench) -> None:
    bench = make_bench(products=50, members=500, orders=40_000)
    start, end = END - dt.timedelta(days=61), END
    found: set[str] = set()
    ends = []
    for page, done in walks.by_window(
        bench.client(), "orders", Window(start, end), {}, limit=1000, highest=15_000, key="order_id"
    ):
        found |= {row["order_id"] for row in page}
        ends += [done] if done else []
    assert len(found) == 40_000
    assert ends == sorted(ends)
    assert ends[-1] == end
    asked = bench.server.listed("orders")
    assert max(int(query["offset"]) for query in asked) <= 15_000
    assert max(int(query["limit"]) for query in asked) <= 1000
    assert len(asked) < 75


def rows_of_an_evening(bench: Any, orders: int) -> Window:
    shop = bench.server.shop
    shop.orders = [order(number, END - dt.timedelta(seconds=number), 1, [(1, 1)]) for number in range(1, orders + 1)]
    return Window(END - dt.timedelta(seconds=orders + 10), END)


def read(bench: Any, window: Window, **limits: Any) -> set[str]:
    options = {"limit": 1000, "highest": 15_000, "key": "order_id", **limits}
    pages = walks.by_window(bench.client(), "orders", window, {}, **options)
    return {row["order_id"] for page, _ in pages for row in page}


@pytest.mark.parametrize("gone", [1, 19, 20, 21, 400])
def test_orders_that_leave_the_list_between_two_pages_take_no_other_with_them(bench: Any, gone: int) -> None:
    window = rows_of_an_evening(bench, 2500)
    orders, left = bench.server.shop.orders, [3]

    def leave(request: Any) -> None:
        if request.query.get("offset") not in (None, "0") and left[0]:
            left[0] -= 1
            del orders[:gone]  # the newest stand first: all others slide towards the start

    bench.server.before = leave
    assert {row["order_id"] for row in orders} <= read(bench, window)


def test_orders_that_arrive_between_two_pages_hide_none(bench: Any) -> None:
    window = rows_of_an_evening(bench, 2500)
    orders = bench.server.shop.orders
    before = {row["order_id"] for row in orders}

    def arrive(request: Any) -> None:
        if request.query.get("offset") not in (None, "0") and len(orders) < 2600:
            orders.extend(order(len(orders) + number, END, 1, [(1, 1)]) for number in range(1, 31))

    bench.server.before = arrive
    assert before <= read(bench, window)


def test_a_list_that_never_stands_still_is_an_error_and_not_a_gap(bench: Any) -> None:
    window = rows_of_an_evening(bench, 4000)
    orders = bench.server.shop.orders

    def leave(request: Any) -> None:
        if request.query.get("offset") not in (None, "0"):
            del orders[:30]

    bench.server.before = leave
    with pytest.raises(AnswerUnreadable, match="faster than it could be read, 5 times"):
        read(bench, window)


def test_a_window_is_halved_down_to_a_second_and_no_further(bench: Any) -> None:
    shop = bench.server.shop
    shop.orders = [order(number, END, 1, [(1, 1)]) for number in range(1, 122)]
    with pytest.raises(AnswerUnreadable, match="over 120 rows within a second"):
        read(bench, Window(END - dt.timedelta(days=3), END), limit=40, highest=80)
    del shop.orders[0]
    assert len(read(bench, Window(END - dt.timedelta(days=3), END), limit=40, highest=80)) == 120


def test_members_are_read_by_joining_time_whatever_their_number(make_bench: MakeBench) -> None:
    bench = make_bench(members=3500)
    bench.pull(only=["members"])
    assert len(bench.members) == 3500
    assert all("offset" not in query for query in bench.server.listed("customersprivacy"))


@pytest.mark.parametrize("includes_start", [True, False])
@pytest.mark.parametrize("together", [999, 1000, 1001, 2500])
def test_members_who_joined_within_the_same_second_are_all_read(
    make_bench: MakeBench, together: int, includes_start: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    bench = make_bench(members=3000)
    crowd = dt.datetime(2025, 3, 1, 12, tzinfo=KST)
    for place, row in enumerate(bench.server.shop.members):
        second = crowd + dt.timedelta(seconds=1 if place == together else 0)
        row["created_date"] = (second if place <= together else END - dt.timedelta(seconds=place)).isoformat()
    if not includes_start:
        inner = bench.server.shop.answer

        def later(path: str, query: Any) -> Any:
            """The other reading of "after": without the start itself."""
            start = query.get("created_start_date")
            moved = dt.datetime.fromisoformat(start) + dt.timedelta(seconds=1) if start else None
            return inner(path, {**query, "created_start_date": moved.isoformat()} if moved else query)

        monkeypatch.setattr(bench.server.shop, "answer", later)
    bench.pull(only=["members"])
    assert len(bench.members) == 3000


def test_rows_out_of_order_are_an_error(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(
        bench.server.shop, "answer", lambda path, query: {"products": [{"product_no": 2}, {"product_no": 1}]}
    )
    with pytest.raises(AnswerUnreadable, match="rising order"):
        list(walks.by_number(bench.client(), 0, {}))


def test_a_row_without_its_key_is_an_error(bench: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bench.server.shop, "answer", lambda path, query: {"products": [{"name": "x"}]})
    with pytest.raises(AnswerUnreadable, match="no usable `product_no`"):
        list(walks.by_number(bench.client(), 0, {}))


def test_the_sandbox_refuses_what_the_vendor_refuses() -> None:
    from connectors.sandbox.cafe24_shop import Refused

    shop = made_up_shop(products=3, members=3, orders=3)
    day, later = said(END - dt.timedelta(days=91)), said(END)
    for path, query in [
        ("products", {"limit": "101"}),
        ("products", {"offset": "5001"}),
        ("products", {"since_product_no": "1", "offset": "1"}),
        ("products", {"updated_start_date": day}),
        ("orders", {}),
        ("orders", {"start_date": said(END - dt.timedelta(days=93)), "end_date": later}),
        ("orders", {"start_date": day, "end_date": later, "limit": "1001"}),
        ("orders", {"start_date": day, "end_date": later, "offset": "15001"}),
        ("orders", {"start_date": later, "end_date": later, "date_type": "modify_date"}),
        ("customersprivacy", {"limit": "1001"}),
        ("customersprivacy", {"offset": "8001"}),
        ("customersprivacy", {"search_type": "created_date", "created_start_date": day, "offset": "1"}),
        ("categories", {"limit": "101"}),
        ("categories/5/products", {}),
    ]:
        if path == "categories/5/products":
            assert shop.answer(path, query) is not None
            continue
        with pytest.raises(Refused):
            shop.answer(path, query)
    assert shop.answer("boards", {}) is None
