"""Which campaigns used a segment, when, and how large it was then.

Belongs here: writing a use down, telling the uses of a segment. Does not belong here: segments themselves
(``documents``), campaigns, the tables (``schema``).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import Engine, func, insert, select, update

from connectors.store.engine import reading, writing
from connectors.store.schema import as_utc, segment_uses


@dataclass(frozen=True)
class SegmentUse:
    """One use of a segment by a campaign: ``size``: its customers at ``used_at`` (aware UTC). ``is_open``: the campaign
    may still use it again, so that the segment has to stay."""

    segment_id: str
    campaign_id: str
    used_at: dt.datetime
    size: int
    is_open: bool


class SegmentUses:
    """The uses of all segments; made by ``Store.segment_uses``."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime]) -> None:
        self._engine, self._now = engine, now

    def add(self, segment_id: str, campaign_id: str, size: int, since: dt.datetime | None = None) -> None:
        """Write down that a running campaign uses a segment now; once, where it is said ``since`` when it may have been
        written down before."""
        table = segment_uses
        mine = (table.c.segment_id == segment_id) & (table.c.campaign_id == campaign_id)
        with writing(self._engine) as connection:
            if since is not None:
                before = select(table.c.use_id).where(mine, table.c.used_at >= as_utc(since)).limit(1)
                if connection.execute(before).first() is not None:
                    return
            connection.execute(
                insert(segment_uses).values(
                    segment_id=segment_id, campaign_id=campaign_id, used_at=as_utc(self._now()), size=size, is_open=True
                )
            )

    def close(self, campaign_id: str) -> int:
        """Say that a campaign is over; returns how many uses were open until now."""
        table = segment_uses
        ending = update(table).where(table.c.campaign_id == campaign_id, table.c.is_open).values(is_open=False)
        with writing(self._engine) as connection:
            return connection.execute(ending).rowcount

    def of(self, segment_id: str) -> tuple[SegmentUse, ...]:
        """All uses of a segment, the newest first."""
        table = segment_uses
        rows = select(table).where(table.c.segment_id == segment_id).order_by(table.c.use_id.desc())
        with reading(self._engine) as connection:
            return tuple(
                SegmentUse(row["segment_id"], row["campaign_id"], row["used_at"], row["size"], row["is_open"])
                for row in connection.execute(rows).mappings()
            )

    def counts(self) -> dict[str, int]:
        """How many campaigns have used each segment."""
        table = segment_uses
        campaigns = func.count(table.c.campaign_id.distinct())
        with reading(self._engine) as connection:
            rows = connection.execute(select(table.c.segment_id, campaigns).group_by(table.c.segment_id)).all()
            return {row[0]: row[1] for row in rows}
