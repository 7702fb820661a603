"""A report as one page of HTML."""

import re
from html.parser import HTMLParser

import pytest

from models.reports.page import Figure, Figures, Page, Picture, Section, Table, html_of

pytestmark = pytest.mark.feature("J2")


class Reader(HTMLParser):
    """Texts of a page, and whether every element that was opened was closed."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.texts: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag != "meta":
            self.open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def read(page: Page) -> Reader:
    reader = Reader()
    reader.feed(html_of(page))
    assert reader.open == []
    return reader


def test_all_that_a_report_says_is_on_the_page() -> None:
    figures = Figures([Figure("방문당 페이지뷰", "12.4", "사이트보다 18.4%p 높음", "up")])
    table = Table(("순위", "상품"), [("1", "니트")], numbers=(0,))
    page = Page("리포트", "최근 7일", [Section("요약", [figures]), Section("상품", [table], text="많이 산 순서")], "끝")
    told = " ".join(read(page).texts)
    for text in (
        "리포트",
        "최근 7일",
        "요약",
        "방문당 페이지뷰",
        "12.4",
        "사이트보다 18.4%p 높음",
        "니트",
        "많이 산 순서",
        "끝",
    ):
        assert text in told


def test_texts_can_not_become_elements() -> None:
    evil = "<script>alert('x')</script>\" onload=\"1"
    parts = [Figures([Figure(evil, evil, evil)]), Table((evil,), [(evil,)]), Picture("<svg></svg>", evil)]
    page = Page(evil, evil, [Section(evil, parts, evil)], evil)
    reader = read(page)
    assert "script" not in re.findall(r"<(\w+)", html_of(page))
    assert evil in "".join(reader.texts)


def test_a_table_without_rows_says_why() -> None:
    told = read(Page("t", "s", [Section("h", [Table(("a",), (), empty="구매한 상품이 없습니다.")])])).texts
    assert "구매한 상품이 없습니다." in told


def test_nothing_is_fetched_from_elsewhere() -> None:
    html = html_of(Page("t", "s", [Section("h", [Picture("<svg></svg>", "x")])]))
    assert not re.search(r"(src|href)\s*=|@import|url\(", html)
