"""The inspector shows what it is told and asks for the sample that was clicked."""

import sys
import threading
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QGuiApplication, QImage
from pytestqt.qtbot import QtBot

from lnl_gui.gui.charts.loss_histogram import Gaussian
from lnl_gui.gui.inspector import image_loader, reveal
from lnl_gui.gui.inspector.details import facts_html, history_text
from lnl_gui.gui.inspector.explanation_text import (
    breakable,
    opinion_sentence,
    summary,
    suspicion_text,
)
from lnl_gui.gui.inspector.inspector import LATE_MILLISECONDS, Inspector
from lnl_gui.gui.inspector.sample_view import (
    DetectorOpinion,
    LossPlace,
    Picture,
    Remark,
    SampleView,
)
from lnl_gui.gui.inspector.sample_view_builder import without_reasons
from lnl_gui.gui.inspector.tiles import PictureTiles
from lnl_gui.pictures.rendering import Rendering


@pytest.fixture
def photo(tmp_path: Path) -> Path:
    file = tmp_path / "cat & dog.png"
    Image.new("RGB", (64, 48), "teal").save(file)
    return file


@pytest.fixture
def sample(photo: Path) -> SampleView:
    losses = np.random.default_rng(0).gamma(1, 1, 200).astype(np.float32)
    return SampleView(
        row=4,
        path="cats/cat & dog.png",
        file=photo,
        given="cat",
        current="dog",
        suggested="dog",
        status="relabelled",
        suspicion=0.93,
        opinions=(DetectorOpinion("Probe", 0.97, "dog"), DetectorOpinion("Cluster", 0.2, "cat")),
        neighbours=tuple(
            Picture(row, photo, "dog" if row < 5 else "cat", 0.9 - 0.01 * row) for row in range(7)
        ),
        loss=LossPlace(3.0, losses, (Gaussian(0.5, 0.3, 0.8), Gaussian(3.0, 1.0, 0.2))),
        given_exemplars=(Picture(20, photo, "cat"),),
        suggested_exemplars=(Picture(21, photo, "dog"), Picture(22, photo, "dog")),
        history=(Remark("08:00", "unseen → unsure", "ada", True), Remark("08:01", "cat → dog")),
        facts=(("Size", "64 × 48"), ("Camera", "<b>A&B</b>")),
    )


@pytest.fixture
def inspector(qtbot: QtBot) -> Inspector:
    widget = Inspector()
    qtbot.addWidget(widget)
    widget.resize(420, 900)
    widget.show()
    return widget


def test_shows_labels_suspicion_and_image(
    qtbot: QtBot, inspector: Inspector, sample: SampleView
) -> None:
    with qtbot.waitSignal(inspector.loader().loaded):
        inspector.show_sample(sample)
    assert inspector.labels.text() == "cat  →  dog"
    assert "93 % likely to be wrong" in inspector.suspicion.text()
    assert "now dog" in inspector.suspicion.text()
    assert inspector.summary.text() == (
        "1 of 2 detectors doubt “cat”. 5 of its 7 nearest neighbours are “dog”."
    )
    assert inspector.image.image_size().width() == 64
    assert inspector.size_label.text() == "64 × 48"
    assert "This sample's loss is 3" in inspector.loss.accessibleDescription()
    inspector.grab()


def test_an_image_that_comes_late_is_not_shown(
    qtbot: QtBot, inspector: Inspector, sample: SampleView, tmp_path: Path
) -> None:
    second = tmp_path / "second.png"
    Image.new("RGB", (10, 12), "red").save(second)
    inspector.show_sample(sample)
    inspector.loader().wait()
    with qtbot.waitSignal(inspector.loader().loaded):
        inspector.show_sample(replace(sample, row=5, file=second))
    qtbot.wait(20)
    assert inspector.image.image_size().height() == 12


def test_the_same_image_is_not_read_again(
    qtbot: QtBot, inspector: Inspector, sample: SampleView
) -> None:
    with qtbot.waitSignal(inspector.loader().loaded):
        inspector.show_sample(sample)
    with qtbot.assertNotEmitted(inspector.loader().loaded, wait=60):
        inspector.show_sample(replace(sample, status="kept"))
    assert inspector.image.image_size().width() == 64


def test_an_unreadable_image_is_explained(
    qtbot: QtBot, inspector: Inspector, sample: SampleView, tmp_path: Path
) -> None:
    (tmp_path / "broken.png").write_bytes(b"not an image")
    with qtbot.waitSignal(inspector.looked_for, check_params_cb=lambda there: there):
        inspector.show_sample(replace(sample, file=tmp_path / "broken.png"))
    assert "cannot be shown" in inspector.image._message


def test_an_image_that_is_gone_is_told(
    qtbot: QtBot, inspector: Inspector, sample: SampleView, tmp_path: Path
) -> None:
    with qtbot.waitSignal(inspector.looked_for, check_params_cb=lambda there: not there):
        inspector.show_sample(replace(sample, file=tmp_path / "gone.png"))
    assert inspector.image._message == "The original image is not there."


