"""Who gets nothing, so that one can see what the messages change.

Belongs here: drawing the control share. Does not belong here: measuring (``models.attribution``), the other reasons for
leaving somebody out (``decide``).

A customer is drawn by hash, so that the share is exact up to chance and nobody has to be remembered. Without
``redraw_days`` the same customers stay withheld as long as the campaign (or the shop's holdout) exists. With it time is
cut into turns from ``since`` on and each turn has its own draw; those drawn in the turn before stay withheld for
``window_days`` more, so that nobody withheld at one occurrence gets a message within the window after it.
"""

import datetime as dt
from typing import Final

import numpy as np
import numpy.typing as npt
import polars as pl

from models.campaigns.fields import SHARE_UNITS, share_units
from models.campaigns.hashing import below_share, hashed
from models.campaigns.policies import Holdout

NOT, DRAWN, STAYS = range(3)
EPOCH: Final = dt.date(2020, 1, 1)  # from which turns of a holdout of the whole shop are counted


def withheld(
    customer_ids: pl.Series, holdout: Holdout, campaign_id: str, since: dt.date, day: dt.date
) -> npt.NDArray[np.int8]:
    """For each customer ``NOT``, ``DRAWN`` (control share on ``day``) or ``STAYS`` (was in it the turn before and
    is still within the window), row by row.

    ``since``: the first day of the campaign, from which turns are counted; not asked for holdouts of the shop. Days
    before it count as its first turn."""
    begins = since if holdout.of == "campaign" else EPOCH
    turn, age = divmod(max(0, (day - begins).days), holdout.redraw_days) if holdout.redraw_days else (0, 0)
    found = np.where(_drawn(customer_ids, holdout, campaign_id, turn), DRAWN, NOT).astype(np.int8)
    if turn > 0 and age < holdout.window_days:
        before = _drawn(customer_ids, holdout, campaign_id, turn - 1)
        found[before & (found == NOT)] = STAYS
    return found


def _drawn(customer_ids: pl.Series, holdout: Holdout, campaign_id: str, turn: int) -> npt.NDArray[np.bool_]:
    whose = campaign_id if holdout.of == "campaign" else ""
    return below_share(
        hashed(customer_ids, "holdout", holdout.of, whose, str(turn)), share_units(holdout.share), SHARE_UNITS
    )
