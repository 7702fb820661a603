"""Pages of results: what stands on them, where links lead, what is said where something is missing."""

import datetime as dt
import re
from collections.abc import Iterable, Mapping

import duckdb
import polars as pl
import pytest

from models.reports.channel import ChannelRequest, channel_page, channel_questions
from models.reports.dashboard import DashboardRequest, dashboard_page, dashboard_questions
from models.reports.history import HistoryRequest, history_page, history_questions
from models.reports.index import Entry, IndexRequest, index_page, index_questions
from models.reports.lines import lines_of
from models.reports.live import LiveRequest, live_page, live_questions, product_question
from models.reports.page import Chart, Figure, Figures, Link, Links, Notice, Page, Table, Windows
from models.reports.questions import Answer, Number, Question
from models.reports.recommended import RecommendedRequest, recommended_page, recommended_questions
from models.reports.results_words import ResultWords
from models.reports.segment_results import SegmentRequest, segment_questions, segment_results_page
from models.words import Locale
from tests.reports_by_hand import LAST, days, tables

FRAMES = tables()
FIRST = LAST - dt.timedelta(days=29)
KO = ResultWords("ko")


def ask(questions: Iterable[Question], frames: Mapping[str, pl.DataFrame] = FRAMES) -> dict[str, Answer]:
    """Answers as published tables would give them; none of a table that is not there."""
    found = {}
    with duckdb.connect() as connection:
        for name, frame in frames.items():
            connection.register(name, frame.to_arrow())
        for one in questions:
            if set(one.tables) <= set(frames):
                found[one.name] = Answer(one, pl.DataFrame(connection.sql(one.sql()).to_arrow_table()), "v1")
            else:
                found[one.name] = Answer(one, pl.DataFrame(schema=dict.fromkeys(one.columns, pl.Null)))
    return found


def pages(locale: Locale, frames: Mapping[str, pl.DataFrame] = FRAMES) -> dict[str, Page]:
    """Every page of results."""
    words = ResultWords(locale)
    channel, dashboard = ChannelRequest("all", FIRST, LAST), DashboardRequest(LAST)
    history, segment = HistoryRequest(FIRST, LAST), SegmentRequest("vip")
    live, recommended = LiveRequest(counted_on=LAST), RecommendedRequest(LAST)
    index = IndexRequest(LAST, "Shop", [Entry("campaign", "cart-reminder", "C"), Entry("day", "2025-10-30", "D")])
    visitors = ask(live_questions(live), frames)
    return {
        "channel": channel_page(channel, ask(channel_questions(channel), frames), words),
        "dashboard": dashboard_page(dashboard, ask(dashboard_questions(dashboard), frames), words),
        "history": history_page(history, ask(history_questions(history), frames), words),
        "segment": segment_results_page(segment, ask(segment_questions(segment), frames), words),
        "live": live_page(live, visitors | ask([product_question(visitors)], frames), words),
        "recommended": recommended_page(recommended, ask(recommended_questions(recommended), frames), words),
        "index": index_page(index, ask(index_questions(index), frames), words),
    }


PAGES = pages("ko")


def email(period: str = "30d", window: str = "default", first: dt.date = FIRST, last: dt.date = LAST) -> Page:
    request = ChannelRequest("email", first, last, window, period)
    return channel_page(request, ask(channel_questions(request)), KO)


def figures(page: Page, heading: str) -> dict[str, Figure]:
    return {
        one.label: one
        for section in page.sections if section.heading == heading
        for part in section.parts if isinstance(part, Figures)
        for one in part.figures
    }  # fmt: skip


def table(page: Page, heading: str) -> Table:
    (found,) = [
        part for one in page.sections if one.heading == heading for part in one.parts if isinstance(part, Table)
    ]
    return found


def value(cell: object) -> object:
    return cell.value if isinstance(cell, Number) else cell


