"""Fixtures of the dbt tests."""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.dbt.warehouse import Warehouse


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt's target folder, shared so that the project is parsed once a test process."""
    return tmp_path_factory.mktemp("dbt_target")


@pytest.fixture
def make_warehouse(tmp_path: Path, target: Path) -> Callable[..., Warehouse]:
    def make(name: str = "home", **variables: object) -> Warehouse:
        return Warehouse(tmp_path / name, target, variables)

    return make
