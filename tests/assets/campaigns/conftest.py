"""A small shop to run campaigns in: made once, copied for each test."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from connectors.members.index import open_member_facts
from tests.assets.campaigns.campaign_home import CampaignHome, fill, open_home


@pytest.fixture(scope="session")
def filled_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A shop that nothing was sent in. Read only."""
    root = tmp_path_factory.mktemp("campaigns") / "home"
    with open_home(root) as home:
        fill(home)
        open_member_facts(home.shop.home, home.shop.store)
    return root


@pytest.fixture
def home(filled_home: Path, tmp_path: Path) -> Iterator[CampaignHome]:
    with open_home(shutil.copytree(filled_home, tmp_path / "home", symlinks=True)) as found:
        yield found
