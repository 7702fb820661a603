"""What `dangol sender` says, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: those that it has in common with `dangol template`
(``template_words``), what is wrong with a document (``document_problems``), layout (``screen``).
"""

from typing import Final

from models.words import Phrases
from orchestration.cli.template_words import COMMON

SENDER_PHRASES: Final[Phrases] = {
    **COMMON,
    # columns
    "kind": ("종류", "kind"),
    "address": ("발신 주소", "address"),
    "accounts": ("계정", "accounts"),
    "may_send": ("보낼 수 있는 것", "may send"),
    "keys": ("키", "keys"),
    "account": ("{name} ({share:g})", "{name} ({share:g})"),
    # values
    "kind_sms": ("문자", "text messages"),
    "kind_kakao": ("카카오톡 채널", "KakaoTalk channel"),
    "kind_push": ("앱 푸시", "push"),
    "kind_email": ("이메일", "e-mail"),
    "kind_onsite": ("온사이트", "on-site"),
    "state_approved": ("승인", "approved"),
    "state_waiting": ("심사 중", "waiting"),
    "state_rejected": ("반려", "rejected"),
    "state_deleted": ("삭제됨", "deleted"),
    "state_unknown": ("확인 전", "not known yet"),
    "sends_sms": ("문자(SMS·LMS·MMS)", "SMS, LMS, MMS"),
    "sends_kakao": ("알림톡, 브랜드 메시지({targeting})", "AlimTalk, Brand Message ({targeting})"),
    "sends_push": ("앱 푸시", "push"),
    "sends_email": ("이메일", "e-mail"),
    "sends_onsite": ("온사이트", "on-site"),
    "sends_nothing": ("없음", "nothing"),
    "keys_none": ("필요 없음", "none needed"),
    "keys_sandbox": ("샌드박스라 필요 없음", "none needed in the sandbox"),
    "keys_set": ("모두 있음", "all set"),
    "keys_missing": ("없음: {names}", "missing: {names}"),
    "key_set": ("있음", "set"),
    "key_missing": ("없음", "missing"),
    "environment": ("환경 변수", "Environment"),
    "variable": ("변수", "variable"),
    # notes
    "title": ("발신 계정 {count}개", "{count} senders"),
    "none": (
        "아직 발신 계정이 없습니다. `dangol sender examples`에서 예시를 보고 `dangol sender apply`로 등록하십시오.",
        "There are no senders yet: look at `dangol sender examples`, then apply a file with `dangol sender apply`.",
    ),
    "now_is": ("{id}: {state}", "{id}: {state}"),
    "logged_in": ("{id}: 키로 접속했습니다.", "{id}: the keys work."),
    "nothing_to_verify": ("{id}: 확인할 키가 없습니다.", "{id} has no keys to verify."),
    "not_verified": (
        "{id}: 확인하지 못해 저장하지 않았습니다. {why}\n확인 없이 저장하려면 --no-check를 쓰십시오.",
        "{id} could not be verified and nothing was saved: {why}\nTo save it without asking, say --no-check.",
    ),
    "ask_later": (
        "{id}: 아직 확인하지 않아 보낼 수 없습니다. `dangol sender verify {id}`로 확인하십시오.",
        "{id} may not send before it is verified: `dangol sender verify {id}`.",
    ),
    "by_hand_hint": (
        "{id}: SENS는 발신번호 목록을 알려 주지 않습니다. 콘솔에서 등록을 확인한 뒤 `dangol sender approve {id} "
        '--evidence "누가 어떻게 확인했는지"`로 기록하십시오.',
        "{id}: SENS lists no numbers. See in its console that it is registered, then note it with `dangol sender "
        'approve {id} --evidence "who saw what"`.',
    ),
    "approved_by_hand": ("{id}: 승인으로 기록했습니다 ({evidence}).", "{id} is noted as approved ({evidence})."),
    "approve_sms_only": (
        "{id}: 손으로 승인할 수 있는 것은 문자 발신번호뿐입니다. 나머지는 `dangol sender verify {id}`가 확인합니다.",
        "{id}: only numbers are approved by hand; others are asked for with `dangol sender verify {id}`.",
    ),
    "evidence_missing": (
        "--evidence에 누가 어떻게 확인했는지 180자까지 적으십시오.",
        "--evidence: say who saw what, in up to 180 characters",
    ),
    "synced": ("발신 계정 {count}개를 확인했습니다.", "{count} senders looked at."),
    "sync_same": ("그대로 {count}개: {ids}", "As they were, {count}: {ids}"),
    "sync_changed": ("{id}: {before} → {state}", "{id}: {before} → {state}"),
    "sync_new": ("{id}: 발송사에 있어 추가했습니다 ({state}).", "{id}: was at the vendor and is added ({state})."),
    "sync_unlisted": ("{id}: 발송사의 목록에 없습니다.", "{id}: is not on the vendor's list."),
    "sync_nothing": ("확인할 번호나 채널이 없습니다.", "There are no numbers or channels to look at."),
}
