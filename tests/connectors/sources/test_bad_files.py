"""Files in every bad shape: a clear message, nothing lost, the other files still ingested."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from connectors.sources import reader_csv
from connectors.sources.errors import ExpressionError, MissingColumn

pytestmark = pytest.mark.feature("A2")
HEADER = "name,at,visitor,member,product,price,quantity,device"


def good(number: int, visitor: str = "v") -> str:
    return f"login,2025-05-01 10:00:{number:02d},{visitor}{number},,,,,"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (None, ["no such file"]),
        (
            HEADER.encode() + "\nlogin,2025-05-01,손님,,,,,\n".encode("cp949"),
            ["byte 70", "line 2", "not utf-8", "cp949"],
        ),
        (b"\xff\xfe" + HEADER.encode("utf-16-le"), ["byte 0", "line 1", "encoding:", "utf-16"]),
        (
            b"name;at;visitor\nlogin;2025-05-01;v\n",
            ["no column `name`", "it has: name;at;visitor", "line 11", "delimiter:"],
        ),
        (b'name,"at,visitor\nlogin,2025-05-01,v\n', ["open quote", "line 1"]),
        (b"\x00\x01\x02PAR1", ["no column", "line 11"]),
    ],
)
def test_an_unreadable_file_is_reported_and_the_others_ingested(
    shop: Any, clicks: Path, csv_of: Callable[..., str], content: bytes | None, expected: list[str]
) -> None:
    bad = shop.root / "bad.csv" if content is None else shop.write("bad.csv", content)
    report = shop.ingest(clicks, bad, shop.write("good.csv", csv_of([good(1)])))
    assert len(report.errors) == 1
    for words in ["bad.csv", *expected]:
        assert words in report.errors[0]
    assert report.files[1].kept == 1
    assert len(shop.rows("events")) == 1


def test_a_folder_or_a_file_of_another_format_is_reported(shop: Any, clicks: Path) -> None:
    assert "is a folder" in shop.ingest(clicks, shop.root).errors[0]
    mapping = shop.write("p.yaml", clicks.read_text().replace("format: csv", "format: parquet"))
    report = shop.ingest(mapping, shop.write("x.parquet", "name,at\n"))
    assert "not a readable Parquet file" in report.errors[0]


@pytest.mark.parametrize(
    ("content", "note"), [(b"", "0 bytes"), (HEADER.encode() + b"\n", "no rows"), (HEADER.encode(), "no rows")]
)
def test_an_empty_file_is_no_error(shop: Any, clicks: Path, content: bytes, note: str) -> None:
    report = shop.one(clicks, shop.write("empty.csv", content))
    assert report.read == 0
    assert note in report.notes[0]


@pytest.mark.parametrize(("old", "new"), [("\n", "\r\n"), ("name,", "\ufeffname,"), ("\n", "\n\n"), ("\n", "\r")])
def test_line_ends_marks_and_blank_lines_do_not_matter(
    shop: Any, clicks: Path, csv_of: Callable[..., str], old: str, new: str
) -> None:
    content = csv_of([good(1), good(2), good(3)]).replace(old, new)
    assert shop.one(clicks, shop.write("x.csv", content)).kept == 3


def test_mixed_line_ends(shop: Any, clicks: Path) -> None:
    content = f"{HEADER}\r\n{good(1)}\n{good(2)}\r\n{good(3)},x\r\n" + good(4).replace("v4", '"v\r4"')
    report = shop.one(clicks, shop.write("x.csv", content))
    assert (report.kept, report.quarantined) == (3, {"unreadable_row": 1})
    assert "line ends" in report.notes[0]


def test_emoji_null_bytes_and_a_very_long_line(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    lines = [good(1, "😀한글"), good(2, "nul\x00l"), good(3, "x" * 10_000_000), good(4)]
    report = shop.one(clicks, shop.write("x.csv", csv_of(lines)))
    assert report.kept == 4
    assert [row[0] for row in shop.rows("events", "left(visitor_id, 5), event_at", "2")] == [
        "😀한글1",
        "null2",
        "xxxxx",
        "v4",
    ]
    assert shop.rows("events", "max(length(visitor_id))") == [(10_000_001,)]


def test_a_long_bad_line_is_cut_in_quarantine(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    shop.one(clicks, shop.write("x.csv", csv_of([good(1) + "," + "y" * 5_000_000, good(2)])))
    assert shop.rows("quarantine", "length(raw), row_number") == [(4000, 1)]


def test_korean_encodings_are_read(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    for encoding in ("cp949", "utf-16"):
        mapping = shop.write(
            "k.yaml", clicks.read_text().replace("timezone: UTC", f"timezone: UTC, encoding: {encoding}")
        )
        file = shop.write(f"{encoding}.csv", csv_of([good(1, "손님"), good(2, "뷁")]).encode(encoding))
        assert shop.one(mapping, file).read == 2
    assert shop.rows("events", "visitor_id") == [("뷁2",), ("손님1",)]  # both files say the same


@pytest.mark.parametrize("opens", [1, 3, 50])
def test_quotes_that_are_never_closed_cost_one_row_each(shop: Any, clicks: Path, opens: int) -> None:
    lines = [HEADER]
    for number in range(opens):
        lines += [f"login,2025-05-01 10:00:00,a{number},,,,,", f'login,2025-05-01 10:00:00,"b{number},,,,,']
        lines += [f"login,2025-05-01 10:00:00,c{number},,,,,"]
    lines.append('login,2025-05-01 10:00:00,"quoted, ""well""",,,,,')
    report = shop.one(clicks, shop.write("x.csv", "\n".join(lines) + "\n"))
    assert (report.read, report.kept, report.quarantined) == (3 * opens + 1, 2 * opens + 1, {"unreadable_row": opens})
    assert [number for (number,) in shop.rows("quarantine", "row_number")][:2] == [2, 5][: min(opens, 2)]
    assert ('quoted, "well"',) in shop.rows("events", "visitor_id")


