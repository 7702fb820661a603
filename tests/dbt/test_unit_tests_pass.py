"""The unit tests of the dbt models pass, and no model with an edge is without one.

Belongs here: running dbt's own unit tests and who has to have one. Does not belong here: the cases themselves
(``dbt_project/models/<group>/_unit_tests__<model>.yml``).
"""

import re
from collections import defaultdict
from typing import Any

import pytest

from tests.dbt.conftest import Built

pytestmark = pytest.mark.xdist_group("dbt_built")

# a window, a case distinction, or a join in time: something can be off by one
EDGE = re.compile(r"\bover\s*\(|\bcase\b|\bbetween\b|\bpercent_rank\b", re.IGNORECASE)


def unit_tests(built: Built) -> dict[str, list[dict[str, Any]]]:
    found = defaultdict(list)
    for test in built.manifest["unit_tests"].values():
        found[test["model"]].append(test)
    return found


@pytest.mark.slow
@pytest.mark.feature("A3")
@pytest.mark.feature("A4")
@pytest.mark.feature("A5")
@pytest.mark.feature("A6")
@pytest.mark.feature("A7")
@pytest.mark.feature("C1")
@pytest.mark.feature("D1")
@pytest.mark.feature("D2")
@pytest.mark.feature("D3")
@pytest.mark.feature("D7")
def test_every_unit_test_of_the_models_passes(built: Built) -> None:
    results = built.warehouse.dbt("test", "--select", "test_type:unit").results
    assert {result.status for result in results} == {"pass"}
    assert {result.node.unique_id for result in results} == set(built.manifest["unit_tests"])


@pytest.mark.feature("A3")
def test_every_model_with_an_edge_has_a_unit_test(built: Built) -> None:
    tests = unit_tests(built)
    edged = {
        name
        for name, model in built.models.items()
        if model["config"]["materialized"] == "incremental" or EDGE.search(model["compiled_code"])
    }
    assert edged - set(tests) == set()


@pytest.mark.feature("A3")
def test_every_incremental_model_is_tested_in_its_incremental_half(built: Built) -> None:
    tests = unit_tests(built)
    for name, model in built.models.items():
        if model["config"]["materialized"] == "incremental":
            overrides = [(test["overrides"] or {}).get("macros", {}) for test in tests[name]]
            assert any(macros.get("is_incremental") is True for macros in overrides), name
            assert all("is_incremental" in macros for macros in overrides), f"{name}: say which half is meant"


def test_unit_tests_stand_in_a_file_named_after_their_model(built: Built) -> None:
    for test in built.manifest["unit_tests"].values():
        folder = built.models[test["model"]]["original_file_path"].rsplit("/", 1)[0]
        assert test["original_file_path"] == f"{folder}/_unit_tests__{test['model']}.yml"
