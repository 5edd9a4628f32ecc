"""The report as a PDF, and from the window."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from lnl_gui.gui.dialogs import questions
from lnl_gui.gui.shell.controllers import report_controller
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.shell.program.paper import save_pdf
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message

PAGE = (
    "<html><head><title>Labels of cats</title></head><body><h1>Labels of cats</h1>{}</body></html>"
)


def test_a_page_becomes_a_pdf_of_as_many_pages_as_it_needs(
    qapp: QApplication, tmp_path: Path
) -> None:
    pdf = pytest.importorskip("PySide6.QtPdf")
    file = tmp_path / "deep" / "report.pdf"
    save_pdf(PAGE.format("<p>one line</p>" * 200), file)
    document = pdf.QPdfDocument()
    assert document.load(str(file)) == pdf.QPdfDocument.Error.None_
    assert document.pageCount() > 1
    size = document.pagePointSize(0)
    assert (round(size.width()), round(size.height())) == (595, 842)  # A4
    assert "Labels of cats" in document.getAllText(0).text()
    document.close()


def test_a_pdf_that_cannot_be_written_leaves_nothing(qapp: QApplication, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(OSError):
        save_pdf(PAGE, tmp_path / "file" / "report.pdf")


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Path:
    file = tmp_path / "report.pdf"
    monkeypatch.setattr(questions, "ask_report_file", lambda _parent, _place: file)
    return file


def test_the_window_writes_the_report_and_offers_it(
    qtbot: QtBot, window: MainWindow, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    written: list[tuple[Path, Path]] = []

    def write(folder: Path, file: Path, _context: object) -> RunResult:
        written.append((folder, file))
        return RunResult()

    monkeypatch.setattr(report_controller, "_write", write)
    window.action_table["report"].trigger()
    qtbot.waitUntil(lambda: f"The report is written: {asked}" in window.notifications.texts())
    assert window.project.review is not None
    assert written == [(window.project.review.session.folder, asked)]


def test_a_report_that_fails_says_why(
    qtbot: QtBot, window: MainWindow, asked: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def write(*_arguments: object) -> RunResult:
        raise UserError(message("The disk is full."))

    monkeypatch.setattr(report_controller, "_write", write)
    window.action_table["report"].trigger()
    qtbot.waitUntil(lambda: "The disk is full." in window.notifications.texts())
    # What went wrong is no longer so once it is written.
    monkeypatch.setattr(report_controller, "_write", lambda *_: RunResult())
    window.action_table["report"].trigger()
    qtbot.waitUntil(lambda: f"The report is written: {asked}" in window.notifications.texts())
    assert "The disk is full." not in window.notifications.texts()
