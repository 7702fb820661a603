"""What the daily diagnosis says, in Korean and English, on its page and in its message.

Belongs here: phrases, and numbers as people write them. Does not belong here: what is shown (``diagnosis``,
``diagnosis_text``).
"""

import datetime as dt
from math import isinf
from typing import Final

from models.reports.diagnosis_facts import Remark
from models.reports.formats import Formats
from models.reports.questions import Unit, Value
from models.reports.results_words import ResultWords
from models.reports.segment_words import ReportWords
from models.words import Locale, Phrases, Words

_COUNTED: Final = {"visitors": "people", "orders": "times"}
_WEEKDAYS: Final = {"ko": "월화수목금토일", "en": ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")}


class DiagnosisWords(Words):
    """Phrases and numbers of one language; ``currency`` as ISO 4217 names it."""

    def __init__(self, locale: Locale, currency: str = "KRW") -> None:
        super().__init__(locale, PHRASES)
        self.formats = Formats(locale, currency)
        self.results = ResultWords(locale, currency)
        self._names = ReportWords(locale, currency)

    def value(self, value: Value, unit: Unit) -> str:
        """A value as people write it; a dash for none."""
        return self.formats.value(value, unit)

    def channel(self, name: object) -> str:
        """A channel that visitors come by, as people call it."""
        return self._names.named("channel", name)

    def widget(self, name: object) -> str:
        """A recommendation widget as people call it; nothing for one without a name of its own."""
        key = f"widget_{name}"
        return self.results(key) if self.results.known(key) else ""

    def hour(self, hour: int | None) -> str:
        """'20시~21시'."""
        return "–" if hour is None else self("hour", hour=hour, next=(hour + 1) % 24)

    def day(self, day: dt.date) -> str:
        """'10월 30일(목)'."""
        weekday = _WEEKDAYS[self.locale][day.weekday()]
        return self("day", year=day.year, month=day.month, day=day.day, weekday=weekday, iso=day.isoformat())

    def remark(self, remark: Remark) -> str:
        """'모바일 이탈률이 지난주 같은 요일보다 4.2%p 높습니다 (22.1% → 26.3%).'"""
        kind = "points" if remark.is_rate else "new" if isinf(remark.change) else "percent"
        direction = "up" if remark.change > 0 else "down"
        return self(
            f"remark_{kind}_{direction}",
            device=self(f"device_{remark.device}"),
            metric=self(f"subject_{remark.metric}"),
            since=self(f"since_{remark.since}"),
            size=f"{abs(remark.change) * 100:.1f}" if not isinf(remark.change) else "",
            now=self._of(remark.metric, remark.now),
            before=self._of(remark.metric, remark.before),
        )

    def _of(self, metric: str, value: float) -> str:
        """A value of a metric that remarks are made of, with what is counted."""
        if metric in _COUNTED:
            return self(_COUNTED[metric], number=self.value(value, "count"))
        return self.value(value, "money" if metric == "revenue" else "rate")


PHRASES: Final[Phrases] = {
    "day": ("{month}월 {day}일({weekday})", "{weekday} {iso}"),
    "hour": ("{hour}시~{next}시", "{hour:02d}:00–{next:02d}:00"),
    "device_all": ("전체", "Overall"),
    "device_pc": ("PC", "PC"),
    "device_mobile": ("모바일", "Mobile"),
    "since_week": ("지난주 같은 요일", "a week ago"),
    "since_day": ("전날", "the day before"),
    "subject_revenue": ("매출이", "revenue"),
    "subject_orders": ("주문이", "orders"),
    "subject_conversion_rate": ("구매 전환율이", "conversion rate"),
    "subject_visitors": ("방문자가", "visitors"),
    "subject_bounce_rate": ("이탈률이", "bounce rate"),
    "remark_points_up": (
        "{device} {metric} {since}보다 {size}%p 높습니다 ({before} → {now}).",
        "{device} {metric} {size} pp above {since} ({before} → {now}).",
    ),
    "remark_points_down": (
        "{device} {metric} {since}보다 {size}%p 낮습니다 ({before} → {now}).",
        "{device} {metric} {size} pp below {since} ({before} → {now}).",
    ),
    "remark_percent_up": (
        "{device} {metric} {since}보다 {size}% 늘었습니다 ({before} → {now}).",
        "{device} {metric} {size}% above {since} ({before} → {now}).",
    ),
    "remark_percent_down": (
        "{device} {metric} {since}보다 {size}% 줄었습니다 ({before} → {now}).",
        "{device} {metric} {size}% below {since} ({before} → {now}).",
    ),
    "remark_new_up": (
        "{device} {metric} {since}에는 없었으나 {now}입니다.",
        "{device} {metric} {now}, none on {since}.",
    ),
    "remark_none": ("{since}과 크게 다르지 않은 하루였습니다.", "A day much like {since}."),
    "remark_perhaps": ("굳이 꼽으면 {remark} 우연일 수 있습니다.", "Largest, perhaps by chance: {remark}"),
    "remark_no_more": ("그 밖에 두드러진 변화는 없습니다.", "Nothing else stands out."),
    "remark_nothing_before": ("비교할 지난 데이터가 아직 없습니다.", "There is nothing yet to compare the day with."),
    "none": ("없음", "none"),
    "people": ("{number}명", "{number}"),
    "times": ("{number}건", "{number}"),
    "product_line": (
        "{rank}. {name} (주문 {orders}건 · {revenue})",
        "{rank}. {name} ({orders} orders, {revenue})",
    ),
    "campaign_line": (
        "클릭 {clicks} · 주문 {orders} · 매출 {revenue}",
        "{clicks}, {orders}, {revenue}",
    ),
    "short_funnel_visits": ("방문", "visits"),
    "short_funnel_product_views": ("상품", "products"),
    "short_funnel_carts": ("장바구니", "carts"),
    "short_funnel_checkouts": ("주문서", "forms"),
    "short_funnel_orders": ("주문", "orders"),
    "title": ("일일 진단 리포트", "Daily diagnosis"),
    "footer": (
        "방문은 로봇을 뺀 세션이고, 비율과 평균은 세션 기준입니다.",
        "Visits are sessions without robots; rates and means are per session.",
    ),
    "changes": ("눈에 띄는 변화", "What changed"),
    "changes_text": (
        "우연히 나타나기 어려운(100번에 한 번 미만) 변화를 뚜렷한 순서로 보여 드립니다.",
        "Changes that chance alone would bring in fewer than 1 of 100 days, the clearest first.",
    ),
    "compared_text": ("카드의 변화는 {since}과 비교한 값입니다.", "Cards show the change on {since}."),
    "figure": ("지표", "figure"),
    "that_day": ("당일", "that day"),
    "change": ("변화", "change"),
    "visitors": ("방문자", "visitors"),
    "new_visitors": ("신규 방문자", "new visitors"),
    "returning_visitors": ("재방문자", "returning visitors"),
    "sessions": ("방문(세션)", "sessions"),
    "bounce_rate": ("이탈률", "bounce rate"),
    "page_views_per_session": ("방문당 페이지뷰", "page views per session"),
    "product_views_per_session": ("방문당 상품 조회", "product views per session"),
    "dwell_seconds_per_session": ("평균 체류시간", "time per session"),
    "conversion_rate": ("구매 전환율", "conversion rate"),
    "orders": ("주문", "orders"),
    "revenue": ("매출", "revenue"),
    "refund_amount": ("환불", "refunds"),
    "peak_order_hour": ("주문이 가장 많은 시간", "busiest hour"),
    "hours": ("{device} · 시간대별 주문", "{device} · orders by hour"),
    "hours_sheet": ("{device} 시간대", "{device} hours"),
    "hours_says": (
        "{device} 시간대별 주문 수. 주문이 가장 많은 시간은 {hour}.",
        "{device}: orders by hour of the day, most of them at {hour}.",
    ),
    "hour_title": ("시간", "hour"),
    "no_orders": ("이날은 주문이 없었습니다.", "There were no orders on this day."),
    "funnel": ("{device} · 구매 여정", "{device} · funnel"),
    "funnel_sheet": ("{device} 구매 여정", "{device} funnel"),
    "funnel_visits": ("방문", "visits"),
    "funnel_product_views": ("상품 조회", "product views"),
    "funnel_carts": ("장바구니", "carts"),
    "funnel_checkouts": ("주문서 작성", "checkouts"),
    "funnel_orders": ("주문 완료", "orders"),
    "step": ("단계", "step"),
    "of_step": ("앞 단계 대비", "of the step before"),
    "no_visits": ("이날은 방문이 없었습니다.", "Nobody came on this day."),
    "referrers": ("{device} · 유입 TOP 3", "{device} · top 3 referrers"),
    "referrers_sheet": ("{device} 유입", "{device} referrers"),
    "rank": ("순위", "rank"),
    "source": ("유입 사이트", "site"),
    "channel": ("채널", "channel"),
    "share": ("비중", "share"),
    "products": ("상품", "Products"),
    "product": ("상품", "product"),
    "views": ("조회", "views"),
    "carts": ("장바구니", "carts"),
    "quantity": ("수량", "pieces"),
    "order_rate": ("조회 대비 주문", "orders per view"),
    "no_products": ("이날 조회하거나 주문한 상품이 없습니다.", "No product was looked at or ordered on this day."),
    "campaigns_onsite": ("온사이트 캠페인", "On-site campaigns"),
    "campaigns_onsite_text": ("사이트 안 배너의 하루 성과입니다.", "Banners on the site, on this day."),
    "campaigns_recommendation": ("추천 캠페인", "Recommendations"),
    "campaigns_recommendation_text": (
        "추천 위젯에서 클릭한 상품이 주문으로 이어진 성과입니다.",
        "Orders of products that were clicked in a recommendation.",
    ),
    "campaigns_message": ("메시지 캠페인", "Messages"),
    "campaigns_message_text": (
        "이날의 클릭과, 이날의 주문 가운데 메시지 덕분으로 집계한 주문입니다(마지막 클릭, 7일).",
        "Clicks of this day, and its orders that count for a message (last click, 7 days).",
    ),
    "name_onsite": ("배너", "banner"),
    "name_recommendation": ("추천 위젯", "widget"),
    "name_message": ("캠페인", "campaign"),
    "none_onsite": ("이날 노출된 온사이트 캠페인이 없습니다.", "No on-site campaign was shown on this day."),
    "none_recommendation": ("이날 노출된 추천이 없습니다.", "No recommendation was shown on this day."),
    "none_message": ("이날 메시지 성과가 없습니다.", "No message had results on this day."),
    "impressions": ("노출", "impressions"),
    "clicks": ("클릭", "clicks"),
    "ctr": ("클릭률", "click rate"),
}
