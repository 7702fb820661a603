"""The walk over sessions and the figures of candidates, written from their definition: slow, one history at a time.

V-STAN (Ludewig et al. 2021): sessions that share products with the history, later products counting more, newer
sessions more, steps near the shared product more. Sums are of 32 bits, as the real ones, so that ties are the same.
"""

import math
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from models.recommend.personal.candidates import NAMES, Settings

FAR = 999.0
Numbers = dict[int, np.float32]


def _numbers() -> Numbers:
    return defaultdict(lambda: np.float32(0))


@dataclass
class Sums:
    """What a walk adds up. ``session``: similarity, in the order in which sessions were met; ``matched``: where."""

    session: Numbers = field(default_factory=_numbers)
    matched: dict[int, int] = field(default_factory=dict)
    together: Numbers = field(default_factory=_numbers)
    last: Numbers = field(default_factory=_numbers)
    before: Numbers = field(default_factory=_numbers)
    following: Numbers = field(default_factory=_numbers)
    neighbour: Numbers = field(default_factory=_numbers)
    carriers: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    after: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    ahead: dict[int, int] = field(default_factory=lambda: defaultdict(int))
    met_by: dict[int, set[int]] = field(default_factory=lambda: defaultdict(set))
    latest: dict[int, int] = field(default_factory=dict)
    closest: dict[int, float] = field(default_factory=lambda: defaultdict(float))


@dataclass(frozen=True)
class Shop:
    """All sessions, and what is known of products by code. ``categories``: -1 where none is known."""

    sessions: Sequence[Sequence[int]]
    vectors: np.ndarray
    related: np.ndarray
    categories: Sequence[int]


def candidates(
    shop: Shop, history: Sequence[int], cutoff: int, settings: Settings
) -> tuple[list[int], dict[int, dict[str, float]]]:
    """Candidates of ``history`` in order, and the figures of each by name."""
    distinct = list(dict.fromkeys(reversed(history)))
    sums = Sums()
    for nth, product in enumerate(distinct):
        _meet(shop, sums, product, list(reversed(history)).index(product), nth, cutoff, settings)
    neighbours = _neighbours(shop, sums, cutoff, settings)
    by_neighbours = _largest(sums.neighbour, settings.from_neighbours)
    by_pairs = _largest(sums.together, settings.from_pairs)
    mixed = [
        product
        for place in range(max(len(by_neighbours), len(by_pairs)))
        for product in (*by_neighbours[place : place + 1], *by_pairs[place : place + 1])
    ]
    near = [int(product) for product in shop.related[history[-1]] if product >= 0]
    chosen = list(dict.fromkeys([*distinct, *mixed, *near]))[: settings.most]
    whole = {
        "steps": len(history),
        "distinct": len(distinct),
        "last_times_seen": history.count(history[-1]),
        "evidence": math.log(len(sums.session) + 1),
    }
    best = float(sums.neighbour[by_neighbours[0]]) if by_neighbours else 1e-6
    figures = {}
    for product in chosen:
        found = {
            **whole,
            **_by_neighbours(sums, product, by_neighbours, len(neighbours), best),
            **_by_pairs(sums, product, by_pairs, _steps_before(shop, product, cutoff), cutoff),
            **_of_history(history, product),
            **_of_product(shop, product, cutoff, settings),
            **_alike(shop, history, product, settings),
        }
        assert set(found) == set(NAMES)
        figures[product] = found
    return chosen, figures


def _meet(shop: Shop, sums: Sums, product: int, ago: int, nth: int, cutoff: int, settings: Settings) -> None:
    """Add up the sessions that ``product`` stands in, the ``nth`` distinct product of the history from its end."""
    weight = np.float32(math.exp(-ago / settings.place_decay))
    occurrences = [
        (session, place)
        for session in range(cutoff)
        for place, other in enumerate(shop.sessions[session])
        if other == product
    ]
    newest = dict(occurrences[-settings.newest :])  # of several in a session the latest
    for session, place in reversed(newest.items()):
        sums.matched.setdefault(session, place)
        sums.session[session] += weight
        for at, other in enumerate(shop.sessions[session]):
            if other == product or abs(at - place) > settings.window:
                continue
            near = np.float32(1 / abs(at - place))
            sums.together[other] += near * weight
            sums.met_by[other].add(nth)
            if nth == 0:
                sums.last[other] += near
                sums.after[other] += at == place + 1
                sums.ahead[other] += at == place - 1
                sums.latest[other] = max(sums.latest.get(other, -1), session)
                if at > place:
                    sums.following[other] += near
            elif nth == 1:
                sums.before[other] += near


