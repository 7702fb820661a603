"""Parts of the report on a campaign that conclude something, and pages that stand alone."""

import polars as pl
import pytest

from models.reports.alone import alone
from models.reports.campaign_parts import sent_hours_section
from models.reports.page import Chart, Link, Links, Notice, Page, Section, Table
from models.reports.questions import Answer, Question, columns
from models.reports.results_words import ResultWords

KO = ResultWords("ko")
NAMES = ("hour", "messages", "sent_clicked", "sent_click_rate", "sent_order_rate")
Hour = tuple[int, int, int, float, float]


def told(*hours: Hour) -> tuple[str, int | None]:
    """What the section says, and the hour that its chart marks."""
    rows = pl.DataFrame(list(hours), schema=list(NAMES), orient="row")
    question = Question("sent_hours", "report_campaign_hours", columns(*NAMES))
    (section,) = sent_hours_section(Answer(question, rows, "v1"), KO)
    notice, *charts = section.parts
    assert isinstance(notice, Notice)
    return notice.text, next((one.marked for one in charts if isinstance(one, Chart)), None)


@pytest.mark.feature("I4")
def test_the_best_hour_to_send_is_that_with_most_orders_a_message_then_clicks_then_the_earlier() -> None:
    assert told((10, 900, 90, 0.1, 0.02), (20, 100, 8, 0.08, 0.05)) == (
        "반응이 가장 좋은 발송 시간은 20시입니다 (구매율 5.0%, 클릭률 8.0%).", 20,
    )  # fmt: skip
    assert told((10, 100, 10, 0.1, 0.0), (20, 100, 20, 0.2, 0.0))[1] == 20
    assert told((10, 100, 10, 0.1, 0.0), (20, 100, 10, 0.1, 0.0))[1] == 10


@pytest.mark.feature("I4")
def test_one_hour_alone_or_too_few_messages_are_not_compared() -> None:
    assert told((10, 900, 90, 0.1, 0.02))[0].startswith("한 시간대에만 보내서")
    assert told((10, 29, 20, 0.7, 0.5), (20, 29, 9, 0.3, 0.3))[0].startswith("시간대를 비교하기에 아직 부족합니다")
    assert told((10, 29, 29, 1.0, 1.0), (20, 30, 1, 1 / 30, 0.0))[1] == 20
    assert sent_hours_section(None, KO) == []


@pytest.mark.feature("I1")
def test_a_page_that_stands_alone_has_the_texts_of_its_links() -> None:
    table = Table(["n"], [[Link("봄 세일", "campaigns/spring.html"), "–"]])
    page = alone(Page("t", "s", [Section("h", [table, Links([("a.html", "a")])])]))
    assert page.sections[0].parts == [Table(["n"], [["봄 세일", "–"]])]
