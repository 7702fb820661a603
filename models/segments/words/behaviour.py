"""Behaviour in words: events, visits, purchases, the cart, devices, where customers came from.

Belongs here: a phrase for each of these leaves. Does not belong here: who the customer is (``people``).
"""

from typing import Final

from models.segments.fields import Count, Hours, Occurrence
from models.segments.leaves import (
    AcquisitionTest,
    CartTest,
    EnvironmentTest,
    EventFilter,
    EventTest,
    ProductFilter,
    PurchaseTest,
    VisitTest,
)
from models.segments.windows import Window
from models.segments.words.phrases import Words
from models.words import Phrases

_ONCE: Final = Count(at_least=1)
_ARRIVALS: Final = ("channel", "source", "medium", "campaign")


def event(test: EventTest, words: Words) -> str:
    """'최근 7일(오늘 제외) 장바구니 담기 1회 이상'."""
    filters = event_filters(test.where, words) if test.where else []
    return _happened(words(test.name), filters, test.window, test.occurrence, test.count, "times", words)


def event_filters(where: EventFilter, words: Words) -> list[str]:
    """Which events count, a phrase each."""
    found = [*product_filters(where, words), *_devices(where.device, words)]
    for name, wanted in (("price", where.price), ("quantity", where.quantity)):
        if wanted:
            found.append(words(name, what=words.range(wanted)))
    for name in ("query_contains", "url_contains"):
        if texts := getattr(where, name):
            found.append(words(name, what=words.quoted(texts)))
    found += _hours(where.hour_of_day, words)
    for key, value in (where.properties or {}).items():
        values = value if isinstance(value, tuple) else (value,)
        found.append(f"{key} = {words.listed([words.value(one) for one in values])}")
    return found


def product_filters(test: ProductFilter, words: Words) -> list[str]:
    """Which products, a phrase each."""
    found = []
    for name in ("products", "category", "category_is", "brand"):
        if values := getattr(test, name):
            found.append(words(name, what=words.listed(values)))
    if test.name_contains:
        found.append(words("name_contains", what=words.quoted(test.name_contains)))
    return found


def visits(test: VisitTest, words: Words) -> str:
    """'최근 30일 방문(앱) 10회 이상'."""
    found = [*_devices(test.device, words), *_arrivals(test, words)]
    for name in ("campaign_contains", "landing_contains"):
        if texts := getattr(test, name):
            found.append(words(name, what=words.quoted(texts)))
    found += _hours(test.hour_of_day, words)
    if test.page_views:
        found.append(words("page_views", what=words.range(test.page_views)))
    if test.dwell_seconds:
        found.append(words("dwell", what=words.range(test.dwell_seconds, "seconds")))
    if test.bounced is not None:
        found.append(words("bounced" if test.bounced else "not_bounced"))
    return _happened(words("visit"), found, test.window, test.occurrence, test.count, "times", words)


def purchases(test: PurchaseTest, words: Words) -> str:
    """'최근 90일 구매 2건 이상, 구매 금액 50,000 이상'."""
    filters = [*product_filters(test, words), *_devices(test.device, words)]
    if test.channel:
        filters.append(words("channel", what=words.listed(test.channel)))
    found = []
    if test.counts:
        unit = "lines_unit" if test.about_products else "orders_unit"
        if test.count or not (test.amount or test.average):
            found.append(_happened(words("bought"), filters, test.window, test.occurrence, test.count, unit, words))
        for name, wanted in (("amount", test.amount), ("average", test.average)):
            if wanted:
                what = words("amount_of" if name == "amount" else "average_of") + words.bracketed(filters)
                found.append(words("counted", when=words.window(test.window), what=what, count=words.range(wanted)))
    if test.days_since_last:
        found.append(words("last_bought", what=words.bracketed(filters), when=words.days_ago(test.days_since_last)))
    return ", ".join(found)


def cart(test: CartTest, words: Words) -> str:
    """'장바구니에 상품 1개 이상, 마지막 담은 날 최근 7일(오늘 제외)'."""
    what = words("in_cart") + words.bracketed(product_filters(test, words))
    found = []
    if test.items or not (test.pieces or test.amount):
        found.append(words("cart_items", what=words.range(test.items or _ONCE, "things")))
    if test.pieces:
        found.append(words("cart_pieces", what=words.range(test.pieces, "things")))
    if test.amount:
        found.append(words("cart_amount", what=words.range(test.amount)))
    if test.last_added:
        found.append(words("last_added", when=words.window(test.last_added)))
    return f"{what} {', '.join(found)}"


def environment(test: EnvironmentTest, words: Words) -> str:
    """'최근 30일 방문(앱) 1회 이상'."""
    return visits(test.visits, words)


