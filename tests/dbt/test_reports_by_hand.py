"""Every figure of the report tables on a shop of thirty events, worked out by hand.

Belongs here: what the tables must say of ``shop_by_hand``, and how that comes about. Does not belong here: laws on
random data (``test_report_laws`` and its like), edges of one model (its ``_unit_tests__<model>.yml``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb
import polars as pl
import pytest
from polars.testing import assert_frame_equal

from models.reports.campaign import campaign_page
from models.reports.campaign_questions import CampaignRequest, campaign_questions
from models.reports.page import Figures, Table
from models.reports.questions import Answer, Number, Question
from models.reports.results_words import ResultWords
from tests.dbt import shop_by_hand as shop
from tests.dbt.conftest import Built
from tests.dbt.shop_by_hand import APP, MAIL, SPRING
from tests.dbt.warehouse import Warehouse

pytestmark = [pytest.mark.xdist_group("reports_by_hand"), pytest.mark.slow]
WINDOWS = ["3h", "6h", "day", "3d", "7d"]
REPORTS = Path(__file__).parents[2] / "dbt_project" / "models" / "reports"
D3, D4, D5, D10, D11 = (dt.date(2025, 3, day) for day in (3, 4, 5, 10, 11))


@pytest.fixture(scope="module")
def hand(tmp_path_factory: pytest.TempPathFactory, target: Path) -> Warehouse:
    """The shop, built once."""
    warehouse = Warehouse(tmp_path_factory.mktemp("by_hand"), target)
    warehouse.load([warehouse.land(shop.events()), warehouse.land(shop.products(), "products")], checked=True)
    days = [dt.date(2025, 3, day) for day in range(1, 21)]
    warehouse.tell(days, days, decisions=shop.decisions(), deliveries=shop.deliveries(), sends=shop.sends())
    warehouse.report()
    return warehouse


def rows(warehouse: Warehouse, name: str, *columns: str, **wanted: object) -> list[tuple[object, ...]]:
    """Rows of a report table with the ``wanted`` values, of these columns, sorted."""
    frame = warehouse.table(f"reports.{name}").filter(
        *(pl.col(key).eq_missing(pl.lit(value)) for key, value in wanted.items())
    )
    return sorted(frame.select(columns).rows())


def by_window(warehouse: Warehouse, name: str, column: str, **wanted: object) -> list[object]:
    """The values of a column in the order of the windows."""
    frame = warehouse.table(f"reports.{name}").filter(*(pl.col(key) == value for key, value in wanted.items()))
    found: Mapping[object, object] = dict(frame.select("window", column).rows())
    return [found.get(window) for window in WINDOWS]


@pytest.mark.feature("H3")
class TestConversions:
    def test_whose_each_order_is_in_each_window(self, hand: Warehouse) -> None:
        found = hand.table("marts.fct_conversions").filter(pl.col("model") == "last_touch", pl.col("credit") == 1)
        whose: dict[tuple[str, str], list[str]] = {}
        for order, send, window in found.select("order_id", "send_id", "window").rows():
            whose.setdefault((order, send), []).append(window)
        assert {pair: [window for window in WINDOWS if window in its] for pair, its in whose.items()} == {
            ("o1", SPRING): WINDOWS,  # exactly at the end of three hours
            ("o2", SPRING): ["6h", "day", "3d", "7d"],  # a microsecond later
            ("o4", SPRING): ["3h", "6h", "3d", "7d"],  # at midnight another day begins
            ("o5", SPRING): WINDOWS,  # the last microsecond of the day
            ("o6", MAIL): WINDOWS,  # the later of two
            ("o8", APP): ["3d", "7d"],  # 36 hours
            ("o9", APP): ["7d"],  # exactly seven days
        }

    def test_an_order_after_two_messages_is_shared_by_rule(self, hand: Warehouse) -> None:
        found = hand.table("marts.fct_conversions").filter(pl.col("order_id") == "o6", pl.col("window") == "7d")
        credit = {(model, send): value for model, send, value in found.select("model", "send_id", "credit").rows()}
        assert credit["first_touch", SPRING] == credit["last_touch", MAIL] == 1
        assert credit["linear", SPRING] == credit["linear", MAIL] == credit["position", SPRING] == 0.5
        # clicked 23 h 25 min before the mail: half a weight every 168 hours
        older = 0.5 ** ((23 + 25 / 60) / 168)
        assert credit["time_decay", SPRING] == pytest.approx(older / (1 + older), abs=1e-8)
        assert credit["time_decay", SPRING] + credit["time_decay", MAIL] == 1

    def test_how_each_click_was_matched(self, hand: Warehouse) -> None:
        found = hand.table("marts.fct_conversions").select("order_id", "matched_by").unique()
        assert dict(found.rows()) == {"o8": "utm"} | dict.fromkeys(("o1", "o2", "o4", "o5", "o6", "o9"), "click_id")


@pytest.mark.feature("I1", "I2")
class TestSends:
    def test_orders_and_revenue_of_each_send_variant_and_window(self, hand: Warehouse) -> None:
        def told(column: str, send: str, variant: str) -> list[object]:
            return by_window(hand, "rpt_sends", column, send_id=send, variant=variant)

        assert told("orders", SPRING, "A") == [2, 2, 1, 2, 2]  # o1 and o4
        assert told("revenue", SPRING, "A") == [15_000, 15_000, 10_000, 15_000, 15_000]
        assert told("orders", SPRING, "B") == [1, 2, 2, 2, 2]  # o5, then o2 too
        assert told("gross_revenue", SPRING, "B") == [10_000, 50_000, 50_000, 50_000, 50_000]
        assert told("refund_amount", SPRING, "B") == [0, 30_000, 30_000, 30_000, 30_000]  # returned after 17 days
        assert told("revenue", SPRING, "B") == [10_000, 20_000, 20_000, 20_000, 20_000]
        assert told("orders", MAIL, "A") == [1, 1, 1, 1, 1]
        assert told("orders", APP, "A") == [0, 0, 0, 1, 2]
        assert told("revenue", APP, "A") == [0, 0, 0, 30_000, 40_000]

    def test_what_people_did_with_each(self, hand: Warehouse) -> None:
        def told(column: str, send: str, variant: str) -> list[object]:
            return by_window(hand, "rpt_sends", column, send_id=send, variant=variant)

        assert told("clicked", SPRING, "A") == [2] * 5  # a and e; c clicked before the message was there
        assert told("clicks", SPRING, "B") == [2] * 5
        assert told("viewed", SPRING, "A") == [1] * 5  # a
        assert told("carted", SPRING, "A") == [1] * 5
        assert told("ordered", SPRING, "B") == [1, 2, 2, 2, 2]
        assert told("opened", MAIL, "A") == [1] * 5  # f
        assert told("clicked", MAIL, "A") == [1] * 5
        assert told("clicked", APP, "A") == [1, 1, 1, 2, 2]  # g came by the campaign's code after 36 hours
        assert told("sign_ups", APP, "A") == [0, 0, 0, 1, 1]

    def test_what_became_of_the_messages(self, hand: Warehouse) -> None:
        found = rows(hand, "rpt_sends", "send_id", "variant", "messages", "accepted", "delivered", "failed", "cost",
                     "is_default_window", window="3d")  # fmt: skip
        assert found == [
            (APP, "A", 2, 2, 2, 0, 0.0, False),
            (MAIL, "A", 3, 3, 3, 0, pytest.approx(0.6), False),
            (SPRING, "A", 3, 3, 3, 0, 27.0, True),
            (SPRING, "B", 3, 2, 1, 1, 18.0, True),
        ]

    def test_all_windows_are_over_when_later_events_are_known(self, hand: Warehouse) -> None:
        assert not hand.table("reports.rpt_sends")["is_collecting"].any()

    def test_orders_are_listed_with_what_was_in_them(self, hand: Warehouse) -> None:
        found = rows(hand, "rpt_campaign_orders", "order_id", "send_id", "variant", "lag_seconds", "products",
                     "quantity", "revenue", window="7d")  # fmt: skip
        assert found == [
            ("o1", SPRING, "A", 10_800.0, 1, 1, 10_000.0),
            ("o2", SPRING, "B", pytest.approx(10_800.000001), 2, 2, 10_000.0),
            ("o4", SPRING, "A", 60.0, 1, 1, 5_000.0),
            ("o5", SPRING, "B", pytest.approx(3_599.999999), 1, 2, 10_000.0),
            ("o6", MAIL, "A", 10_800.0, 1, 2, 10_000.0),
            ("o8", APP, "A", 130_800.0, 1, 1, 30_000.0),
            ("o9", APP, "A", 604_800.0, 1, 1, 10_000.0),
        ]

    def test_products_of_an_order_of_which_one_came_back(self, hand: Warehouse) -> None:
        found = rows(hand, "rpt_campaign_products", "product_id", "orders", "quantity", "refunded_quantity", "revenue",
                     send_id=SPRING, window="7d")  # fmt: skip
        assert found == [("p1", 2, 2, 0, 20_000.0), ("p2", 1, 1, 1, 0.0), ("p3", 2, 3, 0, 15_000.0)]


@pytest.mark.feature("I3", "I4", "I7")
class TestSums:
    def test_a_campaigns_days_are_those_on_which_things_happened(self, hand: Warehouse) -> None:
        found = rows(hand, "rpt_campaign_days", "day", "variant", "messages", "clicks", "orders", "revenue",
                     campaign_id="spring", window="7d")  # fmt: skip
        assert [row for row in found if any(row[2:])] == [
            (D3, "A", 3, 2, 1, 10_000.0),  # sent, clicked, o1
            (D3, "B", 3, 2, 2, 20_000.0),
            (D4, "A", 0, 0, 1, 5_000.0),  # o4
        ]

    def test_hours_are_those_on_which_things_happened(self, hand: Warehouse) -> None:
        found = hand.table("reports.rpt_campaign_hours").filter(
            pl.col("campaign_id") == "spring", pl.col("window") == "7d", pl.col("variant") == "B"
        )
        told = {hour: values for hour, *values in found.select("hour", "messages", "clicks", "orders").rows()}
        assert {hour: values for hour, values in told.items() if any(values)} == {
            10: [2, 1, 0],  # to b and d; b clicked
            13: [0, 0, 1],
            23: [1, 1, 1],
        }

    def test_the_history_of_sends_has_rates(self, hand: Warehouse) -> None:
        columns = ("day", "messages", "accepted", "success_rate", "click_rate", "conversion_rate", "revenue")
        found = rows(hand, "rpt_send_days", *columns, campaign_id="spring", window="7d")
        assert found == [(D3, 6, 5, pytest.approx(5 / 6), pytest.approx(4 / 5), pytest.approx(4 / 5), 35_000.0)]
        opened = rows(hand, "rpt_send_days", "channel", "open_rate", window="7d")
        assert opened == [("email", pytest.approx(1 / 3)), ("push", None), ("sms", None)]

    def test_a_channel_is_the_sum_of_its_campaigns(self, hand: Warehouse) -> None:
        found = rows(hand, "rpt_channel_days", "day", "channel", "messages", "orders", "revenue", window="7d")
        assert found == [
            (D3, "push", 2, 2, 40_000.0), (D3, "sms", 6, 4, 35_000.0), (D4, "email", 3, 1, 10_000.0)
        ]  # fmt: skip

    def test_every_order_is_somebodys_or_nobodys(self, hand: Warehouse) -> None:
        columns = ("day", "orders", "attributed_orders", "unattributed_orders", "claimed_orders", "attributed_revenue")
        found = [row for row in rows(hand, "rpt_conservation", *columns, window="7d") if row[1]]
        assert found == [
            (D3, 4, 3, 1, 3, 30_000.0),  # o1, o2, o5; not o3
            (D4, 3, 2, 1, 3, 15_000.0),  # o4, o6, which two campaigns would claim; not o7
            (D5, 1, 1, 0, 1, 30_000.0),
            (D10, 1, 1, 0, 1, 10_000.0),
            (D11, 1, 0, 1, 0, 0.0),
        ]

    def test_all_that_were_meant_beside_all_that_were_held_out(self, hand: Warehouse) -> None:
        columns = ("arm", "variant", "people", "buyers", "orders", "revenue")
        found = hand.table("reports.rpt_send_arms").filter(pl.col("send_id") == SPRING, pl.col("window") == "7d")
        assert sorted(found.select(columns).rows(), key=repr) == [
            ("holdout", None, 2, 0, 0, 0.0),
            ("send", "A", 3, 3, 4, 30_000.0),  # o1, o6; o3, though its click came too early; o4
            ("send", "B", 3, 2, 2, 20_000.0),  # o2, o5; d's message never arrived and counts all the same
        ]


def test_the_shop_by_hand_has_thirty_events(built: Built) -> None:
    assert shop.events().height == 30
    assert built.models


@pytest.mark.feature("I1")
class TestPage:
    def test_the_page_of_a_campaign_says_it_all(self, hand: Warehouse) -> None:
        request = CampaignRequest("spring", "봄", "sms", dt.date(2025, 3, 1), dt.date(2025, 3, 20), "3d")
        page = campaign_page(request, answered(hand, campaign_questions(request)), ResultWords("ko"))
        cards = {
            one.label: page.formats.number(one.value)
            for section in page.sections for part in section.parts if isinstance(part, Figures)
            for one in part.figures if isinstance(one.value, Number)
        }  # fmt: skip
        # six messages, of which one failed; a, b, e and h clicked and ordered o1, o2 (30,000 came back), o4 and o5
        assert cards.items() >= {
            "발송": "6", "성공률": "83.3%", "클릭률": "80.0%", "전환율": "80.0%", "주문": "4", "순매출": "35,000원",
            "발송 비용": "45원",
        }.items()  # fmt: skip
        (listed,) = (part for one in page.sections if one.heading == "상세 주문 리스트" for part in one.parts)
        assert isinstance(listed, Table)
        assert sorted(str(row[1]) for row in listed.rows) == ["o1", "o2", "o4", "o5"]  # o6 is the mail's


@pytest.mark.feature("H3", "I1")
def test_one_day_made_anew_alone_says_what_it_said(hand: Warehouse) -> None:
    names = [*(f"intermediate.int_{name}" for name in ("message_clicks", "touches", "credits", "send_hours")),
             *(f"reports.rpt_{name}" for name in ("sends", "send_arms", "paths", "conservation", "campaign_orders",
                                                  "campaign_products"))]  # fmt: skip
    before = {name: hand.table(name) for name in names}
    # the order seven days after its message, and the sends of that day
    hand.tell([D10], [D3], decisions=shop.decisions(), deliveries=shop.deliveries(), sends=shop.sends())
    hand.report("--exclude-resource-type", "test")
    for name, frame in before.items():
        assert not frame.is_empty()
        assert_frame_equal(hand.table(name), frame, check_exact=True)


def answered(warehouse: Warehouse, questions: Sequence[Question]) -> dict[str, Answer]:
    """Answers over the shop's tables; none of tables that dbt does not make."""
    frames = {"sends": shop.sends(), "deliveries": shop.deliveries()}
    asked = {table: table.replace("report_", "rpt_") for one in questions for table in one.tables}
    made = {table: name for table, name in asked.items() if (REPORTS / f"{name}.sql").is_file()}
    frames |= {table: warehouse.table(f"reports.{name}") for table, name in made.items()}
    found = {}
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame.to_arrow())
        for one in questions:
            empty = pl.DataFrame(schema=dict.fromkeys(one.columns, pl.Null))
            is_there = set(one.tables) <= set(frames)
            found[one.name] = Answer(one, connection.sql(one.sql()).pl() if is_there else empty, "v1")
    return found
