import datetime as dt
from typing import Any

import pytest

from connectors.channels import accounts
from connectors.channels.protocol import Ambiguous, Attempt, Message, SenderDown, Transient
from connectors.channels.sens.alimtalk import alimtalk_channel
from connectors.channels.sens.brand import brand_channel
from connectors.channels.sens.kakao import SUBSTITUTE_CODES
from connectors.channels.sens.pictures import PictureDesk
from connectors.sandbox.local_http import Connection
from connectors.sandbox.pictures import made_up_picture
from connectors.sandbox.sens_kakao import SandboxTemplate
from connectors.sandbox.sens_server import CHANNEL, SensServer
from tests.connectors.channels.rigs import AFTERNOON, Clock, alimtalk_rig, brand_rig, phone, sens_client

CARD = {
    "image": "https://shop.example/1.jpg",
    "title": "울 니트",
    "text": "39,000원",
    "buttons": [
        {"type": "WL", "name": "보러 가기", "mobile": "https://m.shop.example/1", "pc": "https://shop.example/1"}
    ],
}
ROW = {"title": "울 니트", "image": "https://shop.example/1.jpg", "mobile": "https://m.shop.example/1"}

HEAD = {"title": "가을", "text": "신상", "image": "https://a.kr/1.jpg", "mobile": "https://a.kr"}
COUPON = {"title": "10% 할인 쿠폰", "description": "오늘만", "mobile": "https://a.kr"}
SALE = {"title": "니트", "price": 39000, "discount_price": 29000, "discount_rate": 25}
IMAGE = "https://a.kr/1.jpg"
EVERY_TYPE: list[dict[str, Any]] = [
    {"type": "TEXT", "text": "(광고) 안녕하세요", "coupon": COUPON},
    {"type": "IMAGE", "text": "(광고) 안녕하세요", "image": IMAGE, "image_link": "https://a.kr"},
    {"type": "WIDE_IMAGE", "text": "(광고) 안녕하세요", "image": IMAGE},
    {"type": "WIDE_ITEM_LIST", "header": "이런 상품은 어때요?", "items": [ROW] * 4},
    {"type": "COMMERCE", "image": IMAGE, "commerce": SALE, "buttons": CARD["buttons"]},
    {"type": "CAROUSEL_FEED", "cards": [CARD] * 6, "more": {"mobile": "https://a.kr"}},
    {"type": "CAROUSEL_COMMERCE", "cards": [{**CARD, "commerce": SALE}] * 2, "head": HEAD},
]


def attempt(clock: Clock, *contents: dict[str, Any]) -> Attempt:
    messages = [Message(f"m{n}", phone(n), content) for n, content in enumerate(contents)]
    return Attempt("a" * 32, "kakao", None, clock.now(), messages)


@pytest.mark.feature("F2")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"code": "ORDER01", "text": "김님, 주문 7이 접수되었습니다."}, None),
        ({"code": "ORDER01", "text": "김님, 주문 7이 취소되었습니다."}, "3016"),
        (
            {"code": "ORDER01", "text": "김님, 주문 7이 접수되었습니다.", "buttons": [{"type": "DS", "name": "조회"}]},
            "3016",
        ),
        ({"code": "UNKNOWN", "text": "김님, 주문 7이 접수되었습니다."}, "3008"),
    ],
)
def test_only_the_approved_text_is_taken(
    sens: SensServer, clock: Clock, content: dict[str, Any], code: str | None
) -> None:
    channel = alimtalk_channel(sens_client(sens, clock), CHANNEL)
    good = {"code": "ORDER01", "text": "이님, 주문 8이 접수되었습니다."}
    outcomes = {one.message_id: one for one in channel.send(attempt(clock, content, good)).outcomes}
    assert (outcomes["m0"].state, outcomes["m0"].code) == (("refused", code) if code else ("accepted", None))
    assert outcomes["m1"].state == "accepted"
    assert outcomes["m1"].vendor_message_id


@pytest.mark.feature("F2")
def test_templates_that_are_not_approved_are_not_sent(sens: SensServer, clock: Clock) -> None:
    sens.alimtalk.templates["ORDER01"].inspection = "REQ"
    rig = alimtalk_rig(sens, clock)
    assert [one.state for one in rig.channel.send(rig.attempt([1])).outcomes] == ["refused"]


