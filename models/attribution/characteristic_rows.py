"""What customers who converted have in common, as rows, by campaign and channel.

Belongs here: counting traits of those who got a message, converted or not, and putting them into words. Does not belong
here: judging counts (``characteristics``), what was known of customers before (``standing``), phrases (``words``).

A person counts once in a campaign and once in a channel, with what was known before the first message there. Segments
are those of today: whoever came into one by the very order that counts is in it, so they are marked
(``is_known_before`` false) and said to be as of now.
"""

from collections.abc import Iterator
from typing import Final

import polars as pl

from models.attribution.characteristics import judged
from models.attribution.report_columns import CHARACTERISTIC_ROWS
from models.attribution.standing import TRAITS
from models.attribution.windows import WINDOWS
from models.attribution.words import StatisticsWords

BEST: Final = 20  # of a campaign or channel and window
SCOPES: Final = {"campaign": "campaign_id", "channel": "channel"}
_KEYS: Final = ("scope", "scope_id")
_SEPARATOR: Final = "\n"  # between the kind of a trait and its value
_SEGMENT: Final = "segment"
_FLAGS: Final = {window: f"within_{window}" for window in WINDOWS}  # columns: whether somebody converted


def recipients(deliveries: pl.LazyFrame) -> pl.DataFrame:
    """Who got a message of each campaign and channel: ``scope``, ``scope_id``, ``customer_id``, ``day`` of the first
    one. ``deliveries``: those that reached somebody: ``campaign_id``, ``channel``, ``customer_id``, ``day``."""
    parts = [
        deliveries.group_by(pl.lit(scope).alias("scope"), pl.col(column).alias("scope_id"), "customer_id").agg(
            pl.col("day").min()
        )
        for scope, column in SCOPES.items()
    ]
    return pl.concat(parts).collect()


def characteristic_rows(
    people: pl.DataFrame, conversions: pl.DataFrame, standing: pl.DataFrame, members: pl.DataFrame,
    names: pl.DataFrame, words: StatisticsWords,
) -> pl.DataFrame:  # fmt: skip
    """Columns :data:`CHARACTERISTIC_ROWS` but ``day``: at most the best :data:`BEST` traits with a lift above 1 of each
    campaign, channel and window; sorted by scope, scope_id, window, rank.

    ``people``: see :func:`recipients`; ``conversions``: of that table, last touch only; ``standing``: traits of
    (customer_id, day); ``members``: ``segment_members`` (customer_id, segment_id), ``names``: ``segments``
    (segment_id, name)."""
    found = _converted(people, conversions)
    totals = found.group_by(_KEYS).agg(pl.len().alias("everybody"), pl.col(*_FLAGS.values()).sum())
    counts = pl.concat([_standing_counts(found, standing), _segment_counts(found, members)])
    by_scope = counts.partition_by(*_KEYS, as_dict=True)
    rows = [CHARACTERISTIC_ROWS.to_frame().drop("day")]
    for total in totals.sort(*_KEYS).iter_rows(named=True):
        own = by_scope.get((total["scope"], total["scope_id"]))
        if own is not None:
            rows += _judged(own, total, names, words)
    return pl.concat(rows)


def _converted(people: pl.DataFrame, conversions: pl.DataFrame) -> pl.DataFrame:
    """With a Boolean column by window: whether an order is credited to the campaign or channel."""
    parts = [
        conversions.filter(pl.col("credit") > 0)
        .group_by(pl.lit(scope).alias("scope"), pl.col(column).alias("scope_id"), "customer_id")
        .agg((pl.col("window") == window).any().alias(flag) for window, flag in _FLAGS.items())
        for scope, column in SCOPES.items()
    ]
    found = people.join(pl.concat(parts), on=[*_KEYS, "customer_id"], how="left")
    return found.with_columns(pl.col(*_FLAGS.values()).fill_null(value=False))


def _standing_counts(people: pl.DataFrame, standing: pl.DataFrame) -> pl.DataFrame:
    told = people.lazy().join(standing.lazy(), on=["customer_id", "day"])
    return pl.concat([_counts(told.filter(pl.col(kind).is_not_null()), kind, kind) for kind in TRAITS])


def _segment_counts(people: pl.DataFrame, members: pl.DataFrame) -> pl.DataFrame:
    inside = members.lazy().select("customer_id", "segment_id").unique()
    return _counts(people.lazy().join(inside, on="customer_id"), _SEGMENT, "segment_id")


def _counts(people: pl.LazyFrame, kind: str, value: str) -> pl.DataFrame:
    """Streamed: a person is there once for each trait, which is more than fits into memory at once."""
    counted = people.group_by(*_KEYS, value).agg(
        pl.len().cast(pl.Int64).alias("people"), pl.col(*_FLAGS.values()).sum().cast(pl.Int64)
    )
    trait = pl.concat_str(pl.lit(kind), pl.col(value).cast(pl.String), separator=_SEPARATOR).alias("trait")
    found = counted.collect(engine="streaming")
    return found.select(*_KEYS, trait, "people", *_FLAGS.values())


def _judged(
    counts: pl.DataFrame, total: dict[str, object], names: pl.DataFrame, words: StatisticsWords
) -> Iterator[pl.DataFrame]:
    everybody = int(str(total["everybody"]))
    for window, flag in sorted(_FLAGS.items()):
        converted = int(str(total[flag]))
        found = judged(counts.select("trait", "people", converted=pl.col(flag)), everybody, converted)
        best = found.filter(pl.col("lift") > 1).head(BEST)
        if best.height:
            told = {"scope": total["scope"], "scope_id": total["scope_id"], "window": window,
                    "overall_rate": converted / everybody}  # fmt: skip
            yield _told(best.with_columns(pl.lit(value).alias(name) for name, value in told.items()), names, words)


def _told(best: pl.DataFrame, names: pl.DataFrame, words: StatisticsWords) -> pl.DataFrame:
    """With kinds, names and sentences."""
    parts = pl.col("trait").str.split_exact(_SEPARATOR, 1)
    named = best.with_row_index("rank", offset=1).with_columns(
        trait_kind=parts.struct.field("field_0"), trait=parts.struct.field("field_1")
    )
    known = dict(names.select("segment_id", "name").unique("segment_id", keep="last", maintain_order=True).rows())
    rows = []
    for row in named.rows(named=True):
        kind, value = row["trait_kind"], row["trait"]
        is_segment = kind == _SEGMENT
        name = known.get(value, value) if is_segment else words.trait_name(kind, value)
        row |= {"trait_name": name, "is_known_before": not is_segment, "converters": row["converted"],
                "rate": row["converted"] / row["people"], "p_value": row["q_value"]}  # fmt: skip
        rows.append(row | {"sentence": words.trait(row)})
    schema = {name: kind for name, kind in CHARACTERISTIC_ROWS.items() if name != "day"}
    return pl.DataFrame(rows, schema=schema)
