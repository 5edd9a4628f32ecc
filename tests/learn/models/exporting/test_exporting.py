"""Exported models compute what the trained one does, in programs that know nothing of this one."""

import json
import runpy
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.learn.models.exporting import architecture, formats, required
from lnl_gui.learn.models.exporting.architecture import plain_model
from lnl_gui.learn.models.exporting.formats import (
    ADDED_FORMATS,
    ExportedModel,
    ImagesOfUser,
    export_formats,
)
from lnl_gui.learn.models.exporting.parity import CheckImages, check_logits
from lnl_gui.learn.models.exporting.quantised import QuantisationImages
from lnl_gui.learn.models.exporting.result import ExportedFormat, QuantisationLoss
from lnl_gui.learn.models.model_file import load_model, save_model
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.models.predict import predict
from lnl_gui.store.jobs.parameters import MODEL_FORMATS
from lnl_gui.util.errors import UserError
from lnl_gui.util.statistics.intervals import Estimate
from tests.learn.drawn import NAMES, backbone, draw_files

SCRIPT = Path(__file__).with_name("without_lnl.py")


def scaled_head(dimension: int) -> Head:
    """A head whose standardisation is far from none, as of a probe on real features."""
    head = Head(dimension, len(NAMES))
    generator = torch.Generator().manual_seed(3)
    head.mean.copy_(torch.randn(dimension, generator=generator))
    head.scale.copy_(0.1 + torch.rand(dimension, generator=generator))
    return head


