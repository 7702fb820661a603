"""What a name may be, how it is asked for, and that every group gets one of its own."""

from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.taste.naming.groups import name_groups
from models.taste.naming.rules import GroupFacts, GroupName, facts_key, naming_prompt, problems_of

pytestmark = pytest.mark.feature("C1")

FACTS = GroupFacts("s1", ("린넨", "셔츠", "휴양지"), ("린넨 셔츠 화이트",), ("여성의류 > 셔츠",), ("오롯",))
GOOD = GroupName("상큼 바캉스룩", "린넨 셔츠를 즐겨 보는, 가벼운 차림을 좋아하는 고객들이에요.")
ENGLISH = GroupName("Sunny Getaway", "Keen on men's linen shirts, with a taste for easy days by the sea.")
BRANDS = ("오롯", "여백", "PLAIN STUDIO", "NUUN", "오름")


def problems(
    name: str = GOOD.name, description: str = GOOD.description, locale: str = "ko", taken: Sequence[str] = ()
) -> str:
    found = problems_of(GroupName(name, description), FACTS, taken=taken, brands=BRANDS, locale=locale)  # type: ignore[arg-type]
    return " ".join(found)


def test_good_names_have_no_problems() -> None:
    assert problems() == ""
    assert problems(ENGLISH.name, ENGLISH.description, "en") == ""
    assert problems(description="오롯의 린넨 셔츠를 즐겨 보는 고객들이에요.") == ""
    assert problems("떠오름 무드") == ""  # 오름 only inside another word


@pytest.mark.parametrize(
    ("name", "complaint"),
    [
        ("", "is empty"),
        ("가" * 21, "21 characters"),
        ("Sunny Look", "not written in Korean"),
        ("최고의 바캉스룩", "'최고'"),
        ("100% 바캉스룩", "'100%'"),
        ("치료 케어", "'치료'"),
        ("틀딱 감성", "insulting"),
        ("여백의 미학", "brand 여백"),
        ("플레인 plain studio 무드", "brand PLAIN STUDIO"),
        ("바캉스룩 🎀", "emoji"),
        ("'바캉스' \"룩\"", "quotes"),
        ("**바캉스룩**", "markup"),
        ("바캉스\n룩", "line breaks"),
        (" 바캉스룩", "spaces around"),
        ("문의 010-1234-5678", "telephone"),
        ("상큼바캉스 룩", "already belongs"),
    ],
)
def test_a_bad_name_is_told_why(name: str, complaint: str) -> None:
    assert complaint in problems(name, taken=["상큼 바캉스룩"] if "already" in complaint else ())


@pytest.mark.parametrize(
    ("description", "complaint"),
    [
        ("가" * 201, "201 characters"),
        ("They love linen.", "not written in Korean"),
        ("국내 1위 셔츠를 보는 고객들이에요.", "'1위'"),
        ("문의는 a.b@shop.kr 로 하는 고객들이에요.", "an address"),
        ("NUUN을 즐겨 보는 고객들이에요.", "brand NUUN"),
    ],
)
def test_a_bad_description_is_told_why(description: str, complaint: str) -> None:
    assert complaint in problems(description=description)


def test_english_claims_are_whole_words() -> None:
    assert "'best'" in problems("Best Linen Look", ENGLISH.description, "en")
    assert problems("Bestiary Prints", "Keen on secure therapist chairs and bestiary prints.", "en") == ""


def test_the_key_of_facts_ignores_order_and_id_and_nothing_else() -> None:
    same = GroupFacts("s9", FACTS.keywords[::-1], FACTS.top_products, FACTS.categories, FACTS.brands)
    assert facts_key(FACTS, "ko") == facts_key(same, "ko")
    other = [
        GroupFacts("s1", (*FACTS.keywords, "울"), FACTS.top_products, FACTS.categories, FACTS.brands),
        GroupFacts("s1", FACTS.keywords, ("울 코트",), FACTS.categories, FACTS.brands),
    ]
    assert len({facts_key(each, "ko") for each in (FACTS, *other)} | {facts_key(FACTS, "en")}) == 4


@given(st.lists(st.text(max_size=8), max_size=4), st.lists(st.text(max_size=8), max_size=4))
def test_moving_a_word_to_another_field_changes_the_key(words: list[str], products: list[str]) -> None:
    one, other = GroupFacts("a", tuple(words), tuple(products)), GroupFacts("a", tuple(products), tuple(words))
    assert (facts_key(one, "ko") == facts_key(other, "ko")) == (sorted(words) == sorted(products))


def test_the_request_tells_words_and_products_only() -> None:
    facts = GroupFacts(
        "segment-77", FACTS.keywords, tuple(f"상품{n}" + "가" * 90 for n in range(12)), FACTS.categories, ("비밀",)
    )
    system, user = naming_prompt(facts, "ko", ["The name is empty."])
    assert "상큼 바캉스룩" in system
    assert "Korean" in system
    assert "린넨" in user
    assert "The name is empty." in user
    assert "상품7" in user
    assert "상품8" not in user
    assert "segment-77" not in system + user
    assert "비밀" not in system + user
    assert "가" * 61 not in user
    assert "English" in naming_prompt(facts, "en")[0]


class Script:
    """Answers in order, and remembers what it was asked."""

    def __init__(self, *answers: GroupName | None) -> None:
        self.answers, self.asked = list(answers), list[tuple[str, tuple[str, ...]]]()

    def __call__(self, facts: GroupFacts, complaints: Sequence[str]) -> GroupName | None:
        self.asked.append((facts.segment_id, tuple(complaints)))
        return self.answers.pop(0)


def named(script: Script | None, *groups: GroupFacts, taken: Sequence[str] = ()) -> list[tuple[str, str]]:
    found = name_groups(groups or (FACTS,), taken=taken, brands=BRANDS, locale="ko", ask=script, asked_as="openai:m")
    for each in found:
        facts = next(group for group in groups or (FACTS,) if group.segment_id == each.segment_id)
        answer = GroupName(each.name, each.description)
        assert problems_of(answer, facts, taken=taken, brands=BRANDS, locale="ko") == ()
    return [(each.name, each.named_by) for each in found]


def test_a_good_answer_is_taken_at_once() -> None:
    script = Script(GroupName(f" {GOOD.name} ", GOOD.description))
    assert named(script) == [(GOOD.name, "openai:m")]
    assert script.asked == [("s1", ())]


def test_a_bad_answer_is_asked_again_once_with_its_problems() -> None:
    script = Script(GroupName("최고 룩", GOOD.description), GOOD)
    assert named(script) == [(GOOD.name, "openai:m")]
    assert len(script.asked) == 2
    assert "'최고'" in script.asked[1][1][0]


def test_two_bad_answers_or_none_are_named_by_the_program() -> None:
    bad = GroupName("NUUN", "")
    for script in (Script(bad, bad), Script(None), Script(bad, None), None):
        [(name, by)] = named(script)
        assert by == "embedded"
        assert name


def test_two_groups_never_share_a_name() -> None:
    twin = GroupFacts("s2", FACTS.keywords, FACTS.top_products, FACTS.categories, FACTS.brands)
    script = Script(GOOD, GroupName("상큼바캉스룩", GOOD.description), None)
    names = named(script, twin, FACTS)
    assert [by for _, by in names] == ["openai:m", "embedded"]
    assert len({name.replace(" ", "") for name, _ in names}) == 2
    assert "already belongs" in script.asked[2][1][0]
    assert named(Script(GOOD, None), taken=[GOOD.name])[0][1] == "embedded"
