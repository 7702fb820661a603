"""The definitions of metrics that pages show, and what every page depends on beside its numbers.

Belongs here: taking doc blocks out of dbt's manifest. Does not belong here: reading one (``models.reports.glossary``),
the manifest (``orchestration.dbt_project``).
"""

import hashlib
from collections.abc import Mapping
from typing import Any

from connectors.home.settings import Settings
from models.reports.glossary import Glossary, glossary


def glossary_of(manifest: Mapping[str, Any]) -> Glossary:
    """Definitions of metrics as the dbt project writes them down."""
    return glossary({doc["name"]: doc["block_contents"] for doc in manifest.get("docs", {}).values()})


def recipe_of(settings: Settings, words: Glossary) -> str:
    """Hash of language, currency, zone, the shop's name, definitions."""
    told = repr((settings.locale, settings.currency, settings.time_zone, settings.mall_name, words))
    return hashlib.sha256(told.encode()).hexdigest()[:16]
