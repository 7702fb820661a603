"""Products whose texts match a query: for queries that nobody has clicked after yet.

Belongs here: cutting texts into short runs of characters, weighing them, the best products of each query.
Does not belong here: clicks (``answers``), vectors of text models (``style.neighbours`` finds their neighbours).
"""

from typing import TYPE_CHECKING, Any, Final, TypeAlias

import numpy as np
import polars as pl

from models.recommend.search.keyboard import in_korean
from models.recommend.search.queries import normalised

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

    Sparse: TypeAlias = csr_matrix
else:
    Sparse: TypeAlias = Any

MATCHES: Final = pl.Schema({"query": pl.String, "product_id": pl.String, "score": pl.Float64})
RUNS: Final = (2,)  # characters; queries of one character are matched by that one
LEAST: Final = 0.2  # share of a query that has to be found in a product for a match
FIELDS: Final = {"name": 1.0, "keywords": 0.7, "category_path": 0.5, "brand": 0.5}
PROSE: Final = "keywords"
_LONGEST_TEXT, _LONGEST_PROSE = 300, 2000
_CHUNK = 50_000  # products whose texts are cut at once
_BLOCK = 5_000_000  # products looked at in one multiplication, summed over the runs of its queries


def match_text(queries: pl.Series, products: pl.DataFrame, n: int = 100, least: float = LEAST) -> pl.DataFrame:
    """The ``n`` products that match each of ``queries`` best: columns :data:`MATCHES`, sorted by query and rank.

    ``queries``: keys of :func:`models.recommend.search.queries.normalised`; ``products``: product_id and the texts of
    :data:`FIELDS` that are there. The score is the share of the query, weighted by how rare its runs of characters
    are (inverse document frequency, Spärck Jones 1972), that the product's texts hold, at most 1; products
    below ``least`` are no match. A query in Latin letters is also read as Korean typed on the wrong keyboard.
    """
    distinct = queries.drop_nulls().unique().sort()
    keys = distinct.filter(distinct != "")
    readings = pl.concat([keys.to_frame("query").with_columns(read="query"), _misread(keys)])
    readings = readings.sort("query", "read").with_row_index("row")
    listed = products.filter(pl.col("product_id").is_not_null()).sort("product_id")
    runs = _runs_of_queries(readings)
    columns = runs.select("run").unique().sort("run").with_row_index("column")
    if runs.is_empty() or listed.is_empty():
        return pl.DataFrame(schema=MATCHES)
    held = _matrix_of_products(listed, columns)
    asked = runs.join(columns, on="run").sort("row", "column")
    found = _best(_matrix_of_queries(asked, held, (len(readings), len(columns))), held, n, least)
    named = pl.DataFrame(
        [
            readings["query"].gather(found["row"]),
            listed["product_id"].cast(pl.String).gather(found["product"]),
            found["score"].cast(pl.Float64).round(5),
        ]
    )
    best = named.group_by("query", "product_id").agg(pl.col("score").max())
    ordered = best.sort("query", "score", "product_id", descending=[False, True, False])
    return ordered.filter(pl.int_range(pl.len()).over("query") < n).select(MATCHES.names())


def _misread(keys: pl.Series) -> pl.DataFrame:
    return pl.DataFrame([keys.alias("query"), in_korean(keys).alias("read")]).drop_nulls()


def _runs(texts: pl.DataFrame, column: str, sizes: tuple[int, ...]) -> pl.DataFrame:
    """``texts`` with one row a run of ``sizes`` characters of ``column``."""
    longest = int(texts.select(pl.col(column).str.len_chars().max()).item() or 0)
    parts = [
        texts.filter(pl.col(column).str.len_chars() >= at + size).with_columns(run=pl.col(column).str.slice(at, size))
        for size in sizes
        for at in range(longest - size + 1)
    ]
    return pl.concat(parts) if parts else texts.clear().with_columns(run=pl.lit("", pl.String))