@pytest.fixture(scope="module")
def trained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A network of random weights, as if all of it had been trained."""
    folder = tmp_path_factory.mktemp("trained")
    opened = backbone("test_resnet")
    classifier = Classifier(opened.model, scaled_head(opened.dimension))
    return save_model(folder, classifier, backbone=opened, class_names=NAMES, details={})


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> tuple[list[Path], np.ndarray]:
    return draw_files(tmp_path_factory.mktemp("images"), 24)


@pytest.fixture(scope="module")
def exported(
    trained: Path, files: tuple[list[Path], np.ndarray], tmp_path_factory: pytest.TempPathFactory
) -> tuple[Path, ExportedModel]:
    """One export in every format."""
    for package in ("onnxscript", "onnxruntime", "transformers"):
        pytest.importorskip(package)
    folder = tmp_path_factory.mktemp("exported")
    paths, labels = files
    images = ImagesOfUser(paths[:3], QuantisationImages(paths[:12], paths[12:], labels[12:]))
    return folder, export_formats(load_model(trained), folder, formats=ADDED_FORMATS, images=images)


def test_the_formats_people_choose_from_are_those_there_are() -> None:
    assert {*MODEL_FORMATS} == {"safetensors", *ADDED_FORMATS}


def test_every_format_gives_the_logits_where_this_program_cannot_be_imported(
    exported: tuple[Path, ExportedModel], trained: Path, files: tuple[list[Path], np.ndarray]
) -> None:
    folder, _ = exported
    picture = files[0][1]
    ran = subprocess.run(
        [sys.executable, "-I", str(SCRIPT), str(folder), str(picture)],
        capture_output=True,
        text=True,
        check=False,
        timeout=280,
    )
    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout.splitlines()[-1])
    model = load_model(trained)
    with Image.open(picture) as image:
        pixels = model.preprocessing.apply(image.convert("RGB"))
    with torch.inference_mode():
        images = torch.from_numpy(model.preprocessing.normalise(pixels[None]))
        truth = model.classifier(images)[0].numpy()
    wanted = {"timm", "timm of the hub", "transformers", "torch-export", "openvino"}
    assert found["logits"].keys() == wanted | {"model.onnx", "model-int8.onnx"}
    for name, logits in found["logits"].items():
        slack = 0.1 if name == "model-int8.onnx" else 1e-4
        np.testing.assert_allclose(logits, truth, atol=slack * np.abs(truth).max(), err_msg=name)
    ours = predict(trained, [picture])
    best = int(ours.probabilities[0].argmax())
    lines = [line.split("\t") for line in found["said"].splitlines()]
    assert [line[0] for line in lines] == [str(picture), "transformers"]
    for _, label, probability in lines:
        assert label == NAMES[best]
        assert float(probability) == pytest.approx(ours.probabilities[0, best], abs=2e-4)


def test_what_was_checked_is_written_down(
    exported: tuple[Path, ExportedModel], trained: Path
) -> None:
    folder, done = exported
    card = json.loads((folder / "model.json").read_text(encoding="utf-8"))
    assert set(card["exports"]) == {"safetensors", *ADDED_FORMATS}
    for each in done.formats:
        assert (folder / each.file).is_file()
        if each.format != "onnx-int8":
            assert each.difference is not None and each.difference < 1e-4
            assert each.images == 8 + 3
    assert card["architecture"]["title"] == "timm: test_resnet"
    assert card["head"]["layer"] == "fc"
    assert [file.name for file in folder.iterdir() if file.name.startswith(".")] == []


def test_the_cost_of_eight_bits_is_measured_on_held_out_images(
    exported: tuple[Path, ExportedModel], files: tuple[list[Path], np.ndarray], trained: Path
) -> None:
    _, done = exported
    loss = next(each.loss for each in done.formats if each.loss is not None)
    paths, labels = files
    truth = predict(trained, paths[12:]).probabilities.argmax(axis=1)
    assert loss.images == 12
    assert loss.before == pytest.approx((truth == labels[12:]).mean())
    assert loss.difference is not None and loss.after is not None and loss.before is not None
    assert loss.difference.value == pytest.approx(loss.after - loss.before)
    assert loss.difference.low <= loss.difference.value <= loss.difference.high
    assert (loss.compared, loss.calibration_images) == (12 + 8 + 3, 12)


def test_an_export_opens_here_again(exported: tuple[Path, ExportedModel], trained: Path) -> None:
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, theirs = (load_model(f).classifier(images) for f in (exported[0], trained))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)


def test_the_script_reads_pictures_as_this_program_does(
    exported: tuple[Path, ExportedModel], tmp_path: Path
) -> None:
    open_image = runpy.run_path(str(exported[0] / "load_model.py"))["open_image"]
    clear = Image.new("RGBA", (8, 8), (200, 0, 0, 128))
    clear.save(tmp_path / "clear.png")
    assert open_image(tmp_path / "clear.png").getpixel((0, 0)) == pytest.approx(
        (227, 127, 127), abs=1
    )
    turned = Image.new("RGB", (8, 4))
    exif = Image.Exif()
    exif[0x0112] = 6
    turned.save(tmp_path / "turned.jpg", exif=exif)
    assert open_image(tmp_path / "turned.jpg").size == (4, 8)
    Image.fromarray(np.full((8, 8), 4000, np.uint16)).save(tmp_path / "deep.png")
    with pytest.raises(ValueError, match="more than 8 bits"):
        open_image(tmp_path / "deep.png")


def test_a_library_whose_classifier_does_not_fit_gets_a_layer_behind_its_features(
    trained: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(architecture, "_whole_timm", lambda *parts: None)
    done = export_formats(
        load_model(trained),
        tmp_path,
        formats=("huggingface",),
        images=ImagesOfUser(),
        skip_misfits=True,
    )
    # The script of this layout was run by the check.
    assert [each.format for each in done.formats] == ["safetensors"]
    assert "head" in (tmp_path / "load_model.py").read_text(encoding="utf-8")
    assert "transformers" in str(done.notes[0])
    card = json.loads((tmp_path / "model.json").read_text(encoding="utf-8"))
    assert card["architecture"]["is_whole"] is False
    images = torch.randn(2, 3, 64, 64, generator=torch.Generator().manual_seed(0))
    with torch.inference_mode():
        ours, theirs = (load_model(f).classifier(images) for f in (tmp_path, trained))
    torch.testing.assert_close(ours, theirs, atol=1e-4, rtol=1e-4)
    with pytest.raises(UserError, match="cannot build timm: test_resnet"):
        export_formats(
            load_model(trained), tmp_path, formats=("huggingface",), images=ImagesOfUser()
        )


@pytest.mark.parametrize("name", ["test_vit", "test_convnext", "test_efficientnet"])
def test_heads_become_the_last_layer_of_timms_own_network(name: str, tmp_path: Path) -> None:
    opened = load_backbone(f"timm:{name}", pretrained=False)
    classifier = Classifier(opened.model, scaled_head(opened.dimension))
    saved = save_model(tmp_path, classifier, backbone=opened, class_names=NAMES, details={})
    made = plain_model(load_model(saved))
    assert made.architecture.is_whole
    images = torch.randn(2, 3, opened.preprocessing.image_size, opened.preprocessing.image_size)
    with torch.inference_mode():
        torch.testing.assert_close(
            made.module(images), classifier.eval()(images), atol=1e-4, rtol=1e-4
        )


def checked() -> CheckImages:
    images = np.zeros((3, 3, 4, 4), np.float32)
    return CheckImages([Image.new("RGB", (4, 4))] * 3, images, np.ones((3, 2), np.float32))


@pytest.mark.parametrize("factor", [1.002, np.nan])
def test_an_export_that_computes_something_else_does_not_count(factor: float) -> None:
    with pytest.raises(UserError, match=r"onnx.* differs") as raised:
        check_logits(
            "onnx", lambda images: np.full((len(images), 2), factor, np.float32), checked()
        )
    assert raised.value.code == "export_differs"
    assert check_logits("onnx", lambda images: np.ones((len(images), 2)), checked()) == 0


@pytest.mark.parametrize(
    ("format", "extra"), [("onnx", "onnx"), ("onnx-int8", "onnx"), ("huggingface", "huggingface")]
)
def test_a_missing_package_names_the_extra(
    format: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(required, "find_spec", lambda name: None)
    with pytest.raises(UserError) as raised:
        formats.require_formats((format,))
    assert f"lnl-gui[{extra}]" in str(raised.value.hint)
    assert raised.value.code == "package_missing"
    assert f"installed: {', '.join(required._PACKAGES[extra])}." in str(raised.value.message)
    formats.require_formats(("openvino", "torch-export"))


def test_eight_bits_need_images_and_say_what_was_not_measured(
    exported: tuple[Path, ExportedModel],
    trained: Path,
    files: tuple[list[Path], np.ndarray],
    tmp_path: Path,
) -> None:
    from lnl_gui.learn.models.exporting.model_to_export import model_to_export
    from lnl_gui.learn.models.exporting.parity import check_images
    from lnl_gui.learn.models.exporting.quantised import export_quantised

    model = load_model(trained)
    made, pictures = model_to_export(model), check_images(model, ())
    whole = (exported[0] / "model.onnx").read_bytes()
    (tmp_path / "model.onnx").write_bytes(whole)
    with pytest.raises(UserError, match="at least 8 images"):
        export_quantised(made, tmp_path, pictures, images=QuantisationImages(files[0][:7]))
    done = export_quantised(made, tmp_path, pictures, images=QuantisationImages(files[0][:8]))
    assert done.to_dict()["loss"]["difference"] == "not measured"
    assert done.loss is not None and done.loss.before is None
    assert done.loss.compared == 8


def test_the_last_layer_of_the_eight_bit_form_is_not_rounded(
    exported: tuple[Path, ExportedModel],
) -> None:
    import onnx

    graph = onnx.load(exported[0] / "model-int8.onnx").graph
    makers = {output: node.op_type for node in graph.node for output in node.output}
    layers = [node for node in graph.node if node.op_type in ("Gemm", "MatMul", "Conv")]
    rounded = [
        node
        for node in layers
        if any(makers.get(name) == "DequantizeLinear" for name in node.input[1:])
    ]
    # In order of computation: the last is the classifier.
    assert len(rounded) == len(layers) - 1
    assert layers[-1] not in rounded


@pytest.mark.parametrize(
    ("same", "difference", "doubted"),
    [
        (0.97, None, False),
        (0.77, None, True),
        (0.97, Estimate(-0.01, -0.03, 0.01), False),
        # Fewer are right for certain.
        (0.95, Estimate(-0.05, -0.08, -0.03), True),
        (0.77, Estimate(0.01, -0.05, 0.06), True),
    ],
)
def test_an_eight_bit_form_that_is_another_model_is_doubted(
    same: float, difference: Estimate | None, doubted: bool
) -> None:
    loss = QuantisationLoss(100, 0.9, 0.85, difference, same, 100, 64)
    found = ExportedFormat("onnx-int8", "model-int8.onnx", "onnxruntime 1", None, 100, loss)
    assert (found.doubt is not None) == doubted
    assert ExportedModel((found,), ()).doubts == ((found.doubt,) if doubted else ())
