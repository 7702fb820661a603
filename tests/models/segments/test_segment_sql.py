"""The query of a segment, and its evaluation in memory, on customers made by hand."""

import datetime as dt
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.segments.context import Context
from models.segments.document import DEEPEST, Segment
from models.segments.memory.evaluate import matches
from models.segments.memory.facts import CartItem, CustomerFacts, Event, Figures, Member, Order, Product, Visit
from models.segments.sql.compile import compile_members, compile_sizes
from tests.models.segments.fact_tables import FactTables

pytestmark = pytest.mark.feature("C3")
SEOUL, LONDON = ZoneInfo("Asia/Seoul"), ZoneInfo("Europe/London")
TODAY = dt.date(2025, 10, 31)
NASTY = "O'Brien\"; drop table customers; -- 👗 \\ % _ $p1 {x}"


def segment(include: dict[str, Any], exclude: dict[str, Any] | None = None, name: str = "asked") -> Segment:
    return Segment.model_validate({"id": name, "name": name, "include": include, "exclude": exclude})


def at(day: int, hour: int = 3) -> dt.datetime:
    """UTC; 3:00 is noon in Seoul."""
    return dt.datetime(2025, 10, day, hour)


def found(customers: dict[str, CustomerFacts], asked: Segment, zone: ZoneInfo = SEOUL, fields: Any = None) -> set[str]:
    """Members by the query; the same by memory, or the test fails."""
    context = Context(TODAY, zone, fields or {})
    compiled = compile_members(asked, context)
    tables = FactTables(customers, zone, fields)
    keys = {key for key, _ in tables.limited(compiled.tables).answer(compiled.sql, compiled.parameters)}
    assert keys == {key for key, facts in customers.items() if matches(asked, facts, context)}
    return keys


def carted(*days: int, product: str = "1") -> tuple[Event, ...]:
    return tuple(Event("add_to_cart", at(day), product=Product(product, f"상품 {product}")) for day in days)


def test_the_cart_reminder_of_the_recipe() -> None:
    """Carted product 1 in the last 7 days, today excluded; neither carted it today nor bought it lately."""
    where = {"products": ["1"]}
    asked = segment(
        {"event": {"name": "add_to_cart", "window": {"last_days": 7, "today": False}, "where": where}},
        {"any": [
            {"event": {"name": "add_to_cart", "window": {"last_days": 1}, "where": where}},
            {"purchases": {"window": {"last_days": 14}, **where}},
        ]},
    )  # fmt: skip
    bought = Event("purchase", at(30), product=Product("1"), price=1000.0)
    customers = {
        "first day of the window": CustomerFacts(events=carted(24)),
        "yesterday": CustomerFacts(events=carted(30)),
        "too long ago": CustomerFacts(events=carted(23)),
        "only today": CustomerFacts(events=carted(31)),
        "yesterday and today": CustomerFacts(events=carted(30, 31)),
        "another product": CustomerFacts(events=carted(30, product="2")),
        "bought it": CustomerFacts(events=(*carted(29), bought)),
        "bought another": CustomerFacts(events=(*carted(29), Event("purchase", at(30), product=Product("2")))),
        "nothing": CustomerFacts(),
    }
    assert found(customers, asked) == {"first day of the window", "yesterday", "bought another"}


def test_the_cart_now_knows_when_something_was_last_put_in() -> None:
    def item(day: int, product: str = "1") -> CartItem:
        return CartItem(Product(product), 1, 1000.0, at(day))

    asked = segment({"cart": {"last_added": {"last_days": 7, "today": False}}})
    customers = {
        "yesterday": CustomerFacts(cart=(item(30),)),
        "yesterday, another today": CustomerFacts(cart=(item(30), item(31, "2"))),
        "long ago": CustomerFacts(cart=(item(20),)),
        "empty": CustomerFacts(),
    }
    assert found(customers, asked) == {"yesterday"}


@pytest.mark.parametrize(
    ("count", "fitting"),
    [
        ({"at_least": 1}, {1, 2, 3}), ({"at_least": 2}, {2, 3}), ({"at_most": 1}, {0, 1}), ({"exactly": 0}, {0}),
        ({"exactly": 2}, {2}), ({"between": [0, 2]}, {0, 1, 2}), ({"between": [1, 2]}, {1, 2}),
        ({"at_least": 0}, {0, 1, 2, 3}),
    ],
)  # fmt: skip
def test_counts_with_zero_in_them_fit_who_never_did(count: dict[str, Any], fitting: set[int]) -> None:
    customers = {str(n): CustomerFacts(events=carted(*range(20, 20 + n))) for n in range(4)}
    asked = segment({"event": {"name": "add_to_cart", "count": count}})
    assert found(customers, asked) == {str(n) for n in fitting}


