"""Whose message it was that somebody clicked in, opened or unsubscribed from.

Belongs here: finding them by the messages' places. Does not belong here: reading codes, what follows from a click.
"""

from collections.abc import Mapping, Sequence
from typing import Final

import polars as pl
from sqlalchemy import Connection, select

from connectors.store.engine import chunks
from connectors.store.ledger.history import frame
from connectors.store.send_tables import messages, sends

COLUMNS: Final = {
    "send_no": pl.Int64(), "seq": pl.Int64(), "customer_key": pl.String(), "variant": pl.String(),
    "send_id": pl.String(), "campaign_id": pl.String(), "channel": pl.String(),
}  # fmt: skip


def addressees(connection: Connection, wanted: Mapping[int, Sequence[int]]) -> pl.DataFrame:
    """See ``Ledger.addressees``."""
    frames = [pl.DataFrame(schema=COLUMNS)]
    for send_no, seqs in sorted(wanted.items()):
        for chunk in chunks(sorted(set(seqs))):
            chosen = (
                select(
                    *(messages.c[name] for name in ("send_no", "seq", "customer_key", "variant")),
                    *(sends.c[name] for name in ("send_id", "campaign_id", "channel")),
                )
                .join(sends, sends.c.send_no == messages.c.send_no)
                .where(messages.c.send_no == send_no, messages.c.seq.in_(chunk), messages.c.customer_id.is_not(None))
                .order_by(messages.c.seq)
            )
            frames.append(frame(connection, chosen, COLUMNS))
    return pl.concat(frames)
