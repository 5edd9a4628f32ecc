"""`lnl-gui run SOURCE --project DIR`: every stage with defaults, and a summary.

A stage whose inputs are what they were when it was last finished is not done again: the same
parameters, images, embeddings, labels and verdicts, and versions. The dataset is looked at again
each time, and an export is taken up where it still is as it was written. What changed is said.

The same input gives the same bytes, but for times, versions, places on disk and identifiers: in an
export those are in `manifest.json`, `journal.csv` and `.jsonl`, the report and the model's cards.
"""

import argparse
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeVar

from lnl_gui.cli import options as shared
from lnl_gui.cli.downloads import settle_downloads, settle_training
from lnl_gui.cli.exit_codes import CANNOT_JUDGE
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.place import add_cluster, add_host
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.cli.verbs import detect, embed, finetune
from lnl_gui.cli.verbs import export as export_verb
from lnl_gui.cli.verbs.first_look import take_first_look
from lnl_gui.cli.verbs.run_dataset import take_in_changes
from lnl_gui.cli.verbs.run_export import export_parameters, is_as_written, refuse_early
from lnl_gui.remote.address import source_text
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNLISTED_FOLDER
from lnl_gui.store.jobs.job_kinds import kind_of
from lnl_gui.store.jobs.parameters import (
    FILES_MISSING,
    FIRST_LOOK_FROM,
    FinetuneParameters,
    JobParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import is_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, in_english, joined, message
from lnl_gui.util.translation import localized, tr

T = TypeVar("T")
_INPUTS = {
    "images": message("images"),
    "versions": message("versions"),
    "parameters": message("parameters"),
    "embeddings": message("embeddings"),
    "labels and verdicts": message("labels and verdicts"),
    "detection": message("detection"),
    "training": message("training"),
    "journal": message("journal"),
}
"""What people read for the inputs that a run records."""
DEFAULT_RECIPE, NO_TRAINING = "linear_probe", "none"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    shared.add_source(parser)
    parser.add_argument("--project", type=shared.absolute, required=True, metavar="DIR")
    add_stages(parser)
    shared.add_json(parser)


def add_stages(parser: argparse.ArgumentParser) -> None:
    """Options of the stages after the import."""
    shared.add_encoders(parser)
    shared.add_threads(parser)
    add_host(parser)
    add_cluster(parser)
    shared.add_partial(parser)
    shared.add_window(parser)
    parser.add_argument(
        "--no-first-look",
        action="store_true",
        help=localized(
            message(
                "do not judge a part of the labels first, which datasets of {count:,} images or"
                " more begin with (some seconds)",
                count=FIRST_LOOK_FROM,
            )
        ),
    )
    parser.add_argument(
        "--again",
        action="store_true",
        help=tr("do every stage again, also where nothing has changed"),
    )
    detect.add_detection(parser)
    parser.add_argument("--out", type=shared.absolute, metavar="DIR", help=tr("where to export to"))
    parser.add_argument(
        "--images",
        choices=export_verb.IMAGES,
        default="none",
        help=tr("also write the curated images into --out; default none (tables only)"),
    )
    export_verb.add_format(parser)
    export_verb.add_choices(parser)
    parser.add_argument(
        "--finetune",
        metavar="RECIPE",
        default=DEFAULT_RECIPE,
        help=localized(
            message(
                "how to train on given and curated labels to compare them; default {recipe}"
                " (seconds), {none} leaves it out",
                recipe=DEFAULT_RECIPE,
                none=NO_TRAINING,
            )
        ),
    )


class Timer:
    """Seconds spent in each stage, and which stages were taken up from before."""

    def __init__(self) -> None:
        self.seconds: dict[str, float] = {}
        self.reused: list[str] = []

    def time(self, stage: str, work: Callable[[], T]) -> T:
        """Do `work` and note how long it took."""
        started = time.perf_counter()
        try:
            return work()
        finally:
            self.seconds[stage] = round(time.perf_counter() - started, 3)


def run(options: argparse.Namespace) -> int:
    """Do every stage whose inputs have changed since it was last finished in this project."""
    timer = Timer()
    project: Path = options.project
    if is_project(project):
        timer.time("import", lambda: take_in_changes(options, timer.reused))
    else:
        timer.time("import", lambda: import_dataset(shared.import_parameters(options, project)))
    with open_session(project) as session:
        summary = run_stages(session, options, timer)
    print_summary(summary)
    if options.json:
        print(json.dumps(in_english(summary)))
    return exit_code(summary)


def run_stages(session: Session, options: argparse.Namespace, timer: Timer) -> dict[str, Any]:
    """Embed, detect and, where asked, fine-tune and export an open project."""
    if options.out:
        refuse_early(export_parameters(options, session), session)
    names = shared.encoder_names(options)
    stages = _Stages(session, options, timer)
    if session.wants_first_look and not options.no_first_look:
        timer.time("first_look", lambda: take_first_look(session, threads=options.threads))
    # About downloads is asked only where the stage really has to be done.
    embedding = stages.run(
        embed.parameters(options), before=lambda: settle_downloads(options, names)
    ).metrics
    detection = stages.run(detect.parameters(options, names)).metrics
    detect.print_summary(detection)
    summary: dict[str, Any] = {
        "project": str(session.folder),
        "samples": session.counts().samples,
        # Nobody knows how many files a folder holds that was not listed.
        "unreadable": sum(entry.kind != UNLISTED_FOLDER for entry in session.left_out()),
        # An embedding of an earlier version, which read no damaged files, is not made again.
        "truncated": embedding.get("truncated", 0),
        "several": embedding.get("several", 0),
        "all_alike": embedding.get("all_alike", []),
        "flagged": session.counts().flagged,
        "noise_rate": detection["noise_rate"],
        "cannot_judge": detect.is_unjudged(detection),
        "embedding_fails": detection.get("embedding_fails", False),
        "changed_images": detection.get("changed_images", 0),
        "uncompared_images": detection.get("uncompared_images", 0),
        "nearly_equal": detection.get("nearly_equal", 0.0),
    }
    if options.finetune != NO_TRAINING:
        summary["finetune"] = _train(stages, options, names[0])
    if options.out:
        stages.run(export_parameters(options, session))
        summary["out"] = source_text(options.out)
    return summary | {"seconds": timer.seconds, "reused": timer.reused}


class _Stages:
    """Runs the stages of one command line on one project."""

    def __init__(self, session: Session, options: argparse.Namespace, timer: Timer) -> None:
        self.session, self._options, self._timer = session, options, timer

    def run(
        self, parameters: JobParameters, *, before: Callable[[], None] = lambda: None
    ) -> RunResult:
        """The stage's result: of before where its inputs are unchanged, else made now.

        Args:
            parameters: of the stage.
            before: called first where the stage has to be done.
        """
        stage = kind_of(parameters).name
        return self._timer.time(stage, lambda: self._result(stage, parameters, before))

    def _result(
        self, stage: str, parameters: JobParameters, before: Callable[[], None]
    ) -> RunResult:
        found = None if self._options.again else self.session.runs.finished(parameters)
        if found is not None and (stage != "export" or is_as_written(self._options)):
            self._timer.reused.append(stage)
            tell(message("{stage}: nothing has changed, not done again", stage=stage))
            return RunResult(found.artifacts, found.metrics)
        changed = self.session.runs.changed_inputs(parameters)
        if changed and not self._options.again and stage != "export":
            tell(
                message(
                    "{stage}: done again, other {changed}",
                    stage=stage,
                    changed=joined(_INPUTS.get(name, Message(name)) for name in changed),
                )
            )
        if stage == "embed" and self.session.statistics.unread:
            tell(self.session.statistics.unread)
        before()
        threads = None if stage == "export" else self._options.threads
        return run_job(self.session, parameters, threads=threads)


def _settle(stages: _Stages, options: argparse.Namespace, parameters: FinetuneParameters) -> None:
    settle_training(options, parameters.recipe, parameters.encoder)
    finetune.settle_size(options, stages.session, parameters)


def _train(stages: _Stages, options: argparse.Namespace, encoder: str) -> dict[str, Any] | None:
    """Fine-tune; data that cannot be trained on (one class, say) is no reason to stop."""
    parameters = FinetuneParameters(
        recipe=options.finetune, encoder=encoder, partial=options.partial
    )
    try:
        metrics = stages.run(
            parameters, before=lambda: _settle(stages, options, parameters)
        ).metrics
    except UserError as error:
        # Also what follows would go without them: that is for a person to say.
        if error.code == FILES_MISSING:
            raise
        warn(
            message("note: not fine-tuned: {reason} {hint}", reason=error.message, hint=error.hint)
        )
        return None
    finetune.print_result(metrics)
    shown = (
        "chosen",
        "difference",
        "difference_interval",
        "difference_kind",
        "estimated",
        "verified",
        "disagreements",
        "open",
        "holdout_samples",
        "model_folder",
    )
    accuracy = {name: metrics[name]["accuracy"] for name in ("before", "after") if metrics[name]}
    return {name: metrics[name] for name in shown if name in metrics} | {"accuracy": accuracy}


def exit_code(summary: dict[str, Any]) -> int:
    """That of the summary of `run_stages`: a script must not take for clean what was not judged."""
    unjudged = (
        "embedding_fails",
        "nearly_equal",
        "all_alike",
        "changed_images",
        "uncompared_images",
    )
    return CANNOT_JUDGE if any(summary[name] for name in unjudged) else 0


def print_summary(summary: dict[str, Any]) -> None:
    """Print the counts, the seconds of each stage and the command that opens the window."""
    tell(
        message(
            "{samples:,} samples, {unreadable:,} unreadable, {flagged:,} suspects. Review"
            " them: lnl-gui {project}",
            samples=summary["samples"],
            unreadable=summary["unreadable"],
            flagged=summary["flagged"],
            project=summary["project"],
        )
    )
    embed.tell_truncated(summary["truncated"])
    embed.tell_alike(summary["all_alike"])
    tell(
        joined(
            message("{stage} {seconds:.1f} s", stage=stage, seconds=value)
            for stage, value in summary["seconds"].items()
        )
    )