@pytest.mark.feature("I3")
def test_a_channel_stands_beside_the_period_before() -> None:
    cards = figures(email(), "핵심 지표")
    sent = FRAMES["report_send_days"].filter(channel="email", is_default_window=True)
    now = sent.filter(pl.col("day") >= FIRST)
    assert value(cards["발송"].value) == now["messages"].sum()
    assert value(cards["순매출"].value) == now["revenue"].sum()
    assert cards["순매출"].before is not None
    assert cards["순매출"].before.value == sent.filter(pl.col("day") < FIRST)["revenue"].sum()
    assert (cards["발송"].good, cards["순매출"].good) == ("", "up")


@pytest.mark.feature("I3")
def test_chosen_days_are_the_sums_of_their_sends_and_stand_beside_as_many_days_before() -> None:
    first, last = days()[10], days()[16]
    cards = figures(email("", "3d", first, last), "핵심 지표")
    sent = FRAMES["report_send_days"].filter(channel="email", window="3d")
    now = sent.filter(pl.col("day").is_between(first, last))
    before = sent.filter(pl.col("day").is_between(days()[3], days()[9]))
    assert [value(cards["주문"].value), value(cards["주문"].before)] == [now["orders"].sum(), before["orders"].sum()]
    assert value(cards["오픈율"].value) == float(now["opened"].sum()) / float(now["accepted"].sum())


@pytest.mark.feature("I3")
def test_open_rates_are_those_of_mail_alone() -> None:
    request = ChannelRequest("alimtalk", FIRST, LAST)
    page = channel_page(request, ask(channel_questions(request)), KO)
    assert "오픈율" not in figures(page, "핵심 지표")
    campaigns = table(PAGES["channel"], "캠페인별 성과")
    place = [getattr(one, "label", one) for one in campaigns.columns].index("오픈율")
    told = {row[1]: value(row[place]) for row in campaigns.rows}
    assert told["알림톡"] is None
    assert told["이메일"] == pytest.approx(0.25)


@pytest.mark.feature("I3")
def test_seven_thirty_and_ninety_days_and_every_window_stand_side_by_side() -> None:
    strips = [part for one in email().sections for part in one.parts if isinstance(part, Windows)]
    assert [[window.label for window in strip.windows] for strip in strips] == [
        ["최근 7일", "최근 30일", "최근 90일"], ["3시간", "6시간", "당일", "3일", "7일"],
    ]  # fmt: skip
    orders = {heading.label: [value(cell) for cell in cells] for heading, cells in strips[1].rows}["주문"]
    assert orders == sorted(orders)  # type: ignore[type-var]
    assert len(set(orders)) == 5


@pytest.mark.feature("I3")
def test_who_bought_is_told_in_sentences() -> None:
    told = [part.text for one in email().sections for part in one.parts if isinstance(part, Notice)]
    assert "앱을 이용하는 고객은 전체보다 2.0배 많이 구매했습니다." in told


def test_what_is_not_over_carries_the_badge_and_what_is_over_none() -> None:
    assert [one.title for one in PAGES["channel"].badges] == ["성과 수집 중"]
    assert [one.title for one in PAGES["history"].badges] == ["성과 수집 중"]
    assert email().badges == []


@pytest.mark.feature("I5")
def test_the_dashboard_has_states_of_campaigns_and_segments_with_links() -> None:
    campaigns, segments = (
        table(PAGES["dashboard"], "최근 30일 캠페인"),
        table(PAGES["dashboard"], "세그먼트 성과 · 최근 7일"),
    )
    told = {row[0].text: (row[0].address, row[2]) for row in campaigns.rows if isinstance(row[0], Link)}
    assert told["장바구니 리마인드"] == ("campaigns/cart-reminder.html", "완료 · 성과 수집 중")
    links = [row[0].address for row in segments.rows if isinstance(row[0], Link)]
    assert links == ["segments/vip.html", "segments/taste~taste-0001.html", "segments/gone.html"]
    assert list(figures(PAGES["dashboard"], "핵심 지표")) == [
        "방문자", "구매 전환율", "전체 주문", "전체 순매출", "메시지 기여 매출", "ROAS",
    ]  # fmt: skip


