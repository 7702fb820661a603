"""`dangol report`: what is listed, opened and made on demand, and what is refused."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path

import pytest
from openpyxl import load_workbook
from typer.testing import CliRunner

from assets.reports.files import report_of
from assets.reports.opening import report_files
from connectors.browser import screenshot
from connectors.home.paths import Home
from orchestration.cli.report import report_app
from orchestration.cli.words import CommandError
from tests.reports_by_hand import make_home

pytestmark = pytest.mark.feature("I7")
Call = Callable[..., str]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    return make_home(tmp_path_factory.mktemp("report") / "home")


@pytest.fixture
def call(home: Home) -> Call:
    """Runs a command; its output, or CommandError."""

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(report_app, [*arguments, "--home", str(home.root)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


def test_send_history_of_seven_days_comes_as_a_workbook(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "history.xlsx"
    told = call("export", "history", "--period", "7d", "--out", str(file))
    assert str(file) in told
    book = load_workbook(file)
    assert {"일별", "일별 · 캠페인별", "SQL"} <= set(book.sheetnames)
    days = list(book["일별"].iter_rows(values_only=True))
    flat = [cell for row in days for cell in row]
    assert "2025-10-24" in {f"{cell:%Y-%m-%d}" for cell in flat if hasattr(cell, "year")}
    assert 100 + 39 in flat  # messages of the last day, as a number


@pytest.mark.feature("I3")
def test_a_channel_over_chosen_days_and_in_another_window_goes_into_any_kind_of_file(
    call: Call, tmp_path: Path, home: Home
) -> None:
    chosen = ("--from", "2025-10-01", "--to", "2025-10-10", "--window", "3h")
    call("export", "channel", "alimtalk", *chosen)
    page = report_files(home).folder / "exports" / "channel-alimtalk-3h-2025-10-01-2025-10-10.html"
    assert "2025-10-01 ~ 2025-10-10" in page.read_text(encoding="utf-8")
    call("export", "channel", "alimtalk", *chosen, "--out", str(tmp_path / "channel.csv"))
    lines = list(csv.DictReader(io.StringIO((tmp_path / "channel.csv").read_text(encoding="utf-8-sig"))))
    orders = [line for line in lines if (line["section"], line["row"], line["column"]) == ("핵심 지표", "주문", "")]
    assert [(line["value"], line["unit"], line["table"]) for line in orders] == [("10", "count", "report_send_days")]


@pytest.mark.feature("I2")
def test_a_campaign_is_told_by_send_date_and_by_period(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "campaign.csv"
    orders = []
    for chosen in (
        ("--send", "cart-reminder@2025-10-29", "--window", "3h"),
        ("--from", "2025-10-20", "--to", "2025-10-29", "--window", "3h"),
        ("--from", "2025-09-30", "--to", "2025-10-30", "--window", "7d"),
    ):
        call("export", "campaign", "cart-reminder", *chosen, "--out", str(file))
        lines = list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"))))
        mine = [one for one in lines if (one["row"], one["column"], one["metric"]) == ("주문", "", "orders")]
        orders.append(mine[0]["value"])
    assert orders == ["1", "10", str(31 * 5)]


@pytest.mark.feature("J1")
def test_live_visitors_of_one_segment_are_told_without_a_key(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "live.csv"
    call("export", "live", "--segment", "vip", "--period", "24h", "--out", str(file))
    text = file.read_text(encoding="utf-8-sig")
    visitors = [line for line in csv.DictReader(io.StringIO(text)) if line["column"] == "누적 구매액"]
    assert len(visitors) == 3  # of the four visitors three are in the segment
    assert "secret-" not in text


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("dashbord",), "dashbord.*campaign"),
        (("channel",), "ID"),
        (("channel", "emial"), "가장 가까운 것: email"),
        (("campaign", "cart-remindre"), "가장 가까운 것: cart-reminder"),
        (("campaign", "cart-reminder", "--from", "2025-09-21", "--to", "2025-10-30"), "31일.*40일"),
        (("campaign", "cart-reminder", "--send", "cart-reminder@2020-01-01"), "cart-reminder@2020-01-01"),
        (("campaign", "cart-reminder", "--send", "x", "--from", "2025-10-01", "--to", "2025-10-02"), "--from.*--send"),
        (("segment", "vpi"), "가장 가까운 것: vip"),
        (("history", "--period", "90d"), "--period.*7d, 30d"),
        (("history", "--window", "3d"), "--window.*--period, --from, --to"),
        (("channel", "email", "--window", "2d"), "--window.*3h, 6h, day, 3d, 7d"),
        (("channel", "email", "--from", "2025-10-01"), "--from.*--to"),
        (("channel", "email", "--from", "2025-10-05", "--to", "2025-10-01"), "2025-10-05"),
        (("channel", "email", "--from", "2024-01-01", "--to", "2025-10-01"), "366"),
        (("channel", "email", "--from", "2025-10-01", "--to", "2025-10-05", "--period", "7d"), "--period"),
        (("dashboard", "--format", "docx"), "html, xlsx, csv, pdf"),
        (("live", "--segment", "nobody"), "nobody"),
        (("day", "2020-01-01"), "2020-01-01"),
    ],
)
def test_what_can_not_be_asked_is_told_with_what_can(call: Call, arguments: tuple[str, ...], message: str) -> None:
    with pytest.raises(CommandError, match=message):
        call("export", *arguments)


def test_without_a_browser_a_pdf_is_refused_with_what_to_do(
    call: Call, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(screenshot, "NAMES", ())
    with pytest.raises(CommandError, match="Chromium.*--format html"):
        call("export", "dashboard", "--out", str(tmp_path / "dashboard.pdf"))


def test_reports_are_listed_and_opened(call: Call, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "dangol run" in call("list")
    files = report_files(home)
    made = report_of("channel", "email", "이메일", "채널 리포트: 이메일", is_collecting=True, first_day="2025-10-01",
                     last_day="2025-10-30")  # fmt: skip
    for name in (made.file, made.workbook):
        (files.folder / name).parent.mkdir(parents=True, exist_ok=True)
        (files.folder / name).touch()
    files.save([made])
    try:
        told = call("list")
        assert "2025-10-01 ~ 2025-10-30" in told
        assert "성과 수집 중" in told
        assert [one["file"] for one in json.loads(call("list", "--format", "json"))] == ["channels/email.html"]
        assert call("open", "channel", "email", "--print-path").strip() == str(files.folder / made.file)
        opened: list[str] = []
        monkeypatch.setattr("webbrowser.open", lambda address: [opened.append(address)] != [])
        call("open", "channel", "email")
        assert opened == [(files.folder / made.file).as_uri()]
        with pytest.raises(CommandError, match="가장 가까운 것: email"):
            call("open", "channel", "emial")
        with pytest.raises(CommandError, match="dangol report export dashboard"):
            call("open", "dashboard")
    finally:
        files.save([])


def test_the_glossary_says_what_metrics_are(call: Call) -> None:
    found = {one["metric"]: one for one in json.loads(call("glossary", "--format", "json"))}
    assert "방문" in found["sessions"]["label"]
    assert found["sessions"]["definition"] in call("glossary")
