"""What statistics of reports say in words: what may be concluded, what to beware of, traits.

Belongs here: sentences from rows of the tables. Does not belong here: phrases (``phrases``), the figures
(``lift_rows``, ``variant_rows``, ``characteristic_rows``), pages that show them (``models.reports``).
"""

import math
from collections.abc import Mapping
from typing import Any, Final

from models.attribution.phrases import PHRASES
from models.attribution.variants import Verdict
from models.reports.formats import Formats
from models.words import Words

WARNINGS: Final = ("broken_split", "too_small", "underpowered", "few_conversions", "skewed")
Row = Mapping[str, Any]


class StatisticsWords(Words):
    """Phrases of one language; ``formats`` writes amounts."""

    def __init__(self, formats: Formats) -> None:
        super().__init__(formats.locale, PHRASES)
        self._formats = formats

    def warning(self, key: str) -> str:
        """A warning of :data:`WARNINGS` in a sentence."""
        return self(f"warning_{key}")

    def amount(self, metric: str, value: float | None) -> str:
        """So many buyers, orders, or so much money; with one decimal, because lifts are seldom whole."""
        if metric == "revenue":
            return self._formats.value(value, "money")
        return self(f"amount_{metric}", number=self._formats.value(value, "number"))

    def interval(self, metric: str, low: float | None, high: float | None) -> str:
        """An interval in words; an end that is not known is said to be open."""
        if low is None and high is None:
            return self("interval_unknown")
        if low is None or high is None:
            key = "interval_up" if high is None else "interval_down"
            return self(key, end=self.amount(metric, low if high is None else high))
        first = self._formats.value(low, "money" if metric == "revenue" else "number")
        return self("interval", low=first, high=self.amount(metric, high))

    def lift(self, row: Row, smallest: float) -> str:
        """What may be concluded from a row of ``report_lift``: a verdict, and what to beware of."""
        warnings = [key for key in row["warnings"].split(",") if key]
        told = [self("collecting")] if row["is_collecting"] else []
        if "broken_split" in warnings:
            everybody = row["treated"] + row["held_out"]
            shares = [self._formats.value(row[name] / everybody, "rate") for name in ("held_out", "expected_held_out")]
            return " ".join([*told, self("lift_broken_split", seen=shares[0], expected=shares[1])])
        if "too_small" in warnings:
            fewest = min(row["treated"], row["held_out"])
            return " ".join([*told, self("lift_too_small", people=f"{fewest:,}")])
        told.append(self._lifted(row, smallest, "underpowered" in warnings))
        told += [self.warning(key) for key in warnings if key != "underpowered"]
        return " ".join(told)

    def variants(self, found: Verdict, metric: str, first: str, smallest: float) -> str:
        """What may be concluded from a test whose first variant is ``first``."""
        values, what = found.values, self(f"rate_{metric}")
        if found.key == "winner":
            return self._won(values, metric, first)
        if found.key == "broken_split":
            return self("split_broken", name=values["name"], recipients=f"{values['recipients']:,}",
                        expected=f"{values['expected']:,.0f}")  # fmt: skip
        if found.key == "no_difference_yet":
            return self("no_difference", what=what, at_most=self._formats.value(float(values["at_most"]), "rate"))
        if found.key == "too_small":
            counts = {key: f"{value:,.0f}" for key, value in values.items()}
            return self("test_too_small", counted=self(f"counted_{metric}"), **counts)
        share = _whole(smallest)
        if not math.isfinite(float(values["recipients"])):
            return self("needs_endless", what=what, smallest=share)
        return self("needs_more", what=what, smallest=share, recipients=f"{_about(float(values['recipients'])):,}",
                    times=f"{values['times']:,.1f}")  # fmt: skip

    def gap(self, metric: str, value: float | None) -> str:
        """A difference between variants: points of rates, or money."""
        if value is None or metric == "revenue":
            return self._formats.value(value, "money")
        return self("points", points=f"{value * 100:,.2f}".replace("-", "−"))

    def trait(self, row: Row) -> str:
        """The sentence of a row of ``report_characteristics``."""
        values = {name: self._formats.value(row[name], "rate") for name in ("rate", "overall_rate", "support")}
        values |= {name: f"{row[name]:,.1f}" for name in ("lift", "low", "high")}
        return self("trait_over" if row["is_over"] else "trait_maybe", name=row["trait_name"], **values)

    def trait_name(self, kind: str, value: str) -> str:
        """A grade, stage, device or category as people call it; what has no phrase as it is."""
        key = f"{kind}_{value}"
        return self(key) if self.known(key) else self(f"{kind}_other", value=value)

    def _lifted(self, row: Row, smallest: float, is_underpowered: bool) -> str:
        metric, low, high = row["metric"], row["incremental_low"], row["incremental_high"]
        whose, what = self("this_send" if row["send_id"] else "this_campaign"), self(f"what_{metric}")
        told = {"whose": whose, "what": what, "interval": self.interval(metric, low, high)}
        if row["incremental"] is None or (low is None and high is None):
            return self("lift_unknown", what=what)
        if (low is not None and low > 0) or (high is not None and high < 0):
            key = "lift_up" if row["incremental"] > 0 else "lift_down"
            return self(key, **told, amount=self.amount(metric, abs(row["incremental"])))
        share = _whole(smallest)
        if not is_underpowered:
            return self("lift_none", **told, smallest=share)
        more = (row["needed_people"] or 0) - row["treated"] - row["held_out"]
        return " ".join(
            [self("lift_undecided", **told)]
            + (
                [self("lift_needs", smallest=share, more=f"{_about(more):,}")]
                if row["needed_people"] and more > 0
                else []
            )
        )

    def _won(self, values: Mapping[str, float | str], metric: str, first: str) -> str:
        gap, low, high = (self.gap(metric, float(values[key])) for key in ("difference", "low", "high"))
        name, what = str(values["name"]), self(f"rate_{metric}")
        told = {"name": name, "first": first, "what": what, "gap": gap, "low": low, "high": high}
        if name == first:
            return self("first_wins", **told)
        won = self("wins", **told)
        return f"{won} {self('ties', ties=values['ties'])}" if values["ties"] else won


def _whole(share: float) -> str:
    """'10%', '2.5%'."""
    return f"{share * 100:.10g}%"


def _about(number: float) -> int:
    """Rounded up to two digits that count: more would promise too much."""
    unit = int("1".ljust(len(str(math.ceil(number))) - 1, "0"))
    return math.ceil(number / unit) * unit
