"""The dialog that opens a dataset is its preview: driven by keys and mouse."""

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QWidget
from pytestqt.qtbot import QtBot

from lnl_gui.cli.jobs import make_project
from lnl_gui.gui.open_dataset.class_table import IMAGES, NAME
from lnl_gui.gui.open_dataset.dialog import OpenChoice
from lnl_gui.gui.open_dataset.texts import plain
from lnl_gui.session.projects import projects_of
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from tests.gui.events import drop
from tests.gui.open_dataset.previews import images, opened


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    images(tmp_path / "pets" / "cat", 5)
    images(tmp_path / "pets" / "dog", 3)
    return tmp_path / "pets"


@pytest.fixture
def sites(tmp_path: Path) -> Path:
    """Animals under places: which of the two is the class only a person knows."""
    for place in ("site a", "site b"):
        for name in ("cat", "dog"):
            images(tmp_path / "sites" / place / name, 4)
    return tmp_path / "sites"


@pytest.fixture
def garments(tmp_path: Path) -> Path:
    """A table in which three columns could be the label."""
    images(tmp_path / "garments", 12)
    rows = [f"{at:03d}.png,{'rgb'[at % 3]},{'st'[at // 6]},{at % 4}" for at in range(12)]
    (tmp_path / "garments" / "items.csv").write_text("file,colour,kind,size\n" + "\n".join(rows))
    return tmp_path / "garments"


