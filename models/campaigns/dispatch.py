"""The order of a send: who goes when, with which variant, and where the money ends.

Belongs here: laying out one send. Does not belong here: who is sent to at all (``reasons``, ``decide``), sending.

Those who may go at once come first, then those who wait for the morning. Within each the order is drawn by hash from
the occurrence, so that a cost limit does not cut the same customers each day. Costs count on the day (of the shop's
zone) on which a message goes out. Places of the send carry the variants (``variants.slots``), so that wherever it ends
the shares are exact; variants are then handed to those within the limit.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import polars as pl

from models.campaigns.cost import affordable, left_on
from models.campaigns.hashing import Hashes, hashed
from models.campaigns.inputs import People, Sending
from models.campaigns.variants import Ints, handed_out, slots, wished


@dataclass(frozen=True)
class Laid:
    """Row by row of the given frame: place in the send and variant; -1 where the cost limit cut it off."""

    place: Ints
    variant: Ints


def lay_out(sending: Sending, people: People, rows: pl.DataFrame) -> Laid:
    """The order of ``rows`` (customer_id, not_before): everybody whom only the cost limit can still leave out."""
    draw = hashed(rows["customer_id"], "order", sending.campaign_id, sending.occurrence)
    own = hashed(rows["customer_id"], "variant", sending.campaign_id)
    last = _last_variants(sending, people, rows)
    wishes, newcomers = wished(own, sending.weights, last), last < 0
    place, variant = np.full(len(rows), -1, dtype=np.int64), np.full(len(rows), -1, dtype=np.int64)
    spent, begun = dict(people.spent), 0
    starts = rows["not_before"].to_physical().to_numpy()
    for moment in rows["not_before"].unique().sort().to_list():  # at most two: now, and after the night
        group = np.flatnonzero(starts == _micros(moment))
        group = group[np.argsort(draw[group])]
        day = moment.astimezone(sending.zone).date()
        order = slots(sending.weights, begun, len(group))
        n = affordable(order, sending.prices, left_on(day, sending.policies.daily_cost_limit, spent))
        group, order = group[:n], order[:n]
        room = np.bincount(order, minlength=len(sending.weights))
        variant[group] = handed_out(wishes[group], own[group], room.tolist(), newcomers[group])
        place[_by_place(group, variant[group], draw[group], order)] = begun + np.arange(n)
        spent[day] = spent.get(day, 0) + int(room @ np.asarray(sending.prices, dtype=np.int64))
        begun += n
    return Laid(place, variant)


def _by_place(group: Ints, variant: Ints, draw: Hashes, order: Ints) -> Ints:
    """Rows in the order of the send: at each place the next customer, by draw, of the variant that stands there."""
    people = group[np.lexsort((draw, variant))]
    found = np.empty_like(group)
    found[np.argsort(order, kind="stable")] = people
    return found


def _last_variants(sending: Sending, people: People, rows: pl.DataFrame) -> Ints:
    """The place of the variant that each customer had last, -1 for none or one that is gone."""
    had = people.previous.filter(pl.col("variant").is_in(list(sending.variants)))
    if had.is_empty() or len(sending.variants) == 1:
        return np.full(len(rows), -1, dtype=np.int64)
    places = {name: place for place, name in enumerate(sending.variants)}
    last = (
        had.sort("sent_at", "variant")
        .unique("customer_id", keep="last")
        .select("customer_id", last=pl.col("variant").replace_strict(places, return_dtype=pl.Int64))
    )
    joined = rows.select("customer_id").join(last, on="customer_id", how="left", maintain_order="left")
    found: npt.NDArray[np.int64] = joined["last"].fill_null(-1).to_numpy()
    return found


def _micros(moment: object) -> int:
    return int(pl.Series([moment]).cast(pl.Datetime("us", "UTC")).to_physical()[0])
