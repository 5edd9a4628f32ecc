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


_TURN_CONVNEXT = (83.7, 69.9, 81.7, 73.1)
# In percent, mean over runs of the best accuracy, of the label sets that people gave.
_PEOPLE = {
    "cifar10": {
        "aggre": 95.01,
        "random1": 95.16,
        "random2": 95.23,
        "random3": 95.21,
        "worse": 92.56,
    },
    "cifar100": {"noisy": 71.13},
}
SMALL_CNN = "small cnn"
"""Network of the experiments from scratch."""
RELABELLED = " on labels by clusters"
"""Behind a network's name: labels were replaced by the majority of their TURTLE cluster."""
# In percent: on the training images, on the test images.
_TURTLE = {"vit-b16": (91.0, 88.0), "resnet18": (64.0, 66.0)}

TURN = "Ahn et al., IJCAI 2024, arXiv:2310.17668"
PEOPLE = "Wei et al., ICLR 2022, arXiv:2110.12088, table of the leaderboard"
DYNAMIC = "report on active-passive losses and dynamic weights on CIFAR-10"
TURTLE = "report on TURTLE for noisy labels on CIFAR-100"


@dataclass(frozen=True)
class Published:
    """A printed accuracy in [0, 1]; `train` is that on the training images, where it is printed."""

    accuracy: float
    source: str
    train: float | None = None


def _table() -> dict[tuple[Setting, str], Published]:
    table: dict[tuple[Setting, str], Published] = {}
    rows = (
        *(("vit-b16 head", method, figures) for method, figures in _TURN_PROBE.items()),
        *(("vit-b16", method, figures) for method, figures in _TURN_WHOLE.items()),
        ("convnext-t", "turn", _TURN_CONVNEXT),
    )
    for network, method, figures in rows:
        for (noise, rate), figure in zip(_TURN_NOISE, figures, strict=True):
            table[Setting("cifar100", network, noise, rate), method] = Published(figure / 100, TURN)
    for noise, losses in _SMALL_CNN.items():
        for method, row in losses.items():
            for rate, figure in zip(_SMALL_CNN_RATES, row, strict=True):
                setting = Setting("cifar10", SMALL_CNN, noise, rate)
                table[setting, method] = Published(figure / 100, DYNAMIC)
    for dataset, sets in _PEOPLE.items():
        for noise, figure in sets.items():
            setting = Setting(dataset, "preact-resnet18", noise, 0.0)
            table[setting, "divide_mix"] = Published(figure / 100, PEOPLE)
    for network, (train, test) in _TURTLE.items():
        setting = Setting("cifar100", network + RELABELLED, "symmetric_inclusive", 0.4)
        table[setting, "relabel:turtle_paper"] = Published(test / 100, TURTLE, train / 100)
    return table


_FIGURES = _table()


def published(setting: Setting, method: str) -> Published | None:
    """What a paper prints of a method in exactly this setting, or None.

    CIFAR-100 with ViT-B/16 or ConvNeXt-T, whole or its head alone: TURN, best accuracy. CIFAR-10
    with the small CNN: 7 epochs from scratch. CIFAR-10N and CIFAR-100N: DivideMix.
    """
    return _FIGURES.get((setting, method))


def published_accuracy(setting: Setting, method: str) -> float | None:
    """The printed test accuracy in [0, 1] of a method in exactly this setting, or None."""
    found = published(setting, method)
    return found.accuracy if found else None
