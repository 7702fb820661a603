"""What `dangol taste` is made of: phrases, prices, reasons, what became of segments."""

import datetime as dt
import re
import string
from collections.abc import Callable
from typing import Any

import polars as pl
import pytest

from connectors.published.errors import QueryError
from connectors.published.query import open_reader
from connectors.published.tables import PublishedTables
from connectors.published.taste import Flow, TasteTables
from models.taste.drift import CHANGES
from models.taste.drift import SCHEMA as DRIFT
from models.taste.gate import Quality, faults, judge, not_enough_data, setbacks
from orchestration.cli.taste_changes import changes_by_drift, changes_by_flows, relations
from orchestration.cli.taste_reasons import told_reasons
from orchestration.cli.taste_words import PHRASES, Words
from tests.orchestration.taste_shop import FIRST, SECOND, THIRD, Shop


def test_every_phrase_has_the_same_gaps_in_both_languages() -> None:
    for key, (korean, english) in PHRASES.items():
        gaps = [{name for _, name, _, _ in string.Formatter().parse(text) if name} for text in (korean, english)]
        assert gaps[0] == gaps[1], key
        assert not re.search("[가-힣]", english), key
    for change in CHANGES:
        assert Words("ko").change(change) != Words("en").change(change)
        assert "taste-0001" in Words("ko").change("merged", "taste-0001")


def test_prices_are_written_as_the_shop_writes_them() -> None:
    assert Words("ko").price(23000.0) == "23,000원"
    assert Words("en").price(23000.0) == "23,000 KRW"
    assert Words("en", "GBP").price(2.5) == "2.50 GBP"
    assert Words("en").price(None) == ""


def test_every_reason_of_the_gate_has_korean_words() -> None:
    good = Quality(5000, 4000, 20, 0.3, 0.1, 0.9, 0.9, 0.2)
    worse = Quality(5000, 1000, 60, 0.0, 0.5, 0.5, 0.5, 0.8)
    garbage = Quality(10, 5, 1, -0.9, 0.95, 0.1, 0.1, 1.0)
    reasons = [*faults(garbage), *setbacks(worse, good), *judge(worse, good, [worse] * 3).reasons]
    reasons += [not_enough_data(customers, products, min_views=views) or "" for customers, products, views in (
        (1, 50, 2), (50, 50, 1), (50, 50, 7), (500, 1, 2), (500, 5, 2),
    )]  # fmt: skip
    reasons.append("no groups of like taste among 3,000 customers")
    assert len(reasons) >= 20
    for reason in reasons:
        korean = told_reasons([reason], "ko")
        assert not re.search("[A-Za-z{}]", korean), korean
        assert set(re.findall(r"\d[\d,.]*\d|\d", reason)) <= set(re.findall(r"\d[\d,.]*\d|\d", korean)), korean
        assert told_reasons([reason], "en") == reason
    assert told_reasons(["something new"], "ko") == "something new"


def test_related_segments_are_told_apart() -> None:
    changes = {"a": "kept", "b": "merged", "c": "split", "d": "merged"}
    assert relations("kept", ["b", "c"], changes).took_in == ("b",)
    assert relations("kept", ["b", "c"], changes).gave_off == ("c",)
    assert relations("merged", ["a", "c"], changes).cause == ("a",)
    assert relations("merged", ["c"], changes).cause == ("c",)
    assert relations("split", ["a", "b"], changes).cause == ("a",)
    assert relations("split", ["a", "b"], changes).took_in == ("b",)
    assert relations("split", ["b"], changes).cause == ("b",)
    assert relations("split", ["b"], changes).took_in == ()


def rows_of(day: dt.date, **sizes: int) -> list[dict[str, Any]]:
    return [{"day": day, "segment_id": name, "name": name, "customers": size} for name, size in sizes.items()]


def test_changes_are_judged_by_the_limits_of_drift() -> None:
    before, now = rows_of(FIRST, a=100, b=100, c=8), rows_of(SECOND, a=100, d=60, e=50)
    flows = [
        Flow("a", "a", 60), Flow("a", "d", 30), Flow("b", "d", 20), Flow("b", "a", 19), Flow("b", "e", 45),
        Flow("c", "a", 4), Flow("c", None, 4), Flow(None, "e", 5),
    ]  # fmt: skip
    days = {"a": FIRST, "d": SECOND, "e": SECOND}
    found = {each.segment_id: each for each in changes_by_flows(before, now, flows, days)}
    assert found["a"].stayed == 60
    # of b's 84 seen on both days 45 are in e: merged there; d has most members from a, which gave a third of itself
    assert (found["b"].change, found["b"].related_segment_ids) == ("merged", ("e",))
    assert (found["d"].change, found["d"].related_segment_ids) == ("split", ("a",))
    assert found["e"].change == "born"
    assert found["c"].change == "died"  # too few of them were seen again to say where they went
    tied = [Flow("x", "a", 10), Flow("x", "d", 10)]
    halves = changes_by_flows(rows_of(FIRST, x=20), rows_of(SECOND, a=10, d=10), tied, {"a": SECOND, "d": SECOND})
    assert [each.change for each in halves] == ["born", "split", "merged"]
    assert halves[2].related_segment_ids == ("a", "d")


def test_drift_in_between_is_followed_by_day() -> None:
    drift = pl.DataFrame(
        [
            {"day": FIRST, "segment_id": "x", "change": "died", "related_segment_ids": []},
            {"day": SECOND, "segment_id": "x", "change": "returned", "related_segment_ids": []},
            {"day": THIRD, "segment_id": "x", "change": "merged", "related_segment_ids": ["a"]},
        ],
        schema_overrides={"related_segment_ids": DRIFT["related_segment_ids"]},
    )
    found = changes_by_drift(rows_of(FIRST, a=5, x=5), rows_of(THIRD, a=9), drift.to_dicts())
    assert [(each.segment_id, each.change, each.stayed) for each in found] == [
        ("a", "kept", None),
        ("x", "merged", None),
    ]


def test_a_damaged_table_is_one_clear_message(shop: Callable[..., Shop]) -> None:
    tables = PublishedTables(shop(FIRST).home)
    with open_reader(tables) as connection:
        (file,) = tables.path("taste_members").rglob("*.parquet")
        file.write_bytes(b"PAR1 but no more")
        with pytest.raises(QueryError, match="taste_members can not be read"):
            TasteTables(connection).member_days()
