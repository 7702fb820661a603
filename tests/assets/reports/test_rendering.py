"""Pages as files: what a run writes, what it leaves as it is, and what happens when it is killed."""

import datetime as dt
import shutil
from pathlib import Path

import polars as pl
import pytest

from assets.reports import rendering
from assets.reports.files import Report, ReportFiles
from assets.reports.opening import report_files
from assets.reports.rendering import Written
from connectors.home.paths import Home
from models.reports.places import Kind
from tests.assets.reports.conftest import Render
from tests.reports_by_hand import LAST, NOW, make_home, publish, tables

pytestmark = [pytest.mark.feature("I1"), pytest.mark.xdist_group("rendered_reports")]
SMALL: tuple[Kind, ...] = ("channel", "segment", "dashboard")
MOST_BYTES = 300_000


def contents(home: Home) -> dict[str, bytes]:
    folder = report_files(home).folder
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*.*")) if path.is_file()}


@pytest.fixture
def home(rendered: tuple[Home, dict[Kind, Written]], tmp_path: Path) -> Home:
    shutil.copytree(rendered[0].root, tmp_path / "home", symlinks=True)
    return Home(tmp_path / "home")


def listed(home: Home) -> dict[tuple[str, str], Report]:
    return {one.key: one for one in report_files(home).read()}


def test_every_page_is_a_small_file_of_its_own_with_a_workbook_and_stands_in_the_list(
    rendered: tuple[Home, dict[Kind, Written]],
) -> None:
    home, written = rendered
    files = contents(home)
    assert {name: one.written for name, one in written.items()} == {
        "channel": 3,
        "segment": 2,
        "dashboard": 4,
        "campaign": 3,
        "day": 2,
        "index": 1,
    }
    assert written["channel"].chart is not None
    known = listed(home)
    assert set(files) == {
        "reports.json",
        *(name for one in known.values() for name in (one.file, one.workbook) if name),
    }
    assert known["segment", "taste:taste-0001"].file == "segments/taste~taste-0001.html"
    for name, content in files.items():
        if name.endswith(".html"):
            text = content.decode()
            assert len(content) < MOST_BYTES, (name, len(content))
            assert not any(outside in text for outside in ('src="http', "url(http", "@import", 'rel="stylesheet"'))
    channel = known["channel", "email"]
    assert (channel.title, channel.is_collecting, channel.last_day) == ("채널 리포트: 이메일", False, LAST.isoformat())
    assert known["channel", "alimtalk"].is_collecting


def test_no_page_or_workbook_tells_who_a_customer_is(rendered: tuple[Home, dict[Kind, Written]]) -> None:
    for name, content in contents(rendered[0]).items():
        assert b"secret-" not in content, name


def test_the_index_leads_to_every_page(rendered: tuple[Home, dict[Kind, Written]]) -> None:
    home, _ = rendered
    index = (report_files(home).folder / "index.html").read_text(encoding="utf-8")
    missing = [one.file for one in listed(home).values() if one.kind != "index" and f'href="{one.file}"' not in index]
    assert missing == []


def test_a_run_without_news_writes_no_page(render: Render, home: Home) -> None:
    before = contents(home)
    written = render(home, *SMALL, "index", clock=lambda: NOW + dt.timedelta(days=1))
    assert [one.written for one in written.values()] == [0, 0, 0, 0]
    assert contents(home) == before


def test_a_table_that_is_published_anew_with_the_same_rows_changes_no_page(render: Render, home: Home) -> None:
    publish(home, tables())
    assert sum(one.written for one in render(home).values()) == 0


def test_only_pages_whose_numbers_changed_are_written_again(render: Render, home: Home) -> None:
    changed = tables()["report_segments"].with_columns(
        revenue=pl.when(pl.col("segment_id") == "vip").then(1.0).otherwise("revenue")
    )
    publish(home, {"report_segments": changed})
    written = render(home)
    assert {name: one.titles for name, one in written.items() if one.titles} == {
        "segment": ["세그먼트 리포트: VIP 고객"], "dashboard": ["대시보드"],
    }  # fmt: skip


def test_pages_that_somebody_deleted_and_pages_of_another_recipe_are_written_again(render: Render, home: Home) -> None:
    (report_files(home).folder / "segments" / "vip.xlsx").unlink()
    assert render(home, "segment")["segment"].titles == ["세그먼트 리포트: VIP 고객"]
    assert render(home, "segment", recipe="other words")["segment"].written == 2