def acquisition(test: AcquisitionTest, words: Words) -> str:
    """'첫 유입: 채널 Paid Search'."""
    if test.touch == "any":
        return visits(test.visits, words)
    return words("first_touch", what=", ".join(_arrivals(test, words)))


def _happened(
    what: str, filters: list[str], window: Window | None, occurrence: Occurrence, count: Count | None, unit: str,
    words: Words,
) -> str:  # fmt: skip
    told, when = what + words.bracketed(filters), words.window(window)
    if occurrence != "any":
        return words(f"{occurrence}_in", what=told, when=when)
    return words("counted", when=when, what=told, count=words.range(count or _ONCE, unit))


def _devices(devices: tuple[str, ...] | None, words: Words) -> list[str]:
    return [words.listed([words(one) for one in devices])] if devices else []


def _arrivals(test: VisitTest | AcquisitionTest, words: Words) -> list[str]:
    return [words(name, what=words.listed(values)) for name in _ARRIVALS if (values := getattr(test, name))]


def _hours(hours: Hours | None, words: Words) -> list[str]:
    return [words("hours", first=hours.from_, last=hours.to)] if hours else []


TEXTS: Final[Phrases] = {
    "counted": ("{when} {what} {count}", "{what}: {count}, {when}"),
    "first_in": ("{when}에 첫 {what}", "first {what} {when}"),
    "last_in": ("{when}에 마지막 {what}", "last {what} {when}"),
    "page_view": ("페이지 조회", "page view"),
    "product_view": ("상품 상세보기", "product view"),
    "category_view": ("카테고리 조회", "category view"),
    "search": ("검색", "search"),
    "add_to_cart": ("장바구니 담기", "adding to the cart"),
    "remove_from_cart": ("장바구니에서 빼기", "taking out of the cart"),
    "begin_checkout": ("주문서 작성 시작", "beginning a checkout"),
    "purchase": ("상품 구매", "purchase of a product"),
    "refund": ("환불", "refund"),
    "sign_up": ("회원 가입", "sign-up"),
    "login": ("로그인", "login"),
    "banner_impression": ("배너 노출", "banner shown"),
    "banner_click": ("배너 클릭", "banner click"),
    "widget_impression": ("추천 위젯 노출", "widget shown"),
    "widget_click": ("추천 위젯 클릭", "widget click"),
    "message_open": ("메시지 열람", "message opened"),
    "message_click": ("메시지 클릭", "message click"),
    "visit": ("방문", "visit"),
    "bought": ("구매", "order"),
    "amount_of": ("구매 금액", "amount bought"),
    "average_of": ("평균 주문 금액", "mean amount of an order"),
    "last_bought": ("마지막 구매{what}가 {when}", "last order{what} {when}"),
    "in_cart": ("현재 장바구니", "cart now:"),
    "cart_items": ("상품 {what}", "products: {what}"),
    "cart_pieces": ("수량 {what}", "pieces: {what}"),
    "cart_amount": ("금액 {what}", "amount: {what}"),
    "last_added": ("마지막 담은 날 {when}", "last put in: {when}"),
    "first_touch": ("첫 유입: {what}", "first came by {what}"),
    "products": ("상품 {what}", "product {what}"),
    "category": ("카테고리 {what} 이하", "category under {what}"),
    "category_is": ("카테고리 {what}", "category {what}"),
    "brand": ("브랜드 {what}", "brand {what}"),
    "name_contains": ("상품명에 {what} 포함", "name with {what}"),
    "query_contains": ("검색어에 {what} 포함", "query with {what}"),
    "url_contains": ("주소에 {what} 포함", "address with {what}"),
    "landing_contains": ("첫 페이지 주소에 {what} 포함", "landing page with {what}"),
    "campaign_contains": ("캠페인 이름에 {what} 포함", "campaign with {what}"),
    "price": ("가격 {what}", "price {what}"),
    "quantity": ("수량 {what}", "pieces {what}"),
    "hours": ("{first}시~{last}시", "from {first}:00 to {last}:00"),
    "page_views": ("페이지 조회 {what}", "page views {what}"),
    "dwell": ("체류 시간 {what}", "stayed {what}"),
    "bounced": ("이탈한 방문", "bounced"),
    "not_bounced": ("이탈하지 않은 방문", "not bounced"),
    "channel": ("채널 {what}", "channel {what}"),
    "source": ("소스 {what}", "source {what}"),
    "medium": ("매체 {what}", "medium {what}"),
    "campaign": ("캠페인 {what}", "campaign {what}"),
    "pc": ("PC", "PC"),
    "mobile_web": ("모바일 웹", "mobile web"),
    "app": ("앱", "app"),
}
