"""`dangol init`. Belongs here: making a home and saying what to do with it. Does not belong here: what a home is."""

from pathlib import Path

from connectors.home.paths import find_home, make_home
from orchestration.instance import write_instance_config


def init_command(root: Path | None) -> int:
    """Make the home at ``root`` or complete it. Returns the exit status."""
    new = not find_home(root).settings_file.exists()
    home = make_home(root)
    write_instance_config(home)
    print(f"{'Made a home' if new else 'The home is complete'}: {home.root}")
    print(f"Settings: {home.settings_file}\nNext: dangol demo   or   dangol ingest --mapping M.yaml FILE...")
    return 0
