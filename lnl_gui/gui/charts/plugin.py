"""Charts of other packages: an entry point in the group `lnl_gui.charts` is a `ChartInfo`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from PySide6.QtWidgets import QWidget

from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.util.messages import Message
from lnl_gui.util.plugins import plugins

ENTRY_POINT_GROUP = "lnl_gui.charts"


class Chart(Protocol):
    """A chart of the project under review; it is drawn anew only while it can be seen."""

    @property
    def widget(self) -> QWidget:
        """What is shown."""

    def refresh(self) -> None:
        """Draw the present data of the session."""


@dataclass(frozen=True)
class ChartInfo:
    """A chart that another package adds.

    Attributes:
        title: what a person reads in the list of charts.
        hint: one sentence on what it shows and how to use it.
        build: makes the chart; it reads `review.session` and acts on the grid by
            `review.show_view` and `review.go_to_row`.
    """

    title: Message | str
    hint: Message | str
    build: Callable[[ReviewModel], Chart]


def further_charts() -> list[ChartInfo]:
    """The charts that installed packages add, by name of their entry points.

    Raises:
        UserError: naming the package whose chart cannot be used.
    """
    return plugins(ENTRY_POINT_GROUP, ChartInfo)
