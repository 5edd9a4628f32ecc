"""A page of HTML as a PDF, for the report."""

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF
from PySide6.QtGui import QPageLayout, QPageSize, QPdfWriter, QTextDocument

from lnl_gui.gui.shell.program.app import application
from lnl_gui.util.files.atomic import atomic_file

_MARGIN = 16.0
"""Millimetres."""


def main(arguments: Sequence[str]) -> int:
    """Write the page of a file as a PDF; returns the exit code."""
    parser = argparse.ArgumentParser(prog="lnl-gui paper", description=__doc__)
    parser.add_argument("page", type=Path, help="an HTML file")
    parser.add_argument("target", type=Path, help="a .pdf file")
    options = parser.parse_args(list(arguments))
    # No window is shown, and a server has no display.
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application()
    try:
        save_pdf(options.page.read_text(encoding="utf-8"), options.target)
    except OSError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def save_pdf(page: str, target: Path) -> None:
    """Write a page of HTML as a PDF on A4, whole or not at all.

    Raises:
        OSError: when the file cannot be written.
    """
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setCreator("LNL")
    margins = QMarginsF(_MARGIN, _MARGIN, _MARGIN, _MARGIN)
    size = QPageSize(QPageSize.PageSizeId.A4)
    portrait = QPageLayout.Orientation.Portrait
    writer.setPageLayout(QPageLayout(size, portrait, margins, QPageLayout.Unit.Millimeter))
    document = QTextDocument()
    # The page has margins of its own.
    document.setDocumentMargin(0)
    document.setHtml(page)
    writer.setTitle(document.metaInformation(QTextDocument.MetaInformation.DocumentTitle))
    document.print_(writer)
    del writer
    with atomic_file(target, "wb") as stream:
        stream.write(buffer.data().data())
