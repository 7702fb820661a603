"""What the query of a segment is like: every value a parameter, the smallest tables, only the days that matter."""

import datetime as dt
import re
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.segments.context import Context
from models.segments.document import Segment
from models.segments.sql.compile import compile_count, compile_members, compile_memberships, compile_sizes
from models.segments.windows import Span

pytestmark = pytest.mark.feature("C3")
SEOUL = ZoneInfo("Asia/Seoul")
TODAY = dt.date(2025, 10, 31)


def segment(include: dict[str, Any], name: str = "asked") -> Segment:
    return Segment.model_validate({"id": name, "name": name, "include": include})


def test_no_value_of_a_document_stands_in_the_query() -> None:
    value = "VALUE'x"
    asked = segment(
        {"all": [
            {"event": {"name": "search", "where": {
                "products": [value], "name_contains": value, "category": value, "category_is": value, "brand": value,
                "query_contains": value, "url_contains": value, "properties": {"VALUEkey": value},
                "price": {"at_least": 987654}, "quantity": {"at_most": 987654},
            }}},
            {"visits": {"channel": value, "source": value, "medium": value, "campaign": value,
                        "campaign_contains": value, "landing_contains": value, "dwell_seconds": {"above": 987654}}},
            {"acquisition": {"channel": value}}, {"member": {"grade": value, "points": {"exactly": 987654}}},
            {"customer": {"rfm_grade": value}}, {"segment": "taste:VALUE'x"},
            {"segment": {"id": "taste:VALUE'x", "strength": {"at_least": 0.98765}}},
            {"custom": {"name": "point", "op": ">=", "value": 987654}},
        ]},
    )  # fmt: skip
    for compiled in (
        compile_count(asked, Context(TODAY, SEOUL)),
        compile_members(asked, Context(TODAY, SEOUL)),
        compile_sizes([asked], Context(TODAY, SEOUL)),
        compile_memberships([asked], Context(TODAY, SEOUL)),
    ):
        assert not re.search("VALUE|98765|search|2025|Seoul", compiled.sql)
        assert {f"${name}" for name in compiled.parameters} == set(re.findall(r"\$p\d+", compiled.sql))


@pytest.mark.parametrize(
    ("include", "tables"),
    [
        ({"event": {"name": "search"}}, {"customer_days"}),
        ({"event": {"name": "search", "where": {"device": "app"}}}, {"customer_days"}),
        ({"event": {"name": "purchase", "where": {"products": 1}}}, {"customer_product_days"}),
        ({"event": {"name": "purchase", "where": {"brand": "a"}}}, {"customer_product_days", "products"}),
        ({"event": {"name": "banner_click", "where": {"products": 1}}}, {"events"}),
        ({"event": {"name": "purchase", "where": {"price": {"at_least": 1}}}}, {"events"}),
        ({"purchases": {}}, {"orders"}),
        ({"purchases": {"category": "a"}}, {"customer_product_days", "products"}),
        ({"visits": {}}, {"sessions"}),
        ({"environment": {"device": "app"}}, {"sessions"}),
        ({"acquisition": {"channel": "a"}}, set()),
        ({"acquisition": {"touch": "any", "channel": "a"}}, {"sessions"}),
        ({"cart": {}}, {"carts"}),
        ({"customer": {"orders": {"at_least": 1}}}, set()),
        ({"cycle_due": True}, set()),
        ({"member": {"is_member": True}}, set()),
        ({"member": {"has_phone": True}}, {"member_facts"}),
        ({"consent": {"sms": True}}, {"member_facts"}),
        ({"segment": "ai:at_risk"}, {"segment_members"}),
        ({"segment": {"id": "taste:t1", "strength": {"at_least": 0.5}}}, {"taste_members"}),
    ],
)  # fmt: skip
def test_the_smallest_table_that_can_tell_is_read(include: dict[str, Any], tables: set[str]) -> None:
    assert set(compile_count(segment(include), Context(TODAY, SEOUL)).tables) == {"customers"} | tables


def test_only_days_that_matter_are_asked_for() -> None:
    def days(*conditions: dict[str, Any]) -> Span | None:
        asked = segment({"all": [{"visits": one} for one in conditions]})
        return compile_count(asked, Context(TODAY, SEOUL)).tables["sessions"]

    week, before = dt.date(2025, 10, 25), dt.date(2025, 10, 2)
    assert days({"window": {"last_days": 7}}) == Span(week, TODAY)
    assert days({"window": {"last_days": 7}}, {"window": {"last_days": 30}}) == Span(before, TODAY)
    assert days({"window": {"last_days": 7}}, {}) == Span(None, TODAY)
    assert days({"occurrence": "first", "window": {"last_days": 7, "today": False}}) == Span(
        None, dt.date(2025, 10, 30)
    )
    assert days({"occurrence": "last", "window": {"last_days": 7}}) == Span(week, TODAY)
    assert days({"occurrence": "last", "window": {"days_ago": {"from": 20, "to": 29}}}) == Span(before, TODAY)


def test_equal_leaves_are_asked_once() -> None:
    event = {"event": {"name": "search", "window": {"last_days": 7}}}
    asked = [segment({"any": [event, {"not": event}]}), segment(event, name="other")]
    assert compile_sizes(asked, Context(TODAY, SEOUL)).sql.count("FROM customer_days\n") == 1
