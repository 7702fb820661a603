"""Parts of the report on a campaign that conclude something, and pages that stand alone."""

import polars as pl
import pytest

from models.reports.alone import alone
from models.reports.campaign_parts import lift_section, sent_hours_section, traits_section
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


def effect(warnings: str, low: float | None, high: float | None) -> Notice:
    names = ("metric", "treated", "held_out", "treated_mean", "held_out_mean", "incremental", "incremental_low",
             "incremental_high", "last_touch", "p_value", "warnings", "conclusion")  # fmt: skip
    rows = pl.DataFrame(
        [("orders", 900, 200, 0.06, 0.03, 27.0, low, high, 35.0, 0.04, warnings, "그렇습니다.")],
        schema=list(names), orient="row",
    )  # fmt: skip
    first = lift_section(Answer(Question("lift", "report_lift", columns(*names)), rows, "v1"), KO).parts[0]
    assert isinstance(first, Notice)
    return first


@pytest.mark.feature("I4", "H5")
def test_an_effect_is_called_shown_only_where_its_interval_has_one_sign_and_the_groups_compare() -> None:
    assert effect("underpowered,skewed", 0.8, 67.7) == Notice("그렇습니다.", "good", "효과 확인")
    assert effect("", -9.0, -1.0).title == "효과 확인"
    assert effect("underpowered", -5.0, 60.0) == Notice("그렇습니다.", "warning", "표본 부족")
    assert effect("too_small", None, None).title == "표본 부족"
    assert effect("broken_split", 5.0, 60.0) == Notice("그렇습니다.", "warning", "비교 불가")
    assert effect("", -5.0, 60.0) == Notice("그렇습니다.", "verdict")


@pytest.mark.feature("I3", "I4")
def test_traits_that_may_be_chance_are_no_advice() -> None:
    names = ("trait_name", "people", "support", "rate", "overall_rate", "lift", "low", "high", "is_over", "sentence")
    unsure = ("VIP 등급", 50, 0.3, 0.05, 0.04, 1.2, 0.8, 1.6, False, "우연일 수 있습니다.")
    sure = ("앱", 50, 0.3, 0.09, 0.04, 2.2, 1.8, 2.6, True, "앱 고객이 더 삽니다.")

    def told(*rows: tuple[object, ...]) -> list[str]:
        answer = Answer(
            Question("traits", "report_characteristics", columns(*names)),
            pl.DataFrame(list(rows), schema=list(names), orient="row"), "v1",
        )  # fmt: skip
        return [one.text for one in traits_section(answer, KO).parts if isinstance(one, Notice)]

    assert told(sure, unsure) == ["앱 고객이 더 삽니다."]
    assert told(unsure)[0].startswith("아래 특징은 모두 우연일 수 있는")
