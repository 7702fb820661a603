"""Rows of report tables as statistics take them, written as briefly as tests want them.

Belongs here: columns with nothing in them. Does not belong here: numbers that a test is about.
"""

import datetime as dt
from collections.abc import Sequence
from typing import Any

import polars as pl

from models.attribution.lift_rows import SUMS
from models.attribution.words import StatisticsWords
from models.reports.formats import Formats

DAY = dt.date(2025, 3, 3)
KO, EN = StatisticsWords(Formats("ko")), StatisticsWords(Formats("en"))
_TYPES = {"variant": pl.String(), "substitute_of": pl.String()}


def arm(send: str, arm: str, people: int, variant: str | None = None, /, **sums: float) -> dict[str, Any]:
    """A row of ``report_send_arms`` of the campaign that ``send`` names before its '@'; sums not told are those of
    people who order once for 1 each."""
    buyers = int(sums.get("buyers", 0))
    once = {name: float(buyers) for name in SUMS if name.startswith(("orders", "revenue"))}
    told = {**dict.fromkeys(SUMS, 0.0), **once, "clicked": 0, **sums, "people": people, "buyers": buyers}
    if arm == "send" and variant is None:
        variant = "A"
    whole = {name: int(told[name]) for name in ("people", "buyers", "clicked")}
    return {"day": DAY, "send_id": send, "campaign_id": send.split("@")[0], "arm": arm, "variant": variant,
            "window": "7d", **told, **whole}  # fmt: skip


def sent(
    send: str, substitute_of: str | None = None, *, is_collecting: bool = False, **credited: float
) -> dict[str, Any]:
    """A row of ``report_sends``."""
    told = {"ordered": 0, "orders": 0, "revenue": 0.0, **credited}
    return {"send_id": send, "campaign_id": send.split("@")[0], "substitute_of": substitute_of, "window": "7d",
            "is_collecting": is_collecting, **told}  # fmt: skip


def frame(rows: Sequence[dict[str, Any]]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema_overrides={name: kind for name, kind in _TYPES.items() if name in rows[0]})


def holdouts(**shares: float) -> pl.DataFrame:
    """The share that each send was meant to hold out; '_' in a name stands for '@'."""
    rows = [(name.replace("_", "@"), share) for name, share in shares.items()]
    return pl.DataFrame(rows, schema={"send_id": pl.String, "share": pl.Float64}, orient="row")
