"""`dangol taste show` and `diff` on homes whose published tables the tests write themselves."""

import datetime as dt
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from connectors.home.paths import make_home
from tests.orchestration.taste_shop import FIRST, SECOND, THIRD, Shop, refused, said, segment


@pytest.mark.feature("C1")
def test_show_tells_a_segment_and_nobody_in_it(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND, THIRD), "show", "taste-0001")
    assert text.startswith("비건 스킨케어 · taste-0001 · 2025-10-05 기준\n비건 스킨케어를 즐겨 보는 고객들이에요.\n")
    assert re.search(r"키워드 +낱말1가 · .* · 낱말1차\n", text)
    assert re.search(r"고객 수 +48명 \(41\.7%\)\n", text)
    assert re.search(r"2025-10-02 대비 +유지 \+1\n", text)
    assert re.search(r"묶음 +taste-p0001 묶음 1\n", text)
    assert re.search(r"같은 묶음 +taste-0002 우아한 골드버튼 무드\n", text)
    assert re.search(r"작명 +2025-10-05, 내장 작명기\n", text)
    assert not re.search(r"\bc\d+\b", text)


def test_show_lists_products_with_their_price_and_state_of_now(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST), "show", "taste-0002")
    assert re.search(r"p1 +시카 토너 +스킨케어 > 토너 +12,900원\n", text)
    assert re.search(r"p2 +\[bold\]리넨 \[2J 셔츠 +상의 > 셔츠 +39\.50원 +품절\n", text)
    assert re.search(r"gone2 +옛 상품\n", text)
    assert "\x1b" not in text


def test_show_draws_size_over_time_and_former_names(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    history = said(made, "show", "taste-0001").split("고객 수 추이\n")[1].split("\n\n")[0].splitlines()
    assert [line.split()[:2] for line in history[1:]] == [
        ["2025-10-01", "40"],
        ["2025-10-02", "47"],
        ["2025-10-05", "48"],
    ]
    assert history[1].endswith("촉촉한 시카 케어")
    assert history[2].endswith("비건 스킨케어")
    assert history[3].endswith("█" * 24)
    past = said(made, "show", "taste-0001", "--day", "2025-10-02")
    assert "2025-10-05" not in past


def test_show_draws_how_strongly_members_belong(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST), "show", "taste-0001")
    assert "중앙값 90%" in text
    assert re.search(r"80–100% +36 +█{24}\n60–80% +0\n40–60% +0\n20–40% +0\n0–20% +4 +█+\n", text)


def test_a_bundle_is_shown_with_its_segments_and_their_members(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND, THIRD), "show", "taste-p0001")
    assert re.search(r"속한 세그먼트 +taste-0001 비건 스킨케어, taste-0002 우아한 골드버튼 무드\n", text)
    counts = re.findall(r"^\d+–\d+% +(\d+)", text, flags=re.MULTILINE)
    assert sum(map(int, counts)) == 48 + 16


