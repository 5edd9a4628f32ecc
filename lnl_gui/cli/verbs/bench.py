"""`lnl-gui bench detect|learn PROJECT`: measure on labels whose errors are known.

The truth is a table's (`--truth`), else the part a person confirmed, else all labels as they
stand, to which known noise is added. `bench papers` is in `bench_papers`. A stopped
bench goes on where it was.
"""

import argparse
import json
import sys
from typing import TYPE_CHECKING, Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import cancel_on_interrupt, run_job
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.verbs import bench_papers
from lnl_gui.store.jobs.benchmark_names import CLASS_MAPS, GIVEN, KINDS, parse_noises
from lnl_gui.store.jobs.parameters import TRUTH_PARTS, NoiseTestParameters
from lnl_gui.util.files.places import refuse_unwritable_folder
from lnl_gui.util.messages import NOTHING, Message, from_json, message
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import localized, tr

if TYPE_CHECKING:
    from lnl_gui.learn.bench.table import BenchmarkCell

DETECT_NOISES = NoiseTestParameters().noises
LEARN_NOISES = ("symmetric_inclusive:0.4", "asymmetric:0.4", "instance_cheng:0.4")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    kinds = parser.add_subparsers(dest="kind", required=True, metavar="detect|learn|papers")
    detect = kinds.add_parser("detect", help=tr("how much of known noise each detector finds"))
    _add_common(detect, DETECT_NOISES)
    detect.add_argument(
        "--detector", action="append", metavar="NAME", help=tr("default: those that run by default")
    )
    detect.add_argument(
        "--no-cleanlab", action="store_true", help=tr("leave cleanlab out where it is installed")
    )
    learn = kinds.add_parser(
        "learn", help=tr("test accuracy of training methods under known noise")
    )
    _add_common(learn, LEARN_NOISES)
    learn.add_argument(
        "--method",
        action="append",
        metavar="NAME",
        help=tr(
            "plain:LOSS, turn, divide_mix, unicon, co_teaching, small_loss, curated, oracle or"
            " detect:NAME; may be given more than once"
        ),
    )
    papers = kinds.add_parser(
        "papers", help=tr("the tables of the methods' papers, measured beside what is printed")
    )
    bench_papers.add_arguments(papers)


def _add_common(parser: argparse.ArgumentParser, noises: tuple[str, ...]) -> None:
    shared.add_project(parser)
    parser.add_argument(
        "--out", type=shared.absolute, required=True, metavar="DIR", help=tr("where the tables go")
    )
    parser.add_argument(
        "--noise",
        action="append",
        metavar="KIND:RATE",
        help=localized(
            message(
                "{kinds}, or `{given}` (labels as they came; needs --truth). Symmetric noise draws"
                " from all classes (inclusive, as in most papers) or from the others (exclusive);"
                " asymmetric@MAP takes {maps} or a file of `from,to` lines, and `next` without;"
                " pair is asymmetric@next. May be given more than once; default {noises}",
                kinds=", ".join(KINDS),
                maps=", ".join(CLASS_MAPS),
                given=GIVEN,
                noises=" ".join(noises),
            )
        ),
    )
    parser.add_argument("--seeds", type=shared.positive, default=3, metavar="N")
    parser.add_argument("--encoder", action="append", metavar="NAME", help=tr("embeddings to use"))
    parser.add_argument(
        "--truth", type=shared.absolute, metavar="FILE", help=tr("table of the truth")
    )
    parser.add_argument("--truth-column", metavar="NAME", help=tr("its column of true labels"))
    parser.add_argument(
        "--part",
        choices=TRUTH_PARTS,
        default="auto",
        help=tr("default: confirmed labels if enough, else all"),
    )
    shared.add_threads(parser)
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Measure, write Markdown and CSV, print the Markdown."""
    # Before the work, which takes minutes.
    if options.kind != "papers" or options.data is not None:
        refuse_unwritable_folder(options.out)
    if options.kind != "papers":
        from lnl_gui.learn.bench.report import refuse_other_report

        refuse_other_report(options.out, options.kind)
    kinds = {"detect": _detect, "learn": _learn, "papers": bench_papers.run}
    return kinds[options.kind](options)


def _detect(options: argparse.Namespace) -> int:
    from lnl_gui.learn.bench.table import BenchmarkCell

    parameters = NoiseTestParameters(
        noises=tuple(options.noise or DETECT_NOISES),
        detectors=tuple(options.detector or ()),
        encoders=tuple(options.encoder or ()),
        seeds=options.seeds,
        part=options.part,
        truth=str(options.truth) if options.truth else None,
        truth_column=options.truth_column,
        compare_cleanlab=not options.no_cleanlab,
    )
    with open_session(options.project) as session:
        metrics = run_job(session, parameters, threads=options.threads).metrics
    cells = [BenchmarkCell(**row) for row in metrics["rows"]]
    return _tell(options, cells, from_json(metrics["note"]), metrics)


def _learn(options: argparse.Namespace) -> int:
    from lnl_gui.detect.threads import at_most
    from lnl_gui.learn.bench.table import as_rows, means
    from lnl_gui.pipeline.benchmarks.bench_learn import METHODS, bench_learn

    context = TerminalContext()

    def on_cell(cell: "BenchmarkCell") -> None:
        accuracy = NOTHING
        if cell.last is not None:
            accuracy = message(", accuracy {share:.1%}", share=cell.last)
        # A cell may take minutes, so each is said as it comes.
        context.log(
            message(
                "  {noise}, seed {seed}: {method}{accuracy}",
                noise=str(cell.label_noise),
                seed=cell.seed,
                method=cell.method,
                accuracy=accuracy,
            )
        )

    noises = parse_noises(options.noise or LEARN_NOISES, truth_known=options.truth is not None)
    with context, cancel_on_interrupt(context), at_most(options.threads):
        cells, note = bench_learn(
            options.project,
            folder=options.out,
            noises=noises,
            methods=options.method or METHODS,
            seeds=options.seeds,
            encoder=(options.encoder or [""])[0],
            part=options.part,
            truth=options.truth,
            truth_column=options.truth_column,
            on_cell=on_cell,
            progress=stage_progress(context, message("Comparing the methods")),
        )
    print(localized(note), file=sys.stderr)
    return _tell(options, cells, note, {"rows": as_rows(cells), "means": means(cells)})


def _tell(
    options: argparse.Namespace,
    cells: "list[BenchmarkCell]",
    note: Message,
    metrics: dict[str, Any],
) -> int:
    from lnl_gui.learn.bench.report import as_markdown, write_report

    files = write_report(options.out, cells, name=options.kind, note=localized(note))
    print(", ".join(map(str, files)), file=sys.stderr)
    if options.json:
        print(json.dumps({"out": str(options.out), **metrics, "note": str(note)}))
    else:
        print(as_markdown(cells, note=localized(note)))
    return 0
