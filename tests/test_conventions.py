"""The house rules that a reader would otherwise have to trust: floors, sizes, explanations, documents in step."""

import ast
import json
import os
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from orchestration.dbt_project import read_manifest

ROOT = Path(__file__).parents[1]
FLOORS = ("orchestration", "assets", "models", "connectors")
MODULES = sorted(path for floor in FLOORS for path in (ROOT / floor).rglob("*.py"))
MAX_MODULE, MAX_FUNCTION = 300, 40


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.feature("M2")
def test_imports_run_downward() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports")], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stdout


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "__init__.py"], ids=name)
def test_a_module_says_what_belongs_in_it_and_stays_small(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    tree = ast.parse(text)
    assert ast.get_docstring(tree), "no module docstring"
    assert len(text.splitlines()) <= MAX_MODULE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= MAX_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=name)
def test_package_files_are_empty(path: Path) -> None:
    assert path.read_text(encoding="utf-8") == ""


def test_every_published_column_is_in_the_guide() -> None:
    guide = (ROOT / "docs/guides/tables.md").read_text(encoding="utf-8")
    for node in read_manifest()["nodes"].values():
        publish = (node["config"].get("meta") or {}).get("publish")
        if node["resource_type"] != "model" or not publish:
            continue
        section = guide.split(f"## {publish['table']}\n", 1)[1].split("\n## ", 1)[0]
        missing = [name for name in node["columns"] if f"| `{name}` |" not in section]
        assert not missing, f"docs/guides/tables.md, {publish['table']}: {missing}"


@pytest.mark.feature("C1")
@pytest.mark.feature("D8")
def test_every_column_of_the_tables_of_the_lake_is_in_the_guide() -> None:
    import polars as pl

    from assets.ai_targets.tables import PUBLISHED as AI_TARGETS
    from assets.attribution.tables import PUBLISHED as STATISTICS
    from assets.campaigns.tables import PUBLISHED as CAMPAIGNS
    from assets.recommendations.tables import PUBLISHED
    from assets.segments.tables import PUBLISHED as SEGMENTS
    from assets.taste_history import SCHEMAS

    types = {
        pl.Date(): "date", pl.String(): "varchar", pl.Int64(): "bigint", pl.Int32(): "integer",
        pl.Float64(): "double", pl.Float32(): "float", pl.List(pl.String()): "varchar[]", pl.Boolean(): "boolean",
        pl.Datetime("us", "UTC"): "timestamptz",
    }  # fmt: skip
    guide = (ROOT / "docs/guides/tables.md").read_text(encoding="utf-8")
    segments = {table: schema for table, (_, schema) in SEGMENTS.items()}
    for table, schema in {**SCHEMAS, **PUBLISHED, **AI_TARGETS, **segments, **CAMPAIGNS, **STATISTICS}.items():
        section = guide.split(f"## {table}\n", 1)[1].split("\n## ", 1)[0]
        listed = [tuple(found) for found in re.findall(r"^\| `(\w+)` \| (\S+) \| \S", section, flags=re.MULTILINE)]
        assert listed == [(name, types[kind]) for name, kind in schema.items()], f"docs/guides/tables.md, {table}"


def test_every_setting_stands_in_the_template_and_says_what_it_is() -> None:
    import yaml

    from connectors.home.settings import Settings

    template = yaml.safe_load((ROOT / "connectors/home/shop.yaml").read_text(encoding="utf-8"))
    assert json.loads(Settings().model_dump_json()) == json.loads(Settings.model_validate(template).model_dump_json())
    assert set(template) == set(Settings.model_fields)
    for name, value in template.items():
        if isinstance(value, dict):
            assert set(value) == set(type(getattr(Settings(), name)).model_fields)


def test_pins_of_the_project_are_those_of_the_constraints() -> None:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().splitlines()
    pinned = {line.split("==")[0].replace("_", "-"): line.split("==")[1] for line in lines if "==" in line}
    for requirement in tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["dependencies"]:
        name, version = requirement.split("==")
        assert pinned[name.split("[")[0]] == version, requirement


@pytest.mark.feature("B4")
def test_no_preview_shows_who_or_where_somebody_was() -> None:
    from assets.common import PERSONAL_COLUMNS

    harmless = {"image_url", "product_hash", "send_hash"}  # of a product, of a send
    for node in read_manifest()["nodes"].values():
        if node["resource_type"] != "model":
            continue
        telling = {column for column in node["columns"] if re.search(r"(^|_)url$|_hash$|_key$", column)}
        assert telling - harmless <= PERSONAL_COLUMNS, node["name"]


@pytest.mark.xdist_group("together")
def test_tests_of_a_group_run_in_one_process(request: pytest.FixtureRequest) -> None:
    """Else what a module makes once is made by every process. xdist tells groups by the ends of names."""
    is_one_of_several = "PYTEST_XDIST_WORKER" in os.environ
    assert request.node.nodeid.endswith("@together") == is_one_of_several
