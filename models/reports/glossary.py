"""Definitions of the metrics that reports show, as the dbt project writes them down once.

Belongs here: reading the doc blocks ``metric_<name>`` and picking a language. Does not belong here: definitions
themselves (``dbt_project/models/reports/_metrics_*.md``), where they stand on a page (``page``).
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from models.words import Locale

_PREFIX: Final = "metric_"
_LINE: Final = re.compile(r"^(?P<label>[^:]+): (?P<text>.+?) \(ko: (?P<label_ko>[^:]+): (?P<text_ko>.+)\)$", re.DOTALL)


@dataclass(frozen=True)
class Definition:
    """A metric as it is called and what it is, in one language."""

    label: str
    text: str


@dataclass(frozen=True)
class Glossary:
    """Definitions by metric and language."""

    definitions: Mapping[str, Mapping[Locale, Definition]]

    def __contains__(self, metric: object) -> bool:
        return metric in self.definitions

    def of(self, metric: str, locale: Locale) -> Definition | None:
        """The definition; None for what has none."""
        found = self.definitions.get(metric)
        return found[locale] if found else None

    def label(self, metric: str, locale: Locale) -> str:
        """What the metric is called; its own name where it has no definition."""
        found = self.of(metric, locale)
        return found.label if found else metric


EMPTY: Final = Glossary({})


def glossary(docs: Mapping[str, str]) -> Glossary:
    """The glossary of dbt's doc blocks, name to text; other blocks than ``metric_…`` are passed over.

    Raises ValueError for a metric whose text is not 'Label: definition. (ko: label: definition.)'.
    """
    return Glossary(
        {name.removeprefix(_PREFIX): _read(name, text) for name, text in docs.items() if name.startswith(_PREFIX)}
    )


def _read(name: str, text: str) -> dict[Locale, Definition]:
    found = _LINE.match(" ".join(text.split()))
    if not found:
        raise ValueError(
            f"doc block {name}: expected 'Label: definition. (ko: label: definition.)', got {text.strip()!r}"
        )
    return {
        "ko": Definition(found["label_ko"].strip(), found["text_ko"].strip()),
        "en": Definition(found["label"].strip(), found["text"].strip()),
    }