@pytest.mark.feature("F2")
def test_every_part_of_an_alimtalk_goes_under_the_vendors_name(sens: SensServer, clock: Clock) -> None:
    channel = alimtalk_channel(sens_client(sens, clock), CHANNEL)
    content = {
        "code": "ORDER01",
        "text": "김님, 주문 7이 접수되었습니다.",
        "title": "주문 접수",
        "header": "단골샵",
        "highlight": {"title": "오늘 출발", "description": "내일 도착"},
        "items": [{"title": "상품", "description": "니트"}, {"title": "색", "description": "검정"}],
        "summary": {"title": "합계", "description": "39,000원"},
        "buttons": [
            {"type": "WL", "name": "보기", "mobile": "https://m.a.kr", "pc": "https://a.kr"},
            {"type": "AL", "name": "앱", "ios": "app://a", "android": "app://a"},
            {"type": "AC", "name": "채널 추가"},
        ],
    }
    channel.send(attempt(clock, content))
    body = sens.requests[-1].json
    assert body["plusFriendId"] == CHANNEL
    assert body["templateCode"] == "ORDER01"
    assert body["messages"] == [
        {
            "to": phone(0),
            "countryCode": "82",
            "content": content["text"],
            "useSmsFailover": False,
            "title": "주문 접수",
            "headerContent": "단골샵",
            "itemHighlight": content["highlight"],
            "item": {"list": content["items"], "summary": content["summary"]},
            "buttons": [
                {"type": "WL", "name": "보기", "linkMobile": "https://m.a.kr", "linkPc": "https://a.kr"},
                {"type": "AL", "name": "앱", "schemeIos": "app://a", "schemeAndroid": "app://a"},
                {"type": "AC", "name": "채널 추가"},
            ],
        }
    ]


@pytest.mark.feature("G5", "G6")
def test_codes_that_a_text_message_stands_in_for_come_with_the_results(sens: SensServer, clock: Clock) -> None:
    rig = alimtalk_rig(sens, clock)
    sens.alimtalk.fate = lambda number: {phone(1): "3019", phone(2): "3020"}.get(number, "")
    made = rig.attempt([1, 2, 3])
    answer = rig.channel.send(made)
    clock.pass_(minutes=1)
    known = Attempt(made.attempt_id, "kakao", None, made.opened_at, made.messages, answer.request_id)
    found = {one.message_id: one for one in rig.channel.results([known])}
    assert {key: one.code for key, one in found.items() if one.state == "failed"} == {"m1": "3019", "m2": "3020"}
    assert {"3019", "3020"} <= set(SUBSTITUTE_CODES)
    assert found["m3"].state == "delivered"


@pytest.mark.feature("G6")
def test_results_are_found_by_message_where_no_request_is_known(sens: SensServer, clock: Clock) -> None:
    rig = alimtalk_rig(sens, clock)
    made = rig.attempt([1, 2])
    answer = rig.channel.send(made)
    clock.pass_(minutes=1)
    ids = {one.message_id: one.vendor_message_id for one in answer.outcomes}
    messages = [Message(one.id, one.to, {}, ids[one.id]) for one in made.messages]
    known = Attempt(made.attempt_id, "kakao", None, made.opened_at, messages)
    assert [one.state for one in rig.channel.results([known])] == ["delivered", "delivered"]


@pytest.mark.feature("F2")
def test_looking_up_tells_refused_messages_from_accepted_ones(sens: SensServer, clock: Clock) -> None:
    channel = alimtalk_channel(sens_client(sens, clock), CHANNEL)
    bad = {"code": "ORDER01", "text": "아무 말"}
    good = {"code": "ORDER01", "text": "이님, 주문 8이 접수되었습니다."}
    made = attempt(clock, bad, good)
    sens.faults.append(Connection.LOST)
    with pytest.raises(Ambiguous):
        channel.send(made)
    states = {one.message_id: (one.state, one.code) for one in channel.lookup(made).outcomes}
    assert states == {"m0": ("refused", "3016"), "m1": ("accepted", None)}


