"""Phrases of statistics, in Korean and English.

Belongs here: the phrases. Does not belong here: which one is said when (``words``).
"""

from typing import Final

from models.words import Phrases

PHRASES: Final[Phrases] = {
    "collecting": ("아직 성과 수집 중이라 지금까지의 수치입니다.", "Still collecting: figures so far."),
    "this_campaign": ("이 캠페인", "this campaign"),
    "this_send": ("이 발송", "this send"),
    "what_buyers": ("구매 고객", "buyers"),
    "what_orders": ("주문", "orders"),
    "what_revenue": ("매출", "revenue"),
    "amount_buyers": ("{number}명", "{number} buyers"),
    "amount_orders": ("{number}건", "{number} orders"),
    "interval": ("95% 구간 {low}~{high}", "95% interval {low} to {high}"),
    "interval_up": ("95% 구간 {end} 이상, 위쪽은 알 수 없음", "95% interval from {end}, upper end unknown"),
    "interval_down": ("95% 구간 {end} 이하, 아래쪽은 알 수 없음", "95% interval up to {end}, lower end unknown"),
    "interval_unknown": ("95% 구간을 알 수 없음", "95% interval unknown"),
    # report_lift
    "lift_up": (
        "{whose}으로 {what}이 {amount}({interval}) 늘었습니다.",
        "Because of {whose}, {what} rose by {amount} ({interval}).",
    ),
    "lift_down": (
        "{whose}으로 {what}이 {amount}({interval}) 줄었습니다.",
        "Because of {whose}, {what} fell by {amount} ({interval}).",
    ),
    "lift_undecided": (
        "아직 표본이 부족합니다: {whose}으로 {what}이 늘었는지 알 수 없습니다({interval}).",
        "Too few people yet: whether {whose} changed {what} can't be told ({interval}).",
    ),
    "lift_needs": (
        "{smallest} 차이를 확인하려면 대조군을 포함해 약 {more}명이 더 필요합니다.",
        "Seeing a change of {smallest} needs about {more} more people, the holdout included.",
    ),
    "lift_none": (
        "{whose}으로 {what}이 늘었다고 볼 수 없습니다({interval}). "
        "{smallest} 이상의 차이는 대개 확인되었을 표본입니다.",
        "No sign that {whose} changed {what} ({interval}). A change of {smallest} would most likely have been seen.",
    ),
    "lift_unknown": (
        "아직 비교할 {what}이 없습니다.",
        "There is nothing to compare yet: no {what}.",
    ),
    "lift_too_small": (
        "한 집단이 {people}명뿐이라 비교할 수 없습니다.",
        "One of the groups has {people} people only: nothing can be compared.",
    ),
    "lift_broken_split": (
        "대조군이 {seen}로 설정한 {expected}와 크게 달라 두 집단을 비교할 수 없습니다. "
        "메시지를 받은 고객은 다음 발송에서 빠지고 대조군은 계속 대상이 되면 이렇게 됩니다.",
        "The holdout is {seen} of the people instead of {expected}: the groups can't be compared. This happens where "
        "people who got a message are left out of the next send while those held out are not.",
    ),
    "warning_broken_split": (
        "집단의 크기가 설정한 비율과 크게 다릅니다. 비교하지 마세요.",
        "The groups do not have the sizes they should have: do not compare them.",
    ),
    "warning_too_small": ("비교하기에는 너무 적습니다.", "There are too few people to compare."),
    "warning_underpowered": (
        "표본이 부족해 알고 싶은 만큼의 차이는 확인할 수 없습니다.",
        "Too few people to see a change as small as the one worth knowing.",
    ),
    "warning_few_conversions": (
        "구매 고객이 5명이 안 되는 집단이 있으니 참고로만 보세요.",
        "A group has fewer than 5 buyers: take it as a hint only.",
    ),
    "warning_skewed": (
        "몇몇 고객의 주문에 좌우될 수 있습니다.",
        "A few customers may decide this figure.",
    ),
    # report_variants
    "rate_conversion": ("전환율", "conversion rate"),
    "rate_click": ("클릭률", "click rate"),
    "rate_revenue": ("수신자당 매출", "revenue per recipient"),
    "counted_conversion": ("전환", "conversions"),
    "counted_click": ("클릭", "clicks"),
    "counted_revenue": ("전환", "conversions"),
    "points": ("{points}%p", "{points} pp"),
    "wins": (
        "{name}안이 가장 좋습니다: {first}안보다 {what}이 {gap} 높습니다(95% 구간 {low}~{high}).",
        "Variant {name} is best: its {what} is {gap} above that of {first} (95% interval {low} to {high}).",
    ),
    "ties": (
        "다른 {ties}개 안도 첫 안보다 확실히 좋으며, 이들끼리의 차이는 아직 확실하지 않습니다.",
        "{ties} more are surely better than the first; which of these is best is not sure yet.",
    ),
    "first_wins": (
        "{name}안이 다른 모든 안보다 좋습니다: 다음으로 좋은 안보다 {what}이 {gap} 높습니다(95% 구간 {low}~{high}).",
        "Variant {name} is better than all others: its {what} is {gap} above the next best "
        "(95% interval {low} to {high}).",
    ),
    "no_difference": (
        "{what} 차이가 있더라도 {at_most} 이하입니다. 어느 안을 써도 됩니다.",
        "If there is a difference in {what}, it is at most {at_most}: any variant will do.",
    ),
    "needs_more": (
        "아직 결론을 내릴 수 없습니다. {what}의 {smallest} 차이를 확인하려면 "
        "안마다 약 {recipients}명(지금의 {times}배)이 필요합니다.",
        "Undecided. Seeing a difference of {smallest} in {what} needs about {recipients} recipients a variant, "
        "{times} times as many as now.",
    ),
    "needs_endless": (
        "아직 결론을 내릴 수 없고, {what}의 {smallest} 차이는 이 정도 표본으로는 확인할 수 없습니다.",
        "Undecided, and a difference of {smallest} in {what} can't be seen with numbers like these.",
    ),
    "test_too_small": (
        "아직 판단하기에 적습니다: 안마다 수신자 {least_recipients}명, 모두 합해 {counted} {least_conversions}건이 "
        "필요한데 가장 적은 안이 {recipients}명, {counted}은 {conversions}건입니다.",
        "Too few yet: it takes {least_recipients} recipients a variant and {least_conversions} {counted} in all; the "
        "smallest has {recipients}, and there are {conversions} {counted}.",
    ),
    "split_broken": (
        "{name}안을 받은 고객이 {recipients}명인데 설정한 비율로는 {expected}명이어야 합니다. "
        "일부가 빠졌으므로 비교하지 마세요.",
        "Variant {name} went to {recipients} people instead of {expected}: some were lost on the way, so compare "
        "nothing.",
    ),
    # report_characteristics
    "trait_over": (
        "{name} 고객의 전환율이 {rate}로 전체({overall_rate})보다 {lift}배 높습니다(95% 구간 {low}~{high}배). "
        "전환한 고객의 {support}가 여기에 속합니다.",
        "Customers with {name} convert at {rate}, {lift} times the overall {overall_rate} (95% interval {low} to "
        "{high}). They are {support} of those who converted.",
    ),
    "trait_maybe": (
        "{name} 고객의 전환율이 {rate}로 전체({overall_rate})의 {lift}배이지만 우연일 수 있습니다"
        "(95% 구간 {low}~{high}배).",
        "Customers with {name} convert at {rate}, {lift} times the overall {overall_rate}, which may be chance "
        "(95% interval {low} to {high}).",
    ),
    "bought_category_other": ("{value} 구매", "purchases of {value}"),
    "both_traits": ("{first} · {second}", "{first} and {second}"),
    "rfm_grade_other": ("{value} 등급", "grade {value}"),
    "lifecycle_other": ("{value}", "{value}"),
    "lifecycle_prospect": ("미구매", "no purchase before"),
    "lifecycle_new": ("신규 구매", "a first purchase lately"),
    "lifecycle_one_time": ("1회 구매", "one purchase"),
    "lifecycle_returning": ("재구매", "several purchases"),
    "lifecycle_lapsed": ("이탈", "no purchase for long"),
    "device_other": ("{value}", "{value}"),
    "device_pc": ("최근 PC로 방문한", "a last visit by PC"),
    "device_mobile_web": ("최근 모바일 웹으로 방문한", "a last visit by mobile web"),
    "device_app": ("최근 앱으로 방문한", "a last visit by app"),
}
