"""What is wrong with segments, in sentences that say where, what and how to mend it.

Belongs here: sentences for the problems that only segments have, and telling them. Does not belong here: finding them
(``models.segments``), problems that any document can have (``orchestration.cli.document_problems``).
"""

from collections.abc import Sequence
from typing import Final

from models.documents.reading import Place, Problem
from models.segments.words.phrases import Words
from models.words import Locale, Phrases


def path_text(place: Place) -> str:
    """'include.all[2].event.window': keys with dots, places in lists from 1."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


def told_problems(problems: Sequence[Problem], locale: Locale) -> str:
    """A line each: the segment, the path, the sentence."""
    words = Words(locale, PROBLEMS)
    lines = []
    for problem in problems:
        values = {"found": "", "message": problem.kind, **problem.values}
        sentence = words(problem.kind if words.known(problem.kind) else "other", **values)
        where = " ".join(part for part in (problem.document_id, path_text(problem.place)) if part)
        lines.append(f"{where}: {sentence}" if where else sentence)
    return "\n".join(lines)


_NUMBER_ENDS: Final = (
    "at_least, at_most, exactly, between 가운데 하나를 적으십시오.",
    "write at_least, at_most, exactly or between",
)
PROBLEMS: Final[Phrases] = {
    "other": ("{message} (적힌 값: {found})", "{message} (found {found})"),
    # shape
    "one_condition": (
        "조건 하나에는 다음 가운데 꼭 하나만 적습니다: {known}. (적힌 것: {given}) 여럿이면 all이나 any로 묶으십시오.",
        "a condition is exactly one of {known} (it has: {given}); combine several with all or any",
    ),
    "condition_deep": (
        "조건이 {deepest}겹을 넘습니다. 세그먼트를 나누고 segment로 연결하십시오.",
        "has conditions more than {deepest} deep: make segments of parts and name them with segment",
    ),
    "condition_large": (
        "조건이 {leaves}개로 {most}개를 넘습니다. 값은 목록으로 묶거나 세그먼트를 나누십시오.",
        "asks {leaves} things, more than {most}: write values as lists, or make several segments",
    ),
    "segment_id": (
        "taste와 ai는 자동으로 만들어지는 세그먼트의 이름입니다. 다른 id를 쓰십시오.",
        "taste and ai are names of segments that are found by themselves: choose another id",
    ),
    # windows
    "window_kind": (
        "last_days, days_ago, from·to 가운데 하나만 적으십시오.",
        "needs one of: last_days, days_ago, or from and to",
    ),
    "window_today": ("today는 last_days와만 함께 씁니다.", "today goes with last_days only"),
    "window_order": (
        "끝({to})이 시작({from})보다 앞섭니다. 서로 바꾸십시오.",
        "ends ({to}) before it starts ({from}): swap them",
    ),
    "window_day": (
        "2025-10-01 꼴의 날짜여야 합니다 (적힌 값: {found}).",
        "must be a day such as 2025-10-01 (found {found})",
    ),
    "window_no_day": ("달력에 없는 날입니다 ({found}).", "is no day of the calendar ({found})"),
    "window_year": ("1900년부터 2200년 사이여야 합니다 ({found}).", "must be between 1900 and 2200 ({found})"),
    "window_empty": ("from이나 to를 적으십시오.", "needs from, to, or both"),
    # numbers
    "range_empty": _NUMBER_ENDS,
    "range_mixed": ("exactly와 between은 혼자만 씁니다.", "exactly and between stand alone"),
    "range_twice": (
        "같은 쪽 끝이 두 번 적혀 있습니다. at_least와 above, at_most와 below 가운데 하나만 남기십시오.",
        "has the same end twice: keep one of at_least and above, one of at_most and below",
    ),
    "range_order": ("{low}이(가) {high}보다 큽니다. 서로 바꾸십시오.", "{low} is above {high}: swap them"),
    "hours_all": (
        "하루 전체입니다. 지우거나 다른 시각을 적으십시오.",
        "is the whole day: leave it out, or say other hours",
    ),
    "birthday_month": ("this_month 또는 1부터 12까지의 달이어야 합니다.", "must be this_month, or months from 1 to 12"),
    # lists and values
    "picked_type": ("상품 id는 글이나 정수여야 합니다.", "must be ids, written as text or whole numbers"),
    "picked_text": (
        "비었거나 200자를 넘거나 제어 문자가 있는 id가 있습니다.",
        "has an id that is empty, longer than 200 characters or has control characters",
    ),
    "value_text": ("너무 길거나 제어 문자가 있습니다.", "is too long or has control characters"),
    "value_number": ("15자리까지의 숫자여야 합니다.", "must be a number of at most 15 digits"),
    "value_type": ("글, 숫자, true, false 가운데 하나여야 합니다.", "must be a text, a number, true or false"),
    "value_list": ("값이 하나 이상 있어야 합니다.", "must have at least one value"),
    # what does not go together
    "occurrence_window": ("{which}에는 window가 필요합니다.", "occurrence {which} needs a window"),
    "occurrence_count": (
        "{which}은(는) 한 번을 뜻하므로 {wrong}을(를) 쓸 수 없습니다. 지우십시오.",
        "occurrence {which} is one, so there is no {wrong}: leave it out",
    ),
    "orders_only": (
        "{wrong}은(는) 주문 전체의 값입니다. 상품 조건과 나누어 적으십시오.",
        "{wrong} is known of whole orders, not of products: write two conditions",
    ),
    "first_touch_window": (
        "window는 touch: any와만 씁니다. 첫 방문이 언제인지는 visits의 occurrence: first로 적으십시오.",
        "window goes with touch any only; say when the first visit was with visits, occurrence first",
    ),
    "segment_strength": ("strength는 taste 세그먼트에만 있습니다.", "only taste segments have a strength"),
    # custom data
    "custom_text": (
        "비교식을 읽을 수 없습니다: {what}. 예: point >= 500",
        "can not be read: it {what}. Write, say, point >= 500",
    ),
    "custom_exists": ("exists에는 값이 없습니다.", "exists takes no value"),
    "custom_value": ("{op}에는 값이 필요합니다.", "{op} needs a value"),
    "custom_list": (
        "값의 목록은 in과 함께, in은 목록과 함께 씁니다.",
        "a list of values goes with in, and in with a list",
    ),
    "custom_contains": ("contains에는 글이 필요합니다.", "contains needs a text"),
    "unknown_field": (
        "{field}(이)라는 항목은 회원 데이터에 없습니다. 비슷한 것: {nearest}.",
        "there is no custom field {field}; nearest: {nearest}",
    ),
    "field_type": (
        "{field}은(는) {type}인데 {value}은(는) {value_type}입니다. 같은 종류의 값을 적으십시오.",
        "{field} is a {type}, but {value} is a {value_type}: write a value of the field's type",
    ),
    "field_operator": (
        "{field}은(는) {type}(이)라 {op}을(를) 쓸 수 없습니다. 쓸 수 있는 것: {fitting}.",
        "{field} is a {type}, which {op} does not fit; fitting: {fitting}",
    ),
    # other segments
    "unknown_segment": (
        "{segment} 세그먼트가 없습니다. 비슷한 것: {nearest}.",
        "there is no segment {segment}; nearest: {nearest}",
    ),
    "segment_cycle": (
        "세그먼트가 서로를 돌아가며 가리킵니다: {circle}. 하나를 끊으십시오.",
        "segments name one another in a circle: {circle}. Break it in one place",
    ),
    "segment_chain": (
        "세그먼트가 {most}번 넘게 이어집니다: {chain}. 조건을 합치십시오.",
        "segments name one another more than {most} times in a row: {chain}. Join some of them",
    ),
}
