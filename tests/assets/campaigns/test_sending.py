"""Sends of every channel through the sandbox, and what is looked at once more at the moment of sending."""

import datetime as dt
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from assets.campaigns.delivery.sending import send_on
from assets.campaigns.vendors.opening import Vendors, account_environ, open_vendors
from connectors.sandbox.fcm_server import FcmServer
from connectors.sandbox.local_http import Reply
from connectors.store.consents import Consent
from models.messages.senders import Account
from tests.assets.campaigns.sending_rigs import NOON, SendingShop, phone, sending_shop

pytestmark = [pytest.mark.feature("G1"), pytest.mark.feature("F7")]
TEXT = "#{회원 이름}님 #{적립금}점, 보러 오세요"


@pytest.fixture
def shop(tmp_path: Path) -> Iterator[SendingShop]:
    with sending_shop(tmp_path / "home") as found:
        yield found


@pytest.mark.feature("F1", "F10", "H1", "E8")
def test_a_text_message_says_what_the_law_asks_leads_through_our_link_and_costs_what_it_became(
    shop: SendingShop,
) -> None:
    shop.members(250, name=["가" * 30 if one == 1 else f"회원{one}" for one in range(250)])
    shop.template("hello", "sms", {"text": "#{회원 이름}님 #{랜딩 URL}"})
    campaign = shop.campaign()
    send = shop.reserved(campaign, range(250), price=90_000)
    with open_vendors(shop.shop) as vendors:
        report = send_on(shop.shop, vendors, send)
        assert vendors.sandbox is not None
        desk = vendors.sandbox.sens.sms
        assert desk.ledger.accepted == {phone(one): 1 for one in range(250)}
        bodies = [request.json for request in vendors.sandbox.sens.requests if request.method == "POST"]
        again = send_on(shop.shop, vendors, send)
        assert desk.ledger.total == 250
    assert report.reason == again.reason == "finished"
    assert shop.states(send) == {"delivered 0": 250}
    by_number = {one["to"]: (body["type"], one["content"]) for body in bodies for one in body["messages"]}
    kind, text = by_number[phone(0)]
    assert text.startswith("(광고)[단골샵 02-111-2222] 회원0님 https://go.shop.kr/")
    assert text.endswith("\n무료수신거부 080-111-2222")
    assert len({one[1].split("go.shop.kr/")[1] for one in by_number.values()}) == 250
    kinds = {number: found[0] for number, found in by_number.items()}
    lms = sum(found == "LMS" for found in kinds.values())
    assert kinds[phone(1)] == "LMS"
    prices = shop.ledger.deliveries(send.send_no)["price"]
    assert report.send.cost == prices.sum() == lms * 300_000 + (250 - lms) * 90_000
    assert any("nothing is delivered" in told for told in shop.told)


@pytest.mark.feature("E8")
def test_dearer_messages_never_break_the_limit_of_the_day(shop: SendingShop) -> None:
    shop.members(60)
    shop.template("hello", "sms", {"text": TEXT * 3})
    campaign = shop.campaign(policies={"daily_cost_limit": 300})
    send = shop.reserved(campaign, range(60), price=90_000)  # ten LMS of 30 are what 300 buys
    with open_vendors(shop.shop) as vendors:
        report = send_on(shop.shop, vendors, send)
        assert vendors.sandbox is not None
        assert vendors.sandbox.sens.sms.ledger.total == 10
    assert (report.reason, report.send.reason, report.send.cost) == ("stopped", "cost_limit", 3_000_000)
    assert report.send.reserved == 50


