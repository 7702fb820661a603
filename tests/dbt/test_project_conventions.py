"""The rules that every dbt model keeps, read from dbt's own description of the project.

Belongs here: what must hold for all models. Does not belong here: what one model computes (its unit tests).
An exception is listed by name with its reason; one that is no longer needed fails too.
"""

import re
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from assets.common import PERSONAL_COLUMNS
from connectors.erasure.person import condition
from tests.dbt.conftest import Built
from tests.dbt.warehouse import PROJECT

pytestmark = pytest.mark.xdist_group("dbt_built")

NAMES = {
    "staging": r"stg_[a-z]+__[a-z_]+",
    "sessions": r"(int|fct|dim|mart)_[a-z]+(_[a-z]+)*(__[a-z]+)?",
    "customers": r"(int|fct|dim|mart)_[a-z]+(_[a-z]+)*(__[a-z]+)?",
    "taste": r"(int|fct|dim|mart)_[a-z]+(_[a-z]+)*(__[a-z]+)?",
    "recommendations": r"(int|fct|dim|mart)_[a-z]+(_[a-z]+)*(__[a-z]+)?",
    "segments": r"(int|fct|dim|mart)_[a-z]+(_[a-z]+)*(__[a-z]+)?",
    # what campaigns sent is read anew in the second half of the project, so its staging lies where it is used
    "attribution": r"(stg_(campaigns|segments)__[a-z]+|(int|fct)_[a-z]+(_[a-z]+)*(__[a-z]+)?)",
    "reports": r"(stg_reports__[a-z_]+|(int|rpt)_[a-z]+(_[a-z]+)*(__[a-z]+)?)",
}
# what a layer may read, by prefix; a mart may read staging where there is nothing to compute in between; what customers
# did is made from the published events (whose customer is settled there), and mart_changed_days tells which days are
# counted anew
PARENTS = {
    "stg": {"source", "seed", "stg"},
    "int": {"seed", "stg", "int", "mart"},
    "mart": {"seed", "int"},
    "fct": {"seed", "stg", "int", "mart", "fct"},
    "dim": {"seed", "stg", "int", "mart"},
    "rpt": {"seed", "stg", "int", "mart", "fct", "dim", "rpt"},
}
MAX_LINES = 120
# settings are variables; one page load is told by two events at most
THRESHOLDS = {"macros/sessions.sql": {"2"}}
DIALECT = re.compile(
    r"\b(epoch_\w+|make_timestamp\w*|md5_number\w*|regexp_\w+|list_\w+|struct_\w+|unnest|generate_series|arg_m(in|ax)"
    r"|getvariable|read_\w+|url_decode|strftime|try|try_cast|parse_filename|timezone|percent_rank)\s*\(",
    re.IGNORECASE,
)
# columns that elsewhere say something of a person: a content's address, what a day's visitors searched for, counted
IMPERSONAL = {"stg_landing__contents", "dim_contents", "fct_searches", "fct_search_products"}
DIALECT_EXCEPTIONS = {"stg_landing__files": "reads the list of files that a load writes for DuckDB only"}


def sql_only(text: str) -> str:
    """The text without Jinja, comments and quoted strings."""
    text = re.sub(r"\{#.*?#\}|\{\{.*?\}\}|\{%.*?%\}", " ", text, flags=re.DOTALL)
    return re.sub(r"--[^\n]*|'[^']*'", " ", text)


def prefix(unique_id: str) -> str:
    kind, _, name = unique_id.split(".", 2)
    return kind if kind in ("source", "seed") else name.split("_", 1)[0]


def described(built: Built) -> dict[str, dict[str, Any]]:
    nodes = [node for node in built.manifest["nodes"].values() if node["resource_type"] in ("model", "seed")]
    return {node["unique_id"]: node for node in [*nodes, *built.manifest["sources"].values()]}


def test_models_and_columns_are_described(built: Built) -> None:
    for unique_id, node in described(built).items():
        assert len(node["description"]) > 20, unique_id
        for name, column in node["columns"].items():
            assert column["description"], f"{unique_id}: {name}"


