"""What the page of a dry run says, in Korean and English.

Belongs here: phrases. Does not belong here: what the page shows (``campaign_plan``), campaigns in words
(``models.campaigns.words``).
"""

from typing import Final

from models.words import Phrases

PLAN_PHRASES: Final[Phrases] = {
    "plan_title": ("캠페인 발송 계획", "What campaigns will send"),
    "plan_title_of": ("캠페인 발송 계획: {name}", "What will be sent: {name}"),
    "plan_period": ("{first} ~ {last}", "{first} to {last}"),
    "plan_sum": ("한눈에", "In short"),
    "plan_occurrences": ("발송 횟수", "sends"),
    "plan_messages": ("발송 건수", "messages"),
    "plan_cost": ("예상 비용", "expected cost"),
    "plan_left_out_count": ("제외", "left out"),
    "plan_held": ("대조군 {count}명은 따로", "besides {count} held out"),
    "plan_warnings": ("주의", "warnings"),
    "plan_warning": ("내용", "warning"),
    "plan_calendar": ("발송 달력", "Calendar"),
    "plan_calendar_text": (
        "숫자는 그 시각에 나가기 시작하는 메시지 수입니다. 회색은 아무도 받지 않는 발송, 어두운 띠는 광고를 보내지 "
        "않는 야간입니다.",
        "Numbers are messages that begin to go out at that time; grey ones go to nobody. The shaded hours are the "
        "night, without advertising.",
    ),
    "plan_says": (
        "{first}부터 {last}까지 발송 {count}회를 보여 주는 달력",
        "Calendar of {count} sends from {first} to {last}",
    ),
    "plan_people": ("{count}명", "{count}"),
    "plan_short": ("{count}만", "{count}k"),
    "plan_until": ("({moment}까지)", "(until {moment})"),
    "plan_sends": ("발송별 예상", "Each send"),
    "plan_planned": ("예정 일시", "planned"),
    "plan_campaign": ("캠페인", "campaign"),
    "plan_channel": ("채널", "channel"),
    "plan_targeted": ("대상", "targeted"),
    "plan_variants": ("안별", "by variant"),
    "plan_after_night": ("야간 뒤", "after the night"),
    "plan_holdout": ("대조군", "held out"),
    "plan_left_out": ("빠지는 고객과 이유", "Who is left out, and why"),
    "plan_reasons": ("이유별 고객 수", "customers by reason"),
    "plan_triggers": ("행동에 따라 나가는 캠페인", "Campaigns that wait for what customers do"),
    "plan_triggers_text": (
        "고객이 행동할 때마다 나가므로 미리 셀 수 없습니다.",
        "They go out whenever a customer does it; nobody can count them ahead.",
    ),
    "plan_when": ("발송 시점", "when"),
    "plan_nothing": ("이 기간에 나갈 발송이 없습니다.", "Nothing goes out in these days."),
    "plan_note_people": (
        "지금의 고객으로 계산했습니다. 실제 대상은 발송할 때 다시 정합니다.",
        "Counted with the customers of now; the target is looked up anew at each send.",
    ),
    "plan_note_started": (
        "멈춰 있는 캠페인은 지금 시작한 것으로 보았습니다.",
        "Paused campaigns are counted as if they were started now.",
    ),
}
