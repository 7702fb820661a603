"""What is left to do for attribution and reports although no file is waiting.

Belongs here: telling what campaigns sent since, and a run that ended early, from one that did all. Does not belong
here: doing it (``building``, ``dbt_step``).
"""

from collections.abc import Mapping
from typing import Any

from assets.attribution.building import send_signatures
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from connectors.published.targets import publish_targets
from connectors.warehouse.dbt_vars import dbt_vars
from connectors.warehouse.fingerprint import shaping_fingerprint
from connectors.warehouse.report_state import ReportState


def why_unfinished(
    home: Home,
    published: PublishedTables,
    settings: Settings,
    manifest: Mapping[str, Any],
    state: ReportState,
    load_seq: int,
) -> str | None:
    """Why another run is needed; None: none. ``state``: of the last making; ``load_seq``: of the last load."""
    if state.fingerprint != shaping_fingerprint(manifest, dbt_vars(settings), reports=True):
        return "settings or models that shape attribution have changed" if state.making else "there are no reports yet"
    if state.load_seq < load_seq:
        return "the previous run ended before reports were made"
    if state.sends != send_signatures(home, published):
        return "campaigns have sent something that reports do not know of"
    for target in publish_targets(manifest, reports=True):
        current = published.current(target.table)
        if current is None or current.signature != str(state.making):
            return "the previous run ended before all reports were published"
    return None
