"""The shape of a planted taste.

Belongs here: the two classes that the vocabularies fill. Does not belong here: any words.
"""

from dataclasses import dataclass


@dataclass(frozen=True)
class Item:
    """A kind of product: its noun, its category path ('대 > 중 > 소') and its price range in won."""

    noun: str
    category: str
    low: int
    high: int


@dataclass(frozen=True)
class Taste:
    """A planted taste: the words its products are named with, and when in the year it peaks.

    ``peak`` is a day of the year (1..365), ``swing`` how strongly demand moves around it (0 = all year alike),
    ``share`` the relative number of customers, ``is_consumable`` whether its products run out and are bought again.
    """

    key: str
    label: str
    share: float
    peak: int
    swing: float
    styles: tuple[str, ...]
    materials: tuple[str, ...]
    finishes: tuple[str, ...]  # colours of clothes, sizes of cosmetics: the last word of a name
    items: tuple[Item, ...]
    brands: tuple[str, ...]
    is_consumable: bool = False