@pytest.mark.feature("F2", "F3")
def test_an_alimtalk_keeps_its_approved_text_and_is_filled_from_what_was_uploaded(
    shop: SendingShop, tmp_path: Path
) -> None:
    from assets.campaigns.texts.uploads import take_upload

    shop.members(5)
    button = {"type": "WL", "name": "보기", "mobile": "https://www.shop.kr/o", "pc": "https://www.shop.kr/o"}
    text = "주문 #{주문번호}이 출발했습니다. https://www.shop.kr/help"
    part = {"code": "D1", "text": text, "buttons": [button], "inspection": {"state": "approved"}}
    shop.template("sent-out", "alimtalk", part)
    given = {
        "advertising": False, "channel": "alimtalk", "sender": "@shop", "variants": [{"template": "sent-out"}],
        "schedule": {"now": True},
    }  # fmt: skip
    campaign = shop.campaign(**given)
    send = shop.reserved(campaign, range(4), price=75_000)
    with open_vendors(shop.shop) as vendors:
        early = send_on(shop.shop, vendors, send)
        assert (early.reason, early.send.reason, early.send.reserved) == ("stopped", "no_upload", 4)
        file = tmp_path / "orders.csv"
        rows = [
            "phone,#{주문번호}", f"{phone(0)},A-0", f"{phone(1)},A-1", "010-9999-9999,A-9", ",A-8", f"{phone(0)},A-7",
            f"{phone(3)},",
        ]  # fmt: skip
        file.write_text("\n".join(rows), encoding="cp949")
        upload = take_upload(shop.shop, campaign.id, file)
        assert upload.refused == ((4, "unknown_phone"), (5, "no_phone"), (6, "twice"))
        kept = shop.shop.home.uploads / "spring.parquet"
        assert kept.stat().st_mode & 0o777 == 0o600
        shop.ledger.resume(send.send_no)
        report = send_on(shop.shop, vendors, send)
        assert vendors.sandbox is not None
        body = vendors.sandbox.sens.requests[-2].json
    assert report.reason == "finished"
    assert shop.states(send) == {"cancelled missing:주문번호": 2, "delivered 0000": 2}
    assert [one["content"] for one in body["messages"]] == [
        f"주문 A-{one}이 출발했습니다. https://www.shop.kr/help" for one in (0, 1)
    ]
    assert body["messages"][0]["buttons"][0]["linkMobile"].startswith("https://go.shop.kr/")


@pytest.mark.feature("F4", "F5", "F6")
def test_a_carousel_shows_each_customer_their_own_products(shop: SendingShop) -> None:
    shop.members(4)
    card = {
        "image": "#{이미지 URL_최근 장바구니 상품}", "title": "#{상품명_최근 장바구니 상품}",
        "text": "#{가격_최근 장바구니 상품}",
        "buttons": [{"name": "보기", "mobile": "#{모바일 URL_최근 장바구니 상품}"}],
    }  # fmt: skip
    other = {
        "image": "https://img.shop.kr/x.jpg", "title": "신상", "text": "새로 왔어요",
        "buttons": [{"name": "보기", "mobile": "https://m.shop.kr/new"}],
    }  # fmt: skip
    shop.template("cart", "brand_message", {"type": "CAROUSEL_FEED", "cards": [card, other]})
    shop.publish_items([(shop.key(one), "latest_cart", 1, f"P{one}") for one in range(3)])
    sender = {"id": "@shop", "name": "채널", "kind": "kakao", "address": "@shop", "state": "approved"}
    shop.store.senders.apply([{**sender, "targeting": ["I", "M"]}])
    campaign = shop.campaign(channel="brand_message", sender="@shop", targeting="M", variants=[{"template": "cart"}])
    send = shop.reserved(campaign, range(4), price=300_000)
    with open_vendors(shop.shop) as vendors:
        assert send_on(shop.shop, vendors, send).reason == "finished"
        assert vendors.sandbox is not None
        sent = [one.json for one in vendors.sandbox.sens.requests if one.path.endswith("/messages") and one.json]
    assert shop.states(send) == {"cancelled missing:이미지 URL_최근 장바구니 상품": 1, "delivered 0000": 3}
    assert sent[0]["targeting"] == "M"
    cards = [one["carousel"]["list"] for one in sent[0]["messages"]]
    assert [(one[0]["header"], one[0]["content"]) for one in cards] == [
        (f"상품 {one}", f"10,00{one}원") for one in range(3)
    ]
    links = {one[0]["buttons"][0]["linkMobile"] for one in cards}
    assert len(links) == 3
    assert all(link.startswith("https://go.shop.kr/") for link in links)


