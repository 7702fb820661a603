"""Words on previews, in Korean and English.

Belongs here: words. Does not belong here: where they stand (``page.html.j2``).
"""

from typing import Final

_WORDS: Final[dict[str, tuple[str, str]]] = {
    "preview": ("미리보기", "Preview"),
    "sms": ("문자", "Text message"),
    "alimtalk": ("카카오 알림톡", "AlimTalk"),
    "brand_message": ("카카오 브랜드 메시지", "Brand Message"),
    "push": ("앱 푸시", "Push"),
    "email": ("이메일", "E-mail"),
    "onsite": ("온사이트", "On-site"),
    "bytes": ("바이트", "bytes"),
    "now": ("지금", "now"),
    "picture": ("이미지", "Picture"),
    "more": ("더보기", "More"),
    "coupon": ("쿠폰", "Coupon"),
    "alimtalk_arrived": ("알림톡 도착", "AlimTalk has arrived"),
    "ad": ("(광고)", "(광고)"),
    "opt_out_channel": ("수신거부: 채널 홈 > 차단", "Opt out: channel home > block"),
    "substitute": ("대체 문자", "Substitute text message"),
    "skipped": ("이 고객에게는 보내지 않습니다", "This customer gets no message"),
    "desktop": ("데스크톱", "Desktop"),
    "mobile": ("모바일", "Mobile"),
    "subject": ("제목", "Subject"),
    "from": ("보낸 사람", "From"),
    "text_part": ("텍스트 본문", "Text part"),
    "hide_7_days": ("7일간 보지 않기", "Not for 7 days"),
    "daily": ("오늘 하루 보지 않기", "Not today"),
    "once": ("닫기", "Close"),
    "kind_TEXT": ("텍스트형", "text"),
    "kind_IMAGE": ("이미지형", "picture"),
    "kind_WIDE_IMAGE": ("와이드 이미지형", "wide picture"),
    "kind_WIDE_ITEM_LIST": ("와이드 리스트형", "wide list"),
    "kind_COMMERCE": ("커머스형", "product"),
    "kind_CAROUSEL_FEED": ("캐러셀 피드형", "carousel"),
    "kind_CAROUSEL_COMMERCE": ("캐러셀 커머스형", "carousel of products"),
}


def words(locale: str) -> dict[str, str]:
    """All words by key; every locale but ``ko`` is English."""
    return {key: korean if locale == "ko" else english for key, (korean, english) in _WORDS.items()}
