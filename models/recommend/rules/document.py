"""A rule of the marketer: IF the context and the candidate are such, THEN exclude, pin, boost, bury or limit.

Belongs here: what a rule may say. Does not belong here: reading files of rules (``reading``), what a rule does to lists
(``apply``).

A test with several keys holds when each of them does; of a list of values one must fit. The *candidate* is the product
that is recommended, the *context* the product (or category) it is recommended for.
"""

from typing import Annotated, Final, Literal, Self

from pydantic import BeforeValidator, Field, WithJsonSchema, model_validator
from pydantic_core import PydanticCustomError

from models.documents.fields import Band, Frozen, Id, Key, LongText, Text, Texts, require_one
from models.recommend.rules.fields import Page

DEEPEST: Final = 10  # conditions inside conditions
LAST_PIN: Final = 100


class _Says(Frozen):
    @model_validator(mode="after")
    def _something(self) -> Self:
        require_one(self)
        return self


class CategoryTest(_Says):
    """Which category a product is in; levels are written '여성의류 > 팬츠'."""

    is_: Text | None = Field(None, alias="is", description="exactly this category")
    in_: Texts | None = Field(None, alias="in", description="exactly one of these")
    under: Texts | None = Field(None, description="one of these, or any level below")


class CandidateCategory(CategoryTest):
    """Category of the candidate, by itself or beside the context's."""

    same: bool | None = Field(None, description="true: the context's category or a level below it; false: another")
    same_top: bool | None = Field(None, description="the same, comparing only the first level")


class BrandTest(_Says):
    """Which brand a product is of."""

    is_: Text | None = Field(None, alias="is", description="this brand")
    in_: Texts | None = Field(None, alias="in", description="one of these")


class CandidateBrand(BrandTest):
    """Brand of the candidate, by itself or beside the context's."""

    same: bool | None = Field(None, description="true: the context's brand; false: another")


class PriceTest(Band, _Says):
    """Selling price (the sale price, else the price), from min to max."""


class CandidatePrice(PriceTest):
    """Selling price of the candidate, by itself or beside the context's."""

    than_context: Literal["cheaper", "dearer"] | None = Field(None, description="against the context's selling price")
    ratio: PriceTest | None = Field(None, description="candidate's price divided by the context's, from min to max")


class ProductTest(_Says):
    """What a product must be like."""

    category: CategoryTest | None = None
    brand: BrandTest | None = None
    price: PriceTest | None = None
    ids: Texts | None = Field(None, description="product ids")
    name_contains: Texts | None = Field(None, description="part of the name, in capitals or not")
    status: Texts | None = Field(None, description="active, sold_out, hidden, or the shop's own")
    stock: PriceTest | None = Field(None, description="pieces left, from the attribute 'stock'")
    tags: Texts | None = Field(None, description="one of the attribute 'tags'")
    attributes: dict[Key, Texts] | None = Field(None, min_length=1, description="attribute: value, or a list of values")


class CandidateTest(ProductTest):
    """What the recommended product must be like, by itself or beside the context."""

    category: CandidateCategory | None = None
    brand: CandidateBrand | None = None
    price: CandidatePrice | None = None


class Condition(_Says):
    """When a rule acts. What is unknown (such as the price of a context that is no product) neither holds nor fails,
    so that neither a condition on it nor its ``not`` makes the rule act."""

    all_: tuple["Condition", ...] | None = Field(None, alias="all", min_length=1, description="each of these holds")
    any_: tuple["Condition", ...] | None = Field(None, alias="any", min_length=1, description="one of these holds")
    not_: "Condition | None" = Field(None, alias="not", description="this does not hold")
    candidate: CandidateTest | None = Field(None, description="the recommended product")
    context: ProductTest | None = Field(None, description="the product (or category) it is recommended for")

    @property
    def parts(self) -> tuple["Condition", ...]:
        """Conditions inside this one."""
        return (*(self.all_ or ()), *(self.any_ or ()), *([self.not_] if self.not_ else []))

    def depth(self) -> int:
        """Levels of conditions inside one another."""
        return 1 + max((part.depth() for part in self.parts), default=0)

    def about_candidate(self) -> bool:
        """Whether anything is said of the candidate."""
        return self.candidate is not None or any(part.about_candidate() for part in self.parts)


