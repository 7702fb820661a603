"""What each action does to a list, who wins, and what is always excluded."""

import datetime as dt

import polars as pl
import pytest

from models.recommend.rules.apply import JustBought, Rulebook, apply_rules
from models.recommend.rules.report import ALWAYS, REPORT
from tests.models.recommend.rules.oracle import Row, list_of, products_of, rules_of

pytestmark = pytest.mark.feature("D5")


def product(name: str, /, **more: object) -> Row:
    return {
        "product_id": name,
        "name": name,
        "category_path": "여성의류 > 팬츠",
        "brand": "오롯",
        "price": 1000.0,
        "status": "active",
    } | more


SHOP = products_of(*(product(name) for name in "abcdefgh"), product("ctx", category_path="신발", price=500.0))


def after(rules: str, ids: str = "abcdef", products: pl.DataFrame = SHOP, n: int = 4, **more: str) -> str:
    """The ids of one list after rules."""
    out, _ = apply_rules(list_of(list(ids), **more), products, rules_of(rules), "product", n)
    return "".join(out["product_id"])


def rule(name: str, candidate: str, then: str, **more: object) -> str:
    rest = "".join(f", {key}: {value}" for key, value in more.items())
    return f"- {{id: {name}, name: {name}, if: {{candidate: {candidate}}}, then: {then}{rest}}}\n"


def test_lists_stay_full_because_candidates_come_up() -> None:
    assert after(rule("r", "{ids: [a, c]}", "exclude")) == "bdef"


def test_a_boost_of_two_halves_the_place_and_burying_makes_it_so_many_times_later() -> None:
    assert after(rule("r", "{ids: f}", "{boost: 2}"), n=6) == "abcfde"  # sixth: third, behind the one that was there
    assert after(rule("r", "{ids: f}", "{boost: 100}"), n=6) == "fabcde"
    assert after(rule("r", "{ids: b}", "{bury: 2}"), n=6) == "acbdef"  # second: fourth, before the one that was there
    assert after(rule("r", "{ids: a}", "{bury: 3.5}"), n=6) == "bcadef"
    assert after(rule("r", "{ids: [a, c]}", "bury"), n=6) == "bdefac"


def test_a_boost_asks_for_the_place_not_for_the_score() -> None:
    worse = list_of(list("abcdef")).with_columns(score=pl.lit(-1.0) * pl.col("rank"))
    out, _ = apply_rules(worse, SHOP, rules_of(rule("r", "{ids: d}", "{boost: 4}")), "product", 6)
    assert "".join(out["product_id"]) == "adbcef"
    assert out["score"].to_list() == [-1.0, -4.0, -2.0, -3.0, -5.0, -6.0]


def test_pins_keep_their_place_and_bring_in_what_is_not_in_the_list() -> None:
    assert after(rule("r", "{ids: e}", "{pin: 2}")) == "aebc"
    assert after(rule("r", "{ids: [h, g]}", "{pin: 1}")) == "ghab"
    assert after(rule("r", "{ids: h}", "{pin: 9}"), ids="ab") == "abh"  # as far back as the list goes
    out, report = apply_rules(list_of(list("ab")), SHOP, rules_of(rule("r", "{ids: h}", "{pin: 1}")), "product", 4)
    assert out.row(0, named=True) == {
        "algorithm": "viewed_together", "basis": "product", "context_id": "ctx", "rank": 1, "product_id": "h",
        "score": 0.0, "source": "rule:r", "support": 0,
    }  # fmt: skip
    assert report.filter(rule_id="r").row(0)[1:] == (1, 0, 0, 1, 0, 0)
    moved, _ = apply_rules(list_of(list("ab")), SHOP, rules_of(rule("r", "{ids: b}", "{pin: 1}")), "product", 4)
    assert moved.select("product_id", "score", "source").rows() == [("b", 0.5, "rule:r"), ("a", 1.0, "viewed_together")]


def test_a_pin_never_recommends_a_product_beside_itself_nor_one_that_is_not_sold() -> None:
    shop = products_of(*SHOP.to_dicts(), product("sold", status="sold_out"))
    assert after(rule("r", "{ids: [ctx, sold, unheard]}", "{pin: 1}"), products=shop) == "abcd"


def test_exclusion_wins_over_a_pin_whatever_the_priority() -> None:
    rules = rule("pin", "{ids: e}", "{pin: 1}", priority=1) + rule("out", "{ids: e}", "exclude", priority=900)
    assert after(rules) == "abcd"


def test_of_two_pins_the_lower_priority_number_wins_then_the_smaller_id() -> None:
    assert after(rule("z", "{ids: e}", "{pin: 1}", priority=1) + rule("a", "{ids: e}", "{pin: 3}")) == "eabc"
    assert after(rule("z", "{ids: e}", "{pin: 1}") + rule("a", "{ids: e}", "{pin: 3}")) == "abec"
    assert after(rule("z", "{ids: e}", "{pin: 1}", priority=1) + rule("a", "{ids: f}", "{pin: 1}")) == "efab"
    assert after(rule("a", "{ids: [e, f]}", "{pin: 1}") + rule("z", "{ids: d}", "{pin: 2}", priority=1)) == "edfa"


