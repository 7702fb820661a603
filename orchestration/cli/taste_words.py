"""What `dangol taste` says, in the shop's language.

Belongs here: every phrase in Korean and English, numbers, shares and prices as people write them.
Does not belong here: when a phrase is said, the gate's reasons (``taste_reasons``), layout (``screen``).
"""

from typing import Final, Literal

Locale = Literal["ko", "en"]


class TasteError(Exception):
    """What was asked for is not there; the message says what there is, in the shop's language."""


class Words:
    """Phrases of one language: ``words("key", name=value)``."""

    def __init__(self, locale: Locale, currency: str = "KRW") -> None:
        self.locale, self._currency = locale, currency
        self._place = ("ko", "en").index(locale)

    def __call__(self, key: str, **values: object) -> str:
        """The phrase, whole numbers among ``values`` with commas. Raises KeyError for a phrase or value not there."""
        shown = {name: f"{value:,}" if isinstance(value, int) else value for name, value in values.items()}
        return PHRASES[key][self._place].format(**shown)

    def change(self, kind: str, others: str = "") -> str:
        """A word of ``taste_drift.change``; ``others``: the segments it has to do with."""
        return self(f"{kind}_of" if others and f"{kind}_of" in PHRASES else kind, others=others)

    def namer(self, named_by: str | None) -> str:
        """Who gave a name: the model's own name, or the embedded namer."""
        if named_by in (None, "embedded"):
            return self("embedded")
        return str(named_by).partition(":")[2] or str(named_by)

    def price(self, amount: float | None) -> str:
        """An amount in the shop's currency; '' for none."""
        if amount is None:
            return ""
        number = f"{amount:,.0f}" if amount == int(amount) else f"{amount:,.2f}"
        return f"{number}원" if (self.locale, self._currency) == ("ko", "KRW") else f"{number} {self._currency}"


def percent(share: float, decimals: int = 1) -> str:
    """A share of one in percent."""
    return f"{100 * share:.{decimals}f}%"


def signed(difference: int) -> str:
    """A difference with its sign."""
    return f"{difference:+,}" if difference else "±0"


