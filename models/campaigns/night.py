"""The night rule: when advertising may not go out, and the first moment at which it may.

Belongs here: hours, whom they hold for, and moments moved out of them. Does not belong here: choosing hours
(``policies``), sending.

The law (정보통신망법 §50): no advertising from 21:00 to 08:00 without a separate night consent, e-mail exempt. Kakao
lets no advertising through from 20:50 to 08:00, and the shop's own rule there is 20:00 to 08:00, for everybody and not
to be switched off. Information and what is shown on the site know no night. A night begins with its first minute and is
over with its last: 21:00 is night, 08:00 is not.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Final
from zoneinfo import ZoneInfo

import polars as pl

from models.campaigns.fields import Channel
from models.campaigns.policies import NightHours
from models.campaigns.schedule import local_moment

KAKAO_NIGHT: Final = NightHours.model_validate({"from": "20:00", "to": "08:00"})
BY_CONSENT: Final = ("sms", "push")  # channels on which a night consent lifts the rule
_MOST_HOPS: Final = 8  # from one night into another, where several hold


def nights(
    channel: Channel, advertising: bool, night_consent: bool, quiet: Sequence[NightHours]
) -> tuple[NightHours, ...]:
    """The hours that hold for a message. ``quiet``: the shop's hours and the campaign's, for SMS and push."""
    if not advertising:
        return ()
    if channel == "brand_message":
        return (KAKAO_NIGHT,)
    if channel in BY_CONSENT and not night_consent:
        return tuple(quiet)
    return ()


def allowed_at(moment: dt.datetime, hours: Sequence[NightHours], zone: ZoneInfo) -> dt.datetime:
    """``moment`` (aware) in UTC, or the end of the night it falls into.

    Hours that together leave no minute of the day raise ``ValueError``."""
    found = moment.astimezone(dt.UTC)
    for _ in range(_MOST_HOPS):
        ends = [end for night in hours if (end := _end(found, night, zone)) is not None]
        if not ends:
            return found
        found = max(ends)
    raise ValueError("nights leave no time of day to send at: " + ", ".join(f"{one.from_}-{one.to}" for one in hours))


def next_night(moment: dt.datetime, hours: Sequence[NightHours], zone: ZoneInfo) -> dt.datetime | None:
    """When the first night after ``moment`` (aware) begins, in UTC; None where there are none."""
    day = moment.astimezone(zone).date()
    days = [day + dt.timedelta(days=ahead) for ahead in range(3)]  # three: clocks that are put back
    begins = (local_moment(one, night.from_, zone) for night in hours for one in days)
    return min((begin for begin in begins if begin > moment), default=None)


def not_before(
    moment: dt.datetime,
    night_consent: pl.Expr,
    channel: Channel,
    advertising: bool,
    quiet: Sequence[NightHours],
    zone: ZoneInfo,
) -> pl.Expr:
    """:func:`allowed_at` for many people at one moment, by their ``night_consent`` (Boolean)."""
    consented, others = (
        pl.lit(allowed_at(moment, nights(channel, advertising, consent, quiet), zone)).cast(pl.Datetime("us", "UTC"))
        for consent in (True, False)
    )
    return pl.when(night_consent.fill_null(False)).then(consented).otherwise(others)


def allowed_moments(moments: pl.Series, hours: Sequence[NightHours], zone: ZoneInfo) -> pl.Series:
    """:func:`allowed_at` for many moments (Datetime with a zone) under the same hours, row by row, in UTC.

    Within a minute all moments are moved alike, so each minute that occurs is looked at once."""
    given = moments.cast(pl.Datetime("us", "UTC"))
    minutes = given.dt.truncate("1m").unique().drop_nulls()
    moved = [allowed_at(minute, hours, zone) for minute in minutes.to_list()]
    table = pl.DataFrame({"minute": minutes, "moved": pl.Series(moved, dtype=given.dtype)})
    rows = pl.DataFrame({"given": given}).with_columns(minute=pl.col("given").dt.truncate("1m"))
    joined = rows.join(table, on="minute", how="left", maintain_order="left")
    found = joined.select(pl.when(pl.col("moved") == pl.col("minute")).then("given").otherwise("moved").alias("found"))
    return found["found"].alias(moments.name)


def _end(moment: dt.datetime, night: NightHours, zone: ZoneInfo) -> dt.datetime | None:
    """The end of the night that ``moment`` is in; None by day."""
    local = moment.astimezone(zone)
    time = local.time()
    if night.from_ < night.to:
        if not night.from_ <= time < night.to:
            return None
        day = local.date()
    else:
        if night.to <= time < night.from_:
            return None
        day = local.date() + dt.timedelta(days=int(time >= night.from_))
    end = local_moment(day, night.to, zone)
    if end <= moment:  # clocks turned back pass the end twice, and this is after the first time
        end = dt.datetime.combine(day, night.to.replace(fold=1), tzinfo=zone).astimezone(dt.UTC)
    return end
