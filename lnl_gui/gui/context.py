"""What controllers and panels use of their window, instead of the window itself."""

from dataclasses import dataclass
from typing import Protocol

from PySide6.QtCore import SignalInstance
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QWidget

from lnl_gui.gui.jobs.catalogue import CatalogueController
from lnl_gui.gui.jobs.workflow import Workflow
from lnl_gui.gui.model.current_project import CurrentProject
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.settings.store import SettingsStore
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.notifications import Notifications
from lnl_gui.store.jobs.runs import Run
from lnl_gui.util.errors import UserError


class ActionLookup(Protocol):
    """The window's actions by their ids."""

    @property
    def keys_changed(self) -> SignalInstance:
        """The keys may be others than before."""
        ...

    def __getitem__(self, identifier: str) -> QAction: ...

    def taken(self, key: str) -> str:
        """What a key of one character does as keys are set now; "" for one that is free."""
        ...

    def key(self, identifier: str) -> str:
        """The first key of an action as it is set now; "" for none."""
        ...


@dataclass(frozen=True)
class WindowContext:
    """What controllers and panels use of their window."""

    parent: QWidget
    """The parent of dialogs."""
    theme: Theme
    settings: SettingsStore
    notifications: Notifications
    actions: ActionLookup
    project: CurrentProject
    workflow: Workflow
    catalogue: CatalogueController

    @property
    def review(self) -> ReviewModel | None:
        """The review of the open project, or None."""
        return self.project.review

    def latest_run(self, kind: str) -> Run | None:
        """The newest run of a kind that is done; None for none, and where no project is open."""
        review = self.review
        return review.session.runs.latest(kind) if review is not None else None

    def refuse(self, error: UserError, *, of: str = "") -> None:
        """Show a `UserError` as a notification; one `of` a kind of work until that succeeds."""
        self.notifications.show_error(error, of=of)
