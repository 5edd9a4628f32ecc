"""`lnl-gui model`: a trained model in other forms, checked on the project's own images."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.learn.models.exporting import parity
from lnl_gui.learn.models.predict import predict
from lnl_gui.pipeline.output.export_model import export_trained, model_formats
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import MODEL_FORMATS
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image
from tests.files import hashes


def export(
    project: Path, folder: Path, capsys: pytest.CaptureFixture[str], *formats: str
) -> dict[str, Any]:
    options = [word for name in formats for word in ("--format", name)]
    assert main(["model", str(project), "export", str(folder), *options, "--json"]) == 0
    return json.loads(capsys.readouterr().out.strip().splitlines()[-1])


BASE = {
    *("model.safetensors", "model.json", "README.md", "load_model.py", "comparison.json"),
    "files.sha256",
}


def test_a_projects_model_is_exported_with_its_card(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = export(probed_original, tmp_path / "out", capsys)
    assert [each["format"] for each in made["formats"]] == ["safetensors"]
    assert made["formats"][0]["difference"] < 1e-5
    assert made["formats"][0]["images"] == 8 + 16
    assert {file.name for file in (tmp_path / "out").iterdir()} == BASE
    card = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf-8"))
    assert card["class_names"] == ["circle", "square", "stripes"]
    assert card["architecture"]["title"] == "timm: tf_efficientnet_lite0"
    assert card["license"] == "apache-2.0"
    found = predict(tmp_path / "out", [draw(tmp_path, 1)])
    with Session.open(probed_original, read_only=True) as session:
        run = session.runs.latest("finetune")
        assert run is not None
        theirs = predict(probed_original / run.artifacts["model"], [draw(tmp_path, 1)])
    np.testing.assert_allclose(found.probabilities, theirs.probabilities, atol=1e-5)
    huggingface_hub = pytest.importorskip("huggingface_hub")
    card = huggingface_hub.ModelCard.load(tmp_path / "out" / "README.md")
    assert card.data.license == "apache-2.0"
    assert card.data.library_name == "timm"
    assert card.data.pipeline_tag == "image-classification"
    text = card.text
    assert '0 "circle", 1 "square", 2 "stripes"' in text
    assert "| curated labels |" in text
    assert str(tmp_path) not in text + (tmp_path / "out" / "comparison.json").read_text()


def draw(folder: Path, kind: int) -> Path:
    file = folder / f"{kind}.png"
    draw_image(kind, 7).save(file)
    return file


def test_one_picture_that_cannot_be_read_does_not_give_up_the_others(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("timm")
    export(probed_original, tmp_path / "out", capsys)
    deep, text = tmp_path / "deep.png", tmp_path / "text.png"
    Image.fromarray(np.full((32, 32), 40_000, np.uint16)).save(deep)
    text.write_text("no picture")
    good = [draw(tmp_path, 1), draw(tmp_path, 2)]

    def classify(*files: Path) -> subprocess.CompletedProcess[str]:
        words = [sys.executable, str(tmp_path / "out" / "load_model.py"), *map(str, files)]
        return subprocess.run(words, capture_output=True, text=True)

    ended = classify(good[0], deep, text, tmp_path / "none.png", good[1])
    assert [line.split("\t")[0] for line in ended.stdout.splitlines()] == list(map(str, good))
    assert f"{deep} was left out: it has more than 8 bits" in ended.stderr
    assert f"{text} was left out" in ended.stderr and "none.png was left out" in ended.stderr
    assert ended.returncode == 1
    assert classify(*good).returncode == 0


def test_a_project_without_a_model_says_what_to_run(
    embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["model", str(embedded), "export", str(tmp_path / "out")]) == 3
    assert "lnl-gui finetune" in capsys.readouterr().err


@pytest.mark.parametrize("model_format", ["safetensors", "none"])
def test_the_export_of_a_project_brings_the_model_unless_told_otherwise(
    model_format: str, probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", str(probed_original), str(tmp_path / "out"), "--images", "none"]
    command.append("--accept-unjudged")
    assert main([*command, "--model-format", model_format]) == 0
    model = tmp_path / "out" / "model"
    found = {file.name for file in model.iterdir()} if model.is_dir() else None
    assert found == (None if model_format == "none" else BASE)
    said = capsys.readouterr().err
    assert ("largest difference of a logit" in said) == (model_format == "safetensors")


def test_formats_are_told_apart_from_what_is_none() -> None:
    assert model_formats(("safetensors",)) == ()
    assert model_formats(("openvino", "onnx")) == ("onnx", "openvino")
    assert {*model_formats(("all",))} | {"safetensors"} == {*MODEL_FORMATS}
    with pytest.raises(UserError, match="no model format named 'onx'") as raised:
        model_formats(("onx",))
    assert "onnx" in str(raised.value.hint)


def test_an_export_that_differs_leaves_what_was_there(
    probed_original: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(probed_original, read_only=True) as session:
        run = session.runs.latest("finetune")
        assert run is not None
    source, out = probed_original / run.artifacts["model"], tmp_path / "out"
    export_trained(source, out)
    before = hashes(out)
    monkeypatch.setattr(parity, "TOLERANCE", -1.0)
    with pytest.raises(UserError) as caught:
        export_trained(source, out)
    assert caught.value.code == "export_differs"
    assert hashes(out) == before
    # And where nothing was, nothing comes to be.
    with pytest.raises(UserError):
        export_trained(source, tmp_path / "new" / "model")
    assert not (tmp_path / "new").exists()


def test_no_model_and_a_format_of_it_exclude_each_other(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", str(probed_original), str(tmp_path / "out"), "--model-format", "none"]
    assert main([*command, "--model-format", "onnx"]) != 0
    assert "exclude each other" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_a_model_replaces_a_model_and_no_other_files(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for _ in range(2):
        export(probed_original, tmp_path / "out", capsys)
    (tmp_path / "mine").mkdir()
    (tmp_path / "mine" / "README.md").write_text("of my dataset")
    assert main(["model", str(probed_original), "export", str(tmp_path / "mine")]) == 3
    assert "README.md" in capsys.readouterr().err
    assert {file.name for file in (tmp_path / "mine").iterdir()} == {"README.md"}
    assert (tmp_path / "mine" / "README.md").read_text() == "of my dataset"


@pytest.mark.parametrize("name", ["README.md", "load_model.py"])
def test_what_somebody_changed_in_an_exported_model_is_not_replaced(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    out = tmp_path / "out"
    export(probed_original, out, capsys)
    before = (out / name).read_text(encoding="utf-8")
    (out / name).write_text(f"{before}mine\n", encoding="utf-8")
    assert main(["model", str(probed_original), "export", str(out)]) == 3
    said = capsys.readouterr().err
    assert f"`{name}`" in said and "changed since" in said
    assert (out / name).read_text(encoding="utf-8") == f"{before}mine\n"
    # As it was written, and beside what is somebody's own under another name, it is replaced.
    (out / name).write_text(before, encoding="utf-8")
    (out / "notes.txt").write_text("mine")
    export(probed_original, out, capsys)
    assert {file.name for file in out.iterdir()} == {*BASE, "notes.txt"}


def test_a_model_of_which_nobody_knows_who_wrote_what_stays(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(probed_original, tmp_path / "out", capsys)
    (tmp_path / "out" / "files.sha256").unlink()
    assert main(["model", str(probed_original), "export", str(tmp_path / "out")]) == 3
    assert "earlier versions" in capsys.readouterr().err


def test_formats_of_the_model_before_do_not_stay(
    probed_original: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    export(probed_original, tmp_path / "out", capsys, "torch-export")
    more = {file.name for file in (tmp_path / "out").iterdir()} - BASE
    assert more
    export(probed_original, tmp_path / "out", capsys)
    assert {file.name for file in (tmp_path / "out").iterdir()} == BASE
