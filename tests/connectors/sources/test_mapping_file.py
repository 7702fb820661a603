"""A mapping that can not be used is refused with the line and the choices."""

from pathlib import Path

import pytest

from connectors.sources.errors import MappingError
from connectors.sources.mapping_file import read_mapping, shipped

pytestmark = pytest.mark.feature("A2")
GOOD = """name: m
kind: events
format: csv
targets:
  - kind: events
    columns:
      event_name: {constant: login}
      event_at: {column: at}
      visitor_id: visitor
"""


def refusal(tmp_path: Path, text: str) -> str:
    path = tmp_path / "m.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(MappingError) as caught:
        read_mapping(path)
    return str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("{column: at}", "{colum: at}", "line 8: unknown key `colum` in target 1, column `event_at`; known keys: "),
        ("{column: at}", "{colum: at}", "did you mean `column`?"),
        ("visitor_id: visitor", "visitr_id: visitor", "line 9: unknown column `visitr_id` of events; known: event_id"),
        ("visitor_id: visitor", "visitr_id: visitor", "did you mean `visitor_id`?"),
        ("kind: events\nformat", "knd: events\nformat", "line 2: unknown key `knd` in the mapping"),
        (
            "format: csv",
            "format: xlsx",
            "line 3: `format`: Input should be 'csv', 'ndjson' or 'parquet' (found 'xlsx')",
        ),
        (
            "{constant: login}",
            "{constant: login, column: x}",
            "line 7: target 1, column `event_name` needs exactly one of",
        ),
        (
            "{column: at}",
            "{column: at, format: '%Y', unit: s}",
            "line 8: target 1, column `event_at` takes `format` or `unit`",
        ),
        ("visitor_id: visitor", "visitor_id: {column: v, unit: s}", "line 9: `format` and `unit` are for times"),
        ("      visitor_id: visitor\n", "", "line 5: target 1 (events) needs `visitor_id` or `member_id`"),
        ("      event_at: {column: at}\n", "", "line 5: target 1 (events) needs the column `event_at`"),
        ("targets:", "options: {timezone: Mars/Olympus}\ntargets:", "line 4: 'Mars/Olympus' is not an IANA time zone"),
        ("targets:", "options: {encoding: klingon}\ntargets:", "line 4: unknown encoding 'klingon'"),
        ("targets:", "options: {header: false}\ntargets:", "line 4: a file without a header needs `columns:`"),
        ("targets:", "filters: [{name: a, where: x, wher: y}]\ntargets:", "line 4: unknown key `wher` in filter 1"),
        ("format: csv", "format: csv\nformat: csv", "the key `format` stands here twice"),
        ("visitor_id: visitor", "visitor_id: visitor\n      event_hash: x", "line 10: unknown column `event_hash`"),
        (
            "visitor_id: visitor",
            "visitor_id: u\n      member_id: u",
            "line 9: `visitor_id` would write the personal column `u`",
        ),
        ("name: m", "name: [", "is not readable YAML"),
        (GOOD, "", "is empty"),
    ],
)
def test_a_wrong_mapping_is_refused_with_its_line(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in GOOD
    assert expected in refusal(tmp_path, GOOD.replace(old, new, 1))


def test_every_problem_is_listed_at_once(tmp_path: Path) -> None:
    text = GOOD.replace("visitor_id", "visitr_id").replace("event_at:", "event_att:")
    assert refusal(tmp_path, text).count("line ") >= 3


def test_yes_and_no_stay_words(tmp_path: Path) -> None:
    path = tmp_path / "m.yaml"
    path.write_text(GOOD.replace("{constant: login}", "{map: {column: x, values: {yes: login, 1: purchase}}}"))
    value = read_mapping(path).mapping.targets[0].columns["event_name"]
    assert value.map is not None
    assert value.map.values == {"yes": "login", "1": "purchase"}


@pytest.mark.parametrize("name", shipped())
def test_shipped_mappings_are_found_by_bare_name(name: str) -> None:
    assert read_mapping(Path(name)).mapping.name == name
    assert read_mapping(Path(f"{name}.yaml")).mapping.name == name


def test_a_missing_mapping_names_the_shipped_ones(tmp_path: Path) -> None:
    with pytest.raises(MappingError, match="uci_online_retail"):
        read_mapping(tmp_path / "nothing.yaml")