def test_members_that_are_no_longer_kept_are_said_to_be(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    made.forget_members(FIRST)
    made.publish()
    assert "보관 기간(taste.keep_days)" in said(made, "show", "taste-0001", "--day", "2025-10-01")


@pytest.mark.feature("C2")
def test_an_id_that_is_not_there_names_those_that_are(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    assert "가장 가까운 것: taste-0006 레트로한 옛 멋." in refused(made, "show", "taste-006")
    assert "있는 것: taste-0001, taste-0002, taste-0005, taste-0006." in refused(made, "show", "taste-006")
    assert "가장 가까운 것: taste-0002" in refused(made, "show", "골드버튼")
    gone = refused(made, "show", "taste-0003")
    assert "`dangol taste show taste-0003 --day 2025-10-01`" in gone
    assert "20" in said(made, "show", "taste-0003", "--day", "2025-10-01")


@pytest.mark.feature("C2")
def test_diff_counts_who_stayed_moved_left_and_came(shop: Callable[..., Shop]) -> None:
    text = said(shop(FIRST, SECOND), "diff", "2025-10-01", "2025-10-02")
    assert text.startswith("취향 세그먼트 비교 · 2025-10-01 → 2025-10-02\n")
    # 38 + 16 stayed, 9 merged and 13 split off, 2 + 1 + 20 + 1 left, 8 came
    assert "100명 → 84명: 그대로 54명, 다른 세그먼트로 22명, 세그먼트 밖으로 24명, 새로 들어옴 8명." in text
    assert re.search(r"taste-0001 +40 +47 +95% +유지 \+7, taste-0004 흡수 +비건 스킨케어\n", text)
    assert re.search(r"taste-0002 +30 +16 +53% +유지 -14, taste-0005 분리됨 +우아한", text)
    assert re.search(r"taste-0003 +20 +– +흩어짐 +상큼 바캉스룩\n", text)
    assert re.search(r"taste-0004 +10 +– +taste-0001에 합쳐짐 +감성 컬렉션\n", text)
    assert re.search(r"taste-0005 +– +13 +taste-0002에서 분리 +포근한 집콕 무드\n", text)
    assert re.search(r"taste-0006 +– +8 +신규 +레트로한 옛 멋\n", text)
    assert re.search(r"이름이 바뀐 세그먼트\ntaste-0001 +촉촉한 시카 케어 → 비건 스킨케어\n", text)
    moves = text.split("세그먼트 사이의 이동 (많은 순)\n")[1].splitlines()[1:]
    assert [re.findall(r"\d+|taste-\d+", line)[:1] for line in moves] == [["13"], ["9"]]
    assert re.search(r"9 +taste-0004 감성 컬렉션 +taste-0001 비건 스킨케어", moves[1])


def test_diff_spans_days_that_are_not_adjacent_in_either_order(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    text = said(made, "diff", "2025-10-05", "2025-10-01")
    assert text == said(made, "diff", "2025-10-01", "2025-10-05")
    assert re.search(r"taste-0003 +20 +30 +0% +유지 \+10", text)
    assert re.search(r"taste-0005 +– +13 +taste-0002에서 분리", text)
    back = said(made, "diff", "2025-10-02", "2025-10-05")
    assert re.search(r"taste-0003 +– +30 +다시 나타남", back)
    assert "세그먼트를 옮긴 고객이 없습니다" not in text
    assert "세그먼트를 옮긴 고객이 없습니다" in back


def test_diff_without_members_goes_by_what_the_runs_recorded(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND, THIRD)
    made.forget_members(FIRST)
    made.publish()
    text = said(made, "diff", "2025-10-01", "2025-10-05")
    assert "2025-10-01의 고객 명단은 보관 기간(taste.keep_days)이 지나" in text
    assert "남은 고객" not in text
    assert re.search(r"taste-0003 +20 +30 +유지 \+10", text)
    assert re.search(r"taste-0004 +10 +– +taste-0001에 합쳐짐", text)
    assert re.search(r"taste-0005 +– +13 +taste-0002에서 분리", text)
    assert re.search(r"taste-0006 +– +8 +신규", text)


def test_days_without_segments_name_those_with(shop: Callable[..., Shop]) -> None:
    made = shop(FIRST, SECOND)
    for arguments in (["diff", "2025-10-01", "2025-10-03"], ["list", "--day", "2025-10-03"]):
        message = refused(made, *arguments)
        assert message == "2025-10-03에는 취향 세그먼트가 없습니다. 있는 날: 2025-10-01, 2025-10-02."
    assert "서로 다른 두 날" in refused(made, "diff", "2025-10-01", "2025-10-01")


def test_of_many_days_the_near_ones_are_named(tmp_path: Path) -> None:
    made = Shop(make_home(tmp_path / "home"), "en")
    for number in range(0, 40, 2):
        day = FIRST + dt.timedelta(days=number)
        made._write("taste_segments", day, [made._row(day, segment(1), "name", 5, 5)])
    made.publish()
    message = refused(made, "list", "--day", "2025-10-14")
    assert "There are 20 days from 2025-10-01 to 2025-11-08; near it: 2025-10-09, 2025-10-11" in message