def test_nothing_known_hides_the_reasons(
    inspector: Inspector, sample: SampleView, photo: Path
) -> None:
    inspector.show_sample(SampleView(1, "a.png", photo, "cat", "cat"))
    for widget in (inspector.opinions, inspector.neighbours, inspector.loss, inspector.exemplars):
        assert not widget.isVisible()
    assert inspector.suspicion.text() == "Not scored yet"
    inspector.show_sample(sample)
    assert inspector.loss.isVisible()
    inspector.show_sample(None)
    assert not inspector.labels.isVisible()


def test_a_neighbour_asks_for_its_sample(
    qtbot: QtBot, inspector: Inspector, sample: SampleView
) -> None:
    inspector.show_sample(sample)
    place = inspector.neighbours.tile_rect(3).center()
    with qtbot.waitSignal(inspector.sample_requested) as caught:
        qtbot.mouseClick(inspector.neighbours, Qt.MouseButton.LeftButton, pos=place)
    assert caught.args == [3]
    with qtbot.waitSignal(inspector.sample_requested) as caught:
        qtbot.keyClick(inspector.suggested_exemplars, Qt.Key.Key_Right)
        qtbot.keyClick(inspector.suggested_exemplars, Qt.Key.Key_Return)
    assert caught.args == [22]


def test_the_path_is_copied(qtbot: QtBot, inspector: Inspector, sample: SampleView) -> None:
    inspector.show_sample(sample)
    with qtbot.waitSignal(inspector.path_copied):
        inspector.path.copy_button.click()
    assert QGuiApplication.clipboard().text() == str(sample.file)


def test_the_layout_turns_with_the_shape_of_the_window(
    inspector: Inspector, sample: SampleView
) -> None:
    inspector.show_sample(sample)
    assert inspector.splitter.orientation() == Qt.Orientation.Vertical
    inspector.resize(1200, 700)
    assert inspector.splitter.orientation() == Qt.Orientation.Horizontal


def test_tiles_wrap_and_none_lies_outside(qtbot: QtBot, photo: Path) -> None:
    tiles = PictureTiles("Neighbours", side=60)
    qtbot.addWidget(tiles)
    tiles.set_pictures([Picture(row, photo, "cat", 0.5) for row in range(11)])
    for width in (61, 130, 300, 900):
        tiles.resize(width, 10)
        tiles.setFixedHeight(tiles.heightForWidth(width))
        rects = [tiles.tile_rect(place) for place in range(11)]
        assert all(tiles.rect().contains(rect) for rect in rects)
        assert not any(a.intersects(b) for a in rects for b in rects if a is not b)


def test_opinions_in_words() -> None:
    assert opinion_sentence(DetectorOpinion("x", 0.97, "dog"), "cat") == (
        "Is almost sure that the label is wrong; would say dog."
    )
    assert opinion_sentence(DetectorOpinion("x", 0.1, "cat"), "cat") == (
        "Trusts the label; would also say cat."
    )
    assert opinion_sentence(DetectorOpinion("x", 0.8, "cat"), "cat") == (
        "Doubts the label; knows no better one."
    )
    assert opinion_sentence(DetectorOpinion("x", 0.6), "cat") == "Leans towards doubting the label."


@pytest.mark.parametrize(
    ("suspicion", "text"),
    [
        (None, "Not scored"),
        (1.0, "more than 99 %"),
        (0.0, "less than 1 %"),
        (0.994, "99 %"),
        (0.42, "42 %"),
    ],
)
def test_suspicion_is_never_certain(suspicion: float | None, text: str) -> None:
    assert text in suspicion_text(suspicion)


def test_summary_of_nothing_is_empty(photo: Path) -> None:
    assert summary(SampleView(1, "a.png", photo, "cat", "cat")) == ""


def test_how_many_repetitions_agree_is_said(photo: Path) -> None:
    known = SampleView(1, "a.png", photo, "cat", "cat", suspicion=0.7, agreeing=4, repetitions=5)
    assert summary(known) == "4 of 5 repetitions agree."
    # Of a version that did not store it, or with one fit only, nothing is said.
    assert summary(replace(known, agreeing=-1)) == summary(replace(known, repetitions=1)) == ""


def test_what_copies_of_the_image_are_called_is_said(photo: Path) -> None:
    one = SampleView(1, "a.png", photo, "cat", "cat", copies=("dog",))
    assert summary(one) == "Its copy is “dog”."
    several = replace(one, copies=("dog", "cat", "dog"))
    assert summary(several) == "2 of its 3 copies are “dog”."
    same = replace(one, copies=("cat", "cat"))
    assert summary(same) == "All copies of the image are “cat”: they count as one."
    assert summary(without_reasons(several)) == ""


def test_history_is_newest_first_and_marks_what_was_undone(sample: SampleView) -> None:
    lines = history_text(sample.history).splitlines()
    assert lines == ["08:01", "cat → dog", "08:00 · ada", "unseen → unsure (undone)"]
    assert history_text(()) == "No verdict yet."


