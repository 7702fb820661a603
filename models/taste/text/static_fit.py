"""What tokens mean by what people look at together: token vectors fitted on co-viewed pairs.

Belongs here: the loss, the loop, when it stops. Does not belong here: the start (``static_init``), the model made of
the vectors (``static_text``). sentence-transformers' own trainer would need a further package and seconds of start-up
for what is one matrix.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from models.taste.text.static_tokens import Bags

if TYPE_CHECKING:
    import torch

# Measured on planted tastes and on a real shop's baskets by the neighbours of products left out of the fitting:
# temperatures 0.05 to 1.0 (0.4 best on both), steps 0.003 to 0.03 (alike), batches 256 to 1,024 (alike), weight decay,
# token dropout and drawing pairs by weight (no gain).
_TEMPERATURE = 0.4
_STEP = 0.01
_BATCH = 512
_MOST_ROUNDS = 24  # of half the pairs each
_ROUNDS_A_LINE = 10
_PATIENCE = 2  # rounds without gain
_LEAST_GAIN = 1e-3
_HELD_OUT = 0.1  # of the texts
_HELD_OUT_PAIRS = 4_096

Ints = NDArray[np.int64]


@dataclass(frozen=True)
class Fitted:
    """Token vectors, and how telling they are of pairs with a product that was not fitted on (lower is better)."""

    vectors: NDArray[np.float32]
    rounds: int  # 0: nothing was better than the start
    loss_before: float
    loss_after: float


def fit_on_pairs(
    start: NDArray[np.float32], bags: Bags, pairs: Ints, *, seed: int, say: Callable[[str], None] = lambda text: None
) -> Fitted:
    """Fit token vectors ``start`` so that the mean vectors of co-viewed texts (``pairs`` Int64[n, 2]) are near.

    Loss: in a batch of pairs each text has to find its partner among all, both ways (multiple negatives ranking,
    Henderson et al. 2017), cosine over temperature. A tenth of the texts is left out with all its pairs; the vectors
    that served those best are returned, so that tomorrow's new products are what is optimised. Deterministic: one
    thread, no dropout.
    """
    import torch

    rng = np.random.default_rng(seed)
    fitting, held_out = _split(pairs, len(bags), rng)
    scale = float(np.linalg.norm(start, axis=1).mean()) or 1.0
    with _one_thread():
        vectors = torch.nn.Parameter(torch.from_numpy(start / scale))
        optimiser = torch.optim.Adam([vectors], lr=_STEP)
        best, before = vectors.detach().clone(), _mean_loss(vectors, bags, held_out)
        least, best_round = before, 0
        for round_number in range(1, _MOST_ROUNDS + 1):
            for batch in _batches(rng.permutation(fitting)[: (len(fitting) + 1) // 2]):
                loss = _loss(vectors, bags, batch)
                optimiser.zero_grad()
                loss.backward()  # type: ignore[no-untyped-call]
                optimiser.step()
            now = _mean_loss(vectors, bags, held_out)
            if round_number % _ROUNDS_A_LINE == 0:
                say(f"fitting the text model: round {round_number}, held-out loss {now:.3f} (first {before:.3f})")
            if now < least - _LEAST_GAIN:
                best, least, best_round = vectors.detach().clone(), now, round_number
            elif round_number - best_round >= _PATIENCE:
                break
    return Fitted(best.numpy(), best_round, before, least)


def _split(pairs: Ints, texts: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Pairs to fit on, and pairs with a held-out text; both of at least one batch of two, else all pairs for both."""
    left_out = np.zeros(texts, dtype=np.bool_)
    left_out[rng.permutation(texts)[: max(1, round(texts * _HELD_OUT))]] = True
    touched = left_out[pairs].any(axis=1)
    fitting, held_out = pairs[~touched], rng.permutation(pairs[touched])[:_HELD_OUT_PAIRS]
    return (fitting, held_out) if min(len(fitting), len(held_out)) > 1 else (pairs, pairs[:_HELD_OUT_PAIRS])


def _batches(pairs: Ints) -> Iterator[Ints]:
    for first in range(0, len(pairs), _BATCH):
        batch = pairs[first : first + _BATCH]
        if len(batch) > 1:  # a single pair has nothing to be told from
            yield batch


def _mean_loss(vectors: "torch.Tensor", bags: Bags, pairs: Ints) -> float:
    """Mean over ``pairs`` in batches; infinite when there is nothing to measure."""
    import torch

    with torch.no_grad():
        sums = [float(_loss(vectors, bags, batch)) * len(batch) for batch in _batches(pairs)]
    return sum(sums) / len(pairs) if sums else float("inf")


def _loss(vectors: "torch.Tensor", bags: Bags, pairs: Ints) -> "torch.Tensor":
    import torch

    left, right = torch.from_numpy(pairs[:, 0]), torch.from_numpy(pairs[:, 1])
    cosines = _text_vectors(vectors, bags, pairs[:, 0]) @ _text_vectors(vectors, bags, pairs[:, 1]).T
    # the same text in another row of the batch is no negative; itself against itself would be a trivial one
    no_negative = (left[:, None] == left) | (right[:, None] == right) | (left[:, None] == right)
    no_negative.fill_diagonal_(False)
    scores = (cosines / _TEMPERATURE).masked_fill(no_negative, -1e9)
    own = torch.arange(len(pairs))
    return (torch.nn.functional.cross_entropy(scores, own) + torch.nn.functional.cross_entropy(scores.T, own)) / 2


def _text_vectors(vectors: "torch.Tensor", bags: Bags, index: Ints) -> "torch.Tensor":
    import torch

    chosen = bags.take(index)
    tokens, starts = torch.from_numpy(chosen.tokens), torch.from_numpy(chosen.starts[:-1])
    means = torch.nn.functional.embedding_bag(tokens, vectors, starts, mode="mean")
    return torch.nn.functional.normalize(means, dim=1)


@contextmanager
def _one_thread() -> Iterator[None]:
    """torch on one thread inside the block: sums in one order. The setting is the process's, so it is put back."""
    import torch

    before = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(before)
