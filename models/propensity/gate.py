"""Whether a newly trained model may take the place of the one in use.

Belongs here: the comparison on the newest window, in words. Does not belong here: training and measuring.
"""

from dataclasses import dataclass
from typing import Final

from models.propensity.figures import Comparison

NEW, CHAMPION, BASELINE = "new", "champion", "baseline"
PUBLISHED, KEPT, REFUSED, TOO_LITTLE = "published", "kept_previous", "refused", "not_enough_data"
_RANKING: Final = {False: "auc", True: "gini"}
_FITTING: Final = {False: "log_loss", True: "deviance"}
_NAMES: Final = {CHAMPION: "the model in use", BASELINE: "recency and frequency"}


@dataclass(frozen=True)
class Verdict:
    """``state``: of the constants above; ``reasons``: plain sentences, none when published."""

    state: str
    reasons: tuple[str, ...] = ()

    @property
    def is_published(self) -> bool:
        """Whether the new model is to be used from now on."""
        return self.state == PUBLISHED


def judged(comparison: Comparison, *, is_value: bool, has_champion: bool, least_sure: float) -> Verdict:
    """The new model is published when it orders customers better *and* fits better than the baseline and the champion
    over all customers of the window, and orders them better than the baseline in ``least_sure`` of the resamples.

    Otherwise the champion stays, as it does when it is itself no better than the baseline: ``reasons`` then say so.
    """
    worse = list(_worse(comparison, BASELINE, is_value))
    sure = comparison.sureness(NEW, BASELINE, _RANKING[is_value])
    if not worse and sure < least_sure:
        worse.append(f"better than {_NAMES[BASELINE]} in {sure:.0%} of resamples only, {least_sure:.0%} are asked for")
    is_compared = (CHAMPION, _RANKING[is_value]) in comparison.values
    if is_compared:
        worse.extend(_worse(comparison, CHAMPION, is_value))
    if not worse:
        return Verdict(PUBLISHED)
    if is_compared and not comparison.is_better(CHAMPION, BASELINE, _RANKING[is_value]):
        worse.append(f"{_NAMES[CHAMPION]} does not order customers better than {_NAMES[BASELINE]} any more")
    return Verdict(KEPT if has_champion else REFUSED, tuple(worse))


def too_little(why: str, *, has_champion: bool) -> Verdict:
    """The verdict where nothing can be trained or judged; a champion stays."""
    return Verdict(KEPT if has_champion else TOO_LITTLE, (why,))


def _worse(comparison: Comparison, other: str, is_value: bool) -> list[str]:
    return [
        f"{figure} is {comparison.values[NEW, figure]:.4f}, of {_NAMES[other]} {comparison.values[other, figure]:.4f}"
        for figure in (_RANKING[is_value], _FITTING[is_value])
        if not comparison.is_better(NEW, other, figure)
    ]
