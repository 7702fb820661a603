"""Charts of reports as specifications."""

import json

import pytest

from models.reports.charts import COLOURS, compared_bars, compared_lines

pytestmark = pytest.mark.feature("J2")
RECORDS = [
    {"name": name, "series": series, "value": value}
    for name, series, value in (("PC", "나", 0.2), ("PC", "전체", 0.3), ("앱", "나", 0.8), ("앱", "전체", 0.7))
]


def test_bars_keep_the_order_in_which_names_come() -> None:
    drawn = compared_bars(list(reversed(RECORDS)), ("나", "전체"), ".0%")
    assert drawn["encoding"]["y"]["sort"] == ["앱", "PC"]
    assert drawn["encoding"]["color"]["scale"] == {"domain": ["나", "전체"], "range": list(COLOURS)}
    assert drawn["data"]["values"] == list(reversed(RECORDS))


def test_specifications_are_json() -> None:
    lines = compared_lines([{"x": 0, "series": "나", "value": 1.5}], ("나", "전체"), ".1%")
    assert json.loads(json.dumps(lines)) == lines
    assert lines["encoding"]["x"]["field"] == "x"
