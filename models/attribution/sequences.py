"""What is known about customers' paths, as counts of equal ones: what data-driven attribution learns from.

Belongs here: from touches to counted sequences and coalitions. Does not belong here: what is made of them (``markov``,
``shapley``), what a path is: its touches up to one conversion, or until nothing came of it (dbt).
"""

import polars as pl

_COLUMNS = ("path_id", "player", "touch_id", "touched_at", "is_converted")


def sequences(touches: pl.DataFrame) -> pl.DataFrame:
    """Counted sequences: ``players`` (List[String], in order of time, ties by touch), ``paths``, ``conversions``
    (Int64), sorted by players.

    ``touches``: one row a touch: ``path_id``, ``player`` (campaign or channel), ``touch_id``, ``touched_at``,
    ``is_converted`` (of the path). Raises ``ValueError`` for missing columns or values, and for paths that are
    converted in some rows only."""
    if missing := [name for name in _COLUMNS if name not in touches.columns]:
        raise ValueError(f"touches lack the columns {', '.join(missing)}")
    if empty := [name for name in _COLUMNS if touches[name].null_count()]:
        raise ValueError(f"touches have rows without {', '.join(empty)}")
    paths = (
        touches.sort("path_id", "touched_at", "touch_id")
        .group_by("path_id", maintain_order=True)
        .agg(pl.col("player").cast(pl.String).alias("players"), pl.col("is_converted").n_unique().alias("outcomes"),
             pl.col("is_converted").first())
    )  # fmt: skip
    if paths.filter(pl.col("outcomes") > 1).height:
        raise ValueError("paths are converted in some of their rows only")
    return _counted(paths.select("players", paths=pl.lit(1), conversions=pl.col("is_converted").cast(pl.Int64)))


def sequences_of(counted: pl.DataFrame) -> pl.DataFrame:
    """The same of paths that are counted already, rows of equal ones added up; errors as :func:`checked`."""
    return _counted(checked(counted))


def coalitions(counted: pl.DataFrame) -> pl.DataFrame:
    """The same counts by set of players, whatever their order and number: ``players`` are different and sorted."""
    return _counted(checked(counted).with_columns(pl.col("players").list.unique().list.sort()))


def checked(counted: pl.DataFrame) -> pl.DataFrame:
    """``counted`` as it is; raises ``ValueError`` unless it has the columns of :func:`sequences`, players in each row,
    and from 0 to ``paths`` conversions."""
    if missing := [name for name in ("players", "paths", "conversions") if name not in counted.columns]:
        raise ValueError(f"counted paths lack the columns {', '.join(missing)}")
    right = (pl.col("players").list.len() > 0) & (pl.col("paths") > 0)
    right &= pl.col("conversions").is_between(0, pl.col("paths"))
    if counted.filter(right.not_().fill_null(value=True)).height:
        raise ValueError("each counted path needs players, and conversions from 0 to the number of paths")
    return counted


def _counted(paths: pl.DataFrame) -> pl.DataFrame:
    sums = (pl.col(name).cast(pl.Int64).sum() for name in ("paths", "conversions"))
    return paths.group_by("players").agg(*sums).sort("players")
