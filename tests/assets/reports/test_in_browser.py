"""Reports of the small shop, opened in the machine's browser as a marketer opens them.

Belongs here: what only a browser shows: errors, what is fetched, what does not fit, what a reader sees and can reach.
Does not belong here: figures of tables (``tests.dbt.test_reports_by_hand``), SQL of numbers (``test_every_number``).
"""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assets.reports.files import Report
from assets.reports.opening import report_files
from connectors.browser.screenshot import find_browser
from connectors.home.paths import Home

# beside the tests that make the same home, so that it is made once
pytestmark = [pytest.mark.xdist_group("rendered_reports"), pytest.mark.slow]
DESKTOP, PHONE = 1280, 360
OPENED = {"channel": "alimtalk", "segment": "vip", "campaign": "cart-reminder", "day": "2025-10-30"}


@pytest.fixture(scope="module")
def home(rendered: tuple[Home, object]) -> Home:
    return rendered[0]


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    program = find_browser()
    if program is None:
        pytest.skip("this machine has no Chromium")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=program, args=["--no-sandbox"])
        yield opened
        opened.close()


class Opened:
    """A page of the home, with what it complained about and asked the network for."""

    def __init__(self, browser: Browser, file: Path, width: int) -> None:
        self.page: Page = browser.new_page(viewport={"width": width, "height": 800})
        self.complaints: list[str] = []
        self.fetched: list[str] = []
        self.page.on("console", lambda said: self.complaints.append(said.text) if said.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("request", lambda asked: self.fetched.append(asked.url))
        self.page.goto(file.as_uri())

    def width(self) -> int:
        return int(self.page.evaluate("document.documentElement.scrollWidth"))

    def cards(self) -> dict[str, str]:
        """What cards say, by label."""
        told: list[list[str]] = self.page.eval_on_selector_all(
            ".figure", "all => all.map(one => [one.querySelector('.label button, .label').innerText.trim(),"
            " one.querySelector('.value').innerText.trim()])"
        )  # fmt: skip
        return {label: value for label, value in told}  # noqa: C416


def listed(home: Home) -> list[Report]:
    """One page of every kind."""
    return [one for one in report_files(home).read() if OPENED.get(one.kind, one.id) == one.id]


def one(home: Home, kind: str) -> Path:
    (found,) = [report for report in listed(home) if report.kind == kind]
    return report_files(home).folder / found.file


@pytest.mark.feature("I1", "I3", "I5", "I6", "I7", "J1", "J2", "D6")
def test_pages_of_every_kind_fit_ask_for_nothing_and_complain_of_nothing(home: Home, browser: Browser) -> None:
    assert len(listed(home)) == 9
    for report in listed(home):
        file = report_files(home).folder / report.file
        opened = Opened(browser, file, DESKTOP)
        assert opened.width() <= DESKTOP, report.file
        opened.page.set_viewport_size({"width": PHONE, "height": 800})
        assert opened.width() <= PHONE, report.file
        assert opened.complaints == [], report.file
        assert opened.fetched == [file.as_uri()], report.file
        opened.page.close()


@pytest.mark.feature("I1", "I2")
def test_a_campaign_says_what_its_sends_add_up_to(home: Home, browser: Browser) -> None:
    opened = Opened(browser, one(home, "campaign"), DESKTOP)
    # 31 sends of 100 and one more each day, of which 100 arrive; in its three days 16 click, 4 order 40,000 won in all
    assert opened.cards().items() >= {
        "발송": "3,844", "성공률": "80.6%", "클릭률": "16.0%", "전환율": "4.0%", "주문": "124",
        "순매출": "1,240,000원", "발송 비용": "27,900원", "ROAS": "4,444%", "증분 주문": "80.0",
    }.items()  # fmt: skip
    chosen = opened.page.eval_on_selector_all("table.windows td.chosen", "all => all.map(one => one.innerText.trim())")
    assert "1,240,000원" in chosen
    assert opened.page.locator(".badges .collecting").is_visible()
    assert "가장 좋은 발송 시간은 20시" in opened.page.locator("main").inner_text().replace("반응이 ", "")
    sums = opened.page.locator(".sum").first.inner_text().split()
    attributed, rest, orders = (int(sums[place].replace(",", "")) for place in _numbers(sums))
    assert attributed + rest == orders
    opened.page.close()


def _numbers(words: list[str]) -> list[int]:
    return [place for place, word in enumerate(words) if word.replace(",", "").isdigit()]


@pytest.mark.feature("I1")
def test_a_definition_shows_by_keyboard_and_the_sql_of_a_number_stands_at_the_foot(
    home: Home, browser: Browser
) -> None:
    opened = Opened(browser, one(home, "campaign"), DESKTOP)
    term = opened.page.locator(".figure .term").filter(has_text="순매출").first
    tip = term.locator("[role=tooltip]")
    assert not tip.is_visible()
    term.locator("button").focus()
    assert tip.is_visible()
    assert "환불" in tip.inner_text()
    opened.page.keyboard.press("Escape")
    assert not tip.is_visible()
    opened.page.locator("#sources summary").click()
    question: Any = opened.page.locator(".figure [data-question]").first.get_attribute("data-question")
    told = opened.page.locator(f"#q-{question}")
    assert told.is_visible()
    assert "report_sends" in told.inner_text()
    opened.page.close()


@pytest.mark.feature("I6", "A4")
def test_a_day_leads_back_to_the_list_and_its_rows_have_heads(home: Home, browser: Browser) -> None:
    opened = Opened(browser, one(home, "day"), DESKTOP)
    assert opened.page.locator("tbody th[scope=row]").count() > 30
    assert opened.page.locator("[role=img]:not([aria-label]), [role=img][aria-label='']").count() == 0
    opened.page.locator(".back a").click()
    assert opened.page.url == one(home, "index").as_uri()
    opened.page.close()


@pytest.mark.feature("I1")
def test_pages_print_whole_numbers_and_korean_letters_have_glyphs(home: Home, browser: Browser) -> None:
    opened = Opened(browser, one(home, "campaign"), DESKTOP)
    faces = opened.page.evaluate("document.fonts.load('16px \"Dangol Letters\"', '캠페인').then(all => all.length)")
    assert faces == 1
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    opened.page.set_viewport_size({"width": 703, "height": 1000})  # of the paper, less its margins
    opened.page.emulate_media(media="print")
    cut = opened.page.evaluate(
        "[...document.querySelectorAll('td.number')].filter(one => one.scrollWidth > one.clientWidth + 1"
        " || one.getBoundingClientRect().height > 40).map(one => one.innerText)"
    )
    assert cut == []
    assert opened.width() <= 703
    opened.page.close()
