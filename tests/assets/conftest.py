"""Homes with a clear shop: one that was run for a day, copied by whoever changes it."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.assets.taste_home import TasteHome, clear_products, clear_views, until


@pytest.fixture(autouse=True, scope="session")
def _one_thread() -> Iterator[None]:
    """Threads that wait for one another cost several times as much as the tests' small sums do."""
    import hdbscan  # noqa: F401  (libraries count only once they are loaded)
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1), pytest.MonkeyPatch.context() as patch:
        patch.setenv("OMP_NUM_THREADS", "1")  # of processes that a test starts
        patch.setenv("OPENBLAS_NUM_THREADS", "1")
        yield


@pytest.fixture(autouse=True)
def _no_language_model(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody's key gets in: tests that want a language model set one."""
    for name in list(os.environ):
        if name.startswith(("OPENAI_", "DANGOL_NAMING")) or name.upper().endswith("_PROXY"):
            monkeypatch.delenv(name)


@pytest.fixture(scope="session")
def first_day(tmp_path_factory: pytest.TempPathFactory) -> TasteHome:
    """Six clear tastes, one taste day, names of the embedded namer. Read only."""
    home = TasteHome(tmp_path_factory.mktemp("clear") / "home")
    home.publish(until(clear_views(), 30), clear_products())
    with pytest.MonkeyPatch.context() as patch:
        patch.delenv("OPENAI_API_KEY", raising=False)
        run = home.run()
    assert run.row["state"] == "published"
    assert run.row["groups"] == 6
    return home


@pytest.fixture
def home(first_day: TasteHome, tmp_path: Path) -> TasteHome:
    return first_day.copy(tmp_path / "home")
