"""Variables of messages: names, columns, and where each may stand."""

import pytest
from pydantic import ValidationError

from models.messages.allowed import uses_at
from models.messages.checks import problems_in
from models.messages.checks_variables import sends_by
from models.messages.documents.places import places
from models.messages.documents.template import Template
from models.messages.links import links_in
from models.messages.variables import ITEMS, MOST_RANK, Use, catalogue, meant, parts_of, product_variable, variable
from models.recommend.message_items import ITEMS as MADE_ITEMS
from tests.models.messages.templates import CART, brand, card, row, sms, template

pytestmark = pytest.mark.feature("F7")


def kinds(found: Template) -> list[str]:
    return [problem.kind for problem in problems_in(found)]


@pytest.mark.parametrize(
    ("name", "column"),
    [
        ("회원 이름", "name"),
        ("회원이름", "name"),
        ("NAME", "name"),
        ("USER_ID", "user_id"),
        ("MALL_NAME", "mall_name"),
        ("NOW_POINT", "points"),
        ("상품명_최근 장바구니 상품", "latest_cart__1__name"),
        ("상품명_최근 장바구니", "latest_cart__1__name"),
        ("PRODUCT_NAME_latest_cart", "latest_cart__1__name"),
        ("가격_반복 구매 상품_2", "repeat_purchase__2__price"),
        ("이미지 URL_최다 상세보기 연관 상품", "most_viewed_related__1__image_url"),
        ("모바일 URL_최근 상세보기 상품_8", "latest_viewed__8__url_mobile"),
        ("PC URL_장바구니 연관 상품", "cart_related__1__url_pc"),
        ("커스텀_생일 쿠폰", "custom__생일 쿠폰"),
        ("쿠폰만료일", "kakao__쿠폰만료일"),
        ("상품명_최근 장바구니 상품_9", "kakao__상품명_최근 장바구니 상품_9"),
    ],
)
def test_a_name_says_which_column_holds_the_values(name: str, column: str) -> None:
    assert variable(name).column == column


def test_decomposed_hangul_is_the_same_name() -> None:
    import unicodedata

    assert variable(unicodedata.normalize("NFD", "회원 이름")) == variable("회원 이름")


def test_the_items_are_those_that_are_made() -> None:
    assert set(ITEMS) == set(MADE_ITEMS)
    assert len(catalogue()) == 7 + 5 * 7


def test_every_product_variable_is_found_by_the_name_it_shows() -> None:
    uses: tuple[Use, ...] = ("product_name", "price", "image_url", "mobile_url", "pc_url")
    made = [product_variable(use, item, rank) for use in uses for item in ITEMS for rank in range(1, MOST_RANK + 1)]
    assert len({one.column for one in made}) == 5 * 7 * 8
    assert all(variable(one.name) == one for one in made)


def test_what_is_no_variable_stays_text() -> None:
    assert parts_of("#{NAME}님 #1 {a} #{}") == (variable("NAME"), "님 #1 {a} #{}")


def test_a_slip_of_the_pen_is_told_with_the_nearest_name() -> None:
    (problem,) = problems_in(sms("#{회원 이릉}님"))
    assert problem.kind == "variable_unknown"
    assert problem.place == ("sms", "text")
    assert "#{회원 이름}" in str(problem.values["message"])
    assert meant(variable("쿠폰만료일")) is None


def test_a_variable_that_does_not_end_is_told() -> None:
    assert kinds(sms("#{NAME님")) == ["variable_broken"]
    assert kinds(sms("#{}")) == ["variable_broken"]
    assert kinds(sms("#{DANGOL_LINK_1}")) == ["variable_reserved"]


@pytest.mark.feature("F3")
def test_personal_and_kakao_variables_never_mix() -> None:
    mixed = template("alimtalk", {"code": "A", "text": "#{NAME}님 #{주문번호}"})
    assert kinds(mixed) == ["variables_mixed"]
    through_substitute = template("alimtalk", {"code": "A", "text": "#{주문번호}", "substitute": {"text": "#{NAME}"}})
    assert kinds(through_substitute) == ["variables_mixed"]
    assert kinds(template("alimtalk", {"code": "A", "text": "#{MALL_NAME} #{주문번호}"})) == []


@pytest.mark.feature("F3")
@pytest.mark.feature("F4")
def test_which_sends_a_template_is_for_follows_from_its_variables() -> None:
    assert sends_by(template("alimtalk", {"code": "A", "text": "#{주문번호}"})) == {"manual"}
    assert sends_by(template("alimtalk", {"code": "A", "text": "#{NAME}"})) == {"conditional"}
    assert sends_by(sms("안녕")) == {"manual", "conditional"}
    assert sends_by(brand("TEXT", text="안녕", targeting="N")) == {"conditional"}
    assert kinds(brand("TEXT", text="#{쿠폰번호}", targeting="M")) == ["kakao_not_manual"]
    assert kinds(brand("TEXT", text="#{쿠폰번호}")) == []


