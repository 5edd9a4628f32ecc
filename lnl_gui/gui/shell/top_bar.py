"""The bar at the top: project, steps, undo, jobs, theme, menu."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QToolButton, QWidget

from lnl_gui.gui.shell.actions import CHECKS, MOVING, PROJECT, VERDICTS, VIEW
from lnl_gui.gui.shell.actions.table import ActionTable
from lnl_gui.gui.shell.step_bar import StepBar
from lnl_gui.gui.style import icons
from lnl_gui.gui.style.theme import Theme
from lnl_gui.gui.widgets.basic import as_plain, label, line, restyle, tool_button
from lnl_gui.gui.widgets.low_window import fit_margins
from lnl_gui.session.figures.stages import Steps
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import harmless

NAME_WIDTH, MARGIN = 260, 6
LAST = ("preferences", "quit")
"""Of the project's actions, those that stand at the foot of the menu."""
HELP = ("help", "whats-new", "doctor", "crash-reports", "desktop", "about")
"""Those about LNL itself, one step down above them."""
BELOW = (
    (
        message("Dataset and project"),
        ("update", "locate", "extend", "undo-extend", "classes", "check"),
    ),
    (message("Training"), ("finetune", "tune", "trials", "predict", "predictions")),
)
"""Of the project's actions, those that stand one step down, where the first of them would."""


class TopBar(QFrame):
    """Name of the project, how far it has come, and what is needed at all times."""

    def __init__(self, theme: Theme, actions: ActionTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._theme = theme
        self.setProperty("role", "bar")
        row = self._row = QHBoxLayout(self)
        row.setContentsMargins(12, MARGIN, 12, MARGIN)
        row.setSpacing(6)
        self.home = tool_button(actions["close"])
        self.name = label("", "heading")
        self.steps = StepBar(theme)
        self.undo, self.redo = tool_button(actions["undo"]), tool_button(actions["redo"])
        self.jobs = tool_button(actions["jobs"])
        self.menu = self._menu_button(actions)
        row.addWidget(self.home)
        row.addWidget(self.name)
        row.addSpacing(18)
        row.addWidget(self.steps, 100)
        row.addStretch(1)
        for widget in (self.undo, self.redo):
            row.addWidget(widget)
        self.gap = line(vertical=True)
        self.gap.setFixedHeight(22)
        row.addWidget(self.gap)
        for widget in (
            self.jobs,
            tool_button(actions["theme"]),
            tool_button(actions["keys"]),
            self.menu,
        ):
            row.addWidget(widget)
        theme.changed.connect(self._draw)
        self._draw()

    def _menu_button(self, actions: ActionTable) -> QToolButton:
        result = QToolButton()
        result.setAccessibleName(tr("Menu"))
        result.setToolTip(tr("Menu"))
        result.setIconSize(QSize(18, 18))
        result.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        result.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        result.setMenu(_menu(result, actions))
        return result

    def set_low(self, low: bool) -> None:
        """Whether the window is low."""
        fit_margins(self._row, MARGIN, low=low)

    def show_project(self, name: str, steps: Steps | None) -> None:
        """Name and progress of the open project; "" for the start page."""
        metrics = self.name.fontMetrics()
        self.name.setText(
            metrics.elidedText(harmless(name), Qt.TextElideMode.ElideMiddle, NAME_WIDTH)
        )
        self.name.setToolTip(as_plain(name))
        for widget in (self.home, self.name, self.undo, self.redo, self.gap):
            widget.setVisible(bool(name))
        self.steps.setVisible(bool(name))
        self.steps.show_steps(steps)

    def show_busy(self, busy: bool) -> None:
        """Mark the jobs button while a job is at work."""
        restyle(self.jobs, "busy", "true" if busy else "false")

    def _draw(self) -> None:
        self.menu.setIcon(icons.icon("menu", self._theme.color("text")))


def _menu(parent: QWidget, actions: ActionTable) -> QMenu:
    """The project's own actions; reviewing, looking and what belongs together one step down."""
    menu = QMenu(parent)
    begins = {identifiers[0]: (title, identifiers) for title, identifiers in BELOW}
    one_step_down = {identifier for _, identifiers in BELOW for identifier in identifiers}
    for spec in PROJECT.actions:
        if spec.id in begins:
            title, identifiers = begins[spec.id]
            below = menu.addMenu(localized(title))
            # The reason why an entry is off.
            below.setToolTipsVisible(True)
            below.addActions([actions[name] for name in identifiers])
        elif spec.id not in one_step_down | {*LAST, *HELP}:
            menu.addAction(actions[spec.id])
    menu.addSeparator()
    for group in (VERDICTS, MOVING, CHECKS, VIEW):
        below = menu.addMenu(localized(group.title))
        below.addActions(
            [actions[spec.id] for spec in group.actions if spec.id not in (*LAST, *HELP)]
        )
    menu.addSeparator()
    menu.addMenu(tr("Help")).addActions([actions[identifier] for identifier in HELP])
    for identifier in LAST:
        menu.addAction(actions[identifier])
    return menu