def _runs_of_queries(readings: pl.DataFrame) -> pl.DataFrame:
    """query, read, run: distinct runs of each reading; single characters only where the reading is one."""
    short = pl.col("read").str.len_chars() < min(RUNS)
    parts = [_runs(readings.filter(short), "read", (1,)), _runs(readings.filter(~short), "read", RUNS)]
    return pl.concat(parts).unique()


def _matrix_of_products(products: pl.DataFrame, runs: pl.DataFrame) -> Sparse:
    """Float32 CSR (products, runs): the weight of the best field of each product that holds the run.

    ``runs`` has (run, column). Only runs that somebody asks for are kept, chunk by chunk, so that memory follows them
    and not the length of all texts.
    """
    from scipy.sparse import csr_matrix

    cells = [_cells(chunk, runs) for chunk in products.with_row_index("row").iter_slices(_CHUNK)]
    both = pl.concat(cells)
    place = (both["row"].to_numpy(), both["column"].to_numpy())
    return csr_matrix((both["weight"].to_numpy(), place), shape=(len(products), len(runs)))


def _cells(products: pl.DataFrame, runs: pl.DataFrame) -> pl.DataFrame:
    """row, column, weight of some products."""
    names = [name for name in FIELDS if name in products.columns]
    fields = [
        products.select("row", text=pl.col(name).cast(pl.String), weight=pl.lit(FIELDS[name], pl.Float32))
        for name in names
    ]
    # Prose is cut word by word: in a long text two neighbouring words too often make the run of another word.
    words = [
        field.with_columns(pl.col("text").str.slice(0, _LONGEST_PROSE).str.split(" ")).explode(
            "text", empty_as_null=True
        )
        if name == PROSE
        else field
        for name, field in zip(names, fields, strict=True)
    ]
    texts = pl.concat(words).drop_nulls()
    keys = texts.with_columns(normalised(texts["text"], _LONGEST_TEXT)).unique(["row", "text", "weight"])
    asked = _runs(keys, "text", (1, *RUNS)).join(runs, on="run", how="inner")
    return asked.group_by("row", "column").agg(pl.col("weight").max()).sort("row", "column")


def _matrix_of_queries(asked: pl.DataFrame, products: Sparse, shape: tuple[int, int]) -> Sparse:
    """Float32 CSR (readings, runs), rows of sum 1: how much of the query each of its runs is.

    ``asked`` has (row, column). A run that no product holds weighs most: the query asks for something else, too.
    """
    from scipy.sparse import csr_matrix

    holding = products.getnnz(axis=0)
    rarity = np.log1p(products.shape[0] / (1 + holding))
    row, column = asked["row"].to_numpy(), asked["column"].to_numpy()
    total = np.bincount(row, rarity[column], minlength=shape[0])
    return csr_matrix(((rarity[column] / total[row]).astype(np.float32), (row, column)), shape=shape)


def _best(asked: Sparse, products: Sparse, n: int, least: float) -> pl.DataFrame:
    """row of the query, row of the product, score: the ``n`` best of every query, block by block of queries."""
    work = np.cumsum(asked.astype(bool) @ products.getnnz(axis=0).astype(np.float64))
    borders = np.searchsorted(work, np.arange(_BLOCK, work[-1] + _BLOCK, _BLOCK), side="right")
    turned, parts, first = products.T.tocsr(), [], 0
    for last in [*np.unique(borders), asked.shape[0]]:
        last = max(last, min(first + 1, asked.shape[0]))  # noqa: PLW2901
        if last > first:
            found = (asked[first:last] @ turned).tocoo()
            enough = np.flatnonzero(found.data >= least)
            block = pl.DataFrame(
                {
                    "row": found.row[enough].astype(np.int64) + first,
                    "product": found.col[enough].astype(np.int64),
                    "score": found.data[enough],
                }
            )
            ordered = block.sort(pl.col("row"), -pl.col("score").round(5), "product")
            parts.append(ordered.filter(pl.int_range(pl.len()).over("row") < n))
            first = last
    return pl.concat(parts)
