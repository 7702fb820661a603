"""A report as HTML: numbers that say where they come from, definitions within reach, letters that are there."""

import base64
import io
import re
from functools import cache
from html.parser import HTMLParser

import pytest
from fontTools.ttLib import TTFont  # type: ignore[import-untyped]

from assets.charts import draw_svg, korean_font
from models.reports.font import letters
from models.reports.page import Chart, Page, Section, Series, html_of
from models.reports.questions import Number
from models.reports.walk import metrics_of, numbers_of
from models.words import Locale
from tests.models.reports.made_up import page

pytestmark = pytest.mark.feature("I1")
_WITHOUT_END = ("meta", "path", "line", "rect", "br")


class Reader(HTMLParser):
    """Numbers as (question, row, column, value, text), from the attributes of their elements and those around them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.numbers: list[tuple[str, str, str, str, str]] = []
        self.ids: list[str] = []
        self.described: list[str] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if found.get("id"):
            self.ids.append(str(found["id"]))
        if found.get("aria-describedby"):
            self.described.append(str(found["aria-describedby"]))
        if tag not in _WITHOUT_END:
            self.open.append((tag, found))

    def handle_endtag(self, tag: str) -> None:
        if tag not in _WITHOUT_END:
            assert self.open.pop()[0] == tag

    def handle_data(self, data: str) -> None:
        if self.open and "data-value" in self.open[-1][1]:
            told = {key: value for _, found in self.open for key, value in found.items() if key.startswith("data-")}
            where = (str(told[f"data-{name}"]) for name in ("question", "row", "column", "value"))
            self.numbers.append((*where, data))  # type: ignore[arg-type]


@cache
def html(locale: Locale = "ko", with_font: bool = False) -> str:
    return html_of(page(locale), draw_svg, korean_font() if with_font else None)


def test_every_number_says_where_it_comes_from_and_is_written_in_its_unit() -> None:
    reader, shown = Reader(html()), page()
    assert reader.open == []
    formats = shown.formats
    told = {(one.question, str(one.row), one.column, one.raw, formats.number(one)) for one in numbers_of(shown)}
    assert set(reader.numbers) <= told
    only_there = ("click_rate", "sent_at", "day")  # of the row that the table does not show and no chart has
    left_out = {one for one in told if one[1] == "2" and (one[2] in only_there or one[4] == "0원")}
    assert told - set(reader.numbers) == left_out
    assert ("days", "0", "revenue", "1234000.0", "1,234,000원") in reader.numbers


def test_definitions_are_beside_what_they_define_and_at_the_foot() -> None:
    reader, told = Reader(html()), html()
    assert len(reader.ids) == len(set(reader.ids))
    assert reader.described
    assert set(reader.described) <= set(reader.ids)
    assert metrics_of(page()) == ["revenue", "orders", "click_rate"]
    for text in ("주문 금액에서 환불을 뺀 금액.", "기여가 인정된 주문 수.", "성공 중 클릭한 비율."):
        assert f">{text}</span></span>" in told
        assert f"<dd>{text}</dd>" in told
    assert "<dd>ordered less returned.</dd>" in html("en")


def test_the_foot_has_the_sql_the_table_its_version_and_when_it_was_made() -> None:
    foot = html().split('id="sources"')[1]
    assert "report_campaign_days" in foot
    assert "버전 v7" in foot
    assert "만든 시각 2025-10-04 10:00" in foot
    assert "campaign_id = &#39;it&#39;&#39;s&#39;" in foot


def test_a_change_has_the_colour_of_better_or_worse() -> None:
    better, worse = re.findall(r'class="change (\w+)"><span aria-hidden="true">(.)</span> ([^<]+)', html())
    assert better == ("up", "▲", "+23.4%")
    assert worse == ("down", "▲", "+50.0%")


def test_what_a_page_leaves_out_and_what_is_chosen_is_said() -> None:
    told = html()
    assert "3건 중 2건을 보여 드립니다" in told
    assert "🎁 상자" not in told
    assert '<th scope="col" class="number chosen">7일 <span class="tag verdict">기준</span>' in told
    assert '<a href="campaigns/a.html">캠페인</a>' in told
    assert "니트 &lt;b&gt;" in told


def test_charts_are_drawn_for_both_screens_with_text_that_can_be_selected() -> None:
    told = html()
    assert told.count("<svg") == 12
    assert "font-family=" not in told
    assert re.search(r"<text[^>]*>발송</text>", told)
    assert "<title>10/1 · orders · 1,200</title>" in told
    with pytest.raises(ValueError, match="has charts: html_of needs something that draws them"):
        html_of(page())


def test_the_page_has_a_glyph_for_every_letter_it_shows_and_stays_small() -> None:
    told = html(with_font=True)
    data = re.search(r"base64,([A-Za-z0-9+/=]+)\)", told)
    assert data is not None
    glyphs = TTFont(io.BytesIO(base64.b64decode(data[1]))).getBestCmap()
    body = re.sub(r"<[^>]*>", "", told.split("</style>", 1)[1])
    assert {letter for letter in body if letter > " "} - {chr(code) for code in glyphs} == set()
    assert len(told.encode()) < 200_000
    assert "뷁" in body
    assert not re.search(r"https?://(?!www\.w3\.org)", told)
    assert html_of(page(), draw_svg, korean_font()) == told


def test_a_letter_that_the_font_lacks_is_left_to_the_readers_fonts() -> None:
    font = korean_font()
    assert font is not None
    part = TTFont(io.BytesIO(letters(font, "가A🎁")))
    # without any one of these browsers take no font at all
    assert set(part.keys()) >= {"OS/2", "cmap", "glyf", "head", "hhea", "hmtx", "loca", "maxp", "name", "post"}
    codes = part.getBestCmap()
    assert set(codes) >= {ord("가"), ord("A")}
    assert ord("🎁") not in codes


def test_a_chart_without_anything_in_it_is_drawn_empty() -> None:
    for shape in ("lines", "bars", "ranks", "stacked", "funnel", "intervals"):
        chart = Chart("leer", shape, [], [Series("x", [])])
        empty = Chart("leer", shape, ["a"], [Series("x", [Number(None)])])
        told = html_of(Page("t", "s", [Section("h", [chart, empty])]), draw_svg)
        assert told.count("<svg") == 4
