"""The daily diagnosis as a message: what changed most, the values of the template's variables, Kakao's limits."""

import datetime as dt

import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.messages.checks import obstacles_in, problems_in
from models.messages.documents.template import Template
from models.messages.law import Sender
from models.messages.letters import units
from models.messages.rendering import render_one, variables_of
from models.reports.diagnosis_facts import remarks
from models.reports.diagnosis_text import MOST, diagnosis_template, diagnosis_values, sentences
from models.reports.diagnosis_words import DiagnosisWords
from tests.diagnosis_by_hand import DAY, DAY_BEFORE, WEEK_BEFORE, facts, tables

pytestmark = pytest.mark.feature("I6")
KO, EN = DiagnosisWords("ko"), DiagnosisWords("en")
SENDER = Sender("단골샵", "02-111-2222", "080-111-2222")


def approved(locale: str = "ko", url: str = "https://report.shop.kr") -> Template:
    document = diagnosis_template("en" if locale == "en" else "ko", url)
    document["alimtalk"]["inspection"] = {"state": "approved"}
    return Template.model_validate(document)


def test_what_changed_most_is_told_once_about_the_device_where_it_is_clearest() -> None:
    told = sentences(facts(), KO)
    assert sorted(told) == [
        "모바일 구매 전환율이 지난주 같은 요일보다 5.5%p 낮습니다 (7.7% → 2.2%).",
        "모바일 매출이 지난주 같은 요일보다 79.5% 줄었습니다 (2,000,000원 → 410,000원).",
        "모바일 이탈률이 지난주 같은 요일보다 11.3%p 높습니다 (24.0% → 35.3%).",
        "모바일 주문이 지난주 같은 요일보다 72.5% 줄었습니다 (40건 → 11건).",
    ]
    metrics = [one.metric for one in remarks(facts())]
    assert len(metrics) == len(set(metrics))
    weights = [abs(one.weight) for one in remarks(facts())]
    assert weights == sorted(weights, reverse=True)


def test_without_last_week_the_day_before_is_compared_with_and_without_any_nothing_is_claimed() -> None:
    frames = tables()
    frames["report_daily"] = frames["report_daily"].filter(pl.col("day") != WEEK_BEFORE)
    assert all("전날보다" in told for told in sentences(facts(frames=frames), KO))
    frames["report_daily"] = frames["report_daily"].filter(pl.col("day") != DAY_BEFORE)
    assert sentences(facts(frames=frames), KO) == ["비교할 지난 데이터가 아직 없습니다."]


def test_a_day_like_last_week_is_told_to_be_one() -> None:
    frames = tables()
    week = frames["report_daily"].filter(pl.col("day") == WEEK_BEFORE).with_columns(day=pl.lit(DAY))
    frames["report_daily"] = pl.concat([frames["report_daily"].filter(pl.col("day") != DAY), week])
    assert sentences(facts(frames=frames), KO) == ["지난주 같은 요일과 크게 다르지 않은 하루였습니다."]
    assert sentences(facts(frames=frames), EN) == ["A day much like a week ago."]
    more = pl.when((pl.col("day") == DAY) & (pl.col("device") == "pc")).then(17).otherwise("orders").alias("orders")
    frames["report_daily"] = frames["report_daily"].with_columns(more)
    assert sentences(facts(frames=frames), KO) == [
        "지난주 같은 요일과 크게 다르지 않은 하루였습니다.",
        "굳이 꼽으면 PC 주문이 지난주 같은 요일보다 21.4% 늘었습니다 (14건 → 17건). 우연일 수 있습니다.",
    ]


@pytest.mark.parametrize("locale", ["ko", "en"])
def test_the_template_can_be_inspected_and_every_variable_has_a_value(locale: str) -> None:
    template = approved(locale)
    assert problems_in(template) == []
    assert obstacles_in(template, SENDER) == []
    assert not template.advertises
    values = diagnosis_values(facts(), EN if locale == "en" else KO)
    assert {one.name for one in variables_of(template)} == set(values) | {"쇼핑몰 이름"}
    assert all(value and "\n" not in value for value in values.values())


def test_the_message_of_a_day_says_its_figures() -> None:
    template, values = approved(), diagnosis_values(facts(), KO)
    made = render_one(template, {one.column: values.get(one.name) for one in variables_of(template)
                                 if one.use != "shop"}, SENDER)  # fmt: skip
    assert made.skip_reason is None
    text = made.fields["text"]
    assert text.startswith("[단골샵] 일일 진단 리포트\n10월 30일(목)\n")
    assert "방문자 688명 (신규 133명 · 재방문 555명)\n이탈률 33.5%\n주문 24건 · 매출 1,050,000원" in text
    assert "주문이 많은 시간 20시~21시" in text
    assert "방문 708 → 상품 495 → 장바구니 141 → 주문서 88 → 주문 24" in text
    assert "유입 TOP3 naver.com, instagram.com, (direct)" in text
    assert "1. 울 블렌드 오버핏 코트 (주문 5건 · 245,000원)" in text
    assert "추천 클릭 64 · 주문 5 · 매출 210,000원" in text
    assert made.fields["buttons.0.mobile"] == "https://report.shop.kr/days/2025-10-30.html"


@settings(max_examples=15, deadline=None)
@given(
    st.text(min_size=1, max_size=300), st.text(min_size=1, max_size=300), st.integers(1, 10**12), st.floats(0, 10**13)
)
def test_whatever_a_product_or_site_is_called_the_message_fits(
    product: str, site: str, number: int, money: float
) -> None:
    frames = tables()
    counts = ("visitors", "new_visitors", "returning_visitors", "sessions", "orders", "funnel_visits", "funnel_orders")
    frames["report_daily"] = frames["report_daily"].with_columns(
        *(pl.lit(number).alias(name) for name in counts), pl.when(pl.col("day") == DAY).then(money).alias("revenue")
    )
    frames["report_daily_products"] = frames["report_daily_products"].with_columns(product_name=pl.lit(product))
    frames["report_daily_referrers"] = frames["report_daily_referrers"].with_columns(source=pl.lit(site))
    for words in (KO, EN):
        values = diagnosis_values(facts(frames=frames), words)
        text = diagnosis_template(words.locale)["alimtalk"]["text"].replace("#{쇼핑몰 이름}", "가" * 20)
        for name, value in values.items():
            assert value.strip()
            assert "\n" not in value
            text = text.replace(f"#{{{name}}}", value)
        assert units(text) <= MOST


def test_a_day_that_nothing_is_known_of_has_no_message() -> None:
    with pytest.raises(ValueError, match="2025-11-05"):
        diagnosis_values(facts(dt.date(2025, 11, 5)), KO)
