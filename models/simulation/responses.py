"""What customers do about a message: open it, follow its link, buy because of it. The planted truth of campaigns.

Belongs here: chances, delays and draws, one row a message. Does not belong here: the pages they see then
(``models.simulation.return_visits``), how a message reaches them (the played vendors), what the product makes of it.

Everything is drawn by a hash of seed, send and customer: whatever the order of messages, the same customer does the
same. What is bought here would not have been bought without the message, so the true effect of each campaign is known.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np
import polars as pl

from models.campaigns.hashing import hashed
from models.simulation.demand import demand_on
from models.simulation.plan import Plan
from models.simulation.sampling import Bools, Floats, Ints
from models.simulation.scenario import DAY, HOUR, MINUTE
from models.simulation.tastes import NOISE
from models.simulation.words_traffic import APP, MOBILE

OPENS: Final = {"push": 0.35, "brand_message": 0.6, "alimtalk": 0.8, "sms": 0.8, "email": 0.4}
CLICKS: Final = {"push": 0.055, "brand_message": 0.08, "alimtalk": 0.09, "sms": 0.05, "email": 0.04}  # of messages
BUYS: Final = 0.14  # of clicks
PUSHES: Final[Mapping[str, float]] = {"A": 1.0, "B": 1.5, "C": 0.8}  # of the A/B/N push: how much more it is clicked
# The mail brings a coupon. Its effect is stronger than in life: 5,000 customers can not tell a usual one from chance.
MAIL: Final = "demo-new-season-mail"
MAILS: Final[Mapping[str, float]] = {"A": 3.5, "B": 6.5}
MAIL_BUYS: Final = 2.6  # how much more those who click it buy
FITS: Final = (
    0.8  # a message that fits the customer entirely is clicked and bought from so much more than one that does not
)
NEXT_DAY: Final = 0.12  # of clicks come a day later
SOON, LATER = 0.7, 0.88  # of purchases: in the same visit; 3.5 to 9 hours after the click; the rest a day later

MESSAGES: Final = {
    "send_id": pl.String, "send_no": pl.Int64, "seq": pl.Int64, "campaign_id": pl.String, "variant": pl.String,
    "channel": pl.String, "customer": pl.Int64, "at": pl.Int64, "product": pl.Int64,
}  # fmt: skip


@dataclass(frozen=True)
class _Draws:
    """Uniform numbers in [0, 1) for the messages of one send, by what they are for."""

    customer: pl.Series
    salt: tuple[str, ...]

    def of(self, purpose: str) -> Floats:
        return hashed(self.customer, *self.salt, purpose) / 2.0**64


def respond(plan: Plan, messages: pl.DataFrame) -> pl.DataFrame:
    """What comes of ``messages`` (columns ``MESSAGES``: ``customer`` is the customer's number, ``at`` the UTC
    microseconds at which it arrived, ``product`` the catalogue number that it shows, -1 for none).

    The same rows, sorted by send and customer, with ``device`` (-1: has none), ``opened_at``, ``clicked_at``,
    ``bought_at`` (UTC microseconds, null where it did not happen by the end of the scenario), ``bought_product``,
    ``quantity`` and ``revenue`` (won, null without a purchase). Raises ``KeyError`` for an unknown channel.
    """
    rows = messages.select(pl.col(name).cast(kind) for name, kind in MESSAGES.items())
    rows = rows.sort("send_id", "customer", "send_no", "seq")
    parts = [_of_send(plan, part) for part in rows.partition_by("send_id", maintain_order=True)]
    return pl.concat(parts) if parts else _of_send(plan, rows)


def _of_send(plan: Plan, rows: pl.DataFrame) -> pl.DataFrame:
    send_id = rows["send_id"][0] if len(rows) else ""
    draws = _Draws(rows["customer"], ("response", str(plan.scenario.seed), send_id))
    customer, at = rows["customer"].to_numpy(), rows["at"].to_numpy()
    fit = _fit(plan, customer, rows["product"].to_numpy())
    device = _devices(plan, customer, rows["channel"])
    opens = rows["channel"].replace_strict(OPENS, return_dtype=pl.Float64).to_numpy()
    clicks = rows["channel"].replace_strict(CLICKS, return_dtype=pl.Float64).to_numpy() * _appeal(rows)
    drawn = draws.of("open")  # one draw for both: who clicks has opened
    opened = (drawn < opens) & (device >= 0)
    clicked = (drawn < np.minimum(clicks * fit, opens)) & (device >= 0)
    opened_at = at + _delay(draws, opened & clicked)
    clicked_at = opened_at + (1 + 30 * draws.of("reads")).astype(np.int64) * 1_000_000
    buys = BUYS * np.where(rows["campaign_id"].to_numpy() == MAIL, MAIL_BUYS, 1.0)
    bought = clicked & (draws.of("buy") < buys * fit)
    bought_at = clicked_at + _until_bought(draws)
    end = plan.scenario.start_us + plan.scenario.days * DAY - HOUR
    clicked &= clicked_at < end
    bought &= clicked & (bought_at < end)
    chosen, price = _chosen(plan, rows, draws, bought, bought_at)
    quantity = np.where(draws.of("quantity") < 0.85, 1, 2)
    return rows.with_columns(
        pl.Series("device", device, dtype=pl.Int64),
        _where("opened_at", opened & (opened_at < end), opened_at),
        _where("clicked_at", clicked, clicked_at),
        _where("bought_at", bought, bought_at),
        _where("bought_product", bought, chosen),
        _where("quantity", bought, quantity),
        _where("revenue", bought, price * quantity),
    )


def _where(name: str, holds: Bools, values: Ints) -> pl.Series:
    made = pl.DataFrame({"holds": holds, "value": values.astype(np.int64)})
    return made.select(pl.when("holds").then("value").alias(name)).to_series()


def _appeal(rows: pl.DataFrame) -> Floats:
    """How much more a variant is clicked, of the two campaigns that compare some; names of others say nothing."""
    variant = pl.col("variant")
    pushes, mails = (variant.replace_strict(one, default=1.0, return_dtype=pl.Float64) for one in (PUSHES, MAILS))
    is_push, is_mail = pl.col("channel") == "push", pl.col("campaign_id") == MAIL
    found: Floats = (
        rows.select(pl.when(is_push).then(pushes).when(is_mail).then(mails).otherwise(1.0)).to_series().to_numpy()
    )
    return found


def _fit(plan: Plan, customer: Ints, product: Ints) -> Floats:
    """From 1 - FITS / 2 to 1 + FITS / 2: how much the product shown is of the customer's taste; 1 without a product."""
    known = (product >= 0) & (customer < plan.scenario.customers)
    person, shown = np.where(known, customer, 0), np.where(known, product, 0)
    liking = np.clip((plan.people.mix[person] * plan.catalogue.affinity[shown]).sum(axis=1), 0, 1)
    return np.where(known, 1 + FITS * (liking - 0.5), 1.0)


