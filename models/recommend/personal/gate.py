"""Whether a newly trained ranker may take the place of the one in use.

Belongs here: the comparison on the newest sessions, in words. Does not belong here: training and measuring.
"""

from dataclasses import dataclass
from typing import Final

from models.recommend.quality.metrics import Quality

PUBLISHED, KEPT, REFUSED, TOO_LITTLE = "published", "kept_previous", "refused", "not_enough_data"
SLACK: Final = 0.02  # share by which a figure may be lower: less is chance on the newest sessions
FEWEST: Final = 100  # histories below which nothing is compared


@dataclass(frozen=True)
class Verdict:
    """``state``: of the constants above; ``reasons``: plain sentences, none when published without doubt."""

    state: str
    reasons: tuple[str, ...]


def judged(
    histories: int, challenger: Quality, champion: Quality | None, popular: Quality, *, is_trained: bool
) -> Verdict:
    """``challenger`` is published when it is neither worse than ``champion`` (the ranker in use, None: there is none)
    nor than ``popular`` (the shop's best sellers for everybody) in HR@20 and MRR@20 of the newest sessions.

    ``is_trained`` False: there was too little to train a ranker, and the challenger orders by neighbours alone.
    """
    if histories < FEWEST:
        why = f"{histories} histories are too few to compare: at least {FEWEST}"
        return Verdict(KEPT if champion else TOO_LITTLE, (why,))
    worse = _worse(challenger, champion, "the one in use") if champion else ()
    if worse:
        return Verdict(KEPT, worse)
    if below := _worse(challenger, popular, "best sellers"):
        return Verdict(REFUSED, below)
    return Verdict(PUBLISHED, () if is_trained else ("too few histories to train a ranker: ordered by neighbours",))


def _worse(mine: Quality, other: Quality, name: str) -> tuple[str, ...]:
    figures = (
        ("HR@20", mine.hit_rate, other.hit_rate),
        ("MRR@20", mine.reciprocal_rank, other.reciprocal_rank),
    )
    return tuple(
        f"{figure} is {own:.4f}, of {name} {theirs:.4f}"
        for figure, own, theirs in figures
        if own < theirs * (1 - SLACK)
    )
