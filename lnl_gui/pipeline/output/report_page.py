"""What stands on the page of a report, and the templates that make HTML of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from lnl_gui.pipeline.output.report_facts import ChangedLabel
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.paths import resource
from lnl_gui.util.translation import current_language, localized
from lnl_gui.util.visible import harmless, visible

_TEMPLATE = "page.html.jinja"
_BAR_WIDTH = 150
"""On paper, in pixels; a browser's bars are as wide as their column."""


@dataclass(frozen=True)
class Bar:
    """A share with its interval; all bars of a table have the same `largest`, above 0."""

    rate: float
    low: float
    high: float
    largest: float

    def on_paper(self, width: int) -> tuple[tuple[str, int], ...]:
        """Colours and widths side by side: the estimate from zero, its interval's rest, the rest.

        Args:
            width: of all together, in pixels.

        Returns:
            Pairs whose widths are `width` together.
        """
        dark = round(width * self.rate / self.largest)
        pale = round(width * max(0.0, self.high - self.rate) / self.largest)
        return ("#0072b2", dark), ("#9ccbe6", pale), ("#f4f6f8", max(0, width - dark - pale))


Cell = str | Message | Bar
"""A name from the dataset, words, or a bar."""


@dataclass(frozen=True)
class ReportTable:
    """Rows whose first cell is their head; one without rows is not shown."""

    heads: Sequence[Message]
    rows: Sequence[Sequence[Cell]]
    caption: Message = NOTHING


@dataclass(frozen=True)
class ReportSection:
    """A heading and what stands under it, in this order; one with nothing under it is not shown."""

    title: Message
    table: ReportTable | None = None
    said: Sequence[Message] = ()
    """sentences that nobody should miss"""
    sentences: Sequence[Message] = ()
    notes: Sequence[Message] = ()
    pictures: Sequence[ChangedLabel] = ()

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to show."""
        has_rows = self.table is not None and bool(self.table.rows)
        return not (has_rows or self.said or self.sentences or self.notes or self.pictures)


@dataclass(frozen=True)
class Page:
    """The whole report; `figures` are numbers and what they count."""

    title: Message
    written: Message
    figures: Sequence[tuple[Message, Message]]
    sections: Sequence[ReportSection]


def render(page: Page, *, paper: bool = False) -> str:
    """The page as HTML in the language in force, everything quoted in it escaped.

    Args:
        page: what stands on it.
        paper: in the HTML that Qt can print: tables alone, without a dark side.

    Returns:
        One document that needs no other file.
    """
    return (
        _templates()
        .get_template(_TEMPLATE)
        .render(
            page=page,
            medium="paper" if paper else "screen",
            language=current_language().code,
            suggested=message("suggested"),
            bar_width=_BAR_WIDTH,
        )
    )


@cache
def _templates() -> Environment:
    """The templates, which are compiled once: it takes several times as long as a page."""
    # What is undefined in a template is a fault of ours, and not to be printed as nothing.
    templates = Environment(
        loader=FileSystemLoader(resource("report")), autoescape=True, undefined=StrictUndefined
    )
    templates.filters["words"] = _words
    templates.tests["bar"] = lambda cell: isinstance(cell, Bar)
    return templates


def _words(said: Any) -> str:
    """Words in the reader's language; a name with what shows nothing, or is a command, spelled."""
    return harmless(localized(said)) if isinstance(said, Message) else visible(str(said))
