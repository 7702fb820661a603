"""Files of values that were uploaded for campaigns.

Belongs here: keeping, finding and removing them. Does not belong here: reading what a marketer uploads
(``assets.campaigns.texts.uploads``).

Values are personal: ``uploads/<campaign>.parquet`` is readable by its owner alone, knows members by pseudonym, and is
removed when the campaign is over; an erased member is taken out of all of them.
"""

import os
import re
from pathlib import Path
from typing import Final

import polars as pl

from connectors.home.durable import ASIDE, move
from connectors.home.paths import Home

_ID: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,63}")


class UploadFiles:
    """The uploads of one home."""

    def __init__(self, home: Home) -> None:
        self._folder = home.uploads

    def has(self, campaign_id: str) -> bool:
        """Whether something was uploaded for a campaign."""
        return self._path(campaign_id).is_file()

    def write(self, campaign_id: str, frame: pl.DataFrame) -> None:
        """Keep ``frame`` in place of what was uploaded before."""
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        target = self._path(campaign_id)
        aside = target.with_name(f"{ASIDE}{target.name}.{os.getpid()}")
        aside.touch(mode=0o600)
        frame.write_parquet(aside, compression="zstd")
        move(aside, target)

    def read(self, campaign_id: str) -> pl.DataFrame | None:
        """What was uploaded; None: nothing."""
        return pl.read_parquet(self._path(campaign_id)) if self.has(campaign_id) else None

    def remove(self, campaign_id: str) -> None:
        """Forget an upload."""
        self._path(campaign_id).unlink(missing_ok=True)

    def forget(self, member_key: str) -> int:
        """Take a member out of all uploads; how many had them."""
        found = 0
        for path in sorted(self._folder.glob("*.parquet")) if self._folder.is_dir() else ():
            frame = pl.read_parquet(path)
            left = frame.filter(pl.col("member_key") != member_key)
            if left.height < frame.height:
                self.write(path.stem, left)
                found += 1
        return found

    def _path(self, campaign_id: str) -> Path:
        if not _ID.fullmatch(campaign_id):
            raise ValueError(f"{campaign_id!r} is no id of a campaign")
        return self._folder / f"{campaign_id}.parquet"