@pytest.mark.feature("F9", "F10")
def test_letters_come_from_the_sender_and_can_be_unsubscribed_from_by_each_alone(shop: SendingShop) -> None:
    shop.members(3)
    links = '<a href="https://www.shop.kr/a">보기</a><a href="#{수신거부 링크}">수신거부</a>'
    page = f"<html><body><p>#{{NAME}}님</p>{links}</body></html>"
    shop.template("letter", "email", {"sender": {"name": "단골", "address": "x@y.kr"}, "subject": "소식", "html": page})
    shop.template("popup", "onsite", {"style": "popup", "title": "환영합니다", "frequency": "once"})
    letters = shop.campaign(channel="email", sender="news", variants=[{"template": "letter"}])
    send = shop.reserved(letters, range(3), price=2_000)
    with open_vendors(shop.shop) as vendors:
        assert send_on(shop.shop, vendors, send).reason == "finished"
        assert vendors.sandbox is not None
        found = [one.parsed for one in vendors.sandbox.smtp.letters]
        site = shop.campaign(id="pop", channel="onsite", sender="site", variants=[{"template": "popup"}])
        shown = shop.reserved(site, range(3), price=0, address_hash=[None] * 3)
        assert send_on(shop.shop, vendors, shown).reason == "finished"
    assert shop.states(send) == {"accepted": 3}
    assert shop.states(shown) == {"delivered": 3}
    assert {str(one["From"]) for one in found} == {"단골 <news@shop.kr>"}
    assert len({str(one["List-Unsubscribe"]) for one in found}) == 3
    html = found[0].get_body(("html",)).get_content()
    assert "go.shop.kr/o/" in html
    assert "https://www.shop.kr/a" not in html
    files = list((shop.shop.home.published / "onsite").rglob("*.json"))
    assert {one["customer"] for one in json.loads(files[0].read_text())["messages"]} == {shop.key(n) for n in range(3)}


@pytest.mark.feature("E6", "F3", "F10")
def test_consent_address_night_and_erasure_count_at_the_moment_of_sending(shop: SendingShop) -> None:
    evening = dt.datetime(2026, 3, 2, 11, 30, tzinfo=dt.UTC)  # 20:30 in Seoul
    shop.clock.now = evening
    shop.members(8, name=["" if one == 5 else "회원" for one in range(8)], consent_night=[one == 6 for one in range(8)])
    shop.template("hello", "sms", {"text": "#{회원 이름}님"})
    campaign = shop.campaign()
    send = shop.reserved(campaign, range(8))
    shop.members(3, phone=[phone(0), phone(1), phone(700)])
    shop.store.delete("m3")
    shop.members(5, phone=[phone(0), phone(1), phone(700), "", ""], member_id=["m0", "m1", "m2", "m3b", "m4"])
    shop.clock.now = evening + dt.timedelta(hours=1)
    shop.store.record_consents([Consent(shop.key(1), "sms", False, shop.clock(), "said so")])
    with open_vendors(shop.shop) as vendors:
        first = send_on(shop.shop, vendors, send)
        assert first.reason == "waiting"
        assert first.again_at == dt.datetime(2026, 3, 2, 23, 0, tzinfo=dt.UTC)
        gone = {"cancelled address_changed": 1, "cancelled erased": 1, "cancelled missing:회원 이름": 1}
        gone |= {"cancelled no_consent": 1, "cancelled unreachable": 1}
        assert shop.states(send) == {**gone, "delivered 0": 1, "reserved night": 2}
        assert vendors.sandbox is not None
        assert set(vendors.sandbox.sens.sms.ledger.accepted) == {phone(6)}
        shop.clock.now = first.again_at
        assert send_on(shop.shop, vendors, send).reason == "finished"
        assert set(vendors.sandbox.sens.sms.ledger.accepted) == {phone(0), phone(6), phone(7)}


