"""Whether there is enough to make taste segments of, and whether a run is good enough to be published.

Belongs here: the figures of a run and the judgement over them. Does not belong here: how the figures are measured, what
is done with a refused run.

A run is refused when it is garbage by itself, or clearly worse than the published one. A shop that has really changed
must not be locked in its past: once ``patience`` sound runs were refused for being worse, the next one is published
if it is no worse than the last of those. A run that is garbage by itself is never published.
"""

import math
from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Final

_COUNTS: Final = frozenset({"customers", "customers_with_taste", "groups"})
_INDICES: Final = frozenset({"density_validity", "stability"})  # from -1 to 1; the rest are shares
_WORDS: Final = {2: "two", 3: "three", 4: "four", 5: "five"}
# Figures, what they are called, and whether more of them is better.
_FIGURES: Final = (
    ("density_validity", "density validity", True),
    ("noise_share", "share of the sample in no group", False),
    ("stability", "agreement of runs on part of the customers", True),
    ("coverage", "share of customers with a taste in a segment", True),
    ("largest_share", "share of members in the largest segment", False),
)


@dataclass(frozen=True)
class Quality:
    """Figures of one taste run. Raises :class:`ValueError` on one that is not a number or out of its range."""

    customers: int  # seen in the window
    customers_with_taste: int  # of these, looked at enough products to have a taste
    groups: int
    density_validity: float | None  # density-based validity index, -1 to 1; None where it was not measured
    noise_share: float  # of the sample that was clustered: in no group
    stability: float | None  # adjusted Rand index over bootstrap samples, -1 to 1; None where it was not measured
    coverage: float  # share of the customers with a taste who are in a segment
    largest_share: float  # share of the members who are in the largest segment

    def __post_init__(self) -> None:
        for field in fields(self):
            value = getattr(self, field.name)
            low = -1.0 if field.name in _INDICES else 0.0
            high = math.inf if field.name in _COUNTS else 1.0
            if value is not None and not low <= value <= high:  # nor is what is not a number
                raise ValueError(f"{field.name} = {value}: expected {low:g} to {high:g}")


@dataclass(frozen=True)
class Floors:
    """What a run must reach by itself: far below what a shop with tastes gives, so that only garbage is kept out."""

    groups: int = 2
    # Below 0 groups are sparser inside than the gaps between them. Clear tastes reach no more than 0.1 where the space
    # has many dimensions (measured with hdbscan's relative_validity_), so that this floor stands lower.
    density_validity: float = -0.25
    noise_share: float = 0.8
    stability: float = 0.3
    coverage: float = 0.3
    largest_share: float = 0.95


@dataclass(frozen=True)
class Margins:
    """How much worse than the published run one may be.

    Figures of small shops jump, so ``noise`` / sqrt(customers with a taste) comes on top of each difference: 0.1 with
    100 customers, 0.01 with 10,000.
    """

    density_validity: float = 0.15
    noise_share: float = 0.15
    stability: float = 0.15
    coverage: float = 0.15
    largest_share: float = 0.25
    noise: float = 1.0
    groups_ratio: float = 2.0  # not so many times more or fewer groups …
    groups_slack: int = 2  # … and this many on top: 3 after 1 or 2 after 6 is no surprise
    customers_ratio: float = 2.0  # not fewer customers with a taste than before over this


@dataclass(frozen=True)
class Limits:
    """Floors, margins, and how many refusals are enough (``patience``)."""

    floors: Floors = Floors()
    margins: Margins = Margins()
    patience: int = 3


@dataclass(frozen=True)
class Verdict:
    """Whether the run is published, and why in sentences; ``is_new_normal``: although worse than the published one."""

    is_accepted: bool
    reasons: tuple[str, ...]
    is_new_normal: bool = False


def judge(now: Quality, before: Quality | None, refused: Sequence[Quality] = (), limits: Limits = Limits()) -> Verdict:
    """Judge a run.

    ``before``: the published run, None where nothing was published yet. ``refused``: the runs refused since that one,
    oldest first, at most one a day (a day that is run again must not wear the gate down).
    """
    garbage = faults(now, limits.floors)
    if garbage:
        return Verdict(False, tuple(garbage))
    worse = setbacks(now, before, limits.margins) if before is not None else []
    if not worse:
        return Verdict(True, ())
    sound = [run for run in refused if not faults(run, limits.floors)]
    if len(sound) < limits.patience or setbacks(now, sound[-1], limits.margins):
        return Verdict(False, tuple(worse))
    said = f"accepted as the new normal: {len(sound)} runs like it were refused since the published one"
    return Verdict(True, (said, *worse), is_new_normal=True)


def faults(run: Quality, floors: Floors = Floors()) -> list[str]:
    """What makes a run garbage by itself, in sentences. A figure that was not measured is not held against it."""
    found = []
    if run.groups < floors.groups:
        found.append(f"{run.groups} group{'s' * (run.groups != 1)}; at least {floors.groups} are needed")
    for name, words, more_is_better in _FIGURES:
        value, floor = getattr(run, name), getattr(floors, name)
        if value is not None and (value < floor if more_is_better else value > floor):
            found.append(f"{words} {value:.2f}; {'at least' if more_is_better else 'at most'} {floor:.2f} is needed")
    return found


def setbacks(now: Quality, before: Quality, margins: Margins = Margins()) -> list[str]:
    """In what a run is clearly worse than another, in sentences. Figures that one of them lacks are not compared."""
    found = []
    fewer, more = sorted((now.groups, before.groups))
    if more > fewer * margins.groups_ratio + margins.groups_slack:
        found.append(f"{now.groups} groups after {before.groups}")
    if now.customers_with_taste * margins.customers_ratio < before.customers_with_taste:
        found.append(f"{now.customers_with_taste:,} customers with a taste after {before.customers_with_taste:,}")
    jitter = margins.noise / math.sqrt(max(1, min(now.customers_with_taste, before.customers_with_taste)))
    for name, words, more_is_better in _FIGURES:
        value, reference = getattr(now, name), getattr(before, name)
        if value is None or reference is None:
            continue
        loss = reference - value if more_is_better else value - reference
        allowed = getattr(margins, name) + jitter
        if loss > allowed:
            found.append(f"{words} {value:.2f} after {reference:.2f} (may get worse by {allowed:.2f})")
    return found


def not_enough_data(
    customers: int,
    products: int,
    *,
    days: int = 30,
    min_views: int = 2,
    min_customers: int = 100,
    min_products: int = 20,
) -> str | None:
    """Why no segments can be made yet, as a sentence; None when there is enough.

    ``customers``: who looked at ``min_views`` products or more within ``days`` days (robots left out). ``products``:
    how many products were looked at by any of them.
    """
    if customers < min_customers:
        who = "customer" if customers == 1 else "customers"
        what = "one product" if min_views == 1 else f"{_WORDS.get(min_views, min_views)} products"
        needed = f"at least {min_customers:,} are needed"
        return f"{customers:,} {who} looked at {what} or more in the last {days} days; {needed}"
    if products < min_products:
        what = "product was" if products == 1 else "products were"
        return f"{products:,} {what} looked at in the last {days} days; at least {min_products:,} are needed"
    return None