def test_a_pin_wins_over_boosts_and_burials() -> None:
    assert after(rule("a", "{ids: e}", "bury", priority=1) + rule("b", "{ids: e}", "{pin: 1}")) == "eabc"


def test_limits_come_after_boosts_and_count_pins_first() -> None:
    shop = products_of(*(product(name, brand="x" if name in "abc" else name) for name in "abcdef"))
    limit = "- {id: l, name: l, then: {limit: {most: 1, per: brand}}}\n"
    assert after(limit, products=shop) == "adef"
    assert after(limit + rule("r", "{ids: c}", "{boost: 10}"), products=shop) == "cdef"
    assert after(limit + rule("r", "{ids: c}", "{pin: 3}"), products=shop) == "decf"
    assert after(limit + rule("r", "{ids: [b, c]}", "{pin: 1}"), products=shop) == "bcde"  # pins stay


def test_a_limit_counts_only_what_its_condition_is_about_and_no_brand_is_no_group() -> None:
    shop = products_of(*(product(name, brand=None if name in "ab" else "x") for name in "abcdef"))
    assert after("- {id: l, name: l, then: {limit: {most: 1, per: brand}}}", products=shop, n=6) == "abc"
    assert after(rule("l", "{ids: [c, e]}", "{limit: {most: 1, per: brand}}"), products=shop, n=6) == "abcdf"


def test_top_categories_can_be_limited() -> None:
    paths = dict(zip("abcd", ["여성 > 팬츠", "여성 > 셔츠", "신발", "신발"], strict=True))
    shop = products_of(*(product(name, category_path=path) for name, path in paths.items()))
    assert after("- {id: l, name: l, then: {limit: {most: 1, per: top_category}}}", ids="abcd", products=shop) == "ac"
    assert after("- {id: l, name: l, then: {limit: {most: 1, per: category}}}", ids="abcd", products=shop) == "abc"


def test_rules_of_another_page_do_nothing() -> None:
    assert after(rule("r", "{ids: a}", "exclude", pages="[cart]")) == "abcd"
    assert after(rule("r", "{ids: a}", "exclude", pages="[cart, product]")) == "bcde"


def test_what_can_not_be_bought_is_excluded_without_a_rule() -> None:
    shop = products_of(
        product("a", status="sold_out"), product("b", status="hidden"), product("c", status=None), product("d")
    )
    out, report = apply_rules(list_of(list("abcdx")), shop, [], "main", 20)
    assert out["product_id"].to_list() == ["c", "d"]
    assert dict(report.select("rule_id", "rows_removed").iter_rows()) == dict(zip(ALWAYS, (1, 1, 1, 0), strict=True))
    assert report["lists_shortened"].to_list() == [1, 1, 1, 0]


def test_what_a_customer_just_bought_is_excluded_but_not_repeatables() -> None:
    day = dt.date(2026, 3, 10)
    purchases = pl.DataFrame(
        {
            "customer_key": ["k1", "k1", "k1", "k2"],
            "product_id": ["a", "b", "c", "d"],
            "bought_on": [day, dt.date(2026, 3, 4), dt.date(2026, 3, 3), day],
        }
    )
    lists = pl.concat([list_of(list("abcd"), "customer", key, "personal") for key in ("k1", "k2")])
    lists = pl.concat([lists, list_of(list("abcd"))])

    def kept(repeatables: pl.DataFrame) -> dict[str, str]:
        bought = JustBought(purchases, repeatables, day, days=7)
        out, _ = apply_rules(lists, SHOP, [], "main", 20, bought)
        return {context: "".join(ids) for context, ids in out.group_by("context_id").agg("product_id").iter_rows()}

    assert kept(pl.DataFrame({"product_id": ["zz"]})) == {"k1": "cd", "k2": "abc", "ctx": "abcd"}
    assert kept(pl.DataFrame({"product_id": ["a", "d"]})) == {"k1": "acd", "k2": "abcd", "ctx": "abcd"}
    own = pl.DataFrame({"customer_key": ["k1", "k1"], "product_id": ["a", "d"]})
    assert kept(own) == {"k1": "acd", "k2": "abc", "ctx": "abcd"}


@pytest.mark.parametrize("basis", ["search", "customer"])
def test_where_there_is_no_context_product_conditions_on_it_neither_hold_nor_fail(basis: str) -> None:
    for test in (
        "{candidate: {category: {same: true}}}",
        "{context: {price: {min: 0}}}",
        "{candidate: {brand: {same: false}}}",
    ):
        for condition in (test, f"{{not: {test}}}"):
            assert after(f"[{{id: r, name: r, if: {condition}, then: exclude}}]", basis=basis) == "abcd"