def test_amounts_up_to_some_fit_who_bought_nothing_but_averages_do_not() -> None:
    customers = {
        "nothing": CustomerFacts(),
        "little": CustomerFacts(orders=(Order(at(3), 30.0), Order(at(4), 10.0))),
        "much": CustomerFacts(orders=(Order(at(3), 100.0),)),
    }
    assert found(customers, segment({"purchases": {"amount": {"at_most": 40}}})) == {"nothing", "little"}
    assert found(customers, segment({"purchases": {"average": {"at_most": 40}}})) == {"little"}
    assert found(customers, segment({"purchases": {"amount": {"below": 40}}})) == {"nothing"}


def test_sums_of_prices_leave_no_trace_of_adding_up() -> None:
    customers = {"ten": CustomerFacts(orders=tuple(Order(at(day), 0.1) for day in range(1, 11)))}
    assert found(customers, segment({"purchases": {"amount": {"exactly": 1}}})) == {"ten"}


def test_first_and_last_are_of_the_whole_history() -> None:
    window = {"last_days": 7}
    customers = {
        "first and last": CustomerFacts(visits=(Visit(at(28)),)),
        "last only": CustomerFacts(visits=(Visit(at(2)), Visit(at(28)))),
        "neither": CustomerFacts(visits=(Visit(at(2)),)),
    }
    first = found(customers, segment({"visits": {"occurrence": "first", "window": window}}))
    last = found(customers, segment({"visits": {"occurrence": "last", "window": window}}))
    assert (first, last) == ({"first and last"}, {"first and last", "last only"})
    earlier = segment({"visits": {"occurrence": "last", "window": {"days_ago": {"from": 20, "to": 40}}}})
    assert found(customers, earlier) == {"neither"}


def test_what_is_not_known_makes_a_comparison_false_and_its_opposite_true() -> None:
    customers = {
        "unknown": CustomerFacts(),
        "member of nothing": CustomerFacts(member=Member()),
        "few": CustomerFacts(member=Member(points=100), figures=Figures(revenue=5.0)),
    }
    points: dict[str, Any] = {"member": {"points": {"below": 500}}}
    assert found(customers, segment(points)) == {"few"}
    assert found(customers, segment({"not": points})) == {"unknown", "member of nothing"}
    revenue: dict[str, Any] = {"customer": {"revenue": {"below": 500}}}
    assert found(customers, segment({"not": revenue})) == {"unknown", "member of nothing"}


@pytest.mark.feature("B2")
def test_a_member_who_was_never_seen_can_be_found() -> None:
    customers = {
        "never seen": CustomerFacts(member=Member(has_phone=True, custom={"point": 700.0})),
        "seen": CustomerFacts(member=Member(has_phone=True, custom={"point": 700.0}), visits=(Visit(at(3)),)),
        "poor": CustomerFacts(member=Member(has_phone=True, custom={"point": 5.0})),
        "visitor": CustomerFacts(visits=(Visit(at(3)),)),
    }
    asked = segment({"all": [{"custom": "point >= 500"}, {"member": {"has_phone": True}}]}, {"visits": {}})
    assert found(customers, asked, fields={"point": "number"}) == {"never seen"}


def test_hours_are_those_of_the_shop_through_summer_time() -> None:
    """22:30 in London is 21:30 UTC before October 26 and 22:30 UTC after it."""
    customers = {
        "summer": CustomerFacts(visits=(Visit(dt.datetime(2025, 10, 20, 21, 30)),)),
        "winter": CustomerFacts(visits=(Visit(dt.datetime(2025, 10, 28, 22, 30)),)),
        "evening of winter": CustomerFacts(visits=(Visit(dt.datetime(2025, 10, 28, 21, 30)),)),
    }
    asked = segment({"visits": {"hour_of_day": {"from": 22, "to": 5}}})
    assert found(customers, asked, LONDON) == {"summer", "winter"}


