"""`dangol campaign send-now`, `upload`, `late`, `history`: sending from the command line, and what came of it."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest

from assets.campaigns.plans.due import plan_due
from tests.orchestration.campaign_desk import SPRING, CampaignDesk

DAILY: dict[str, Any] = {"schedule": {"recurring": {"unit": "day", "time": "10:00"}}}


@pytest.mark.feature("E2")
@pytest.mark.feature("E5")
@pytest.mark.feature("F3")
def test_a_campaign_with_uploaded_values_is_sent_by_hand_and_every_reason_is_told(
    desk: CampaignDesk, tmp_path: Path
) -> None:
    desk.home.clock.now = dt.datetime.now(dt.UTC)  # what is sent here is information, which knows no night
    store = desk.home.shop.store
    store.senders.apply([{"id": "@shop", "name": "채널", "kind": "kakao", "address": "@shop", "state": "approved"}])
    order = {"code": "order", "text": "주문 #{주문번호}이 접수되었습니다.", "inspection": {"state": "approved"}}
    store.templates.apply([{"id": "order", "name": "주문", "alimtalk": order}])
    call = SPRING | {
        "channel": "alimtalk",
        "advertising": False,
        "sender": "@shop",
        "variants": [{"template": "order"}],
    }
    desk("apply", desk.file(call | {"schedule": {"now": True}}))
    values = tmp_path / "values.csv"
    values.write_text("member_id,주문번호\nm1,A-1\nm2,A-2\nnobody,A-3\n", encoding="utf-8")
    taken = desk("upload", "spring", str(values))
    assert "회원 2명" in taken
    assert "4행은 받지 않았습니다: 모르는 회원" in taken
    told = desk("send-now", "spring")
    assert "시작했습니다" in told
    assert "샌드박스: 실제로 발송되지 않습니다" in told
    assert "store/messages" in told
    (row,) = desk.rows("history", "spring")
    assert (row["targeted"], row["accepted"] + row["delivered"]) == (20, 2)
    assert row["cancelled"] == row["messages"] - 2 == 20 - row["excluded"] - 2
    assert row["cost"] == 15.0  # two at 7.5
    why = desk("history", "--reasons", str(row["send_no"]))
    assert "값이 없음: 주문번호" in why
    reasons = desk.rows("history", "--reasons", row["send_id"])
    assert sum(one["customers"] for one in reasons if one["part"] == "decision") == 20
    assert sum(one["customers"] for one in reasons if one["part"] == "message") == row["messages"]
    listed = desk("history")
    assert "spring" in listed
    assert not any(secret in listed + why + told for secret in ("A-1", "010-1234", "m1 "))
    assert "dangol campaign copy spring" in desk.refused(
        "apply", desk.file(call | {"schedule": {"now": True}, "name": "다른"})
    )


@pytest.mark.feature("E4")
def test_what_was_due_while_nothing_ran_waits_for_an_answer(desk: CampaignDesk) -> None:
    desk("apply", desk.file(SPRING | DAILY, SPRING | DAILY | {"id": "other"}))
    desk("start", "spring")
    desk("start", "other")
    plan_due(desk.home.at("02 15:00").shop)
    first, second = sorted(desk.rows("history"), key=lambda row: str(row["campaign_id"]))
    assert (first["state"], first["reason"]) == ("stopped", "late")
    assert "발송 시각이 지남" in desk("history", "spring")
    assert "하나를 고르십시오" in desk.refused("late", first["send_id"])
    assert "보내지 않습니다" in desk("late", first["send_id"], "--expire")
    assert "답을 기다리는 발송이 아닙니다" in desk.refused("late", first["send_id"], "--send")
    assert "다음 실행에서" in desk("late", str(second["send_no"]), "--send")
    assert [row["state"] for row in desk.rows("history")] in (["cancelled", "planned"], ["planned", "cancelled"])
    assert "번호를 쓰십시오" in desk.refused("late", "99", "--send")


@pytest.mark.feature("E8")
def test_a_send_that_has_stopped_by_itself_goes_on_or_is_let_go(desk: CampaignDesk) -> None:
    desk("apply", desk.file(SPRING | DAILY))
    desk("start", "spring")
    (send,) = plan_due(desk.home.at("02 10:00").shop)
    assert "멈춘 발송이 아닙니다" in desk.refused("resume", str(send.send_no))
    desk.home.ledger.stop(send.send_no, "cost_limit")
    assert "멈춤: 하루 비용 한도" in desk("history")
    assert "다음 실행에서" in desk("resume", str(send.send_no))
    assert desk.rows("history")[0]["state"] == "planned"
    assert "보내지 않습니다" in desk("cancel", send.send_id)
    assert "이미 끝났습니다" in desk.refused("cancel", send.send_id)
    assert "취소: 사람이 취소함" in desk("history")


@pytest.mark.feature("E2")
@pytest.mark.feature("H4")
def test_what_is_in_the_way_is_told_and_nothing_starts(desk: CampaignDesk) -> None:
    desk(
        "apply",
        desk.file(SPRING | {"tracking": {"on": False}}, SPRING | {"id": "at", "schedule": {"at": "2026-03-02 20:00"}}),
    )
    sender = {"id": "15880000", "name": "대표번호", "kind": "sms", "address": "15880000", "state": "waiting"}
    desk.home.shop.store.senders.apply([sender])
    refused = desk.refused("start", "spring")
    assert "15880000은(는) 아직 보낼 수 없습니다 (상태: waiting)" in refused
    assert desk.rows("list")[0]["state"] == "paused"
    desk.home.shop.store.senders.apply([sender | {"state": "approved"}])
    assert "추적이 꺼져 있어 유입이 0으로" in desk("start", "spring")  # H4: before anything is sent
    assert "예약 시각이 있는 캠페인" in desk.refused("send-now", "at")
    desk.home.at("02 21:00")
    assert "발송할 시각이 남아 있지 않습니다" in desk.refused("start", "at")
