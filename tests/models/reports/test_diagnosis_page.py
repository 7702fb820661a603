"""The page of the daily diagnosis: its sections, and every number of it as the SQL that stands beside it returns it."""

import datetime as dt

import polars as pl
import pytest

from models.reports.diagnosis import diagnosis_page
from models.reports.diagnosis_facts import DEVICES, diagnosis_questions
from models.reports.diagnosis_words import DiagnosisWords
from models.reports.page import Chart, Figures, Heading, Link, Notice, Page, Sum, Table
from models.reports.questions import Number
from models.reports.walk import numbers_of
from tests.diagnosis_by_hand import DAY, DAY_BEFORE, WEEK_BEFORE, ask, facts, tables

pytestmark = pytest.mark.feature("I6")
KO = DiagnosisWords("ko")


def page(**options: object) -> Page:
    found = facts(**options)  # type: ignore[arg-type]
    return diagnosis_page(found.day, found.answers, KO)


def part(found: Page, heading: str, kind: type) -> object:
    (section,) = [one for one in found.sections if one.heading == heading]
    return next(one for one in section.parts if isinstance(one, kind))


def test_the_whole_shop_pc_mobile_products_and_campaigns_follow_each_other() -> None:
    headings = [one.heading for one in page().sections if not one.half and "시간대" not in one.heading]
    assert headings == [
        "눈에 띄는 변화",
        "전체",
        "PC",
        "모바일",
        "상품",
        "온사이트 캠페인",
        "추천 캠페인",
        "메시지 캠페인",
        "전체 주문과의 관계",
    ]
    english = diagnosis_page(DAY, facts().answers, DiagnosisWords("en"))
    assert (english.language, [one.heading for one in english.sections][:2]) == ("en", ["What changed", "Overall"])


@pytest.mark.feature("A4")
def test_every_number_is_what_its_sql_returns() -> None:
    answers = ask(diagnosis_questions(DAY), tables())
    shown = numbers_of(page())
    assert len(shown) > 200
    assert {one.question for one in shown} == set(answers)
    for one in shown:
        assert one.row is not None
        assert answers[one.question].frame[one.column][one.row] == one.value, one


def test_figures_stand_beside_last_week_and_yesterday() -> None:
    found = page()
    cards = part(found, "모바일", Figures)
    assert isinstance(cards, Figures)
    bounce = next(one for one in cards.figures if one.label == "이탈률")
    assert bounce.before is not None
    assert (round(float(bounce.before.value or 0), 4), bounce.good) == (0.2404, "down")  # type: ignore[arg-type]
    table = part(found, "모바일", Table)
    assert isinstance(table, Table)
    row = next(one for one in table.rows if one[0] == Heading("이탈률", "bounce_rate"))
    days = [one.value for one in row if isinstance(one, Number)]
    rates = tables()["report_daily"].filter(pl.col("device") == "mobile").sort("day")["bounce_rate"].to_list()
    assert dict(zip((DAY, DAY_BEFORE, WEEK_BEFORE), days, strict=True)) == dict(
        zip(sorted((DAY, DAY_BEFORE, WEEK_BEFORE)), rates, strict=True)
    )
    assert (row[3], row[5]) == ("+13.3%p", "+11.3%p")


def test_the_busiest_hour_stands_out_and_steps_of_the_funnel_have_their_rates() -> None:
    found = page()
    hours = part(found, "전체 · 시간대별 주문", Chart)
    assert isinstance(hours, Chart)
    assert (hours.marked, hours.series[0].values[20].value) == (20, 6)
    steps = part(found, "전체 · 구매 여정", Table)
    assert isinstance(steps, Table)
    assert [row[0].label for row in steps.rows if isinstance(row[0], Heading)] == [
        "방문",
        "상품 조회",
        "장바구니",
        "주문서 작성",
        "주문 완료",
    ]
    rates = [one[2].value for one in steps.rows[1:] if isinstance(one[2], Number)]
    assert rates == pytest.approx([495 / 708, 141 / 495, 88 / 141, 24 / 88])


def test_a_day_without_visits_orders_or_campaigns_says_so_and_one_unknown_has_no_page() -> None:
    frames = tables()
    schema = frames["report_daily"].schema.items()
    counts = [name for name, kind in schema if kind.is_integer() and name != "peak_order_hour"]
    empty = frames["report_daily"].filter(pl.col("day") == DAY).with_columns(
        *(pl.lit(0).alias(name) for name in counts), *(pl.lit(None, pl.Float64).alias(name) for name in (
            "bounce_rate", "conversion_rate", "page_views_per_session")), peak_order_hour=pl.lit(None, pl.Int64),
    )  # fmt: skip
    frames = {name: frame.head(0) for name, frame in frames.items()} | {"report_daily": empty}
    found = page(frames=frames)
    told = [one.text for section in found.sections for one in section.parts if isinstance(one, Notice)]
    assert told.count("이날은 주문이 없었습니다.") == len(DEVICES)
    assert told.count("이날은 방문이 없었습니다.") == len(DEVICES)
    assert "비교할 지난 데이터가 아직 없습니다." in told
    with pytest.raises(ValueError, match="2025-12-24"):
        page(day=dt.date(2025, 12, 24))


def test_widgets_have_their_names_messages_lead_to_their_campaign_and_orders_add_up() -> None:
    frames = tables()
    renamed = pl.col("campaign", "campaign_name").replace("most_viewed", "viewed_together")
    frames["report_daily_campaigns"] = frames["report_daily_campaigns"].with_columns(renamed)
    found = page(frames=frames)
    widgets, messages = (part(found, heading, Table) for heading in ("추천 캠페인", "메시지 캠페인"))
    assert isinstance(widgets, Table)
    assert isinstance(messages, Table)
    assert [row[0] for row in widgets.rows] == ["cart_related", "함께 본 상품"]  # one that has no name of its own
    assert all(isinstance(row[0], Link) and row[0].address.startswith("../campaigns/") for row in messages.rows)
    lines = [one for section in found.sections for one in section.parts if isinstance(one, Sum)]
    assert len(lines) == 2
    for line in lines:
        assert sum(float(str(number.value)) for _, number in line.terms) == float(str(line.total[1].value))
