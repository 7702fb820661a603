"""From nothing to started campaigns with the examples alone, as a newcomer would, on the demo shop."""

import json
from collections.abc import Callable
from pathlib import Path

import polars as pl
import pytest
import typer
from typer.testing import CliRunner

from connectors.home.member_key import read_secret
from connectors.home.paths import Home
from connectors.published.tables import PublishedTables
from connectors.store.store import Store
from models.campaigns.templates.shipped import PURPOSES
from orchestration.cli import document_desk
from orchestration.cli.campaign import campaign_app
from orchestration.cli.segment import segment_app
from orchestration.cli.sender import sender_app
from orchestration.cli.template import template_app

pytestmark = [pytest.mark.feature("E1"), pytest.mark.feature("F11")]


def test_the_examples_fit_together_as_they_are(ran_home: Home, copy_of: Callable[[Home], Home], tmp_path: Path) -> None:
    home = copy_of(ran_home)

    def run(app: typer.Typer, *arguments: str) -> str:
        done = CliRunner().invoke(app, [*arguments, "--home", str(home.root)], catch_exceptions=False)
        assert done.exit_code == 0, done.output
        return done.output

    def apply(app: typer.Typer, *shown: str, needs_home: bool = True) -> str:
        """What `command SHOWN > file; command apply file` says."""
        file = tmp_path / "documents.yaml"
        text = run(app, *shown) if needs_home else CliRunner().invoke(app, list(shown)).output
        file.write_text(text, encoding="utf-8")
        return run(app, "apply", str(file))

    apply(sender_app, "examples", needs_home=False)
    assert "보내기 전에 고칠 것" not in apply(template_app, "examples")
    segments = tmp_path / "segments.yaml"
    segments.write_text(run(campaign_app, "templates", "segments"), encoding="utf-8")
    run(segment_app, "apply", str(segments))
    for purpose in PURPOSES:
        apply(campaign_app, "templates", purpose)
    ids = [row["campaign_id"] for row in json.loads(run(campaign_app, "list", "--format", "json"))]
    assert len(ids) == len(PURPOSES)
    plan = ("plan", *ids, "--days", "2", "--format", "json")
    reminders = [row for row in json.loads(run(campaign_app, *plan)) if row["campaign_id"] == "cart-reminder"]
    assert len(reminders) == 2
    assert reminders[0]["targeted"] > 0
    member = _somebody(home)
    for name in ids:
        page = tmp_path / f"{name}.html"
        for arguments in ((), ("--member", member)):
            run(campaign_app, "preview", name, "--out", str(page), *arguments)
            text = page.read_text(encoding="utf-8")
            assert "dangolshop.co.kr" in text
            assert "#{랜딩 URL}" not in text
            assert "A안 · 비중" in text
            assert ("B안 · 비중 50.00%" in text) == (name == "churn-prevention")
        told = run(campaign_app, "start", name)
        assert "시작했습니다" in told
    reminder = (tmp_path / "cart-reminder.html").read_text(encoding="utf-8")
    assert "A안 · 대체 문자" in reminder
    assert "#{" not in reminder  # the member's own products are in it


def _somebody(home: Home) -> str:
    """Id of a member with something in the cart, and what goes with it."""
    items = PublishedTables(home).scan("message_items").filter(pl.col("item").is_in(["latest_cart", "cart_related"]))
    keys = items.group_by("customer_key").len().filter(pl.col("len") > 2).sort("customer_key").collect()
    with Store.open(home.ops_url, secret=read_secret(home), now=document_desk.now) as store:
        found: str = store.recipients(keys["customer_key"].to_list())["member_id"][0]
    return found
