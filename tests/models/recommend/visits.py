"""Sessions for the tests of the session engine: written by hand, or planted."""

from collections.abc import Sequence

import numpy as np
import polars as pl

from models.recommend.personal.histories import Histories
from models.recommend.sessions import Sessions

CLUSTERS, PER_CLUSTER = 12, 8
PRODUCTS = CLUSTERS * PER_CLUSTER


def sessions_from(steps: Sequence[Sequence[int]], products: int) -> Sessions:
    """Sessions of product codes below ``products``; ids are the codes as text of equal length."""
    flat = [product for session in steps for product in session]
    starts = np.cumsum([0, *(len(session) for session in steps)])
    ids = pl.Series("product_id", [f"p{code:05d}" for code in range(products)], dtype=pl.String)
    return Sessions(np.array(flat, np.int32), starts.astype(np.int64), ids)


def histories_from(steps: Sequence[Sequence[int]], cutoffs: Sequence[int]) -> Histories:
    """Histories with nothing that came next."""
    flat = [product for history in steps for product in history]
    starts = np.cumsum([0, *(len(history) for history in steps)])
    following = np.full(len(steps), -1, np.int32)
    return Histories(np.array(flat, np.int32), starts.astype(np.int64), np.array(cutoffs, np.int64), following)


def rows_of(sessions: Sequence[Sequence[str]], prefix: str = "s") -> pl.DataFrame:
    """The same as (session_id, product_id), one row a step."""
    rows = [(f"{prefix}{number:05d}", product) for number, session in enumerate(sessions) for product in session]
    return pl.DataFrame(rows, schema={"session_id": pl.String, "product_id": pl.String}, orient="row")


def planted(count: int, seed: int = 0) -> list[list[int]]:
    """Sessions that follow the chain of a cluster: mostly on to the next product, at times back to the one before or
    to any of the shop; clusters are as popular as Zipf's law has it."""
    random = np.random.default_rng(seed)
    shares = 1 / np.arange(1, CLUSTERS + 1)
    found = []
    for _ in range(count):
        base = int(random.choice(CLUSTERS, p=shares / shares.sum())) * PER_CLUSTER
        session = [base + int(random.integers(PER_CLUSTER))]
        while random.random() < 0.75 and len(session) < 12:
            how, place = random.random(), session[-1] - base
            if how < 0.65:
                session.append(base + (place + 1) % PER_CLUSTER)
            elif how < 0.85:
                session.append(base + (place - 1) % PER_CLUSTER)
            else:
                session.append(base + int(random.integers(PER_CLUSTER)))
        if random.random() < 0.2:
            session.insert(0, int(random.integers(PRODUCTS)))
        found.append([product for place, product in enumerate(session) if place == 0 or session[place - 1] != product])
    return found
