"""Choice of the map's projection (PCA, UMAP or t-SNE) and progress of one being computed."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QProgressBar,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from lnl_gui.gui.widgets.basic import ElidedLabel, label, word_button
from lnl_gui.store.jobs.parameters import PCA, TSNE, UMAP
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

TITLES = {PCA: "PCA", UMAP: "UMAP", TSNE: "t-SNE"}
_EXPLANATIONS = {
    PCA: message("PCA: the two directions of greatest spread, at once"),
    UMAP: message("UMAP: images that are alike lie together; computed in the background"),
    TSNE: message("t-SNE: groups stand out, their distances mean little; slower than UMAP"),
}
_BAR_HEIGHT = 4


class ProjectionBar(QWidget):
    """Buttons for the projection, its progress beside them, its error below."""

    chosen = Signal(str)
    """PCA, UMAP or t-SNE, chosen by the user."""
    stopped = Signal()
    retried = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._choice = PCA
        self._buttons = {
            name: word_button(title, localized(_EXPLANATIONS[name]))
            for name, title in TITLES.items()
        }
        self._group = QButtonGroup(self)
        for name, button in self._buttons.items():
            button.setCheckable(True)
            self._group.addButton(button)
            button.clicked.connect(lambda _on, name=name: self._choose(name))
        self.text = ElidedLabel(role="small")
        self.progress = QProgressBar()
        self.progress.setTextVisible(False)
        self.progress.setFixedHeight(_BAR_HEIGHT)
        self.progress.setAccessibleName(tr("Progress of the projection"))
        self.stop = word_button(tr("Cancel"), tr("Cancel the projection, back to PCA"))
        self.retry = word_button(tr("Try again"), tr("Compute the projection again"))
        self.stop.clicked.connect(self.stopped)
        self.retry.clicked.connect(self.retried)
        self.trouble = label("", "small", wrap=True)
        self._arrange()
        self.choose(PCA)
        self.show_nothing()

    def _arrange(self) -> None:
        row = QHBoxLayout()
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(3)
        for button in self._buttons.values():
            row.addWidget(button)
        work = QVBoxLayout()
        work.setContentsMargins(8, 0, 4, 0)
        work.setSpacing(1)
        for widget in (self.text, self.progress):
            # As wide as the buttons leave; kept where they are while hidden, so nothing jumps.
            policy = QSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
            policy.setRetainSizeWhenHidden(True)
            widget.setSizePolicy(policy)
            work.addWidget(widget)
        row.addLayout(work, 1)
        row.addWidget(self.stop)
        row.addWidget(self.retry)
        self.trouble.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 6)
        column.setSpacing(4)
        column.addLayout(row)
        column.addWidget(self.trouble)

    def choice(self) -> str:
        """PCA, UMAP or t-SNE."""
        return self._choice

    def choose(self, name: str) -> None:
        """Check a button without emitting `chosen`."""
        self._choice = name if name in self._buttons else PCA
        self._buttons[self._choice].setChecked(True)

    def pick(self, name: str) -> None:
        """Click a button, as a user does."""
        self._buttons[name].click()

    def _choose(self, name: str) -> None:
        if name != self._choice:
            self.choose(name)
            self.chosen.emit(name)

    def show_work(self, text: str, share: float | None, *, stopping: bool = False) -> None:
        """Show progress; `share` in [0, 1], None while unknown."""
        self._show(self.text, self.progress, self.stop)
        self.text.set_full(text)
        self.stop.setEnabled(not stopping)
        # A range of 0 is Qt's way of saying "busy, no idea how long".
        self.progress.setRange(0, 0 if share is None else 1000)
        self.progress.setValue(0 if share is None else round(1000 * share))

    def show_trouble(self, text: str, *, again: bool) -> None:
        """Show why there is no projection; `again` offers a button to try again."""
        self._show(self.trouble, *([self.retry] if again else []))
        self.trouble.setText(text)

    def show_nothing(self) -> None:
        """Nothing is being computed and nothing went wrong."""
        self._show()

    def _show(self, *wanted: QWidget) -> None:
        for widget in (self.text, self.progress, self.stop, self.retry, self.trouble):
            if widget not in wanted:
                # Qt would give its focus to the next control, where Space does something else.
                widget.clearFocus()
            widget.setVisible(widget in wanted)
