"""Who the customer is, in words: member fields, consents, custom data, figures, other segments.

Belongs here: a phrase for each of these leaves. Does not belong here: behaviour (``behaviour``).
"""

from typing import Final

from models.segments.checks import values_of
from models.segments.leaves_people import (
    ConsentTest,
    CustomerTest,
    CustomTest,
    CycleTest,
    MemberTest,
    SegmentTest,
)
from models.segments.words.phrases import Words
from models.words import Phrases

_FLAGS: Final = ("is_member", "has_phone", "has_email", "has_push_token", "is_channel_friend")


def member(test: MemberTest, words: Words) -> str:
    """'회원 등급 GOLD, 카카오 채널 친구'."""
    found = [words(name if wanted else f"not_{name}") for name in _FLAGS if (wanted := getattr(test, name)) is not None]
    if test.joined:
        found.append(words("joined", when=words.window(test.joined)))
    if test.grade:
        found.append(words("grade", what=words.listed(test.grade)))
    if test.points:
        found.append(words("points", what=words.range(test.points)))
    if test.birthday_month == "this_month":
        found.append(words("birthday_this_month"))
    elif test.birthday_month is not None:
        found.append(words("birthday", what=words.listed(test.birthday_month)))
    return ", ".join(found)


def consent(test: ConsentTest, words: Words) -> str:
    """'문자 수신 동의, 야간 수신 거부'."""
    said = {name: getattr(test, name) for name in ConsentTest.model_fields}
    return ", ".join(
        words("agreed" if value else "refused", what=words(f"consent_{name}"))
        for name, value in said.items()
        if value is not None
    )


def custom(test: CustomTest, words: Words) -> str:
    """'point >= 500'."""
    if test.op == "exists":
        return words("custom_exists", name=test.name)
    values = words.listed([words.value(one) for one in values_of(test)])
    if test.op in ("in", "contains"):
        return words(f"custom_{test.op}", name=test.name, what=values)
    return f"{test.name} {test.op} {values}"


def customer(test: CustomerTest, words: Words) -> str:
    """'RFM 등급 VIP, 누적 주문 2건 이상'."""
    found = []
    if test.rfm_grade:
        found.append(words("rfm_grade", what=words.listed(test.rfm_grade)))
    if test.lifecycle:
        found.append(words("lifecycle", what=words.listed([words(one) for one in test.lifecycle])))
    for name, wanted, unit in (
        ("orders", test.orders, "orders_unit"), ("revenue", test.revenue, ""), ("cycle", test.purchase_cycle_days, ""),
    ):  # fmt: skip
        if wanted:
            found.append(words(name, what=words.range(wanted, unit)))
    for name in ("first_seen", "last_seen"):
        if window := getattr(test, name):
            found.append(words(name, when=words.window(window)))
    return ", ".join(found)


def cycle_due(test: CycleTest, words: Words) -> str:
    """'마지막 구매 후 구매 주기의 0.65~1.5배'."""
    return words("cycle_due", low=f"{test.from_:g}", high=f"{test.to:g}")


def segment(test: SegmentTest, words: Words) -> str:
    """'세그먼트 taste:t1'."""
    told = words("in_segment", what=words.named(test.id))
    return told if test.strength is None else f"{told} ({words('strength', what=words.range(test.strength))})"


TEXTS: Final[Phrases] = {
    "is_member": ("회원", "member"),
    "not_is_member": ("비회원", "no member"),
    "has_phone": ("휴대폰 번호 있음", "with a phone number"),
    "not_has_phone": ("휴대폰 번호 없음", "without a phone number"),
    "has_email": ("이메일 있음", "with an e-mail address"),
    "not_has_email": ("이메일 없음", "without an e-mail address"),
    "has_push_token": ("앱 푸시 가능", "with a push token"),
    "not_has_push_token": ("앱 푸시 불가", "without a push token"),
    "is_channel_friend": ("카카오 채널 친구", "friend of the Kakao channel"),
    "not_is_channel_friend": ("카카오 채널 친구 아님", "no friend of the Kakao channel"),
    "joined": ("가입일 {when}", "joined {when}"),
    "grade": ("회원 등급 {what}", "grade {what}"),
    "points": ("적립금 {what}", "points {what}"),
    "birthday_this_month": ("이번 달 생일", "birthday this month"),
    "birthday": ("{what}월 생일", "birthday in month {what}"),
    "agreed": ("{what} 수신 동의", "agreed to {what}"),
    "refused": ("{what} 수신 거부", "refused {what}"),
    "consent_sms": ("문자", "text messages"),
    "consent_email": ("이메일", "e-mail"),
    "consent_push": ("앱 푸시", "push messages"),
    "consent_kakao": ("카카오", "Kakao messages"),
    "consent_night": ("야간", "messages at night"),
    "custom_exists": ("{name} 값 있음", "{name} is known"),
    "custom_in": ("{name} {what} 중 하나", "{name} is one of {what}"),
    "custom_contains": ("{name}에 {what} 포함", "{name} with {what}"),
    "rfm_grade": ("RFM 등급 {what}", "RFM grade {what}"),
    "lifecycle": ("고객 단계 {what}", "lifecycle {what}"),
    "prospect": ("미구매", "never bought"),
    "new": ("신규 구매", "new"),
    "one_time": ("1회 구매", "bought once"),
    "returning": ("재구매", "returning"),
    "lapsed": ("이탈", "lapsed"),
    "orders": ("누적 주문 {what}", "orders ever: {what}"),
    "revenue": ("누적 구매 금액 {what}", "bought ever: {what}"),
    "cycle": ("구매 주기(일) {what}", "purchase cycle in days: {what}"),
    "first_seen": ("처음 본 날 {when}", "first seen {when}"),
    "last_seen": ("마지막 본 날 {when}", "last seen {when}"),
    "cycle_due": (
        "마지막 구매 후 구매 주기의 {low}~{high}배 지남",
        "{low} to {high} purchase cycles since the last order",
    ),
    "in_segment": ("세그먼트 {what}", "in segment {what}"),
    "strength": ("강도 {what}", "strength {what}"),
}
