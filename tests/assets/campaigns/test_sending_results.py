"""What follows a send: results, substitutes, opt-outs, lost tokens, campaigns that are done; and test sends."""

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest

from assets.campaigns.delivery.results import collect
from assets.campaigns.delivery.sending import send_on
from assets.campaigns.delivery.testing import TestRefused, send_test
from assets.campaigns.vendors.opening import open_vendors
from models.messages.documents.template import Template
from tests.assets.campaigns.sending_rigs import NOON, SENDERS, SendingShop, phone, sending_shop

pytestmark = pytest.mark.feature("G6")
UTC = dt.UTC


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SendingShop]:
    with sending_shop(tmp_path / "home") as found:
        yield found


def running(shop: SendingShop, name: str) -> None:
    from connectors.store.campaign_states import CampaignState

    shop.store.campaign_states.change(
        name, lambda before, now: CampaignState(name, "running", now, now, now, None, 1, True)
    )


@pytest.mark.feature("G5", "E6", "F10", "G1")
def test_a_text_message_stands_in_for_whom_kakao_does_not_reach_by_the_rules_of_text_messages(
    shop: SendingShop,
) -> None:
    shop.clock.now = dt.datetime(2026, 3, 2, 10, 55, tzinfo=UTC)  # 19:55 in Seoul, Kakao's night is near
    shop.members(6, consent_sms=[one != 2 for one in range(6)], consent_night=[one == 1 for one in range(6)])
    own = {"text": "#{회원 이름}님, https://www.shop.kr/a"}
    shop.template("talk", "brand_message", {"type": "TEXT", "text": "(광고) 안녕하세요", "substitute": own})
    campaign = shop.campaign(
        channel="brand_message", sender="@shop",
        variants=[{"template": "talk", "substitute": {"sender": "15880000"}}],
    )  # fmt: skip
    running(shop, campaign.id)
    send = shop.reserved(campaign, range(6), price=150_000)
    with open_vendors(shop.shop) as vendors:
        assert vendors.sandbox is not None
        sens = vendors.sandbox.sens
        codes = {phone(0): "3019", phone(1): "3020", phone(2): "3019", phone(3): "3016"}
        sens.brand.fate = lambda number: codes.get(number, "")
        sens.brand.delay = 4000.0
        assert send_on(shop.shop, vendors, send).reason == "finished"
        assert collect(shop.shop, vendors).results == 0
        assert shop.states(send) == {"accepted": 6}
        shop.clock.pass_(hours=2)  # 21:55: also the night of text messages
        first = collect(shop.shop, vendors)
        assert (first.results, first.substitutes, first.completed) == (6, 2, ())
        assert shop.states(send)["failed 3019"] == 2
        other = shop.ledger.of_campaign("spring")[1]
        assert other.substitute_of == send.send_no
        assert send_on(shop.shop, vendors, other).reason == "waiting"
        assert set(sens.sms.ledger.accepted) == {phone(1)}  # who agreed to messages at night
        shop.clock.now = dt.datetime(2026, 3, 2, 23, 0, tzinfo=UTC)
        report = send_on(shop.shop, vendors, other)
        last = collect(shop.shop, vendors)
        texts = [one["content"] for body in sens.requests if body.method == "POST" and body.path.startswith("/sms")
                 for one in body.json["messages"]]  # fmt: skip
    assert (report.reason, last.substitutes, last.completed) == ("finished", 0, ("spring",))
    assert set(sens.sms.ledger.accepted) == {phone(0), phone(1)}
    assert texts[0].startswith("(광고)[단골샵 02-111-2222] 회원1님, https://go.shop.kr/")
    assert shop.ledger.spent("spring")[dt.date(2026, 3, 2)] == 2 * 150_000 + 300_000  # two delivered, one LMS at night
    state = shop.store.campaign_states.of("spring")
    assert state is not None
    assert state.state == "completed"


