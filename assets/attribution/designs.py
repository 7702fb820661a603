"""How a send was meant to be divided: the share held out and those of its variants, as its campaign said.

Belongs here: looking up the version of the campaign that each send was made from. Does not belong here: comparing what
came of it (``models.attribution``), deciding (``models.campaigns``).

A holdout of the whole shop stands in ``shop.yaml``, which keeps no versions: its share at the time of a send is not
known, and neither is that of a campaign whose document is gone.
"""

from dataclasses import dataclass
from typing import Any, Final

import polars as pl

from connectors.store.store import Store
from models.campaigns.document import Campaign
from models.campaigns.fields import SHARE_UNITS, share_units

HOLDOUTS: Final = pl.Schema({"send_id": pl.String(), "share": pl.Float64()})
SHARES: Final = pl.Schema({"send_id": pl.String(), "variant": pl.String(), "place": pl.Int64(), "share": pl.Float64()})


@dataclass(frozen=True)
class Designs:
    """``holdouts``: :data:`HOLDOUTS`, ``share`` 0 to 1 of those a send was decided for; ``shares``: :data:`SHARES`,
    ``place`` from 1, ``share`` of its recipients. No row for what is not known."""

    holdouts: pl.DataFrame
    shares: pl.DataFrame


def designs_of(store: Store, sends: pl.DataFrame) -> Designs:
    """Of ``sends`` (send_id, campaign_id, version)."""
    holdouts: list[dict[str, Any]] = []
    shares: list[dict[str, Any]] = []
    by_version = sends.select("send_id", "campaign_id", "version").drop_nulls().sort("send_id")
    for (name, number), group in by_version.partition_by("campaign_id", "version", as_dict=True).items():
        campaign = _campaign(store, name, number)
        if campaign is None:
            continue
        for send_id in group["send_id"]:
            if campaign.holdout is not None:
                share = share_units(campaign.holdout.share) / SHARE_UNITS
                holdouts.append({"send_id": send_id, "share": share})
            shares += [
                {"send_id": send_id, "variant": variant.name, "place": place, "share": float(share)}
                for place, (variant, share) in enumerate(zip(campaign.variants, campaign.shares, strict=True), 1)
            ]
    return Designs(pl.DataFrame(holdouts, schema=HOLDOUTS), pl.DataFrame(shares, schema=SHARES))


def _campaign(store: Store, name: str, number: int) -> Campaign | None:
    found = [one for one in store.campaigns.history(name) if one.version == number]
    return Campaign.model_validate(found[-1].document) if found and found[-1].document is not None else None
