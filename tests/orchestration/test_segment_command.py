"""`dangol segment`: documents, sizes, members, uses and the report, on the demo shop."""

import csv
import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from typer.testing import CliRunner

from connectors.home.member_key import read_secret
from connectors.home.paths import Home, make_home
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.segments.templates.shipped import template_texts, templates
from orchestration.cli.segment import segment_app
from orchestration.cli.segment_words import PHRASES
from orchestration.cli.words import CommandError

pytestmark = [pytest.mark.feature("C3"), pytest.mark.feature("C5")]
BUYERS = "id: buyers\nname: 구매 고객\ninclude: {purchases: {}}\n"
QUOTED = """
id: quoted
name: "'; drop table customers; -- 🎉"
include:
  any:
    - event: {name: product_view, where: {name_contains: "'; drop table customers; --"}}
    - event: {name: product_view, where: {products: ["' or 1=1 --", "🎉"]}}
"""
Call = Callable[..., str]


@pytest.fixture
def home(ran_home: Home, copy_of: Callable[[Home], Home]) -> Home:
    return copy_of(ran_home)


def caller(home: Home) -> Call:
    """Runs a command; its output, or CommandError."""

    def run(*arguments: str) -> str:
        done = CliRunner().invoke(segment_app, [*arguments, "--home", str(home.root)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    return run


@pytest.fixture
def call(home: Home) -> Call:
    return caller(home)


@pytest.fixture
def store(home: Home) -> Iterator[Store]:
    import datetime as dt

    now = dt.datetime(2026, 3, 1, tzinfo=dt.UTC)
    with Store.open(home.ops_url, secret=read_secret(home), now=lambda: now) as opened:
        yield opened


def write(folder: Path, text: str) -> str:
    path = folder / "segments.yaml"
    path.write_text(text, encoding="utf-8")
    return str(path)


def counted(call: Call, what: str) -> int:
    return int(json.loads(call("count", what, "--format", "json"))[0]["size"])


def listed(call: Call) -> dict[str, dict[str, str]]:
    rows = csv.DictReader(io.StringIO(call("list", "--format", "csv")))
    return {row["segment_id"]: row for row in rows}


def test_a_file_is_counted_without_being_applied(call: Call, tmp_path: Path) -> None:
    size = counted(call, write(tmp_path, BUYERS))
    assert size > 0
    assert "buyers" not in listed(call)
    keys = json.loads(call("members", write(tmp_path, BUYERS), "--limit", "0", "--format", "json"))
    assert len({row["customer_key"] for row in keys}) == len(keys) == size


def test_what_was_applied_is_listed_shown_and_counted(call: Call, tmp_path: Path) -> None:
    told = call("apply", write(tmp_path, BUYERS))
    assert "buyers" in told
    size = counted(call, "buyers")
    assert f"{size:,}명" in told
    assert f"{size:,}명" in call("show", "buyers")
    assert listed(call)["buyers"]["size"] == ""  # the next run counts it for the table
    assert "buyers" in call("apply", write(tmp_path, BUYERS))
    assert len(json.loads(call("show", "buyers", "--format", "json"))["versions"]) == 1


def test_the_run_has_counted_every_segment_that_comes_with_the_demo(call: Call, home: Home) -> None:
    rows = listed(call)
    assert {one.id for one in templates()} <= set(rows)
    for name in ("repeat-buyers", "grade-gold-or-vip", "first-visit"):
        assert int(rows[name]["size"]) == counted(call, name)
    assert PublishedTables(home).current("segment_members") is not None


def test_nothing_of_a_document_becomes_sql(call: Call, tmp_path: Path) -> None:
    before = counted(call, write(tmp_path, BUYERS))
    assert counted(call, write(tmp_path, QUOTED)) == 0
    assert counted(call, write(tmp_path, BUYERS)) == before


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("id: x\nname: x\ninclude: {evnt: {name: search}}\n", "event"),
        ("id: x\nname: x\ninclude: {event: {name: serch}}\n", "search"),
        ("id: x\nname: x\ninclude: {visits: {window: {from: 2025-10-05, to: 2025-10-01}}}\n", "2025-10-01"),
        ("id: x\nname: x\ninclude: {custom: 'points >= \"much\"'}\n", "points"),
        ("id: x\nname: x\ninclude: {custom: shoe_size >= 250}\n", "shoe_size"),
        ("id: x\nname: x\ninclude: {segment: ai:likely_to_by}\n", "ai:likely_to_by"),
        ("id: x\nname: x\ninclude: {segment: y}\n---\nid: y\nname: y\ninclude: {segment: x}\n", "x → y → x"),
        ("id: x\nname: x\ninclude: " + "{not: " * 51 + "{purchases: {}}" + "}" * 51, "50"),
        ("id: x\nname: x\ninclude: " + "{not: " * 5000 + "{purchases: {}}" + "}" * 5000, "단순하게"),
    ],
)
def test_what_is_wrong_is_told_and_nothing_is_applied(call: Call, tmp_path: Path, text: str, told: str) -> None:
    before = set(listed(call))
    with pytest.raises(CommandError, match="아무것도 바뀌지 않았습니다") as refused:
        call("apply", write(tmp_path, text))
    assert told in str(refused.value)
    assert set(listed(call)) == before


