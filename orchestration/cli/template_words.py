"""What `dangol template` says, and what it has in common with `dangol sender`, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: what is wrong with a message (``message_problems``),
names of channels and states of campaigns (``models.campaigns.phrases``), layout (``screen``).
"""

from typing import Final

from models.words import Phrases
from orchestration.cli.message_problems import SKIP_REASONS
from orchestration.cli.words import DOCUMENT_PHRASES

OWN_PROBLEMS: Final[Phrases] = {
    "channel_in_use": (
        "진행 중인 캠페인({campaigns})이 {before} 채널로 쓰고 있습니다. 새 id로 만드십시오.",
        "campaigns that are not over ({campaigns}) use it as {before}: make a new one with another id",
    ),
    "id_taken": ("같은 id의 템플릿이 이미 있습니다.", "another template has this id"),
    "sender_address": ("{kind} 발신 계정에는 address가 꼭 있어야 합니다.", "a sender of kind {kind} needs its address"),
    "account_twice": ("accounts에 같은 이름이 두 번 있습니다.", "two accounts have the same name"),
    "one_account": ("{kind} 발신 계정에는 계정을 하나만 적습니다.", "a sender of kind {kind} has one account"),
}
COMMON: Final[Phrases] = {
    **DOCUMENT_PHRASES,
    "no_template": ("{id}(이)라는 템플릿이 없습니다. {hint}", "There is no template {id}. {hint}"),
    "no_sender": ("{id}(이)라는 발신 계정이 없습니다. {hint}", "There is no sender {id}. {hint}"),
    "in_use": (
        "{id}: 완료되지 않은 캠페인이 쓰고 있어 삭제할 수 없습니다: {campaigns}",
        "{id} can not be deleted: campaigns that are not completed use it: {campaigns}",
    ),
    "vendors_sandbox": (
        "샌드박스 모드입니다. 이 컴퓨터 안의 모의 서버가 답하며, 밖으로 나가는 것은 없습니다.",
        "Sandbox: servers on this machine answer, nothing leaves it.",
    ),
    "vendors_live": ("실제 발송사에 연결합니다.", "Live: the real vendors answer."),
    "vendor_refused": ("발송사에 확인하지 못했습니다: {why}", "The vendor could not be asked: {why}"),
    "state": ("상태", "state"),
    "used_by": ("사용 캠페인", "campaigns"),
    "changed": ("변경", "changed"),
    "campaign": ("캠페인", "campaign"),
    "variant": ("변형", "variant"),
    "role": ("용도", "used as"),
    "role_message": ("메시지", "message"),
    "role_substitute": ("대체 문자", "substitute"),
    "usage": ("사용하는 캠페인", "Campaigns that use it"),
    "no_uses": ("{id}: 사용하는 캠페인이 없습니다.", "{id}: no campaign uses it."),
    "stored": ("저장됨", "stored"),
    "sandbox_only": ("샌드박스에서만 승인", "approved by the sandbox only"),
    "reason": ("사유", "reason"),
    "vendor_state": ("발송사의 표현", "the vendor's word"),
}
PHRASES: Final[Phrases] = {
    **COMMON,
    **SKIP_REASONS,
    # columns
    "channel": ("채널", "channel"),
    "kind": ("유형", "kind"),
    "variables": ("변수", "variables"),
    "purpose": ("성격", "purpose"),
    "purpose_advertising": ("광고성", "advertising"),
    "purpose_information": ("정보성", "information"),
    "purpose_onsite": ("사이트 안 메시지", "on the shop's own pages"),
    "sends_by": ("발송 방식", "for sends"),
    "sends_conditional": ("조건 발송", "conditional"),
    "sends_manual": ("수동 발송", "manual"),
    "no_sends": ("없음", "none"),
    "text": ("내용", "Message"),
    "place": ("위치", "place"),
    "obstacles": ("보내기 전에 고칠 것", "To be mended before it can be sent"),
    "warnings": ("살펴볼 것", "To be looked at"),
    "stands_in": ("값이 없을 때", "when a value is missing"),
    # values
    "ready": ("사용 가능", "ready"),
    "blocked": ("고칠 것 {count}건", "{count} to mend"),
    "state_draft": ("초안", "draft"),
    "state_requested": ("검수 요청", "requested"),
    "state_approved": ("승인", "approved"),
    "state_rejected": ("반려", "rejected"),
    "bytes": ("{kind} {bytes}바이트", "{kind}, {bytes} bytes"),
    "bytes_and_more": ("{kind} {bytes}바이트 + 변수", "{kind}, {bytes} bytes and variables"),
    "more_variables": ("{first} 외 {count}개", "{first} and {count} more"),
    "kind_SMS": ("SMS", "SMS"), "kind_LMS": ("LMS", "LMS"), "kind_MMS": ("MMS", "MMS"),
    "kind_BA": ("기본형", "basic"), "kind_EX": ("부가정보형", "with extra information"),
    "kind_AD": ("채널추가형", "adds the channel"), "kind_MI": ("복합형", "both"),
    "kind_TEXT": ("텍스트형", "text"), "kind_IMAGE": ("이미지형", "picture"),
    "kind_WIDE_IMAGE": ("와이드 이미지형", "wide picture"), "kind_WIDE_ITEM_LIST": ("와이드 리스트형", "wide list"),
    "kind_COMMERCE": ("커머스형", "product"), "kind_CAROUSEL_FEED": ("캐러셀 피드형", "carousel"),
    "kind_CAROUSEL_COMMERCE": ("캐러셀 커머스형", "carousel of products"),
    "kind_PUSH": ("푸시", "push"), "kind_EMAIL": ("HTML", "HTML"),
    "kind_popup": ("팝업", "popup"), "kind_top_banner": ("상단 배너", "banner at the top"),
    "kind_bottom_banner": ("하단 배너", "banner at the bottom"),
    # notes
    "title": ("메시지 템플릿 {count}개", "{count} message templates"),
    "none": (
        "아직 템플릿이 없습니다. `dangol template examples`에서 예시를 보고 `dangol template apply`로 적용하십시오.",
        "There are no templates yet: look at `dangol template examples`, then `dangol template apply FILE`.",
    ),
    "none_of_channel": ("{channel} 템플릿이 없습니다.", "There are no templates of {channel}."),
    "no_channel": ("--channel {channel}: {channels} 중 하나여야 합니다.", "--channel {channel}: one of {channels}"),
    "opt_out_taken": (
        "{ids}: 설정의 수신거부 문구({text})를 넣었습니다.",
        "{ids}: end with the opt-out text of the settings ({text}).",
    ),
    "state_not_yours": (
        "{id}: 파일에는 '{said}'(이)라고 적혀 있지만 검수 상태는 발송사가 정합니다. '{state}'(으)로 두었습니다. "
        "`dangol template request {id}` 또는 `dangol template sync`로 확인하십시오.",
        "{id}: the file says {said}, but the vendor decides on the inspection: it is {state}. Ask with "
        "`dangol template request {id}` or `dangol template sync`.",
    ),
    "inspection_lost": (
        "{id}: 검수받은 내용이 바뀌었습니다. 다시 승인될 때까지 보낼 수 없습니다.",
        "{id}: what was inspected has changed; it can not be sent before it is approved again.",
    ),
    "used_from_now": (
        "{id}: 다음 발송부터 새 내용으로 나갑니다 (캠페인: {campaigns}).",
        "{id}: the next sends use the new version (campaigns: {campaigns}).",
    ),
    "obstacles_of": ("{id}: 보내기 전에 고칠 것", "{id}: to be mended before it can be sent"),
    "warnings_of": ("{id}: 살펴볼 것", "{id}: to be looked at"),
    "copied": ("{id} → {new}: 복사했습니다.", "{new} is a copy of {id}."),
    "copy_name": ("{name} 사본", "Copy of {name}"),
    "copy_alimtalk": (
        "{id}: 알림톡 템플릿은 발송사에서 만들어 검수받는 것이라 복사할 수 없습니다.",
        "{id}: AlimTalk templates are made and inspected at the vendor, they can not be copied.",
    ),
    "copy_taken": (
        "{id}: 이미 있거나 있었던 id입니다. 다른 id를 쓰십시오.",
        "{id} is or was another's id: choose a new one.",
    ),
    "bad_id": (
        "{id}: id에는 영문자와 숫자, 점, 줄표, 밑줄만 64자까지 쓸 수 있습니다.",
        "{id}: an id has up to 64 letters a to z, digits, dots, dashes and underscores.",
    ),
    "no_example": ("{id}(이)라는 채널은 없습니다. {hint}", "There is no channel {id}. {hint}"),
    "examples": ("채널별 예시", "An example of each channel"),
    "examples_hint": (
        "`dangol template examples 채널 > 파일.yaml`로(채널 없이 쓰면 모두) 받아 고친 뒤 "
        "`dangol template apply 파일.yaml`로 적용하십시오.",
        "Take one with `dangol template examples CHANNEL > FILE` (all without CHANNEL), change it, then "
        "`dangol template apply FILE`.",
    ),
    # previews and test sends
    "preview_written": ("미리보기: {file}", "Preview: {file}"),
    "preview_skipped": ("이 고객에게는 보내지 않습니다: {why}", "This customer gets no message: {why}"),
    "no_member": ("{id}(이)라는 회원이 없습니다.", "There is no member {id}."),
    "no_browser": (
        "PNG를 만들 브라우저(Chromium 또는 Chrome)가 이 컴퓨터에 없습니다. --out 미리보기.html로 HTML을 만드십시오.",
        "There is no Chromium or Chrome on this machine to make a PNG with: ask for HTML with --out preview.html.",
    ),
    "browser_failed": (
        "브라우저가 PNG를 만들지 못했습니다 ({why}). --out 미리보기.html로 HTML을 만드십시오.",
        "The browser made no PNG ({why}): ask for HTML with --out preview.html.",
    ),
    "out_kind": ("--out {file}: .html 또는 .png여야 합니다.", "--out {file}: must end in .html or .png"),
    "not_written": ("{file}에 쓸 수 없습니다 ({why}).", "{file} can not be written ({why})."),
    "one_recipient": (
        "--to 받는 주소나 --member 회원 ID를 적으십시오. 둘 다 적으면 그 회원의 값으로 그 주소에 보냅니다.",
        "say --to ADDRESS or --member MEMBER_ID; with both it goes to the address with the member's values",
    ),
    "needs_member": (
        "{id}: 회원의 값이 들어가는 변수({variables})가 있습니다. --member로 회원을 정하십시오.",
        "{id} has variables of a member ({variables}): say whose values with --member.",
    ),
    "no_test_onsite": (
        "{id}: 온사이트는 보내는 메시지가 아닙니다. `dangol template preview {id}`로 확인하십시오.",
        "{id}: on-site messages are not sent to anybody: look at `dangol template preview {id}`.",
    ),
    "which_sender": (
        "{kind} 발신 계정이 {count}개입니다. --sender로 하나를 고르십시오: {senders}",
        "There are {count} senders of kind {kind}: choose one with --sender: {senders}",
    ),
    "no_sender_of_kind": (
        "{kind} 발신 계정이 없습니다. `dangol sender apply`로 등록하십시오.",
        "There is no sender of kind {kind}: add one with `dangol sender apply`.",
    ),
    "sender_kind": ("{id}은(는) {kind} 발신 계정이 아닙니다.", "{id} is no sender of kind {kind}."),
    "sender_not_approved": (
        "{id}: 승인되지 않은 발신 계정입니다 (상태: {state}). `dangol sender verify {id}`로 확인하십시오.",
        "{id} may not send (it is {state}): see `dangol sender verify {id}`.",
    ),
    "test_sent": ("테스트 발송: {sender}에서 {to}(으)로", "Test send from {sender} to {to}"),
    "test_accepted": ("발송사가 받았습니다.", "The vendor took it."),
    "test_delivered": ("보냈습니다.", "It was sent."),
    "test_refused": (
        "발송사가 거절했습니다. 코드의 뜻은 docs/guides/channels.md에 있습니다.",
        "The vendor refused it; docs/guides/channels.md says what codes mean.",
    ),
    "test_retry": (
        "발송사가 지금은 받지 않습니다. 잠시 뒤 다시 시도하십시오.",
        "The vendor does not take it now: try again later.",
    ),
    "test_ambiguous": (
        "발송사의 답을 받지 못해 나갔는지 알 수 없습니다.",
        "The vendor's answer did not come: nobody knows whether it went out.",
    ),
    "test_code": ("{told} (코드 {code})", "{told} (code {code})"),
    "kakao_as_written": (
        "카카오 변수는 바꾸지 않고 그대로 보냈습니다: {variables}",
        "Kakao variables were sent as they are written: {variables}",
    ),
    "not_sendable": ("{id}: 보낼 수 없습니다.\n{why}", "{id} can not be sent.\n{why}"),
    # the vendor
    "not_alimtalk": (
        "{id}: 알림톡 템플릿이 아닙니다. 검수는 알림톡에만 있습니다.",
        "{id} is no AlimTalk template: only those are inspected.",
    ),
    "no_kakao_sender": (
        "카카오톡 채널이 없습니다. `dangol sender apply`로 kind: kakao 발신 계정을 먼저 등록하십시오.",
        "There is no KakaoTalk channel: add a sender of kind kakao with `dangol sender apply` first.",
    ),
    "inspected": ("{id}: 검수 상태 {state}", "{id}: {state}"),
    "request_in_console": (
        "SENS에는 템플릿을 등록하는 API가 없습니다. 콘솔에서 코드 {code}, 유형 {type}(으)로 아래 본문을 글자까지 같게 "
        "등록하고 검수를 요청한 뒤 `dangol template sync`로 결과를 받으십시오.",
        "SENS has no interface to make templates: in its console make one with the code {code}, type {type} and this "
        "very text, have it inspected, then read the result with `dangol template sync`.",
    ),
    "already_approved": ("{id}: 이미 승인되었습니다.", "{id} is approved already."),
    "synced": (
        "채널 {channels}: 알림톡 템플릿 {count}개를 확인했습니다.",
        "{channels}: {count} AlimTalk templates looked at.",
    ),
    "sync_changed": ("{id}: {before} → {state}", "{id}: {before} → {state}"),
    "sync_same": ("그대로 {count}개: {ids}", "As they were, {count}: {ids}"),
    "sync_new": (
        "{id}: 발송사에만 있어 추가했습니다 ({state}).",
        "{id}: was at the vendor only and is added ({state}).",
    ),
    "sync_missing": (
        "{id}: 발송사에 코드 {code}인 템플릿이 없습니다.",
        "{id}: the vendor has no template of the code {code}.",
    ),
    "sync_reason": ("{id}: 반려 사유: {reason}", "{id}: rejected because: {reason}"),
    "sync_text": (
        "{id}: 본문 {line}번째 줄이 발송사와 다릅니다. 여기: {ours} / 발송사: {theirs}",
        "{id}: line {line} is not the vendor's. Here: {ours} / there: {theirs}",
    ),
    "sync_buttons": (
        "{id}: 버튼이 발송사와 다릅니다. 여기: {ours} / 발송사: {theirs}",
        "{id}: the buttons are not the vendor's. Here: {ours} / there: {theirs}",
    ),
    "sync_type": (
        "{id}: 유형이 발송사와 다릅니다. 여기: {ours} / 발송사: {theirs}",
        "{id}: the type is not the vendor's. Here: {ours} / there: {theirs}",
    ),
    "take_hint": (
        "다른 내용으로는 발송사가 거절합니다. 문서를 고치거나 `dangol template sync --take-texts`로 발송사의 것을 "
        "가져오십시오.",
        "The vendor refuses what differs: mend the documents, or take its texts with `dangol template sync "
        "--take-texts`.",
    ),
    "sync_unusable": (
        "{code}: 발송사의 템플릿을 문서로 옮길 수 없습니다: {why}",
        "{code} can not become a document: {why}",
    ),
}  # fmt: skip