# The table of seed 000 for carousel feeds: which variables stand where.
SEED_TABLE = {
    "cards.0.image": {"image_url"},
    "cards.0.title": {"product_name", "price", "member_name"},
    "cards.0.text": {"product_name", "price", "member_name"},
    "cards.0.buttons.0.mobile": {"mobile_url", "pc_url", "landing"},
    "cards.0.buttons.1.mobile": set(),
    "more.mobile": set(),
}


@pytest.mark.feature("F5")
def test_variables_of_a_carousel_stand_where_the_table_says() -> None:
    second = {"name": "신상", "mobile": "https://a.kr"}
    cards = [card(buttons=[*card()["buttons"], second]), card()]
    carousel = brand("CAROUSEL_FEED", cards=cards, more={"mobile": "https://a.kr"})
    found = {place.path: set(uses_at(carousel, place)) for place in places(carousel)}
    assert {path: found[path] for path in SEED_TABLE} == SEED_TABLE
    assert problems_in(carousel) == []


@pytest.mark.feature("F6")
def test_variables_of_a_wide_list_stand_where_the_table_says() -> None:
    wide = brand("WIDE_ITEM_LIST", header="a", items=[row()] * 4, buttons=[{"name": "a", "mobile": "https://a.kr"}] * 2)
    found = {place.path: set(uses_at(wide, place)) for place in places(wide)}
    texts, pages = {"product_name", "price", "member_name"}, {"mobile_url", "pc_url", "landing"}
    assert (found["header"], found["items.3.title"], found["items.0.image"]) == (texts, texts, {"image_url"})
    assert [found[path] for path in ("items.0.mobile", "buttons.0.mobile", "buttons.1.mobile")] == [pages, pages, set()]


@pytest.mark.feature("F5")
@pytest.mark.parametrize(
    ("part", "place"),
    [
        ({"cards": [card(title="#{적립금}"), card()]}, ("brand_message", "cards", 0, "title")),
        ({"cards": [card(text=f"#{{모바일 URL_{CART}}}"), card()]}, ("brand_message", "cards", 0, "text")),
        ({"cards": [card(image=f"#{{모바일 URL_{CART}}}"), card()]}, ("brand_message", "cards", 0, "image")),
        ({"cards": [card()] * 2, "more": {"mobile": f"#{{모바일 URL_{CART}}}"}}, ("brand_message", "more", "mobile")),
        ({"cards": [card(buttons=[{"name": "a", "mobile": "https://a.kr"},
                                  {"name": "b", "mobile": f"#{{PC URL_{CART}}}"}]), card()]},
         ("brand_message", "cards", 0, "buttons", 1, "mobile")),
    ],
)  # fmt: skip
def test_a_variable_elsewhere_is_refused_at_its_place(part: dict[str, object], place: tuple[str | int, ...]) -> None:
    (problem,) = problems_in(brand("CAROUSEL_FEED", **part))
    assert (problem.kind, problem.place) == ("variable_not_here", place)


@pytest.mark.feature("F6")
def test_a_wide_list_has_up_to_four_products_of_each_variable() -> None:
    def rows(count: int) -> list[dict[str, object]]:
        return [row(title=f"#{{상품명_장바구니 연관 상품_{at}}}") for at in range(1, count + 1)] + [row()] * (5 - count)

    assert problems_in(brand("WIDE_ITEM_LIST", header="추천", items=rows(4))) == []
    (problem,) = problems_in(brand("WIDE_ITEM_LIST", header="추천", items=rows(5)))
    assert (problem.kind, problem.values["have"]) == ("too_many_products", 5)


def test_a_substitute_is_for_a_variable_of_the_message() -> None:
    assert kinds(sms("#{NAME}", if_missing={"회원 이름": "고객"})) == []
    assert kinds(sms("#{NAME}", if_missing={"#{NAME}": "고객"})) == []
    assert kinds(sms("#{NAME}", if_missing={"적립금": "0"})) == ["missing_unused"]
    with pytest.raises(ValidationError, match="must not be empty"):
        sms("#{NAME}", if_missing={"NAME": " "})


@pytest.mark.feature("F3")
def test_the_landing_page_is_of_the_shop_and_goes_with_every_kind_of_variable() -> None:
    addresses = {"mobile": "#{LANDING_URL}", "pc": "#{랜딩URL}?a=1"}
    for other, sends in (("#{NAME}", {"conditional"}), ("#{주문번호}", {"manual"}), ("", {"conditional", "manual"})):
        buttons = [{"type": "WL", "name": "보기", **addresses}]
        message = brand("TEXT", text=f"{other} #{{랜딩 URL}}", buttons=buttons)
        assert kinds(message) == []
        assert sends_by(message) == sends
        assert [link.target for link in links_in(message)] == ["#{랜딩 URL}", *addresses.values()]
    assert "variable_not_here" in kinds(sms("a", subject="#{랜딩 URL}"))
