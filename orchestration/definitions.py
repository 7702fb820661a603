"""The code location that Dagster loads (``workspace.yaml``, ``pyproject.toml``).

Belongs here: nothing but ``defs``. Does not belong here: how they are put together (``assembly``).
"""

from orchestration.assembly import build_defs

defs = build_defs()

__all__ = ["build_defs", "defs"]
