"""`dangol campaign` on a small shop whose clock stands still: calling commands, reading what they print.

Belongs here: the shop as commands find it. Does not belong here: checks.
"""

import json
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest
import yaml
from typer.testing import CliRunner

from orchestration.cli.campaign import campaign_app
from orchestration.cli.words import CommandError
from tests.assets.campaigns.campaign_home import SEGMENTS, SETTINGS, CampaignHome

SPRING: dict[str, Any] = {
    "id": "spring", "name": "봄 소식", "advertising": True, "channel": "sms", "sender": "15880000",
    "target": {"include": ["viewers"]}, "variants": [{"template": "hello"}],
    "schedule": {"recurring": {"every": 2, "unit": "week", "weekdays": ["tue", "fri"], "time": "10:30"}},
    "landing_url": "https://www.shop.kr/",
}  # fmt: skip


class CampaignDesk:
    """Calls commands on the home. ``home``: the shop itself."""

    def __init__(self, home: CampaignHome, folder: Path) -> None:
        self.home, self._folder = home, folder
        self.write_settings()
        self._publish_segments()

    def write_settings(self, **changes: Any) -> None:
        text = yaml.safe_dump(SETTINGS | changes, allow_unicode=True)
        self.home.shop.home.settings_file.write_text(text, encoding="utf-8")

    def __call__(self, *arguments: str) -> str:
        """What a command prints; raises its error."""
        done = CliRunner().invoke(campaign_app, [*arguments, "--home", str(self.home.shop.home.root)])
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        assert done.exit_code == 0, done.output
        return done.output

    def rows(self, *arguments: str) -> list[dict[str, Any]]:
        """Rows for machines."""
        found: list[dict[str, Any]] = json.loads(self(*arguments, "--format", "json"))
        return found

    def refused(self, *arguments: str) -> str:
        """The error that a command ends with."""
        with pytest.raises(CommandError) as error:
            self(*arguments)
        return str(error.value)

    def file(self, *documents: dict[str, Any] | str) -> str:
        """A file with documents."""
        texts = [one if isinstance(one, str) else yaml.safe_dump(one, allow_unicode=True) for one in documents]
        path = self._folder / "campaigns.yaml"
        path.write_text("---\n".join(texts), encoding="utf-8")
        return str(path)

    def apply(self, **changes: Any) -> str:
        return self("apply", self.file(SPRING | changes))

    def _publish_segments(self) -> None:
        """What the daily run would have counted: everybody looked at something, half of them bought."""
        ids = sorted(self.home.ids.values())
        sizes = {"viewers": ids, "buyers": ids[:10], "carted": []}
        rows = [{"segment_id": name, "name": one["name"], "kind": "rule", "size": len(sizes[name])}
                for one in SEGMENTS for name in [str(one["id"])]]  # fmt: skip
        members = [{"segment_id": name, "customer_id": one} for name, its in sizes.items() for one in its]
        with duckdb.connect() as connection:
            for table, frame in (("segments", rows), ("segment_members", members)):
                connection.register("published_frame", pl.DataFrame(frame).to_arrow())
                self.home.shop.published.publish_full(table, connection, "SELECT * FROM published_frame")
