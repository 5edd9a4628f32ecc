from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
import torch

from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.finetuning import stages
from lnl_gui.learn.finetuning.run_samples import Samples
from lnl_gui.learn.finetuning.shared_decay import shared_decay
from lnl_gui.learn.finetuning.stages import PROBE_TITLE, ProbeTraining
from lnl_gui.learn.models.linear_probe import DECAYS, Probe, fit_probe
from lnl_gui.learn.models.network import Head
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.ranks import ALONE

CLASSES, DIMENSION, TAUGHT = 4, 30, 300


def _context(
    soft: SoftLabels | None,
    features: np.ndarray,
    labels: np.ndarray,
    decay_file: Path | None = None,
) -> Any:
    rows = np.arange(TAUGHT)
    nothing = np.arange(0)
    validation = np.arange(TAUGHT, TAUGHT + 60) if decay_file is not None else nothing
    samples = Samples([], labels, rows, validation, nothing, soft=soft)
    return SimpleNamespace(
        samples=samples,
        embedding=features,
        classes=CLASSES,
        classifier=SimpleNamespace(head=Head(DIMENSION, CLASSES)),
        precision=SimpleNamespace(device=torch.device("cpu")),
        ranks=ALONE,
        seed=0,
        decay_file=decay_file,
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


def test_trainings_that_are_compared_share_the_decay(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    random = np.random.default_rng(4)
    truth = random.integers(0, CLASSES, TAUGHT + 60).astype(np.int32)
    features = random.normal(size=(len(truth), DIMENSION)).astype(np.float32)
    features[:, 0] += 2 * truth
    file, tried, found = tmp_path / "parts" / "probe.json", list[Any](), list[Probe]()

    def fitted(*data: Any, **options: Any) -> Probe:
        tried.append(options["decays"])
        found.append(fit_probe(*data, **options))
        return found[-1]

    monkeypatch.setattr(stages, "fit_probe", fitted)

    def train(labels: np.ndarray) -> None:
        context = _context(None, features, labels, file)
        ProbeTraining(cast(Any, context)).train_epoch(Epoch(0))

    train(truth)
    train((truth + (random.random(len(truth)) < 0.4)) % CLASSES)
    assert tried[0] == DECAYS and tried[1] == (shared_decay(file),)
    assert found[0].decay == pytest.approx(found[1].decay)
    # A damaged file chooses anew, and is whole again.
    for damage in ("{", "[]", '{"decay": "much"}', '{"decay": -1}', '{"decay": NaN}'):
        file.write_text(damage)
        assert shared_decay(file) is None
    train(truth)
    assert tried[2] == DECAYS and shared_decay(file) == pytest.approx(found[0].decay * CLASSES)
    assert shared_decay(None) is None