def test_values_with_line_ends_are_values(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    lines = [
        good(1).replace("v1", '"a\nb"'),
        good(2).replace("v2", '"c\nd'),
        good(3),
        good(4).replace("v4", '"e\n\nf"'),
    ]
    report = shop.one(clicks, shop.write("x.csv", csv_of(lines)))
    assert report.kept == 3
    assert [row[0] for row in shop.rows("events", "visitor_id")] == ["a\nb", "e\n\nf", "v3"]


def test_lines_lost_by_the_reader_are_noticed(
    shop: Any, clicks: Path, csv_of: Callable[..., str], monkeypatch: pytest.MonkeyPatch
) -> None:
    scan = reader_csv._Reader._scan
    monkeypatch.setattr(reader_csv._Reader, "_scan", lambda *args: f"(from {scan(*args)} limit 2)")
    report = shop.ingest(clicks, shop.write("x.csv", csv_of([good(1), good(2), good(3)])))
    assert "lines were lost" in report.errors[0]
    assert shop.rows("events") == []


def test_columns_may_repeat_or_have_no_name(shop: Any) -> None:
    mapping = shop.write("m.yaml", """
name: m
kind: events
format: csv
targets:
  - kind: events
    columns: {event_name: {constant: login}, event_at: at, visitor_id: ID_2, session_hint: column_4, order_id: '위 "q"'}
""")  # fmt: skip
    shop.one(mapping, shop.write("x.csv", 'at,id,ID,,"위 ""q"""\n2025-05-01,1,2,3,4\n'))
    assert shop.rows("events", "visitor_id, session_hint, order_id") == [("2", "3", "4")]


def test_a_missing_column_names_the_line_and_what_there_is(shop: Any, clicks: Path) -> None:
    report = shop.ingest(clicks, shop.write("x.csv", "name,at,visitor,member,product,price,qty,device\n"))
    assert "clicks.yaml line 17: there is no column `quantity` in x.csv; it has: name, at, visitor" in report.errors[0]


def test_a_failing_expression_names_its_line(shop: Any, clicks: Path, csv_of: Callable[..., str]) -> None:
    text = clicks.read_text()
    file = shop.write("x.csv", csv_of([good(1)]))
    for old, new, line in [
        ("visitor like 'test-%'", "visitor::int = 3", 7),
        ("price: price", "price: {expr: 'visitor::int'}", 16),
        ("price: price", "price: {expr: 'no_such_function(visitor)'}", 16),
        ("price: price", "price: {expr: 'visitor +'}", 16),
        ("price: price", "price: {expr: 'visitr'}", 16),
        ("  - kind: events", "  - kind: events\n    when: visitor::int = 3", 10),
    ]:
        report = shop.ingest(shop.write("broken.yaml", text.replace(old, new)), file) if "+" not in new else None
        if report is None:
            with pytest.raises(Exception, match=f"line {line}: the expression is not SQL"):
                shop.ingest(shop.write("broken.yaml", text.replace(old, new)), file)
        else:
            assert f"broken.yaml line {line}: " in report.errors[0], (new, report.errors)
    assert issubclass(ExpressionError, Exception)
    assert issubclass(MissingColumn, Exception)


def test_ndjson_in_bad_shape(shop: Any) -> None:
    mapping = shop.write("j.yaml", """
name: j
kind: events
format: ndjson
targets:
  - kind: events
    columns: {event_name: {constant: login}, event_at: at, visitor_id: who.id, properties: {expr: json}}
""")  # fmt: skip
    at = '"at": "2025-05-01"'
    lines = [
        f'{{{at}, "who": {{"id": 1}}}}', "{", "", "null", f'{{{at}, "who": null}}',
        f'{{{at}, "who": {{"id": "a\\u0000b😀"}}}}',
        '{"at": "\x01"}', f'{{{at}, "who": {{"id": "{"y" * 3_000_000}"}}}}',
    ]  # fmt: skip
    report = shop.one(mapping, shop.write("x.json", "\r\n".join(lines)))
    assert (report.read, report.kept) == (7, 3)
    assert report.quarantined == {"bad_json": 3, "no_id": 1}
    assert shop.rows("quarantine", "row_number", "1") == [(2,), (4,), (5,), (7,)]
    assert [row[0][:4] for row in shop.rows("events", "visitor_id")] == ["1", "ab😀", "yyyy"]
