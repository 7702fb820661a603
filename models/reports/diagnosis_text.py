"""The daily diagnosis as an AlimTalk: a template to have approved, and the values of its variables for a day.

Belongs here: the text with its variables, the template document, the values. Does not belong here: sending
(``assets.reports``), who gets it (settings), the page (``diagnosis``).

The template informs: what its recipients asked for, nothing that advertises, so that it may go at any hour. Kakao takes
1,000 characters with the variables filled; what has no fixed length (names of products and sites, remarks) is cut so
that the whole always fits. A variable is never empty and never breaks a line.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, Final

import polars as pl

from models.messages.letters import units
from models.reports.diagnosis_facts import FUNNEL, PRODUCTS, DayFacts, Kind, campaigns, referrers, remarks
from models.reports.diagnosis_words import DiagnosisWords
from models.words import Locale

TEMPLATE_ID: Final = "daily-diagnosis"
MOST: Final = 1_000  # characters, variables filled
_REMARKS: Final = 2
_TOP: Final = 3
_SITE_LETTERS: Final = 16
_PRODUCT_LETTERS: Final = 20
_REMARK_LETTERS: Final = 80

_TEXTS: Final[Mapping[Locale, str]] = {
    "ko": """[#{쇼핑몰 이름}] 일일 진단 리포트
#{기준일}

■ 전체
방문자 #{전체 방문자} (신규 #{신규 방문자} · 재방문 #{재방문자})
이탈률 #{전체 이탈률}
주문 #{전체 주문} · 매출 #{전체 매출}
주문이 많은 시간 #{주문 많은 시간}
방문당 페이지뷰 #{페이지뷰} · 상품 조회 #{상품 조회}
평균 체류시간 #{체류시간}
유입 TOP3 #{유입 사이트}
구매 여정 #{퍼널}

■ PC
방문자 #{PC 방문자} · 이탈률 #{PC 이탈률}
주문 #{PC 주문} · 매출 #{PC 매출}

■ 모바일
방문자 #{모바일 방문자} · 이탈률 #{모바일 이탈률}
주문 #{모바일 주문} · 매출 #{모바일 매출}

■ 상품
#{상품 1위}
#{상품 2위}
#{상품 3위}

■ 캠페인
온사이트 #{온사이트 성과}
추천 #{추천 성과}
메시지 #{메시지 성과}

■ 눈에 띄는 변화
#{변화 1}
#{변화 2}

이 메시지는 쇼핑몰 관리자가 수신을 신청한 담당자에게 매일 발송됩니다.""",
    "en": """[#{쇼핑몰 이름}] Daily diagnosis
#{기준일}

■ All devices
Visitors #{전체 방문자} (#{신규 방문자} new, #{재방문자} returning)
Bounce rate #{전체 이탈률}
Orders #{전체 주문}, revenue #{전체 매출}
Most orders at #{주문 많은 시간}
Per visit #{페이지뷰} pages, #{상품 조회} products, #{체류시간}
From #{유입 사이트}
Funnel #{퍼널}

■ PC
Visitors #{PC 방문자}, bounce rate #{PC 이탈률}
Orders #{PC 주문}, revenue #{PC 매출}

■ Mobile
Visitors #{모바일 방문자}, bounce rate #{모바일 이탈률}
Orders #{모바일 주문}, revenue #{모바일 매출}

■ Products
#{상품 1위}
#{상품 2위}
#{상품 3위}

■ Campaigns (clicks, orders, revenue)
On-site #{온사이트 성과}
Recommended #{추천 성과}
Messages #{메시지 성과}

■ Changes
#{변화 1}
#{변화 2}

Sent daily to marketers named by the shop.""",
}
_BUTTON: Final[Mapping[Locale, str]] = {"ko": "리포트 보기", "en": "Open the report"}


def diagnosis_template(locale: Locale, report_url: str = "") -> dict[str, Any]:
    """The template as a document to apply and have inspected. ``report_url``: where pages can be opened; with it there
    is a button."""
    alimtalk: dict[str, Any] = {"code": "DGDIAGNOSIS01", "type": "BA", "text": _TEXTS[locale]}
    if report_url:
        link = f"{report_url}/days/#{{리포트 날짜}}.html"
        alimtalk["buttons"] = [{"type": "WL", "name": _BUTTON[locale], "mobile": link, "pc": link}]
    name = "일일 진단 리포트" if locale == "ko" else "Daily diagnosis"
    return {"id": TEMPLATE_ID, "name": name, "purpose": "information", "alimtalk": alimtalk}


def diagnosis_values(facts: DayFacts, words: DiagnosisWords) -> dict[str, str]:
    """A text for each variable but the mall's name, which every message knows. Raises ValueError for a day that nothing
    is known of."""
    if not facts.is_there:
        raise ValueError(f"nothing is known of {facts.day}")
    return {
        "기준일": words.day(facts.day),
        "리포트 날짜": facts.day.isoformat(),
        **_shop(facts, words),
        **_device(facts, "all", "전체", words),
        **_device(facts, "pc", "PC", words),
        **_device(facts, "mobile", "모바일", words),
        **_products(facts, words),
        **_campaigns(facts, words),
        **_changes(facts, words),
    }


def _device(facts: DayFacts, device: str, name: str, words: DiagnosisWords) -> dict[str, str]:
    row = facts.row(device) or {}
    return {
        f"{name} 방문자": words("people", number=words.value(row.get("visitors", 0), "count")),
        f"{name} 이탈률": words.value(row.get("bounce_rate"), "rate"),
        f"{name} 주문": words("times", number=words.value(row.get("orders", 0), "count")),
        f"{name} 매출": words.value(row.get("revenue", 0.0), "money"),
    }


def _shop(facts: DayFacts, words: DiagnosisWords) -> dict[str, str]:
    row = facts.row("all") or {}
    sites = [_cut(str(one["source"]), _SITE_LETTERS) for one in facts.rows(referrers("all")).head(_TOP).to_dicts()]
    return {
        "신규 방문자": words("people", number=words.value(row["new_visitors"], "count")),
        "재방문자": words("people", number=words.value(row["returning_visitors"], "count")),
        "주문 많은 시간": words.hour(row["peak_order_hour"]),
        "페이지뷰": words.value(row["page_views_per_session"], "number"),
        "상품 조회": words.value(row["product_views_per_session"], "number"),
        "체류시간": words.value(row["dwell_seconds_per_session"], "seconds"),
        "유입 사이트": ", ".join(sites) or words("none"),
        "퍼널": _funnel(row, words),
    }


def _funnel(row: Mapping[str, Any], words: DiagnosisWords) -> str:
    """How many visits got how far: '방문 645 → 상품 480 → …'."""
    steps = [f"{words(f'short_{name}')} {words.value(row[name], 'count')}" for name in FUNNEL]
    return " → ".join(steps)


def _products(facts: DayFacts, words: DiagnosisWords) -> dict[str, str]:
    rows = facts.rows(PRODUCTS).head(_TOP).to_dicts()
    told = [
        words(
            "product_line",
            rank=place,
            name=_cut(row["product_name"] or row["product_id"], _PRODUCT_LETTERS),
            orders=words.value(row["orders"], "count"),
            revenue=words.value(row["revenue"], "money"),
        )
        for place, row in enumerate(rows, 1)
    ]
    return {f"상품 {place}위": _nth(told, place, words) for place in range(1, _TOP + 1)}


def _campaigns(facts: DayFacts, words: DiagnosisWords) -> dict[str, str]:
    names: dict[Kind, str] = {"onsite": "온사이트", "recommendation": "추천", "message": "메시지"}
    return {f"{name} 성과": _results(facts.rows(campaigns(kind)), words) for kind, name in names.items()}


def _results(rows: pl.DataFrame, words: DiagnosisWords) -> str:
    """All campaigns of a kind together."""
    if rows.is_empty():
        return words("none")
    clicks, orders, revenue = (float(rows[name].sum()) for name in ("clicks", "orders", "revenue"))
    return words(
        "campaign_line",
        clicks=words.value(clicks, "count"),
        orders=words.value(orders, "count"),
        revenue=words.value(revenue, "money"),
    )


def _changes(facts: DayFacts, words: DiagnosisWords) -> dict[str, str]:
    told = [_cut(sentence, _REMARK_LETTERS) for sentence in sentences(facts, words)]
    return {f"변화 {place}": told[place - 1] if place <= len(told) else words("remark_no_more")
            for place in range(1, _REMARKS + 1)}  # fmt: skip


def sentences(facts: DayFacts, words: DiagnosisWords) -> list[str]:
    """What changed most, or that nothing did, and what came nearest to it; at least one."""
    found = remarks(facts)
    if found and found[0].is_clear:
        return [words.remark(one) for one in found]
    nearest = [words("remark_perhaps", remark=words.remark(one)) for one in found]
    known: tuple[tuple[int, str], ...] = ((7, "since_week"), (1, "since_day"))
    for back, since in known:
        if facts.row("all", back) is not None:
            return [words("remark_none", since=words(since)), *nearest]
    return [words("remark_nothing_before")]


def _nth(told: Sequence[str], place: int, words: DiagnosisWords) -> str:
    return told[place - 1] if place <= len(told) else "–"


def _cut(text: str, most: int) -> str:
    """On one line, at most so many characters as Kakao counts them: an emoji is two."""
    flat = " ".join(text.split())
    if units(flat) <= most:
        return flat
    while units(flat) > most - 1:
        flat = flat[:-1]
    return flat + "…"


def page_path(day: dt.date) -> str:
    """Where the page of a day lies below the folder of reports."""
    return f"days/{day.isoformat()}.html"
