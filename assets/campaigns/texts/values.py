"""Values of a template's variables for the recipients of a send, as columns that messages are filled from.

Belongs here: bringing together what members, products, uploads and the shop have. Does not belong here: links
(``links``), filling in (``models.messages.rendering``), reading items (``product_values``).
"""

from collections.abc import Sequence
from functools import cached_property
from typing import Final

import polars as pl

from assets.campaigns.shop import Shop
from assets.campaigns.texts.product_values import ProductValues, product_values, rows_of, wanted_of
from assets.campaigns.texts.uploads import kakao_values
from connectors.store.ledger.shapes import Send
from models.messages.variables import Variable

_MEMBER: Final = {"name": "name", "user_id": "member_id", "points": "points", "grade": "grade"}
_TYPES: Final = {"number": pl.Float64, "boolean": pl.Boolean}
_CUSTOM: Final = "custom__"


class Values:
    """Values for ``variables``. Products and uploads are read the first time somebody asks, then kept. ``send``: None
    for a test, which only ``keys`` get."""

    def __init__(
        self, shop: Shop, send: Send | None, variables: Sequence[Variable], keys: pl.Series | None = None
    ) -> None:
        self._shop, self._send, self._keys = shop, send, keys
        self._variables = tuple(dict.fromkeys(variables))
        self._columns = {one.column for one in self._variables}

    @property
    def needs_member(self) -> bool:
        """Whether a variable asks for what only members have."""
        return any(one.use in ("member_name", "member", "custom") for one in self._variables)

    def of(self, people: pl.DataFrame) -> pl.DataFrame:
        """One column for each variable that has its value here, row by row of ``people`` (customer_key and the columns
        of ``Store.recipients``, null for who is no member)."""
        found = people.select(
            *(pl.col(column).alias(name) for name, column in _MEMBER.items() if name in self._columns), *self._custom
        )
        frames = [found] if found.width else []
        if self._wanted:
            frames.append(self._products.of(people["customer_key"]))
        if self._kakao_columns:
            frames.append(self._uploaded(people))
        return pl.concat(frames, how="horizontal") if frames else pl.DataFrame()

    @cached_property
    def _custom(self) -> list[pl.Expr]:
        types = {field.name: field.type for field in self._shop.store.custom_fields()} if self._asks(_CUSTOM) else {}
        found = []
        for column in sorted(self._columns):
            name = column.removeprefix(_CUSTOM)
            if name == column:
                continue
            text = pl.col("custom").str.json_path_match(f"$[{_quoted(name)}]")
            kind = _TYPES.get(types.get(name, "text"))
            value = text == "true" if kind is pl.Boolean else text if kind is None else text.cast(kind, strict=False)
            found.append(value.alias(column))
        return found

    @cached_property
    def _wanted(self) -> list[tuple[str, int, str]]:
        return wanted_of(self._variables)

    @cached_property
    def _products(self) -> ProductValues:
        return product_values(self._shop, self._send, self._wanted, self._keys)

    @cached_property
    def _kakao_columns(self) -> list[str]:
        return sorted(one.column for one in self._variables if one.use == "kakao")

    @cached_property
    def _uploads(self) -> pl.DataFrame:
        found = None if self._send is None else kakao_values(self._shop, self._send.campaign_id)
        schema = {"member_key": pl.String, **dict.fromkeys(self._kakao_columns, pl.String)}
        return pl.DataFrame(schema=schema) if found is None else found

    def _uploaded(self, people: pl.DataFrame) -> pl.DataFrame:
        rows = rows_of(self._uploads, people["customer_key"])
        absent = [name for name in self._kakao_columns if name not in rows.columns]
        return rows.with_columns(pl.lit(None, pl.String).alias(name) for name in absent).select(self._kakao_columns)

    def _asks(self, start: str) -> bool:
        return any(column.startswith(start) for column in self._columns)


def _quoted(name: str) -> str:
    escaped = name.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