def test_a_category_is_a_context_with_a_category_and_no_product() -> None:
    same = rule("r", "{category: {same: true}}", "exclude")
    assert after(same, basis="category", context="여성의류") == ""
    assert after(same, basis="category", context="여성의류 >팬츠") == ""
    assert after(same, basis="category", context="여성") == "abcd"
    assert after(same, basis="category", context="*") == "abcd"
    assert (
        after(
            "{id: r, name: r, if: {context: {category: {under: 여성의류}}}, then: exclude}",
            basis="category",
            context="여성의류 > 팬츠",
        )
        == ""
    )
    assert (
        after(
            "{id: r, name: r, if: {not: {context: {price: {min: 1}}}}, then: exclude}",
            basis="category",
            context="여성의류",
        )
        == "abcd"
    )


@pytest.mark.parametrize(
    ("candidate", "left"),
    [
        ("{price: {max: 900}}", "bc"),  # the sale price counts
        ("{price: {ratio: {min: 2}}}", "ac"),  # unknown prices are in no band
        ("{price: {than_context: dearer}}", "c"),
        ("{price: {than_context: cheaper}}", "abc"),
        ("{attributes: {season: [SS, 사계절]}}", "abc"),
        ("{attributes: {season: AW}}", "bc"),
        ("{attributes: {n: 3}}", "ab"),
        ("{attributes: {'한글 [키].$*': v}}", "bc"),
        ("{tags: 신상}", "bc"),
        ("{tags: [세일, 신]}", "abc"),
        ("{stock: {max: 3}}", "bc"),
        ("{name_contains: 리넨}", "ac"),
        ("{name_contains: LINEN}", "ac"),
        ("{brand: {is: 오롯}}", "c"),
        ("{status: active}", ""),
    ],
)
def test_each_test_of_a_product(candidate: str, left: str) -> None:
    shop = products_of(
        product(
            "a",
            sale_price=800.0,
            attributes='{"season": "AW", "한글 [키].$*": "v", "tags": ["베스트", "신상"], "stock": 2}',
        ),
        product("b", name="Linen 리넨 셔츠", attributes="not json"),
        product("c", brand=None, price=None, attributes='{"n": 3, "tags": "신상품", "season": null}'),
        product("ctx", price=500.0),
    )
    assert after(rule("r", candidate, "exclude"), ids="abc", products=shop) == left


def test_the_report_names_rules_that_shorten_and_empty_lists() -> None:
    rules = rule("all", "{status: active}", "exclude", priority=50) + rule("some", "{ids: a}", "exclude", priority=1)
    lists = pl.concat([list_of(list("abc"), context=context) for context in ("ctx", "d")])
    out, report = apply_rules(lists, SHOP, rules_of(rules), "product", 2)
    assert out.is_empty()
    assert out.schema == lists.schema
    assert report.schema == REPORT
    assert report.filter(pl.col("rule_id").is_in(["all", "some"])).rows() == [
        ("some", 2, 2, 0, 0, 2, 2), ("all", 2, 4, 0, 0, 2, 2)
    ]  # fmt: skip
    enough = apply_rules(lists, SHOP, rules_of(rule("some", "{ids: a}", "exclude")), "product", 2)[1]
    assert enough.filter(rule_id="some").row(0)[1:] == (2, 2, 0, 0, 0, 0)


def test_no_lists_no_products_and_no_rules_are_fine() -> None:
    empty = list_of([])
    out, report = apply_rules(empty, SHOP, rules_of(rule("r", "{ids: a}", "{pin: 1}")), "main", 20)
    assert out.is_empty()
    assert report["lists"].to_list() == [0] * 5
    assert apply_rules(list_of(list("ab")), products_of(), [], "main", 20)[0].is_empty()


def test_what_rules_say_of_products_for_customers_is_what_they_do_to_customers_lists() -> None:
    shop = products_of(*(product(name) for name in "abcd"), product("e", brand="남"), product("f", status="sold_out"))
    rules = rules_of(
        rule("out", "{brand: {is: 남}}", "exclude")
        + rule("pin", "{ids: [b, e, f]}", "{pin: 1}")
        + rule("more", "{ids: [c]}", "{boost: 2}")
        + "- {id: near, name: near, if: {context: {ids: a}, candidate: {ids: d}}, then: exclude}\n"
    )
    verdicts = Rulebook(shop, rules, "product", 4).for_customers()
    assert verdicts["product_id"].to_list() == list("abcdef")
    assert verdicts.filter(pl.col("is_out"))["product_id"].to_list() == ["e", "f"]
    assert verdicts.drop_nulls("brought_by")["product_id"].to_list() == ["b"], "of a pin, what is not out"
    lists = list_of(list("acdef")).with_columns(basis=pl.lit("customer"), context_id=pl.lit("someone"))
    out, _ = apply_rules(lists, shop, rules, "product", 4)
    assert sorted(out["product_id"]) == list("abcd")


def test_rules_say_nothing_of_a_shop_without_products() -> None:
    assert Rulebook(products_of(), (), "product", 4).for_customers().is_empty()
