import errno
import json
from pathlib import Path
from typing import NoReturn

import numpy as np
import pytest
import torch
from PIL import Image

from lnl_gui.encoders.loading.backbone import load_backbone
from lnl_gui.learn.models.model_file import CARD, WEIGHTS, load_model, save_model, save_weights
from lnl_gui.learn.models.network import Classifier, Head
from lnl_gui.learn.models.predict import predict
from lnl_gui.util.errors import UserError
from tests.learn.drawn import NAMES, backbone, draw_files


def _save(folder: Path, name: str = "test_vit", seed: int = 0) -> Classifier:
    opened = backbone(name)
    torch.manual_seed(seed)
    classifier = Classifier(opened.model, Head(opened.dimension, 3)).eval()
    with torch.no_grad():
        classifier.head.scale.fill_(2.0)
    save_model(folder, classifier, backbone=opened, class_names=NAMES, details={"seed": seed})
    return classifier


def test_a_model_comes_back_as_it_was(tmp_path: Path) -> None:
    classifier = _save(tmp_path)
    loaded = load_model(tmp_path)
    side = loaded.preprocessing.image_size
    images = torch.randn(2, 3, side, side)
    with torch.no_grad():
        assert torch.equal(loaded.classifier(images), classifier(images))
    assert loaded.class_names == NAMES
    assert loaded.card["seed"] == 0
    assert {"python", "torch", "timm"} <= set(loaded.card["versions"])


def test_what_is_missing_damaged_or_newer_is_said(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="no model in"):
        load_model(tmp_path)
    _save(tmp_path)
    whole = (tmp_path / WEIGHTS).read_bytes()
    (tmp_path / WEIGHTS).write_bytes(whole[:1000])
    with pytest.raises(UserError, match="damaged"):
        load_model(tmp_path)
    _save(tmp_path, "test_resnet")
    (tmp_path / WEIGHTS).write_bytes(whole)
    with pytest.raises(UserError, match="do not fit"):
        load_model(tmp_path)
    card = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))
    (tmp_path / CARD).write_text(json.dumps({**card, "format": 99}), encoding="utf-8")
    with pytest.raises(UserError, match="newer version"):
        load_model(tmp_path)
    (tmp_path / CARD).write_text("{", encoding="utf-8")
    with pytest.raises(UserError, match="card"):
        load_model(tmp_path)


