"""What nodes embed is what this process embeds, byte for byte."""

import shutil
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.encoders import decoders, embedding
from lnl_gui.encoders.embedding import Part
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.pipeline.embedding import embed, on_cluster, parts
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import EmbedParameters, ImportParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.cluster import CLUSTER_VARIABLE
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from tests.conftest import draw_image
from tests.pipeline.cluster.pretended import PretendedCluster

PART = 70
COUNT = 210
"""So many that facts are measured in compiled loops, and the last part alone has not."""


class Mosaic:
    """An encoder without weights: the pixels of a picture of 4 x 4."""

    dimension = 48
    batch_size = 32
    device = "cpu"
    preprocessing = Preprocessing(4)

    def __init__(self, name: str, key: str) -> None:
        self.name, self.key = name, key

    def embed(self, batch: np.ndarray) -> np.ndarray:
        return batch.reshape(len(batch), -1).astype(np.float32)


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Pictures in parts of 70, of which one is no picture and one is cut short."""
    for module in (embed, on_cluster, parts):
        monkeypatch.setattr(module, "PART_SIZE", PART)
    for module in (embed, on_cluster):
        monkeypatch.setattr(module, "load_encoder", lambda name, **_: Mosaic(name, "key"))
    for number in range(COUNT):
        file = tmp_path / "images" / str(number % 2) / f"{number:03d}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        draw_image(number % 3, number).save(file)
    (tmp_path / "images" / "0" / "100.png").write_bytes(b"no picture")
    cut = tmp_path / "images" / "1" / "151.png"
    cut.write_bytes(cut.read_bytes()[:-300])
    made = tmp_path / "here.lnl"
    import_dataset(ImportParameters(str(tmp_path / "images"), str(made)), quiet=True)
    return made


def embedded(project: Path) -> RunResult:
    with Session.open(project) as session:
        return run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)


def bytes_of(project: Path) -> dict[str, bytes]:
    return {
        file.name: file.read_bytes()
        for file in [*project.glob("arrays/*"), *project.glob("runs/*/unreadable.json")]
    }


def connect_to(cluster: PretendedCluster, monkeypatch: pytest.MonkeyPatch) -> None:
    @contextmanager
    def connected(address: str, **_: Any) -> Iterator[PretendedCluster]:
        assert address == "head:6379"
        yield cluster

    monkeypatch.setattr(on_cluster, "connected", connected)
    monkeypatch.setenv(CLUSTER_VARIABLE, "head:6379")


@pytest.mark.parametrize("sees", [True, False])
def test_the_bytes_are_those_of_this_process(
    sees: bool, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = project.with_name("there.lnl")
    shutil.copytree(project, there)
    plain = embedded(project)
    cluster = PretendedCluster({"a": 1, "b": 1})
    if not sees:
        cluster.moved["b"] = ("images", "elsewhere")
    connect_to(cluster, monkeypatch)
    found = embedded(there)
    assert bytes_of(there) == bytes_of(project)
    assert {node for node, _, _ in cluster.given} == {"a", "b"}
    assert any(sent for _, _, sent in cluster.given) is not sees
    assert found.metrics["unreadable"] == plain.metrics["unreadable"] == 1
    assert found.metrics["truncated"] == plain.metrics["truncated"] == 1


def test_processes_that_decode_for_a_gpu_change_no_byte(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = project.with_name("there.lnl")
    shutil.copytree(project, there)
    embedded(project)
    begun: list[object] = []
    process = decoders._Process
    monkeypatch.setattr(decoders, "_Process", lambda: (begun.append(1), process())[1])
    monkeypatch.setattr(embedding, "WORTH_PROCESSES", COUNT)
    monkeypatch.setattr(embedding, "_FEWEST_PROCESSES", 1)
    monkeypatch.setattr(Mosaic, "device", "cuda")
    embedded(there)
    assert begun
    assert bytes_of(there) == bytes_of(project)


@pytest.mark.parametrize(
    ("images", "waited", "said"),
    [
        (
            embed.WORTH_TELLING,
            16.0,
            ["Reading the images set the pace: the encoder waited 16 %"],
        ),
        (embed.WORTH_TELLING, 14.0, ["The encoder set the pace: it waited 14 % of the time for"]),
        (embed.WORTH_TELLING - 1, 14.0, []),
    ],
)
def test_what_limits_is_said(images: int, waited: float, said: list[str]) -> None:
    lines: list[str] = []
    context = SimpleNamespace(log=lambda text: lines.append(str(text)))
    embed._say_pace(images, 100.0, waited, context)
    assert len(lines) == len(said)
    assert all(line.startswith(start) for line, start in zip(lines, said, strict=True))


def test_an_interrupted_run_does_the_missing_parts_alone(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    there = project.with_name("there.lnl")
    shutil.copytree(project, there)
    embedded(project)
    cluster = PretendedCluster({"a": 1}, kills=lambda _node, task: task.start == 0)
    connect_to(cluster, monkeypatch)
    monkeypatch.setattr("lnl_gui.pipeline.cluster.pool.LOOK_SECONDS", 0.0)
    in_order = embed.starts
    # The first part last, so that the gap is at the beginning.
    monkeypatch.setattr(embed, "starts", lambda count: range(140, -1, -PART))
    with pytest.raises(UserError, match="workers were lost"):
        embedded(there)
    monkeypatch.setattr(embed, "starts", in_order)
    again = PretendedCluster({"a": 1})
    connect_to(again, monkeypatch)
    embedded(there)
    assert [start for _, start, _ in again.given] == [0]
    assert (
        bytes_of(there)["embedding-bundled-fast.npy"]
        == (bytes_of(project)["embedding-bundled-fast.npy"])
    )


def test_other_weights_on_a_node_are_an_error(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    connect_to(PretendedCluster({"a": 1}), monkeypatch)
    monkeypatch.setattr(on_cluster, "load_encoder", lambda name, **_: Mosaic(name, "other"))
    with pytest.raises(UserError, match="On the node a: The weights of bundled-fast") as at:
        embedded(project)
    assert at.value.code == "other_weights"


def test_without_ray_the_error_says_what_to_install(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "ray", None)
    monkeypatch.setenv(CLUSTER_VARIABLE, "local")
    with pytest.raises(UserError, match=r"pip install 'lnl-gui\[cluster\]'") as at:
        embedded(project)
    assert at.value.code == "package_missing"
    assert "cluster needs what is not installed: ray." in str(at.value.message)


def test_reasons_of_the_head_stand_beside_those_of_the_node() -> None:
    known = {1: message("not an image"), 2: message("file not found")}
    part = Part(0, 3, {}, np.zeros(3), np.zeros(3), known)
    moved = on_cluster._moved(part, 70, {2: message("no permission to read the file")})
    assert (moved.start, moved.stop) == (70, 73)
    assert moved.unreadable == {
        71: message("not an image"),
        72: message("no permission to read the file"),
    }
