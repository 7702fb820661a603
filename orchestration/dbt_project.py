"""The dbt project's manifest: made once, made again only when the project's files have changed.

Belongs here: where the project is, whether its manifest is current, parsing it. ``python -m orchestration.dbt_project``
makes it (part of ``make setup``). Does not belong here: building the models (``assets.transformed``).
"""

import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from connectors.home.lock import exclusive

PROJECT_DIR = Path(__file__).resolve().parent.parent / "dbt_project"
_SUFFIXES = {".sql", ".yml", ".yaml", ".csv", ".md"}
_NOT_SOURCE = {"target", "logs", "dbt_packages"}


class ManifestError(Exception):
    """The dbt project can not be parsed; the message has dbt's own words."""


def read_manifest(project: Path = PROJECT_DIR) -> Mapping[str, Any]:
    """The manifest of ``project``, parsed anew first when a file of the project has changed."""
    folder = project / "target"
    if not _is_current(project):
        with exclusive(folder / ".lock", purpose="parsing the dbt project"):
            if not _is_current(project):
                _parse(project)
    manifest: Mapping[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return manifest


def content_hash(project: Path) -> str:
    """Hash of every file of the project that dbt reads."""
    digest = hashlib.sha256()
    for path in sorted(project.rglob("*")):
        inner = path.relative_to(project)
        if path.suffix in _SUFFIXES and inner.parts[0] not in _NOT_SOURCE and path.is_file():
            digest.update(inner.as_posix().encode() + b"\0" + path.read_bytes() + b"\0")
    return digest.hexdigest()


def _is_current(project: Path) -> bool:
    stamp, manifest = project / "target" / "manifest.hash", project / "target" / "manifest.json"
    return manifest.is_file() and stamp.is_file() and stamp.read_text(encoding="ascii") == content_hash(project)


def _parse(project: Path) -> None:
    """Parse in a process of its own, aside; then put the manifest in place."""
    folder = project / "target"
    stamp = content_hash(project)
    command = [
        sys.executable,
        "-m",
        "orchestration.dbt_child",
        "--no-use-colors",
        "parse",
        "--profiles-dir",
        str(project),
    ]
    environment = {
        **os.environ,
        "DBT_TARGET_PATH": str(folder / "parse"),
        "DBT_LOG_PATH": str(folder / "parse"),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }
    done = subprocess.run(
        [*command, "--project-dir", str(project)],
        cwd=project,
        env=environment,
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0:
        raise ManifestError(
            f"the dbt project in {project} can not be parsed:\n{done.stdout[-4000:]}{done.stderr[-2000:]}"
        )
    (folder / "parse" / "manifest.json").replace(folder / "manifest.json")
    aside = folder / "manifest.hash.new"
    aside.write_text(stamp, encoding="ascii")
    aside.rename(folder / "manifest.hash")


if __name__ == "__main__":
    nodes = read_manifest()["nodes"].values()
    print(f"dbt project: {sum(node['resource_type'] == 'model' for node in nodes)} models")