def _neighbours(shop: Shop, sums: Sums, cutoff: int, settings: Settings) -> list[int]:
    """The most similar sessions, best first; scores of what stands in them go to ``sums``."""
    age_decay = max(1.0, settings.age_share * len(shop.sessions))
    for session, similarity in sums.session.items():
        aged = math.exp(-(cutoff - session) / age_decay) / math.sqrt(len(shop.sessions[session]))
        sums.session[session] = np.float32(float(similarity) * aged)
    found = _largest(sums.session, settings.neighbours)
    for session in found:
        for place, product in enumerate(shop.sessions[session]):
            near = math.exp(-abs(place - sums.matched[session]) / settings.step_decay)
            sums.neighbour[product] += np.float32(float(sums.session[session]) * near + 1e-12)
            sums.carriers[product] += 1
            sums.closest[product] = max(sums.closest[product], float(sums.session[session]))
    return found


def _largest(values: Numbers, wanted: int) -> list[int]:
    return sorted(values, key=lambda key: (-values[key], key))[:wanted]


def _rank(product: int, ranked: list[int]) -> float:
    return ranked.index(product) + 1 if product in ranked else FAR


def _sum(values: Numbers) -> float:
    return 1e-9 + sum(float(value) for value in values.values())


def _by_neighbours(sums: Sums, product: int, ranked: list[int], neighbours: int, best: float) -> dict[str, float]:
    score = float(sums.neighbour.get(product, 0))
    return {
        "neighbour_share": score / best,
        "neighbour_log": math.log(score + 1e-6),
        "neighbour_rank": _rank(product, ranked),
        "neighbour_part": score / _sum(sums.neighbour),
        "neighbour_sessions": sums.carriers.get(product, 0) / (neighbours + 1e-9),
        "best_log": math.log(best),
        "closest_session": math.log(sums.closest.get(product, 0) + 1e-6),
    }


def _by_pairs(sums: Sums, product: int, ranked: list[int], steps: int, cutoff: int) -> dict[str, float]:
    last, following = float(sums.last.get(product, 0)), float(sums.following.get(product, 0))
    return {
        "together_last": last / _sum(sums.last),
        "together_last_log": math.log(last + 1e-3),
        "together_before": float(sums.before.get(product, 0)) / _sum(sums.before),
        "together_all": float(sums.together.get(product, 0)) / _sum(sums.together),
        "together_rank": _rank(product, ranked),
        "next_last": following / _sum(sums.following),
        "next_last_log": math.log(following + 1e-3),
        "together_damped": last / math.sqrt(steps + 1),
        "followed": sums.after.get(product, 0),
        "preceded": sums.ahead.get(product, 0),
        "followed_share": sums.after.get(product, 0) / (steps + 5),
        "met_by": len(sums.met_by.get(product, ())),
        "latest_together": math.log(cutoff - sums.latest[product] + 1) if product in sums.latest else FAR,
    }


def _of_history(history: Sequence[int], product: int) -> dict[str, float]:
    ago = list(reversed(history)).index(product) + 1 if product in history else FAR
    return {"times_seen": history.count(product), "steps_ago": ago}


def _steps_before(shop: Shop, product: int, cutoff: int) -> int:
    return sum(list(session).count(product) for session in shop.sessions[: max(cutoff, 0)])


def _of_product(shop: Shop, product: int, cutoff: int, settings: Settings) -> dict[str, float]:
    recent = max(1, int(settings.recent_share * len(shop.sessions)))
    steps = _steps_before(shop, product, cutoff)
    lately = steps - _steps_before(shop, product, cutoff - recent)
    seen = [nth for nth in range(cutoff) if product in shop.sessions[nth]]
    return {
        "popular": math.log(steps + 1),
        "popular_now": math.log(lately + 1),
        "rise": lately / (steps + 1),
        "age": math.log(cutoff - seen[-1] + 1) if seen else FAR,
        "first_seen": math.log(cutoff - seen[0] + 1) if seen else FAR,
    }


def _alike(shop: Shop, history: Sequence[int], product: int, settings: Settings) -> dict[str, float]:
    last, place = history[-1], shop.vectors.astype(np.float64)
    mean = sum(math.exp(-ago / (2 * settings.place_decay)) * place[step] for ago, step in enumerate(reversed(history)))
    shared = [
        step == product or (shop.categories[step] >= 0 and shop.categories[step] == shop.categories[product])
        for step in history
    ]
    return {
        "close_to_last": float(place[product] @ place[last]),
        "close_to_all": float(place[product] @ mean / (np.linalg.norm(mean) + 1e-9)),
        "same_category": float(shared[-1]),
        "category_part": sum(shared) / len(history),
    }
