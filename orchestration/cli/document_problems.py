"""What is wrong with documents, in sentences that say where, what and how to mend it.

Belongs here: sentences for the problems that documents of any kind can have. Does not belong here: finding them.
"""

from collections.abc import Sequence
from typing import Final

from models.documents.reading import Problem
from models.segments.words.problems import PROBLEMS as OF_SEGMENTS
from models.words import Locale, Phrases
from orchestration.cli.words import Words

_MOST: Final = 20  # problems told; a wrong file can have thousands


def told_problems(problems: Sequence[Problem], locale: Locale, own: Phrases | None = None) -> str:
    """All problems, a line each under one heading; ``own``: sentences that only this kind of document has."""
    words = Words(locale, {**OF_SEGMENTS, **PROBLEMS, **(own or {})})
    lines = [f"  {told_where(problem, words)}: {told_problem(problem, words)}" for problem in problems[:_MOST]]
    if len(problems) > _MOST:
        lines.append("  " + words("more_problems", count=len(problems) - _MOST))
    return "\n".join([words("nothing_applied"), *lines])


def told_problem(problem: Problem, words: Words) -> str:
    """What is wrong and how to mend it; what has no sentence of its own in the words of the checker, in English."""
    values = dict(problem.values)
    if problem.kind == "extra_forbidden":
        key = "extra_near" if values["nearest"] else "extra"
        return words(key, key=problem.place[-1], **values)
    return words(problem.kind if words.known(problem.kind) else "other", **values)


def told_where(problem: Problem, words: Words) -> str:
    """Where it is: 'rules.yaml, document 2 (no-same), if.candidate.price'."""
    parts = [problem.source]
    if problem.number:
        name = f" ({problem.document_id})" if problem.document_id else ""
        parts.append(words("document", number=problem.number) + name)
    if problem.place:
        parts.append(_path(problem.place))
    return ", ".join(parts)


def _path(place: Sequence[str | int]) -> str:
    """Keys with dots, places in lists from 1."""
    text = ""
    for part in place:
        text += f"[{part + 1}]" if isinstance(part, int) else f".{part}"
    return text.removeprefix(".")


