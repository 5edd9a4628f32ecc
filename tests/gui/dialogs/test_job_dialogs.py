"""The dialogs return what was set and refuse what cannot work, saying why."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QDialog, QLabel
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
from lnl_gui.gui.dialogs.constants_table import NAME, VALUE, ConstantsTable
from lnl_gui.gui.dialogs.detect import STEPS, DetectDialog, emphasis_text
from lnl_gui.gui.dialogs.embed import EmbedDialog
from lnl_gui.gui.dialogs.export import ExportDialog
from lnl_gui.gui.dialogs.finetune import FinetuneDialog
from lnl_gui.gui.dialogs.form import ask
from lnl_gui.session.figures.export_preview import ExportPreview
from lnl_gui.store.jobs.parameters import (
    ALL_MODEL_FORMATS,
    LEFT_OUT,
    MODEL_FORMATS,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    FinetuneParameters,
)
from lnl_gui.store.training.training_size import TrainingSize, too_few
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
    RecipeChoice(
        "quick",
        "Quick",
        "Fast.",
        "about 4 minutes",
        3,
        128,
        1e-3,
        constants={"epochs": 3, "learning_rate": 1e-3, "loss": "gce", "q": 0.7, "probe": True},
        words={"loss": ("ce", "gce", "elr")},
        losses={"ce": {}, "gce": {"q": 0.7}, "elr": {"strength": 7.0}},
    ),
    RecipeChoice("long", "Long", "Slow.", "about an hour", 30, 64, 1e-4, constants={"epochs": 30}),
)
STATE = ReviewState(6000, excluded=12, unsure=9, flagged_unreviewed=212)


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
    dialog.holdout.setValue(30)
    dialog.unreviewed.setCurrentIndex(dialog.unreviewed.findData(LEFT_OUT))
    dialog.compare.setChecked(False)
    assert dialog.parameters() == FinetuneParameters(
        recipe="long", holdout_fraction=0.3, unreviewed=LEFT_OUT, compare_with_given=False
    )


def write_constant(table: ConstantsTable, name: str, text: str) -> None:
    """Type a value into the line of a constant, or choose it there."""
    line = table._line_of(name)
    words = table.table.cellWidget(line, VALUE)
    if isinstance(words, QComboBox):
        words.setCurrentText(text)
        return
    item = table.table.item(line, VALUE)
    assert item is not None
    item.setText(text)


def test_finetune_lists_every_constant_and_returns_those_that_were_changed(qtbot: QtBot) -> None:
    dialog = FinetuneDialog(RECIPES, STATE)
    qtbot.addWidget(dialog)
    table = dialog.constants
    shown = {table._text(line, NAME) for line in range(table.table.rowCount())}
    assert shown == set(RECIPES[0].constants)
    write_constant(table, "epochs", "5")
    write_constant(table, "learning_rate", "0,02")
    write_constant(table, "probe", "false")
    assert dialog.parameters().settings == (
        ("epochs", "5"),
        ("learning_rate", "0.02"),
        ("probe", "false"),
    )
    assert "3" in dialog.pages.tabText(1) and "epochs=5" in dialog.changed_words.text()
    table.table.setCurrentCell(table._line_of("probe"), VALUE)
    table.reset.click()
    assert dict(dialog.parameters().settings).keys() == {"epochs", "learning_rate"}
    write_constant(table, "epochs", "")
    assert dict(dialog.parameters().settings).keys() == {"learning_rate"}
    table.reset_all.click()
    assert dialog.parameters() == FinetuneParameters(recipe="quick")


def test_finetune_does_not_offer_what_is_worse_on_few_images_and_says_why(qtbot: QtBot) -> None:
    recipes = (*RECIPES, RecipeChoice("head", "Head", "Learns.", least_samples=500))
    # Of 625 images a fifth is held out: 500 are left to learn from.
    for images, offered in ((624, False), (625, True)):
        size = TrainingSize(drawn=(images, 40), part=images)
        dialog = FinetuneDialog(recipes, ReviewState(images, size, flagged_unreviewed=40))
        qtbot.addWidget(dialog)
        assert dialog.recipes.button(2).isEnabled() is offered
        words = " ".join(each.text() for each in dialog.findChildren(QLabel))
        assert (str(too_few(500, 499)) in words) is not offered
    button = dialog.recipes.button(2)
    button.click()
    assert dialog.parameters().recipe == "head"
    # What is held out or left out is not learnt from.
    dialog.unreviewed.setCurrentIndex(dialog.unreviewed.findData(LEFT_OUT))
    assert not button.isEnabled()
    dialog.unreviewed.setCurrentIndex(0)
    assert button.isEnabled()
    dialog.holdout.setValue(30)
    assert not button.isEnabled()
    press(qtbot, dialog)
    assert dialog.isVisible()
    assert str(too_few(500, 437)) in dialog.complaint.text()


def test_finetune_does_not_offer_what_does_not_fit_the_encoder(qtbot: QtBot) -> None:
    lora = RecipeChoice("lora", "LoRA", "Adapts.", unfit={"bundled": "Of transformers alone."})
    for encoder, offered in (("bundled", False), ("dinov2-s", True)):
        dialog = FinetuneDialog((*RECIPES, lora), STATE, encoder=encoder)
        qtbot.addWidget(dialog)
        assert dialog.recipes.button(2).isEnabled() is offered
        words = " ".join(each.text() for each in dialog.findChildren(QLabel))
        assert ("Of transformers alone." in words) is not offered


def test_finetune_takes_the_constants_of_another_loss(qtbot: QtBot) -> None:
    dialog = FinetuneDialog(RECIPES, STATE)
    qtbot.addWidget(dialog)
    table = dialog.constants
    write_constant(table, "q", "0.5")
    write_constant(table, "loss", "elr")
    assert table._line_of("q") < 0 <= table._line_of("strength")
    write_constant(table, "strength", "3")
    assert dialog.parameters().settings == (("loss", "elr"), ("strength", "3"))


@pytest.mark.parametrize(
    ("name", "text", "said"),
    [
        ("epochs", "few", "It is 3 now"),
        ("epochs", "0", "between 1 and"),
        ("learning_rate", "-1", "learning_rate cannot be -1"),
        ("learning_rate", "nan", "learning_rate cannot be nan"),
    ],
)
def test_finetune_refuses_what_a_constant_cannot_be(
    qtbot: QtBot, name: str, text: str, said: str
) -> None:
    dialog = FinetuneDialog(RECIPES, STATE)
    write_constant(dialog.constants, name, text)
    press(qtbot, dialog)
    assert dialog.isVisible()
    assert said in dialog.complaint.text()


def test_finetune_remembers_by_recipe_and_drops_what_is_unknown(qtbot: QtBot) -> None:
    before = {"quick": {"epochs": "9", "gone": "1"}, "long": {"epochs": "8"}}
    dialog = FinetuneDialog(RECIPES, STATE, remembered=before)
    qtbot.addWidget(dialog)
    assert dialog.parameters().settings == (("epochs", "9"),)
    dialog.recipes.button(1).click()
    assert dialog.parameters().settings == (("epochs", "8"),)
    dialog.constants.reset_all.click()
    assert dialog.remembered() == {"quick": {"epochs": "9"}}


def test_finetune_shows_the_defaults_of_the_projects_encoder(qtbot: QtBot) -> None:
    recipe = RecipeChoice(
        "turn", "TURN", "", constants={"rate": 0.1}, by_encoder={"clip": {"rate": 0.2}, "vit": {}}
    )
    shown = {}
    for encoder in ("clip", "vit", "timm:other"):
        dialog = FinetuneDialog([recipe], STATE, encoder=encoder)
        qtbot.addWidget(dialog)
        shown[encoder] = (dialog.constants._text(0, VALUE), dialog.constants_words.text())
    assert [value for value, _ in shown.values()] == ["0.2", "0.1", "0.1"]
    told = [encoder for encoder, (_, words) in shown.items() if "--encoder" in words]
    assert told == ["timm:other"]


def test_detect_changes_the_constants_of_ticked_detectors(qtbot: QtBot) -> None:
    own = {"gamma": 10.0, "search": False, "gammas": "", "score": "ridge"}
    words = {"score": ("ridge", "logistic")}
    choices = (*DETECTORS, DetectorChoice("turtle", "TURTLE", "", constants=own, words=words))
    before = {"turtle.gamma": "3"}
    dialog = DetectDialog(choices, remembered=before)
    assert dialog.parameters().settings == (("turtle.gamma", "3"),)
    write_constant(dialog.constants, "turtle.score", "logistic")
    write_constant(dialog.constants, "turtle.gammas", "1, 3")
    changed = {"turtle.gamma": "3", "turtle.score": "logistic", "turtle.gammas": "1, 3"}
    assert dict(dialog.parameters().settings) == changed
    dialog.boxes["turtle"].setChecked(False)
    assert dialog.parameters().settings == () and dialog.remembered() == changed
    dialog.boxes["turtle"].setChecked(True)
    write_constant(dialog.constants, "turtle.gammas", "many")
    press(qtbot, dialog)
    assert dialog.isVisible() and "such as 1,3,10" in dialog.complaint.text()


def test_finetune_hides_the_question_about_suggestions_when_there_are_none(qtbot: QtBot) -> None:
    dialog = FinetuneDialog(RECIPES, ReviewState(100))
    qtbot.addWidget(dialog)
    dialog.show()
    assert not dialog.unreviewed.isVisible()


def test_export_returns_what_was_set_and_counts(qtbot: QtBot, tmp_path: Path) -> None:
    asked: list[ExportParameters] = []

    def preview(parameters: ExportParameters) -> ExportPreview:
        asked.append(parameters)
        return ExportPreview(6000, 5979, 142, added=1, unlabelled=2, left_out=19, undecided=4000)

    dialog = ExportDialog(STATE, preview=preview, destination=str(tmp_path / "out"))
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
    assert asked[-1] == replace(dialog.parameters(), destination="")
    assert dialog.summary.text() == (
        "Exports 5,979 of 6,000 samples. 142 labels change. 1 image without a label gets one."
        " 19 images are left out. 2 images without a label are in samples.csv alone."
    )
    assert dialog.unlabelled.text() == "Also write 2 images without a label"
    dialog.cluster_labels.setChecked(True)
    assert dialog.summary.text() == (
        "142 labels change. Up to 4,000 labels nobody has decided on change as well; how many do is"
        " known only after the export. 1 image without a label gets one. 19 images are left out."
    )
    assert "all 4,000 images nobody has decided on" in dialog.cluster_labels.text()


@pytest.mark.parametrize("unjudged", [0, 30])
def test_export_says_which_labels_nothing_has_judged(qtbot: QtBot, unjudged: int) -> None:
    dialog = ExportDialog(replace(STATE, unjudged=unjudged))
    qtbot.addWidget(dialog)
    dialog.show()
    assert dialog.unjudged.isVisible() == bool(unjudged)
    assert not unjudged or "30 labels are as they came" in dialog.unjudged.text()


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
        dialog = ExportDialog(STATE, destination=text, dataset=tmp_path / "data")
        press(qtbot, dialog)
        assert dialog.isVisible()
        assert complaint in dialog.complaint.text()


def test_tables_alone_may_go_beside_the_images(qtbot: QtBot, tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "a.png").write_text("x")
    for place in (data, data / "tables"):
        dialog = ExportDialog(STATE, destination=str(place), dataset=data)
        assert dialog.images.currentData() == "copy"
        press(qtbot, dialog)
        assert dialog.isVisible()
        dialog.images.setCurrentIndex(dialog.images.findData("none"))
        assert dialog.parameters().destination == str(place)


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