PHRASES: Final[dict[str, tuple[str, str]]] = {
    # headings
    "id": ("ID", "id"),
    "name": ("이름", "name"),
    "customers": ("고객 수", "customers"),
    "share": ("비중", "share"),
    "change": ("변화", "change"),
    "since": ("{day} 대비", "since {day}"),
    "keywords": ("키워드", "keywords"),
    "name_keywords": ("이름 · 키워드", "name · keywords"),
    "named_by": ("작명", "named by"),
    "inside": ("속한 세그먼트", "its segments"),
    "product": ("상품", "product"),
    "category": ("카테고리", "category"),
    "price": ("판매가", "price"),
    "status": ("상태", "state"),
    "day": ("날짜", "day"),
    "before": ("이전", "before"),
    "now": ("이후", "after"),
    "stayed": ("남은 고객", "stayed"),
    "from": ("어디서", "from"),
    "to": ("어디로", "to"),
    "strength": ("강도", "strength"),
    # what became of a segment
    "kept": ("유지", "kept"),
    "born": ("신규", "new"),
    "split": ("분리됨", "split off"),
    "split_of": ("{others}에서 분리", "split from {others}"),
    "merged": ("합쳐짐", "merged"),
    "merged_of": ("{others}에 합쳐짐", "merged into {others}"),
    "died": ("흩어짐", "dissolved"),
    "returned": ("다시 나타남", "back again"),
    "took_in": ("{others} 흡수", "took in {others}"),
    "gave_off": ("{others} 분리됨", "{others} split off"),
    "renamed": ("새 이름", "renamed"),
    # list
    "title": ("취향 세그먼트 {count}개 · {day}", "{count} taste segments · {day}"),
    "title_bundles": ("묶음 {count}개 (비슷한 세그먼트끼리)", "{count} bundles (segments that are alike)"),
    "gone": ("{day} 이후 사라진 세그먼트", "Gone since {day}"),
    "first_run": (
        "처음 만든 세그먼트라 비교할 이전 분석이 없습니다.",
        "These are the first segments: there is none to compare them with.",
    ),
    "seen": (
        "최근 {window}일 동안 상품을 본 고객 {seen}명 가운데 {members}명({share})이 취향이 뚜렷해 세그먼트에 들어 "
        "있습니다. 나머지 중 {few}명은 본 상품이 너무 적고, {mixed}명은 취향이 한쪽으로 모이지 않습니다.",
        "Of {seen} customers who looked at products in the last {window} days, {members} ({share}) have a clear taste "
        "and are in a segment. Of the others, {few} looked at too few products and {mixed} show no single taste.",
    ),
    "steady": (
        "고객 일부만으로 다시 나누어도 거의 같은 세그먼트가 나옵니다 (안정도 {figure}).",
        "Made from only part of the customers, the segments come out nearly the same (stability {figure}).",
    ),
    "fair": (
        "고객 일부만으로 다시 나누어도 대체로 비슷한 세그먼트가 나옵니다 (안정도 {figure}).",
        "Made from only part of the customers, the segments come out much alike (stability {figure}).",
    ),
    "shaky": (
        "고객 일부만으로 다시 나누면 세그먼트가 꽤 달라지므로 참고용으로 보십시오 (안정도 {figure}).",
        "Made from only part of the customers, the segments come out rather different: take them as a hint (stability "
        "{figure}).",
    ),
    "named_count": ("이름 지은 곳: {told}.", "Named by: {told}."),
    "named_some": ("{namer} {count}개", "{namer} ({count})"),
    "embedded": ("내장 작명기", "embedded namer"),
    "accepted": ("품질 판정: {reasons}.", "Verdict: {reasons}."),
    # runs that gave no segments
    "note": ("알림: {text}", "Note: {text}"),
    "kept_previous": (
        "{day} 분석은 품질 기준에 못 미쳐 쓰지 않았습니다 ({reasons}).",
        "The run of {day} was not good enough to be used ({reasons}).",
    ),
    "not_enough_data": (
        "{day}에는 데이터가 부족해 세그먼트를 만들지 못했습니다 ({reasons}).",
        "On {day} there was not enough data to make segments ({reasons}).",
    ),
    "these_are_of": (
        "아래는 마지막으로 잘 만들어진 {day}의 세그먼트입니다.",
        "Below are the last good ones, of {day}.",
    ),
    # show
    "of_share": ("{count}명 ({share})", "{count} ({share})"),
    "of_day": ("{day} 기준", "as of {day}"),
    "bundle": ("묶음", "bundle"),
    "siblings": ("같은 묶음", "beside it"),
    "named": ("{day}, {namer}", "{day}, {namer}"),
    "top_products": ("가장 많이 본 상품", "Most viewed products"),
    "sold_out": ("품절", "sold out"),
    "hidden": ("숨김", "hidden"),
    "history": ("고객 수 추이", "Customers over time"),
    "history_cut": (
        "고객 수 추이 (전체 {all}회 중 최근 {shown}회)",
        "Customers over time (the last {shown} of {all} runs)",
    ),
    "strengths": (
        "취향의 강도 (관심 가운데 이 세그먼트에 쏠린 비율, 중앙값 {median})",
        "Strength (share of a member's interest that lies here; median {median})",
    ),
    "no_members": (
        "취향의 강도: {day}의 고객 명단은 보관 기간(taste.keep_days)이 지나 볼 수 없습니다.",
        "Strength: the members of {day} are no longer kept (taste.keep_days).",
    ),
    # diff
    "diff_title": ("취향 세그먼트 비교 · {before} → {now}", "Taste segments compared · {before} → {now}"),
    "diff_seen": (
        "세그먼트에 든 고객 {before}명 → {now}명: 그대로 {stayed}명, 다른 세그먼트로 {moved}명, 세그먼트 밖으로 "
        "{left}명, 새로 들어옴 {joined}명.",
        "Customers in segments {before} → {now}: {stayed} stayed, {moved} moved to another, {left} are in none any "
        "more, {joined} came in.",
    ),
    "flows": ("세그먼트 사이의 이동 (많은 순)", "Moves between segments (largest first)"),
    "no_flows": ("세그먼트를 옮긴 고객이 없습니다.", "Nobody moved from one segment to another."),
    "unknown_flows": (
        "{days}의 고객 명단은 보관 기간(taste.keep_days)이 지나 고객 이동을 셀 수 없습니다. 변화는 그사이의 분석 "
        "기록에서 가져왔습니다.",
        "The members of {days} are no longer kept (taste.keep_days), so moves can not be counted; the changes are "
        "those that the runs in between recorded.",
    ),
    "renames": ("이름이 바뀐 세그먼트", "Renamed"),
    # errors
    "no_format": ("--format {form!r}: {formats} 중 하나여야 합니다.", "--format {form!r} is not one of {formats}"),
    "no_run": (
        "취향 세그먼트를 만든 적이 없습니다. 데이터를 넣고(`dangol ingest`) `dangol run`을 실행하십시오.",
        "no taste segments were ever made: bring data (`dangol ingest`), then `dangol run`",
    ),
    "no_segments": (
        "아직 취향 세그먼트가 없습니다. {notice} 데이터가 쌓인 뒤 `dangol run`을 다시 실행하십시오.",
        "there are no taste segments yet. {notice} Bring more data, then `dangol run` again.",
    ),
    "no_day": ("{day}에는 취향 세그먼트가 없습니다. {days}", "there are no taste segments of {day}. {days}"),
    "days_all": ("있는 날: {days}.", "There are: {days}."),
    "days_some": (
        "있는 날은 {first}부터 {last}까지 {count}일이고, 가까운 날은 {days}입니다.",
        "There are {count} days from {first} to {last}; near it: {days}.",
    ),
    "same_day": ("서로 다른 두 날을 고르십시오. {days}", "choose two different days. {days}"),
    "no_id": ("{day}에는 {id} 세그먼트가 없습니다. {hint}", "there is no segment {id} on {day}. {hint}"),
    "nearest": ("가장 가까운 것: {nearest}. 있는 것: {all}.", "Nearest: {nearest}. There are: {all}."),
    "other_days": (
        "{first}부터 {last}까지 있었습니다: `dangol taste show {id} --day {last}`.",
        "It was there from {first} to {last}: `dangol taste show {id} --day {last}`.",
    ),
}
