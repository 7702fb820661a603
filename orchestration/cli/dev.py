"""`dangol dev`. Belongs here: handing over to `dagster dev`. Does not belong here: what it shows."""

import os
import sys
from pathlib import Path

from connectors.home.paths import open_home
from orchestration.instance import set_environment, write_instance_config


def dev_command(root: Path | None, port: int) -> None:
    """Become `dagster dev` on this home. Does not return."""
    home = open_home(root)
    write_instance_config(home)
    set_environment(home)
    workspace = Path(__file__).resolve().parents[2] / "workspace.yaml"
    target = ["-w", str(workspace)] if workspace.is_file() else ["-m", "orchestration.definitions"]
    print(f"Dagster on {home.root}: http://127.0.0.1:{port}", flush=True)
    os.execv(sys.executable, [sys.executable, "-m", "dagster", "dev", *target, "--port", str(port)])
