"""What `dangol segment` says, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: conditions in words (``models.segments.words``), what
is wrong with a document (``document_problems``), layout (``screen``).
"""

from typing import Final

from models.words import Phrases
from orchestration.cli.words import DOCUMENT_PHRASES

PHRASES: Final[Phrases] = {
    **DOCUMENT_PHRASES,
    # headings
    "kind": ("종류", "kind"),
    "size": ("고객 수", "customers"),
    "share": ("비율", "share"),
    "counted_on": ("기준일", "as of"),
    "refresh": ("갱신", "refreshed"),
    "used_by": ("사용 캠페인", "campaigns"),
    "who": ("대상", "who"),
    "who_not": ("제외", "not"),
    "members_now": ("현재 고객 수", "customers now"),
    "history": ("고객 수 추이", "Sizes by day"),
    "day": ("날짜", "day"),
    "campaign": ("캠페인", "campaign"),
    "used_at": ("사용 시각", "used"),
    "state": ("진행", "state"),
    "members_here": ("{id}: {count}명", "{id}: {count} customers"),
    # values
    "rule": ("조건", "rule"),
    "taste": ("취향", "taste"),
    "ai": ("AI", "AI"),
    "daily": ("매일", "every day"),
    "once": ("한 번", "once"),
    "open": ("진행 중", "running"),
    "closed": ("종료", "over"),
    "not_counted": ("아직", "not yet"),
    "people": ("{count}명", "{count}"),
    # notes
    "title": ("세그먼트 {count}개", "{count} segments"),
    "none": (
        "아직 세그먼트가 없습니다. `dangol segment templates`에서 예시를 보고 `dangol segment apply`로 적용하십시오.",
        "There are no segments yet: look at `dangol segment templates`, then apply a file with `dangol segment apply`.",
    ),
    "counted": (
        "{name}: 전체 고객 {all}명 중 {count}명 ({share})",
        "{name}: {count} of {all} customers ({share})",
    ),
    "as_of": ("{day} 기준", "As of {day}"),
    "behind": (
        "데이터가 {day}까지만 있어 그날을 오늘로 보았습니다 (실제보다 {days}일 전).",
        "Data ends on {day}, {days} days ago: that day is taken as today.",
    ),
    "applied_sizes": ("적용된 세그먼트의 현재 고객 수", "How many they are now"),
    "later": (
        "고객 수는 다음 `dangol run`에서 세어집니다: {why}",
        "They are counted by the next `dangol run`: {why}",
    ),
    "no_uses": ("{id}: 아직 어떤 캠페인도 사용하지 않았습니다.", "{id}: no campaign has used it yet."),
    "uses_of": ("{id}: 사용 이력", "{id}: uses"),
    "more_members": ("… 그 밖에 {count}명 (--limit)", "… and {count} more (--limit)"),
    "templates": ("예시 세그먼트 {count}개", "{count} examples"),
    "template_hint": (
        "적용: `dangol segment templates ID > 파일.yaml` 뒤에 `dangol segment apply 파일.yaml`",
        "To apply one: `dangol segment templates ID > file.yaml`, then `dangol segment apply file.yaml`",
    ),
    "report_written": ("리포트를 저장했습니다: {path}", "Report written: {path}"),
    # errors
    "no_segment": ("{id} 세그먼트가 없습니다. {hint}", "there is no segment {id}. {hint}"),
    "no_card": ("{id}의 모델 카드가 없습니다. {hint}", "there is no model card of {id}. {hint}"),
    "no_template": ("{id} 예시가 없습니다. {hint}", "there is no example {id}. {hint}"),
    "found_not_edited": (
        "{id}는 자동으로 만들어지는 세그먼트라 이 명령을 쓸 수 없습니다.",
        "{id} is found by itself: this command is for segments that were applied",
    ),
    "in_use": (
        "{id} 세그먼트는 진행 중인 캠페인 {campaigns}에서 쓰고 있어 삭제할 수 없습니다. 캠페인을 먼저 멈추십시오.",
        "segment {id} is in use by the running campaigns {campaigns}: stop them first",
    ),
    "named_by": (
        "{id} 세그먼트는 다른 세그먼트 {others}의 조건에 있어 삭제할 수 없습니다. 그 조건을 먼저 바꾸십시오.",
        "segment {id} is named by the segments {others}: change those first",
    ),
    "period_order": (
        "--from {first}이(가) --to {last}보다 늦습니다. 서로 바꾸십시오.",
        "--from {first} is after --to {last}: swap them",
    ),
    "one_document": (
        "{file}: 세그먼트 하나만 셀 수 있습니다 ({count}개가 있습니다).",
        "{file}: has {count} segments; one can be counted at a time",
    ),
    "not_published": (
        "{id}의 고객은 아직 공개되지 않았습니다. `dangol run`을 먼저 실행하십시오.",
        "who is in {id} was not published yet: `dangol run` first",
    ),
}
