"""How well found groups agree with planted tastes.

Belongs here: the figures and their definitions. Does not belong here: who found the groups.
"""

from dataclasses import dataclass

import numpy as np
import polars as pl

HEADING = "groups   AMI   ARI  coverage  rejected  AMI, all  ARI, all"


@dataclass(frozen=True)
class Score:
    """``ami`` and ``ari``: adjusted mutual information and adjusted Rand index of planted tastes and found groups,
    among customers who have both; ``coverage``: share of the customers with a planted taste who got a group, those
    who looked at too little included; ``rejected``: share of the browsers (no planted taste) who got none, nan where
    there are no browsers; ``ami_all``, ``ari_all``: the same among all customers with a planted taste, those without
    a group being one more group."""

    groups: int
    ami: float
    ari: float
    coverage: float
    rejected: float
    ami_all: float
    ari_all: float

    def __str__(self) -> str:
        return (
            f"{self.groups:6} {self.ami:5.3f} {self.ari:5.3f} {self.coverage:9.3f} {self.rejected:9.3f} "
            f"{self.ami_all:9.3f} {self.ari_all:9.3f}"
        )


def score(truth: pl.DataFrame, members: pl.DataFrame) -> Score:
    """``truth``: customer_key, taste (-1: browser). ``members``: customer_key and the group they are in; who is not
    among them has none. The name of the group's column does not matter."""
    from sklearn.metrics import adjusted_mutual_info_score, adjusted_rand_score

    (group,) = [name for name in members.columns if name != "customer_key"]
    groups = members.select("customer_key", group=pl.col(group)).drop_nulls("group")
    known = truth.join(groups, on="customer_key", how="left").with_columns(
        code=pl.col("group").cast(pl.String).cast(pl.Categorical).to_physical()
    )
    tastes, browsers = known.filter(pl.col("taste") >= 0), known.filter(pl.col("taste") < 0)
    placed = tastes.drop_nulls("group")
    planted, found = placed["taste"].to_numpy(), placed["code"].to_numpy()
    everybody, anywhere = tastes["taste"].to_numpy(), tastes["code"].cast(pl.Int64).fill_null(-1).to_numpy()
    return Score(
        groups=groups["group"].n_unique(),
        ami=float(adjusted_mutual_info_score(planted, found)),
        ari=float(adjusted_rand_score(planted, found)),
        coverage=placed.height / max(tastes.height, 1),
        rejected=browsers["group"].null_count() / browsers.height if browsers.height else float("nan"),
        ami_all=float(adjusted_mutual_info_score(everybody, anywhere)),
        ari_all=float(adjusted_rand_score(everybody, anywhere)),
    )


def as_members(truth: pl.DataFrame, groups: np.ndarray) -> pl.DataFrame:
    """``groups`` of the customers of ``truth``, negative for none, as :func:`score` reads them."""
    return truth.select("customer_key", group=pl.Series(groups, dtype=pl.Int64)).filter(pl.col("group") >= 0)
