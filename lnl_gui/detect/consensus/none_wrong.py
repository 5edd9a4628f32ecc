"""Suspicions where perhaps no given label is wrong.

Of hard images sure probes and wrong labels explain the data as well as unsure probes and right
labels. The noise model reads them in the first way alone, and suspects right labels of letters that
look alike at .9. Both readings are held here: by the second every given label is right, so that
every suspicion falls by one share. The order stays, and with it what is worth a look.
"""

from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from lnl_gui.detect.consensus.copies_together import contradicted
from lnl_gui.detect.consensus.noise_evidence import NONE_SHARE
from lnl_gui.detect.consensus.problem import Problem
from lnl_gui.detect.consensus.repetitions import Averaged


def none_shares(problem: Problem, perhaps_none: float) -> Tensor:
    """(n,) float32 in [0, 1): by how much each given label is held right whatever it looks like.

    By nothing where copies of the image bear different labels, of which one at least is wrong.

    Args:
        problem: n samples.
        perhaps_none: how plausible it is, in [0, 1], that no given label is wrong.
    """
    told = contradicted(problem.given, problem.copies)
    return torch.where(told, 0.0, NONE_SHARE * perhaps_none)


def with_none_wrong(averaged: Averaged, given: Tensor, shares: Tensor) -> Averaged:
    """The mean over repetitions with labels (n,) right by shares (n,), see `none_shares`.

    What a person decided stays: while it may be that no label is wrong, none was found to be.
    """
    if not bool(shares.any()):
        return averaged
    kept = 1.0 - shares
    posterior = averaged.posterior * kept.unsqueeze(1)
    posterior[torch.arange(len(given)), given] += shares
    return replace(
        averaged,
        posterior=posterior,
        spread=averaged.spread * kept,
        each=averaged.each * kept,
        # As if no copies contradicted each other: they are few.
        rates=averaged.rates * float(kept.min()),
        unaided=None if averaged.unaided is None else averaged.unaided * kept,
    )


def by_noise_alone(suspicion: np.ndarray, shares: np.ndarray) -> np.ndarray:
    """What the noise model suspects labels (n,) of, from what is said of them and the shares (n,).

    A suspicion that verdicts raised stays a probability.
    """
    return np.minimum(suspicion / (1.0 - shares), 1.0)
