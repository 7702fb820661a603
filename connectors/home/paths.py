"""The home: where one shop's state lives on disk (DESIGN section 2).

Belongs here: names of the files and folders of a home, making one, finding one.
Does not belong here: what is inside the files (``settings``, ``landing``, ``warehouse``, ``published``, ``store``).
"""

import os
import secrets
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

DEFAULT_HOME = ".dangol"
HOME_VARIABLE = "DANGOL_HOME"


class HomeError(Exception):
    """The home is missing or unusable; the message says what to do about it."""


@dataclass(frozen=True)
class Home:
    """Absolute paths of one shop's home. Holds no state of its own and reads nothing on construction."""

    root: Path

    @property
    def settings_file(self) -> Path:
        return self.root / "shop.yaml"

    @property
    def member_key_file(self) -> Path:
        return self.root / "member.key"

    @property
    def landing(self) -> Path:
        return self.root / "landing"

    @property
    def lake(self) -> Path:
        return self.root / "lake"

    @property
    def warehouse(self) -> Path:
        return self.root / "warehouse.duckdb"

    @property
    def run_lock(self) -> Path:
        return self.root / "run.lock"

    @property
    def load_file(self) -> Path:
        """The list of landing files that the load in progress takes in; dbt reads it."""
        return self.lake / "load.json"

    @property
    def report_file(self) -> Path:
        """What the second half of dbt's project is to make anew, and from which files of campaigns; dbt reads it."""
        return self.lake / "attribution.json"

    def has_store(self) -> bool:
        """Whether an operational store was ever opened: one elsewhere by URL, or the home's own file."""
        return bool(os.environ.get("DANGOL_OPS_URL")) or (self.root / "ops.db").exists()

    @property
    def published(self) -> Path:
        return self.root / "published"

    @property
    def ops_url(self) -> str:
        return os.environ.get("DANGOL_OPS_URL") or f"sqlite:///{self.root / 'ops.db'}"

    @property
    def dagster(self) -> Path:
        return self.root / "dagster"

    @property
    def dbt(self) -> Path:
        """dbt's target and logs of this home: runs never write into the installed project."""
        return self.root / "dbt"

    @property
    def truth(self) -> Path:
        """What the simulated shop planted, for checks only; nothing in the product reads it."""
        return self.root / "truth"

    @property
    def pictures(self) -> Path:
        """Pictures of MMS, put there by the marketer."""
        return self.root / "pictures"

    @property
    def uploads(self) -> Path:
        """Values of Kakao variables that were uploaded for campaigns: personal, readable by the owner alone."""
        return self.root / "uploads"

    @property
    def scratch(self) -> Path:
        """Files in the making, on the same file system as their destination so that a rename is atomic."""
        return self.root / "scratch"


def find_home(root: str | Path | None = None) -> Home:
    """The home at ``root``, else at ``$DANGOL_HOME``, else ``./.dangol``; it need not exist yet."""
    chosen = root or os.environ.get(HOME_VARIABLE) or DEFAULT_HOME
    return Home(Path(chosen).expanduser().resolve())


def open_home(root: str | Path | None = None) -> Home:
    """Like :func:`find_home`, but the home must have been made. Raises :class:`HomeError` with what to do."""
    home = find_home(root)
    if not home.settings_file.is_file():
        raise HomeError(f"no Dangol home at {home.root}: make one with `dangol init --home {home.root}`")
    return home


def make_home(root: str | Path | None = None) -> Home:
    """Create a home, or complete an existing one; files that are there already are left as they are."""
    home = find_home(root)
    for folder in (home.landing, home.lake, home.published, home.dagster, home.dbt, home.scratch):
        folder.mkdir(parents=True, exist_ok=True)
    if not home.settings_file.exists():
        template = resources.files("connectors.home").joinpath("shop.yaml").read_text(encoding="utf-8")
        home.settings_file.write_text(template, encoding="utf-8")
    if not home.member_key_file.exists():
        _write_secret(home.member_key_file, secrets.token_hex(32))
    return home


def _write_secret(path: Path, text: str) -> None:
    """Write ``text`` readable by the owner alone; never leaves a half-written key behind."""
    aside = path.with_suffix(".new")
    descriptor = os.open(aside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as handle:
        handle.write(text)
        handle.flush()
        os.fsync(handle.fileno())
    aside.rename(path)