def test_facts_cannot_inject_markup(sample: SampleView) -> None:
    assert "&lt;b&gt;A&amp;B&lt;/b&gt;" in facts_html(sample.facts)


def test_reveal_on_each_platform(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    file = tmp_path / "a, b ü.png"
    assert reveal.reveal_command(file, "win32") == ["explorer.exe", "/select,", str(file)]
    assert reveal.reveal_command(file, "darwin") == ["open", "-R", str(file)]
    monkeypatch.setattr(reveal.shutil, "which", lambda name: f"/usr/bin/{name}")
    command = reveal.reveal_command(file, "linux")
    assert command is not None
    url = next(part for part in command if part.startswith("array:string:"))
    url = url.removeprefix("array:string:")
    assert "," not in url
    assert Path(unquote(url).removeprefix("file://")) == file
    monkeypatch.setattr(reveal.shutil, "which", lambda name: None)
    assert reveal.reveal_command(file, "linux") is None


@pytest.mark.parametrize(
    ("command", "falls_back"),
    [
        (None, True),
        ([sys.executable, "-c", "raise SystemExit(1)"], sys.platform != "win32"),
        ([sys.executable, "-c", "pass"], False),
        (["no such program of this name"], True),
    ],
)
def test_reveal_falls_back_to_the_folder(
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
    photo: Path,
    command: list[str] | None,
    falls_back: bool,
) -> None:
    opened: list[Path] = []
    ended: list[int] = []

    def open_url(url: QUrl) -> bool:
        opened.append(Path(url.toLocalFile()))
        return True

    finished = reveal._finished
    monkeypatch.setattr(reveal, "reveal_command", lambda file, platform: command)
    monkeypatch.setattr(
        reveal, "_finished", lambda *given: (finished(*given), ended.append(given[2]))
    )
    monkeypatch.setattr(reveal.QDesktopServices, "openUrl", open_url)
    reveal.reveal(photo)
    qtbot.waitUntil(lambda: bool(opened or ended))
    assert opened == ([photo.parent] if falls_back else [])


def test_very_long_names_wrap_and_are_whole(
    qtbot: QtBot, inspector: Inspector, sample: SampleView
) -> None:
    name = "Ünîcodé" * 40
    inspector.show_sample(replace(sample, given=name, current=name))
    qtbot.wait(10)
    assert inspector.labels.text().replace("\u200b", "").startswith(name)
    assert inspector.labels.height() > 4 * inspector.labels.fontMetrics().height()
    assert inspector.width() == 420


def test_breakable_changes_nothing_that_can_be_seen() -> None:
    assert breakable("cat and dog") == "cat and dog"
    assert breakable("x" * 40).replace("\u200b", "") == "x" * 40
    assert max(len(part) for part in breakable("x" * 100).split("\u200b")) <= 18


def test_small_pictures_follow_the_scale_of_the_dataset(
    qtbot: QtBot, inspector: Inspector, sample: SampleView, tmp_path: Path
) -> None:
    deep = tmp_path / "deep.png"
    Image.fromarray(np.full((8, 8), 2048, np.uint16)).save(deep)
    others = (Picture(5, deep, "dog"),)
    view = replace(
        sample,
        neighbours=others,
        given_exemplars=others,
        suggested_exemplars=others,
        rendering=Rendering((0.0, 4095.0)),
    )
    inspector.show_sample(view)
    for tiles in (inspector.neighbours, inspector.given_exemplars, inspector.suggested_exemplars):
        qtbot.waitUntil(lambda tiles=tiles: 5 in tiles._images, timeout=30_000)
        # By the depth that the file declares it would be 8.
        assert abs(tiles._images[5].pixelColor(4, 4).red() - 128) <= 1


def test_a_picture_never_stands_for_long_beside_the_labels_of_another(
    qtbot: QtBot, sample: SampleView, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    inspector = Inspector()
    qtbot.addWidget(inspector)
    inspector.show_sample(sample)
    qtbot.waitUntil(lambda: bool(inspector.image.levels()))
    slow, go_on = tmp_path / "slow.png", threading.Event()
    Image.new("RGB", (20, 30), "red").save(slow)
    read = image_loader.read_as_embedded

    def wait_and_read(*arguments: Any) -> QImage:
        go_on.wait(60)
        return read(*arguments)

    monkeypatch.setattr(image_loader, "read_as_embedded", wait_and_read)
    inspector.show_sample(replace(sample, row=5, file=slow))
    # A moment it may, so that running through the grid does not flicker.
    assert inspector.image.image_size().width() == 64
    qtbot.waitUntil(lambda: not inspector.image.levels())
    assert inspector.size_label.text() == ""
    go_on.set()
    qtbot.waitUntil(lambda: inspector.image.image_size().width() == 20)
    qtbot.wait(2 * LATE_MILLISECONDS)
    assert inspector.image.image_size().width() == 20