@pytest.mark.feature("F10")
def test_who_calls_the_080_number_gets_no_more_text_messages(shop: SendingShop) -> None:
    shop.members(3, phone=[phone(0), phone(0), phone(2)])
    with open_vendors(shop.shop) as vendors:
        assert collect(shop.shop, vendors).opt_outs == 0
        assert vendors.sandbox is not None
        shop.clock.pass_(minutes=5)
        vendors.sandbox.sens.sms.unsubscribes[phone(0)] = ("C", shop.clock().timestamp())
        assert collect(shop.shop, vendors).opt_outs == 2
        shop.clock.pass_(minutes=5)
        assert collect(shop.shop, vendors).opt_outs == 0
        known = shop.store.recipients([shop.key(one) for one in range(3)]).sort("member_id")
        assert known["consent_sms"].to_list() == [False, False, True]
        said = [one for one in shop.store.consents_of(shop.key(0)) if one.channel == "sms"]
        assert [(one.granted, one.evidence) for one in said] == [(True, ""), (False, "080")]


@pytest.mark.feature("G1", "G6")
def test_tokens_of_apps_that_are_gone_are_forgotten(shop: SendingShop) -> None:
    shop.members(3)
    shop.members(1, push_token=["device-new"])  # a second device of m0, now the newest
    shop.template("tap", "push", {"title": "세일", "body": "오늘", "opt_out": "끄기"})
    send = shop.reserved(shop.campaign(channel="push", sender="app", variants=[{"template": "tap"}]), range(3), price=0)
    with open_vendors(shop.shop) as vendors:
        assert vendors.sandbox is not None
        vendors.sandbox.fcm.gone |= {"device-new", "device-2"}
        assert send_on(shop.shop, vendors, send).reason == "finished"
        assert collect(shop.shop, vendors).forgotten_tokens == 2
    assert shop.states(send) == {"accepted": 1, "failed UNREGISTERED": 2}
    tokens = shop.store.recipients([shop.key(one) for one in range(3)]).sort("member_id")["push_token"].to_list()
    assert tokens == ["device-0", "device-1", None]


@pytest.mark.feature("F11", "F3")
def test_a_test_send_shows_the_member_asked_for_and_leaves_kakao_variables(shop: SendingShop) -> None:
    shop.members(2)
    senders = {str(one["id"]): shop.shop.sender_account(str(one["id"])) for one in SENDERS}
    shop.publish_items([(shop.key(1), "latest_cart", 1, "P1")])

    def made(channel: str, **part: object) -> Template:
        return Template.model_validate({"id": "t", "name": "시험", channel: part})

    personal = made("sms", text="#{회원 이름}님 #{상품명_최근 장바구니 상품}")
    kakao = made("alimtalk", code="K1", text="주문 #{주문번호}", inspection={"state": "approved"})
    shop.store.templates.apply([{**kakao.model_dump(mode="json", exclude_none=True, exclude_defaults=True)}])
    with open_vendors(shop.shop) as vendors:
        assert vendors.sandbox is not None
        sens = vendors.sandbox.sens
        with pytest.raises(TestRefused, match="회원 이름"):
            send_test(shop.shop, vendors, personal, senders["15880000"], to=phone(0))
        said = send_test(shop.shop, vendors, personal, senders["15880000"], to=phone(0), member_id="m1")
        assert said.state == "accepted"
        assert "회원1님 상품 1" in sens.requests[-1].json["messages"][0]["content"]
        assert set(sens.sms.ledger.accepted) == {phone(0)}
        assert send_test(shop.shop, vendors, kakao, senders["@shop"], member_id="m0").state == "accepted"
        assert sens.requests[-1].json["messages"][0]["content"] == "주문 #{주문번호}"
        with pytest.raises(TestRefused, match="telephone"):
            send_test(shop.shop, vendors, made("sms", text="안녕"), senders["15880000"], to="12")
        with pytest.raises(TestRefused, match="kind kakao"):
            send_test(shop.shop, vendors, personal, senders["@shop"], member_id="m1")
    assert not shop.ledger.of_campaign("spring")
    assert shop.clock() == NOON
