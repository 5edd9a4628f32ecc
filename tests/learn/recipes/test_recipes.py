"""Each method learns under noise where its paper says so, on embeddings and on images."""

from functools import cache

import numpy as np
import pytest
import torch
from PIL import Image

from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.learn.data.labelled_views import LabelledViews
from lnl_gui.learn.data.views import Views, embedding_views, image_views
from lnl_gui.learn.methods.constants import with_constants
from lnl_gui.learn.methods.divide_mix import DivideMix
from lnl_gui.learn.methods.method import MethodParameters
from lnl_gui.learn.methods.parameters.turn import TurnParameters, turn_parameters
from lnl_gui.learn.methods.registry import default_parameters
from lnl_gui.learn.methods.turn import Turn
from lnl_gui.learn.methods.unicon import Unicon
from lnl_gui.learn.methods.warm_up import logits_of_head
from lnl_gui.learn.models.small_cnn import SmallCNN
from lnl_gui.learn.training.epoch import Epoch
from lnl_gui.learn.training.judging import predict
from lnl_gui.learn.training.loop import TrainingRun, fit
from lnl_gui.learn.training.rates import Optimiser
from lnl_gui.learn.training.trainer import Trainer
from tests.learn.methods_cases import (
    CLASSES,
    DIMENSION,
    TinyNet,
    blobs,
    clean_blobs,
    embedding_trainer,
    image_trainer,
    noisy,
    short,
)

ROBUST = ["small_loss", "co_teaching", "divide_mix", "unicon", "turn"]


@cache
def trained(parameters: MethodParameters, rate: float, hidden: int) -> Trainer:
    """A method after its training on blobs, which several tests look at."""
    features, labels = blobs()
    trainer = embedding_trainer(parameters, features, noisy(labels, rate), hidden=hidden)
    fit(trainer)
    return trainer


def accuracy(parameters: MethodParameters, rate: float, hidden: int = 0) -> float:
    trainer = trained(parameters, rate, hidden)
    clean = clean_blobs()
    return float((predict(trainer, clean.source).argmax(axis=1) == clean.labels).mean())


@pytest.fixture(scope="module")
def plain_accuracy() -> float:
    """Cross-entropy that learns the wrong labels too."""
    return accuracy(short("plain:ce", epochs=30, weight_decay=0.0, view="plain"), 0.4)


@pytest.mark.parametrize("name", ROBUST)
def test_beats_plain_cross_entropy_on_embeddings(name: str, plain_accuracy: float) -> None:
    parameters = default_parameters(name, setting="embedding")
    if hasattr(parameters, "noise_rate"):
        parameters = with_constants(parameters, {"noise_rate": 0.4, "learning_rate": 0.01})
    assert accuracy(parameters, 0.4) > plain_accuracy + 0.03


@pytest.mark.parametrize("name", ["divide_mix", "unicon"])
def test_hidden_layers_work_too(name: str, plain_accuracy: float) -> None:
    parameters = default_parameters(name, setting="embedding")
    assert accuracy(parameters, 0.4, hidden=32) > plain_accuracy + 0.03


def test_the_networks_of_a_pair_differ() -> None:
    features, labels = blobs(200)
    for name in ("co_teaching", "divide_mix", "unicon"):
        trainer = embedding_trainer(short(name), features, labels)
        first, second = (net.get_parameter("head.weight") for net in trainer.classifiers)
        assert not torch.equal(first, second)


def test_divide_mix_separates_right_from_wrong_labels() -> None:
    trainer = trained(default_parameters("divide_mix", setting="embedding"), 0.4, 0)
    assert isinstance(trainer, DivideMix)
    clean = trainer.clean_probability
    _, labels = blobs()
    wrong = noisy(labels, 0.4) != labels
    assert clean[~wrong].mean() - clean[wrong].mean() > 0.5


def test_each_network_learns_from_the_other_s_split(monkeypatch: pytest.MonkeyPatch) -> None:
    features, labels = blobs(100)
    trainer = embedding_trainer(short("divide_mix", warm_up_epochs=0), features, labels)
    assert isinstance(trainer, DivideMix)
    opinions = [np.linspace(0, 1, 100), np.linspace(1, 0, 100)]
    monkeypatch.setattr(trainer, "_opinion", lambda number: opinions[number])
    used: dict[int, list[int]] = {}

    def record(*arguments: object, number: int, **rest: object) -> None:
        split = arguments[5]
        used[number] = split.labelled.tolist()  # type: ignore[attr-defined]  # a Split

    monkeypatch.setattr("lnl_gui.learn.methods.divide_mix.train_mixmatch_pass", record)
    trainer.train_epoch(Epoch(0))
    assert used == {0: list(range(50)), 1: list(range(50, 100))}


