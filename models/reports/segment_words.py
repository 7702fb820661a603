"""What the report on a segment says, in Korean and English.

Belongs here: phrases, and numbers as people write them. Does not belong here: what the report shows (``segment``).
"""

from typing import Final

from models.words import Locale, Phrases, Words

_MINUTE: Final = 60


class ReportWords(Words):
    """Phrases and numbers of one language; ``currency`` as ISO 4217 names it."""

    def __init__(self, locale: Locale, currency: str = "KRW") -> None:
        super().__init__(locale, PHRASES)
        self._currency = currency

    def value(self, number: float | None, unit: str) -> str:
        """A figure of ``unit`` count, money, number, seconds or rate; a dash for none."""
        if number is None:
            return "–"
        if unit == "rate":
            return f"{number:.1%}"
        if unit == "seconds":
            return self._duration(number)
        if unit == "money":
            return self._money(number)
        return f"{number:,.0f}" if unit == "count" else f"{number:,.1f}"

    def named(self, kind: str, value: object) -> str:
        """A device or channel as people call it; what has no name of its own as it is."""
        key = f"{kind}_{value}"
        return self(key) if self.known(key) else str(value or self("unknown"))

    def _duration(self, seconds: float) -> str:
        minutes, rest = divmod(round(seconds), _MINUTE)
        if self.locale == "ko":
            return f"{minutes}분 {rest}초" if minutes else f"{rest}초"
        return f"{minutes} min {rest} s" if minutes else f"{rest} s"

    def _money(self, amount: float) -> str:
        number = f"{amount:,.0f}" if self._currency in ("KRW", "JPY") else f"{amount:,.2f}"
        return f"{number}원" if (self.locale, self._currency) == ("ko", "KRW") else f"{number} {self._currency}"


PHRASES: Final[Phrases] = {
    "title": ("세그먼트 리포트: {name}", "Segment report: {name}"),
    "subtitle": (
        "{period} · 고객 {members}명 중 {visitors}명 방문",
        "{period} · {visitors} of {members} customers came",
    ),
    "last_hours": ("최근 {hours}시간 ({since} ~ {until})", "The last {hours} hours ({since} to {until})"),
    "days": ("{since} ~ {until}", "{since} to {until}"),
    "footer": (
        "방문은 로봇을 뺀 세션입니다. 사이트 전체에는 이 세그먼트도 들어 있습니다. "
        "%p는 두 비율의 차이, %는 사이트 평균에 대한 비율입니다.",
        "Visits are sessions without robots. The whole shop includes this segment. "
        "Points (pp) are the difference of two rates, per cent is relative to the shop's average.",
    ),
    "shares": ("사이트에서 차지하는 비중", "Share of the whole shop"),
    "compared": ("사이트 평균과 비교", "Compared with the average of the shop"),
    "of_site": ("사이트 전체 {site} 중 {segment}", "{segment} of {site}"),
    "average": ("사이트 평균 {site}", "average {site}"),
    "points": ("{difference:+.1f}%p ({percent:+.1f}%)", "{difference:+.1f} pp ({percent:+.1f}%)"),
    "percent": ("{percent:+.1f}%", "{percent:+.1f}%"),
    "figure_customers": ("방문 고객", "visiting customers"),
    "figure_visits": ("방문", "visits"),
    "figure_page_views": ("페이지뷰", "page views"),
    "figure_orders": ("주문", "orders"),
    "figure_revenue": ("매출", "revenue"),
    "figure_page_views_per_visit": ("방문당 페이지뷰", "page views per visit"),
    "figure_dwell_seconds_per_visit": ("평균 체류시간", "time per visit"),
    "figure_purchase_rate": ("구매율", "purchase rate"),
    "figure_average_order_value": ("객단가", "average order value"),
    "figure_new_visit_rate": ("신규 방문 비율", "share of first visits"),
    "bought": ("많이 구매한 상품 TOP {top}", "Top {top} products bought"),
    "carted": ("장바구니에 많이 담은 상품 TOP {top}", "Top {top} products put into carts"),
    "no_bought": ("이 기간에 구매한 상품이 없습니다.", "Nothing was bought in this period."),
    "no_carted": ("이 기간에 장바구니에 담은 상품이 없습니다.", "Nothing was put into carts in this period."),
    "rank": ("순위", "rank"),
    "product": ("상품", "product"),
    "quantity": ("수량", "pieces"),
    "people": ("고객", "customers"),
    "share": ("비중", "share"),
    "site_share": ("사이트", "shop"),
    "devices": ("기기별 방문", "Visits by device"),
    "channels": ("유입 채널별 방문", "Visits by channel"),
    "hours": ("시간대별 방문", "Visits by hour of the day"),
    "segment": ("이 세그먼트", "this segment"),
    "site": ("사이트 전체", "whole shop"),
    "no_visits": ("이 기간에 방문이 없습니다.", "Nobody came in this period."),
    "unknown": ("알 수 없음", "unknown"),
    "device_pc": ("PC", "PC"),
    "device_mobile_web": ("모바일 웹", "mobile web"),
    "device_app": ("앱", "app"),
    "channel_Direct": ("직접 유입", "Direct"),
    "channel_Organic Search": ("자연 검색", "Organic Search"),
    "channel_Paid Search": ("검색 광고", "Paid Search"),
    "channel_Organic Social": ("소셜", "Organic Social"),
    "channel_Paid Social": ("소셜 광고", "Paid Social"),
    "channel_Organic Shopping": ("쇼핑 검색", "Organic Shopping"),
    "channel_Paid Shopping": ("쇼핑 광고", "Paid Shopping"),
    "channel_Organic Video": ("동영상", "Organic Video"),
    "channel_Paid Video": ("동영상 광고", "Paid Video"),
    "channel_Kakao Message": ("카카오 메시지", "Kakao Message"),
    "channel_Mobile Push Notifications": ("앱 푸시", "Mobile Push"),
    "channel_SMS": ("문자", "SMS"),
    "channel_Email": ("이메일", "Email"),
    "channel_Referral": ("추천 사이트", "Referral"),
    "channel_Display": ("디스플레이 광고", "Display"),
    "channel_Unassigned": ("미분류", "Unassigned"),
}
