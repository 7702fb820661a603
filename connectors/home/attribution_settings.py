"""Settings of attribution: when an order counts for a message, and what is worth knowing.

Belongs here: the section of ``shop.yaml``. Does not belong here: how long after a message an order counts, which is a
policy of campaigns by channel (``campaign_settings``), the statistics (``models.attribution``).
"""

from typing import Literal

from pydantic import Field

from connectors.home.section import Section


class AttributionSettings(Section):
    """What an order is counted for (docs/guides/attribution.md)."""

    basis: Literal["click", "delivery"] = Field(
        "click", description="an order counts for messages that were clicked, or for all that arrived (view-through)"
    )
    half_life_hours: int = Field(
        168, ge=1, le=8760, description="time decay: a touch so much older weighs half as much"
    )
    before_days: int = Field(
        28, ge=1, le=365, description="days of spending before a send that make its comparison sharper (CUPED)"
    )
    smallest_lift: float = Field(
        0.10, gt=0, le=10, description="smallest relative change worth knowing; what can't show it is underpowered"
    )
