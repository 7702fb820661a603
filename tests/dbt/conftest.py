"""Fixtures of the dbt tests."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.dbt.warehouse import Warehouse


@pytest.fixture(scope="session")
def target(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """dbt's target folder, shared by all warehouses of a test process."""
    return tmp_path_factory.mktemp("dbt_target")


@pytest.fixture
def make_warehouse(tmp_path: Path, target: Path) -> Callable[..., Warehouse]:
    def make(name: str = "home", **variables: object) -> Warehouse:
        return Warehouse(tmp_path / name, target, variables)

    return make


@dataclass(frozen=True)
class Built:
    """A warehouse after a load without any row, and dbt's description of the project."""

    warehouse: Warehouse
    manifest: dict[str, Any]

    @property
    def models(self) -> dict[str, dict[str, Any]]:
        """Models by name."""
        nodes = self.manifest["nodes"].values()
        return {node["name"]: node for node in nodes if node["resource_type"] == "model"}


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory, target: Path) -> Built:
    """All relations, empty. Tests that share it carry the mark ``xdist_group("dbt_built")``."""
    warehouse = Warehouse(tmp_path_factory.mktemp("built"), target)
    warehouse.load([], "--write-json", whole=True)
    return Built(warehouse, json.loads((target / "manifest.json").read_text()))
