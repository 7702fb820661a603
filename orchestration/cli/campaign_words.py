"""What `dangol campaign` says, in the shop's language.

Belongs here: phrases in Korean and English. Does not belong here: campaigns in words (``models.campaigns.words``), what
is wrong with a document (``campaign_problems``), layout (``screen``).
"""

from typing import Final

from models.words import Phrases
from orchestration.cli import segment_words

PHRASES: Final[Phrases] = {
    **segment_words.PHRASES,
    # headings
    "campaign": ("캠페인", "campaign"),
    "channel": ("채널", "channel"),
    "next": ("발송 예정", "next send"),
    "size": ("발송 대상", "size"),
    "period": ("발송 기간", "period"),
    "repeat": ("반복 설정", "repeats"),
    "changed": ("최종 수정", "last change"),
    "messages": ("발송 건수", "messages"),
    "success": ("발송 성공률", "success"),
    "completed": ("완료 일시", "completed"),
    "purpose": ("목적", "purpose"),
    "goal": ("목표", "goal"),
    "sender": ("발신 계정", "sender"),
    "targeting": ("타겟팅", "targeting"),
    "range": ("대상 범위", "range"),
    "visited": ("최근 {days}일 안에 방문한 고객 (오늘 포함)", "visited in the last {days} days, today included"),
    "last_count": ("마지막으로 센 대상", "size at the last count"),
    "when": ("발송 시점", "when"),
    "started": ("시작", "started"),
    "finished": ("완료", "finished"),
    "if_started": ("지금 시작하면 {when}", "{when}, if started now"),
    "variants": ("메시지", "Messages"),
    "variant": ("안", "variant"),
    "template": ("템플릿", "template"),
    "landing": ("랜딩 주소", "landing page"),
    "no_landing": ("없음", "none"),
    "substitute": ("대체 문자", "substitute"),
    "own_substitute": ("템플릿에 있는 대체 문자", "that of the template"),
    "policies": ("적용되는 정책", "Policies in force"),
    "policy": ("정책", "policy"),
    "value": ("값", "value"),
    "source": ("정한 곳", "said by"),
    "tracking": ("링크 추적", "Tracking of links"),
    "tracking_off": (
        "꺼짐: 링크에 아무것도 붙지 않아 유입이 0으로 집계됩니다.",
        "Off: links carry nothing, and the inflow will be counted as 0.",
    ),
    "short_links": ("짧은 주소를 씁니다.", "Links are short."),
    "long_links": ("긴 주소를 그대로 씁니다.", "Links are as they are."),
    "through_login": ("로그인 페이지를 거칩니다.", "They go through the login page."),
    "sends_so_far": ("발송 {count}회", "{count} sends so far"),
    "more_sends": ("그 밖의 발송은 `dangol campaign history`에 있습니다.", "More: `dangol campaign history`"),
    "send": ("발송", "send"),
    "planned": ("예정 일시", "planned"),
    "left": ("남음", "left"),
    "accepted": ("접수", "accepted"),
    "delivered": ("성공", "delivered"),
    "failed": ("실패", "failed"),
    "cost": ("비용", "cost"),
    "targeted": ("대상", "targeted"),
    "excluded": ("제외", "left out"),
    "holdout": ("대조군", "held out"),
    "people": ("고객", "customers"),
    "decided": ("결정", "decision"),
    "became": ("결과", "result"),
    "reason": ("이유", "reason"),
    "decision_send": ("발송", "send"),
    "decision_exclude": ("제외", "left out"),
    "decision_holdout": ("대조군", "held out"),
    "message_reserved": ("발송 전", "to be sent"),
    "message_sending": ("발송 중", "being sent"),
    "message_accepted": ("접수", "accepted"),
    "message_delivered": ("성공", "delivered"),
    "message_failed": ("실패", "failed"),
    "message_unknown": ("알 수 없음", "unknown"),
    "message_cancelled": ("보내지 않음", "not sent"),
    "message_expired": ("기간 지남", "too late"),
    # lists
    "tab_title": ("{tab} ({count})", "{tab} ({count})"),
    "not_counted": ("아직", "not yet"),
    "none": (
        "아직 캠페인이 없습니다. `dangol campaign templates`에서 예시를 보고 `dangol campaign apply`로 적용하십시오.",
        "There are no campaigns yet: look at `dangol campaign templates`, then apply a file with `dangol campaign "
        "apply`.",
    ),
    "no_tab": ("--tab {tab!r}: {known} 중 하나여야 합니다.", "--tab {tab!r} is not one of {known}"),
    "no_sends": ("아직 발송이 없습니다.", "Nothing was sent yet."),
    "no_send": (
        "발송 {id}이(가) 없습니다. `dangol campaign history`의 번호를 쓰십시오.",
        "there is no send {id}: take a number of `dangol campaign history`",
    ),
    "reasons_hint": (
        "제외와 실패의 이유: `dangol campaign history --reasons 번호`",
        "Why some were left out or failed: `dangol campaign history --reasons NUMBER`",
    ),
    "reasons_of": ("{send}: {state}", "{send}: {state}"),
    "nothing_decided": ("아직 대상을 정하지 않았습니다.", "Nobody was decided about yet."),
    # documents
    "no_campaign": ("{id} 캠페인이 없습니다. {hint}", "there is no campaign {id}. {hint}"),
    "paused_hint": (
        "{id}: 멈춤 상태입니다 ({when}). 미리 보기 `dangol campaign plan {id}`, 시작 `dangol campaign start {id}`",
        "{id} is paused ({when}). Dry run: `dangol campaign plan {id}`; start: `dangol campaign start {id}`",
    ),
    "id_taken": (
        "{id}은(는) 이미 쓰였습니다. 다른 ID를 고르십시오.",
        "{id} is taken: choose another id",
    ),
    "bad_id": (
        "{id}: ID에는 영문자와 숫자, 점, 줄표, 밑줄만 64자까지 쓸 수 있습니다.",
        "{id}: an id may have up to 64 letters a to z, digits, dots, dashes and underscores",
    ),
    "copy_name": ("{name} (복사)", "{name} (copy)"),
    "copied": ("{id}을(를) {new}(으)로 복사했습니다.", "{id} was copied to {new}."),
    "copied_hint": (
        "고치기: `dangol campaign show {new} --format yaml > {new}.yaml` 뒤에 `dangol campaign apply {new}.yaml`",
        "To edit it: `dangol campaign show {new} --format yaml > {new}.yaml`, then `dangol campaign apply {new}.yaml`",
    ),
    "delete_executed": (
        "{id}은(는) 이미 발송한 캠페인이라 삭제할 수 없습니다. 멈추려면 `dangol campaign stop {id}`",
        "{id} has been executed and can not be deleted. To stop it: `dangol campaign stop {id}`",
    ),
    "delete_started": (
        "{id}은(는) 시작한 캠페인입니다. 먼저 멈추십시오: `dangol campaign stop {id}`",
        "{id} is started; stop it first: `dangol campaign stop {id}`",
    ),
    "templates": ("캠페인 예시 {count}개", "{count} examples of campaigns"),
    "no_purpose": ("{id} 예시가 없습니다. {hint}", "there is no example {id}. {hint}"),
    "template_hint": (
        "쓰기: `dangol campaign templates segments > segments.yaml`과 `dangol segment apply segments.yaml`로 "
        "세그먼트를, `dangol campaign templates 목적 > 캠페인.yaml`로 캠페인을 받아 고친 뒤 "
        "`dangol campaign apply 캠페인.yaml`",
        "To use one: `dangol campaign templates segments > segments.yaml` and `dangol segment apply segments.yaml` for "
        "the segments, `dangol campaign templates PURPOSE > campaign.yaml`, edit it, `dangol campaign apply "
        "campaign.yaml`",
    ),
    # start, stop, late
    "started_now": ("{id}: 시작했습니다.", "{id} is started."),
    "already_started": ("{id}: 이미 시작되어 있습니다.", "{id} was started already."),
    "next_send": ("발송 예정: {when}", "Next send: {when}"),
    "size_now": (
        "지금 대상: {count}명 (발송할 때 다시 셉니다)",
        "Target now: {count} customers (counted anew at the send)",
    ),
    "size_unknown": ("대상은 발송할 때 셉니다: {why}", "The target is counted at the send: {why}"),
    "look_at": ("시작하기 전에 확인하십시오:", "Look at this:"),
    "not_started": (
        "{id}을(를) 시작할 수 없습니다. 아무것도 바뀌지 않았습니다.",
        "{id} can not be started; nothing was changed",
    ),
    "stopped_now": (
        "{id}: 멈췄습니다. 다시 시작하면 발송 일정은 그때부터 새로 계산됩니다.",
        "{id} is stopped. Started again, its schedule counts from that moment.",
    ),
    "stopped_left": (
        "아직 보내지 않은 {count}건이 남아 있습니다. 다시 시작하면 이어서 나갑니다: `dangol campaign start {id}`",
        "{count} messages are left; they go out when it is started again: `dangol campaign start {id}`",
    ),
    "already_stopped": ("{id}: 이미 멈춰 있습니다.", "{id} was stopped already."),
    "over_now": (
        "{id}은(는) 끝난 캠페인입니다. 복사해서 쓰십시오: `dangol campaign copy {id} 새ID`",
        "{id} is completed; use a copy: `dangol campaign copy {id} NEW_ID`",
    ),
    "refused": ("{id}: 지금 상태({state})에서는 할 수 없습니다.", "{id}: not possible in its state ({state})"),
    "send_or_expire": (
        "--send와 --expire 가운데 하나를 고르십시오.",
        "choose one of --send and --expire",
    ),
    "not_late": (
        "{id}은(는) 답을 기다리는 발송이 아닙니다 ({state}).",
        "{id} does not wait for an answer: it is {state}",
    ),
    "late_stopped": (
        "{id} 캠페인이 멈춰 있습니다. 먼저 시작하십시오: `dangol campaign start {id}`",
        "{id} is stopped: start it first: `dangol campaign start {id}`",
    ),
    "late_sent": (
        "{id}: 다음 실행에서 나갑니다 (`dangol campaign run`).",
        "{id} goes out with the next run (`dangol campaign run`).",
    ),
    "late_expired": ("{id}: 보내지 않습니다.", "{id} is let go."),
    "stopped_hint": (
        "멈춘 발송: 고친 뒤 `dangol campaign resume 번호`, 보내지 않으려면 `dangol campaign cancel 번호` "
        "(발송 시각이 지난 것은 `dangol campaign late 번호`)",
        "Sends that have stopped: mend it, then `dangol campaign resume NUMBER`, or let it go with `dangol campaign "
        "cancel NUMBER` (what was due while nothing ran: `dangol campaign late NUMBER`)",
    ),
    "not_stopped": ("{id}은(는) 멈춘 발송이 아닙니다 ({state}).", "{id} has not stopped: it is {state}"),
    "send_over": ("{id}은(는) 이미 끝났습니다 ({state}).", "{id} is over: it is {state}"),
    "send_cancelled": ("{id}: 남은 메시지를 보내지 않습니다.", "{id}: what is left is let go."),
    # the dry run
    "none_started": (
        "시작한 캠페인이 없습니다. 멈춰 있는 캠페인은 ID를 적어 미리 볼 수 있습니다: `dangol campaign plan ID`",
        "no campaign is started; paused ones are played through by their ids: `dangol campaign plan ID`",
    ),
    "plan_total": (
        "발송 {count}회, 메시지 {messages}건, 예상 비용 {cost}",
        "{count} sends, {messages} messages, expected cost {cost}",
    ),
    "plan_none": ("이 기간에 나갈 발송이 없습니다.", "Nothing goes out in these days."),
    "one_campaign": (
        "--customers에는 캠페인 하나의 ID가 필요합니다.",
        "--customers needs the id of one campaign",
    ),
    "more_customers": (
        "… 그 밖에 {count}명 (모두 보기: --format csv)",
        "… and {count} more (all of them: --format csv)",
    ),
    "can_not_decide": (
        "대상을 정할 수 없습니다: {why}",
        "nobody can tell who is meant: {why}",
    ),
    # sending in this process
    "send_now_at": (
        "{id}은(는) 예약 시각이 있는 캠페인입니다. `dangol campaign start {id}`로 시작하면 그 시각에 나갑니다. 지금 "
        "보내려면 schedule: {{now: true}}로 고치십시오.",
        "{id} is sent at its time once it is started (`dangol campaign start {id}`); to send it now, make it schedule: "
        "{{now: true}}",
    ),
    "send_now_trigger": (
        "{id}은(는) 고객의 행동에 따라 나가는 캠페인입니다. `dangol campaign start {id}`로 시작하십시오.",
        "{id} is sent on what customers do: start it with `dangol campaign start {id}`",
    ),
    "sent_counts": (
        "{id}: {state}. 보냄 {accepted}건, 실패 {failed}건, 보내지 않음 {not_sent}건, 남음 {left}건, 비용 {cost}",
        "{id}: {state}. Sent {accepted}, failed {failed}, not sent {not_sent}, left {left}, cost {cost}",
    ),
    "substitute_counts": (
        "{id} 대체 문자: {state}. 보냄 {accepted}건, 실패 {failed}건, 보내지 않음 {not_sent}건, 남음 {left}건, "
        "비용 {cost}",
        "{id}, substitutes: {state}. Sent {accepted}, failed {failed}, not sent {not_sent}, left {left}, cost {cost}",
    ),
    "left_hint": (
        "남은 메시지(야간, 속도 제한, 결과 대기)는 다음 실행에서 나갑니다: `dangol campaign run` 또는 `dangol dev`",
        "What is left (night, speed, lost answers) goes out with the next run: `dangol campaign run`, or `dangol dev`",
    ),
    "nothing_due": ("지금 할 일이 없습니다.", "Nothing is due now."),
    "next_due": ("다음: {when}", "Next: {when}"),
    "no_upload_file": ("{file} 파일을 읽을 수 없습니다.", "{file} can not be read"),
    "upload_refused": ("파일을 받을 수 없습니다: {why}", "the file can not be taken: {why}"),
    "uploaded": ("{id}: 회원 {count}명의 값을 받았습니다.", "{id}: values of {count} members were taken."),
    "row_refused": ("{row}행은 받지 않았습니다: {why}", "row {row} was not taken: {why}"),
    "more_problems": ("… 그 밖에 {count}건", "… and {count} more"),
    "upload_no_member_id": ("member_id가 비어 있음", "no member_id"),
    "upload_no_phone": ("phone이 비어 있음", "no phone"),
    "upload_unknown_member": ("모르는 회원", "nobody we know"),
    "upload_unknown_phone": ("모르는 번호", "a number we do not know"),
    "upload_twice": ("같은 회원이 두 번", "the member is there twice"),
    # vendors
    "vendors_sandbox": (
        "샌드박스: 실제로 발송되지 않습니다.",
        "Sandbox: nothing is really sent.",
    ),
    "vendors_live": (
        "실제 발송(live): 고객에게 메시지가 나갑니다.",
        "Live: messages go out to customers.",
    ),
}
CODE_PHRASES: Final[Phrases] = {
    "no_consent": ("발송할 때 수신 동의가 없었음", "consent was taken back"),
    "not_channel_friend": ("발송할 때 채널 친구가 아니었음", "no channel friend any more"),
    "unreachable": ("발송할 때 연락처가 없었음", "no address any more"),
    "no_address": ("발송할 때 연락처가 없었음", "no address any more"),
    "erased": ("회원 정보가 삭제됨", "erased"),
    "address_changed": ("연락처가 바뀜", "the address has changed"),
    "after_period": ("발송 기간이 끝남", "its period was over"),
    "night": ("야간", "night"),
    "late": ("발송 시각이 지남", "was due while nothing ran"),
    "stopped": ("캠페인을 멈춤", "the campaign was stopped"),
    "dearer": ("예정보다 비용이 큼", "would cost more than planned"),
    "too_many_tries": ("여러 번 시도했으나 보내지 못함", "tried too often"),
    "no_result": ("결과가 오지 않음", "no result came"),
    "not_found": ("업체에서 찾을 수 없음", "the vendor does not know it"),
    "bad_number": ("잘못된 전화번호", "no telephone number"),
    "bad_key": ("잘못된 고객", "no customer"),
    "malformed": ("잘못된 주소", "the address is none"),
    "empty": ("내용이 없음", "empty"),
    "no_picture": ("그림을 가져올 수 없음", "a picture can not be fetched"),
    "picture": ("그림을 쓸 수 없음", "a picture the vendor does not take"),
    "timeout": ("응답이 오지 않음", "no answer"),
    "reset": ("연결이 끊김", "the connection was lost"),
    "unreadable": ("응답을 읽을 수 없음", "an answer that makes no sense"),
    "other_words": ("보냈는지 알 수 없음", "whether it was sent is not known"),
    "3019": ("카카오톡 사용자가 아님 (3019)", "no user of KakaoTalk (3019)"),
    "3020": ("채널을 차단함 (3020)", "has blocked the channel (3020)"),
    "UNREGISTERED": ("앱이 삭제됨 (UNREGISTERED)", "the app is gone (UNREGISTERED)"),
    "vendor_code": ("업체 코드 {code}", "the vendor's code {code}"),
}