def press(qtbot: QtBot, key: Qt.Key) -> None:
    """A key where the focus is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    qtbot.keyClick(widget, key)


def test_plain_class_folders_need_one_key(qtbot: QtBot, pets: Path) -> None:
    dialog, _ = opened(qtbot, pets)
    panel = dialog.panel
    assert panel.summary.text() == "8 images in 2 classes"
    assert panel.why.text() == "The folders at level 1 name the classes, such as “cat”, “dog”."
    assert panel.format.text() == "Class folders" and not panel.notices.isVisible()
    assert dialog.import_button.text() == "Import 8 images in 2 classes"
    assert dialog.import_button.isDefault() and not dialog.is_right.isVisible()
    press(qtbot, Qt.Key.Key_Return)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert dialog.parameters() == ImportParameters(str(pets), str(pets.with_suffix(".lnl")))


def test_a_doubtful_reading_needs_a_tick(qtbot: QtBot, sites: Path) -> None:
    dialog, _ = opened(qtbot, sites)
    assert dialog.panel.summary.text() == "16 images in 4 classes"
    (doubt,) = dialog.panel.notices.texts()
    assert doubt.startswith("Doubtful: The same folder names (“cat”, “dog”)")
    assert not dialog.import_button.isEnabled() and not dialog.import_button.isDefault()
    press(qtbot, Qt.Key.Key_Return)
    assert dialog.isVisible()
    dialog.is_right.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert dialog.import_button.isEnabled() and not dialog.import_button.isDefault()
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    assert dialog.parameters().accept_layout


def test_another_reading_is_chosen_by_keys_and_takes_the_tick_back(
    qtbot: QtBot, sites: Path
) -> None:
    dialog, answers = opened(qtbot, sites)
    qtbot.mouseClick(dialog.is_right, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    names = [each.accessibleName() for each in dialog.panel.others.buttons]
    assert names == [
        "Read as Class folders at level 1: 2 classes, 16 images: “site a”, “site b”",
        "Read as Class folders at level 2: 2 classes, 16 images: “cat”, “dog”",
    ]
    dialog.panel.others.buttons[1].setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert not dialog.import_button.isEnabled()
    answers.answer()
    assert answers.asked[-1].class_level == 2
    assert dialog.choices.level.currentText() == "Level 2"
    assert dialog.import_button.text() == "Import 16 images in 2 classes"
    assert dialog.import_button.isEnabled() and dialog.import_button.isDefault()
    assert not dialog.is_right.isChecked()
    assert not dialog.parameters().accept_layout


def test_the_level_is_changed_with_the_arrow_keys(qtbot: QtBot, sites: Path) -> None:
    dialog, answers = opened(qtbot, sites)
    assert dialog.choices.level.currentText() == "Level 2 (automatic)"
    dialog.choices.level.setFocus()
    press(qtbot, Qt.Key.Key_Down)
    assert answers.at_work and answers.asked[-1].class_level == 1
    answers.answer()
    assert [c.name for c in dialog.panel.classes.model.classes] == ["site a", "site b"]


def test_an_unclear_table_lists_its_columns_to_choose(qtbot: QtBot, garments: Path) -> None:
    dialog, answers = opened(qtbot, garments)
    assert dialog.panel.summary.text().startswith("It is not clear which column of")
    assert "--" not in dialog.panel.why.text()
    assert not dialog.import_button.isEnabled()
    with pytest.raises(UserError, match="not been read"):
        dialog.parameters()
    rows = dialog.panel.rows
    assert rows.isVisible() and rows.item(1, 1).text() == "g"
    assert len(dialog.panel.others.buttons) == 3
    box = dialog.choices.label_column
    box.setFocus()
    press(qtbot, Qt.Key.Key_Down)
    press(qtbot, Qt.Key.Key_Down)
    answers.answer()
    assert dialog.import_button.text() == "Import 12 images in 3 classes"
    assert dialog.parameters().label_column == "colour"
    assert rows.horizontalHeaderItem(1).text() == "colour\nlabel"
    assert rows.horizontalHeaderItem(0).text() == "file\npath"
    box.setFocus()
    press(qtbot, Qt.Key.Key_Home)
    answers.answer()
    assert not dialog.import_button.isEnabled()


def test_a_click_on_the_head_of_a_column_says_what_it_holds(qtbot: QtBot, garments: Path) -> None:
    dialog, answers = opened(qtbot, garments)
    rows = dialog.panel.rows
    header = rows.horizontalHeader()
    place = QPoint(header.sectionViewportPosition(2) + 5, header.height() // 2)
    qtbot.mouseClick(header.viewport(), Qt.MouseButton.LeftButton, pos=place)
    assert rows.roles.isVisible()
    qtbot.keyClick(rows.roles, Qt.Key.Key_Down)
    qtbot.keyClick(rows.roles, Qt.Key.Key_Return)
    answers.answer()
    assert answers.asked[-1].label_column == "kind"
    assert dialog.choices.label_column.currentText() == "kind"
    assert dialog.import_button.text() == "Import 12 images in 2 classes"


def test_odd_classes_are_in_plain_view_and_return_does_not_import(
    qtbot: QtBot, tmp_path: Path
) -> None:
    images(tmp_path / "odd" / "shirt", 5)
    images(tmp_path / "odd" / "shi\u200brt", 3)
    images(tmp_path / "odd" / "hat", 1)
    dialog, _ = opened(qtbot, tmp_path / "odd")
    assert dialog.panel.notices.texts() == [
        "Caution: Classes with a single image: 1 (“hat”).",
        "Caution: Class names that look the same to the eye: “shirt / shi\\u200brt”.",
    ]
    model = dialog.panel.classes.model
    assert "shi\\u200brt" in [model.index(row, NAME).data() for row in range(3)]
    press(qtbot, Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert dialog.import_button.isEnabled() and not dialog.is_right.isVisible()
    dialog.import_button.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert dialog.result() == QDialog.DialogCode.Accepted
    assert not dialog.parameters().accept_layout


def test_what_was_skipped_is_listed_and_copied(qtbot: QtBot, tmp_path: Path) -> None:
    images(tmp_path / "t", 3)
    rows = ["000.png,a", "001.png,b", "002.png,b", "gone.png,a", "lost.png,b"]
    (tmp_path / "t" / "labels.csv").write_text("path,label\n" + "\n".join(rows))
    dialog, _ = opened(qtbot, tmp_path / "t")
    assert "2 skipped" in dialog.panel.facts.text()
    dialog.panel.tabs.setCurrentWidget(dialog.panel.skipped)
    tree = dialog.panel.skipped.tree
    assert (tree.topLevelItem(0).text(0), tree.topLevelItem(0).text(1)) == ("file not found", "2")
    qtbot.mouseClick(dialog.panel.skipped.copy, Qt.MouseButton.LeftButton)
    assert QGuiApplication.clipboard().text().splitlines() == [
        "file not found\tgone.png",
        "file not found\tlost.png",
    ]


def test_annotators_are_found_ticked_and_can_be_unticked(qtbot: QtBot, tmp_path: Path) -> None:
    images(tmp_path, 6)
    rows = [f"{n:03d}.png,cat,{'cat' if n % 2 else 'dog'},dog,cat" for n in range(6)]
    file = tmp_path / "votes.csv"
    file.write_text("file,rater_1,rater_2,rater_3,final\n" + "\n".join(rows))
    dialog, answers = opened(qtbot, file)
    people = dialog.choices.annotators
    assert people.several.isChecked() and people.list.isVisible()
    assert answers.asked[-1].annotator_columns == ("rater_1", "rater_2", "rater_3")
    assert dialog.import_button.isEnabled()
    qtbot.mouseClick(people.several, Qt.MouseButton.LeftButton, pos=QPoint(10, 10))
    answers.answer()
    assert answers.asked[-1].annotator_columns == () and not people.list.isVisible()


def test_typing_a_path_asks_once_it_stands_still(qtbot: QtBot, pets: Path, sites: Path) -> None:
    dialog, answers = opened(qtbot, pets)
    dialog.source.selectAll()
    qtbot.keyClicks(dialog.source, str(sites))
    assert not dialog.import_button.isEnabled()
    press(qtbot, Qt.Key.Key_Return)
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: answers.at_work)
    assert [asked.source for asked in answers.asked] == [str(pets), str(sites)]
    answers.answer()
    assert dialog.project.text() == str(sites.with_suffix(".lnl"))


def test_choices_are_forgotten_with_another_dataset(
    qtbot: QtBot, sites: Path, garments: Path
) -> None:
    dialog, answers = opened(qtbot, sites)
    dialog.choices.apply({"class_level": 2})
    dialog.show_source(garments)
    answers.answer()
    assert answers.asked[-1] == ImportParameters(str(garments), "")
    assert not dialog.choices.level.isVisible()


def test_a_typed_project_stays(qtbot: QtBot, pets: Path, sites: Path, tmp_path: Path) -> None:
    dialog, answers = opened(qtbot, pets)
    dialog.project.line.selectAll()
    qtbot.keyClicks(dialog.project.line, str(tmp_path / "mine"))
    dialog.show_source(sites)
    answers.answer()
    assert dialog.project.text() == str(tmp_path / "mine")


def test_a_taken_project_is_said_and_keeps_the_dialog(qtbot: QtBot, pets: Path) -> None:
    dialog, _ = opened(qtbot, pets)
    dialog.project.set_text(str(pets))
    qtbot.mouseClick(dialog.import_button, Qt.MouseButton.LeftButton)
    assert dialog.isVisible() and "not empty" in dialog.complaint.text()


def test_a_folder_dropped_on_the_dialog_is_looked_at(qtbot: QtBot, pets: Path, sites: Path) -> None:
    dialog, answers = opened(qtbot, "")
    assert dialog.panel.summary.text() == "Choose a folder or a file"
    drop(dialog, sites)
    answers.answer()
    assert dialog.panel.summary.text() == "16 images in 4 classes"
    assert answers.asked == [ImportParameters(str(sites), "")]


def test_classes_sort_by_number_and_tell_it_to_a_screen_reader(qtbot: QtBot, pets: Path) -> None:
    dialog, _ = opened(qtbot, pets)
    model = dialog.panel.classes.model
    dialog.panel.classes.view.sortByColumn(IMAGES, Qt.SortOrder.AscendingOrder)
    assert [model.index(row, NAME).data() for row in range(2)] == ["dog", "cat"]
    spoken = model.index(0, IMAGES).data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "3 images"


def test_only_pictures_in_sight_are_read(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(60):
        images(tmp_path / "many" / f"c{number:02d}", 2, first=2 * number)
    dialog, _ = opened(qtbot, tmp_path / "many")
    thumbnails = dialog.panel.classes.thumbnails
    came: list[int] = []
    thumbnails.ready.connect(came.append)
    wanted: list[frozenset[int]] = []
    set_wanted = thumbnails.set_wanted

    def note(rows: frozenset[int]) -> None:
        wanted.append(rows)
        set_wanted(rows)

    monkeypatch.setattr(thumbnails, "set_wanted", note)
    qtbot.waitUntil(lambda: len(came) >= 8)
    qtbot.wait(200)
    assert max(came) < 40 * 5, "classes far below the lines in sight"
    before = set(came)
    dialog.panel.classes.view.scrollToBottom()
    qtbot.waitUntil(lambda: 59 * 5 in came)
    assert 59 * 5 not in before
    assert 59 * 5 in wanted[-1] and 0 not in wanted[-1]


def test_the_first_content_can_be_imported_while_others_are_looked_for(
    qtbot: QtBot, pets: Path
) -> None:
    dialog, answers = opened(qtbot, pets)
    preview = dialog._preview
    assert preview is not None
    answers.found.emit(replace(preview, others=(), others_are_known=False))
    assert "LOOKING" in dialog.panel.others.title.text() and dialog.panel.progress.isVisible()
    assert dialog.import_button.isEnabled()
    answers.found.emit(preview)
    assert not dialog.panel.progress.isVisible()


def test_tab_goes_through_all_parts_and_comes_back(qtbot: QtBot, sites: Path) -> None:
    dialog, _ = opened(qtbot, sites)
    seen: list[QWidget] = []
    for _ in range(40):
        widget = QApplication.focusWidget()
        assert widget is not None
        seen.append(widget)
        press(qtbot, Qt.Key.Key_Tab)
        if QApplication.focusWidget() is dialog.source:
            break
    assert QApplication.focusWidget() is dialog.source
    order = [
        dialog.source,
        dialog.folder_button,
        dialog.choices.format,
        dialog.choices.level,
        dialog.is_right,
        dialog.find_suspects,
        dialog.panel.others.buttons[0],
        dialog.panel.classes.view,
        dialog.project.line,
        dialog.cancel_button,
    ]
    places = [seen.index(widget) for widget in order]
    assert places == sorted(places)


def test_the_beginning_of_a_long_table_is_shown_and_cannot_be_imported(
    qtbot: QtBot, pets: Path
) -> None:
    dialog, answers = opened(qtbot, pets)
    preview = dialog._preview
    assert preview is not None
    begun = replace(preview, is_partial=True, others_are_known=False)
    dialog.show_source(pets.parent)
    answers.found.emit(begun)
    assert dialog.panel.summary.text() == "The first rows: 8 images in 2 classes"
    assert not dialog.import_button.isEnabled() and dialog.panel.progress.isVisible()
    with pytest.raises(UserError, match="not been read"):
        dialog.parameters()
    answers.found.emit(preview)
    assert dialog.import_button.isEnabled()


def test_a_project_that_is_there_is_offered_first(
    qtbot: QtBot, pets: Path, sites: Path, tmp_path: Path
) -> None:
    imported = make_project(ImportParameters(str(pets), str(tmp_path / "mine.lnl")), quiet=True)
    assert imported.metrics["samples"] == 8
    dialog, _ = opened(qtbot, pets)
    assert dialog.existing.isVisible() and "mine.lnl" in dialog.existing.text.full()
    assert not dialog.import_button.isDefault() and dialog.import_button.isEnabled()
    press(qtbot, Qt.Key.Key_Return)
    assert dialog.choice() == OpenChoice(project=tmp_path / "mine.lnl")
    other, _ = opened(qtbot, sites)
    assert not other.existing.isVisible()


def test_a_project_made_elsewhere_is_known_from_the_recent_ones(
    qtbot: QtBot, pets: Path, tmp_path: Path
) -> None:
    far = tmp_path / "far" / "work.lnl"
    far.parent.mkdir()
    make_project(ImportParameters(str(pets), str(far)), quiet=True)
    assert projects_of(pets) == []
    assert projects_of(pets, [far, tmp_path / "gone.lnl"]) == [far]
    assert projects_of(pets.parent, [far]) == []


def test_suspects_are_looked_for_unless_that_is_unticked(qtbot: QtBot, pets: Path) -> None:
    dialog, _ = opened(qtbot, pets)
    assert dialog.choice().find_suspects
    dialog.find_suspects.setFocus()
    press(qtbot, Qt.Key.Key_Space)
    assert not dialog.choice().find_suspects


def test_the_shape_of_arrays_can_be_told(qtbot: QtBot, tmp_path: Path) -> None:
    pixels = np.zeros((6, 48), np.uint8)
    np.savez(tmp_path / "flat.npz", images=pixels, labels=np.arange(6) % 2)
    dialog, answers = opened(qtbot, tmp_path / "flat.npz")
    field = dialog.choices.image_shape
    assert field.isVisible() and not dialog.choices.image_root.isVisible()
    field.setFocus()
    qtbot.keyClicks(field, "6x8 pixels")
    assert field.text() == "6x8x"
    qtbot.waitUntil(lambda: answers.at_work)
    answers.answer()
    assert dialog.parameters().image_shape == (6, 8)
    assert dialog.panel.summary.text() == "6 images in 2 classes"


def test_arrays_of_which_several_could_be_the_labels_are_listed(
    qtbot: QtBot, tmp_path: Path
) -> None:
    pixels = np.zeros((6, 8, 8), np.uint8)
    np.savez(tmp_path / "a.npz", images=pixels, fine=np.arange(6) % 3, coarse=np.arange(6) % 2)
    dialog, answers = opened(qtbot, tmp_path / "a.npz")
    assert dialog.panel.summary.text().startswith("Several arrays could be the labels")
    box = dialog.choices.label_column
    names = ["images", "fine", "coarse"]
    assert [box.itemText(at) for at in range(1, box.count())] == names
    box.setFocus()
    press(qtbot, Qt.Key.Key_End)
    answers.answer()
    assert dialog.panel.summary.text() == "6 images in 2 classes"


def test_options_of_the_command_line_are_called_as_in_the_window() -> None:
    said = message("Say which folder holds `{name}` with --image-root.", name="a_b")
    assert plain(said) == "Say which folder holds “a_b” with “Images lie in”."


def test_a_project_chosen_as_dataset_is_offered_to_be_opened(
    qtbot: QtBot, pets: Path, tmp_path: Path
) -> None:
    make_project(ImportParameters(str(pets), str(tmp_path / "mine.lnl")), quiet=True)
    dialog, _ = opened(qtbot, tmp_path / "mine.lnl")
    assert not dialog.import_button.isEnabled()
    press(qtbot, Qt.Key.Key_Return)
    assert dialog.choice() == OpenChoice(project=tmp_path / "mine.lnl")


def test_another_encoding_is_chosen(qtbot: QtBot, tmp_path: Path) -> None:
    images(tmp_path, 4)
    rows = [f"{at:03d}.png,{('кот', 'пёс')[at % 2]}" for at in range(4)]
    (tmp_path / "t.csv").write_text("path,label\n" + "\n".join(rows), "koi8_r")
    dialog, answers = opened(qtbot, tmp_path / "t.csv")
    box = dialog.choices.encoding
    assert box.isVisible() and box.currentText().endswith("(automatic)")
    box.choose("koi8_r")
    box.changed.emit()
    answers.answer()
    assert [entry.name for entry in dialog.panel.classes.model.classes] == ["кот", "пёс"]
    assert box.currentText() == "Cyrillic (KOI8-R)"
    assert dialog.parameters().encoding == "koi8_r"


def test_names_of_classes_are_found_chosen_and_refused(qtbot: QtBot, tmp_path: Path) -> None:
    folder = tmp_path / "coded"
    images(folder / "0", 3)
    images(folder / "1", 3)
    (folder / "classes.txt").write_text("cat\ndog\n")
    (tmp_path / "other.txt").write_text("owl\neel\n")
    dialog, answers = opened(qtbot, folder)
    names = dialog.choices.class_names
    assert names.isVisible() and names.line.placeholderText() == "classes.txt"
    model = dialog.panel.classes.model
    assert [entry.name for entry in model.classes] == ["cat", "dog"]
    names.line.setFocus()
    qtbot.keyClicks(names.line, str(tmp_path / "other.txt"))
    qtbot.waitUntil(lambda: answers.at_work)
    answers.answer()
    assert [entry.name for entry in model.classes] == ["owl", "eel"]
    assert dialog.parameters().class_names == str(tmp_path / "other.txt")
    as_written = [o for o in dialog.panel.others.buttons if "as they are written" in o.toolTip()]
    qtbot.mouseClick(as_written[0], Qt.MouseButton.LeftButton)
    answers.answer()
    assert [entry.name for entry in model.classes] == ["0", "1"]
    assert dialog.choices.keep_codes.isChecked() and not dialog.parameters().rename_classes
