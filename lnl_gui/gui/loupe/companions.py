"""What the loupe shows beside an image: typical samples of both classes, or its neighbours."""

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QScrollArea, QVBoxLayout, QWidget

from lnl_gui.gui.inspector.explanation_text import breakable
from lnl_gui.gui.inspector.sample_view import Picture, SampleView
from lnl_gui.gui.inspector.tiles import PictureTiles
from lnl_gui.gui.widgets.basic import label
from lnl_gui.session.session import Session
from lnl_gui.util.translation import tr

_SIDE = 170


class Companions(QScrollArea):
    """Pictures to compare with; a click emits `sample_requested` with the row."""

    sample_requested = Signal(int)

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setAccessibleName(tr("To compare with"))
        panel = QFrame()
        panel.setProperty("role", "panel")
        self._column = QVBoxLayout(panel)
        self._column.setContentsMargins(14, 12, 14, 12)
        self._column.setSpacing(6)
        self.given = self._part(tr("Typical samples of the given class"), captions=False)
        self.suggested = self._part(tr("Typical samples of the suggested class"), captions=False)
        self.neighbours = self._part(tr("Nearest neighbours"), captions=True)
        self._column.addStretch(1)
        self.setWidget(panel)

    def _part(self, name: str, *, captions: bool) -> "_Part":
        part = _Part(name, captions=captions)
        part.tiles.activated.connect(self.sample_requested)
        self._column.addWidget(part)
        return part

    def show_classes(self, view: SampleView) -> None:
        """Typical samples of the given class and of the suggested one."""
        self._fill(self.given, tr("{} (given)").format(view.given), view, view.given_exemplars)
        title = tr("{} (suggested)").format(view.suggested)
        self._fill(self.suggested, title, view, view.suggested_exemplars)
        self.neighbours.hide()
        if not view.given_exemplars and not view.suggested_exemplars:
            self.given.show_nothing(tr("No other class is suggested for this sample."))

    def show_neighbours(self, view: SampleView) -> None:
        """The samples that look most like it, with their labels."""
        self.given.hide()
        self.suggested.hide()
        title = tr("Nearest neighbours")
        self._fill(self.neighbours, title, view, view.neighbours, marked=view.given)
        if not view.neighbours:
            self.neighbours.show_nothing(tr("None known yet."))

    def _fill(
        self,
        part: "_Part",
        title: str,
        view: SampleView,
        pictures: tuple[Picture, ...],
        *,
        marked: str = "",
    ) -> None:
        # From the files: thumbnails are too small here.
        whole = tuple(
            replace(each, file=self._session.images.file_of(each.row)) for each in pictures
        )
        part.title.setText(breakable(title))
        part.tiles.set_pictures(whole, marked, rendering=view.rendering)
        part.tiles.setVisible(bool(whole))
        part.setVisible(bool(whole))


class _Part(QWidget):
    def __init__(self, name: str, *, captions: bool) -> None:
        super().__init__()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 8)
        column.setSpacing(6)
        self.title = label("", "strong", wrap=True)
        self.tiles = PictureTiles(name, side=_SIDE, captions=captions)
        column.addWidget(self.title)
        column.addWidget(self.tiles)

    def show_nothing(self, text: str) -> None:
        """Why there are no pictures."""
        self.title.setText(text)
        self.tiles.hide()
        self.show()