def test_divide_mix_averages_recent_losses() -> None:
    features, labels = blobs(100)
    trainer = embedding_trainer(short("divide_mix", loss_history=2, epochs=6), features, labels)
    assert isinstance(trainer, DivideMix)
    fit(trainer)
    assert [len(losses) for losses in trainer.loss_history] == [2, 2]


def test_unicon_selects_uniformly_and_contrasts_only_what_can_learn() -> None:
    features, labels = blobs(200)
    linear = embedding_trainer(short("unicon"), features, labels)
    deep = embedding_trainer(short("unicon"), features, labels, hidden=8)
    assert isinstance(linear, Unicon)
    assert isinstance(deep, Unicon)
    assert not linear._contrasts
    assert deep._contrasts
    before = deep.networks[0].get_parameter("projection.layers.0.weight").detach().clone()
    fit(deep)
    assert not torch.equal(deep.networks[0].get_parameter("projection.layers.0.weight"), before)


TURN_TABLE = {
    # Encoder: linear probing and full fine-tuning as (optimiser, learning rate, weight decay).
    "vit_base_patch16_224.augreg_in21k": (("sgd", 1e-2, 1e-3), ("sgd", 1e-2, 1e-5)),
    "convnext_tiny": (("sgd", 1e-1, 1e-4), ("adamw", 1e-4, 1e-4)),
    "vit_base_patch16_224.mae": (("adamw", 1e-2, 1e-5), ("adamw", 1e-4, 1e-3)),
    "msn_vit_base": (("sgd", 1e-2, 1e-2), ("sgd", 1e-3, 1e-5)),
    "ViT-B-16/openai-clip": (("adamw", 1e-3, 1e-6), ("adamw", 1e-5, 1e-5)),
    "resnet50": (("adamw", 1e-3, 1e-5), ("adamw", 1e-3, 1e-5)),
}


@pytest.mark.parametrize(("encoder", "table"), TURN_TABLE.items())
def test_turn_takes_the_paper_s_optimisers(encoder: str, table: tuple[tuple, tuple]) -> None:
    found = turn_parameters(encoder)
    assert (found.probe_optimiser, found.tuning_optimiser) == tuple(
        Optimiser(*row) for row in table
    )
    assert (found.probe_epochs, found.tuning_epochs) == (20, 4)


@pytest.mark.parametrize("encoder", ["bundled", "bundled-fast", "timm:resnet18"])
def test_turn_keeps_the_statistics_of_other_convolutional_networks(encoder: str) -> None:
    found = turn_parameters(encoder)
    assert found.tuning_optimiser == Optimiser("adamw", 1e-4, 1e-5)
    assert (found.train_batch_norm, found.batch_size, found.warm_up_steps) == (False, 32, 5)
    assert turn_parameters("timm:resnet50").train_batch_norm


def test_turn_reads_the_images_once_while_only_the_head_learns() -> None:
    features, labels = blobs(200)
    parameters = TurnParameters(probe_epochs=3, tuning_epochs=1, least_probe_steps=0)
    trainer = embedding_trainer(parameters, features, labels, hidden=8)
    assert isinstance(trainer, Turn)
    passes: list[int] = []
    backbone = trainer.network.get_submodule("backbone")
    backbone.register_forward_pre_hook(lambda _, inputs: passes.append(len(inputs[0])))
    seen: list[int] = []
    clean = clean_blobs(64)
    run = TrainingRun(on_epoch=lambda report: seen.append(sum(passes)))
    run.train(trainer, validation=clean)
    # Training and validation samples once each for the three epochs of the probe.
    assert seen[:3] == [264, 264, 264] and seen[3] > 264 + 64
    assert trainer.costs == (1.0, 0.002, 0.002, 3.0)


def test_turn_s_probe_leaves_the_backbone_alone_and_tuning_does_not() -> None:
    features, labels = blobs(200)
    parameters = TurnParameters(probe_epochs=1, tuning_epochs=1)
    trainer = embedding_trainer(parameters, features, labels, hidden=8)
    assert isinstance(trainer, Turn)
    weight = trainer.network.get_parameter("backbone.0.weight")
    head = trainer.network.get_parameter("head.weight")
    before, head_before = weight.detach().clone(), head.detach().clone()
    trainer.train_epoch(Epoch(0))
    assert torch.equal(weight, before)
    assert not torch.equal(head, head_before)
    figures = trainer.train_epoch(Epoch(1))
    assert not torch.equal(weight, before)
    assert 0 < figures["drawn"] <= 1


