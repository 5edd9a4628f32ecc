"""The parts left and right of the grid: both where there is room, else the one asked for last."""

from collections.abc import Mapping

from PySide6.QtWidgets import QSplitter, QWidget


class Sides:
    """Which of two parts beside the grid are shown.

    Laid over each other by a splitter that is too narrow, neither could be read.

    Args:
        splitter: holds both and what is between them.
        parts: those that may be hidden, each with the button that shows it again.
        first: the part that stays where there is no room for the other, until that is asked for.
    """

    def __init__(
        self, splitter: QSplitter, parts: Mapping[QWidget, QWidget], *, first: QWidget
    ) -> None:
        self._splitter, self._parts = splitter, dict(parts)
        self._wanted, self._last = set(parts), first
        self._alone: QWidget | None = None
        self._spare = 0

    def want(self, part: QWidget) -> None:
        """Show a part, instead of the other one where there is no room for both."""
        self._wanted.add(part)
        self._last, self._alone = part, None
        self.fit()

    def toggle(self, part: QWidget) -> None:
        """Show a part that is hidden, hide one that is shown."""
        if part.isHidden():
            self.want(part)
        else:
            self._wanted.discard(part)
            self.fit()

    def show_alone(self, part: QWidget | None) -> None:
        """Only this part for the time being, whatever room there is; None ends that."""
        self._alone = part
        self.fit()

    def keep_free(self, width: int) -> None:
        """Both are shown only where so much more is left to what is between them."""
        self._spare = width
        self.fit()

    def fit(self) -> None:
        """Show what is wanted and has room."""
        shown = {self._alone} if self._alone is not None else set(self._wanted)
        if len(shown) > 1 and self._needed() > self._splitter.width():
            shown = {self._last}
        for part, button in self._parts.items():
            part.setVisible(part in shown)
            button.setVisible(part not in shown)

    def _needed(self) -> int:
        parts = [self._splitter.widget(place) for place in range(self._splitter.count())]
        widths = sum(part.minimumWidth() for part in parts if part is not None)
        return widths + self._spare + (len(parts) - 1) * self._splitter.handleWidth()