PROBLEMS: Final[Phrases] = {
    "nothing_applied": (
        "문서를 적용할 수 없습니다. 아무것도 바뀌지 않았습니다.",
        "the documents can not be applied; nothing was changed",
    ),
    "more_problems": ("… 그 밖에 {count}건", "… and {count} more"),
    "document": ("{number}번째 문서", "document {number}"),
    "other": ("{message} (적힌 값: {found})", "{message} (found {found})"),
    # files
    "no_file": ("파일을 읽을 수 없습니다 ({what}).", "the file can not be read ({what})"),
    "not_utf8": (
        "UTF-8이 아닙니다. 편집기에서 인코딩을 UTF-8로 바꾸어 저장하십시오.",
        "is not UTF-8: save it with that encoding",
    ),
    "file_too_long": ("{most}자를 넘습니다. 파일을 나누십시오.", "has more than {most} characters: split it"),
    "not_yaml": (
        "{line}번째 줄이 YAML이 아닙니다 ({what}). 들여쓰기와 괄호, 따옴표를 확인하십시오.",
        "line {line} is no YAML ({what}): check indentation, brackets and quotes",
    ),
    "yaml_alias": (
        "{line}번째 줄의 *는 쓸 수 없습니다. 내용을 그대로 적거나 따옴표로 감싸십시오.",
        "line {line}: aliases (*) are not allowed; write it out, or put it in quotes",
    ),
    "yaml_twice": (
        "{line}번째 줄: {key}가 두 번 적혀 있습니다. 하나만 남기십시오.",
        "line {line}: {key} is there twice; keep one of them",
    ),
    "too_deep_yaml": ("너무 깊게 겹쳐 있습니다. 단순하게 적으십시오.", "is nested too deeply: write it more simply"),
    "no_document": ("문서가 없습니다.", "holds no document"),
    "id_twice": (
        "같은 id가 {other}의 {other_number}번째 문서에도 있습니다. 하나를 지우거나 id를 바꾸십시오.",
        "the same id stands in document {other_number} of {other}: remove one or change its id",
    ),
    # keys and values
    "missing": ("꼭 있어야 합니다. 추가하십시오.", "is required: add it"),
    "extra": ("{key}(이)라는 항목은 없습니다. 쓸 수 있는 것: {known}.", "there is no {key} here; there are: {known}"),
    "extra_near": (
        "{key}(이)라는 항목은 없습니다. {nearest} 아닙니까? 쓸 수 있는 것: {known}.",
        "there is no {key} here; did you mean {nearest}? There are: {known}",
    ),
    "model_type": (
        "'항목: 값' 꼴이어야 합니다 (적힌 값: {found}).",
        "must be written as 'key: value' (found {found})",
    ),
    "model_attributes_type": (
        "'항목: 값' 꼴이어야 합니다 (적힌 값: {found}).",
        "must be written as 'key: value' (found {found})",
    ),
    "dict_type": ("'항목: 값' 꼴이어야 합니다 (적힌 값: {found}).", "must be written as 'key: value' (found {found})"),
    "literal_error": ("{expected} 중 하나여야 합니다 (적힌 값: {found}).", "must be {expected} (found {found})"),
    "string_type": ("글이어야 합니다. 따옴표로 감싸십시오 ({found}).", "must be text: put {found} in quotes"),
    "string_too_long": ("{max_length}자까지 쓸 수 있습니다.", "may have up to {max_length} characters"),
    "string_pattern_mismatch": (
        "영문자와 숫자, 점, 줄표, 밑줄만 64자까지 쓸 수 있습니다 (적힌 값: {found}).",
        "may have up to 64 letters a to z, digits, dots, dashes and underscores (found {found})",
    ),
    "unreadable_text": ("보이지 않는 제어 문자가 있습니다. 지우십시오.", "has control characters: remove them"),
    "empty_text": ("비어 있습니다. 적거나 항목을 지우십시오.", "is empty: fill it in or leave it out"),
    "too_short": ("하나 이상 있어야 합니다.", "needs at least one"),
    "too_long": ("{max_length}개까지 쓸 수 있습니다.", "may have up to {max_length}"),
    "tuple_type": ("목록이어야 합니다: [a, b] (적힌 값: {found}).", "must be a list: [a, b] (found {found})"),
    "bool_parsing": ("true 또는 false여야 합니다 (적힌 값: {found}).", "must be true or false (found {found})"),
    "bool_type": ("true 또는 false여야 합니다 (적힌 값: {found}).", "must be true or false (found {found})"),
    "int_parsing": ("정수여야 합니다 (적힌 값: {found}).", "must be a whole number (found {found})"),
    "int_type": ("정수여야 합니다 (적힌 값: {found}).", "must be a whole number (found {found})"),
    "int_from_float": ("정수여야 합니다 (적힌 값: {found}).", "must be a whole number (found {found})"),
    "float_parsing": ("숫자여야 합니다 (적힌 값: {found}).", "must be a number (found {found})"),
    "float_type": ("숫자여야 합니다 (적힌 값: {found}).", "must be a number (found {found})"),
    "finite_number": ("숫자여야 합니다 (적힌 값: {found}).", "must be a number (found {found})"),
    "greater_than": ("{gt}보다 커야 합니다 (적힌 값: {found}).", "must be above {gt} (found {found})"),
    "greater_than_equal": ("{ge} 이상이어야 합니다 (적힌 값: {found}).", "must be {ge} or more (found {found})"),
    "less_than_equal": ("{le} 이하여야 합니다 (적힌 값: {found}).", "must be {le} or less (found {found})"),
    # rules
    "says_nothing": ("비어 있습니다. 다음 가운데 하나를 적으십시오: {known}.", "is empty: write one of {known}"),
    "band_order": (
        "min({min})이 max({max})보다 큽니다. 서로 바꾸십시오.",
        "min ({min}) is above max ({max}): swap them",
    ),
    "attribute_key": (
        "속성 이름에는 따옴표와 역슬래시를 쓸 수 없습니다.",
        "the name of an attribute can not have quotes or backslashes",
    ),
    "bury": (
        "end(맨 뒤로) 또는 1보다 큰 수(1000까지)여야 합니다 (적힌 값: {found}).",
        "must be end, or a number above 1, up to 1000 (found {found})",
    ),
    "one_action": (
        "결과는 다음 가운데 하나씩 적습니다: {known}. 여럿이면 목록으로 나누십시오.",
        "an action is one of {known}; write several as a list",
    ),
    "actions_clash": (
        "한 규칙에 함께 쓸 수 없습니다: {kinds}. 규칙을 나누십시오.",
        "{kinds} can not be in one rule: make a rule of each",
    ),
    "pin_of_all": (
        "고정(pin)할 상품을 if의 candidate에 적으십시오.",
        "a pin needs to know which product: say it in if, candidate",
    ),
    "too_deep": (
        "조건이 {deepest}겹을 넘습니다. 규칙을 나누십시오.",
        "has conditions more than {deepest} deep: split it",
    ),
    # models
    "algorithm_basis": (
        "알고리즘 {algorithm}은(는) 기준 {basis}에 쓸 수 없습니다. 쓸 수 있는 것: {fitting}.",
        "algorithm {algorithm} does not fit basis {basis}; fitting: {fitting}",
    ),
    "trigger_no_value": ("{when}에는 value가 없습니다. 지우십시오.", "{when} takes no value: remove it"),
    "trigger_value": (
        "{when}에는 {least}부터 {most}까지의 value가 필요합니다.",
        "{when} needs a value from {least} to {most}",
    ),
    "shares": ("ab_split의 share를 더하면 {total}입니다. 100이 되게 하십시오.", "shares sum to {total}: make it 100"),
    "variant_twice": ("ab_split에 {name}이(가) 두 번 있습니다.", "ab_split has {name} twice"),
    "rule_twice": ("rules에 {name}이(가) 두 번 있습니다.", "rules has {name} twice"),
    "unknown_rule": (
        "{rule} 규칙이 없습니다. 먼저 `dangol recommend rules apply`로 적용하십시오. {hint}",
        "there is no rule {rule}: apply it first with `dangol recommend rules apply`. {hint}",
    ),
}