def test_pages_of_segments_that_are_no_more_go_away(render: Render, home: Home) -> None:
    publish(home, {"report_segment_profiles": tables()["report_segment_profiles"].filter(segment_id="vip")})
    render(home, "segment")
    assert [name for kind, name in listed(home) if kind == "segment"] == ["vip"]
    assert sorted(path.name for path in (report_files(home).folder / "segments").iterdir()) == ["vip.html", "vip.xlsx"]


def test_a_run_that_is_killed_between_pages_is_made_up_for_by_the_next(
    render: Render, home: Home, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = contents(home)
    shutil.rmtree(report_files(home).folder)
    whole = ReportFiles.write
    count = iter(range(100))

    def killed(self: ReportFiles, *arguments: object) -> object:
        if next(count) == 1:
            raise KeyboardInterrupt
        return whole(self, *arguments)  # type: ignore[arg-type]

    with monkeypatch.context() as patch:
        patch.setattr(ReportFiles, "write", killed)
        with pytest.raises(KeyboardInterrupt):
            render(home, "segment")
    render(home, "segment")
    after = contents(home)
    assert sorted(after) == sorted(["reports.json", *(name for name in before if name.startswith("segments/"))])
    assert all(before[name] == content for name, content in after.items() if name != "reports.json")


def test_a_list_that_can_not_be_read_only_costs_making_the_pages_again(render: Render, home: Home) -> None:
    before = contents(home)
    (report_files(home).folder / "reports.json").write_text('{"reports": [{"kind"', encoding="utf-8")
    assert render(home, "segment")["segment"].written == 2
    assert [one.kind for one in report_files(home).read()] == ["segment", "segment"]
    assert {name: content for name, content in contents(home).items() if name != "reports.json"} == {
        name: content for name, content in before.items() if name != "reports.json"
    }


def test_campaigns_are_looked_at_when_they_sent_something_lately_or_their_results_changed(
    render: Render, tmp_path: Path
) -> None:
    frames = {name: tables()[name] for name in ("report_sends", "report_daily")}
    home = make_home(tmp_path / "home", frames)
    first, second = (render(home, "campaign")["campaign"] for _ in range(2))
    assert (first.looked_at, first.written) == (3, 3)
    assert (second.looked_at, second.written) == (2, 0)  # the old sale was forty days ago
    assert listed(home)["campaign", "cart-reminder"].is_collecting
    refunded = frames["report_sends"].with_columns(
        revenue=pl.when(pl.col("campaign_id") == "old-sale").then(0.0).otherwise("revenue")
    )
    publish(home, {"report_sends": refunded})
    late = render(home, "campaign")["campaign"]
    assert (late.looked_at, late.titles) == (3, ["캠페인 리포트: 지난 세일"])


def test_days_are_looked_at_lately_and_made_so_many_at_a_time(
    render: Render, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    daily = tables()["report_daily"].filter(device="all", day=LAST)
    many = pl.concat([daily.with_columns(day=pl.lit(LAST - dt.timedelta(days=back))) for back in range(20)])
    home = make_home(tmp_path / "home", {"report_daily": many})
    drawn: list[str] = []

    def write(self: ReportFiles, report: Report, page: object, made_at: dt.datetime) -> tuple[Report, int]:
        drawn.append(report.id)
        for name in (report.file, report.workbook):
            (self.folder / name).parent.mkdir(parents=True, exist_ok=True)
            (self.folder / name).touch()
        return report, 0

    monkeypatch.setattr(ReportFiles, "write", write)
    monkeypatch.setattr(rendering, "MOST_NEW", 5)
    first, second, third = (render(home, "day")["day"] for _ in range(3))
    assert [(one.looked_at, one.written, one.left) for one in (first, second, third)] == [
        (13, 13, 7), (13, 5, 2), (10, 2, 0),
    ]  # fmt: skip
    assert drawn[:2] == ["2025-10-30", "2025-10-29"]
    assert len(set(drawn)) == 20


def test_a_home_without_tables_has_no_pages_and_no_error(render: Render, tmp_path: Path) -> None:
    home = make_home(tmp_path / "home", {})
    assert [one.looked_at for one in render(home, "campaign", "day", "index").values()] == [0, 0, 0]
    assert report_files(home).read() == []
