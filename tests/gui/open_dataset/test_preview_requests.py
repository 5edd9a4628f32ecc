"""Previews by a real worker: the newest request alone is answered, and nothing is written."""

import hashlib
from dataclasses import asdict
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from lnl_gui.gui.open_dataset.dialog import OpenDatasetDialog
from lnl_gui.gui.open_dataset.preview_requests import PreviewRequests
from lnl_gui.jobs.protocol import Event
from lnl_gui.store.dataset.dataset_preview import DatasetPreview
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from tests.gui.open_dataset.previews import images

SECONDS = 60_000


@pytest.fixture
def requests(qtbot: QtBot) -> PreviewRequests:
    made = PreviewRequests()
    yield made
    made.shutdown()


@pytest.fixture
def pets(tmp_path: Path) -> Path:
    images(tmp_path / "pets" / "cat", 5)
    images(tmp_path / "pets" / "dog", 3)
    return tmp_path / "pets"


def tree(folder: Path) -> list[tuple[str, int, str]]:
    """Every path with its time and contents."""
    return [
        (
            str(path.relative_to(folder)),
            path.stat().st_mtime_ns,
            hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "",
        )
        for path in sorted(folder.rglob("*"))
    ]


def test_nothing_is_written_before_import_is_pressed(
    qtbot: QtBot, requests: PreviewRequests, pets: Path, tmp_path: Path
) -> None:
    before = tree(tmp_path)
    dialog = OpenDatasetDialog(requests, str(pets))
    qtbot.addWidget(dialog, before_close_func=lambda widget: widget.reject())
    dialog.show()
    qtbot.waitUntil(lambda: dialog.import_button.isEnabled(), timeout=SECONDS)
    qtbot.waitUntil(lambda: not requests.at_work, timeout=SECONDS)
    dialog.choices.apply({"class_level": 1})
    dialog._ask()
    qtbot.waitUntil(lambda: not requests.at_work, timeout=SECONDS)
    qtbot.waitUntil(lambda: dialog.panel.classes.thumbnails.pixmap(0, 46) is not None)
    assert dialog.import_button.text() == "Import 8 images in 2 classes"
    assert tree(tmp_path) == before


def test_only_the_newest_request_is_answered(
    qtbot: QtBot, requests: PreviewRequests, pets: Path, tmp_path: Path
) -> None:
    images(tmp_path / "birds" / "owl", 2)
    images(tmp_path / "birds" / "tit", 2)
    came: list[DatasetPreview] = []
    requests.found.connect(came.append)
    for source in (pets, pets, tmp_path / "birds"):
        requests.request(ImportParameters(str(source), ""))
    qtbot.waitUntil(lambda: not requests.at_work, timeout=SECONDS)
    assert {found.source for found in came} == {str(tmp_path / "birds")}
    assert [found.others_are_known for found in came] == [False, True]
    assert [entry.name for entry in came[-1].classes] == ["owl", "tit"]


def test_what_a_cut_off_job_still_says_has_nowhere_to_go(
    qtbot: QtBot, requests: PreviewRequests, pets: Path
) -> None:
    came: list[DatasetPreview] = []
    requests.found.connect(came.append)
    requests.request(ImportParameters(str(pets), ""))
    old = requests._job
    requests.cancel()
    late = Event("preview", {"preview": asdict(DatasetPreview(str(pets)))})
    requests._controller.figure.emit(old, late)
    assert came == []


def test_a_worker_that_cannot_start_is_an_error(qtbot: QtBot, pets: Path) -> None:
    requests = PreviewRequests(command=("/nowhere/python", []))
    with qtbot.waitSignal(requests.failed, timeout=SECONDS) as told:
        requests.request(ImportParameters(str(pets), ""))
    assert isinstance(told.args[0], UserError) and not requests.at_work
    requests.shutdown()