def test_a_segment_in_use_can_not_be_deleted(call: Call, store: Store, tmp_path: Path) -> None:
    named = f"{BUYERS}---\nid: fans\nname: 팬\ninclude: {{segment: buyers}}\n"
    call("apply", write(tmp_path, named))
    with pytest.raises(CommandError, match="fans"):
        call("delete", "buyers")
    call("delete", "fans")
    store.segment_uses.add("buyers", "spring", 12)
    with pytest.raises(CommandError, match="spring"):
        call("delete", "buyers")
    assert "12" in call("usage", "buyers")
    store.segment_uses.close("spring")
    call("delete", "buyers")
    assert "buyers" not in listed(call)
    with pytest.raises(CommandError, match="buyers"):
        call("show", "buyers")


def test_a_segment_is_switched_off_and_on(call: Call, tmp_path: Path) -> None:
    call("apply", write(tmp_path, BUYERS))
    call("off", "buyers")
    assert listed(call)["buyers"]["on"] == "False"
    call("on", "buyers")
    assert listed(call)["buyers"]["on"] == "True"


def test_templates_are_files_that_can_be_applied(call: Call, tmp_path: Path) -> None:
    assert call("templates", "night-owls") == template_texts()["night-owls"]
    told = call("templates")
    assert all(one.id in told for one in templates())


def test_segments_that_are_found_by_themselves_are_not_edited(call: Call) -> None:
    with pytest.raises(CommandError, match="taste:t1"):
        call("delete", "taste:t1")


@pytest.mark.feature("C6")
@pytest.mark.feature("J2")
def test_the_report_is_a_page_and_tables(call: Call, home: Home, tmp_path: Path) -> None:
    out = tmp_path / "report.html"
    told = call("report", write(tmp_path, BUYERS), "--days", "3", "--out", str(out))
    assert str(out) in told
    html = out.read_text(encoding="utf-8")
    assert "구매 고객" in html
    assert html.count("<svg") == 3
    rows = json.loads(call("report", write(tmp_path, BUYERS), "--days", "3", "--format", "json"))
    orders = next(row for row in rows if row["name"] == "orders")
    assert orders["segment"] == orders["site"] > 0  # nobody else has orders
    visits = [row for row in rows if row["part"] == "hour"]
    assert len(visits) == 24
    assert sum(row["site"] for row in visits) == next(row for row in rows if row["name"] == "visits")["site"]
    hours = json.loads(call("report", write(tmp_path, BUYERS), "--hours", "24", "--format", "json"))
    assert 0 < next(row for row in hours if row["name"] == "visits")["site"] < sum(row["site"] for row in visits)
    with pytest.raises(CommandError, match="ai:at_risk"):
        call("card", "ai:at_risk")  # three days of history make no model
    with pytest.raises(CommandError, match="2025-09-02"):
        call("report", "repeat-buyers", "--from", "2025-09-02", "--to", "2025-09-01")


def test_before_the_first_run_segments_can_be_applied_but_not_counted(tmp_path: Path) -> None:
    call = caller(make_home(tmp_path / "empty"))
    assert "세그먼트가 없습니다" in call("list")
    assert "dangol run" in call("apply", write(tmp_path, BUYERS))
    assert list(listed(call)) == ["buyers"]


def test_every_phrase_has_both_languages() -> None:
    assert all(len(pair) == 2 and all(pair) for pair in PHRASES.values())
