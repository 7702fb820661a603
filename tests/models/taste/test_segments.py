"""The rows that marketers read, and the facts that names are made from."""

import polars as pl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.taste.hierarchy import BUNDLE, SEGMENT
from models.taste.naming.groups import NamedGroup
from models.taste.segments import SCHEMA, TOP_PRODUCTS, facts_of, segment_rows, to_be_named, top_products
from tests.models.taste.shops import DAY

pytestmark = pytest.mark.feature("C1")
CATALOGUE = pl.DataFrame(
    [
        ("p1", "린넨 셔츠", "여성 > 셔츠", "무무"),
        ("p2", "린넨 팬츠", "여성 > 팬츠", "무무"),
        ("p3", "", "남성 > 모자", "대상"),
        ("p4", None, None, None),
    ],
    schema=["product_id", "name", "category_path", "brand"],
    orient="row",
)


def profile(*rows: tuple[str, str, float, int]) -> pl.DataFrame:
    schema = {"segment_id": pl.String, "product_id": pl.String, "weight": pl.Float32, "customers": pl.Int64}
    return pl.DataFrame(rows, schema=schema, orient="row")


def tops(profiles: pl.DataFrame) -> dict[str, list[str]]:
    return dict(top_products(profiles, CATALOGUE).select("segment_id", "top_products").iter_rows())


def test_top_products_are_those_of_most_members_not_of_the_busiest() -> None:
    looked = profile(("a", "p1", 90.0, 1), ("a", "p2", 3.0, 3), ("a", "p3", 2.0, 3), ("b", "p4", 1.0, 1))
    assert tops(looked) == {"a": ["p2", "p3", "p1"], "b": ["p4"]}


def test_products_without_a_name_are_shown_by_their_id() -> None:
    looked = profile(("a", "p3", 3.0, 3), ("a", "p4", 2.0, 2), ("a", "p9", 1.0, 1))
    assert top_products(looked, CATALOGUE)["top_product_names"].to_list() == [["p3", "p4", "p9"]]


def test_at_most_eight_products() -> None:
    looked = profile(*[("a", f"q{n:02d}", 1.0, n) for n in range(1, 20)])
    assert tops(looked)["a"] == [f"q{n:02d}" for n in range(19, 19 - TOP_PRODUCTS, -1)]


@given(st.permutations([("a", "p1", 1.0, 2), ("a", "p2", 1.0, 2), ("b", "p1", 0.5, 1), ("b", "p3", 1.5, 1)]))
def test_the_order_of_rows_changes_no_fact(rows: list[tuple[str, str, float, int]]) -> None:
    ordered = profile(*sorted(rows))
    keywords = {"a": ("린넨",), "b": ("모자",)}
    assert facts_of(profile(*rows), CATALOGUE, keywords) == facts_of(ordered, CATALOGUE, keywords)
    assert tops(profile(*rows)) == tops(ordered)


def test_a_brand_belongs_to_those_who_look_at_it_more_than_others_do() -> None:
    looked = profile(("a", "p1", 5.0, 5), ("a", "p3", 5.0, 5), ("b", "p3", 20.0, 9), ("b", "p1", 1.0, 1))
    facts = facts_of(looked, CATALOGUE, {"a": ("린넨",)})
    assert facts["a"].brands == ("무무",)
    assert facts["b"].brands == ()
    assert facts["b"].keywords == ()
    assert facts["a"].categories == ("남성 > 모자", "여성 > 셔츠")
    assert facts["a"].top_products == ("린넨 셔츠", "p3")


def named(*rows: tuple[str, list[str]]) -> pl.DataFrame:
    columns = {"segment_id": [s for s, _ in rows], "named_keywords": [words for _, words in rows]}
    frame = pl.DataFrame(columns, schema_overrides={"named_keywords": pl.List(pl.String)})
    return frame.with_columns(name=pl.lit("산뜻한 여름"), description=pl.lit("린넨 셔츠를 즐겨 봅니다."))


def test_the_new_and_those_whose_keywords_moved_get_a_name() -> None:
    before = named(("a", ["린넨", "셔츠", "여름"]), ("b", ["가죽", "가방"]), ("gone", ["모자"]))
    now = {"a": ("셔츠", "린넨", "바다"), "b": ("니트", "스웨터"), "c": ("데님",)}
    assert to_be_named(now, before, "ko") == ["b", "c"]
    assert to_be_named({}, before, "ko") == []
    assert to_be_named(now, before, "en") == ["a", "b", "c"], "in the language of the shop"


def tree(*rows: tuple[str, str, str | None, int]) -> pl.DataFrame:
    return pl.DataFrame(rows, schema=["segment_id", "level", "parent_segment_id", "customers"], orient="row")


NOWHERE = pl.DataFrame(schema={"segment_id": pl.String, "map_x": pl.Float64, "map_y": pl.Float64})


def test_rows_have_what_was_given_today_and_keep_the_rest() -> None:
    looked = profile(("a", "p1", 5.0, 5), ("b", "p2", 5.0, 5), ("top", "p1", 5.0, 5))
    first = segment_rows(
        DAY, tree(("a", SEGMENT, "top", 30), ("b", SEGMENT, "top", 10), ("top", BUNDLE, None, 40)),
        top_products(looked, CATALOGUE), {"a": ("린넨",), "b": ("팬츠",), "top": ("옷",)},
        [NamedGroup(s, f"이름 {s}", "설명", "embedded") for s in ("a", "b", "top")],
        pl.DataFrame(schema=SCHEMA), NOWHERE,
    )  # fmt: skip
    assert first.schema == SCHEMA
    assert first["segment_id"].to_list() == ["a", "b", "top"]
    assert first["share"].to_list() == [0.75, 0.25, 1.0]
    second = segment_rows(
        DAY.replace(day=31), tree(("a", SEGMENT, None, 5), ("b", SEGMENT, None, 15)),
        top_products(looked, CATALOGUE), {"a": ("셔츠",), "b": ("바지",)},
        [NamedGroup("b", "새 이름", "새 설명", "openai:x")], first, NOWHERE,
    )  # fmt: skip
    b, a = second.to_dicts()
    assert (a["name"], a["named_on"], a["named_keywords"], a["keywords"]) == ("이름 a", DAY, ["린넨"], ["셔츠"])
    assert (b["name"], b["named_by"], b["named_keywords"]) == ("새 이름", "openai:x", ["바지"])
    assert b["named_on"] == DAY.replace(day=31)


def test_a_segment_without_keywords_still_has_a_row() -> None:
    rows = segment_rows(
        DAY, tree(("a", SEGMENT, None, 3)), top_products(profile(("a", "p1", 1.0, 1)), CATALOGUE), {"a": ()},
        [NamedGroup("a", "이름", "설명", "embedded")], pl.DataFrame(schema=SCHEMA), NOWHERE,
    )  # fmt: skip
    assert rows["keywords"].to_list() == [[]]
    assert rows["named_keywords"].to_list() == [[]]