def _devices(plan: Plan, customer: Ints, channel: pl.Series) -> Ints:
    """The device on which each customer reads: for a push that with the app, else the phone, else any; -1: none."""
    known = customer < plan.scenario.customers
    person = np.where(known, customer, 0)
    first = plan.devices.first[person]
    count = plan.devices.first[person + 1] - first
    wanted = np.where(channel.to_numpy() == "push", APP, MOBILE)
    device = first.copy()
    for place in (2, 1, 0):  # a customer has up to three
        has = place < count
        found = first + np.where(has, place, 0)
        device = np.where(has & (plan.devices.kind[found] == wanted), found, device)
    return np.where(known, device, -1)


def _delay(draws: _Draws, clicked: Bools) -> Ints:
    """Microseconds until a message is opened: half of them within 20 minutes, few after hours; some clicks come a day
    later."""
    u = np.clip(draws.of("delay"), 1e-6, 1 - 1e-6)
    minutes = np.clip(20 * (u / (1 - u)) ** 0.8, 0.5, 9 * 60)
    tomorrow = clicked & (draws.of("tomorrow") < NEXT_DAY)
    found: Ints = (minutes * MINUTE).astype(np.int64) + np.where(tomorrow, 21 * HOUR, 0)
    return found


def _until_bought(draws: _Draws) -> Ints:
    """Microseconds from the click to the purchase."""
    kind, u = draws.of("when"), draws.of("how soon")
    soon, later, next_day = 4 * MINUTE + u * 16 * MINUTE, 3.5 * HOUR + u * 5.5 * HOUR, 20 * HOUR + u * 8 * HOUR
    found: Ints = np.where(kind < SOON, soon, np.where(kind < LATER, later, next_day)).astype(np.int64)
    return found


def _chosen(plan: Plan, rows: pl.DataFrame, draws: _Draws, bought: Bools, bought_at: Ints) -> tuple[Ints, Ints]:
    """(product, price) of each purchase: the product that was shown, if it can be bought, else one of their taste."""
    customer, shown = rows["customer"].to_numpy(), rows["product"].to_numpy()
    product, price = np.full(len(rows), -1), np.zeros(len(rows), dtype=np.int64)
    u, days = draws.of("product"), (bought_at - plan.scenario.start_us) // DAY
    for day in np.unique(days[bought]):
        here = np.flatnonzero(bought & (days == day))
        mix = plan.people.mix[customer[here]]
        taste = np.where(mix.sum(axis=1) > 0, mix.argmax(axis=1), NOISE)
        drawn = demand_on(plan.catalogue, plan.scenario, int(day), to_buy=True).draw(taste, u[here])
        catalogue, offered = plan.catalogue, np.maximum(shown[here], 0)
        sold = (shown[here] >= 0) & (catalogue.sold_out_day[offered] > day) & (catalogue.hidden_day[offered] > day)
        product[here] = np.where(sold, shown[here], drawn)
        price[here] = catalogue.price(product[here], int(day))
    return product, price