@pytest.mark.feature("G3", "G2")
def test_two_push_accounts_share_the_load_and_one_takes_over_while_speed_holds(
    shop: SendingShop, tmp_path: Path
) -> None:
    shop.members(300)
    accounts = [{"name": "first"}, {"name": "second", "share": 1, "variables": "B"}]
    shop.store.senders.apply([{"id": "app", "name": "앱", "kind": "push", "accounts": accounts}])
    shop.template("tap", "push", {"title": "세일", "body": "#{회원 이름}님", "opt_out": "끄기: 설정"})
    campaign = shop.campaign(channel="push", sender="app", variants=[{"template": "tap"}], policies={"speed": 1000})
    half, rest = shop.reserved(campaign, range(100), price=0), range(100, 300)
    (tmp_path / "a").mkdir()
    (tmp_path / "b").mkdir()
    seconds = lambda: shop.clock().timestamp()  # noqa: E731 short
    with FcmServer(clock=seconds) as one, FcmServer(clock=seconds) as other:
        environ = one.environment(tmp_path / "a")
        environ |= {f"{name}_B": value for name, value in other.environment(tmp_path / "b").items()}
        assert account_environ(environ, Account(variables="B")) == other.environment(tmp_path / "b")
        vendors = Vendors(environ, is_sandbox=False, sandbox=None)
        began = shop.clock()
        assert send_on(shop.shop, vendors, half).reason == "finished"
        assert (one.accepted.total(), other.accepted.total()) == (50, 50)
        assert 5 <= (shop.clock() - began).total_seconds() <= 7  # 100 at 1,000 a minute
        shop.clock.pass_(minutes=1)
        one.choose = lambda request: Reply(503) if request.path.endswith(":send") else None
        send = shop.reserved(campaign, rest, price=0)
        report = send_on(shop.shop, vendors, send)
        while report.reason == "waiting":
            shop.clock.pass_(seconds=10)
            report = send_on(shop.shop, vendors, send)
        vendors.close()
    assert report.reason == "finished"
    assert shop.states(send) == {"accepted": 200}
    assert (one.accepted.total(), other.accepted.total()) == (50, 250)


WRONG: list[tuple[str, dict[str, Any], dict[str, Any]]] = [
    ("sender_not_approved", {"senders": {"state": "waiting"}}, {}),
    ("missing_document", {}, {"sender": "15990000"}),
    ("missing_document", {}, {"variants": [{"template": "gone"}]}),
    ("template_channel", {}, {"variants": [{"template": "tap"}]}),
    ("sender_kind", {}, {"sender": "app"}),
    ("no_picture", {}, {"variants": [{"template": "mms"}]}),
    ("template_informs", {}, {"variants": [{"template": "note"}]}),
]


@pytest.mark.feature("G7", "F2")
def test_what_keeps_a_send_from_going_out_stops_it_says_why_and_loses_nobody(shop: SendingShop) -> None:
    shop.members(3)
    image = {"file": "no.jpg", "bytes": 1000, "width": 10, "height": 10}
    shop.template("hello", "sms", {"text": TEXT})
    shop.template("tap", "push", {"title": "t", "body": "b"})
    shop.template("mms", "sms", {"text": TEXT, "images": [image]})
    shop.template("note", "sms", {"text": TEXT}, purpose="information")
    sender = {"id": "15880000", "name": "대표번호", "kind": "sms", "address": "15880000"}
    with open_vendors(shop.shop) as vendors:
        for place, (reason, store, said) in enumerate(WRONG):
            shop.store.senders.apply([{**sender, "state": "approved", **store.get("senders", {})}])
            campaign = shop.campaign(id=f"wrong-{place}", **said)
            send = shop.reserved(campaign, range(3))
            report = send_on(shop.shop, vendors, send)
            assert (report.reason, report.send.reason, report.send.reserved) == ("stopped", reason, 3), (
                place,
                shop.told,
            )
            assert f"wrong-{place}" in shop.told[-1]
        live = Vendors({}, is_sandbox=False, sandbox=None)
        send = shop.reserved(shop.campaign(id="no-keys"), range(3))
        assert send_on(shop.shop, live, send).send.reason == "no_account"
        assert "DANGOL_SENS_ACCESS_KEY" in shop.told[-1]
        assert vendors.sandbox is not None
        assert not vendors.sandbox.sens.sms.ledger.total
    assert shop.clock() >= NOON
