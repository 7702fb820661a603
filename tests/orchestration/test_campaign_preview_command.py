"""`dangol campaign preview` and `test-send`: all variants as their recipients get them, on one page."""

import re
from pathlib import Path
from typing import Any

import pytest

from tests.orchestration.campaign_desk import SPRING, CampaignDesk

pytestmark = pytest.mark.feature("F11")
KAKAO: dict[str, Any] = {
    "channel": "brand_message", "sender": "channel",
    "variants": [
        {"name": "가", "share": 75, "template": "talk", "substitute": {"sender": "15880000"}},
        {"name": "나", "share": 25, "template": "talk", "landing_url": "https://www.shop.kr/b",
         "substitute": {"sender": "15880000", "template": "instead"}},
    ],
}  # fmt: skip
TALK = {
    "type": "TEXT",
    "text": "#{회원 이름}님, 봄 신상 #{랜딩 URL}",
    "substitute": {"text": "문자로 전합니다 #{랜딩 URL}"},
}


@pytest.fixture
def kakao(desk: CampaignDesk) -> CampaignDesk:
    """A campaign of two variants that differ in their landing page and their substitute."""
    store = desk.home.shop.store
    store.templates.apply([
        {"id": "talk", "name": "봄 톡", "brand_message": TALK, "if_missing": {"회원 이름": "고객"}},
        {"id": "instead", "name": "봄 문자", "sms": {"text": "대신 전합니다 #{랜딩 URL}"}},
    ])  # fmt: skip
    sender = {"id": "channel", "name": "봄 채널", "kind": "kakao", "address": "@shop", "state": "approved"}
    store.senders.apply([sender])
    desk.apply(**KAKAO)
    return desk


def page_of(desk: CampaignDesk, folder: Path, *arguments: str) -> str:
    file = folder / "page.html"
    desk("preview", "spring", "--out", str(file), *arguments)
    return file.read_text(encoding="utf-8")


@pytest.mark.feature("H1")
def test_variants_stand_side_by_side_with_landing_pages_senders_and_substitutes(
    kakao: CampaignDesk, tmp_path: Path
) -> None:
    page = page_of(kakao, tmp_path)
    headings = re.findall(r'<h2 class="heading">(.*?)</h2>', page)
    assert headings == ["가안 · 비중 75.00%", "가안 · 대체 문자", "나안 · 비중 25.00%", "나안 · 대체 문자"]
    assert "#{회원 이름}님, 봄 신상 https://www.shop.kr/r/preview0001" in page
    assert "#{랜딩 URL}" not in page
    for target, variant, channel, source in (
        ("", "가", "brand_message", "kakao"), ("", "가", "sms", "sms"),
        ("b", "나", "brand_message", "kakao"), ("b", "나", "sms", "sms"),
    ):  # fmt: skip
        content = {"가": "%EA%B0%80", "나": "%EB%82%98"}[variant]
        lead = f"https://www.shop.kr/{target}?utm_source={source}&amp;utm_medium={channel}&amp;utm_campaign=spring"
        assert f"→ {lead}&amp;utm_content={content}<" in page
    assert "문자로 전합니다" in page
    assert "대신 전합니다" in page
    assert "봄 채널 (@shop)" in page
    assert kakao.home.shop.store.link_targets.url(1) is None  # looking is no sending: nothing was written


def test_a_member_one_variant_and_long_links(kakao: CampaignDesk, tmp_path: Path) -> None:
    kakao.apply(**KAKAO | {"tracking": {"short_links": False}})
    page = page_of(kakao, tmp_path, "--variant", "나", "--member", "m1")
    assert "가안" not in page
    assert "고객님, 봄 신상 https://www.shop.kr/b?utm_source=kakao" in page
    assert "dg_click=preview0001" in page
    kakao.apply(**KAKAO | {"tracking": {"on": False}})
    assert "봄 신상 https://www.shop.kr/b\n" in page_of(kakao, tmp_path, "--member", "m1")
    assert "가장 가까운 것" in kakao.refused("preview", "spring", "--variant", "다")
    assert "spring" in kakao.refused("preview", "sprin")
    assert "nobody" in kakao.refused("preview", "spring", "--member", "nobody")
    assert ".html" in kakao.refused("preview", "spring", "--out", "page.gif")


def test_what_has_no_landing_page_is_told_for_a_member(kakao: CampaignDesk, tmp_path: Path) -> None:
    without = KAKAO | {"landing_url": None}
    kakao.apply(**without)
    assert "봄 신상 #{랜딩 URL}" in page_of(kakao, tmp_path)
    told = kakao("preview", "spring", "--variant", "가", "--member", "m1", "--out", str(tmp_path / "page.html"))
    assert "가안 · 비중 75.00%: 이 고객에게는 보내지 않습니다: 값이 없음: 랜딩 URL" in told


def test_test_sends_go_to_the_sandbox_from_the_campaigns_own_sender(desk: CampaignDesk) -> None:
    variants = [{"name": "A", "template": "hello"}, {"name": "B", "template": "linked"}]
    linked = {"id": "linked", "name": "링크", "sms": {"text": "봄 #{랜딩 URL}"}}
    desk.home.shop.store.templates.apply([linked])
    desk("apply", desk.file(SPRING | {"variants": variants}))
    assert desk("test-send", "spring", "--to", "010-9999-8888").count("발송사가 받았습니다") == 2
    told = desk("test-send", "spring", "--member", "m1", "--variant", "B")
    assert told.count("15880000에서 m1(으)로") == 1
    assert "샌드박스" in told
    assert "--to" in desk.refused("test-send", "spring")
