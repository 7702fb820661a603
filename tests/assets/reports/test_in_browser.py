"""Reports of the shop of thirty events, opened in the machine's browser as a marketer opens them.

Belongs here: what only a browser shows: errors, what is fetched, what does not fit, what a reader sees and can reach.
Does not belong here: figures of tables (``tests.dbt.test_reports_by_hand``), SQL of numbers (``test_every_number``).
"""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
from playwright.sync_api import Browser, Page, sync_playwright

from assets.reports.files import Report
from assets.reports.glossary import glossary_of
from assets.reports.opening import open_drafting, report_files
from assets.reports.rendering import BATCHES, Rendering
from connectors.browser.screenshot import find_browser
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.published.targets import publish_targets
from orchestration.dbt_project import read_manifest
from tests.dbt import shop_by_hand as shop
from tests.dbt.warehouse import Warehouse

pytestmark = [pytest.mark.xdist_group("reports_in_browser"), pytest.mark.slow]
DESKTOP, PHONE = 1280, 360
NOW = dt.datetime(2025, 3, 21, tzinfo=dt.UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The shop with its tables published and its pages written."""
    root = tmp_path_factory.mktemp("in_browser")
    warehouse = Warehouse(root, tmp_path_factory.mktemp("dbt_target"))
    days = [dt.date(2025, 3, day) for day in range(1, 21)]
    warehouse.tell(days, days, decisions=shop.decisions(), deliveries=shop.deliveries(), sends=shop.sends())
    warehouse.load([warehouse.land(shop.events()), warehouse.land(shop.products(), "products")], whole=True)
    home, manifest = Home(root), read_manifest()
    _publish(home, root / "warehouse.duckdb")
    words, settings = glossary_of(manifest), Settings()
    with open_drafting(PublishedTables(home), settings, words) as drafting:
        rendering = Rendering(drafting, report_files(home), "test", lambda: NOW)
        for batch in BATCHES:
            rendering.write(batch)
    return home


def _publish(home: Home, warehouse: Path) -> None:
    published, manifest = PublishedTables(home), read_manifest()
    with duckdb.connect(str(warehouse)) as connection:
        for target in (*publish_targets(manifest), *publish_targets(manifest, reports=True)):
            if target.table.startswith("report_") or target.table in ("conversions", "products"):
                published.publish_full(target.table, connection, f"SELECT * FROM {target.source}")
        for name, frame in {"sends": shop.sends(), "deliveries": shop.deliveries()}.items():
            connection.register(name, frame.to_arrow())
            published.publish_full(name, connection, f"SELECT * FROM {name}")


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
    return report_files(home).read()


def one(home: Home, kind: str, name: str = "") -> Path:
    (found,) = [report for report in listed(home) if report.kind == kind and name in ("", report.id)]
    return report_files(home).folder / found.file


@pytest.mark.feature("I1", "I3", "I5", "I6", "I7", "J1", "J2", "D6")
def test_there_is_a_page_of_every_kind(home: Home) -> None:
    kinds = {report.kind for report in listed(home)}
    assert {"campaign", "channel", "day", "dashboard", "history", "live", "recommendations", "index"} <= kinds
    campaigns = {report.id for report in listed(home) if report.kind == "campaign"}
    assert campaigns == {"spring", "mail", "app"}


@pytest.mark.feature("I1", "I3", "I5", "I6", "I7", "J1", "D6")
@pytest.mark.parametrize("width", [DESKTOP, PHONE])
def test_pages_fit_ask_for_nothing_and_complain_of_nothing(home: Home, browser: Browser, width: int) -> None:
    for report in listed(home):
        file = report_files(home).folder / report.file
        assert file.stat().st_size < 300_000, report.file
        opened = Opened(browser, file, width)
        assert opened.complaints == [], report.file
        assert opened.fetched == [file.as_uri()], report.file
        assert opened.width() <= width, report.file
        opened.page.close()


@pytest.mark.feature("I1")
def test_a_campaign_says_what_was_worked_out_by_hand(home: Home, browser: Browser) -> None:
    opened = Opened(browser, one(home, "campaign", "spring"), DESKTOP)
    cards = opened.cards()
    # six messages, of which one failed; a, b, e and h clicked and ordered o1, o2 (30,000 came back), o4 and o5
    assert cards == cards | {
        "발송": "6", "성공률": "83.3%", "클릭률": "80.0%", "전환율": "80.0%", "주문": "4", "순매출": "35,000원",
        "발송 비용": "45원",
    }  # fmt: skip
    chosen = opened.page.eval_on_selector_all("table.windows td.chosen", "all => all.map(one => one.innerText.trim())")
    assert "35,000원" in chosen  # three days, the campaign's own window
    orders = opened.page.locator("table", has_text="주문번호").inner_text()
    assert all(order in orders for order in ("o1", "o2", "o4", "o5"))
    assert "o6" not in orders  # the mail's
    opened.page.close()


@pytest.mark.feature("I1")
def test_a_definition_shows_by_keyboard_and_the_sql_of_a_number_stands_at_the_foot(
    home: Home, browser: Browser
) -> None:
    opened = Opened(browser, one(home, "campaign", "spring"), DESKTOP)
    term = opened.page.locator(".figure .term").filter(has_text="순매출").first
    tip = term.locator("[role=tooltip]")
    assert not tip.is_visible()
    term.locator("button").focus()
    assert tip.is_visible()
    assert "환불" in tip.inner_text()
    opened.page.locator("#sources summary").click()
    question: Any = opened.page.locator(".figure [data-question]").first.get_attribute("data-question")
    told = opened.page.locator(f"#q-{question}")
    assert told.is_visible()
    assert "report_sends" in told.inner_text()
    opened.page.close()


@pytest.mark.feature("I6")
def test_a_day_counts_visits_not_clicks(home: Home, browser: Browser) -> None:
    found = pl.read_parquet(PublishedTables(home).path("report_daily") / "*.parquet")
    day = found.filter(pl.col("day") == dt.date(2025, 3, 3), pl.col("device") == "all").to_dicts()[0]
    # a, b, c, d and h came; a and b twice, because half an hour passed; clicks on messages are no visits
    assert (day["visitors"], day["sessions"], day["orders"]) == (5, 7, 4)


@pytest.mark.feature("I1")
def test_pages_print_and_korean_letters_have_glyphs(home: Home, browser: Browser) -> None:
    opened = Opened(browser, one(home, "campaign", "spring"), DESKTOP)
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    faces = opened.page.evaluate("document.fonts.load('16px \"Dangol Letters\"', '캠페인').then(all => all.length)")
    assert faces == 1
    opened.page.close()
