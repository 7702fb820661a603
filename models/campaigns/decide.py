"""Who gets what: one row for every candidate of an occurrence, with the one reason for it.

Belongs here: the order of the rules and the table of decisions. Does not belong here: the single rules (``reasons``,
``holdout``, ``dispatch``), looking up who is in segments, keeping decisions.

The rules, in this order; the first that applies is the reason:

1. ``not_in_range``, ``excluded_segment``, ``condition`` (of a behaviour trigger): the target
2. ``not_a_member``, ``no_consent``, ``not_channel_friend`` / ``is_channel_friend``, ``unreachable``: the person
3. ``after_period``: it could go out only when the campaign is over
4. ``cooldown``: too soon after the last message of any campaign, counted to when this one could go out
5. ``lower_priority``: another campaign of the same hour goes first
6. ``duplicate_phone``: the phone had this campaign before, or another customer of this send has the same one
7. ``holdout`` (the control share), ``holdout_ending`` (was in it, and its window is not over; or was in it before,
   where nobody gets the campaign twice: both sides are to be counted once)
8. ``cost_limit``: what is left of the day's money does not reach; whoever is left is sent to

The holdout is drawn from those who would otherwise be sent to, so that both sides are alike; only the cost limit cuts
afterwards, and it cuts by lot. Of customers with the same phone the one with the smallest ``customer_id`` goes.
"""

import datetime as dt
from collections.abc import Iterator

import polars as pl

from models.campaigns.dispatch import lay_out
from models.campaigns.holdout import DRAWN, STAYS, withheld
from models.campaigns.inputs import MOMENT, People, Sending
from models.campaigns.reasons import DECISION, REASON, first_reason, with_facts
from models.campaigns.variants import CHUNK


def decide(sending: Sending, people: People) -> pl.DataFrame:
    """The decision for every candidate, sorted by customer_id, each customer once.

    Columns: customer_id, customer_key, variant (Enum; null unless sent), decision (send, exclude, holdout), reason
    (``REASON``; of sent ones ``selected``, or ``night`` for those who wait for the morning), send_order (from 0,
    without gaps; null unless sent), not_before (UTC; null unless sent). The same whatever the order of input rows."""
    rows = with_facts(sending, people)
    rows = rows.select(
        "customer_id", "customer_key", "phone_hash", "not_before", first_reason(sending).alias("reason")
    ).with_row_index("row")
    if sending.policies.exclude_duplicates:
        rows = _marked(rows, _same_phone(rows))
    rows = _marked(rows, _withheld(sending, people, rows))
    return _decisions(sending, rows, _laid(sending, people, rows))


def chunks(decisions: pl.DataFrame, size: int = CHUNK) -> Iterator[pl.DataFrame]:
    """The messages of a send in their order, ``size`` at a time; each has every variant's share, to less than two."""
    sends = decisions.filter(pl.col("decision") == "send").sort("send_order")
    for begin in range(0, len(sends), size):
        yield sends.slice(begin, size)


def counted(decisions: pl.DataFrame) -> pl.DataFrame:
    """decision, reason, variant and how many candidates have them, sorted."""
    return decisions.group_by("decision", "reason", "variant").agg(pl.len().alias("customers")).sort(
        "decision", "reason", "variant", nulls_last=True
    )  # fmt: skip


def _open(rows: pl.DataFrame) -> pl.DataFrame:
    """Those whom no rule has left out so far."""
    return rows.filter(pl.col("reason").is_null())


def _marked(rows: pl.DataFrame, marks: pl.DataFrame) -> pl.DataFrame:
    """``rows`` with the reasons of ``marks`` (row, mark) where there was none."""
    if marks.is_empty():
        return rows
    joined = rows.join(marks, on="row", how="left", maintain_order="left")
    return joined.with_columns(pl.coalesce("reason", "mark").alias("reason")).drop("mark")


def _mark(rows: pl.DataFrame, reason: str) -> pl.DataFrame:
    return rows.select("row", mark=pl.lit(reason, dtype=REASON))


def _same_phone(rows: pl.DataFrame) -> pl.DataFrame:
    """Open rows whose phone an open row above has; rows are sorted by customer_id."""
    with_phone = _open(rows).filter(pl.col("phone_hash").is_not_null())
    return _mark(with_phone.filter(~pl.col("phone_hash").is_first_distinct()), "duplicate_phone")


def _withheld(sending: Sending, people: People, rows: pl.DataFrame) -> pl.DataFrame:
    holdout = sending.policies.holdout
    left = _open(rows) if holdout else rows.head(0)
    if holdout is None or left.is_empty():
        return _mark(left, "holdout")
    day = sending.at.astimezone(sending.zone).date()
    state = pl.Series(withheld(left["customer_id"], holdout, sending.campaign_id, sending.since, day))
    again = pl.col("customer_id").is_in(people.held["customer_id"].cast(pl.Int64).unique().implode())
    is_once = pl.lit(sending.policies.exclude_duplicates) & again
    drawn, stays = left.filter(state == DRAWN), left.filter(state == STAYS)
    ending = pl.concat([stays, drawn.filter(is_once)])
    return pl.concat([_mark(drawn.filter(~is_once), "holdout"), _mark(ending, "holdout_ending")])


def _laid(sending: Sending, people: People, rows: pl.DataFrame) -> pl.DataFrame:
    """Open rows with their place and variant: row, place, at (-1: the money did not reach), slot."""
    left = _open(rows)
    laid = lay_out(sending, people, left)
    return left.select("row").with_columns(place=pl.Series(laid.place), slot=pl.Series(laid.variant))


def _decisions(sending: Sending, rows: pl.DataFrame, laid: pl.DataFrame) -> pl.DataFrame:
    names, places = pl.Enum(sending.variants), dict(enumerate(sending.variants))
    is_sent = pl.col("place") >= 0
    waits = pl.col("not_before") > pl.lit(sending.at.astimezone(dt.UTC)).cast(MOMENT)
    sent_reason = pl.when(waits).then(pl.lit("night", dtype=REASON)).otherwise(pl.lit("selected", dtype=REASON))
    reason = pl.coalesce("reason", pl.when(is_sent).then(sent_reason), pl.lit("cost_limit", dtype=REASON))
    held = pl.col("reason") == "holdout"
    decision = pl.when(is_sent).then(pl.lit("send")).when(held).then(pl.lit("holdout")).otherwise(pl.lit("exclude"))
    return rows.join(laid, on="row", how="left", maintain_order="left").select(
        "customer_id",
        "customer_key",
        pl.when(is_sent).then("slot").replace_strict(places, return_dtype=names).alias("variant"),
        decision.cast(DECISION).alias("decision"),
        reason.alias("reason"),
        pl.when(is_sent).then("place").cast(pl.Int64).alias("send_order"),
        # of those held out too: what they do is counted from when their message would have gone out
        pl.when(is_sent | held).then("not_before").alias("not_before"),
    )
