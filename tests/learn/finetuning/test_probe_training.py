from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import torch

from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.finetuning.run_samples import Samples
from lnl_gui.learn.finetuning.stages import PROBE_TITLE, ProbeTraining
from lnl_gui.learn.models.network import Head
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.ranks import ALONE

CLASSES, DIMENSION, TAUGHT = 4, 30, 300


def _context(soft: SoftLabels, features: np.ndarray, labels: np.ndarray) -> Any:
    rows = np.arange(TAUGHT)
    nothing = np.arange(0)
    samples = Samples([], labels, rows, nothing, nothing, soft=soft)
    return SimpleNamespace(
        samples=samples,
        embedding=features,
        classes=CLASSES,
        classifier=SimpleNamespace(head=Head(DIMENSION, CLASSES)),
        precision=SimpleNamespace(device=torch.device("cpu")),
        ranks=ALONE,
        seed=0,
    )


def test_doubtful_probabilities_do_not_pull_the_probe_from_the_likelier_class() -> None:
    random = np.random.default_rng(3)
    centres = random.normal(scale=0.5, size=(CLASSES, DIMENSION))
    truth = random.integers(0, CLASSES, TAUGHT + 1000).astype(np.int32)
    features = (centres[truth] + random.normal(size=(len(truth), DIMENSION))).astype(np.float32)
    # Of four tenths the class is doubtful, a third of which lean to the wrong one.
    doubtful = random.random(TAUGHT) < 0.4
    other = np.where(doubtful, np.where(random.random(TAUGHT) < 0.35, 0.65, 0.5), 0.02)
    taught = truth[:TAUGHT]
    soft = SoftLabels(
        np.stack([taught, (taught + 1) % CLASSES], axis=1),
        np.stack([1 - other, other], axis=1).astype(np.float32),
    )
    context = _context(soft, features, truth)
    epoch = Epoch(0)
    training = ProbeTraining(cast(Any, context))
    training.train_epoch(epoch)
    assert epoch.passes[PROBE_TITLE].rows == TAUGHT
    with torch.no_grad():
        named = training.head(torch.from_numpy(features[TAUGHT:])).argmax(dim=1).numpy()
    # Cross-entropy on the same probabilities names .77 right.
    assert (named == truth[TAUGHT:]).mean() > 0.85
