"""Where visits come from and with what: hosts, referrers, campaigns, user agents, fixed pages.

Belongs here: vocabulary of the traffic. Does not belong here: who comes when (``visits``).
"""

from dataclasses import dataclass
from typing import Final
from urllib.parse import quote

HOSTS: Final = ("https://www.dangolshop.co.kr", "https://m.dangolshop.co.kr", "https://app.dangolshop.co.kr")
DEVICES: Final = ("pc", "mobile_web", "app")  # the same order as HOSTS
PC, MOBILE, APP = 0, 1, 2

# Kinds of pages; CART, CHECKOUT, COMPLETE follow each other in a checkout.
HOME, CATEGORY, SEARCH, PRODUCT, CONTENT, MYPAGE, LOGIN, JOIN, CART, CHECKOUT, COMPLETE = range(11)
FIXED_PATHS: Final = {
    HOME: ("/",),
    CONTENT: ("/exhibition/weekly", "/exhibition/new-season", "/event/coupon", "/board/review", "/lookbook/editors"),
    MYPAGE: ("/myshop/index.html",),
    LOGIN: ("/member/login.html",),
    JOIN: ("/member/join.html",),
    CART: ("/order/basket.html",),
    CHECKOUT: ("/order/orderform.html",),
    COMPLETE: ("/order/order_result.html",),
}


@dataclass(frozen=True)
class Entry:
    """One way into the shop. ``weights`` are for (pc, mobile_web, app); ``lands`` the kinds of the first page."""

    key: str
    weights: tuple[float, float, float]
    referrers: tuple[str | None, ...]
    lands: dict[int, float]
    utm: tuple[str, str] | None = None  # source and medium; the campaign is added per week
    campaigns: tuple[str, ...] = ()
    message: str | None = None  # channel of the message that was clicked


_WORDS = ("원피스 추천", "여성 자켓", "시카 토너", "가을 코트", "단골샵", "남성 향수", "쿠션 추천", "트레킹화")
_NAVER = tuple(f"https://search.naver.com/search.naver?where=nexearch&query={quote(word)}" for word in _WORDS)
_DEEP = {HOME: 0.15, PRODUCT: 0.55, CATEGORY: 0.25, CONTENT: 0.05}
_FRONT = {HOME: 0.7, PRODUCT: 0.15, CATEGORY: 0.1, MYPAGE: 0.05}
_PROMO = {CONTENT: 0.45, PRODUCT: 0.4, HOME: 0.15}
_WEEKLY = ("weekly_best", "new_arrivals", "timesale")

ENTRIES: Final = (
    Entry("direct", (22, 18, 55), (None,), _FRONT),
    Entry("naver_search", (20, 17, 0), (*_NAVER, "https://m.search.naver.com/search.naver?query=dangolshop"), _DEEP),
    Entry("naver_shopping", (9, 9, 0), ("https://search.shopping.naver.com/", "https://msearch.shopping.naver.com/"),
          {PRODUCT: 1.0}),
    Entry("naver_blog", (4, 5, 0), ("https://blog.naver.com/dailylook_/223581", "https://m.blog.naver.com/bb/2237"),
          _DEEP),
    Entry("naver_cafe", (4, 4, 0), ("https://cafe.naver.com/firenze/8412", "https://m.cafe.naver.com/ca-fe/cosmania"),
          _DEEP),
    Entry("daum", (3, 2, 0), ("https://search.daum.net/search?w=tot&q=" + quote("여성 블라우스"),), _DEEP),
    Entry("google", (9, 7, 0), ("https://www.google.com/", "https://www.google.co.kr/"), _DEEP),
    Entry("instagram", (2, 9, 0), ("https://l.instagram.com/", "https://www.instagram.com/"), _PROMO),
    Entry("facebook", (1, 3, 0), ("https://lm.facebook.com/", "https://m.facebook.com/"), _PROMO),
    Entry("youtube", (3, 4, 0), ("https://www.youtube.com/", "https://m.youtube.com/"), _DEEP),
    Entry("kakao_share", (1, 3, 0), ("https://talk.kakao.com/", None), {PRODUCT: 1.0}),
    Entry("comparison", (4, 2, 0), ("https://prod.danawa.com/", "https://www.enuri.com/"), {PRODUCT: 1.0}),
    Entry("other_site", (3, 2, 0), ("https://theqoo.net/beauty", "https://www.fmkorea.com/", "https://ruliweb.com/"),
          _DEEP),
    Entry("naver_ads", (7, 6, 0), ("https://search.naver.com/search.naver?query=" + quote("가을 자켓"), None), _PROMO,
          ("naver", "cpc"), ("brandsearch", "powerlink", "shopping_search")),
    Entry("google_ads", (4, 4, 0), ("https://www.google.com/", "https://googleads.g.doubleclick.net/"), _PROMO,
          ("google", "cpc"), ("pmax_all", "search_brand")),
    Entry("meta_ads", (1, 7, 1), ("https://l.instagram.com/", "https://lm.facebook.com/", None), _PROMO,
          ("meta", "paid_social"), ("lookalike_fw", "retarget_cart")),
    Entry("email", (4, 2, 0), (None, "https://mail.naver.com/"), _PROMO, ("newsletter", "email"), _WEEKLY, "email"),
    Entry("kakao", (0.5, 6, 6), (None,), _PROMO, ("kakao", "brandmessage"), _WEEKLY, "kakao"),
    Entry("push", (0, 0, 12), (None,), _PROMO, ("dangol", "push"), _WEEKLY, "push"),
    Entry("sms", (0, 3, 1), (None,), _PROMO, ("dangol", "sms"), ("coupon_expiry", "restock"), "sms"),
)  # fmt: skip
GATEWAYS: Final = (
    "https://pay.toss.im/payfront/auth", "https://mobile.inicis.com/smart/payment/", "https://stdpay.inicis.com/",
    "https://online-pay.kakao.com/mockup/v1/", "https://orders.pay.naver.com/order/result/", "https://ksmobile.inicis.com/",
)  # fmt: skip

_CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/{v}.0.0.0"
_IPHONE = "Mozilla/5.0 (iPhone; CPU iPhone OS {v} like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko)"
_ANDROID = "Mozilla/5.0 (Linux; Android {v}; {m})"
_MAC = "Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7)"
AGENTS_PC: Final = (
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME.format(v=139)} Safari/537.36",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME.format(v=138)} Safari/537.36 Edg/138.0.0.0",
    f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {_CHROME.format(v=130)} Whale/4.32.315.22 Safari/537.36",
    f"{_MAC} AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.5 Safari/605.1.15",
    f"{_MAC} {_CHROME.format(v=139)} Safari/537.36",
    "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:141.0) Gecko/20100101 Firefox/141.0",
)
AGENTS_MOBILE: Final = (
    f"{_IPHONE.format(v='18_5')} Version/18.5 Mobile/15E148 Safari/604.1",
    f"{_ANDROID.format(v=15, m='SM-S938N')} {_CHROME.format(v=138)} Mobile Safari/537.36",
    f"{_ANDROID.format(v=14, m='SM-F741N')} AppleWebKit/537.36 (KHTML, like Gecko) SamsungBrowser/28.0 "
    "Chrome/130.0.0.0 Mobile Safari/537.36",
    f"{_IPHONE.format(v='18_5')} Mobile/15E148 NAVER(inapp; search; 2000; 12.14.1; 16PRO)",
    f"{_ANDROID.format(v=15, m='SM-S931N; wv')} {_CHROME.format(v=138)} Mobile Safari/537.36 KAKAOTALK/25.6.1 (INAPP)",
    f"{_IPHONE.format(v='17_6')} Mobile/15E148 Instagram 390.0.0.28.85 (iPhone15,2; iOS 17_6; ko_KR)",
)
AGENTS_APP: Final = (
    f"{_IPHONE.format(v='18_5')} Mobile/15E148 DangolShopApp/4.2.1 (iOS)",
    f"{_ANDROID.format(v=15, m='SM-S938N; wv')} {_CHROME.format(v=138)} Mobile Safari/537.36 DangolShopApp/4.2.0",
    f"{_ANDROID.format(v=13, m='SM-A546S; wv')} {_CHROME.format(v=124)} Mobile Safari/537.36 DangolShopApp/4.1.7",
)
AGENTS_BOT: Final = (
    "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)",
    "Mozilla/5.0 (compatible; Yeti/1.1; +https://naver.me/spd)",
    "Mozilla/5.0 (compatible; bingbot/2.0; +http://www.bing.com/bingbot.htm)",
    "Mozilla/5.0 (compatible; Daum/4.1; +http://cs.daum.net/faq/15/4118.html?faqId=28966)",
    "Mozilla/5.0 (compatible; AhrefsBot/7.0; +http://ahrefs.com/robot/)",
    "python-requests/2.32.4",
    "facebookexternalhit/1.1 (+http://www.facebook.com/externalhit_uatext.php)",
)
AGENTS: Final = (*AGENTS_PC, *AGENTS_MOBILE, *AGENTS_APP, *AGENTS_BOT)
AGENT_RANGES: Final = ((0, 6), (6, 12), (12, 15), (15, 22))  # of pc, mobile_web, app, bots in AGENTS

# Visits by hour of the shop's day: what most people do, and what night owls do.
HOURS: Final = (
    2.2, 1.2, 0.6, 0.4, 0.3, 0.5, 1.2, 2.6, 4.0, 5.0, 5.8, 5.6, 6.4, 6.0, 5.2, 4.9, 4.8, 4.7, 4.4, 5.0, 6.3, 7.6, 7.9,
    5.4,
)  # fmt: skip
NIGHT_HOURS: Final = (
    16, 17, 14, 9, 3, 0.5, 0.3, 0.3, 0.4, 0.5, 0.8, 1, 1.5, 1.5, 1, 1, 1, 1, 1.2, 1.5, 2.5, 4, 7, 13,
)  # fmt: skip
WEEKDAYS: Final = (1.12, 1.06, 1.02, 1.0, 0.92, 0.85, 1.03)  # Monday first
