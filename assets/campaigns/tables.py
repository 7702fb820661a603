"""Published tables of sending: names, columns, and what they say.

Belongs here: schemas that the steps share. Does not belong here: making rows (``publishing``), the ledger's own tables
(``connectors.store.send_tables``).
"""

from collections.abc import Mapping
from typing import Final

import polars as pl

SENDS, DECISIONS, DELIVERIES = "sends", "send_decisions", "deliveries"
_MOMENT: Final = pl.Datetime("us", "UTC")

SEND_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "send_id": pl.String(),
        "campaign_id": pl.String(),
        "campaign_name": pl.String(),
        "version": pl.Int64(),
        "channel": pl.String(),
        "advertising": pl.Boolean(),
        "attribution_window": pl.String(),
        "utm_campaign": pl.String(),
        "substitute_of": pl.String(),
        "planned_at": _MOMENT,
        "started_at": _MOMENT,
        "finished_at": _MOMENT,
        "state": pl.String(),
        "reason": pl.String(),
        "targeted": pl.Int64(),
        "excluded": pl.Int64(),
        "holdout": pl.Int64(),
        "messages": pl.Int64(),
        "waiting": pl.Int64(),
        "accepted": pl.Int64(),
        "delivered": pl.Int64(),
        "failed": pl.Int64(),
        "unknown": pl.Int64(),
        "cancelled": pl.Int64(),
        "expired": pl.Int64(),
        "cost": pl.Float64(),
    }
)
DECISION_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "send_id": pl.String(),
        "campaign_id": pl.String(),
        "customer_key": pl.String(),
        "customer_id": pl.Int64(),
        "variant": pl.String(),
        "decision": pl.String(),
        "reason": pl.String(),
        "send_order": pl.Int64(),
        "not_before": _MOMENT,
    }
)
DELIVERY_ROWS: Final = pl.Schema(
    {
        "day": pl.Date(),
        "send_id": pl.String(),
        "campaign_id": pl.String(),
        "channel": pl.String(),
        "sender": pl.String(),
        "send_order": pl.Int64(),
        "customer_key": pl.String(),
        "customer_id": pl.Int64(),
        "variant": pl.String(),
        "state": pl.String(),
        "vendor_code": pl.String(),
        "vendor_message_id": pl.String(),
        "tries": pl.Int64(),
        "not_before": _MOMENT,
        "sent_at": _MOMENT,
        "final_at": _MOMENT,
        "cost": pl.Float64(),
    }
)
PUBLISHED: Final[Mapping[str, pl.Schema]] = {SENDS: SEND_ROWS, DECISIONS: DECISION_ROWS, DELIVERIES: DELIVERY_ROWS}
DESCRIPTIONS: Final[Mapping[str, str]] = {
    SENDS: "Occurrences of campaigns, and the substitute messages of one: when it was planned, began and ended, how "
    "many were meant, left out, held out, accepted, delivered, failed, and what it cost. Grain: send.",
    DECISIONS: "Who was meant by a send and what was decided about each of them, with the one reason. Grain: send, "
    "customer.",
    DELIVERIES: "What became of each message, with the vendor's code, time and cost. Grain: message.",
}
