"""Title, stage and progress of a running job as text."""

from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.widgets.basic import duration, number
from lnl_gui.util.translation import localized, tr


def job_title(job: Job) -> str:
    """What the job is doing, with the percentage once that is known."""
    if job.state is JobState.CANCELLING:
        return tr("{}: stopping…").format(job.title)
    if job.state is JobState.STARTING or not job.stage:
        return tr("{}: starting…").format(job.title)
    share = f" · {percent(job.done / job.total)}" if job.total else ""
    return f"{job.title}: {_within(localized(job.stage))}{share}"


def _within(text: str) -> str:
    """A text as it stands within a sentence; abbreviations keep their capitals."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def progress_text(job: Job, *, first_start: bool = False) -> str:
    """Done, rate and time left in words; before that why a first start takes its time."""
    if not job.total:
        slow = first_start and job.state is JobState.STARTING
        return tr("The first start loads the libraries; this takes some seconds.") if slow else ""
    # Thousandths of a whole job, and how many a second, say no more than the bar does.
    parts = [] if job.whole else [tr("{} of {}").format(number(job.done), number(job.total))]
    if job.rate > 0 and not job.whole:
        parts.append(
            fill(tr("{:,.0f} a second"), job.rate)
            if job.rate >= 10
            else fill(tr("{:.1f} a second"), job.rate)
        )
    if job.eta_s is not None and job.done < job.total:
        left = tr("{} left for all of it") if job.whole else tr("{} left")
        parts.append(left.format(duration(job.eta_s)))
    return "  ·  ".join(parts)
