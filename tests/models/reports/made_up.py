"""A page with one part of each kind, about a campaign that nobody ran."""

import datetime as dt
import functools

import polars as pl

from models.reports.formats import Formats
from models.reports.glossary import Glossary, glossary
from models.reports.page import (
    Chart,
    Facts,
    Figure,
    Figures,
    Heading,
    Link,
    Links,
    Notice,
    Page,
    Part,
    Section,
    Series,
    Table,
    Window,
    Windows,
)
from models.reports.questions import Answer, Equal, Number, Question, columns
from models.reports.tables import Shown, series_of, table_of
from models.words import Locale

DAYS = [dt.date(2025, 10, day) for day in (1, 2, 3)]
DOCS = {
    "metric_orders": "Orders: orders credited. (ko: 주문: 기여가 인정된 주문 수.)",
    "metric_revenue": "Net revenue: ordered less returned. (ko: 순매출: 주문 금액에서 환불을 뺀 금액.)",
    "metric_click_rate": "Click rate: clicked of accepted. (ko: 클릭률: 성공 중 클릭한 비율.)",
    "__overview__": "not a metric",
}
ASKED = columns("day", "name", "orders", "revenue", "click_rate", "sent_at")
QUESTION = Question("days", "report_campaign_days", ASKED, (Equal("campaign_id", "it's"),), order_by=("day",))


def definitions() -> Glossary:
    return glossary(DOCS)


def answer() -> Answer:
    frame = pl.DataFrame(
        {
            "day": DAYS,
            "name": ["니트 <b>", "뷁 셔츠", "🎁 상자"],
            "orders": [1200, 0, None],
            "revenue": [1_234_000.0, -5000.0, 0.0],
            "click_rate": [0.1234, 0.0, None],
            "sent_at": [dt.datetime(2025, 10, day, 23, 30, tzinfo=dt.UTC) for day in (1, 2, 3)],
        }
    )
    return Answer(QUESTION, frame, "v7", dt.datetime(2025, 10, 4, 1, 0, tzinfo=dt.UTC))


@functools.cache
def page(locale: Locale = "ko") -> Page:
    found = answer()
    shown = [Shown("day", "날", "day", ""), Shown("name", "상품", "text", ""), Shown("orders", "주문"),
             Shown("revenue", "순매출", "money"), Shown("click_rate", "클릭률", "rate"),
             Shown("sent_at", "보낸 시각", "moment", "")]  # fmt: skip
    revenue = found.number(0, "revenue", "money")
    pair = [Series("x", [Number(1), Number(2)]), Series("y", [Number(2), Number(3)])]
    rates = [Number(value, "rate") for value in (0.03, 0.05)]
    parts: dict[str, list[Part]] = {
        "요약": [
            Notice("10월 9일까지 모읍니다.", "collecting", "성과 수집 중"),
            Figures([
                Figure("순매출", revenue, before=Number(1_000_000.0, "money", "revenue", "days", 1, "revenue")),
                Figure("실패", Number(30), before=Number(20), good="down"), Figure("텍스트", "그대로", "설명"),
            ]),
            Facts([("이름", "가을"), (Heading("주문", "orders"), found.number(0, "orders"))]),
            Windows([Window("3시간"), Window("7일", True, "성과 수집 중")],
                    [(Heading("주문", "orders"), [found.number(0, "orders"), found.number(1, "orders")])]),
        ],
        "표": [table_of(found, shown, caption="날마다", most=2), Links([("../index.html", "처음으로")]),
              Table(["이름"], [[Link("캠페인", "campaigns/a.html")]]), Table((), (), empty="없습니다.")],
        "그림": [
            Chart("추이", "lines", DAYS, [series_of(found, name, name, DAYS, "day") for name in ("orders", "revenue")],
                  x_unit="day"),
            Chart("시간", "bars", [0, 1, 2], [series_of(found, "", "orders", DAYS, "day")], x_unit="hour", marked=0),
            Chart("단계", "funnel", ["발송", "클릭"], [Series("", [Number(10), Number(4)])]),
            Chart("안", "intervals", ["A", "B"], [Series("전환율", rates, rates, rates)], "rate", marked=1, zero=0.0),
            Chart("순위", "ranks", ["가", "나"], pair),
            Chart("쌓기", "stacked", ["가", "나"], pair),
        ],
    }  # fmt: skip
    sections = [Section(heading, told) for heading, told in parts.items()]
    return Page("리포트", "지난 3일", sections, "끝", locale, badges=[Notice("모으는 중", "collecting")],
                answers=[found], glossary=definitions(), formats=Formats(locale))  # fmt: skip
