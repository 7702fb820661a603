"""A day costs what is new on it: unchanged days nothing, quiet days no text and no call to a language model."""

import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import polars as pl
import pytest

from connectors.sandbox.openai_server import OpenAIServer
from tests.assets.taste_home import TasteHome, clear_products, clear_views, day, until

pytestmark = pytest.mark.feature("C2")
VIEWS, PRODUCTS = clear_views(), clear_products()
HEAVY = ("torch", "sentence_transformers", "sklearn", "scipy", "hdbscan", "kiwipiepy", "openai", "tokenizers")
RUN = """
import sys
from pathlib import Path
from tests.assets.taste_home import TasteHome
run = TasteHome(Path(sys.argv[1])).run()
print(run.row["state"], run.found is None, *[name for name in sys.argv[2:] if name in sys.modules])
"""


@pytest.fixture(scope="module")
def server() -> Iterator[OpenAIServer]:
    with OpenAIServer() as running:
        yield running


@pytest.fixture(scope="module")
def named(server: OpenAIServer, first_day: TasteHome, tmp_path_factory: pytest.TempPathFactory) -> Iterator[TasteHome]:
    """A home whose segments a language model has named. Read only."""
    home = first_day.copy(tmp_path_factory.mktemp("named") / "home")
    home.publish(until(VIEWS, 31), PRODUCTS)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("OPENAI_BASE_URL", server.base_url)
        patch.setenv("OPENAI_API_KEY", server.api_key)
        home.run()
        yield home


@pytest.fixture
def home(named: TasteHome, tmp_path: Path) -> TasteHome:
    return named.copy(tmp_path / "home")


def in_a_process(home: TasteHome, *names: str) -> list[str]:
    """Run the taste step in a process of its own: state, whether there was nothing to do, which modules it loaded."""
    arguments = [sys.executable, "-c", RUN, str(home.root), *names]
    return subprocess.run(arguments, capture_output=True, text=True, check=True).stdout.splitlines()[-1].split()


def test_the_same_input_again_does_nothing_at_all(home: TasteHome, server: OpenAIServer) -> None:
    asked, before = len(server.requests), home.in_the_lake()
    version = home.published.current("taste_members")
    assert in_a_process(home, *HEAVY) == ["published", "True"]
    assert len(server.requests) == asked
    assert home.in_the_lake() == before
    assert home.published.current("taste_members") == version
    run = home.run()
    assert (run.found, run.named) == (None, None)
    assert home.said == [f"nothing has changed since the taste segments of {day(31)} were made"]


def test_a_quiet_day_embeds_no_text_asks_nobody_and_keeps_every_name(home: TasteHome, server: OpenAIServer) -> None:
    asked, before = len(server.requests), home.read_day("taste_segments", 31)
    home.publish(until(VIEWS, 32), PRODUCTS)
    run = home.run()
    assert run.row["state"] == "published"
    assert run.found is not None
    assert run.named is not None
    assert run.found.products.embedded == 0
    assert (run.named.fresh, run.named.calls) == (0, 0)
    assert len(server.requests) == asked
    now = home.read_day("taste_segments", 32)
    kept = ["segment_id", "name", "description", "named_by", "named_on"]
    assert now.select(kept).equals(before.select(kept))
    assert set(now["named_by"]) == {"openai:gpt-4o-mini"}


def test_a_quiet_day_loads_no_text_model(home: TasteHome) -> None:
    home.publish(until(VIEWS, 32), PRODUCTS)
    assert in_a_process(home, "torch", "sentence_transformers", "openai") == ["published", "False"]


def test_a_new_product_is_one_text(home: TasteHome, server: OpenAIServer) -> None:
    asked = len(server.requests)
    new = pl.DataFrame([("P9-00", "린넨 파자마", "분류1", "상표0", None)], schema=PRODUCTS.schema, orient="row")
    home.publish(until(VIEWS, 32), pl.concat([PRODUCTS, new]))
    run = home.run()
    assert run.found is not None
    assert run.found.products.embedded == 1
    assert len(server.requests) == asked
    vectors = run.found.products.table.filter(pl.col("product_id") == "P9-00")
    assert vectors["sightings"].item() == 0
    assert vectors["vector"].arr.to_list().list.eval(pl.element().pow(2)).list.sum().item() == pytest.approx(
        1, abs=1e-3
    )


def test_a_lost_text_model_is_trained_again_and_the_segments_stay(home: TasteHome) -> None:
    for folder in ("text_models", "text_vectors"):
        shutil.rmtree(home.home.lake / folder)
    home.publish(until(VIEWS, 32), PRODUCTS)
    run = home.run()
    assert run.found is not None
    assert run.found.products.embedded == PRODUCTS.height
    assert run.row["new_segments"] == 0