@pytest.mark.feature("I7")
def test_days_of_the_history_are_sums_of_their_campaigns() -> None:
    by_day, by_campaign = table(PAGES["history"], "일별"), table(PAGES["history"], "일별 · 캠페인별")
    assert len(by_day.rows) == 30
    place, own = (
        [getattr(one, "label", one) for one in found.columns].index("주문") for found in (by_day, by_campaign)
    )
    for day in by_day.rows:
        mine = [value(row[own]) for row in by_campaign.rows if value(row[0]) == value(day[0])]
        assert value(day[place]) == sum(mine)  # type: ignore[arg-type]


@pytest.mark.feature("J1")
def test_live_visitors_are_listed_without_keys_and_counted_by_segment() -> None:
    page = PAGES["live"]
    assert "secret" not in repr(page.sections)
    rows = table(page, "방문자 · 최근 24시간").rows
    assert [(row[4], value(row[3])) for row in rows[:2]] == [("–", 0.0), ("울 코트", 10_000.0)]
    assert rows[1][6] == "P2"  # a product without a name
    assert [[value(cell) for cell in row[1:]] for row in table(page, "세그먼트별 방문자").rows] == [[3, 3]]


@pytest.mark.feature("D6")
def test_a_widget_with_less_than_seven_days_says_so() -> None:
    page = PAGES["recommended"]
    assert [one.title for one in page.badges] == ["데이터 부족"]
    assert "최근 본 상품" in page.badges[0].text
    young = {one.heading: [part.tone for part in one.parts if isinstance(part, Notice)] for one in page.sections}
    assert (young["최근 본 상품"], young["인기 상품"]) == (["warning"], [])
    assert "2025-10-27" in page.subtitle


@pytest.mark.feature("J2")
def test_a_segment_stands_beside_the_shop_in_points_and_per_cent() -> None:
    cards = figures(PAGES["segment"], "사이트 평균과 비교")
    assert (cards["구매율"].note, cards["구매율"].tone) == ("사이트 평균 7.9% · +9.7%p (+122.8%)", "up")
    assert (cards["평균 체류시간"].note, cards["평균 체류시간"].tone) == ("사이트 평균 2분 · -20.8%", "down")
    assert len(table(PAGES["segment"], "많이 구매한 상품 TOP 7").rows) == 7


def test_the_index_leads_to_reports_that_are_there_alone() -> None:
    campaigns = table(PAGES["index"], "캠페인")
    assert [row[0].address if isinstance(row[0], Link) else row[0] for row in campaigns.rows] == [
        "campaigns/cart-reminder.html", "가을 신상품 & <소식>",
    ]  # fmt: skip
    links = [row[0] for row in table(PAGES["index"], "일일 진단").rows if isinstance(row[0], Link)]
    assert links == [Link("2025-10-30 목", "days/2025-10-30.html")]
    assert [part.entries for one in PAGES["index"].sections for part in one.parts if isinstance(part, Links)] == []


@pytest.mark.parametrize("name", PAGES)
def test_without_tables_pages_say_so(name: str) -> None:
    page = pages("ko", {})[name]
    told = [part.text for one in page.sections for part in one.parts if isinstance(part, Notice)]
    assert any("dangol run" in text for text in told)
    assert not [part for one in page.sections for part in one.parts if isinstance(part, Chart)]


@pytest.mark.parametrize("name", PAGES)
def test_english_pages_are_in_english(name: str) -> None:
    page = pages("en")[name]
    known = {text for frame in FRAMES.values() for column in frame.select(pl.col(pl.String)) for text in column if text}
    told = [page.title, page.subtitle, page.footer, *(one.heading for one in page.sections)]
    told += [str(line[key]) for line in lines_of(page) for key in ("column", "value") if line["unit"] == "text"]
    told += [
        card.label for one in page.sections for part in one.parts if isinstance(part, Figures) for card in part.figures
    ]
    strange = [text for text in told if re.search("[가-힣]", text) and not any(name in text for name in known)]
    assert strange == []
