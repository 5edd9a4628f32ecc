"""A search for settings, new images classified, reviewed and added: by keys, by the real worker."""

import json
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QCheckBox, QLineEdit, QPushButton, QSpinBox

from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.gui.dialogs.predictions import PredictionsWindow
from lnl_gui.gui.dialogs.trials import TrialsWindow
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.jobs.parameters import EmbedParameters, FinetuneParameters, ImportParameters
from tests.conftest import draw_image
from tests.e2e.driver import run_sitting
from tests.e2e.hands import (
    LONG,
    Story,
    Until,
    click,
    dialog,
    expect,
    find,
    key,
    one,
    press_button,
    strike,
    there,
    visible,
    write,
)
from tests.e2e.test_classes_and_team import from_menu
from tests.e2e.test_main import (
    CONTROL,
    SHIFT,
    Key,
    banner_says,
    close_the_window,
    current_path,
    grid_has_the_keys,
    is_idle,
    review,
    verdicts,
)
from tests.files import hashes

NEW = 4
STATUSES = [UNSEEN, KEPT, RELABELLED, EXCLUDED]


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    """Drawn images whose embeddings and a model are there, and a folder of new ones."""
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    with Session.open(folder) as session:
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
        trained = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast")
        run_job(session, trained, quiet=True)
    (tmp_path / "new").mkdir()
    for number in range(NEW):
        draw_image(number % 3, 9000 + number).save(tmp_path / "new" / f"{number}.png")
    return folder


# The story


def day(place: Path) -> Story:
    """From a search to a dataset with new images, and back."""
    yield Until("the project is open", is_idle)
    yield from search()
    yield from classify()
    yield from review_them()
    yield from add_them()
    (place / "added.json").write_text(json.dumps(hashes(review().session.dataset_root)))
    yield from take_them_back()
    yield from close_the_window()


def search() -> Story:
    """Two trials, seen as they come."""
    yield key(Key.Key_T, CONTROL | SHIFT)
    yield Until("what to search is asked", lambda: there(QPushButton, "Start the search"), LONG)
    # Of the recipe that is offered first: for so few images the quickest.
    yield from click(find(QSpinBox, "Trials"))
    yield key(Key.Key_A, CONTROL)
    yield strike("2")
    yield from press_button("Start the search")
    yield Until("the trials are shown as they come", lambda: bool(visible(TrialsWindow)))
    best = "Fine-tune with the best"
    yield Until("the search is over", lambda: there(QPushButton, best), LONG)
    expect("trials", sorted(each["number"] for each in one(TrialsWindow).model.rows), [1, 2])
    yield from press_button("Close")
    yield Until("the banner", is_idle)


def classify() -> Story:
    """A folder of new images; nothing comes up by itself when that is done."""
    yield key(Key.Key_I, CONTROL)
    yield Until("a folder is asked for", lambda: any(f.hasFocus() for f in visible(QLineEdit)))
    # From where the product was started.
    yield from write("new")
    while dialog() is not None:
        # A list of folders of that name takes a click for itself.
        yield from press_button("Choose")
    yield banner_says(f"{NEW} images classified")
    expect("windows that came up", visible(PredictionsWindow), [])
    yield from press_button("Show them")
    yield Until("the predictions", lambda: bool(visible(PredictionsWindow)))


def review_them() -> Story:
    """As a project of their own: one kept, one of another class, one left out, one left open."""
    yield from press_button("Review them…")
    yield Until("how they are read", lambda: there(QPushButton, "Import "))
    # Suspects among four images are nothing to look for.
    suspects = find(QCheckBox, "Then find suspect labels")
    yield from click(suspects, QPoint(10, suspects.height() // 2))
    expect("only imported", suspects.isChecked(), False)
    yield from press_button("Import ")
    yield Until("the new images are open", lambda: is_idle() and len(review().session) == NEW)
    yield grid_has_the_keys()
    yield strike("q")
    path, names = current_path(), [entry.name for entry in review().session.shown_classes]
    other = next(name for name in names if name != verdicts()[path][1])
    yield from map(strike, f"r{other}")
    yield key(Key.Key_Return)
    yield Until("the class is given", lambda: verdicts()[path] == [RELABELLED, other])
    yield grid_has_the_keys()
    yield strike("e")
    yield Until(
        "one is left out", lambda: EXCLUDED in [status for status, _ in verdicts().values()]
    )


def add_them() -> Story:
    """Asked first and in words; then they are samples of the dataset, decided on."""
    yield from_menu("extend")
    yield from press_button("Open shapes")
    yield from press_button("Find out what it does")
    yield banner_says("2 images can join the dataset")
    expect("nothing is done yet", len(review().session), 36)
    yield from press_button("Look and add…")
    yield from press_button("Add 2 images")
    yield Until("they are there", lambda: is_idle() and len(review().session) == 38, LONG)
    decided = sorted(status for status, _ in verdicts().values() if status != UNSEEN)
    expect("their verdicts came along", decided, [KEPT, KEPT])
    yield grid_has_the_keys()
    yield Until("the window is in front again", QGuiApplication.focusWindow)


def take_them_back() -> Story:
    """The dataset is as it was; what was decided about the images stays on record."""
    yield from_menu("undo-extend")
    yield from press_button("Remove 2 images")
    gone = "the project knows that they are gone"
    yield Until(gone, lambda: is_idle() and review().session.columns.missing.sum() == 2, LONG)
    decided = sorted(status for status, _ in verdicts().values() if status != UNSEEN)
    expect("their verdicts stay", decided, [KEPT, KEPT])


@pytest.mark.timeout(900)
def test_settings_are_searched_and_new_images_join_the_dataset(
    project: Path, class_folders: Path, tmp_path: Path
) -> None:
    before, new = hashes(class_folders), hashes(tmp_path / "new")
    # Four starts of the worker, each of which loads torch.
    code, errors = run_sitting(day, tmp_path, [str(project)], seconds=800)
    assert (code, errors) == (0, ""), errors
    added = json.loads((tmp_path / "added.json").read_text())
    assert hashes(tmp_path / "new") == new
    assert {name: digest for name, digest in added.items() if name in before} == before
    assert len(added) == len(before) + 2
    assert set(added.values()) - set(before.values()) <= set(new.values())
    assert hashes(class_folders) == before
