"""Classes that may be one, each pair with its evidence and some images; a person merges."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QListWidget, QVBoxLayout, QWidget

from lnl_gui.gui.inspector.sample_view import Picture
from lnl_gui.gui.inspector.tiles import PictureTiles
from lnl_gui.gui.widgets.basic import as_plain, button, button_text, label
from lnl_gui.session.acts.class_hints import MergeHint
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless

NAME_WIDTH = 150
"""Most of a name on a button, in pixels."""


class HintPanel(QWidget):
    """A list of pairs, and what is known of the one chosen."""

    merge_requested = Signal(int, int)
    """The class that goes, and the one that stays."""
    class_requested = Signal(int)
    """A class with too few images is to be looked at."""

    def __init__(
        self,
        name_of: Callable[[int], str],
        pictures_of: Callable[[Sequence[int]], tuple[Picture, ...]],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._name_of, self._pictures_of = name_of, pictures_of
        self._hints: Sequence[MergeHint] = ()
        self._read_only = False
        self.pairs = QListWidget()
        self.pairs.setAccessibleName(tr("Classes that may be one, or have too few images"))
        self.pairs.currentRowChanged.connect(self._show)
        self.evidence = label("", wrap=True)
        self.tiles = PictureTiles(tr("Images that show it"), side=72)
        self.forward, self.backward = button("", "primary"), button("")
        self.forward.clicked.connect(lambda: self._merge(turned=False))
        self.backward.clicked.connect(lambda: self._merge(turned=True))
        nothing = tr("Nothing says that two classes may be one, or that one has too few images.")
        self.nothing = label(nothing, "muted", wrap=True)
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.addWidget(self.nothing)
        column.addWidget(self.pairs, 1)
        column.addWidget(self.evidence)
        column.addWidget(self.tiles)
        row = QHBoxLayout()
        row.addStretch(1)
        row.addWidget(self.backward)
        row.addWidget(self.forward)
        column.addLayout(row)

    def only_to_read(self) -> None:
        """Classes are looked at, and none can be merged."""
        self._read_only = True

    def show_hints(self, hints: Sequence[MergeHint]) -> None:
        """Show what detection, sizes and names say now."""
        self._hints = hints
        self.pairs.clear()
        for hint in hints:
            pair = [harmless(self._name_of(hint.first))]
            if hint.second >= 0:
                pair.append(harmless(self._name_of(hint.second)))
            self.pairs.addItem(" · ".join(pair))
        for part in (self.pairs, self.evidence, self.tiles):
            part.setVisible(bool(hints))
        self.nothing.setVisible(not hints)
        self._show(-1)
        if hints:
            self.pairs.setCurrentRow(0)

    def _show(self, place: int) -> None:
        hint = self._hints[place] if 0 <= place < len(self._hints) else None
        self.evidence.setText(localized(hint.evidence) if hint else "")
        self.tiles.set_pictures(self._pictures_of(hint.rows.tolist()) if hint else ())
        pair = hint is not None and hint.second >= 0
        self.backward.setVisible(pair)
        self.forward.setVisible(hint is not None)
        for each in (self.forward, self.backward):
            each.setEnabled(not (pair and self._read_only))
        if hint is None:
            return
        if not pair:
            self.forward.setText(tr("Show the class"))
            return
        for each, gone, stays in (
            (self.forward, hint.first, hint.second),
            (self.backward, hint.second, hint.first),
        ):
            names = [harmless(self._name_of(class_id)) for class_id in (gone, stays)]
            each.setToolTip(as_plain(tr("Merge {} into {}").format(*names)))
            short = (self._shortened(name) for name in names)
            each.setText(button_text(tr("Merge {} into {}").format(*short)))

    def _shortened(self, name: str) -> str:
        """A name that leaves room for the other one, cut in the middle: names differ at the end."""
        middle = Qt.TextElideMode.ElideMiddle
        return self.fontMetrics().elidedText(name, middle, NAME_WIDTH)

    def _merge(self, *, turned: bool) -> None:
        place = self.pairs.currentRow()
        if not 0 <= place < len(self._hints):
            return
        hint = self._hints[place]
        if hint.second < 0:
            self.class_requested.emit(hint.first)
        elif turned:
            self.merge_requested.emit(hint.second, hint.first)
        else:
            self.merge_requested.emit(hint.first, hint.second)
