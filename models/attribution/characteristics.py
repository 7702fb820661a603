"""What people who converted have in common, more than people who did not.

Belongs here: which traits are over-represented among converters, and how sure that is. Does not belong here: which
traits there are, words. It says what goes together, not what causes what.

Lift of a trait: share of converters who have it over share of all who have it, which is the conversion rate of those
who have it over everybody's. Its interval is that of the ratio ``r`` of rates with and without the trait (Miettinen and
Nurminen, see ``rates``), turned into lift by ``r / (s r + 1 - s)`` with ``s`` the share of people who have it. With
many traits some look special by chance: of those marked, on average at most 5 in 100 are false (Benjamini and Hochberg,
1995; Benjamini and Yekutieli, 2001, for traits that go together in one direction).
"""

from typing import Final

import numpy as np
import polars as pl
from numpy.typing import NDArray

from models.attribution.rates import p_values, rates_of, ratio_intervals

Floats = NDArray[np.float64]
LEAST_PEOPLE: Final = 30
LEAST_CONVERTED: Final = 10
FALSE_SHARE: Final = 0.05
RESULT: Final = pl.Schema(
    {
        "trait": pl.String(), "people": pl.Int64(), "converted": pl.Int64(), "support": pl.Float64(),
        "lift": pl.Float64(), "low": pl.Float64(), "high": pl.Float64(), "q_value": pl.Float64(),
        "is_over": pl.Boolean(),
    }
)  # fmt: skip


def characteristics(
    people: pl.DataFrame, traits: pl.DataFrame, *, least_people: int = LEAST_PEOPLE,
    least_converted: int = LEAST_CONVERTED, false_share: float = FALSE_SHARE,
) -> pl.DataFrame:  # fmt: skip
    """One row a trait that at least ``least_people`` people and ``least_converted`` converters have, and not everybody.

    ``people``: one row a person: ``customer_key``, ``is_converted``; ``traits``: ``customer_key``, ``trait``; what is
    there twice or belongs to nobody of ``people`` does not count. Result: ``people`` and ``converted`` who have it,
    ``support`` = share of converters who have it (0 to 1), ``lift`` with its 95 % interval ``low`` to ``high``,
    ``q_value`` (p-value adjusted for all traits of the result), ``is_over`` = over-represented for sure; sorted by
    ``low``, the surest and strongest first. Raises ``ValueError`` for a person that is there twice, or values
    missing."""
    counts = _counted(people, traits)
    everybody, converted = people.height, int(people["is_converted"].sum())
    return judged(
        counts, everybody, converted, least_people=least_people, least_converted=least_converted,
        false_share=false_share,
    )  # fmt: skip


def judged(
    counts: pl.DataFrame, everybody: int, all_converted: int, *, least_people: int = LEAST_PEOPLE,
    least_converted: int = LEAST_CONVERTED, false_share: float = FALSE_SHARE,
) -> pl.DataFrame:  # fmt: skip
    """:func:`characteristics` from counts: ``trait`` (once each), ``people`` who have it, ``converted`` of these; of
    ``everybody`` and ``all_converted`` people."""
    kept = counts.filter(
        (pl.col("people") >= least_people) & (pl.col("converted") >= least_converted) & (pl.col("people") < everybody)
    )
    if kept.is_empty():
        return pl.DataFrame(schema=RESULT)
    have, did = (kept[name].to_numpy().astype(np.float64) for name in ("people", "converted"))
    rates = rates_of(have, did, everybody - have, all_converted - did)
    share, (low, high) = have / everybody, ratio_intervals(rates)
    q_values = benjamini_hochberg(p_values(rates))
    lift = did / have / (all_converted / everybody)
    found = kept.with_columns(
        support=pl.Series(did / all_converted),
        lift=pl.Series(lift),
        low=pl.Series(_as_lift(low, share)),
        high=pl.Series(_as_lift(high, share)),
        q_value=pl.Series(q_values),
        is_over=pl.Series((q_values <= false_share) & (lift > 1)),
    )
    return found.sort("low", "trait", descending=[True, False]).select(RESULT.names())


def benjamini_hochberg(p_values: Floats) -> Floats:
    """P-values, shape (n,), so adjusted that those up to q hold on average at most a share q of false ones."""
    order = np.argsort(p_values, kind="stable")[::-1]
    ranked = p_values[order] * len(p_values) / np.arange(len(p_values), 0, -1)
    found = np.empty_like(p_values)
    found[order] = np.minimum(np.minimum.accumulate(ranked), 1.0)
    return found


def _as_lift(ratio: Floats, share: Floats) -> Floats:
    with np.errstate(invalid="ignore"):
        return np.where(np.isinf(ratio), 1 / share, ratio / (share * ratio + 1 - share))


def _counted(people: pl.DataFrame, traits: pl.DataFrame) -> pl.DataFrame:
    if people["customer_key"].n_unique() < people.height:
        raise ValueError("a person is there twice: one row a customer_key")
    if people["customer_key"].null_count() or people["is_converted"].null_count() or traits["trait"].null_count():
        raise ValueError("people need customer_key and is_converted, traits a name")
    return (
        traits.select("customer_key", pl.col("trait").cast(pl.String))
        .unique()
        .join(people.select("customer_key", "is_converted"), on="customer_key")
        .group_by("trait")
        .agg(people=pl.len().cast(pl.Int64), converted=pl.col("is_converted").cast(pl.Int64).sum())
        .sort("trait")
    )
