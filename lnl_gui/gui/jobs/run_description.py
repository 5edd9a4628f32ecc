"""An earlier run as text: state, parameters, figures, files, log."""

from collections.abc import Iterator, Mapping
from typing import Any

from lnl_gui.gui.i18n.numbers import fill, moment
from lnl_gui.gui.widgets.basic import duration
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import title_of
from lnl_gui.store.jobs.runs import Run
from lnl_gui.util.messages import Message
from lnl_gui.util.translation import localized, tr

_NOTHING: tuple[Any, ...] = (None, "", [], {})


def run_state(run: Run) -> str:
    """How a run ended, in a word."""
    return localized(runs.STATE_WORDS.get(run.state, Message(run.state)))


def run_text(run: Run) -> str:
    """All that is recorded of a run, as lines of text."""
    took = ""
    if run.ended is not None:
        took = tr(", took {}").format(duration(run.ended - run.started))
    title = localized(title_of(run.kind))
    lines = [f"{title}: {run_state(run)}", f"{moment(run.started)}{took}"]
    if run.message:
        lines += ["", localized(run.message)]
    for heading, values in (
        (tr("Parameters"), run.parameters),
        (tr("Figures"), run.metrics),
        (tr("Files"), run.artifacts),
    ):
        told = list(_pairs(values))
        if told:
            lines += ["", heading, *told]
    if not run.is_there:
        lines += ["", tr("Its files have been removed.")]
    log = run.log().rstrip()
    if log:
        lines += ["", tr("Log"), *log.splitlines()]
    return "\n".join(lines)


def _pairs(values: Mapping[str, Any], indent: str = "  ") -> Iterator[str]:
    for name, value in values.items():
        if isinstance(value, dict) and value:
            yield f"{indent}{name}"
            yield from _pairs(value, f"{indent}  ")
        elif value not in _NOTHING:
            told = ", ".join(map(_figure, value)) if isinstance(value, list) else _figure(value)
            yield f"{indent}{name}: {told}"


def _figure(value: Any) -> str:
    return fill("{:.6g}", value) if isinstance(value, float) else str(value)
