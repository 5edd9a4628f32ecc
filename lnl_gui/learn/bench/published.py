"""Accuracies published in papers, shown beside measured ones where the setting is the same."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Setting:
    """What a figure was measured on: dataset, network, noise and its rate."""

    dataset: str
    network: str
    noise: str
    rate: float


_TURN_NOISE = (
    ("symmetric_inclusive", 0.6),
    ("symmetric_inclusive", 0.9),
    ("asymmetric@cifar100-superclass", 0.4),
    ("instance_cheng", 0.4),
)
# In percent, in the order of the noises: heads on frozen ViT-B/16 features, then the whole network.
_TURN_PROBE = {
    "plain:ce": (81.0, 64.6, 61.7, 61.7),
    "plain:gce": (84.6, 80.9, 76.1, 43.2),
    "divide_mix": (84.3, 80.8, 83.0, 84.6),
    "unicon": (84.3, 80.8, 84.2, 84.9),
}
_TURN_WHOLE = {
    "plain:ce": (88.6, 63.4, 61.9, 64.8),
    "plain:gce": (90.0, 45.4, 83.1, 1.6),
    "plain:elr": (89.0, 64.1, 77.4, 83.0),
    "turn": (90.5, 84.5, 87.3, 87.8),
}
_SMALL_CNN_RATES = (0.0, 0.1, 0.3, 0.6, 0.9)
# In percent, one figure a rate.
_SMALL_CNN: dict[str, dict[str, tuple[float, ...]]] = {
    "symmetric_inclusive": {
        "plain:ce": (60.8, 58.9, 53.4, 45.1, 15.4),
        "plain:dynamic_weights": (63.2, 59.9, 54.3, 45.2, 15.3),
        "plain:nce+rce": (64.1, 61.8, 56.1, 47.6, 16.8),
        "plain:nfl+rce": (60.9, 63.1, 57.3, 48.9, 19.1),
    },
    "asymmetric@cifar10-pairs": {
        "plain:ce": (61.9, 59.8, 56.3, 44.3, 41.2),
        "plain:dynamic_weights": (63.2, 60.2, 60.0, 45.5, 42.3),
        "plain:nce+rce": (63.2, 61.4, 57.5, 46.3, 40.9),
        "plain:nfl+rce": (63.6, 60.9, 58.6, 47.2, 40.2),
    },
}


def _table() -> dict[tuple[Setting, str], float]:
    table: dict[tuple[Setting, str], float] = {}
    for network, methods in (("vit-b16 head", _TURN_PROBE), ("vit-b16", _TURN_WHOLE)):
        for method, figures in methods.items():
            for (noise, rate), figure in zip(_TURN_NOISE, figures, strict=True):
                table[Setting("cifar100", network, noise, rate), method] = figure / 100
    for noise, losses in _SMALL_CNN.items():
        for method, row in losses.items():
            for rate, figure in zip(_SMALL_CNN_RATES, row, strict=True):
                table[Setting("cifar10", "small cnn", noise, rate), method] = figure / 100
    return table


_FIGURES = _table()


def published_accuracy(setting: Setting, method: str) -> float | None:
    """The printed accuracy in [0, 1] of a method in exactly this setting, or None.

    CIFAR-100 with ViT-B/16, whole or its head alone: TURN (Ahn et al.), best accuracy. CIFAR-10
    with the small CNN: 7 epochs from scratch, test accuracy.
    """
    return _FIGURES.get((setting, method))
