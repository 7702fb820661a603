"""What is wrong with campaigns, in sentences that say how to mend it.

Belongs here: sentences for the problems that only campaigns have. Does not belong here: finding them
(``models.campaigns``), problems that any document can have (``document_problems``), conditions (``models.segments``).
"""

from typing import Final

from models.words import Phrases

CAMPAIGN_PROBLEMS: Final[Phrases] = {
    # fields
    "clock": (
        "10:00처럼 00:00부터 23:59까지의 시각이어야 합니다. 따옴표로 감싸십시오 (적힌 값: {found}).",
        'must be a time of day from 00:00 to 23:59, in quotes, such as "10:00" (found {found})',
    ),
    "duration": (
        "30m(분), 24h(시간), 3d(일)처럼 적으십시오 (적힌 값: {found}).",
        "must be a length of time such as 30m, 24h or 3d (found {found})",
    ),
    "local_time": (
        '"2025-10-01 10:00"처럼 쇼핑몰 시간대의 날짜와 시각이어야 합니다 (적힌 값: {found}).',
        'must be a day and time in the shop\'s zone, such as "2025-10-01 10:00" (found {found})',
    ),
    "day": ("2025-10-01 같은 날짜여야 합니다 (적힌 값: {found}).", "must be a day, such as 2025-10-01 (found {found})"),
    "no_day": (
        "달력에 없는 날짜나 시각입니다 (적힌 값: {found}).",
        "is no day or time of the calendar (found {found})",
    ),
    "year": (
        "{from}년부터 {to}년 사이여야 합니다 (적힌 값: {found}).",
        "must be between the years {from} and {to} (found {found})",
    ),
    "places": (
        "소수점 아래 {places}자리까지 쓸 수 있습니다 (적힌 값: {found}).",
        "may have up to {places} decimals (found {found})",
    ),
    "url": (
        "https:// 또는 http://로 시작하고 빈칸이 없는 주소여야 합니다 (적힌 값: {found}).",
        "must be an address that begins with https:// or http://, without spaces (found {found})",
    ),
    "string_pattern_mismatch": (
        "쓸 수 없는 글자가 있거나 너무 깁니다. 영문자와 숫자, 점, 줄표, 밑줄로 적으십시오. 세그먼트는 ai:at_risk처럼 "
        ":을, 발신 계정은 @shop처럼 @와 +도 쓸 수 있습니다 (적힌 값: {found}).",
        "may have letters a to z, digits, dots, dashes and underscores; segments also ':' (ai:at_risk), senders also "
        "'@' and '+' (@shop); found {found}",
    ),
    # when
    "month_day": (
        "1부터 31까지의 날 또는 last(말일)여야 합니다 (적힌 값: {found}).",
        "must be a day from 1 to 31, or last (found {found})",
    ),
    "weekdays": (
        "weekdays는 unit: week에 쓰고, 그때는 하나 이상 있어야 합니다.",
        "weekdays go with unit: week, which needs at least one",
    ),
    "month_day_unit": (
        "day는 unit: month에 쓰고, 그때는 꼭 있어야 합니다.",
        "day goes with unit: month, which needs it",
    ),
    "weekday_twice": ("같은 요일이 두 번 있습니다. 하나를 지우십시오.", "has a weekday twice: remove one"),
    "schedule_kind": ("다음 가운데 하나만 적습니다: {known}.", "must be exactly one of: {known}"),
    "period_empty": (
        "from이나 to를 적으십시오. 멈출 때까지 보내려면 period를 지우십시오.",
        "needs from, to, or both; leave period out for 'until stopped'",
    ),
    "period_order": (
        "끝({to})이 시작({from})보다 앞섭니다. 서로 바꾸십시오.",
        "ends ({to}) before it begins ({from}): swap them",
    ),
    # policies
    "night_empty": ("시작과 끝이 같은 시각입니다.", "begins and ends at the same time"),
    "holdout_redraw": (
        "redraw_days가 window_days보다 짧습니다. 같거나 길게 하십시오.",
        "redraw_days is shorter than window_days: make it as long or longer",
    ),
    "holdout_both": (
        "holdout과 policies.no_holdout을 함께 쓸 수 없습니다. 하나를 지우십시오.",
        "policies.no_holdout contradicts holdout: remove one",
    ),
    # the document
    "brand_is_advertising": (
        "브랜드 메시지는 언제나 광고입니다. advertising: true로 적으십시오.",
        "Brand Message is always advertising: write advertising: true",
    ),
    "alimtalk_informs": (
        "알림톡으로는 광고를 보낼 수 없습니다. advertising: false로 적거나 다른 채널을 고르십시오.",
        "AlimTalk takes no advertising: write advertising: false, or take another channel",
    ),
    "targeting_channel": (
        "targeting은 channel: brand_message에만 씁니다. 지우십시오.",
        "targeting goes with channel: brand_message only: remove it",
    ),
    "night_fixed": (
        "policies.night는 sms와 push에만 쓸 수 있습니다 (브랜드 메시지의 야간은 20:00~08:00로 고정). 지우십시오.",
        "policies.night can be set for sms and push only (Brand Message: fixed, 20:00 to 08:00): remove it",
    ),
    "substitute_channel": (
        "substitute(대체 문자)는 알림톡과 브랜드 메시지에만 씁니다. 지우십시오.",
        "substitute goes with AlimTalk and Brand Message only: remove it",
    ),
    "targeting_manual": (
        "M·N 타겟팅은 수동 발송(schedule: now)을 할 수 없습니다. 다른 schedule이나 targeting: I를 쓰십시오.",
        "targeting M and N are not for sending by hand (schedule now): take another schedule, or targeting: I",
    ),
    "push_every": (
        "푸시의 반복 주기는 1부터 {most}까지입니다 (적힌 값: {every}).",
        "push repeats every 1 to {most} (found {every})",
    ),
    "period_schedule": (
        "period는 recurring과 trigger에만 씁니다. 지우십시오.",
        "period goes with recurring and trigger only: remove it",
    ),
    "variant_twice": (
        "variants에 이름 {name}이(가) 두 번 있습니다. 하나를 바꾸십시오.",
        "variants has the name {name} twice: change one",
    ),
    "segment_twice": (
        "target에 세그먼트 {name}이(가) 두 번 있습니다. 하나를 지우십시오.",
        "target has the segment {name} twice: remove one",
    ),
    "share_missing": (
        "share는 모든 안에 적거나 모두 지우십시오. 모두 지우면 똑같이 나눕니다.",
        "either every variant has a share or none (equal shares)",
    ),
    "shares": ("variants의 share를 더하면 {total}입니다. 100이 되게 하십시오.", "shares sum to {total}: make it 100"),
    # beside other documents
    "unknown_target": (
        "세그먼트 {segment}이(가) 없습니다. 가장 가까운 것: {nearest}. 있는 것: {known}.",
        "there is no segment {segment}. Nearest: {nearest}. There are: {known}",
    ),
    "no_targets": (
        "세그먼트 {segment}이(가) 없습니다. `dangol segment apply`로 먼저 적용하십시오 (캠페인 예시에 필요한 것: "
        "`dangol campaign templates segments`).",
        "there is no segment {segment}: apply it first with `dangol segment apply` (those that the examples need: "
        "`dangol campaign templates segments`)",
    ),
    "unknown_template": (
        "템플릿 {template}이(가) 없습니다. 가장 가까운 것: {nearest}. 있는 것: {known}. 새로 만들었으면 "
        "`dangol template apply`로 먼저 적용하십시오.",
        "there is no template {template}. Nearest: {nearest}. There are: {known}. A new one is applied first with "
        "`dangol template apply`",
    ),
    "no_templates": (
        "템플릿 {template}이(가) 없습니다. `dangol template apply`로 먼저 적용하십시오.",
        "there is no template {template}: apply it first with `dangol template apply`",
    ),
    "unknown_sender": (
        "발신 계정 {sender}이(가) 없습니다. 가장 가까운 것: {nearest}. 있는 것: {known}. 새 계정은 "
        "`dangol sender apply`로 먼저 적용하십시오.",
        "there is no sender {sender}. Nearest: {nearest}. There are: {known}. A new one is applied first with "
        "`dangol sender apply`",
    ),
    "no_senders": (
        "발신 계정 {sender}이(가) 없습니다. `dangol sender apply`로 먼저 적용하십시오.",
        "there is no sender {sender}: apply it first with `dangol sender apply`",
    ),
    "template_channel": (
        "템플릿 {template}은(는) {is_for}용입니다. {wanted}용 템플릿을 쓰십시오.",
        "template {template} is for {is_for}: take one for {wanted}",
    ),
    "template_informs": (
        "템플릿 {template}은(는) 정보성이라 (광고) 표기 없이 나갑니다. 광고 캠페인에는 광고 템플릿을 쓰거나 "
        "advertising: false로 적으십시오.",
        "template {template} informs and has no (광고): take one that advertises, or write advertising: false",
    ),
    "template_advertises": (
        "템플릿 {template}은(는) 광고입니다. 정보성 캠페인에는 purpose: information인 템플릿을 쓰거나 "
        "advertising: true로 적으십시오.",
        "template {template} advertises: take one with purpose: information, or write advertising: true",
    ),
    "template_targeting": (
        "템플릿 {template}은(는) targeting {is_for}용입니다. 캠페인의 targeting({wanted})과 같게 하십시오.",
        "template {template} is for targeting {is_for}: make it that of the campaign ({wanted})",
    ),
    "template_by_hand": (
        "템플릿 {template}의 카카오 변수는 파일 업로드로 채우므로 수동 발송(schedule: now)에만 쓸 수 있습니다.",
        "template {template} has Kakao variables, which an uploaded file fills: for sends by hand (schedule: now) only",
    ),
    "sender_kind": (
        "발신 계정 {sender}은(는) {is_for}용입니다. {wanted}용 계정을 쓰십시오.",
        "sender {sender} is for {is_for}: take one for {wanted}",
    ),
    "sender_targeting": (
        "발신 계정 {sender}은(는) targeting {targeting} 승인을 받지 않았습니다 (승인된 것: {approved}).",
        "sender {sender} is not approved for targeting {targeting} (approved: {approved})",
    ),
    "executed": (
        "이미 발송한 캠페인은 고칠 수 없습니다. 복사해서 고치십시오: `dangol campaign copy {id} 새ID`",
        "has been executed and can not be edited; make a copy and edit that: `dangol campaign copy {id} NEW_ID`",
    ),
    "started": (
        "시작한 캠페인은 고칠 수 없습니다. 먼저 멈추십시오: `dangol campaign stop {id}`",
        "is started and can not be edited; stop it first: `dangol campaign stop {id}`",
    ),
    "completed": (
        "끝난 캠페인은 고칠 수 없습니다. 복사해서 고치십시오: `dangol campaign copy {id} 새ID`",
        "is completed and can not be edited; make a copy and edit that: `dangol campaign copy {id} NEW_ID`",
    ),
    # before a start
    "sender_may_not_send": (
        "발신 계정 {sender}은(는) 아직 보낼 수 없습니다 (상태: {state}). `dangol sender sync`로 승인을 확인하십시오.",
        "sender {sender} may not send yet (state: {state}): `dangol sender sync` asks the vendor again",
    ),
    "substitute_text": (
        "템플릿 {template}에 대체 문자가 없습니다. substitute에 template을 적거나 템플릿에 substitute를 넣으십시오.",
        "template {template} has no substitute text: write template under substitute, or substitute in the template",
    ),
    "no_price": (
        "메시지 단가가 없습니다. shop.yaml의 messages.prices에 넣으십시오 ({message}).",
        "its messages have no price: put it into messages.prices of shop.yaml ({message})",
    ),
}
