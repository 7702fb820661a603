"""`dangol campaign plan`: who would get what and when, the warnings, and the page with its calendar."""

import re
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest

from tests.orchestration.campaign_desk import SPRING, CampaignDesk

pytestmark = pytest.mark.feature("E10")
NIGHT: dict[str, Any] = {
    "id": "night", "name": "밤 <b>쿠폰</b>", "variants": [{"name": "A", "template": "hello"},
    {"name": "B", "template": "hello"}], "policies": {"cooldown": "0m"},
    "schedule": {"recurring": {"unit": "day", "time": "22:00"}}, "tracking": {"on": False},
}  # fmt: skip
DAILY: dict[str, Any] = {"schedule": {"recurring": {"unit": "day", "time": "10:30"}}}


@pytest.mark.feature("E6")
@pytest.mark.feature("E8")
@pytest.mark.feature("H4")
def test_the_coming_days_are_played_through_with_reasons_costs_and_warnings(desk: CampaignDesk, tmp_path: Path) -> None:
    assert "시작한 캠페인이 없습니다" in desk.refused("plan")
    limited = DAILY | {"policies": {"daily_cost_limit": 95, "cooldown": "0m"}}
    desk("apply", desk.file(SPRING | limited, SPRING | NIGHT))
    desk("start", "spring")
    rows = desk.rows("plan", "spring", "night", "--days", "2")
    assert [(row["campaign_id"], row["planned_at"]) for row in rows] == [
        ("spring", "2026-03-02T01:30:00+00:00"), ("night", "2026-03-02T13:00:00+00:00"),
        ("spring", "2026-03-03T01:30:00+00:00"), ("night", "2026-03-03T13:00:00+00:00"),
    ]  # fmt: skip
    first = rows[0]
    assert (first["targeted"], first["sends"], first["cost"]) == (20, 10, 90.0)  # at 9 won each
    assert first["left_out"] == ["cost_limit=9", "no_consent=1"]
    late = rows[1]
    assert late["after_night"] == late["sends"] > 0
    assert late["by_variant"] == [f"A={(late['sends'] + 1) // 2}", f"B={late['sends'] // 2}"]
    assert rows[0]["warnings"] == ["cost_limit"]
    assert "in_night" in late["warnings"]
    page = tmp_path / "plan.html"
    told = desk("plan", "spring", "night", "--days", "2", "--out", str(page))
    assert "night: 추적이 꺼져 있어 유입이 0으로" in told
    assert "야간이라" in told
    assert "(그 밖의 발송 1회도 같습니다.)" in told
    assert "샌드박스: 실제로 발송되지 않습니다" in told
    assert str(page) in told
    html = page.read_text(encoding="utf-8")
    assert "<b>쿠폰" not in html  # names are text, not HTML
    drawings = [ElementTree.fromstring(found) for found in re.findall(r"<svg.*?</svg>", html)]  # noqa: S314 (our own)
    assert len(drawings) == 2  # for wide and for narrow screens
    blocks = [one.text or "" for one in drawings[0].iter("{http://www.w3.org/2000/svg}title")]
    assert [text for text in blocks if "08:00" in text] == [
        f"밤 <b>쿠폰</b> · 2026-03-0{day}({name}) 08:00 · {late['sends']}명" for day, name in ((3, "화"), (4, "수"))
    ]  # fmt: skip
    assert "http://" not in re.sub(r"http://www\.w3\.org/\S+", "", html)  # it needs nothing beside itself


def test_decisions_are_listed_by_customer_key_and_nothing_else(desk: CampaignDesk) -> None:
    desk.apply(**DAILY)
    rows = desk.rows("plan", "spring", "--days", "1", "--customers")
    home = desk.home
    assert {row["customer_key"] for row in rows} == set(home.keys.values())
    assert {row["customer_key"] for row in rows if row["reason"] == "no_consent"} == {home.keys[18]}
    assert list(rows[0]) == ["planned_at", "customer_key", "decision", "reason", "variant", "not_before"]
    assert "그 밖에" not in desk("plan", "spring", "--days", "1", "--customers")  # all twenty are on the screen
    assert "ID가 필요합니다" in desk.refused("plan", "--customers")
    assert "가장 가까운 것: spring" in desk.refused("plan", "sprin")


def test_a_trigger_can_not_be_counted_ahead_and_a_missing_segment_is_said(desk: CampaignDesk, tmp_path: Path) -> None:
    desk.apply(schedule={"trigger": {"event": "add_to_cart", "delay": "10m"}})
    told = desk("plan", "spring", "--out", str(tmp_path / "plan.html"))
    assert "장바구니 담기 10분 뒤. 고객이 행동할 때마다 나가므로 미리 셀 수 없습니다" in told
    assert "이 기간에 나갈 발송이 없습니다" in told
    desk.apply(**DAILY)
    desk.home.shop.store.segments.remove("viewers")
    assert "viewers" in desk.refused("plan", "spring")
