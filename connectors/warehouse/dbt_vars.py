"""What dbt is told of the shop's settings.

Belongs here: the pure translation of settings into dbt vars and environment, and nothing that runs dbt.
"""

import json
from collections.abc import Mapping

from connectors.home.paths import Home
from connectors.home.settings import Settings


def dbt_vars(settings: Settings) -> dict[str, object]:
    """Vars of the dbt project. Pure; equal settings give equal vars, so that dbt's partial parse keeps working."""
    return {
        "time_zone": settings.time_zone,
        "session_gap_minutes": settings.sessions.gap_minutes,
        "new_campaign_breaks_session": settings.sessions.new_campaign_breaks,
        "cart_reset_after_days": settings.cart.reset_after_days,
        "cart_purchase_empties": settings.cart.purchase_empties,
        "bot_min_views": settings.bots.min_views,
        "bot_max_seconds_per_view": settings.bots.max_seconds_per_view,
        "customer_new_days": settings.customers.new_days,
        "customer_lapsed_days": settings.customers.lapsed_days,
        "recommend_window_days": settings.recommend.window_days,
        "recommend_items_window_days": settings.recommend.items_window_days,
        "recommend_search_views": settings.recommend.search_views,
        "attribution_basis": settings.attribution.basis,
        "attribution_half_life_hours": settings.attribution.half_life_hours,
        "attribution_before_days": settings.attribution.before_days,
        "site_hosts": sorted(settings.site_hosts),
    }


def dbt_arguments(settings: Settings, *, full_refresh: bool) -> list[str]:
    """Arguments of the one dbt command of a run. Unit tests of models belong to the test suite, not to a run. Pure."""
    arguments = ["build", "--exclude-resource-type", "unit_test"]
    arguments += ["--vars", json.dumps(dbt_vars(settings), sort_keys=True, ensure_ascii=False)]
    return [*arguments, "--full-refresh"] if full_refresh else arguments


def dbt_environment(home: Home, settings: Settings) -> Mapping[str, str]:
    """Environment of dbt: where the home is and how much memory DuckDB may take. Pure."""
    return {
        "DANGOL_HOME": str(home.root),
        "DANGOL_WAREHOUSE": str(home.warehouse),
        "DANGOL_MEMORY_LIMIT": settings.memory_limit,
        "DBT_TARGET_PATH": str(home.dbt / "target"),
        "DBT_LOG_PATH": str(home.dbt / "target"),
        "DBT_WRITE_JSON": "false",  # nobody reads the manifest of a run: a second of each dbt command
    }
