"""A campaign in words: when it sends, how long, for which reasons somebody is left out, what to be warned of.

Belongs here: sentences from a document, a decision or a warning. Does not belong here: phrases (``phrases``), layout,
what commands say about their own work (``orchestration.cli``).
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import models.words
from models.campaigns.document import Campaign
from models.campaigns.phrases import PARTS, POLICIES, REASONS, WARNINGS
from models.campaigns.plan_warnings import PlanWarning
from models.campaigns.when import WEEKDAYS, OnEvent, Recurring, Schedule
from models.segments.document import Condition
from models.segments.leaves import EventFilter
from models.segments.words.behaviour import TEXTS, event_filters
from models.segments.words.describe import describe
from models.segments.words.phrases import Words as SegmentWords
from models.words import Locale, Phrases


class CampaignWords(models.words.Words):
    """Phrases of one language. Moments are told in ``zone``, money in ``currency`` (as ISO 4217 names it)."""

    def __init__(self, locale: Locale, zone: ZoneInfo, currency: str = "KRW", phrases: Phrases | None = None) -> None:
        super().__init__(locale, {**PARTS, **REASONS, **POLICIES, **WARNINGS, **(phrases or {})})
        self.zone, self._currency = zone, currency

    def named(self, kind: str, value: object) -> str:
        """A channel, state, purpose, … as people call it; what has no name of its own as it is."""
        key = f"{kind}_{value}"
        return self(key) if self.known(key) else str(value)

    def moment(self, moment: dt.datetime | None) -> str:
        """'2025-10-01(수) 10:30'; a dash for none."""
        if moment is None:
            return "-"
        local = moment.astimezone(self.zone)
        return f"{local:%Y-%m-%d}({self.weekday(local)}) {local:%H:%M}"

    def weekday(self, day: dt.date) -> str:
        """'수'."""
        return self(WEEKDAYS[day.isoweekday() % 7])

    def money(self, amount: float) -> str:
        """'1,200원'; fractions only where there are any."""
        number = f"{amount:,.0f}" if amount == round(amount) else f"{amount:,.2f}"
        return f"{number}원" if (self.locale, self._currency) == ("ko", "KRW") else f"{number} {self._currency}"

    def duration(self, length: dt.timedelta) -> str:
        """'3시간'."""
        minutes = int(length.total_seconds()) // 60
        for size, unit in ((1440, "days"), (60, "hours")):
            if minutes and minutes % size == 0:
                return self(unit, count=f"{minutes // size:,}")
        return self("minutes", count=f"{minutes:,}")

    def reason(self, reason: str) -> str:
        """Why somebody is left out, or when they get it."""
        return self(reason) if reason in REASONS else reason

    def reasons(self, counts: Mapping[str, int]) -> str:
        """'수신 동의 없음 12, 연락처 없음 3', the most frequent first."""
        ordered = sorted(counts.items(), key=lambda one: (-one[1], one[0]))
        return ", ".join(f"{self.reason(reason)} {count:,}" for reason, count in ordered)

    def schedule(self, schedule: Schedule, names: Mapping[str, str] | None = None) -> str:
        """'2주마다 화, 금 10:30'. ``names`` of segments and products by id."""
        if schedule.trigger:
            return self._trigger(schedule.trigger, names or {})
        if schedule.recurring:
            return self._recurring(schedule.recurring)
        return self("now") if schedule.at is None else self("at", moment=f"{schedule.at:%Y-%m-%d %H:%M}")

    def period(self, campaign: Campaign) -> str:
        """How long it sends: '수동 종료 전까지'."""
        period = campaign.period
        if period is None:
            return self("once") if campaign.schedule.kind in ("now", "at") else self("until_stopped")
        key = "from_to" if period.from_ and period.to else "from" if period.from_ else "to"
        return self(key, first=period.from_, last=period.to)

    def warning(self, warning: PlanWarning) -> str:
        """What to be warned of, as a sentence."""
        told = {"planned": self.moment(warning.planned_at)}
        for key, value in warning.values.items():
            told[key] = self._value(key, value)
        return self(f"warn_{warning.kind}", **told)

    def warnings(self, warnings: Sequence[PlanWarning]) -> list[tuple[str, str]]:
        """(campaign, sentence) of each warning; the same one at several occurrences is said of the first of them."""
        alike: dict[tuple[str, str], list[PlanWarning]] = {}
        for one in warnings:
            alike.setdefault((one.campaign_id, one.kind), []).append(one)
        told = []
        for (campaign_id, _), its in alike.items():
            more = " " + self("warn_more", count=len(its) - 1) if len(its) > 1 else ""
            told.append((campaign_id, self.warning(its[0]) + more))
        return told

    def speed(self, speed: object) -> str:
        """'1분에 5,000건'."""
        return self("speed_a_minute", count=f"{speed:,}") if isinstance(speed, int) else self("speed_max")

    def _value(self, key: str, value: object) -> str:
        if isinstance(value, dt.datetime):
            return self.moment(value)
        if isinstance(value, Mapping):
            return self.reasons(value)
        if key == "speed":
            return self.speed(value)
        return f"{value:,}" if isinstance(value, int) else str(value)

    def _recurring(self, rule: Recurring) -> str:
        key = f"{rule.unit}_{'one' if rule.every == 1 else 'many'}"
        weekdays = ", ".join(self(name) for name in WEEKDAYS if name in rule.weekdays)
        day = self("month_last") if rule.day == "last" else self("month_day", day=rule.day)
        return self(key, every=rule.every, weekdays=weekdays, day=day, time=f"{rule.time:%H:%M}")

    def _trigger(self, trigger: OnEvent, names: Mapping[str, str]) -> str:
        words = SegmentWords(self.locale, TEXTS, names)
        event, delay = words(trigger.event), self.duration(trigger.delay)
        told = self("trigger", event=event, delay=delay) if trigger.delay else self("trigger_at_once", event=event)
        if trigger.where:
            filters = event_filters(EventFilter.model_validate(trigger.where), words)
            told = self("trigger_where", what=told, where=", ".join(filters))
        if trigger.condition:
            condition = describe(Condition.model_validate(trigger.condition), self.locale, names)
            told = self("trigger_condition", what=told, condition=condition)
        return told
