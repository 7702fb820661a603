"""Every feature: its name, what a marketer reads of it, and which features say the same.

Belongs here: names and sentences, Korean and English. Does not belong here: how a figure is computed, which reasons a
customer gets (``reasons``).

``{}`` stands for the value. A decayed count means nothing to a reader: ``shown`` names the feature whose value and
sentence are shown in its place. Features of one ``topic`` are added up before reasons are chosen, so that nobody reads
three times that the cart is full.
"""

from dataclasses import dataclass
from typing import Final

from models.propensity import features_browsing as browsing
from models.propensity import features_orders as orders

MONEY, DAYS, TIMES, SHARE, RATIO = "money", "days", "times", "share", "ratio"


@dataclass(frozen=True)
class Feature:
    """``kind``: how the value is written; ``none_ko``, ``none_en``: the sentence where it is not known or nothing."""

    name: str
    topic: str
    kind: str
    ko: str
    en: str
    none_ko: str
    none_en: str
    shown: str


_NO_ORDER: Final = ("구매한 적 없음", "never bought")
_NO_VISIT: Final = ("방문 기록 없음", "no visit known")


def _of_orders() -> list[Feature]:
    once = "구매가 한 번뿐임", "bought on one day only"
    rows = [
        ("orders", "frequency", TIMES, "지금까지 구매 {}회", "{} orders so far", *_NO_ORDER),
        ("order_days", "frequency", TIMES, "구매한 날 {}일", "bought on {} days", *_NO_ORDER),
        ("last_order_days_ago", "recency", DAYS, "마지막 구매가 {}일 전", "last order {} days ago", *_NO_ORDER),
        ("first_order_days_ago", "tenure", DAYS, "첫 구매가 {}일 전", "first order {} days ago", *_NO_ORDER),
        ("order_gap_mean", "cycle", DAYS, "평균 {}일마다 구매", "buys every {} days on average", *once),
        ("order_gap_spread", "cycle", DAYS, "구매 간격의 편차 ±{}일", "gaps between orders vary by ±{} days", *once),
        ("order_gap_last", "cycle", DAYS, "최근 두 구매 사이가 {}일", "{} days between the last two orders", *once),
        ("cycle_days", "cycle", DAYS, "예상 구매 주기 {}일", "expected to buy every {} days", *_NO_ORDER),
        ("cycle_gone", "cycle", RATIO, "구매 주기의 {}배가 지남", "{} of the own cycles gone by", *_NO_ORDER),
        ("cycle_late_days", "cycle", DAYS, "예상 구매일 기준 {}일", "{} days from the expected order", *_NO_ORDER),
        ("order_rate", "frequency", RATIO, "하루 평균 구매 {}회", "{} orders a day", *_NO_ORDER),
        ("order_silence", "recency", SHARE, "첫 구매 후 {}%의 기간을 쉼", "silent for {}% of the time", *_NO_ORDER),
        ("orders_trend", "frequency", RATIO, "최근 한 달 구매 변화 {}회", "{} orders more last month", *_NO_ORDER),
        ("revenue", "spend", MONEY, "누적 구매액 {}", "spent {} so far", *_NO_ORDER),
        ("order_value", "spend", MONEY, "평균 구매액 {}", "{} an order", *_NO_ORDER),
        ("order_value_most", "spend", MONEY, "가장 큰 구매 {}", "largest order {}", *_NO_ORDER),
        ("last_order_value", "spend", MONEY, "마지막 구매액 {}", "last order {}", *_NO_ORDER),
        ("last_order_value_ratio", "spend", RATIO, "마지막 구매 평소의 {}배", "last order {}x the usual", *_NO_ORDER),
        ("order_pieces", "spend", TIMES, "한 번에 {}개 구매", "{} pieces an order", *_NO_ORDER),
    ]  # fmt: skip
    instead = {"cycle_late_days": "cycle_gone", "order_rate": "order_days", "orders_trend": "orders_30d"}
    found = [Feature(*row, shown=instead.get(row[0], row[0])) for row in rows]
    for days in orders.WINDOWS:
        none = f"최근 {days}일 구매 없음", f"no order in {days} days"
        ko, en = f"최근 {days}일 구매 {{}}회", f"{{}} orders in {days} days"
        found.append(Feature(f"orders_{days}d", "frequency", TIMES, ko, en, *none, f"orders_{days}d"))
        ko, en = f"최근 {days}일 구매액 {{}}", f"spent {{}} in {days} days"
        found.append(Feature(f"revenue_{days}d", "spend", MONEY, ko, en, *none, f"revenue_{days}d"))
    for life, shown in zip(orders.HALF_LIVES, orders.WINDOWS, strict=True):
        found.append(_decayed(f"orders_half_{life}", "frequency", life, "구매", "orders", f"orders_{shown}d"))
    name = f"revenue_half_{orders.HALF_LIVES[1]}"
    return [*found, _decayed(name, "spend", orders.HALF_LIVES[1], "구매액", "spending", "revenue_90d")]


def _decayed(name: str, topic: str, life: int, ko: str, en: str, shown: str) -> Feature:
    ko_text, en_text = f"{ko}, {life}일 전이면 절반으로 셈: {{}}", f"{en}, half as much {life} days ago: {{}}"
    return Feature(name, topic, RATIO, ko_text, en_text, f"{ko} 없음", f"no {en}", shown)


_KIND_NAMES: Final = {
    "views": ("상품 조회", "product views"),
    "carts": ("장바구니", "cart additions"),
    "searches": ("검색", "searches"),
    "checkouts": ("주문서 작성", "checkouts begun"),
    "pages": ("페이지 조회", "page views"),
    "messages": ("메시지 반응", "message reactions"),
    "clicks": ("배너·추천 클릭", "banner and widget clicks"),
}