def test_names_with_quotes_sql_and_emoji_are_looked_for_as_they_are() -> None:
    product = Product("1", f"원피스 {NASTY}", NASTY, NASTY)
    fields: Any = {NASTY: "text"}
    customers = {
        "it": CustomerFacts(
            events=(Event("product_view", at(3), product=product, url=NASTY, query=NASTY,
                          properties='{"a": "O\'Brien"}'),),
            visits=(Visit(at(3), campaign=NASTY),), member=Member(custom={NASTY: NASTY}),
        ),
        "another": CustomerFacts(
            events=(Event("product_view", at(3), product=Product("2", "원피스")),), visits=(Visit(at(3)),),
            member=Member(custom={NASTY: "x"}),
        ),
    }  # fmt: skip
    for include in (
        {"event": {"name": "product_view", "where": {"name_contains": NASTY.upper()}}},
        {"event": {"name": "product_view", "where": {"category": NASTY, "brand": NASTY}}},
        {"event": {"name": "product_view", "where": {"url_contains": NASTY, "query_contains": "%"}}},
        {"event": {"name": "product_view", "where": {"properties": {"a": "O'Brien"}}}},
        {"visits": {"campaign": [NASTY, "x' or 1=1 --"]}},
        {"custom": {"name": NASTY, "op": "==", "value": NASTY}},
        {"custom": {"name": NASTY, "op": "in", "value": [NASTY, "y"]}},
    ):
        assert found(customers, segment(include), fields=fields) == {"it"}, include


@pytest.mark.parametrize(
    ("key", "wanted", "fitting"),
    [
        ("n", 5, {"number", "text", "broken"}), ("n", 5.0, {"number", "broken"}), ("n", "5", {"number", "text"}),
        ("n", 2.5, {"half"}), ("n", [2.5, "x"], {"half"}), ("n", True, {"yes"}), ("n", "true", set()),
        ("n", False, {"no"}), ("a.b", "x", {"inside"}), ("a", "x", set()), ("m", 5, set()), ("n", 0, set()),
    ],
)  # fmt: skip
def test_properties_fit_by_value_and_kind(key: str, wanted: object, fitting: set[str]) -> None:
    texts = {
        "number": '{"n": 5}', "broken": '{"n": 5.0}', "text": '{"n": "5"}', "half": '{"n": 2.5}', "yes": '{"n": true}',
        "no": '{"n": false}', "null": '{"n": null}', "inside": '{"a": {"b": "x"}}', "list": '{"n": [5], "a": ["x"]}',
        "none": None, "no json": "{n: 5", "not an object": "5", "empty": "",
    }  # fmt: skip
    customers = {
        name: CustomerFacts(events=(Event("banner_click", at(3), properties=text),)) for name, text in texts.items()
    }
    where = {"properties": {key: wanted}}
    assert found(customers, segment({"event": {"name": "banner_click", "where": where}})) == fitting


@pytest.mark.feature("C5")
def test_sizes_of_several_segments_are_their_counts_in_the_order_of_their_ids() -> None:
    customers = {str(n): CustomerFacts(events=carted(*range(20, 20 + n))) for n in range(4)}
    several = [
        segment({"event": {"name": "add_to_cart", "count": {"at_least": n}}}, name=name)
        for n, name in ((1, "b"), (9, "c"), (3, "a"))
    ]
    compiled = compile_sizes(several, Context(TODAY, SEOUL))
    tables = FactTables(customers, SEOUL)
    assert tables.answer(compiled.sql, compiled.parameters) == [("a", 1), ("b", 3), ("c", 0)]


def test_fifty_levels_are_answered() -> None:
    def at_least(times: int) -> dict[str, Any]:
        return {"event": {"name": "add_to_cart", "count": {"at_least": times}}}

    include = at_least(2)
    for level in range(DEEPEST - 1):  # an even number of times not
        include = ({"all": [include, at_least(0)]}, {"any": [at_least(99), include]}, {"not": include})[level % 3]
    customers = {str(n): CustomerFacts(events=carted(*range(20, 20 + n))) for n in range(6)}
    assert found(customers, segment(include)) == {"2", "3", "4", "5"}


def test_a_hundred_thousand_picked_products_are_looked_for() -> None:
    customers = {
        "one": CustomerFacts(events=carted(30, product="99999")),
        "other": CustomerFacts(events=carted(30, product="100000")),
    }
    picked = [str(number) for number in range(100_000)]
    assert found(customers, segment({"event": {"name": "add_to_cart", "where": {"products": picked}}})) == {"one"}
