"""The drawing of images before and after fine-tuning, against counts made by hand."""

import json
import shutil
import xml.etree.ElementTree as ElementTree
from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from lnl_gui.__main__ import main
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.learn.models.model_file import load_model
from lnl_gui.learn.models.predict import model_features
from lnl_gui.pipeline.output.before_after import neighbours_agree
from lnl_gui.pipeline.output.predict import newest_model
from lnl_gui.pipeline.output.scatter_figure import Panel, scatter_figure
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.training_data import duplicate_groups, held_out

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture
def project(probed_original: Path, tmp_path: Path) -> Path:
    """A project of one's own, beside its images."""
    shutil.copytree(probed_original.parent, tmp_path / "copy")
    return tmp_path / "copy" / "shapes.lnl"


def test_a_head_alone_moves_nothing_and_a_trained_back_bone_is_drawn(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    target = tmp_path / "figure.svg"
    words = ["map", str(project), "--before-after", str(target), "--json", "--method", "umap"]
    assert main([*words, "--most", "12"]) == MENDABLE
    assert "changed its head" in capsys.readouterr().err and not target.exists()

    # As training would leave it: other weights in the last convolution.
    file = newest_model(project) / "model.safetensors"
    weights = safetensors.numpy.load_file(file)
    name = next(name for name in weights if "conv_head" in name)
    weights[name] = (
        np.random.default_rng(0).permutation(weights[name].ravel()).reshape(weights[name].shape)
    )
    safetensors.numpy.save_file(weights, file)
    assert main([*words, "--most", "15"]) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    drawn = ElementTree.parse(target).getroot()
    points = [dot for group in drawn.iter(f"{SVG}g") for dot in group.iter(f"{SVG}circle")]
    assert len(points) == 2 * 15 == 2 * said["samples"]
    assert {"circle", "square", "stripes"} <= {text.text for text in drawn.iter(f"{SVG}text")}

    assert main(words) == 0
    said = json.loads(capsys.readouterr().out.splitlines()[-1])
    snapshot = take_snapshot(project)
    judged = held_out(snapshot, duplicate_groups(snapshot), fraction=0.2).rows
    after, unreadable = model_features(load_model(newest_model(project)), snapshot.files())
    assert not unreadable and said["held_out"] == judged.sum() > 0
    before = np.load(snapshot.embeddings["bundled-fast"]).astype(np.float32)
    for key, features in (("agreement_before", before), ("agreement_after", after)):
        # Two programs compute the network; one neighbour of the hundred may change.
        assert said[key] == pytest.approx(by_hand(features, snapshot, judged), abs=0.02)
    assert said["agreement_before"] != said["agreement_after"]


def by_hand(features: np.ndarray, snapshot: object, judged: np.ndarray) -> float:
    unit = features / np.linalg.norm(features, axis=1, keepdims=True)
    likeness = unit @ unit.T
    np.fill_diagonal(likeness, -2)
    labels = snapshot.samples.current  # type: ignore[attr-defined]
    nearest = np.argsort(-likeness, axis=1)[:, :10]
    return float((labels[nearest] == labels[:, None])[judged].mean())


def test_a_copy_that_stands_before_the_image_itself_is_a_neighbour() -> None:
    features = np.concatenate([np.ones((14, 3)), np.eye(3)[[0] * 14]])
    labels = np.repeat([0, 1], 14)
    judged = np.zeros(28, bool)
    judged[[3, 17]] = True
    assert neighbours_agree(features, labels, judged) == 1
    # Of the 13 other copies, all with another label, any ten may be the nearest.
    labels[3] = 1
    assert neighbours_agree(features, labels, judged) == 0.5
    assert np.isnan(neighbours_agree(features, labels, np.zeros(28, bool)))


def test_panels_have_one_scale_and_names_are_escaped() -> None:
    places = np.array([[0.0, 0], [4, 1]])
    drawing = scatter_figure(
        [Panel("a < b", places), Panel("far", 100 * places)],
        np.array([0, 1]),
        class_names=["x & y", "z"],
        class_colours=["#ff00ff", ""],
        more="{count}",
    )
    root = ElementTree.fromstring(drawing)
    first, second = root.iter(f"{SVG}g")
    for group in (first, second):
        (ax, ay), (bx, by) = ((float(dot.get("cx", "")), float(dot.get("cy", ""))) for dot in group)
        assert (bx - ax) / (by - ay) == pytest.approx(4, rel=1e-2)
    assert [dot.get("fill") for dot in first] == ["#ff00ff", "#d9730d"]
    assert {"a < b", "x & y"} <= {text.text for text in root.iter(f"{SVG}text")}


def test_many_classes_are_counted_where_they_are_not_named() -> None:
    labels = np.arange(45)
    drawing = scatter_figure(
        [Panel("", np.random.default_rng(0).normal(size=(45, 2)))],
        labels,
        class_names=[f"class {number}" for number in labels],
        class_colours=[""] * 45,
        more="and {count} more",
    )
    assert "and 5 more" in drawing and "class 39<" in drawing and "class 40<" not in drawing