def _of_events() -> list[Feature]:
    found = []
    for kind, (ko, en) in _KIND_NAMES.items():
        for days in browsing.WINDOWS:
            texts = f"최근 {days}일 {ko} {{}}회", f"{{}} {en} in {days} days"
            none = f"최근 {days}일 {ko} 없음", f"no {en} in {days} days"
            found.append(Feature(f"{kind}_{days}d", kind, TIMES, *texts, *none, f"{kind}_{days}d"))
        for life in browsing.HALF_LIVES:
            shown = f"{kind}_7d" if life < 7 else f"{kind}_30d"
            found.append(_decayed(f"{kind}_half_{life}", kind, life, ko, en, shown))
        texts, none = (f"마지막 {ko} {{}}일 전", f"last {en} {{}} days ago"), (f"{ko} 없음", f"no {en}")
        found.append(Feature(f"{kind}_days_ago", kind, DAYS, *texts, *none, f"{kind}_days_ago"))
    for kind in ("views", "carts"):
        ko, en = _KIND_NAMES[kind]
        texts = f"최근 7일 {ko}가 평소보다 {{}}회 많음", f"{{}} {en} more than usual in 7 days"
        found.append(Feature(f"{kind}_trend", kind, RATIO, *texts, f"{ko} 없음", f"no {en}", f"{kind}_7d"))
    for kind, ko, en in (("refunds", "반품", "refunds"), ("logins", "로그인", "log-ins")):
        found.append(_decayed(f"{kind}_half_30", kind, 30, ko, en, f"{kind}_half_30"))
    return found


def _of_visits() -> list[Feature]:
    empty, once = ("장바구니 비어 있음", "nothing left in the cart"), ("방문이 하루뿐임", "came on one day only")
    rows = [
        ("cart_left", "carts", TIMES, "구매하지 않은 장바구니 {}개", "{} carted and not bought", *empty),
        ("cart_left_days_ago", "carts", DAYS, "장바구니에 담고 {}일째", "carted {} days ago and not bought", *empty),
        ("active_days", "visits", TIMES, "방문한 날 {}일", "there on {} days", *_NO_VISIT),
        ("last_seen_days_ago", "last_seen", DAYS, "마지막 방문이 {}일 전", "last seen {} days ago", *_NO_VISIT),
        ("first_seen_days_ago", "tenure", DAYS, "첫 방문이 {}일 전", "first seen {} days ago", *_NO_VISIT),
        ("known_days", "tenure", DAYS, "알게 된 지 {}일", "known for {} days", *_NO_VISIT),
        ("visit_gap_mean", "visits", DAYS, "평균 {}일마다 방문", "comes every {} days", *once),
        ("active_rate", "visits", RATIO, "하루 평균 방문 {}회", "{} visits a day", *_NO_VISIT),
        ("visit_gap_gone", "last_seen", RATIO, "방문 주기의 {}배 지남", "{} usual gaps since a visit", *_NO_VISIT),
        ("weekend_share", "habits", SHARE, "방문의 {}%가 주말", "{}% of visits on weekends", *_NO_VISIT),
        ("app_share", "habits", SHARE, "활동의 {}%가 앱", "{}% in the app", *_NO_VISIT),
        ("pc_share", "habits", SHARE, "활동의 {}%가 PC", "{}% on a PC", *_NO_VISIT),
        ("visits", "visits", TIMES, "최근 반년 방문 {}회", "{} visits in half a year", *_NO_VISIT),
        ("visit_seconds", "depth", TIMES, "방문당 {}초 머무름", "stays {} seconds a visit", *_NO_VISIT),
        ("seconds_7d", "depth", TIMES, "최근 7일 {}초 머무름", "{} seconds in 7 days", *_away(7)),
        ("visit_pages", "depth", TIMES, "방문당 {}페이지", "{} pages a visit", *_NO_VISIT),
        ("bounce_share", "depth", SHARE, "방문의 {}%가 한 페이지", "{}% of visits see one page", *_NO_VISIT),
        ("direct_share", "habits", SHARE, "방문의 {}%가 직접 유입", "{}% of visits come directly", *_NO_VISIT),
    ]  # fmt: skip
    instead = {"active_rate": "active_days", "visit_gap_gone": "last_seen_days_ago"}
    found = [Feature(*row, shown=instead.get(row[0], row[0])) for row in rows]
    for days in (7, 30, 90):
        texts, none = (f"최근 {days}일 중 {{}}일 방문", f"there on {{}} of {days} days"), _away(days)
        found.append(Feature(f"active_days_{days}d", "visits", TIMES, *texts, *none, f"active_days_{days}d"))
        found.append(
            _decayed(f"active_half_{days}", "visits", days, "방문한 날", "days with a visit", f"active_days_{days}d")
        )
    for days in (7, 30):
        texts = f"최근 {days}일 방문 {{}}회", f"{{}} visits in {days} days"
        found.append(Feature(f"visits_{days}d", "visits", TIMES, *texts, *_away(days), f"visits_{days}d"))
    for life in browsing.HALF_LIVES:
        found.append(
            _decayed(f"visits_half_{life}", "visits", life, "방문", "visits", f"visits_{7 if life < 30 else 30}d")
        )
    return found


def _away(days: int) -> tuple[str, str]:
    return f"최근 {days}일 방문 없음", f"no visit in {days} days"


CATALOGUE: Final = {feature.name: feature for feature in [*_of_orders(), *_of_events(), *_of_visits()]}
FEATURES: Final = tuple(CATALOGUE)
