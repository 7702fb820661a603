"""What is wrong with message templates, and why a recipient gets none, in sentences.

Belongs here: phrases for the kinds of ``models.messages.problems`` and for skip reasons. Does not belong here: finding
either.
"""

from typing import Final

from models.messages.problems import SAID
from models.words import Phrases
from orchestration.cli.words import Words

_KOREAN: Final[dict[str, str]] = {
    "variable_broken": "'#{{'에 이름이나 닫는 '}}'가 없습니다. #{{회원 이름}}처럼 적으십시오.",
    "variable_reserved": "{variable}은(는) 추적 링크의 자리입니다. 주소를 그대로 적으십시오.",
    "variable_unknown": "{variable} 변수는 여기에 없습니다. 가장 가까운 것: {near}",
    "variable_not_here": "{variable}은(는) 여기에 쓸 수 없습니다. 쓸 수 있는 것: {uses}",
    "variables_mixed": "카카오 변수 {kakao}(가장 가까운 개인화 변수: {near})와 개인화 변수 {personal}은(는) 한 템플릿에"
    " 함께 쓸 수 없습니다.",
    "kakao_not_manual": "카카오 변수 {kakao}에는 파일 업로드가 필요한데, M·N 타겟팅은 수동 발송이 되지 않습니다.",
    "missing_unused": "메시지에 {variable} 변수가 없습니다. 지우십시오.",
    "not_a_link": "https:// 또는 http://로 시작해야 합니다.",
    "needed": "{type}에는 꼭 있어야 합니다. 추가하십시오.",
    "not_of_type": "{type}에는 없는 항목입니다. 지우십시오.",
    "needs": "{part}도 있어야 합니다.",
    "count": "{least}개부터 {most}개까지입니다 (지금 {have}개).",
    "too_many_letters": "{have}자입니다. {most}자까지 쓸 수 있습니다.",
    "too_many_bytes": "{have}바이트입니다. {most}바이트까지 쓸 수 있습니다.",
    "too_many_breaks": "줄바꿈이 {have}번입니다. {most}번까지 쓸 수 있습니다.",
    "too_many_products": "{use} 변수가 {have}개입니다. {most}개까지 쓸 수 있습니다.",
    "unencodable": "문자로 보낼 수 없는 글자입니다: {letters}. 다른 글자로 바꾸십시오.",
    "rare_letters": "오래된 휴대전화에서 네모로 보일 수 있습니다: {letters}",
    "mms_image": "{file}: MMS 이미지는 300KB, {wide}×{high} 이하의 .jpg이고 파일 이름은 40자까지입니다 ({bytes}바이트,"
    " {width}×{height}).",
    "mms_is_no_sms": "이미지가 있으면 MMS입니다. longest를 지우십시오.",
    "not_approved": "검수 상태가 {state}입니다. 승인된 템플릿만 보낼 수 있습니다.",
    "button_ac": "'{name}'이어야 합니다.",
    "button_type": "여기에는 {types} 버튼만 쓸 수 있습니다.",
    "button_app": "ios, android, mobile 가운데 둘 이상이 필요합니다.",
    "coupon_title": "쿠폰 이름은 다음 가운데 하나여야 합니다: 3000원 할인 쿠폰, 10% 할인 쿠폰, 배송비 할인 쿠폰,"
    " X 무료 쿠폰, X UP 쿠폰 (X는 빈칸 없이 7자까지).",
    "image_kind": "{image}: 이미지는 .jpg, .jpeg, .png이거나 이미지 URL 변수여야 합니다.",
    "discount": "discount_price에는 discount_rate와 discount_fixed 가운데 하나만 함께 적습니다.",
    "discount_above": "정가 {price}보다 높습니다.",
    "alimtalk_advertises": "알림톡으로는 광고를 보낼 수 없습니다. 브랜드 메시지나 문자를 쓰십시오.",
    "brand_informs": "브랜드 메시지는 언제나 광고입니다. 정보성 메시지는 알림톡으로 보내십시오.",
    "no_opt_out_number": "광고에는 무료 수신거부 080 번호가 필요합니다. 설정에 등록하십시오.",
    "opt_out_not_080": "수신거부 번호는 080으로 시작하는 무료 번호여야 합니다.",
    "no_contact": "광고에는 보내는 곳의 연락처가 필요합니다. 설정에 등록하십시오.",
    "push_no_opt_out": "광고성 푸시에는 수신 거부 방법을 적어야 합니다. 설정에 문구를 등록하고 다시 저장하십시오.",
    "no_unsubscribe": '수신거부 링크가 필요합니다: <a href="#{{수신거부 링크}}">수신거부</a>',
    "html_command": "{line}번째 줄: {reason}. 쓸 수 있는 것: if, elif, else, endif, and, or, not, 비교",
    "html_tag": "{line}번째 줄: 이메일에 {what}을(를) 쓸 수 없습니다.",
    "html_attribute": "{line}번째 줄: 이메일에 {what}을(를) 쓸 수 없습니다.",
    "html_address": "{line}번째 줄: https:// 주소가 아닙니다: {what}",
    "html_variable": "{line}번째 줄: {what}. 변수는 태그 사이에, 또는 href나 src에 홀로 적으십시오.",
    "html_unquoted": "{line}번째 줄: 값을 따옴표로 감싸십시오: {what}",
    "html_long": "{have}자입니다. Gmail은 {most}자 뒤를 자릅니다.",
}
_READING: Final[Phrases] = {
    "one_channel": ("다음 가운데 하나만 적습니다: {known}.", "needs exactly one of: {known}"),
    "hidden_letters": (
        "보이지 않는 글자가 있습니다: {letters}. 지우십시오.",
        "has hidden letters: {letters}; remove them",
    ),
    "line_break": ("한 줄이어야 합니다.", "must be one line"),
    "no_variable_here": ("변수를 쓸 수 없는 곳입니다.", "can not have variables"),
    "not_an_app_link": ("shopapp://cart 같은 앱 주소여야 합니다.", "must be like shopapp://cart"),
    "variable_lost": (
        "{line}번째 줄: ' #' 뒤는 YAML의 주석이 되어 사라집니다. 글 전체를 따옴표로 감싸십시오: {text}",
        "line {line}: what follows ' #' is a comment to YAML and is lost: put the text in quotes: {text}",
    ),
}
MESSAGE_PROBLEMS: Final[Phrases] = {**{kind: (_KOREAN[kind], SAID[kind]) for kind in SAID}, **_READING}
SKIP_REASONS: Final[Phrases] = {
    "missing": ("값이 없음: {what}", "no value: {what}"),
    "too_long": ("너무 김: {what}", "too long: {what}"),
    "too_many_lines": ("줄이 너무 많음: {what}", "too many lines: {what}"),
    "unencodable": ("문자로 보낼 수 없는 글자: {what}", "letters that no text message carries: {what}"),
    "bad_link": ("주소가 아님: {what}", "no address: {what}"),
}


def told_skip(reason: str, words: Words) -> str:
    """A skip reason such as ``missing:적립금`` as a sentence."""
    kind, _, what = reason.partition(":")
    return words(kind, what=what)
