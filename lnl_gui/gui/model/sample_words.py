"""What the window says of a sample: labels and their colours, its verdict, all in a line."""

import numpy as np

from lnl_gui.gui.i18n.numbers import likelihood
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.class_colours import shown_colour
from lnl_gui.store.dataset.samples import (
    ASKED,
    EXCLUDED,
    KEPT,
    RELABELLED,
    STATUS_NAMES,
    STATUS_WORDS,
    UNSEEN,
    UNSURE,
)
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr

STATUS_TITLES = {
    UNSEEN: message("Not reviewed"),
    KEPT: message("Kept"),
    RELABELLED: message("Relabelled"),
    EXCLUDED: message("Excluded"),
    UNSURE: message("Unsure"),
    ASKED: message("Colleague asked"),
}


class SampleWords:
    """The words for the samples of a session."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def class_name(self, class_id: int) -> str:
        """The name of a class, "" where there is none of this number."""
        classes = self._session.classes
        return classes[class_id].name if 0 <= class_id < len(classes) else ""

    def class_colour(self, class_id: int, *, dark: bool) -> str:
        """The colour `#rrggbb` that a class is shown in."""
        classes = self._session.classes
        known = classes[class_id].colour if 0 <= class_id < len(classes) else ""
        return shown_colour(class_id, known, dark=dark)

    def label_name(self, class_id: int) -> str:
        """The name of a label, or that there is none."""
        return self.class_name(class_id) or tr("no label")

    def verdict(self, row: int) -> str:
        """The verdict on a sample, "not reviewed" if there is none."""
        columns = self._session.columns
        status = int(columns.status[row])
        if status == RELABELLED:
            return tr("relabelled {}").format(self.class_name(int(columns.current[row])))
        return (
            tr("not reviewed")
            if status == UNSEEN
            else localized(STATUS_WORDS[STATUS_NAMES[status]])
        )

    def sample(self, row: int, *, reasons: bool, selected: bool) -> str:
        """A sample as those hear it who do not see it.

        Args:
            row: of the sample.
            reasons: whether what the detectors think may be told.
            selected: whether it is.
        """
        columns = self._session.columns
        parts = [
            self._session.path_of(row),
            tr("given {}").format(self.class_name(int(columns.given[row])))
            if columns.given[row] >= 0
            else tr("no label"),
        ]
        if reasons:
            parts += self._reasons(row)
        parts.append(self.verdict(row))
        if selected:
            parts.append(tr("selected"))
        return ", ".join(parts)

    def _reasons(self, row: int) -> list[str]:
        columns = self._session.columns
        suggested = int(columns.suggested[row])
        parts = []
        if suggested >= 0 and suggested != columns.given[row]:
            parts.append(tr("suggested {}").format(self.class_name(suggested)))
        if np.isfinite(columns.suspicion[row]):
            likely = likelihood(float(columns.suspicion[row]))
            parts.append(tr("{} likely to be wrong").format(likely))
        if np.isfinite(columns.confidence[row]):
            likely = likelihood(float(columns.confidence[row]))
            parts.append(tr("{} likely to be right").format(likely))
        return parts
