"""Small tasks on which the training methods are tried."""

from dataclasses import replace

import numpy as np
import torch
from torch import nn

from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.sources import ArraySource, LabelledSource
from lnl_gui.learn.data.views import Views, embedding_views
from lnl_gui.learn.methods.method import MethodParameters
from lnl_gui.learn.methods.registry import build_trainer, default_parameters
from lnl_gui.learn.models.embedding_head import EmbeddingHead
from lnl_gui.learn.training.strategy import Strategy
from lnl_gui.learn.training.trainer import Trainer

CLASSES = 4
DIMENSION = 40


def short(name: str, **changes: object) -> MethodParameters:
    """A method's defaults on embeddings, cut to a few epochs."""
    parameters = default_parameters(name, setting="embedding")
    cut: dict[str, dict[str, object]] = {
        "turn": {"probe_epochs": 2, "tuning_epochs": 2, "least_probe_steps": 0},
        "divide_mix": {"epochs": 4, "warm_up_epochs": 2, "ramp_epochs": 2, "loss_history": 2},
        "unicon": {"epochs": 4, "warm_up_epochs": 2, "ramp_epochs": 2},
    }
    return replace(parameters, **{**cut.get(name, {"epochs": 4}), **changes})  # type: ignore[arg-type]  # names differ by method


def blobs(
    samples: int = 400, *, separation: float = 3.0, seed: int = 0
) -> tuple[np.ndarray, np.ndarray]:
    """Gaussian blobs in many dimensions, few samples: linear heads can learn wrong labels."""
    generator = np.random.default_rng(seed)
    centres = np.random.default_rng(99).normal(size=(CLASSES, DIMENSION))
    centres *= separation / np.linalg.norm(centres, axis=1, keepdims=True)
    labels = generator.integers(0, CLASSES, samples)
    points = centres[labels] + generator.normal(size=(samples, DIMENSION))
    return points.astype(np.float32), labels


def noisy(labels: np.ndarray, rate: float, seed: int = 0) -> np.ndarray:
    """Symmetric noise, each label with probability `rate`."""
    generator = np.random.default_rng(seed)
    shift = generator.integers(1, CLASSES, len(labels))
    return np.where(generator.random(len(labels)) < rate, (labels + shift) % CLASSES, labels)


def embedding_trainer(
    parameters: MethodParameters,
    features: np.ndarray,
    labels: np.ndarray,
    *,
    hidden: int = 0,
    strategy: Strategy | None = None,
) -> Trainer:
    """A method on a head over features."""
    training = LabelledViews(embedding_views(features, seed=parameters.seed), labels, CLASSES)

    def build() -> nn.Module:
        return EmbeddingHead(DIMENSION, CLASSES, hidden=hidden)

    dimension = hidden or DIMENSION
    return build_trainer(
        build, training, parameters=parameters, dimension=dimension, strategy=strategy
    )


def clean_blobs(samples: int = 1000) -> LabelledSource:
    """Clean samples of the same blobs."""
    features, labels = blobs(samples, seed=1)
    return LabelledSource(ArraySource(features), labels)


class TinyNet(nn.Module):
    """A convolution with batch normalisation, dropout and a head."""

    dimension = 12

    def __init__(self) -> None:
        super().__init__()
        self.backbone = nn.Sequential(
            nn.Conv2d(3, 12, 3, padding=1),
            nn.BatchNorm2d(12),
            nn.ReLU(),
            nn.AdaptiveAvgPool2d(1),
            nn.Flatten(),
            nn.Dropout(0.1),
        )
        self.head = nn.Linear(12, CLASSES)

    def forward(self, images: torch.Tensor) -> torch.Tensor:
        return self.head(self.backbone(images))


def image_trainer(parameters: MethodParameters, views: Views, labels: np.ndarray) -> Trainer:
    """A method on a small convolutional network."""
    training = LabelledViews(views, labels, CLASSES)
    return build_trainer(TinyNet, training, parameters=parameters, dimension=TinyNet.dimension)
