"""`dangol campaign apply`, `list`, `show`, `copy`, `delete`, `templates`: what marketers write, and what it becomes."""

import json
import re
from dataclasses import replace
from pathlib import Path
from typing import Any, get_args

import pytest
import yaml

from models.campaigns.phrases import PARTS, POLICIES, REASONS, WARNINGS
from models.campaigns.plan_warnings import Kind
from models.campaigns.reasons import REASON
from models.words import Phrases
from orchestration.cli.campaign_preview import TRIAL_PHRASES
from orchestration.cli.campaign_problems import CAMPAIGN_PROBLEMS
from orchestration.cli.campaign_words import CODE_PHRASES, PHRASES
from tests.orchestration.campaign_desk import SPRING, CampaignDesk

TRIGGER = {"trigger": {"event": "add_to_cart", "delay": "3h", "where": {"name_contains": "린넨"},
                       "condition": {"not": {"purchases": {"window": {"last_days": 1}}}}}}  # fmt: skip


@pytest.mark.feature("E1")
@pytest.mark.feature("E4")
@pytest.mark.feature("E5")
def test_a_campaign_goes_through_the_lists_with_its_next_send(desk: CampaignDesk) -> None:
    assert "멈춤" in desk.apply()
    (row,) = desk.rows("list")
    assert (row["tab"], row["state"], row["next_at"], row["size"]) == ("recurring", "paused", None, 20)
    assert (row["schedule"], row["period"]) == ("2주마다 화, 금 10:30", "수동 종료 전까지")
    told = desk("start", "spring")
    assert "2026-03-03(화) 10:30" in told  # it is Monday, nine in the morning
    assert "지금 대상: 20명" in told
    assert "샌드박스: 실제로 발송되지 않습니다" in told
    assert "이미 시작" in desk("start", "spring")
    desk("apply", desk.file(SPRING | {"id": "bye", "schedule": {"at": "2026-03-02 20:00"}}))
    desk("start", "bye")
    assert [row["campaign_id"] for row in desk.rows("list")] == ["bye", "spring"]  # waiting, then recurring
    assert desk.rows("list", "--tab", "waiting")[0]["next_at"] == "2026-03-02T11:00:00+00:00"
    listed = desk("list")
    assert "발송 대기 (1)" in listed
    assert "발송 완료 (0)" in listed
    assert "다시 시작하면" in desk("stop", "spring")
    assert "이미 멈춰" in desk("stop", "spring")
    desk.home.at("04 09:00")
    assert "2026-03-06(금) 10:30" in desk("start", "spring")  # counted anew from here
    assert "completed 중 하나" in desk.refused("list", "--tab", "done")


@pytest.mark.feature("E5")
def test_what_has_been_executed_is_edited_as_a_copy(desk: CampaignDesk) -> None:
    desk.apply()
    desk.apply(name="봄 소식 2")
    desk("start", "spring")
    assert "dangol campaign stop spring" in desk.refused("apply", desk.file(SPRING))
    assert "그대로" in desk.apply(name="봄 소식 2")  # the same document changes nothing
    assert "stop spring" in desk.refused("delete", "spring")
    desk("stop", "spring")
    states = desk.home.shop.store.campaign_states
    stopped = states.of("spring")
    assert stopped is not None
    states.change("spring", lambda _, __: replace(stopped, is_executed=True))
    refused = desk.refused("apply", desk.file(SPRING, SPRING | {"id": "other"}))
    assert "dangol campaign copy spring" in refused
    assert [row["campaign_id"] for row in desk.rows("list")] == ["spring"]  # all or none
    assert "삭제할 수 없습니다" in desk.refused("delete", "spring")
    desk("copy", "spring", "spring-2", "--name", "여름 소식")
    document = yaml.safe_load(desk("show", "spring-2", "--format", "yaml"))
    assert document == SPRING | {"id": "spring-2", "name": "여름 소식"}
    assert "추가" not in desk("apply", desk.file(document | {"name": "여름"}))
    assert "이미 쓰였습니다" in desk.refused("copy", "spring", "spring-2")
    assert "64자" in desk.refused("copy", "spring", "한글 아이디")
    desk("delete", "spring-2")
    assert "가장 가까운 것: spring" in desk.refused("show", "spring-2")
    assert len(json.loads(desk("show", "spring", "--format", "json"))["versions"]) == 2


WRONG_ALONE = [
    ({"schedule": {"now": True, "at": "2026-03-02 10:00"}}, "schedule: 다음 가운데 하나만 적습니다: now, at"),
    ({"schedule": {"recurring": {"unit": "week", "time": "10:00"}}}, "weekdays는 unit: week에"),
    ({"schedule": {"recurring": {"unit": "day", "time": "25:00"}}}, "00:00부터 23:59까지"),
    ({"policies": {"cooldown": "1 day"}}, "policies.cooldown: 30m(분)"),
    ({"variants": [{"name": "A", "template": "hello", "share": 50}, {"name": "B", "template": "hello", "share": 40}]},
     "variants의 share를 더하면 90.0"),
    ({"period": {"from": "2026-04-01", "to": "2026-03-01"}}, "끝(2026-03-01)이 시작(2026-04-01)보다"),
    ({"landing_url": "www.shop.kr"}, "https:// 또는 http://로"),
    ({"targeting": "M"}, "targeting은 channel: brand_message에만"),
    ({"sender": "15 88"}, "@와 +도 쓸 수 있습니다"),
]  # fmt: skip
WRONG_BESIDE = [
    ({"sender": "1588000"}, "sender: 발신 계정 1588000이(가) 없습니다. 가장 가까운 것: 15880000"),
    ({"variants": [{"template": "helo"}]}, "variants[1].template: 템플릿 helo이(가) 없습니다. 가장 가까운 것: hello"),
    ({"target": {"include": ["viewer"]}}, "target.include[1]: 세그먼트 viewer이(가) 없습니다. 가장 가까운 것: viewers"),
    ({"target": {"include": ["ai:at_risk"]}}, "세그먼트 ai:at_risk이(가) 없습니다"),
    ({"channel": "push", "sender": "15880000"}, "템플릿 hello은(는) sms용입니다. push용"),
    ({"channel": "email", "sender": "15880000"}, "15880000은(는) sms용입니다. email용"),
    ({"advertising": False}, "템플릿 hello은(는) 광고입니다"),
    ({"schedule": {"trigger": TRIGGER["trigger"] | {"where": {"name_contain": "린넨"}}}},
     "schedule.trigger.where.name_contain: name_contain(이)라는 항목은 없습니다. name_contains"),
    ({"schedule": {"trigger": TRIGGER["trigger"] | {"condition": {"custom": "shoe_size >= 250"}}}},
     "schedule.trigger.condition.custom"),
]  # fmt: skip


