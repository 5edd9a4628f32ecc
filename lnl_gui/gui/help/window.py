"""The window of the guide: pages on the left, with a search; the page on the right."""

from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QColor, QKeySequence, QPalette, QShortcut, QTextCharFormat, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QTextEdit,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.help.guide import GuidePage, folder_of, search
from lnl_gui.gui.widgets.basic import label
from lnl_gui.util.translation import current_language, tr

_WIDTH, _HEIGHT, _LIST = 900, 640, 240
_NAME = Qt.ItemDataRole.UserRole


class HelpWindow(QDialog):
    """The guide, beside the window it is about."""

    def __init__(self, pages: Sequence[GuidePage], parent: QWidget) -> None:
        super().__init__(parent)
        self._pages = {page.name: page for page in pages}
        self.setWindowTitle(tr("Guide"))
        # On a small screen no larger than the window that it explains.
        self.resize(min(_WIDTH, parent.width()), min(_HEIGHT, parent.height()))
        self.field = QLineEdit()
        self.field.setPlaceholderText(tr("Search the guide"))
        self.field.setAccessibleName(tr("Search the guide"))
        self.field.setClearButtonEnabled(True)
        self.field.textChanged.connect(self._search)
        self.field.returnPressed.connect(self.find_next)
        self.list = QListWidget()
        self.list.setAccessibleName(tr("Pages"))
        self.list.currentItemChanged.connect(lambda item, _before: self._show(item))
        self.nothing = label(tr("No page holds all of these words."), "muted", wrap=True)
        self.nothing.hide()
        self.browser = QTextBrowser()
        self.browser.setAccessibleName(tr("Page"))
        # Pages link to each other; nothing here opens a file or the network by itself.
        self.browser.setOpenLinks(False)
        self.browser.anchorClicked.connect(self._follow)
        self.browser.setSearchPaths([str(folder_of(current_language().code))])
        self._lay_out()
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.field.setFocus)
        QShortcut(QKeySequence(QKeySequence.StandardKey.FindNext), self, self.find_next)
        self._fill(list(self._pages.values()))
        self.field.setFocus()

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        side = QVBoxLayout()
        side.addWidget(self.field)
        side.addWidget(self.list, 1)
        side.addWidget(self.nothing)
        self.field.setFixedWidth(_LIST)
        self.list.setFixedWidth(_LIST)
        row.addLayout(side)
        row.addWidget(self.browser, 1)

    def show_page(self, name: str) -> None:
        """Bring a page to the front, by its file's name."""
        for place in range(self.list.count()):
            if self.list.item(place).data(_NAME) == name:
                self.list.setCurrentRow(place)

    def find_next(self) -> None:
        """Go on to the next place of what is searched for."""
        wanted = self.field.text().strip()
        if wanted and not self.browser.find(wanted):
            self.browser.moveCursor(self.browser.textCursor().MoveOperation.Start)
            self.browser.find(wanted)

    def _search(self, text: str) -> None:
        self._fill(search(list(self._pages.values()), text))
        self._mark()

    def _fill(self, pages: Sequence[GuidePage]) -> None:
        here = self.list.currentItem()
        name = here.data(_NAME) if here is not None else ""
        # Each line that comes or goes may move the current one, and its page would be opened.
        self.list.blockSignals(True)
        self.list.clear()
        for page in pages:
            item = QListWidgetItem(page.title)
            item.setData(_NAME, page.name)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.nothing.setVisible(not pages)
        # While one types, the page stays as long as it is among those found.
        places = [place for place, page in enumerate(pages) if page.name == name]
        self.list.setCurrentRow(places[0] if places else 0)

    def _show(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        self.browser.document().setMarkdown(self._pages[item.data(_NAME)].text)
        self.browser.moveCursor(self.browser.textCursor().MoveOperation.Start)
        self._mark()

    def _mark(self) -> None:
        """Mark the words searched for."""
        marks = []
        for word in self.field.text().split():
            found = self.browser.document().find(word)
            while not found.isNull():
                marks.append(_mark(found, self.palette()))
                found = self.browser.document().find(word, found, QTextDocument.FindFlag(0))
        self.browser.setExtraSelections(marks)

    def _follow(self, link: QUrl) -> None:
        if link.fileName() in self._pages:
            self.field.clear()
            self.show_page(link.fileName())


def _mark(cursor: object, palette: QPalette) -> QTextEdit.ExtraSelection:
    mark = QTextEdit.ExtraSelection()
    shape = QTextCharFormat()
    colour = QColor(palette.color(QPalette.ColorRole.Highlight))
    colour.setAlphaF(0.3)
    shape.setBackground(colour)
    mark.cursor, mark.format = cursor, shape  # type: ignore[assignment]
    return mark
