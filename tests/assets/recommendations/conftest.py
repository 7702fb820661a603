"""Homes with a made-up shop: one that was run for eight days at once, copied by whoever changes it."""

from pathlib import Path

import pytest

from tests.assets.recommendations.shop_home import ShopHome, catalogue, until, visits


@pytest.fixture(scope="session")
def eighth_day(tmp_path_factory: pytest.TempPathFactory) -> ShopHome:
    """Four clear styles, eight days, one run. Read only."""
    home = ShopHome(tmp_path_factory.mktemp("shop") / "home")
    home.publish(until(visits(), 8), catalogue())
    home.embed(catalogue())
    home.run()
    return home


@pytest.fixture
def home(eighth_day: ShopHome, tmp_path: Path) -> ShopHome:
    return eighth_day.copy(tmp_path / "home")
