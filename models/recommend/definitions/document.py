"""A recommendation model of the marketer: what is recommended where, to whom, when, and how it looks.

Belongs here: what a definition may say, which rules and which lists it stands for. Does not belong here: the models
that come with the program (``built_in``), showing anything (the storefront does).
"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Final, Literal, Self

from pydantic import Discriminator, Field, Tag, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Frozen, Id, LongText, Text
from models.recommend.rules.document import Rule
from models.recommend.rules.fields import Basis, Page

Algorithm = Literal[
    "viewed_together", "bought_together", "next_view", "similar_style", "best_sellers", "trending",
    "search_products", "personal",
]  # fmt: skip
ALGORITHMS: Final[Mapping[str, tuple[str, ...]]] = {
    "product": ("viewed_together", "bought_together", "next_view", "similar_style"),
    "category": ("best_sellers", "trending"),
    "search": ("search_products",),
    "customer": ("personal",),
}
ELEMENTS: Final = ("image", "name", "price", "discount", "cta")
Element = Literal["image", "name", "price", "discount", "cta"]
MIN_DAYS: Final = 7  # of data, below which a model says that it has too little
MOST_VARIANTS: Final = 11
_VALUES: Final = {"after_seconds": (1, 3600), "scroll_percent": (1, 100)}  # of triggers that have a value


class Trigger(Frozen):
    """When the widget appears."""

    when: Literal["page_enter", "after_seconds", "scroll_percent", "exit_intent"] = "page_enter"
    value: int | None = Field(None, description="seconds (1 to 3600), or per cent of the page (1 to 100)")

    @model_validator(mode="after")
    def _value_fits(self) -> Self:
        if self.when not in _VALUES:
            if self.value is not None:
                raise PydanticCustomError("trigger_no_value", "{when} takes no value", {"when": self.when})
            return self
        least, most = _VALUES[self.when]
        if self.value is None or not least <= self.value <= most:
            told = {"when": self.when, "least": least, "most": most}
            raise PydanticCustomError("trigger_value", "{when} needs a value from {least} to {most}", told)
        return self


class Display(Frozen):
    """What the widget looks like."""

    title: Text = "이런 상품은 어떠세요?"
    show: tuple[Element, ...] = Field(ELEMENTS, min_length=1, max_length=len(ELEMENTS))
    items_pc: int = Field(5, ge=1, le=20)
    items_mobile: int = Field(4, ge=1, le=20)


class Variant(Frozen):
    """One side of an A/B test."""

    name: Text
    share: float = Field(gt=0, le=100, description="of the customers, in per cent")
    algorithm: Algorithm | None = Field(None, description="instead of the model's")


def _id_or_rule(value: object) -> str:
    return "rule" if isinstance(value, Rule | Mapping) else "id"


RuleOrId = Annotated[Annotated[Id, Tag("id")] | Annotated[Rule, Tag("rule")], Discriminator(_id_or_rule)]


class RecommendModel(Frozen):
    """One recommendation model."""

    id: Id
    name: Text
    description: LongText | None = None
    on: bool = True
    page: Page = Field(description="where the widget is")
    basis: Basis = Field(description="what it recommends for; where the page has none, the customer's most recent one")
    algorithm: Algorithm
    rules: tuple[RuleOrId, ...] | None = Field(
        None, max_length=100, description="ids of rules, or rules; without it all rules of the page, with [] none"
    )
    segment: Text | None = Field(None, description="only customers of this segment")
    trigger: Trigger = Trigger()
    display: Display = Display()
    ab_split: tuple[Variant, ...] = Field((), max_length=MOST_VARIANTS, description="shares sum to 100")

    @model_validator(mode="after")
    def _sound(self) -> Self:
        for algorithm in self.algorithms:
            if algorithm not in ALGORITHMS[self.basis]:
                told = {"algorithm": algorithm, "basis": self.basis, "fitting": ", ".join(ALGORITHMS[self.basis])}
                raise PydanticCustomError("algorithm_basis", "{algorithm} does not fit {basis}: {fitting}", told)
        total = sum(variant.share for variant in self.ab_split)
        if self.ab_split and abs(total - 100) > 1e-6:
            raise PydanticCustomError("shares", "shares sum to {total}, not 100", {"total": round(total, 6)})
        _require_distinct("variant_twice", [variant.name for variant in self.ab_split])
        _require_distinct("rule_twice", [rule if isinstance(rule, str) else rule.id for rule in self.rules or ()])
        return self

    @property
    def algorithms(self) -> tuple[str, ...]:
        """The model's own and those of its variants, each once."""
        every = [self.algorithm, *(variant.algorithm for variant in self.ab_split if variant.algorithm)]
        return tuple(dict.fromkeys(every))

    @property
    def rule_ids(self) -> tuple[str, ...]:
        """Rules that it names by id."""
        return tuple(rule for rule in self.rules or () if isinstance(rule, str))

    def rules_of(self, stored: Sequence[Rule]) -> tuple[Rule, ...]:
        """The rules that act on its lists: those it names (that are in ``stored``) and those it brings itself; when it
        says nothing of rules, all ``stored``. Whether they are on, and for this page, ``apply_rules`` asks."""
        if self.rules is None:
            return tuple(stored)
        known = {rule.id: rule for rule in stored}
        found = [known.get(rule) if isinstance(rule, str) else rule for rule in self.rules]
        return tuple(rule for rule in found if rule is not None)

    def lacks_days(self, days: int) -> int:
        """How many more days of data it needs before its figures mean anything; 0: enough."""
        return max(0, MIN_DAYS - days)


def _require_distinct(kind: Literal["variant_twice", "rule_twice"], names: Sequence[str]) -> None:
    for name in names:
        if names.count(name) > 1:
            raise PydanticCustomError(kind, "{name} is there twice", {"name": name})