def test_turn_survives_a_class_that_nobody_believes() -> None:
    features, labels = blobs(300)
    given = labels.copy()
    given[labels == 3] = 2
    given[:3] = 3
    trainer = embedding_trainer(short("turn"), features, given)
    assert all(np.isfinite(report.loss) for report in fit(trainer).reports)


def test_head_warm_up_leaves_the_backbone_and_its_statistics() -> None:
    network = TinyNet().train()
    mean = network.backbone[1].running_mean
    assert isinstance(mean, torch.Tensor)
    before = mean.clone()
    logits_of_head(network, torch.randn(4, 3, 8, 8)).sum().backward()
    assert torch.equal(mean, before)
    assert all(p.grad is None for p in network.backbone.parameters())
    assert network.head.weight.grad is not None


@pytest.fixture(scope="module")
def coloured(tmp_path_factory: pytest.TempPathFactory) -> tuple[Views, np.ndarray]:
    """Images whose class is a colour."""
    folder = tmp_path_factory.mktemp("images")
    generator = np.random.default_rng(0)
    palette = np.array([[200, 60, 60], [60, 200, 60], [60, 60, 200], [200, 200, 60]])
    labels = np.arange(32) % CLASSES
    files = []
    for number, label in enumerate(labels):
        pixels = palette[label] + generator.integers(-40, 40, (8, 8, 3))
        files.append(folder / f"{number}.png")
        Image.fromarray(pixels.astype(np.uint8)).save(files[-1])
    return image_views(files, Preprocessing(8), seed=0), labels


@pytest.mark.parametrize("name", ["plain:ce", *ROBUST])
def test_learns_from_images(name: str, coloured: tuple[Views, np.ndarray]) -> None:
    views, labels = coloured
    changes: dict[str, object] = {"batch_size": 8}
    if name == "turn":
        changes["tuning_epochs"] = 10
        changes["tuning_optimiser"] = Optimiser("adam", 0.02)
    else:
        changes["epochs"] = 8
    if name in ("divide_mix", "unicon"):
        # Each of their epochs reads every image several times over.
        changes["epochs"], changes["warm_up_epochs"] = 5, 2
        changes["warm_up_batch_size"] = 8
    if name in ("plain:ce", "small_loss", "co_teaching"):
        changes["learning_rate"] = 0.02
    trainer = image_trainer(short(name, **changes), views, labels)
    reports = fit(trainer).reports
    assert all(np.isfinite(report.loss) for report in reports)
    assert (predict(trainer, views.plain).argmax(1) == labels).mean() > 0.5


def test_strong_views_are_used_when_asked(coloured: tuple[Views, np.ndarray]) -> None:
    views, labels = coloured

    class Forbidden:
        def __len__(self) -> int:
            return len(views)

        def load(self, rows: np.ndarray, epoch: int) -> np.ndarray:
            raise AssertionError("strong views were asked for")

    watched = Views(views.plain, views.weak, Forbidden())
    changes = {"epochs": 2, "warm_up_epochs": 1, "batch_size": 16}
    fit(image_trainer(short("divide_mix", **changes), watched, labels))
    strong = short("divide_mix", train_on_strong=True, **changes)
    with pytest.raises(AssertionError, match="strong views"):
        fit(image_trainer(strong, watched, labels))


def test_small_cnn_is_the_described_network() -> None:
    network = SmallCNN(10)
    assert network(torch.zeros(2, 3, 32, 32)).shape == (2, 10)
    convolutions = 3 * 9 * 32 + 32 + 32 * 9 * 64 + 64 + 64 * 9 * 128 + 128
    linear = 128 * 16 * 128 + 128 + 128 * 10 + 10
    assert sum(p.numel() for p in network.parameters()) == convolutions + linear
    bound = (6 / (128 + 10)) ** 0.5
    weight = network.head.weight.detach()
    assert weight.abs().max() <= bound
    assert weight.abs().max() > 0.9 * bound
    with pytest.raises(ValueError, match="32x32"):
        network(torch.zeros(1, 3, 64, 64))


def test_labels_must_fit_their_samples() -> None:
    views = embedding_views(np.zeros((3, DIMENSION), np.float32))
    for labels, message in (
        (np.array([0, 1]), "3 samples but 2 labels"),
        (np.array([0, 1, 4]), "0..C-1"),
        (np.array([0, -1, 1]), "0..C-1"),
    ):
        with pytest.raises(ValueError, match=message):
            LabelledViews(views, labels, CLASSES)
