"""Where recommendations stand and what they go by, as rules and models name it.

Belongs here: the fixed words. Does not belong here: fields of documents of any kind (``models.documents.fields``).
"""

from typing import Final, Literal, get_args

Page = Literal["main", "category", "product", "cart", "search"]
Basis = Literal["category", "product", "search", "customer"]
PAGES: Final = get_args(Page)
