"""When everything must be built again: a fingerprint of what shapes the incremental tables.

Belongs here: pure functions over dbt's manifest and the vars. Does not belong here: comparing with what is stored.

An incremental table is shaped by its own SQL, by the models, seeds and macros it is made from, and by the vars that any
of these read. A model that is rebuilt in every run (a view, a table) only matters where an incremental one reads it.
"""

import hashlib
import json
import re
from collections.abc import Iterable, Mapping
from typing import Any

from connectors.published.targets import is_of_reports

_VAR = re.compile(r"""\bvar\(\s*['"](\w+)['"]""")
_JINJA_COMMENT = re.compile(r"\{#.*?#\}", re.DOTALL)
_SQL_COMMENT_LINE = re.compile(r"^\s*--.*$", re.MULTILINE)


def shaping_fingerprint(manifest: Mapping[str, Any], variables: Mapping[str, object], *, reports: bool = False) -> str:
    """Hash of everything that shapes the incremental tables of the first half of the project, or of ``reports``, the
    second; comments and white space do not count."""
    nodes = _with_ancestors(manifest, _incremental(manifest, reports))
    macros = _with_called(manifest, (name for node in nodes for name in _depends_on(manifest["nodes"][node], "macros")))
    texts = {node: _shape_of(manifest["nodes"][node]) for node in nodes}
    texts |= {macro: _normalised(manifest["macros"][macro]["macro_sql"]) for macro in macros}
    read = {name for text in texts.values() for name in _VAR.findall(text)}
    shaping = {name: variables[name] for name in sorted(read) if name in variables}
    document = json.dumps([sorted(texts.items()), shaping], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(document.encode()).hexdigest()


def _incremental(manifest: Mapping[str, Any], reports: bool) -> set[str]:
    return {
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] == "incremental"
        and is_of_reports(node) == reports
    }


def _with_ancestors(manifest: Mapping[str, Any], nodes: Iterable[str]) -> set[str]:
    found: set[str] = set()
    waiting = list(nodes)
    while waiting:
        name = waiting.pop()
        if name not in found and name in manifest["nodes"]:
            found.add(name)
            waiting += _depends_on(manifest["nodes"][name], "nodes")
    return found


def _with_called(manifest: Mapping[str, Any], macros: Iterable[str]) -> set[str]:
    """Macros of our own project that are called, directly or by one another (dbt's own come with its version)."""
    own = f"macro.{manifest['metadata']['project_name']}."
    found: set[str] = set()
    waiting = list(macros)
    while waiting:
        name = waiting.pop()
        if name.startswith(own) and name not in found and name in manifest["macros"]:
            found.add(name)
            waiting += _depends_on(manifest["macros"][name], "macros") + _dispatched(manifest, own, name)
    return found


def _dispatched(manifest: Mapping[str, Any], own: str, name: str) -> list[str]:
    """What ``adapter.dispatch`` may choose: the manifest does not list it."""
    base = name.removeprefix(own)
    return [macro for macro in manifest["macros"] if macro.startswith(own) and macro.endswith(f"__{base}")]


def _depends_on(node: Mapping[str, Any], kind: str) -> list[str]:
    return list(node.get("depends_on", {}).get(kind, ()))


def _shape_of(node: Mapping[str, Any]) -> str:
    """SQL and configuration of a model; the checksum of a seed."""
    if node["resource_type"] == "seed":
        return str(node["checksum"]["checksum"])
    config = {
        key: node["config"].get(key)
        for key in ("materialized", "incremental_strategy", "unique_key", "schema", "alias", "pre-hook", "post-hook")
    }
    return _normalised(node["raw_code"]) + json.dumps(config, sort_keys=True, default=str)


def _normalised(code: str) -> str:
    return " ".join(_SQL_COMMENT_LINE.sub("", _JINJA_COMMENT.sub("", code)).split())
