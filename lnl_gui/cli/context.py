"""Progress of a job on standard error: one bar a stage, or for the whole job, on a terminal, else a
line now and then."""

import sys
from typing import Any, Self

from tqdm import tqdm

from lnl_gui.cli.progress_lines import ProgressLines
from lnl_gui.cli.terminal import is_quiet, say_aside, tell, transcript
from lnl_gui.util.errors import Cancelled
from lnl_gui.util.messages import NOTHING, Message, joined, message
from lnl_gui.util.translation import localized
from lnl_gui.util.visible import harmless

_OF_WHOLE = "{desc}{percentage:3.0f} %|{bar}| {elapsed} < {remaining}"
"""Of a whole job the units say nothing: how much time is left is what somebody waits to know."""


class TerminalContext:
    """A job context for the command line; in a `with` its bar is finished at the end.

    Args:
        quiet: show no progress; also where `--quiet` was said.
        threads: processor threads the job may use; None means all there are.
    """

    def __init__(self, *, quiet: bool = False, threads: int | None = None) -> None:
        self.memory: dict[str, Any] = {}
        self.threads = threads
        self._quiet = quiet or is_quiet()
        self._bar: tqdm[Any] | None = None
        self._lines = ProgressLines(tell)
        self._stage = NOTHING
        self._whole = False
        self._cancelled = False

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def cancel(self) -> None:
        """Make the next progress call raise `Cancelled`."""
        self._cancelled = True

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        """Move the bar of the stage, or of the whole job.

        Raises:
            Cancelled: when the command was asked to stop.
        """
        if self._cancelled:
            raise Cancelled
        if self._quiet:
            return
        # A bar moves by going back on its line; in a log each step would be one more.
        if not sys.stderr.isatty():
            self._lines.report(stage, done, total, whole=whole)
            return
        kept = whole and self._whole
        if self._bar is None or (stage != self._stage and not kept):
            self.close()
            form = {"bar_format": _OF_WHOLE} if whole else {}
            self._bar = tqdm(total=total, initial=done, file=sys.stderr, **form)
            self._stage = NOTHING
        if stage != self._stage:
            self._bar.set_description_str(f"{localized(stage)}: ", refresh=False)
        self._stage, self._whole = stage, whole
        self._bar.total = total
        # A job says where it is, tqdm wants the step to there.
        self._bar.update(done - self._bar.n)

    def log(self, message: Message) -> None:
        """Print one line above the bar. Also where all else is quiet: most are warnings."""
        transcript.info(message)
        # Else the line would begin where the bar ends.
        with tqdm.external_write_mode(file=sys.stderr):
            say_aside(harmless(localized(message)))

    def event(self, name: str, **values: Any) -> None:
        """Print one epoch's figures; other events are for the window."""
        if name == "epoch" and not self._quiet:
            series = str(values.get("series", ""))
            shown = (title.with_fields(value=_short(values.get(key))) for key, title in _SHOWN)
            labels = _SERIES.get(series, Message(series))
            self.log(message("  {labels}, {figures}", labels=labels, figures=joined(shown)))

    def close(self) -> None:
        """Finish the open bar."""
        if self._bar is not None:
            self._bar.close()
            self._bar = None


_SERIES = {"given": message("given labels"), "curated": message("curated labels")}
_SHOWN = (
    ("stage", message("stage {value}")),
    ("epoch", message("epoch {value}")),
    ("loss", message("loss {value}")),
    ("training_accuracy", message("training accuracy {value}")),
    ("validation_accuracy", message("validation accuracy {value}")),
    ("holdout_accuracy", message("held-out accuracy {value}")),
)


def _short(value: object) -> Message:
    if value is None:
        return message("unknown")
    if isinstance(value, float):
        return Message("{value:.4g}", (("value", value),))
    return Message(str(value))
