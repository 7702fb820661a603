"""E-mails filled for recipients, and the headers that let them unsubscribe with one click.

Belongs here: pages and texts per recipient. Does not belong here: other channels (``models.messages.filling``).

A page with variables only is filled for all recipients at once, as every other text. A page with commands is rendered
by Jinja once for each different set of the values it uses; callers hand in recipients in batches (a page of 20 KB for
10,000 recipients is 200 MB).
"""

from typing import Final

import polars as pl

from models.messages.email.source import Source, environment, jinja_code
from models.messages.filling import filled
from models.messages.variables import Variable

ONE_CLICK: Final = "List-Unsubscribe=One-Click"  # RFC 8058


def filled_pages(source: Source, values: pl.DataFrame, escapes: bool) -> pl.Series:
    """The page of every row of ``values`` (text columns); ``escapes``: values become HTML text. Null where a variable
    that no condition asks for is missing."""
    if source.has_commands:
        return _rendered(source, values, escapes)
    frame = values.with_columns(escaped(pl.col(one.column)) for one in source.variables) if escapes else values
    return frame.select(filled(source.code).alias("page"))["page"] if source.variables else _same(source.code, values)


def escaped(value: pl.Expr) -> pl.Expr:
    """Values as HTML text, also inside quoted attributes, letter by letter as Jinja does it."""
    for letter, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ("'", "&#39;"), ('"', "&#34;")):
        value = value.str.replace_all(letter, entity, literal=True)
    return value


def unsubscribe_headers(address: str) -> dict[str, str]:
    """Headers of RFC 8058. Raises ValueError for an address that is no https address on one line."""
    if not address.startswith("https://") or any(letter in address for letter in "\r\n <>"):
        raise ValueError("the address to unsubscribe must be an https:// address without spaces or line breaks")
    return {"List-Unsubscribe": f"<{address}>", "List-Unsubscribe-Post": ONE_CLICK}


def _same(page: str, values: pl.DataFrame) -> pl.Series:
    return pl.Series("page", [page] * values.height, dtype=pl.String)


def _rendered(source: Source, values: pl.DataFrame, escapes: bool) -> pl.Series:
    columns = [one.column for one in source.variables]
    if not columns:
        return _same(environment(escapes).from_string(jinja_code(source.code)).render(value={}), values)
    template = environment(escapes).from_string(jinja_code(source.code))
    different = values.select(columns).unique(maintain_order=True)
    pages = [template.render(value=row) for row in different.iter_rows(named=True)]
    found = different.with_columns(pl.Series("page", pages, dtype=pl.String))
    joined = values.select(columns).join(found, on=columns, how="left", nulls_equal=True, maintain_order="left")
    return joined.select(pl.when(_complete(source)).then(pl.col("page")).alias("page"))["page"]


def _complete(source: Source) -> pl.Expr:
    needed: list[Variable] = [one for one in source.variables if one not in source.optional]
    return pl.all_horizontal([pl.col(one.column).is_not_null() for one in needed]) if needed else pl.lit(True)