@pytest.mark.feature("E1")
@pytest.mark.parametrize("wrong", [WRONG_ALONE, WRONG_BESIDE], ids=["alone", "beside other documents"])
def test_everything_wrong_is_said_at_once_with_its_place_and_nothing_is_applied(
    desk: CampaignDesk, wrong: list[tuple[dict[str, Any], str]]
) -> None:
    documents = [SPRING | {"id": f"wrong-{place}"} | changes for place, (changes, _) in enumerate(wrong)]
    refused = desk.refused("apply", desk.file(SPRING | {"id": "good"}, *documents))
    assert "아무것도 바뀌지 않았습니다" in refused
    for place, (_, told) in enumerate(wrong):
        mine = [line for line in refused.splitlines() if f"wrong-{place}" in line]
        assert any(told in line for line in mine), (told, mine)
    assert desk.rows("list") == []


@pytest.mark.feature("F3")
@pytest.mark.feature("F10")
def test_templates_of_kakao_variables_are_for_sends_by_hand(desk: CampaignDesk) -> None:
    store = desk.home.shop.store
    store.senders.apply([{"id": "@shop", "name": "채널", "kind": "kakao", "address": "@shop", "state": "approved"}])
    order = {"code": "order", "text": "주문 #{주문번호}이 접수되었습니다.", "inspection": {"state": "approved"}}
    store.templates.apply([{"id": "order", "name": "주문", "alimtalk": order}])
    told = SPRING | {
        "channel": "alimtalk",
        "advertising": False,
        "sender": "@shop",
        "variants": [{"template": "order"}],
    }
    assert "수동 발송(schedule: now)" in desk.refused("apply", desk.file(told))
    desk("apply", desk.file(told | {"schedule": {"now": True}}))


@pytest.mark.feature("L2")
@pytest.mark.feature("E2")
def test_everything_of_a_campaign_is_shown_in_words(desk: CampaignDesk) -> None:
    desk.write_settings(campaigns={"cooldown": "12h", "priority_order": ["spring"]})
    changes: dict[str, Any] = {
        "schedule": TRIGGER, "period": {"from": "2026-03-01", "to": "2026-05-31"},
        "target": {"include": ["viewers"], "exclude": ["buyers"], "range": {"visited_last_days": 7}},
        "variants": [{"name": "A", "template": "hello"}, {"name": "B", "template": "hello"}],
        "policies": {"daily_cost_limit": 50_000, "night": {"from": "20:00", "to": "09:00"}},
        "holdout": {"share": 5},
    }  # fmt: skip
    desk.apply(**changes)
    told = desk("show", "spring")
    lines = {line.split("  ")[0].strip(): " ".join(line.split()) for line in told.splitlines() if line}
    assert "장바구니 담기 3시간 뒤, 상품명에 '린넨' 포함 (그때 아님(" in lines["발송 시점"]
    assert "본 고객 (viewers)" in lines["대상"]
    assert "산 고객 (buyers)" in lines["제외"]
    assert "≤ 10" in lines["마지막으로 센 대상"]
    assert lines["재발송 간격"].endswith("12시간 쇼핑몰 설정")
    assert lines["우선순위"].endswith("쇼핑몰 우선순위 1번째 쇼핑몰 설정")
    assert lines["하루 비용 한도"].endswith("50,000원 캠페인")
    assert "21:00~08:00, 20:00~09:00 (야간 수신 동의자는 제외) 캠페인" in lines["야간 발송 제한"]
    assert lines["발송 속도"].endswith("제한 없음 기본값")
    assert "utm_content=A" in told
    assert "2026-03-01 ~ 2026-05-31" in told
    assert "50.00%" in lines["A"] + told
    desk.write_settings(locale="en")
    english = desk("show", "spring")
    assert "3 h after: adding to the cart" in english
    assert "Sandbox: nothing is really sent." in english


@pytest.mark.parametrize(
    "phrases", [PARTS, REASONS, POLICIES, WARNINGS, PHRASES, CODE_PHRASES, CAMPAIGN_PROBLEMS, TRIAL_PHRASES]
)
def test_every_phrase_has_both_languages(phrases: Phrases) -> None:
    assert all(len(pair) == 2 and all(pair) for pair in phrases.values())


def test_every_reason_warning_and_problem_has_a_phrase() -> None:
    assert set(REASON.categories) == set(REASONS)
    assert {f"warn_{kind}" for kind in get_args(Kind)} == set(WARNINGS) - {"warn_more"}
    folder = Path(__file__).parents[2] / "models/campaigns"
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.py"))
    kinds = set(re.findall(r'PydanticCustomError\(\s*"([a-z_]+)"', text))
    assert len(kinds) > 20
    assert kinds <= set(CAMPAIGN_PROBLEMS)
