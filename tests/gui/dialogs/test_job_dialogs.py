"""The dialogs return what was set and refuse what cannot work, saying why."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs.choices import (
    DetectorChoice,
    DeviceChoice,
    EncoderChoice,
    FormatChoice,
    RecipeChoice,
    ReviewState,
    size_text,
)
from lnl_gui.gui.dialogs.detect import STEPS, DetectDialog, emphasis_text
from lnl_gui.gui.dialogs.embed import EmbedDialog
from lnl_gui.gui.dialogs.export import ExportDialog
from lnl_gui.gui.dialogs.finetune import FinetuneDialog
from lnl_gui.gui.dialogs.form import ask
from lnl_gui.store.parameters import (
    ALL_MODEL_FORMATS,
    LEFT_OUT,
    MODEL_FORMATS,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
)
from lnl_gui.util.errors import UserError

ENCODERS = (
    EncoderChoice("bundled", "Bundled", "Small."),
    EncoderChoice("dinov2-s", "DINOv2", "Larger.", "timm", 88_000_000),
    EncoderChoice("clip-vit-b-32", "CLIP", "Captions.", "open_clip", 912_000_000),
)
DETECTORS = (
    DetectorChoice("probe", "Probe", "Learns."),
    DetectorChoice("knn", "Neighbours", "Asks."),
    DetectorChoice("slow", "Slow", "Waits.", default=False),
)
RECIPES = (
    RecipeChoice("quick", "Quick", "Fast.", "about 4 minutes", 3, 128, 1e-3),
    RecipeChoice("long", "Long", "Slow.", "about an hour", 30, 64, 1e-4),
)
STATE = ReviewState(6000, excluded=12, relabelled=143, unsure=9, flagged_unreviewed=212)


def press(qtbot: QtBot, dialog: EmbedDialog | DetectDialog | FinetuneDialog | ExportDialog) -> None:
    """Press the main button of a shown dialog."""
    qtbot.addWidget(dialog)
    dialog.show()
    qtbot.mouseClick(dialog._frame.accept_button, Qt.MouseButton.LeftButton)


def test_embed_returns_ticked_and_named_encoders(qtbot: QtBot) -> None:
    devices = (DeviceChoice("auto", "Automatic"), DeviceChoice("cpu", "CPU"))
    dialog = EmbedDialog(ENCODERS, devices)
    dialog.boxes["dinov2-s"].setChecked(True)
    dialog.other.setText("timm:vit_tiny, bundled")
    dialog.device.setCurrentIndex(1)
    press(qtbot, dialog)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.parameters() == EmbedParameters(
        encoders=("bundled", "dinov2-s", "timm:vit_tiny"), device="cpu"
    )


def test_embed_warns_of_the_size_of_all_downloads(qtbot: QtBot) -> None:
    dialog = EmbedDialog(ENCODERS)
    qtbot.addWidget(dialog)
    assert dialog.download.isHidden()
    dialog.boxes["dinov2-s"].setChecked(True)
    dialog.boxes["clip-vit-b-32"].setChecked(True)
    assert not dialog.download.isHidden()
    assert "1.0 GB" in dialog.download.text()


def test_embed_refuses_no_encoder_and_stays_open(qtbot: QtBot) -> None:
    dialog = EmbedDialog(ENCODERS)
    dialog.boxes["bundled"].setChecked(False)
    press(qtbot, dialog)
    assert dialog.isVisible()
    assert dialog.complaint.isVisible()
    assert "No encoder" in dialog.complaint.text()


def test_embed_refuses_weights_for_two_encoders_or_that_are_missing(
    qtbot: QtBot, tmp_path: Path
) -> None:
    dialog = EmbedDialog(ENCODERS)
    qtbot.addWidget(dialog)
    dialog.weights.set_text(str(tmp_path / "gone.safetensors"))
    with pytest.raises(UserError, match="no weights file"):
        dialog.parameters()
    weights = tmp_path / "mine.safetensors"
    weights.write_bytes(b"x")
    dialog.weights.set_text(str(weights))
    assert dialog.parameters().weights == str(weights)
    dialog.boxes["dinov2-s"].setChecked(True)
    with pytest.raises(UserError, match="one encoder"):
        dialog.parameters()


def test_detect_default_set_is_left_unnamed(qtbot: QtBot) -> None:
    dialog = DetectDialog(DETECTORS, verdicts=3)
    dialog.emphasis.setValue(-4)
    dialog.seed.setValue(7)
    dialog.use_verdicts.setChecked(False)
    press(qtbot, dialog)
    assert dialog.parameters() == DetectParameters(emphasis=-0.4, seed=7, use_verdicts=False)


def test_detect_names_another_set_and_refuses_none(qtbot: QtBot) -> None:
    dialog = DetectDialog(DETECTORS)
    qtbot.addWidget(dialog)
    dialog.boxes["slow"].setChecked(True)
    dialog.boxes["knn"].setChecked(False)
    assert dialog.parameters().detectors == ("probe", "slow")
    for box in dialog.boxes.values():
        box.setChecked(False)
    press(qtbot, dialog)
    assert dialog.isVisible()
    assert "No detector" in dialog.complaint.text()


def test_emphasis_is_explained_for_every_step() -> None:
    texts = [emphasis_text(step / STEPS) for step in range(-STEPS, STEPS + 1)]
    assert len(set(texts)) == 5
    assert texts[STEPS].startswith("Balanced")
    assert "missed" in texts[0]
    assert "false alarms" in texts[-1]


def test_finetune_takes_the_recipes_numbers_unless_told(qtbot: QtBot) -> None:
    dialog = FinetuneDialog(RECIPES, STATE, encoder="dinov2-s")
    press(qtbot, dialog)
    assert dialog.parameters() == FinetuneParameters(recipe="quick", encoder="dinov2-s")


def test_finetune_returns_what_was_set(qtbot: QtBot) -> None:
    dialog = FinetuneDialog(RECIPES, STATE)
    qtbot.addWidget(dialog)
    dialog.recipes.button(1).click()
    assert "0.0001" in dialog.learning_rate.placeholderText()
    dialog.epochs.setValue(5)
    dialog.batch_size.setValue(32)
    dialog.learning_rate.setText("3e-4")
    dialog.holdout.setValue(30)
    dialog.unreviewed.setCurrentIndex(dialog.unreviewed.findData(LEFT_OUT))
    dialog.compare.setChecked(False)
    assert dialog.parameters() == FinetuneParameters(
        recipe="long",
        epochs=5,
        batch_size=32,
        learning_rate=3e-4,
        holdout_fraction=0.3,
        unreviewed=LEFT_OUT,
        compare_with_given=False,
    )


@pytest.mark.parametrize("text", ["fast", "-1", "0", "nan", "1e9"])
def test_finetune_refuses_a_learning_rate_that_is_none(qtbot: QtBot, text: str) -> None:
    dialog = FinetuneDialog(RECIPES, STATE)
    dialog.learning_rate.setText(text)
    press(qtbot, dialog)
    assert dialog.isVisible()
    assert "not a learning rate" in dialog.complaint.text()


def test_finetune_hides_the_question_about_suggestions_when_there_are_none(qtbot: QtBot) -> None:
    dialog = FinetuneDialog(RECIPES, ReviewState(100))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.unreviewed.isVisible()


def test_export_returns_what_was_set_and_counts(qtbot: QtBot, tmp_path: Path) -> None:
    dialog = ExportDialog(STATE, destination=str(tmp_path / "out"))
    dialog.images.setCurrentIndex(dialog.images.findData("symlink"))
    dialog.accept_suggestions.setChecked(True)
    dialog.exclude_unsure.setChecked(True)
    press(qtbot, dialog)
    assert dialog.parameters() == ExportParameters(
        destination=str(tmp_path / "out"),
        images="symlink",
        accept_suggestions=True,
        exclude_unsure=True,
    )
    assert "5,979 of 6,000 samples, 143 relabelled; 21" in dialog.summary.text()


def test_export_offers_what_the_format_can_hold(qtbot: QtBot, tmp_path: Path) -> None:
    formats = (
        FormatChoice("class-folders", "Class folders", "One folder for each class."),
        FormatChoice("csv", "CSV table", "A table.", holds_unlabelled=True),
        FormatChoice("npz", "NumPy arrays", "All images.", holds_images=True),
    )
    state = replace(STATE, unlabelled=7)
    dialog = ExportDialog(state, formats=formats, destination=str(tmp_path / "out"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.format_hint is not None
    assert dialog.format_hint.text() == "One folder for each class."
    assert dialog.unlabelled.isVisible() and not dialog.unlabelled.isEnabled()
    dialog.format.setCurrentIndex(1)
    assert dialog.format_hint.text() == "A table."
    dialog.unlabelled.setChecked(True)
    dialog.images.setCurrentIndex(dialog.images.findData("symlink"))
    asked = dialog.parameters()
    assert (asked.format, asked.images, asked.unlabelled) == ("csv", "symlink", True)
    dialog.format.setCurrentIndex(2)
    assert not dialog.images.isEnabled()
    asked = dialog.parameters()
    assert (asked.format, asked.images, asked.unlabelled) == ("npz", "copy", False)


def test_export_draws_splits_and_takes_what_was_set_aside(qtbot: QtBot, tmp_path: Path) -> None:
    formats = (
        FormatChoice("class-folders", "Class folders", "One folder for each class."),
        FormatChoice("csv", "CSV table", "A table.", tells_status=True),
    )
    dialog = ExportDialog(STATE, formats=formats, destination=str(tmp_path / "out"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.parameters().splits == "keep" and not dialog.parts.isEnabled()
    assert dialog.excluded.isVisible() and not dialog.excluded.isEnabled()
    dialog.format.setCurrentIndex(1)
    dialog.excluded.setChecked(True)
    assert dialog.parameters().excluded
    assert "6,000 of 6,000 samples" in dialog.summary.text()
    dialog.splits.setCurrentIndex(dialog.splits.findData("new"))
    assert dialog.parts.isEnabled()
    assert dialog.parameters().splits == "train=.8,val=.1,test=.1"
    dialog.parts.setText("train=.8")
    press(qtbot, dialog)
    assert dialog.isVisible() and "add up to 0.8" in dialog.complaint.text()


def test_export_asks_how_a_trained_model_comes_along(qtbot: QtBot, tmp_path: Path) -> None:
    without = ExportDialog(STATE, destination=str(tmp_path / "out"))
    qtbot.addWidget(without)
    without.show()
    assert not without.model.isVisible()
    assert without.parameters().model_formats == ("safetensors",)
    dialog = ExportDialog(replace(STATE, has_model=True), destination=str(tmp_path / "out"))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.model.isVisible()
    offered = set()
    for index in range(dialog.model.count()):
        dialog.model.setCurrentIndex(index)
        chosen = dialog.parameters().model_formats
        offered |= {*chosen}
        assert chosen or dialog.model.currentText() == "No model"
    assert offered == {*MODEL_FORMATS, ALL_MODEL_FORMATS}
    assert dialog.model_hint is not None and "data" in dialog.model_hint.text()


def test_export_refuses_bad_places(qtbot: QtBot, tmp_path: Path) -> None:
    filled = tmp_path / "filled"
    filled.mkdir()
    (filled / "a").write_text("x")
    cases = {
        "": "needs a folder",
        str(filled): "not empty",
        str(filled / "a"): "is a file",
        str(tmp_path / "data" / "out"): "inside the dataset",
    }
    for text, complaint in cases.items():
        dialog = ExportDialog(STATE, destination=text, dataset_root=str(tmp_path / "data"))
        press(qtbot, dialog)
        assert dialog.isVisible()
        assert complaint in dialog.complaint.text()


def test_ask_gives_none_when_closed_and_the_parameters_when_accepted(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([QDialog.DialogCode.Rejected, QDialog.DialogCode.Accepted])
    monkeypatch.setattr(DetectDialog, "exec", lambda self: next(answers))
    assert ask(DetectDialog(DETECTORS)) is None
    assert ask(DetectDialog(DETECTORS)) == DetectParameters()


def test_sizes_in_words() -> None:
    assert size_text(88_000_000) == "88 MB"
    assert size_text(1_220_000_000) == "1.2 GB"
    assert size_text(10) == "1 MB"