class Limit(Frozen):
    """At most ``most`` products of one category or brand in a list."""

    most: int = Field(ge=1, le=100)
    per: Literal["category", "top_category", "brand"]


def _checked_bury(value: object) -> object:
    number = isinstance(value, int | float) and not isinstance(value, bool)
    if value != "end" and not (number and 1 < value <= 1000):  # type: ignore[operator]
        raise PydanticCustomError("bury", "must be 'end' or a number above 1, up to 1000")
    return value


Bury = Annotated[
    float | Literal["end"],
    BeforeValidator(_checked_bury),
    WithJsonSchema({"anyOf": [{"const": "end"}, {"type": "number", "exclusiveMinimum": 1, "maximum": 1000}]}),
]


class Action(Frozen):
    """One of the five things a rule can do."""

    exclude: Literal[True] | None = Field(None, description="never in the list")
    pin: int | None = Field(None, ge=1, le=LAST_PIN, description="to this place, whatever else comes there")
    boost: float | None = Field(None, gt=1, le=1000, description="so many times further ahead: 2 makes 10th 5th")
    bury: Bury | None = Field(None, description="so many times further back, or to the end")
    limit: Limit | None = Field(None, description="at most so many of one category or brand")

    @model_validator(mode="after")
    def _one(self) -> Self:
        if len(self.model_fields_set) != 1 or self.kind is None:
            raise PydanticCustomError("one_action", "must be one of: {known}", {"known": ", ".join(_KINDS)})
        return self

    @property
    def kind(self) -> str | None:
        """``exclude``, ``pin``, ``boost``, ``bury`` or ``limit``."""
        return next((name for name in _KINDS if getattr(self, name) is not None), None)


_KINDS: Final = ("exclude", "pin", "boost", "bury", "limit")
SHORT_ACTIONS: Final[dict[str, dict[str, object]]] = {"exclude": {"exclude": True}, "bury": {"bury": "end"}}


def _listed_actions(value: object) -> object:
    """'exclude' and 'bury' alone are actions, and so is one without the dash of a list."""
    actions = value if isinstance(value, list | tuple) else [value]
    return [SHORT_ACTIONS.get(action, action) if isinstance(action, str) else action for action in actions]


class Rule(Frozen):
    """One rule of the marketer."""

    id: Id
    name: Text
    description: LongText | None = None
    on: bool = True
    priority: int = Field(100, ge=0, le=10_000, description="of two rules about the same thing the lower number wins")
    pages: tuple[Page, ...] = Field((), description="where it acts; without any, on all pages")
    if_: Condition | None = Field(None, alias="if", description="when it acts; without it, on every product of a list")
    then: Annotated[tuple[Action, ...], BeforeValidator(_listed_actions)] = Field(
        min_length=1, max_length=10, description="exclude, or pin, boost or bury, and limits"
    )

    @model_validator(mode="after")
    def _sound(self) -> Self:
        kinds = [str(action.kind) for action in self.then]
        placing = [kind for kind in kinds if kind != "limit"]
        if len(placing) > 1 or ("exclude" in kinds and len(kinds) > 1):
            raise PydanticCustomError(
                "actions_clash", "{kinds} in one rule exclude each other", {"kinds": ", ".join(kinds)}
            )
        if "pin" in kinds and not (self.if_ and self.if_.about_candidate()):
            raise PydanticCustomError("pin_of_all", "a pin needs a condition that says which candidate")
        if self.if_ and self.if_.depth() > DEEPEST:
            raise PydanticCustomError("too_deep", "more than {deepest} conditions in one another", {"deepest": DEEPEST})
        return self

    @property
    def order(self) -> tuple[int, str]:
        """Of two rules about the same thing the one with the smaller order wins."""
        return self.priority, self.id

    def acts_on(self, page: str) -> bool:
        """Whether the rule is switched on and meant for ``page``."""
        return self.on and (not self.pages or page in self.pages)

    def action(self, kind: str) -> Action | None:
        """The rule's action of a kind; of several limits the first."""
        return next((action for action in self.then if action.kind == kind), None)

    @property
    def limits(self) -> tuple[Limit, ...]:
        return tuple(action.limit for action in self.then if action.limit)
