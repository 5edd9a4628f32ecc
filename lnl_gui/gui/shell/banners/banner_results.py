"""Content of the banner for a result that has just come in."""

from typing import Any

from lnl_gui.gui.i18n.numbers import fill, percent
from lnl_gui.gui.jobs.job import Job, JobState
from lnl_gui.gui.shell.banners.banner import BannerActions, BannerContent
from lnl_gui.remote.address import remote_url
from lnl_gui.session.figures.export_summary import export_summary, export_warnings
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.runs import Run
from lnl_gui.store.training.gain import Gain
from lnl_gui.store.training.gain_words import basis, headline, invitation, judge_message
from lnl_gui.store.training.prediction_words import CERTAIN, not_read_message
from lnl_gui.store.training.search_words import search_words
from lnl_gui.util.messages import from_json, message_n
from lnl_gui.util.translation import localized, tr


def result_content(
    session: Session, last: Job | None, actions: BannerActions
) -> BannerContent | None:
    """A result that has just come in stays in sight until something else is done."""
    if last is None or last.state is not JobState.DONE:
        return None
    run = session.runs.latest(last.kind)
    if run is None or run.id != last.run_id:
        return None
    if last.kind == "finetune":
        outdated = session.is_outdated("finetune")
        return _finetune_content(run, session.statistics.gain(), actions, outdated=outdated)
    other = {
        "export": _export_content,
        "tune": _tune_content,
        "predict": _predict_content,
        "extend": _extend_content,
    }.get(last.kind)
    return other(run, actions) if other is not None else None


def _tune_content(run: Run, actions: BannerActions) -> BannerContent:
    return BannerContent(
        tr("The search for training settings is done"),
        " ".join(localized(said) for said in search_words(run.metrics)[:2]),
        icon="train",
        buttons=((tr("Show the trials"), actions.trials), (tr("Dismiss"), actions.dismiss)),
    )


def _predict_content(run: Run, actions: BannerActions) -> BannerContent:
    unreadable = int(run.metrics.get("unreadable", 0))
    text = tr("The model is less than {} certain of them.").format(percent(CERTAIN))
    if unreadable:
        text += " " + localized(not_read_message(unreadable))
    former = [localized(from_json(stored)) for stored in run.metrics.get("warnings", ())]
    text = " ".join((*former, text))
    return BannerContent(
        localized(
            message_n(
                "{count:,} image classified; to look at: {unsure:,}",
                "{count:,} images classified; to look at: {unsure:,}",
                int(run.metrics.get("classified", 0)),
                unsure=int(run.metrics.get("uncertain", 0)),
            )
        ),
        text,
        icon="warning" if unreadable or former else "image",
        tone="warning" if unreadable or former else "",
        buttons=((tr("Show them"), actions.predictions), (tr("Dismiss"), actions.dismiss)),
    )


def _extend_content(run: Run, actions: BannerActions) -> BannerContent | None:
    """What adding images would do has been found out; nothing is done yet."""
    if not run.parameters.get("preview"):
        return None
    count = int(run.metrics["copied"])
    return BannerContent(
        localized(
            message_n(
                "{count:,} image can join the dataset",
                "{count:,} images can join the dataset",
                count,
            )
        )
        if count
        else tr("Nothing can be added"),
        tr("Nothing has been changed yet."),
        icon="export" if count else "warning",
        tone="" if count else "warning",
        buttons=(
            (tr("Look and add…") if count else tr("Why?"), actions.extend),
            (tr("Dismiss"), actions.dismiss),
        ),
    )


def _finetune_content(
    run: Run, gain: Gain | None, actions: BannerActions, *, outdated: bool
) -> BannerContent:
    title, text, tone = finetune_text(run.metrics, gain)
    if outdated:
        # Somebody went on reviewing while it was trained: it is not offered for the export.
        older = tr("Out of date already: verdicts came while it was trained.")
        text = f"{older} {text}"
        again = (tr("Fine-tune again"), actions.finetune)
        going_on = (tr("Go on reviewing"), actions.dismiss)
        return BannerContent(title, text, icon="train", tone="warning", buttons=(going_on, again))
    export = (tr("Export…"), actions.export)
    buttons = (export, (tr("Go on reviewing"), actions.dismiss))
    if gain is not None and invitation(gain) is not None:
        buttons = ((localized(judge_message(gain.open)), actions.deciding), export)
    return BannerContent(title, text, icon="train", tone=tone, buttons=buttons)


def finetune_text(metrics: dict[str, Any], gain: Gain | None) -> tuple[str, str, str]:
    """Title, text and tone for the figures of a fine-tuning and what cleaning gained."""
    if not metrics.get("after"):
        return (
            tr("The model is trained"),
            tr("No sample could be held out to measure it."),
            "warning",
        )
    if gain is None:
        title = fill(
            tr("Accuracy on held-out images: {:.1%}, by their labels, which are not corrected"),
            metrics["after"]["accuracy"],
        )
        return title, tr("The model is saved."), "good"
    said = invitation(gain) or basis(gain)
    text = f"{localized(said)} {tr('The model is saved.')}"
    # An estimate is no news to celebrate: only what was verified is shown as good.
    verified = gain.verified is not None
    tone = "good" if verified and gain.best.low > 0 else "warning" if gain.best.high < 0 else ""
    return localized(headline(gain)), text, tone


def _export_content(run: Run, actions: BannerActions) -> BannerContent:
    if run.metrics.get("partial"):
        missing = message_n(
            "Exported in part: {count:,} image missing",
            "Exported in part: {count:,} images missing",
            int(run.metrics["missing"]),
        )
        return BannerContent(
            localized(missing),
            tr("To {}. What is missing is marked in samples.csv.").format(
                run.parameters["destination"]
            ),
            icon="warning",
            tone="warning",
            buttons=(
                (tr("Locate the folder…"), actions.locate),
                (_open_words(run), actions.open_export),
            ),
        )
    # Not green where something was done otherwise than it was asked for.
    warned = bool(export_warnings(run.metrics))
    return BannerContent(
        localized(
            message_n(
                "Exported {count:,} image",
                "Exported {count:,} images",
                int(run.metrics["exported"]),
            )
        ),
        " ".join(export_lines(run)),
        icon="warning" if warned else "accept",
        tone="warning" if warned else "good",
        buttons=(
            (_open_words(run), actions.open_export),
            # The banner has one line, and what is to be known may need several.
            (tr("Read all…"), actions.export_details)
            if warned
            else (tr("Dismiss"), actions.dismiss),
        ),
    )


def _open_words(run: Run) -> str:
    """What can be done with the place of an export: a URL has no folder to show."""
    remote = remote_url(run.parameters["destination"]) is not None
    return tr("Copy the address") if remote else tr("Open folder")


def export_lines(run: Run) -> list[str]:
    """What an export did otherwise than asked, what it wrote, and where to."""
    told = [*export_warnings(run.metrics), *export_summary(run.metrics)]
    place = tr("To {}. The originals are untouched.").format(run.parameters["destination"])
    return [*(localized(line) for line in told), place]
