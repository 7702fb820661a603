"""What customers who converted have in common, as rows, by campaign and channel.

Belongs here: counting traits of those who got a message, converted or not, and putting them into words. Does not belong
here: judging counts (``characteristics``), what was known of customers before (``standing``), phrases (``words``).

A person counts once in a campaign and once in a channel, with what was known before the first message there: grade,
stage, device, the categories bought of, and a grade together with a category.
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
_CATEGORY, _BOTH = "bought_category", "grade_and_category"
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
    people: pl.DataFrame, conversions: pl.DataFrame, standing: pl.DataFrame, bought: pl.DataFrame,
    words: StatisticsWords,
) -> pl.DataFrame:  # fmt: skip
    """Columns :data:`CHARACTERISTIC_ROWS` but ``day``: at most the best :data:`BEST` traits with a lift above 1 of each
    campaign, channel and window; sorted by scope, scope_id, window, rank.

    ``people``: see :func:`recipients`; ``conversions``: of that table, last touch only; ``standing``: traits of
    (customer_id, day), see ``standing.standing_before``; ``bought``: see ``standing.categories_before``."""
    found = _converted(people, conversions)
    totals = found.group_by(_KEYS).agg(pl.len().alias("everybody"), pl.col(*_FLAGS.values()).sum())
    counts = pl.concat([_standing_counts(found, standing), _category_counts(found, standing, bought)])
    by_scope = counts.partition_by(*_KEYS, as_dict=True)
    rows = [CHARACTERISTIC_ROWS.to_frame().drop("day")]
    for total in totals.sort(*_KEYS).iter_rows(named=True):
        own = by_scope.get((total["scope"], total["scope_id"]))
        if own is not None:
            rows += _judged(own, total, words)
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


def _category_counts(people: pl.DataFrame, standing: pl.DataFrame, bought: pl.DataFrame) -> pl.DataFrame:
    """Of those who bought of a category, and of those of them with one grade."""
    told = people.lazy().join(bought.lazy(), on=["customer_id", "day"])
    graded = told.join(standing.lazy().filter(pl.col("rfm_grade").is_not_null()), on=["customer_id", "day"])
    both = graded.with_columns(pl.concat_str("rfm_grade", "category", separator=_SEPARATOR).alias("category"))
    return pl.concat([_counts(told, _CATEGORY, "category"), _counts(both, _BOTH, "category")])


def _counts(people: pl.LazyFrame, kind: str, value: str) -> pl.DataFrame:
    """Streamed: a person is there once for each trait, which is more than fits into memory at once."""
    counted = people.group_by(*_KEYS, value).agg(
        pl.len().cast(pl.Int64).alias("people"), pl.col(*_FLAGS.values()).sum().cast(pl.Int64)
    )
    trait = pl.concat_str(pl.lit(kind), pl.col(value).cast(pl.String), separator=_SEPARATOR).alias("trait")
    found = counted.collect(engine="streaming")
    return found.select(*_KEYS, trait, "people", *_FLAGS.values())


def _judged(counts: pl.DataFrame, total: dict[str, object], words: StatisticsWords) -> Iterator[pl.DataFrame]:
    everybody = int(str(total["everybody"]))
    for window, flag in sorted(_FLAGS.items()):
        converted = int(str(total[flag]))
        found = judged(counts.select("trait", "people", converted=pl.col(flag)), everybody, converted)
        best = found.filter(pl.col("lift") > 1).head(BEST)
        if best.height:
            told = {"scope": total["scope"], "scope_id": total["scope_id"], "window": window,
                    "overall_rate": converted / everybody}  # fmt: skip
            yield _told(best.with_columns(pl.lit(value).alias(name) for name, value in told.items()), words)


def _told(best: pl.DataFrame, words: StatisticsWords) -> pl.DataFrame:
    """With kinds, names and sentences."""
    parts = pl.col("trait").str.splitn(_SEPARATOR, 2)
    named = best.with_row_index("rank", offset=1).with_columns(
        trait_kind=parts.struct.field("field_0"), trait=parts.struct.field("field_1")
    )
    rows = []
    for row in named.rows(named=True):
        row |= {"trait_name": _name(row["trait_kind"], row["trait"].split(_SEPARATOR), words),
                "trait": row["trait"].replace(_SEPARATOR, " × "), "converters": row["converted"],
                "rate": row["converted"] / row["people"], "p_value": row["q_value"]}  # fmt: skip
        rows.append(row | {"sentence": words.trait(row)})
    schema = {name: kind for name, kind in CHARACTERISTIC_ROWS.items() if name != "day"}
    return pl.DataFrame(rows, schema=schema)


def _name(kind: str, values: list[str], words: StatisticsWords) -> str:
    if kind == _BOTH:
        grade, category = words.trait_name("rfm_grade", values[0]), words.trait_name(_CATEGORY, values[1])
        return words("both_traits", first=grade, second=category)
    return words.trait_name(kind, values[0])
