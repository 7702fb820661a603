"""Which models are published, and how: read from dbt's manifest.

Belongs here: the pure reading of ``meta.publish``. Does not belong here: writing tables (``tables``).
A model is published by configuration alone: ``meta: {publish: {table: sessions, day_column: session_day}}``. Without a
``day_column`` the table is always one file. ``order_by`` lists the columns that the rows of a file are sorted by, for
readers that skip what they need not read. ``also_changed`` names a model like ``mart_changed_days``, with further days
to write again.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

CHANGED_DAYS = "marts.mart_changed_days"  # (day, load_seq): the load that last changed a business day
QUARANTINE = "events_quarantine"  # published straight from the landing zone
REPORT_FOLDERS = ("attribution", "reports")  # what needs to know what campaigns sent: built after them


@dataclass(frozen=True)
class Target:
    """One published table and the relation of the warehouse that it comes from."""

    table: str
    schema: str
    relation: str
    group: str
    description: str
    day_column: str | None = None
    order_by: tuple[str, ...] = ()
    also_changed: str | None = None

    @property
    def changed_days(self) -> tuple[str, ...]:
        """Relations (day, load_seq, metrics_load_seq) that tell which days to write again."""
        return (CHANGED_DAYS,) if self.also_changed is None else (CHANGED_DAYS, f"{self.schema}.{self.also_changed}")

    @property
    def source(self) -> str:
        return f'"{self.schema}"."{self.relation}"'


def is_of_reports(node: Mapping[str, Any]) -> bool:
    """Whether a model belongs to the second half of the project: attribution and reports."""
    return folder_of(node) in REPORT_FOLDERS


def publish_targets(manifest: Mapping[str, Any], *, reports: bool = False) -> tuple[Target, ...]:
    """Published tables of the first half of the project, or of ``reports``, the second; sorted by name.

    Raises :class:`ValueError` when two claim the same name."""
    targets = [
        target
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and (target := _target(node)) is not None
    ]
    names = [target.table for target in targets]
    if len(set(names)) < len(names):
        raise ValueError(f"two models publish the same table: {sorted(names)}")
    wanted = [target for target in targets if (target.group in REPORT_FOLDERS) == reports]
    return tuple(sorted(wanted, key=lambda target: target.table))


def folder_of(node: Mapping[str, Any]) -> str:
    """The folder of a model below ``models/``: its group in the graph."""
    return str(node["fqn"][1]) if len(node["fqn"]) > 2 else "staging"


def _target(node: Mapping[str, Any]) -> Target | None:
    meta = node["config"].get("meta") or node.get("meta") or {}
    publish = meta.get("publish")
    if not publish:
        return None
    return Target(
        table=publish["table"],
        schema=node["schema"],
        relation=node["alias"],
        group=folder_of(node),
        description=node.get("description") or "",
        day_column=publish.get("day_column"),
        order_by=tuple(publish.get("order_by", ())),
        also_changed=publish.get("also_changed"),
    )
