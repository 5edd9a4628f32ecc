"""What nodes predict is what this process predicts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch

from lnl_gui.cli.context import TerminalContext
from lnl_gui.learn.models.model_file import save_model
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.pipeline.output import predict_on_cluster
from lnl_gui.pipeline.output.predict import classify
from lnl_gui.util.cluster import CLUSTER_VARIABLE
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image
from tests.learn.drawn import NAMES, backbone
from tests.pipeline.cluster.pretended import PretendedCluster

PART = 32
"""A batch: parts begin where batches do."""


@pytest.fixture
def images(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> list[Path]:
    monkeypatch.setattr(predict_on_cluster, "PART_SIZE", PART)
    files = [tmp_path / "images" / f"{number:03d}.png" for number in range(80)]
    files[0].parent.mkdir()
    for number, file in enumerate(files):
        draw_image(number % 3, number).save(file)
    files[40].write_bytes(b"no picture")
    return files


@pytest.fixture
def model(tmp_path: Path) -> Path:
    opened = backbone("test_vit")
    torch.manual_seed(0)
    classifier = Classifier(opened.model, Head(opened.dimension, 3)).eval()
    folder = tmp_path / "model"
    return save_model(folder, classifier, backbone=opened, class_names=NAMES, details={})


def on(cluster: PretendedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def connected(address: str, **_: Any) -> Iterator[PretendedCluster]:
        yield cluster

    monkeypatch.setattr(predict_on_cluster, "connected", connected)
    monkeypatch.setenv(CLUSTER_VARIABLE, "head:6379")


def test_the_probabilities_are_those_of_this_process(
    images: list[Path], model: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    context = TerminalContext(quiet=True)
    here = classify(model, images, device="cpu", context=context)
    cluster = PretendedCluster({"a": 1, "b": 1}, moved={"b": ("images", "elsewhere")})
    on(cluster, monkeypatch)
    there = classify(model, images, device="cpu", context=context)
    np.testing.assert_array_equal(there.probabilities, here.probabilities)
    assert there.unreadable == here.unreadable and list(there.unreadable) == [40]
    assert there.class_names == here.class_names
    assert {start for _, start, _ in cluster.given} == {0, 32, 64}


def test_a_folder_without_a_model_says_so(
    images: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on(PretendedCluster({"a": 1}), monkeypatch)
    with pytest.raises(UserError, match="There is no model in"):
        classify(tmp_path, images, device="cpu", context=TerminalContext(quiet=True))