@pytest.mark.feature("F4")
@pytest.mark.parametrize(
    "content",
    EVERY_TYPE,
    ids=lambda content: content["type"],
)
def test_every_type_of_brand_message_is_taken(sens: SensServer, clock: Clock, content: dict[str, Any]) -> None:
    client = sens_client(sens, clock)
    channel = brand_channel(client, CHANNEL, PictureDesk(client, made_up_picture))
    answer = channel.send(attempt(clock, content))
    assert [(one.state, one.code) for one in answer.outcomes] == [("accepted", None)]
    assert sens.requests[-1].json["messageType"] == content["type"]
    assert sens.requests[-1].json["targeting"] == "I"


@pytest.mark.feature("F4")
@pytest.mark.parametrize(
    ("content", "code"),
    [
        ({"type": "TEXT", "text": "가" * 1301}, "B005"),
        ({"type": "TEXT", "text": "\n" * 100}, "B005"),
        ({"type": "WIDE_IMAGE", "text": "가" * 77, "image": "https://a.kr/1.jpg"}, "B005"),
        ({"type": "TEXT", "text": "x", "buttons": [{"name": "가" * 15, "mobile": "https://a.kr"}]}, "B006"),
        ({"type": "TEXT", "text": "x", "buttons": [{"name": "보기"}]}, "B006"),
        ({"type": "TEXT", "text": "x", "coupon": {"title": "아주 좋은 쿠폰", "mobile": "https://a.kr"}}, "B008"),
        ({"type": "CAROUSEL_FEED", "cards": [CARD]}, "B001"),
        ({"type": "CAROUSEL_FEED", "cards": [{**CARD, "title": "가" * 21}] * 2}, "B005"),
        ({"type": "WIDE_ITEM_LIST", "header": "가" * 21, "items": [ROW] * 4}, "B005"),
    ],
)
def test_the_vendor_holds_its_limits(sens: SensServer, clock: Clock, content: dict[str, Any], code: str) -> None:
    client = sens_client(sens, clock)
    channel = brand_channel(client, CHANNEL, PictureDesk(client, made_up_picture))
    assert [(one.state, one.code) for one in channel.send(attempt(clock, content)).outcomes] == [("refused", code)]
    assert sens.brand.ledger.total == 0


@pytest.mark.feature("F4")
def test_a_picture_that_many_share_is_uploaded_once(sens: SensServer, clock: Clock) -> None:
    client = sens_client(sens, clock)
    known: dict[str, tuple[str, dt.datetime]] = {}
    content = {"type": "CAROUSEL_FEED", "cards": [CARD, {**CARD, "image": "https://shop.example/2.jpg"}]}
    for _ in range(2):  # another process that remembers the same
        channel = brand_channel(client, CHANNEL, PictureDesk(client, made_up_picture, known))
        channel.send(attempt(clock, content, content, content))
    assert len(sens.brand.images) == 2
    first = sens.requests[-1].json["messages"][0]["carousel"]["list"][0]
    assert first["image"]["imageLink"] == "https://m.shop.example/1"  # a tap leads where the first button does


@pytest.mark.feature("F4")
def test_a_message_whose_picture_is_gone_is_left_out_alone(sens: SensServer, clock: Clock) -> None:
    def fetch(address: str) -> bytes:
        if "gone" in address:
            raise FileNotFoundError
        return made_up_picture(address)

    client = sens_client(sens, clock)
    channel = brand_channel(client, CHANNEL, PictureDesk(client, fetch))
    contents = [{"type": "IMAGE", "text": "x", "image": f"https://a.kr/{name}.jpg"} for name in ("here", "gone")]
    states = {one.message_id: (one.state, one.code) for one in channel.send(attempt(clock, *contents)).outcomes}
    assert states == {"m0": ("accepted", None), "m1": ("refused", "no_picture")}


@pytest.mark.feature("F4")
@pytest.mark.parametrize(
    ("hour", "minute", "wait"),
    [(20, 49, None), (20, 50, 11 * 3600 + 600), (23, 0, 9 * 3600), (0, 0, 8 * 3600), (7, 59, 60), (8, 0, None)],
)
def test_at_night_nothing_is_taken_and_the_wait_is_until_morning(
    sens: SensServer, clock: Clock, hour: int, minute: int, wait: float | None
) -> None:
    rig = brand_rig(sens, clock)
    clock.at = AFTERNOON.replace(hour=hour, minute=minute)
    if wait is None:
        assert [one.state for one in rig.channel.send(rig.attempt([1])).outcomes] == ["accepted"]
        return
    with pytest.raises(Transient) as error:
        rig.channel.send(rig.attempt([1, 2]))
    assert (error.value.code, error.value.retry_after) == ("3022", wait)
    assert sens.brand.ledger.total == 0


