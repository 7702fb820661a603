"""What `dangol report` says, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: what pages say (``models.reports``).
"""

from collections.abc import Sequence
from difflib import get_close_matches
from typing import Final

from models.words import Phrases
from orchestration.cli.words import DOCUMENT_PHRASES, Words

PHRASES: Final[Phrases] = {
    **DOCUMENT_PHRASES,
    "kind": ("종류", "kind"),
    "title": ("제목", "title"),
    "days": ("기간", "days"),
    "state": ("상태", "state"),
    "file": ("파일", "file"),
    "metric": ("지표", "metric"),
    "definition": ("정의", "definition"),
    "column": ("열 이름", "column"),
    "collecting": ("성과 수집 중", "still collecting"),
    "kind_campaign": ("캠페인", "campaign"),
    "kind_channel": ("채널", "channel"),
    "kind_day": ("일일 진단", "day"),
    "kind_segment": ("세그먼트", "segment"),
    "kind_dashboard": ("대시보드", "dashboard"),
    "kind_history": ("발송 이력", "history"),
    "kind_recommendations": ("추천 성과", "recommendations"),
    "kind_live": ("실시간 방문자", "live"),
    "kind_index": ("목록", "index"),
    "no_reports": (
        "아직 리포트가 없습니다. `dangol run`을 실행하면 만들어집니다.",
        "There are no reports yet: `dangol run` makes them.",
    ),
    "list_folder": ("위치: {path}", "Below {path}"),
    "no_kind": ("리포트 종류 {kind!r}: {kinds} 중 하나여야 합니다.", "{kind!r} is no kind of report: one of {kinds}"),
    "id_needed": ("{kind} 리포트는 ID가 필요합니다.", "A report on a {kind} needs an id."),
    "unknown_id": ("{kind} {id!r} 리포트가 없습니다. {hint}", "There is no report on {kind} {id!r}. {hint}"),
    "not_made": (
        "{kind} 페이지가 아직 없습니다. `dangol run`을 실행하거나 `dangol report export {kind}`로 만들 수 있습니다.",
        "There is no {kind} page yet: `dangol run`, or `dangol report export {kind}`.",
    ),
    "no_browser": ("브라우저를 열 수 없습니다. 파일은 {path}에 있습니다.", "No browser opens; the file is {path}"),
    "opened": ("열었습니다: {path}", "Opened {path}"),
    "written": ("리포트를 저장했습니다: {path}", "Report written: {path}"),
    "no_chromium": (
        "PDF를 만들 Chromium이나 Chrome이 없습니다. 설치하거나, --format html로 저장해 브라우저에서 인쇄하세요.",
        "There is no Chromium or Chrome on this machine to make a PDF with: install one, or print --format html.",
    ),
    "pdf_failed": ("브라우저가 PDF를 만들지 못했습니다: {reason}", "The browser made no PDF: {reason}"),
    "no_export_format": (
        "--format {form!r}: {formats} 중 하나여야 합니다.",
        "--format {form!r} is not one of {formats}",
    ),
    "no_window": ("--window {window!r}: {windows} 중 하나여야 합니다.", "--window {window!r} is not one of {windows}"),
    "no_period": ("--period {period!r}: {periods} 중 하나여야 합니다.", "--period {period!r} is not one of {periods}"),
    "not_for": (
        "{option}은(는) {kind} 리포트에 쓸 수 없습니다. 쓸 수 있는 것: {options}",
        "{option} means nothing for a report on {kind}; what does: {options}",
    ),
    "one_or_other": ("{first}와(과) {second}는 함께 쓸 수 없습니다.", "{first} and {second} do not go together"),
    "both_ends": ("--from과 --to를 모두 써야 합니다.", "give both --from and --to"),
    "wrong_order": ("--from {first}이(가) --to {last}보다 늦습니다.", "--from {first} is after --to {last}"),
    "too_long": (
        "{days}일은 너무 깁니다. {kind} 리포트의 기간은 {most}일까지 볼 수 있습니다.",
        "{days} days are too many: a report on a {kind} covers {most} at most",
    ),
    "nothing_options": ("없음", "none"),
}


def told_kind(words: Words, kind: str) -> str:
    """A kind of report as people call it."""
    return words(f"kind_{kind}")


def unknown_id(words: Words, kind: str, name: str, known: Sequence[str]) -> str:
    """That there is no such report, and which are nearest."""
    nearest = tuple(get_close_matches(name, known, cutoff=0.4)) or tuple(known[:1])
    hint = (
        words("there_are", nearest=words.or_list(nearest), all=words.or_list(tuple(known), 10))
        if known
        else words("there_are_none")
    )
    return words("unknown_id", kind=told_kind(words, kind), id=name, hint=hint)
