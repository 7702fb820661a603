"""How AI targets are trained, judged and cut: the numbers somebody may want to change.

Belongs here: values and their bounds. Does not belong here: where they come from (``shop.yaml``), what is done with
them. Figures behind the values: docs/benchmarks.md.
"""

from dataclasses import dataclass, field


class SettingsError(ValueError):
    """A setting that can not be used."""


@dataclass(frozen=True)
class Gain:
    """What a contact is worth; decides how large a segment is.

    ``contact_cost``: of one message, in the shop's currency; None: not known, then a segment holds the fewest customers
    of whom ``outcome_share`` of all purchases (revenue, losses) is expected, at most ``most_share`` of those asked
    about. ``margin``: of revenue. ``effect``: share of what is expected that a contact brings about or saves.
    ``success_value``: what an order (or a customer kept) is worth; None: the mean order value times ``margin``.
    """

    contact_cost: float | None = None
    success_value: float | None = None
    margin: float = 0.3
    effect: float = 0.1
    outcome_share: float = 0.5
    most_share: float = 0.2

    def __post_init__(self) -> None:
        shares = {"margin": self.margin, "effect": self.effect}
        shares |= {"outcome_share": self.outcome_share, "most_share": self.most_share}
        for name, value in shares.items():
            if not 0 < value <= 1:
                raise SettingsError(f"{name} is {value:g}: expected a share above 0, at most 1")
        for name, amount in (("contact_cost", self.contact_cost), ("success_value", self.success_value)):
            if amount is not None and amount <= 0:
                raise SettingsError(f"{name} is {amount:g}: expected more than 0, or nothing where it is not known")


@dataclass(frozen=True)
class Settings:
    """``cut_offs``: days on which training looks back, at most. ``most_rows``: of all of them; above it customers are
    drawn by chance, as they are for tuning and judging (a third of it each). ``least_positives``: who did what is asked
    about, in training, tuning and judging each; fewer teach and prove nothing. ``least_sure``: share of bootstrap
    resamples in which a new model must beat the baseline. ``shards``: batches in which everybody is scored."""

    cut_offs: int = 8
    most_rows: int = 300_000
    least_positives: int = 50
    rounds: int = 600
    patience: int = 40
    leaves: int = 15
    learning_rate: float = 0.04
    least_in_leaf: int = 60
    resamples: int = 200
    least_sure: float = 0.9
    shards: int = 8
    threads: int = 2
    seed: int = 1
    gain: Gain = field(default_factory=Gain)

    def __post_init__(self) -> None:
        least = {"cut_offs": 1, "most_rows": 1000, "least_positives": 10, "rounds": 1, "resamples": 20}
        least |= {"shards": 1, "threads": 1, "leaves": 2, "patience": 1, "least_in_leaf": 1}
        for name, fewest in least.items():
            if getattr(self, name) < fewest:
                raise SettingsError(f"{name} is {getattr(self, name)}: expected at least {fewest}")
