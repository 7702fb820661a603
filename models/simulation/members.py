"""The members' table as the shop's own system would hold it: invented personal data.

Belongs here: one row a member. Does not belong here: what members do (``visits`` …).
"""

import json

import numpy as np
import polars as pl

from models.simulation.plan import Plan
from models.simulation.sampling import Ints, pick, scramble
from models.simulation.scenario import DAY, HOUR, SECOND
from models.simulation.words_people import FIRST, GRADES, LAST, MAIL_HOSTS, REGIONS, SKIN_TYPES, SURNAMES

UNSEEN_SHARE = 0.02  # members without a visit, on top of the customers
MISTYPED_PHONES, MISTYPED_EMAILS = 0.01, 0.008  # can not be reached
SHARED_PHONES = 0.005  # members who gave the same phone as another one


def member_ids(count: int) -> pl.Series:
    """Member id of each member number (a customer's index, or behind all customers for the unseen)."""
    numbers = pl.DataFrame({"n": np.arange(count) + 1})
    return numbers.select(pl.lit("user") + pl.col("n").cast(pl.String).str.zfill(6)).to_series()


def make_members(plan: Plan) -> pl.DataFrame:
    """One row a member: those among the customers, and some who never came to the site."""
    rng, customers = plan.scenario.rng("members"), plan.scenario.customers
    number = np.append(np.flatnonzero(plan.logins.is_member), customers + np.arange(int(customers * UNSEEN_SHARE) + 1))
    size = len(number)
    points = (rng.gamma(0.7, 3000, size) // 10 * 10).astype(np.int64)
    consent = {f"consent_{key}": pl.Series(rng.random(size) < share) for key, share in _CONSENTS.items()}
    has_push = rng.random(size) < 0.45
    frame = pl.DataFrame(
        {
            "n": number,
            "member_id": member_ids(number.max() + 1).gather(number),
            "name": _names(rng, size),
            "phone": _phones(rng, size),
            "has_email": rng.random(size) < 0.97,
            "host": pl.Series(MAIL_HOSTS).gather(rng.integers(0, len(MAIL_HOSTS), size)),
            "token": np.where(has_push, scramble(number, 99), -1),
            **consent,
            "is_channel_friend": rng.random(size) < 0.3,
            "grade": pl.Series(GRADES).gather(pick((0.4, 0.25, 0.18, 0.12, 0.05), rng.random(size))),
            "points": points,
            "joined_at": _joined_at(rng, plan, number),
            "custom": _custom(rng, size),
        }
    )
    return _formatted(_as_in_real_life(frame, plan))


_CONSENTS = {"sms": 0.62, "email": 0.55, "push": 0.4, "kakao": 0.58, "night": 0.08}


def _as_in_real_life(frame: pl.DataFrame, plan: Plan) -> pl.DataFrame:
    """What a shop's own list has besides: times of consents, numbers and addresses mistyped, apps, birthdays.

    Drawn from a stream of its own, so that everything else stays as it is without.
    """
    rng, size = plan.scenario.rng("member details"), len(frame)
    joined = frame["joined_at"].to_numpy()
    end = max(plan.scenario.start_us + plan.scenario.days * DAY, int(joined.max()) + DAY)
    said = {f"consent_{key}_at": joined + _later(rng, end - joined) for key in _CONSENTS}
    day = rng.integers(0, 365, size)  # of a year that is no leap year
    birthday = pl.Series(day).cast(pl.Int32).cast(pl.Date).dt.strftime("%m-%d")  # days since 1970-01-01
    texts = frame["custom"].str.strip_suffix("}") + ', "birthday": "' + birthday + '"}'
    return frame.with_columns(
        *(pl.Series(name, moments).cast(pl.Datetime("us")) for name, moments in said.items()),
        pl.Series("mistyped_phone", rng.random(size) < MISTYPED_PHONES),
        pl.Series("mistyped_email", rng.random(size) < MISTYPED_EMAILS),
        pl.Series("push_platform", np.where(rng.random(size) < 0.7, "android", "ios")),
        pl.when(pl.Series(rng.random(size) < 0.7)).then(texts).otherwise("custom").alias("custom"),
    )


def _later(rng: np.random.Generator, left: Ints) -> Ints:
    """Microseconds after the sign-up: most say it right there, the others some time within ``left``."""
    changed = rng.random(len(left)) >= 0.8
    return np.where(changed, (rng.random(len(left)) * left).astype(np.int64) // SECOND * SECOND, 0)


def _formatted(frame: pl.DataFrame) -> pl.DataFrame:
    phone = pl.col("phone").cast(pl.String)
    last = pl.when("mistyped_phone").then(phone.str.slice(4, 2)).otherwise(phone.str.slice(4))  # two digits short
    at = pl.when("mistyped_email").then(pl.lit("@@")).otherwise(pl.lit("@"))
    return frame.select(
        "member_id",
        "name",
        pl.when(pl.col("phone") >= 0).then(pl.format("010-{}-{}", phone.str.slice(0, 4), last)).alias("phone"),
        pl.when("has_email").then(pl.format("{}{}{}", "member_id", at, "host")).alias("email"),
        pl.when(pl.col("token") >= 0).then(pl.format("fcm:{}:APA91b", "token")).alias("push_token"),
        pl.when(pl.col("token") >= 0).then("push_platform").alias("push_platform"),
        *(f"consent_{key}" for key in _CONSENTS),
        *(f"consent_{key}_at" for key in _CONSENTS),
        "is_channel_friend", "grade", "points",
        pl.col("joined_at").cast(pl.Datetime("us")),
        "custom",
    )  # fmt: skip


def _names(rng: np.random.Generator, size: int) -> pl.Series:
    words = (SURNAMES, FIRST, LAST)
    surname, first, last = (pl.Series(choice).gather(rng.integers(0, len(choice), size)) for choice in words)
    return surname + first + last


def _phones(rng: np.random.Generator, size: int) -> Ints:
    """The last eight digits; -1 for members without one. A few families share theirs."""
    owner = np.arange(size)
    owner[1:] -= rng.random(size - 1) < SHARED_PHONES
    unlike = (owner * 48_271_931 + rng.integers(0, 90_000_000)) % 90_000_000  # one to one: coprime to the range
    return np.where(rng.random(size) < 0.02, -1, 10_000_000 + unlike)


def _joined_at(rng: np.random.Generator, plan: Plan, number: Ints) -> Ints:
    """UTC microseconds: the sign-up seen on the site, else some time in the three years before the period."""
    before = plan.scenario.start_us - rng.integers(1 * HOUR, 1100 * DAY, len(number)) // SECOND * SECOND
    known = np.append(plan.logins.joined_at, np.zeros(number.max() + 1, dtype=np.int64))[number]
    return np.where(known > 0, known, before)


def _custom(rng: np.random.Generator, size: int) -> pl.Series:
    """JSON of the shop's own fields."""
    texts = [
        json.dumps({"region": region, "skin_type": skin, "birth_year": year}, ensure_ascii=False)
        for region in REGIONS
        for skin in SKIN_TYPES
        for year in range(1965, 2008)
    ]
    return pl.Series(texts).gather(rng.integers(0, len(texts), size))
