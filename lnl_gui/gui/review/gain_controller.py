"""The held-out images on which two trained models differ, to be judged blind."""

from PySide6.QtCore import QObject

from lnl_gui.gui.context import WindowContext
from lnl_gui.gui.review.blind_detour import BlindDetour
from lnl_gui.gui.review.task_bar import ReviewTask, TaskButton
from lnl_gui.gui.widgets.basic import number
from lnl_gui.session.browsing.views import ViewSpec
from lnl_gui.store.training.gain import Gain
from lnl_gui.store.training.gain_words import basis, headline
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr


class GainController(QObject):
    """Blind review of what decides whether cleaning helped."""

    def __init__(self, context: WindowContext) -> None:
        super().__init__(context.parent)
        self._context = context
        self._detour = BlindDetour(context)

    def show(self) -> None:
        """Show the deciding samples in the grid, in random order."""
        review = self._context.review
        if review is None:
            return
        gain = review.session.statistics.gain()
        if gain is None or not gain.disagreements:
            self._context.refuse(_nothing_to_judge(gain))
            return
        spec = ViewSpec(flagged=None, deciding=True)
        self._detour.show(spec, under_way=review.spec.deciding)

    def leave(self) -> None:
        """Restore the view that was shown before."""
        self._detour.leave()

    def task(self) -> ReviewTask | None:
        """Content of the task bar while these samples are shown, else None."""
        review = self._context.review
        if review is None or not review.spec.deciding:
            return None
        gain = review.session.statistics.gain()
        if gain is None:
            return None
        # Blind, what is left is one's own, and the gain is everybody's.
        left = len(review.session.statistics.open_samples())
        leave = TaskButton(tr("End"), self.leave, primary=not left)
        if not left and not review.session.blind:
            said = (localized(headline(gain)), localized(basis(gain)))
            # As in the banner: only a gain that was verified is good news.
            verified = gain.verified is not None and gain.verified.low > 0
            return ReviewTask(*said, (leave,), "good" if verified else "")
        done = tr("{} of {} judged").format(
            number(gain.disagreements - left), number(gain.disagreements)
        )
        return ReviewTask(
            f"{tr('What decides the gain')}   ·   {done}", self._detour.hint(), (leave,)
        )


def _nothing_to_judge(gain: Gain | None) -> UserError:
    if gain is not None:
        return UserError(basis(gain))
    return UserError(
        message("No training has been compared with one on the given labels."),
        message("Fine-tune first, with the comparison."),
    )
