"""Values of Kakao variables that a marketer uploads for a campaign that is sent by hand (F3).

Belongs here: reading the CSV row by row, and what is good of it. Does not belong here: filling it in (``values``),
which templates need it (``models.messages``), the files (``connectors.home.uploads``).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import polars as pl

from assets.campaigns.shop import Shop
from connectors.home.uploads import UploadFiles
from connectors.store.contact import checked_phones
from models.messages.documents.template import Template
from models.messages.rendering import variables_of
from models.messages.variables import variable

MOST_ROWS: Final = 1_000_000
_WHO: Final = ("member_id", "phone")
_PREFIX: Final = "kakao__"


class UploadRefused(Exception):
    """The whole file can not be taken; the message says why and what to do."""


@dataclass(frozen=True)
class Upload:
    """What was taken: ``members`` with values, and the rows that were not (number in the file, the header being row 1,
    and a word for why)."""

    members: int
    refused: tuple[tuple[int, str], ...]


def take_upload(shop: Shop, campaign_id: str, path: Path) -> Upload:
    """Take the CSV at ``path`` (UTF-8, or cp949 as Excel writes it) as values of the Kakao variables of a campaign, in
    place of an upload before: column member_id or phone, then one for each variable, with or without ``#{}``.

    Rows that name nobody we know, or somebody a second time, are refused one by one. Raises :class:`UploadRefused` for
    a file as a whole and :class:`assets.campaigns.shop.MissingDocument`."""
    table = _read(path)
    who = next((name for name in _WHO if name in table.columns), None)
    if who is None:
        raise UploadRefused(f"{path.name}: needs a column member_id or phone; it has {', '.join(table.columns)}")
    wanted = _wanted(shop, campaign_id)
    columns = {column: variable(_bare(column)).column for column in table.columns if column not in _WHO}
    missing = sorted(name for name in wanted if name not in columns.values())
    if missing:
        shown = ", ".join(f"#{{{name.removeprefix(_PREFIX)}}}" for name in missing)
        raise UploadRefused(f"{path.name}: has no column for {shown}, which the templates of {campaign_id!r} use")
    kept = {column: name for column, name in columns.items() if name in wanted}
    rows = table.with_row_index("row", offset=2).with_columns(pl.col(who).str.strip_chars().replace("", None))
    found = _by_phone(shop, rows) if who == "phone" else _by_id(shop, rows)
    marked = found.sort("row", "member_key").with_columns(_why(who).alias("why"))
    good = marked.filter(pl.col("why").is_null()).select(
        "member_key", *(pl.col(old).alias(new) for old, new in kept.items())
    )
    UploadFiles(shop.home).write(campaign_id, good.sort("member_key"))
    refused = marked.filter(pl.col("why").is_not_null()).unique("row", keep="first", maintain_order=True)
    return Upload(good.height, tuple(refused.select("row", "why").rows()))


def kakao_values(shop: Shop, campaign_id: str) -> pl.DataFrame | None:
    """member_key and a column ``kakao__<variable>`` each, sorted by member_key; None where nothing was uploaded."""
    return UploadFiles(shop.home).read(campaign_id)


def kakao_variables(templates: Sequence[Template]) -> list[str]:
    """Columns of the Kakao variables of templates and their substitutes, sorted."""
    return sorted({one.column for template in templates for one in variables_of(template) if one.use == "kakao"})


def _wanted(shop: Shop, campaign_id: str) -> list[str]:
    campaign = shop.campaign(campaign_id)
    names = {variant.template for variant in campaign.variants}
    names |= {one.substitute.template for one in campaign.variants if one.substitute and one.substitute.template}
    wanted = kakao_variables([shop.template(name) for name in sorted(names)])
    if not wanted:
        raise UploadRefused(f"the templates of {campaign_id!r} have no Kakao variables: there is nothing to upload")
    return wanted


def _read(path: Path) -> pl.DataFrame:
    data = path.read_bytes()
    for encoding in ("utf-8-sig", "cp949"):
        try:
            text = data.decode(encoding)
            break
        except UnicodeDecodeError:
            continue
    else:
        raise UploadRefused(f"{path.name}: is neither UTF-8 nor cp949: save it as CSV UTF-8")
    try:
        table = pl.read_csv(text.encode(), infer_schema=False)
    except pl.exceptions.PolarsError as error:
        raise UploadRefused(f"{path.name}: is no CSV with a header ({type(error).__name__})") from None
    table = table.rename({column: column.strip() for column in table.columns})
    if not 0 < table.height <= MOST_ROWS:
        raise UploadRefused(f"{path.name}: has {table.height} rows; 1 to {MOST_ROWS} are taken")
    return table


def _bare(column: str) -> str:
    return column.removeprefix("#{").removesuffix("}")


def _by_id(shop: Shop, rows: pl.DataFrame) -> pl.DataFrame:
    ids = rows["member_id"].drop_nulls().unique().sort().to_list()
    keys = pl.DataFrame({"member_id": ids, "member_key": [shop.store.key_of(one) for one in ids]},
                        schema={"member_id": pl.String, "member_key": pl.String})  # fmt: skip
    known = shop.store.recipients(keys["member_key"].to_list()).select("member_key")
    return rows.join(keys.join(known, on="member_key", how="semi"), on="member_id", how="left")


def _by_phone(shop: Shop, rows: pl.DataFrame) -> pl.DataFrame:
    """A number that a family shares stands for each of them."""
    checked = checked_phones(rows["phone"], shop.settings.members.default_region)["e164"]
    numbered = rows.with_columns(checked.alias("e164"))
    known = shop.store.keys_by_phones(checked.drop_nulls().unique().to_list())
    return numbered.join(known, left_on="e164", right_on="phone", how="left")


def _why(who: str) -> pl.Expr:
    again = pl.col("member_key").is_not_null() & ~pl.col("member_key").is_first_distinct()
    return (
        pl.when(pl.col(who).is_null()).then(pl.lit(f"no_{who}"))
        .when(pl.col("member_key").is_null()).then(pl.lit("unknown_member" if who == "member_id" else "unknown_phone"))
        .when(again).then(pl.lit("twice"))
    )  # fmt: skip