def test_descriptions_name_exactly_the_columns_that_there_are(built: Built) -> None:
    with duckdb.connect(str(built.warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        query = "select table_schema, table_name, column_name from information_schema.columns"
        found: dict[str, set[str]] = {}
        for schema, table, column in connection.execute(query).fetchall():
            found.setdefault(f"{schema}.{table}", set()).add(column)
    for unique_id, node in described(built).items():
        if node["resource_type"] != "source":
            assert set(node["columns"]) == found[f"{node['schema']}.{node['name']}"], unique_id


def test_models_are_named_after_their_layer_and_have_a_file_of_their_own(built: Built) -> None:
    for name, model in built.models.items():
        folder = Path(model["original_file_path"]).parent
        assert re.fullmatch(NAMES[folder.name], name), name
        assert model["patch_path"] == f"dangol://{folder}/{name}.yml"
        assert model["config"]["group"] == folder.name
        patched = yaml.safe_load((PROJECT / folder / f"{name}.yml").read_text())
        assert [entry["name"] for entry in patched["models"]] == [name]


def test_layers_are_not_skipped_and_only_staging_reads_sources(built: Built) -> None:
    for name, model in built.models.items():
        parents = {prefix(parent) for parent in model["depends_on"]["nodes"]}
        assert parents <= PARENTS[name.split("_", 1)[0]], name


def test_published_tables_have_an_enforced_contract(built: Built) -> None:
    for name, model in built.models.items():
        if name.startswith(("fct_", "dim_", "stg_", "rpt_")):
            assert model["config"]["contract"]["enforced"], name
            assert all(column["data_type"] for column in model["columns"].values()), name


def test_models_are_short(built: Built) -> None:
    long = {name for name, model in built.models.items() if len(model["raw_code"].splitlines()) > MAX_LINES}
    assert long == set()


def test_thresholds_are_settings(built: Built) -> None:
    for file in [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/*.sql")]:
        numbers = set(re.findall(r"(?:[<>]=?|!=|=|\bbetween)\s*-?(\d+(?:\.\d+)?)\b", sql_only(file.read_text())))
        assert numbers - {"0", "1"} == THRESHOLDS.get(str(file.relative_to(PROJECT)), set()), file.name


def test_what_only_one_engine_understands_stands_in_macros(built: Built) -> None:
    bound = {name for name, model in built.models.items() if DIALECT.search(sql_only(model["raw_code"]))}
    assert bound == set(DIALECT_EXCEPTIONS)


def test_tables_have_a_test_of_their_key(built: Built) -> None:
    tests = [node for node in built.manifest["nodes"].values() if node["resource_type"] == "test"]
    unique = {test["attached_node"] for test in tests if test["test_metadata"]["name"] in ("unique", "unique_together")}
    tables = {name for name, model in built.models.items() if model["config"]["materialized"] != "view"}
    assert {name for name in tables if built.models[name]["unique_id"] not in unique} == set()


def test_incremental_models_refuse_a_change_of_columns(built: Built) -> None:
    for name, model in built.models.items():
        if model["config"]["materialized"] == "incremental":
            assert model["config"]["on_schema_change"] == "fail", name
            assert model["config"]["incremental_strategy"].startswith("replace_"), name


@pytest.mark.feature("B4")
def test_whatever_is_about_one_person_can_be_erased(built: Built) -> None:
    with duckdb.connect(str(built.warehouse.root / "warehouse.duckdb"), read_only=True) as connection:
        found = connection.execute("select table_name, column_name, data_type from duckdb_columns() where not internal")
        columns: dict[str, dict[str, str]] = {}
        for table, column, kind in found.fetchall():
            columns.setdefault(table, {})[column] = kind
    stored = {name for name, model in built.models.items() if model["config"]["materialized"] != "view"}
    stored |= {name for name, model in built.models.items() if model["config"]["meta"].get("publish")}
    personal = {name for name in stored if PERSONAL_COLUMNS & set(columns[name])}
    assert {name for name in personal if condition(columns[name]) is None} == IMPERSONAL