def test_a_full_disk_leaves_the_model_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _save(tmp_path)

    def full(descriptor: int) -> NoReturn:
        raise OSError(errno.ENOSPC, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr("os.fsync", full)
        with pytest.raises(UserError) as caught:
            _save(tmp_path, seed=1)
    assert caught.value.code == "disk_full"
    assert torch.equal(
        load_model(tmp_path).classifier.head.linear.weight, before.head.linear.weight
    )
    assert sorted(file.name for file in tmp_path.iterdir()) == [CARD, WEIGHTS]


def test_prediction_skips_what_cannot_be_read(tmp_path: Path) -> None:
    classifier = _save(tmp_path / "model")
    files, _ = draw_files(tmp_path / "images", 3)
    files[1].write_bytes(b"not an image")
    seen: list[tuple[int, int]] = []
    found = predict(
        tmp_path / "model",
        [*files, tmp_path / "gone.png"],
        device="cpu",
        progress=lambda done, total: seen.append((done, total)),
    )
    assert set(found.unreadable) == {1, 3}
    assert "gone.png" in str(found.unreadable[3])
    assert np.isnan(found.probabilities[[1, 3]]).all()
    preprocessing = load_model(tmp_path / "model").preprocessing
    pixels = np.stack([preprocessing.apply(Image.open(files[row])) for row in (0, 2)])
    with torch.no_grad():
        logits = classifier(torch.from_numpy(preprocessing.normalise(pixels)))
    assert np.allclose(found.probabilities[[0, 2]], logits.softmax(dim=1).numpy(), atol=1e-5)
    assert seen[-1] == (4, 4)


def test_many_images_take_the_fast_way_and_get_the_same_answer(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _save(tmp_path / "model", "test_resnet")
    files, _ = draw_files(tmp_path / "images", 5)
    slow = predict(tmp_path / "model", files, device="cpu")
    for count in ("WORTH_CONVERTING", "WORTH_QUICKLY"):
        monkeypatch.setattr(f"lnl_gui.learn.models.predict.{count}", 1)
    fast = predict(tmp_path / "model", files, device="cpu")
    assert np.allclose(slow.probabilities, fast.probabilities, atol=1e-3)


def test_a_bundled_encoders_model_takes_the_fast_way_for_some_dozens_of_images(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = load_backbone("bundled-fast")
    torch.manual_seed(0)
    classifier = Classifier(opened.model, Head(opened.dimension, 3)).eval()
    with torch.no_grad():
        classifier.head.mean.normal_()
        classifier.head.scale.uniform_(0.5, 2.0)
    save_model(tmp_path / "model", classifier, backbone=opened, class_names=NAMES, details={})
    files, _ = draw_files(tmp_path / "images", 5)
    slow = predict(tmp_path / "model", files, device="cpu")
    monkeypatch.setattr("lnl_gui.learn.models.predict.WORTH_QUICKLY", 5)
    # Neither torch's forward pass nor its export, which takes twelve seconds.
    for long_way in ("models.predict.predict_logits", "models.frozen.torch_encoder.TorchEncoder"):
        monkeypatch.setattr(f"lnl_gui.learn.{long_way}", None)
    monkeypatch.setattr(torch, "export", None)
    fast = predict(tmp_path / "model", files, device="cpu")
    assert np.allclose(slow.probabilities, fast.probabilities, atol=1e-4)


def test_no_files_give_no_rows(tmp_path: Path) -> None:
    _save(tmp_path)
    assert predict(tmp_path, [], device="cpu").probabilities.shape == (0, 3)


@pytest.mark.parametrize("links", [True, False])
def test_weights_on_disk_are_linked_where_the_disk_can(
    links: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened = backbone("test_vit")
    weights = tmp_path / "best.safetensors"
    save_weights(weights, Classifier(opened.model, Head(opened.dimension, 3)))

    def no_links(self: Path, target: Path) -> NoReturn:
        raise OSError(errno.EPERM, "Operation not permitted")

    if not links:
        monkeypatch.setattr(Path, "hardlink_to", no_links)
    folder = tmp_path / "model"
    # A second time over the first: the same file under both names leaves nothing behind.
    for _ in range(2):
        save_model(folder, weights, backbone=opened, class_names=NAMES, details={})
    assert sorted(file.name for file in folder.iterdir()) == [CARD, WEIGHTS]
    assert (folder / WEIGHTS).samefile(weights) == links
    assert (folder / WEIGHTS).read_bytes() == weights.read_bytes()
    weights.unlink()
    assert load_model(folder).class_names == NAMES


_BAD_CARDS: list[dict[str, object]] = [
    {"class_names": None},
    {"class_names": "abc"},
    {"class_names": []},
    {"class_names": [1, 2, 3]},
    {"class_names": ["a"] * 2_000_000},
    {"encoder": 5},
    {"encoder": "hf-hub:evil/model"},
    {"encoder": "timm:../../evil"},
    {"format": "x"},
    {"preprocessing": None},
    {"preprocessing": {"image_size": 200_000}},
    {"preprocessing": {"image_size": 0}},
    {"preprocessing": {"image_size": "big"}},
    {"preprocessing": {"image_size": 32, "std": [0.5, 0, 0.5]}},
    {"preprocessing": {"image_size": 32, "std": [0.5, -1, 0.5]}},
    {"preprocessing": {"image_size": 32, "mean": [1e30, 0, 0]}},
    {"preprocessing": {"image_size": 32, "mean": [0.5]}},
    {"preprocessing": {"image_size": 32, "crop_fraction": 1e-9}},
    {"preprocessing": {"image_size": 32, "resize_mode": "eval"}},
]


@pytest.mark.parametrize("change", _BAD_CARDS)
def test_a_card_of_somebody_else_is_checked_field_by_field(
    tmp_path: Path, change: dict[str, object]
) -> None:
    _save(tmp_path)
    card = json.loads((tmp_path / CARD).read_text(encoding="utf-8"))
    for text in (
        json.dumps(card | change),
        json.dumps({k: v for k, v in card.items() if k not in change or k == "format"})[:-1],
    ):
        (tmp_path / CARD).write_text(text, encoding="utf-8")
        with pytest.raises(UserError):
            load_model(tmp_path)


def test_a_deep_card_and_weights_that_are_no_numbers_are_refused(tmp_path: Path) -> None:
    classifier = _save(tmp_path)
    card = (tmp_path / CARD).read_text(encoding="utf-8")
    (tmp_path / CARD).write_text("[" * 200_000, encoding="utf-8")
    with pytest.raises(UserError, match="damaged"):
        load_model(tmp_path)
    (tmp_path / CARD).write_text(card, encoding="utf-8")
    with torch.no_grad():
        classifier.head.linear.weight[0, 0] = float("nan")
    save_weights(tmp_path / WEIGHTS, classifier)
    with pytest.raises(UserError, match="no number"):
        load_model(tmp_path)
