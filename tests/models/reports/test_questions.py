"""What a report asks, as SQL, and numbers that know where they come from."""

import datetime as dt

import duckdb
import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.reports.questions import (
    _RESERVED,
    Among,
    Answer,
    AtLeast,
    Between,
    Equal,
    Filter,
    In,
    Latest,
    Question,
    Ratio,
    Total,
    Value,
    columns,
    identifier,
    literal,
    sums,
)

pytestmark = pytest.mark.feature("I1")
CONNECTION = duckdb.connect()
ROWS = (
    "create table sends as select * from (values "
    "(date '2025-10-01', 'a', '3h', 4, 100), (date '2025-10-01', 'a', '7d', 6, 100), "
    "(date '2025-10-02', 'b', '7d', 0, 0), (date '2025-10-03', 'c', '7d', 9, 90)) "
    't(day, id, "window", orders, messages)'
)


def asked(question: Question) -> list[tuple[object, ...]]:
    with duckdb.connect() as connection:
        connection.execute(ROWS)
        connection.execute("create table chosen as select 'a' as id, true as is_on union all select 'b', false")
        return connection.execute(question.sql()).fetchall()


def test_the_text_of_a_question_returns_what_it_says() -> None:
    asked_for = {**columns("id"), **sums("orders"), "rate": Ratio("orders", "messages"), "rows": Total("count", "*"),
                 "last": Latest("day", "day")}  # fmt: skip
    where = (Equal("window", "7d"), Between("day", dt.date(2025, 10, 1), dt.date(2025, 10, 2)))
    question = Question("sends", "sends", asked_for, where, ("id",), ("-orders", "id"))
    first, second = dt.date(2025, 10, 1), dt.date(2025, 10, 2)
    assert asked(question) == [("a", 6, 0.06, 1, first), ("b", 0, None, 1, second)]


def test_filters_find_what_they_say() -> None:
    def ids(*where: Filter) -> list[object]:
        question = Question("q", "sends", columns("id", "orders"), where, order_by=("id", "orders"))
        return [row[0] for row in asked(question)]

    assert ids(In("id", ["b", "c"])) == ["b", "c"]
    assert ids(In("id", [])) == []
    assert ids(AtLeast("orders", 6)) == ["a", "c"]
    assert ids(Equal("id", None)) == []
    assert ids(Among("id", "chosen", "id", (Equal("is_on", True),))) == ["a", "a"]


def test_every_reserved_word_is_quoted() -> None:
    with duckdb.connect() as connection:
        told = connection.execute(
            "select keyword_name from duckdb_keywords() where keyword_category = 'reserved'"
        ).fetchall()
    assert {word for (word,) in told} == _RESERVED
    assert (identifier("window"), identifier("day"), identifier('a"b')) == ('"window"', "day", '"a""b"')


@given(st.one_of(st.text(), st.integers(-(2**60), 2**60), st.booleans(), st.none(), st.dates(),
                 st.floats(allow_nan=False, allow_infinity=False)))  # fmt: skip
def test_literals_come_back_as_they_were(value: Value) -> None:
    if isinstance(value, str):
        value = value.replace("\0", "")
    row = CONNECTION.execute(f"select {literal(value)}").fetchone()
    assert row is not None
    assert float(row[0]) == pytest.approx(value) if isinstance(value, float) else row[0] == value


def test_ordering_by_what_is_not_asked_for_is_refused() -> None:
    with pytest.raises(ValueError, match="question q: orders is ordered or grouped by but not a column"):
        Question("q", "sends", columns("id"), order_by=("-orders",))


def test_a_number_of_an_answer_says_where_it_comes_from() -> None:
    frame = pl.DataFrame({"id": ["a", None], "orders": [1, 2]})
    answer = Answer(Question("q", "sends", columns("id", "orders")), frame)
    assert (answer.find(id="a"), answer.find(id=None), answer.find(id="z")) == (0, 1, None)
    number = answer.number(1, "orders")
    assert (number.value, number.metric, number.question, number.row, number.column) == (2, "orders", "q", 1, "orders")
