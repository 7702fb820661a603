"""Where every campaign stands, and when it is due next.

Belongs here: reading and changing the state rows. Does not belong here: which state may follow which
(``models.campaigns.states``), the documents (``Store.campaigns``), occurrences (``ledger``).
"""

import datetime as dt
from collections.abc import Callable
from dataclasses import asdict, dataclass

from sqlalchemy import ColumnElement, Connection, Engine, insert, select, text, update

from connectors.store.engine import reading, writing
from connectors.store.schema import as_utc
from connectors.store.send_tables import campaign_states


@dataclass(frozen=True)
class CampaignState:
    """``since``: when it came into the state; ``resumed_at``: from when the schedule counts; ``next_at``: the next
    planned moment; ``version``: of the document being executed. Times are aware UTC."""

    campaign_id: str
    state: str
    since: dt.datetime
    started_at: dt.datetime | None = None
    resumed_at: dt.datetime | None = None
    next_at: dt.datetime | None = None
    version: int | None = None
    is_executed: bool = False


class CampaignStates:
    """The states of all campaigns; made by ``Store.campaign_states``."""

    def __init__(self, engine: Engine, now: Callable[[], dt.datetime]) -> None:
        self._engine, self._now = engine, now

    def change(
        self, campaign_id: str, changed: Callable[[CampaignState | None, dt.datetime], CampaignState]
    ) -> CampaignState:
        """Put what ``changed`` makes of the state (None: there is none yet) and the time in its place, in one
        transaction that nobody else gets into. An error of ``changed`` changes nothing."""
        with writing(self._engine) as connection:
            if connection.dialect.name == "postgresql":  # also for a campaign that has no row to lock yet
                connection.execute(text("LOCK TABLE campaign_states IN SHARE ROW EXCLUSIVE MODE"))
            table = campaign_states
            mine = table.c.campaign_id == campaign_id
            row = connection.execute(select(table).where(mine)).mappings().one_or_none()
            new = changed(None if row is None else CampaignState(**row), as_utc(self._now()))
            values = {**asdict(new), "campaign_id": campaign_id}
            connection.execute(
                insert(table).values(values) if row is None else update(table).where(mine).values(values)
            )
            return CampaignState(**values)

    def of(self, campaign_id: str) -> CampaignState | None:
        """The state of one campaign; None where it has none."""
        with reading(self._engine) as connection:
            return next(iter(_read(connection, campaign_states.c.campaign_id == campaign_id)), None)

    def all(self) -> tuple[CampaignState, ...]:
        """All states, by id."""
        with reading(self._engine) as connection:
            return _read(connection)

    def of_state(self, state: str) -> tuple[CampaignState, ...]:
        """Those in one state, by id."""
        with reading(self._engine) as connection:
            return _read(connection, campaign_states.c.state == state)

    def due(self, most: int | None = None) -> tuple[CampaignState, ...]:
        """Those whose next moment has come, by id; of more than ``most`` those that have waited longest."""
        chosen = select(campaign_states).where(campaign_states.c.next_at <= as_utc(self._now()))
        if most is not None:
            chosen = chosen.order_by(campaign_states.c.next_at, campaign_states.c.campaign_id).limit(most)
        with reading(self._engine) as connection:
            found = [CampaignState(**row) for row in connection.execute(chosen).mappings()]
        return tuple(sorted(found, key=lambda one: one.campaign_id))


def _read(connection: Connection, *conditions: ColumnElement[bool]) -> tuple[CampaignState, ...]:
    chosen = select(campaign_states).where(*conditions).order_by(campaign_states.c.campaign_id)
    return tuple(CampaignState(**row) for row in connection.execute(chosen).mappings())
