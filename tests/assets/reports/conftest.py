"""Homes of the small shop: its tables, and its pages, made once for all tests that only look at them."""

from collections.abc import Callable

import pytest

from assets.reports import rendering
from assets.reports.glossary import glossary_of
from assets.reports.opening import open_drafting, report_files
from assets.reports.rendering import BATCHES, Rendering, Written
from connectors.home.paths import Home
from connectors.home.settings import Settings
from connectors.published.tables import PublishedTables
from models.reports.glossary import Glossary
from models.reports.places import Kind
from orchestration.dbt_project import read_manifest
from tests.reports_by_hand import NOW, make_home

SETTINGS = Settings.model_validate({"site_hosts": ["shop.example"], "mall_name": "단골샵"})
Render = Callable[..., dict[Kind, Written]]


@pytest.fixture(scope="session")
def definitions() -> Glossary:
    """Those of the dbt project."""
    return glossary_of(read_manifest())


@pytest.fixture(scope="session")
def tables_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """A home with the tables of the small shop and no pages. Read only."""
    return make_home(tmp_path_factory.mktemp("tables") / "home")


@pytest.fixture(scope="session")
def render(definitions: Glossary) -> Render:
    """Looks at the pages of a home, of some batches, and writes those that changed."""

    def run(home: Home, *batches: Kind, recipe: str = "r", clock: Callable[[], object] = lambda: NOW):  # type: ignore[no-untyped-def]  # noqa: ANN202
        with open_drafting(PublishedTables(home), SETTINGS, definitions) as drafting:
            made = Rendering(drafting, report_files(home), recipe, clock)  # type: ignore[arg-type]
            return {batch: made.write(batch) for batch in batches or ("channel", "segment", "dashboard")}

    return run


@pytest.fixture(scope="session")
def rendered(tmp_path_factory: pytest.TempPathFactory, render: Render) -> tuple[Home, dict[Kind, Written]]:
    """A home with every page but those of days before the last, and what was written. Read only."""
    home = make_home(tmp_path_factory.mktemp("rendered") / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(rendering, "FRESH_DAYS", 1)
        patch.setattr(rendering, "MOST_NEW", 1)
        return home, render(home, *BATCHES)
