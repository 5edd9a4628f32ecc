"""What a job at work is doing, in words."""

from lnl_gui.gui.i18n.language import tr, translated
from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.jobs.controller import Job, JobState
from lnl_gui.gui.widgets.basic import duration, number
from lnl_gui.session.merged import READING, SETTLING, WRITING

STAGES_TEXT = {
    "listing": tr("Reading the dataset"),
    "embedding": tr("Looking at the images"),
    "consensus": tr("Comparing labels"),
    "exporting": tr("Writing files"),
    READING: tr("Reading the other copy"),
    WRITING: tr("Taking in what is new"),
    SETTLING: tr("Bringing samples up to date"),
    "model": tr("Writing the model"),
    "noise_test": tr("Testing the detectors"),
}


def job_title(job: Job) -> str:
    """What the job is doing, with the percentage once that is known."""
    if job.state is JobState.CANCELLING:
        return tr("{}: stopping…").format(job.title)
    if job.state is JobState.STARTING or not job.stage:
        return tr("{}: starting…").format(job.title)
    stage = STAGES_TEXT.get(job.stage) or translated(job.stage.replace("_", " "))
    share = f" · {percent(job.done / job.total)}" if job.total else ""
    return f"{job.title}: {_within(stage)}{share}"


def _within(text: str) -> str:
    """A text as it stands within a sentence; abbreviations keep their capitals."""
    return text if text[1:2].isupper() else f"{text[:1].lower()}{text[1:]}"


def progress_text(job: Job) -> str:
    """Done, rate and time left in words."""
    if not job.total:
        return tr("The first start loads the libraries; this takes some seconds.")
    parts = [tr("{} of {}").format(number(job.done), number(job.total))]
    if job.rate > 0:
        parts.append(
            fill(tr("{:,.0f} a second"), job.rate)
            if job.rate >= 10
            else fill(tr("{:.1f} a second"), job.rate)
        )
    if job.eta_s is not None and job.done < job.total:
        parts.append(tr("{} left").format(duration(job.eta_s)))
    return "  ·  ".join(parts)
