"""What becomes of segments: laws for any two days, and thirty simulated days with slow drift and known events."""

import datetime as dt
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from models.taste.arrays import NO_GROUP
from models.taste.drift import CHANGES, SCHEMA, describe_drift
from models.taste.identity import Matching, match_groups, segment_name

pytestmark = pytest.mark.feature("C2")
DAY = dt.date(2026, 3, 1)
DIMENSIONS, CUSTOMERS, DAYS, DORMANT_DAYS = 16, 2500, 30, 7
BORN, DIED, SPLIT, MERGED = 6, 11, 16, 21  # days on which it happens
Floats = NDArray[np.float64]
Ints = NDArray[np.int64]


def unit(vectors: Floats) -> Floats:
    lengthy: Floats = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / lengthy


class Shop:
    """Tastes that move a little every day, customers who come and go, and four events."""

    def __init__(self, seed: int, churn: float, tastes: int = 10) -> None:
        self.rng = np.random.default_rng(seed)
        self.churn = churn
        self.centres = dict(enumerate(unit(self.rng.normal(size=(tastes, DIMENSIONS)))))
        self.weight = {taste: 1.0 / (taste + 2) for taste in range(tastes)}
        self.key = np.arange(CUSTOMERS)
        self.taste = self.draw(CUSTOMERS)
        self.mood = self.noise(CUSTOMERS)

    def draw(self, count: int) -> Ints:
        tastes = np.array(list(self.weight))
        weights = np.array(list(self.weight.values()))
        return self.rng.choice(tastes, count, p=weights / weights.sum())

    def noise(self, count: int) -> Floats:
        return self.rng.normal(size=(count, DIMENSIONS)) / 4.0 * 0.3

    def add(self, taste: int, centre: Floats, who: Ints) -> None:
        self.centres[taste], self.weight[taste] = unit(centre), 0.15
        self.taste[who] = taste

    def remove(self, taste: int, heirs: list[int]) -> None:
        del self.centres[taste], self.weight[taste]
        who = np.flatnonzero(self.taste == taste)
        self.taste[who] = self.rng.choice(heirs, len(who))

    def happen(self, day: int) -> None:
        ranked = sorted(self.centres, key=lambda taste: -int((self.taste == taste).sum()))
        if day == BORN:
            self.add(100, self.rng.normal(size=DIMENSIONS), self.rng.choice(CUSTOMERS, CUSTOMERS // 10, replace=False))
        if day == DIED:
            self.remove(ranked[3], [taste for taste in ranked if taste != ranked[3]])
        if day == SPLIT:
            who = np.flatnonzero(self.taste == ranked[0])
            self.add(101, self.centres[ranked[0]] + self.rng.normal(size=DIMENSIONS) / 4.0, who[: len(who) * 2 // 5])
        if day == MERGED:
            self.remove(ranked[4], [ranked[1]])

    def live(self, day: int) -> Floats:
        """A day passes; vectors of the customers, (customers, dimensions)."""
        self.happen(day)
        for taste, centre in self.centres.items():
            self.centres[taste] = unit(centre + self.rng.normal(size=DIMENSIONS) / 4.0 * 0.03)
        new = np.flatnonzero(self.rng.random(CUSTOMERS) < self.churn)
        self.key[new] = self.key.max() + 1 + np.arange(len(new))
        self.taste[new] = self.draw(len(new))
        self.mood = 0.95 * self.mood + 0.31 * self.noise(CUSTOMERS)
        return unit(np.array([self.centres[taste] for taste in self.taste]) + self.mood)


Clustering = Callable[[Shop, Floats, int], Ints]


def careful(shop: Shop, vectors: Floats, seed: int) -> Ints:
    """The true tastes, with 6 % of customers in a wrong group and 10 % in none."""
    rng = np.random.default_rng(seed)
    luck = rng.random(CUSTOMERS)
    groups = np.searchsorted(sorted(shop.centres), shop.taste)
    groups[luck < 0.06] = rng.integers(0, len(shop.centres), int((luck < 0.06).sum()))
    groups[luck > 0.9] = NO_GROUP
    return groups


def careless(shop: Shop, vectors: Floats, seed: int) -> Ints:
    """k-means from a cold start every day, with two groups too many: some taste is cut apart, another way each day."""
    from sklearn.cluster import KMeans
    from threadpoolctl import threadpool_limits

    with threadpool_limits(limits=1):
        found: Ints = KMeans(len(shop.centres) + 2, n_init=1, random_state=seed).fit_predict(vectors).astype(np.int64)
    return found


@dataclass
class Diary:
    """What the matching said day by day, and what is true: the taste that most members of a segment have."""

    drift: list[pl.DataFrame] = field(default_factory=list)
    moved: list[float] = field(default_factory=list)
    survived: int = 0
    kept: int = 0
    wrong: int = 0


@dataclass
class Run:
    matching: Matching
    members: pl.DataFrame
    centroids: dict[str, Floats]
    taste: dict[str, int]


def thirty_days(clustering: Clustering, seed: int, churn: float, seen: float) -> Diary:
    """``seen``: share of the customers whose tastes are known on a day."""
    shop, diary = Shop(seed, churn), Diary()
    before: Run | None = None
    gone: dict[str, tuple[int, Run]] = {}
    number = 1
    for day in range(DAYS):
        vectors = shop.live(day)
        visible = np.flatnonzero(shop.rng.random(CUSTOMERS) < seen)
        groups = renumbered(clustering(shop, vectors, 1000 * seed + day)[visible], shop.rng)
        now = run(shop, groups, visible, vectors[visible], before, gone, number, day)
        number = now.matching.next_number
        diary.drift.append(describe_drift(now.matching, DAY + dt.timedelta(days=day)))
        if before is not None:
            diary.moved.append(now.matching.moved_share or 0.0)
            compare(diary, before, now)
            gone |= dict.fromkeys(set(before.centroids) - set(now.centroids), (day, before))
        before = now
    return diary


def renumbered(groups: Ints, rng: np.random.Generator) -> Ints:
    found, numbered = np.unique(groups[groups >= 0], return_inverse=True)
    groups[groups >= 0] = rng.permutation(len(found))[numbered]
    return groups


def run(
    shop: Shop,
    groups: Ints,
    visible: Ints,
    vectors: Floats,
    before: Run | None,
    gone: dict[str, tuple[int, Run]],
    number: int,
    day: int,
) -> Run:
    """Match one day with the last, as the product does."""
    keys = [f"c{key:07d}" for key in shop.key[visible]]
    centroids = unit(np.array([vectors[groups == group].mean(axis=0) for group in range(groups.max() + 1)]))
    known = dict(before.centroids) if before else {}
    rows = [before.members] if before else []
    dormant = [s for s, (since, _) in gone.items() if s not in known and day - since < DORMANT_DAYS]
    for segment in dormant:
        known[segment] = gone[segment][1].centroids[segment]
        rows.append(gone[segment][1].members.filter(pl.col("segment_id") == segment))
    nobody = pl.DataFrame(schema={"customer_key": pl.String, "segment_id": pl.String})
    matching = match_groups(
        pl.concat([nobody, *rows]),
        pl.DataFrame({"customer_key": keys, "group": groups}),
        np.array(list(known.values())).reshape(-1, DIMENSIONS) @ centroids.T,
        list(known),
        number,
        dormant=dormant,
    )
    ids = matching.segment_ids
    names = [ids[group] if group >= 0 else None for group in groups.tolist()]
    members = pl.DataFrame({"customer_key": keys, "segment_id": names}, schema=nobody.schema)
    truth = {ids[g]: int(np.bincount(shop.taste[visible][groups == g]).argmax()) for g in range(len(ids))}
    return Run(matching, members, dict(zip(ids, centroids, strict=True)), truth)


def compare(diary: Diary, before: Run, now: Run) -> None:
    """Survivors are tastes with exactly one segment on both days; wrong is an id that went over to another taste."""

    def alone(run: Run) -> dict[int, str]:
        tastes = list(run.taste.values())
        return {taste: segment for segment, taste in run.taste.items() if tastes.count(taste) == 1}

    then, today = alone(before), alone(now)
    both = then.keys() & today.keys()
    diary.survived += len(both)
    diary.kept += sum(then[taste] == today[taste] for taste in both)
    diary.wrong += sum(now.taste[s] != taste for s, taste in before.taste.items() if s in now.taste)


@pytest.mark.parametrize(
    ("clustering", "churn", "seen"),
    [(careful, 0.03, 1.0), (careful, 0.10, 1.0), (careful, 0.05, 0.1), (careless, 0.05, 1.0), (careless, 0.05, 0.1)],
    ids=["loyal", "churning", "one in ten seen", "careless", "careless, one in ten seen"],
)
def test_survivors_keep_their_ids_through_thirty_days(clustering: Clustering, churn: float, seen: float) -> None:
    diaries = [thirty_days(clustering, seed, churn, seen) for seed in (1, 2)]
    survived = sum(diary.survived for diary in diaries)
    assert survived > 2 * 6 * (DAYS - 1)
    assert sum(diary.kept for diary in diaries) >= 0.95 * survived
    assert sum(diary.wrong for diary in diaries) <= 0.01 * survived


@pytest.fixture(scope="module")
def diary() -> Diary:
    return thirty_days(careful, seed=3, churn=0.05, seen=1.0)


def test_what_happened_is_told_on_its_day_and_nothing_on_others(diary: Diary) -> None:
    told = {
        day: sorted(set(frame["change"]) - {"kept"})
        for day, frame in enumerate(diary.drift)
        if set(frame["change"]) != {"kept"}
    }
    assert told == {0: ["born"], BORN: ["born"], DIED: ["died"], SPLIT: ["split"], MERGED: ["merged"]}
    assert max(share for day, share in enumerate(diary.moved, 1) if day not in told) < 0.15


@pytest.mark.parametrize("day", [SPLIT, MERGED])
def test_both_sides_of_a_split_and_of_a_merger_name_each_other(diary: Diary, day: int) -> None:
    frame = diary.drift[day]
    told = frame.filter(pl.col("change") != "kept").row(0, named=True)
    [other] = told["related_segment_ids"]
    kept = frame.filter(pl.col("segment_id") == other).row(0, named=True)
    assert kept["change"] == "kept"
    assert kept["related_segment_ids"] == [told["segment_id"]]
    assert (told["customers_before"] == 0) == (told["change"] == "split")
    assert (told["customers_now"] == 0) == (told["change"] == "merged")
    assert told["shared_share"] > 0.25
    assert frame.filter(pl.col("related_segment_ids").list.len() > 0).height == 2


@st.composite
def two_days(draw: st.DrawFn) -> Iterator[Matching]:
    """Any crosstable of segments and groups, some dormant; customers with and without a taste on either day."""
    old, new = draw(st.integers(0, 5)), draw(st.integers(0, 5))
    cells = draw(st.lists(st.integers(0, 12), min_size=(old + 1) * (new + 1), max_size=(old + 1) * (new + 1)))
    ids = [segment_name(number + 1) for number in range(old)]
    was, at = [], []
    for place, count in enumerate(cells):
        segment, group = divmod(place, new + 1)
        for number in range(count):
            was.append((f"c{place}-{number}", ids[segment] if segment < old else None))
            at.append((f"c{place}-{number}", group if group < new else NO_GROUP))
    at += [(f"n{group}", group) for group in range(new)]
    dormant = draw(st.sets(st.sampled_from(ids))) if ids else set()
    return match_groups(
        pl.DataFrame(was, schema={"customer_key": pl.String, "segment_id": pl.String}, orient="row"),
        pl.DataFrame(at, schema={"customer_key": pl.String, "group": pl.Int64}, orient="row"),
        np.random.default_rng(draw(st.integers(0, 9))).uniform(-1, 1, (old, new)),
        ids,
        old + 1,
        dormant=sorted(dormant),
    )


@settings(deadline=None, max_examples=50)
@given(two_days())
def test_every_segment_and_group_has_one_row(matching: Matching) -> None:
    drift = describe_drift(matching, DAY)
    assert drift.schema == SCHEMA
    assert set(drift["change"]) <= set(CHANGES)
    before, now = set(matching.customers_before), set(matching.segment_ids)
    assert drift["segment_id"].to_list() == sorted(before | now)
    for row in drift.iter_rows(named=True):
        segment, change = row["segment_id"], row["change"]
        assert (change == "kept") == (segment in before & now)
        assert (change in ("merged", "died")) == (segment in before - now)
        assert (change in ("born", "split", "returned")) == (segment in now - before)
        assert (change == "returned") == (segment in now & matching.dormant)
        assert row["customers_before"] == matching.customers_before.get(segment, 0)
        assert row["shared_share"] is None or 0 < row["shared_share"] <= 1
        assert (change in ("split", "merged")) <= (len(row["related_segment_ids"]) >= 1)


@settings(deadline=None, max_examples=50)
@given(two_days())
def test_relations_are_mutual(matching: Matching) -> None:
    related = dict(describe_drift(matching, DAY).select("segment_id", "related_segment_ids").iter_rows())
    for segment, others in related.items():
        assert segment not in others
        assert all(segment in related[other] for other in others)
        assert others == sorted(set(others))


def matched(before: dict[str, list[int]], now: list[list[int]]) -> pl.DataFrame:
    """Drift of customers given by number; centroids far from one another, so that members alone decide."""
    was = [(f"c{c:04d}", segment) for segment, members in before.items() for c in members]
    at = [(f"c{c:04d}", group) for group, members in enumerate(now) for c in members]
    return describe_drift(
        match_groups(
            pl.DataFrame(was, schema=["customer_key", "segment_id"], orient="row"),
            pl.DataFrame(at, schema=["customer_key", "group"], orient="row"),
            np.zeros((len(before), len(now))),
            list(before),
            7,
        ),
        DAY,
    )


def numbers(*edges: int) -> list[list[int]]:
    return [list(range(a, b)) for a, b in zip(edges, edges[1:], strict=False)]


def test_a_segment_that_falls_into_fifths_died_and_they_split_off() -> None:
    drift = matched({"taste-0001": list(range(300))}, numbers(0, 75, 150, 225, 300))
    rows = {row["segment_id"]: row for row in drift.iter_rows(named=True)}
    assert rows["taste-0001"]["change"] == "died"
    assert rows["taste-0001"]["related_segment_ids"] == sorted(set(rows) - {"taste-0001"})
    assert {row["change"] for segment, row in rows.items() if segment != "taste-0001"} == {"split"}


def test_a_segment_of_scattered_members_died_without_heirs() -> None:
    before = {f"taste-000{n + 1}": members for n, members in enumerate(numbers(0, 90, 390, 690, 990))}
    now = [[*range(30 * n, 30 * n + 30), *members] for n, members in enumerate(numbers(90, 390, 690, 990))]
    told = dict(matched(before, now).select("segment_id", "change").iter_rows())
    assert told == {"taste-0001": "died", "taste-0002": "kept", "taste-0003": "kept", "taste-0004": "kept"}
    now[0] = [*range(60), *range(90, 390)]
    now[1] = list(range(390, 690))
    rows = {row["segment_id"]: row for row in matched(before, now).iter_rows(named=True)}
    assert (rows["taste-0001"]["change"], rows["taste-0001"]["related_segment_ids"]) == ("merged", ["taste-0002"])
    assert rows["taste-0001"]["shared_share"] == pytest.approx(2 / 3)


def test_too_few_common_customers_tell_nothing_of_where_they_went() -> None:
    now = [[1, 2, 3, *range(50, 90)], list(range(100, 140))]
    drift = matched({"taste-0001": [1, 2, 3, 4], "taste-0002": list(range(50, 90))}, now)
    told = dict(drift.select("segment_id", "change").iter_rows())
    assert told == {"taste-0001": "died", "taste-0002": "kept", "taste-0007": "born"}