@pytest.mark.feature("G7")
def test_channels_are_listed_and_verified_before_a_profile_is_saved(sens: SensServer, clock: Clock) -> None:
    sens.alimtalk.channels |= {"@blocked": "BLOCKED", "@new": "SOMETHING"}
    client = sens_client(sens, clock)
    assert {one.id: (one.state, one.vendor_state) for one in accounts.kakao_channels(client)} == {
        "@blocked": ("rejected", "BLOCKED"),
        "@new": ("unknown", "SOMETHING"),
        CHANNEL: ("approved", "ACTIVE"),
    }
    assert accounts.verified_channel(client, CHANNEL).state == "approved"
    for channel, named in (("@other", "no channel of this service"), ("@blocked", "can not send")):
        with pytest.raises(SenderDown, match=named):
            accounts.verified_channel(client, channel)
    with pytest.raises(SenderDown):
        accounts.verified_channel(sens_client(sens, clock, DANGOL_SENS_SECRET_KEY="wrong"), CHANNEL)


@pytest.mark.feature("G7")
def test_numbers_have_the_state_that_the_mall_tells() -> None:
    rows = [{"sender_no": n, "sender": f"02-1234-567{n}", "auth_status": state}
            for n, state in enumerate(["00", "10", "20", "30", "40", "99"])]  # fmt: skip
    found = accounts.sms_numbers(lambda: rows)
    assert [one.state for one in found] == ["deleted", "waiting", "waiting", "approved", "rejected", "unknown"]
    assert found[3].id == "0212345673"


@pytest.mark.feature("F2")
def test_templates_are_read_with_their_state_raw_and_ours(sens: SensServer, clock: Clock) -> None:
    for number in range(130):
        sens.alimtalk.templates[f"T{number:03}"] = SandboxTemplate(f"T{number:03}", "#{이름}님")
    sens.alimtalk.templates["T000"].inspection = "REJ"
    sens.alimtalk.templates["T000"].comments = [{"content": "광고 문구가 있습니다."}]
    sens.alimtalk.templates["T001"].inspection = "NEW_WORD"
    found = {one.code: one for one in accounts.templates(sens_client(sens, clock), CHANNEL)}
    assert len(found) == 131
    assert (found["T000"].state, found["T000"].reason) == ("rejected", "광고 문구가 있습니다.")
    assert (found["T001"].state, found["T001"].vendor_state) == ("draft", "NEW_WORD")
    assert found["ORDER01"].state == "approved"
    assert accounts.templates(sens_client(sens, clock), "@none") == []


@pytest.mark.feature("F4")
@pytest.mark.parametrize("part", [{"cards": [{}]}, {"cards": "no list"}, {"buttons": [{"type": "WL"}]}])
def test_a_message_that_lacks_a_part_is_refused_alone(sens: SensServer, clock: Clock, part: dict[str, Any]) -> None:
    client = sens_client(sens, clock)
    channel = brand_channel(client, CHANNEL, PictureDesk(client, made_up_picture))
    good, bad = {"type": "TEXT", "text": "x"}, {"type": "TEXT", "text": "x", **part}
    states = [(one.message_id, one.state) for one in channel.send(attempt(clock, bad, good)).outcomes]
    assert sorted(states) == [("m0", "refused"), ("m1", "accepted")]


@pytest.mark.feature("F4")
def test_half_an_emoji_does_not_stop_the_others(sens: SensServer, clock: Clock) -> None:
    client = sens_client(sens, clock)
    channel = brand_channel(client, CHANNEL, PictureDesk(client, made_up_picture))
    contents = [{"type": "TEXT", "text": text} for text in ("세일 \ud83d", "세일")]
    assert [one.state for one in channel.send(attempt(clock, *contents)).outcomes] == ["accepted", "accepted"]
