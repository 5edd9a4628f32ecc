"""`lnl-gui bench papers [NAME]`: the tables of the methods' papers, measured beside the printed.

Without `--data` the tables are listed. A stopped run goes on where it was.
"""

import argparse
import json
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.exit_codes import DONE, MENDABLE
from lnl_gui.cli.jobs import cancel_on_interrupt
from lnl_gui.cli.terminal import tell, warn
from lnl_gui.store.jobs.benchmark_names import Noise, parse_noise
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, in_english, joined, message, to_json
from lnl_gui.util.progress import stage_progress
from lnl_gui.util.translation import localized, tr

if TYPE_CHECKING:
    from lnl_gui.learn.bench.papers.paper_table import PaperTable
    from lnl_gui.learn.bench.papers.report import TableRun
    from lnl_gui.learn.bench.table import BenchmarkCell
    from lnl_gui.pipeline.benchmarks.bench_papers import Asked


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options of `bench papers`."""
    parser.add_argument(
        "names",
        nargs="*",
        metavar="NAME",
        help=tr("a table, or a paper for all its tables; default: all"),
    )
    parser.add_argument(
        "--data",
        type=shared.absolute,
        metavar="DIR",
        help=tr(
            "where CIFAR-10, CIFAR-100 or MNIST lie, in any form that can be imported, with their"
            " test images; without it the tables are listed"
        ),
    )
    parser.add_argument(
        "--out",
        type=shared.absolute,
        default=Path("papers").absolute(),
        metavar="DIR",
        help=tr("where the results are kept, from which a stopped run goes on; default: papers"),
    )
    parser.add_argument(
        "--seeds", type=shared.positive, default=0, metavar="N", help=tr("default: 3")
    )
    parser.add_argument(
        "--noise",
        action="append",
        default=[],
        metavar="KIND:RATE",
        help=tr("only these columns of the table; may be given more than once"),
    )
    parser.add_argument(
        "--method",
        action="append",
        default=[],
        metavar="NAME",
        help=tr("only these rows of the table; may be given more than once"),
    )
    shared.add_set(
        parser, tr("a constant of all methods that have it, such as beta=0.1, not as in the paper")
    )
    _add_shortening(parser)
    parser.add_argument(
        "--device",
        default="auto",
        help=tr("auto, cpu, cuda, cuda:1, xpu, mps; `cpu` runs what wants a GPU all the same"),
    )
    shared.add_threads(parser)
    shared.add_json(parser)


def _add_shortening(parser: argparse.ArgumentParser) -> None:
    group = parser.add_argument_group(
        tr("to try it out"), tr("the results say that they are not the paper's setting")
    )
    group.add_argument(
        "--limit",
        type=shared.positive,
        default=0,
        metavar="N",
        help=tr("at most so many training images, and as many test images"),
    )
    group.add_argument(
        "--epochs", type=shared.positive, default=0, metavar="N", help=tr("of every method")
    )
    group.add_argument(
        "--encoder", default="", metavar="NAME", help=tr("in place of the paper's back-bone")
    )


def run(options: argparse.Namespace) -> int:
    """List the tables, or run them and print each; what cannot be run is an error in the end."""
    from lnl_gui.learn.bench.papers.catalogue import find_tables

    tables = find_tables(options.names)
    if options.data is None:
        return _list(tables, options)
    runs, failures = _run_all(tables, options)
    if options.json:
        from lnl_gui.learn.bench.papers.report import as_json

        failed = [
            {"table": table.name, "error": error.code, "message": str(error)}
            for table, error in failures
        ]
        print(json.dumps({"tables": [as_json(found) for found in runs], "failed": failed}))
    for table, error in failures:
        said = message("{table} was not run: {reason}", table=table.name, reason=error.message)
        warn(joined([said, error.hint], " "))
    return MENDABLE if failures else DONE


def _list(tables: "Sequence[PaperTable]", options: argparse.Namespace) -> int:
    from lnl_gui.learn.bench.papers.paper_table import title_of
    from lnl_gui.pipeline.benchmarks.bench_papers import missing

    lacking = {
        table.name: missing(table, device=options.device, encoder=options.encoder)
        for table in tables
    }
    if options.json:
        print(json.dumps(in_english([_entry(table, lacking[table.name]) for table in tables])))
        return DONE
    for table in tables:
        needs = NOTHING
        if lacking[table.name]:
            needs = message("; needs {what}", what=joined(lacking[table.name], ", "))
        cells = len(table.noises) * len(table.methods)
        line = message(
            "{title} ({dataset}, {cells} figures){needs}",
            title=table.title,
            dataset=title_of(table.dataset),
            cells=cells,
            needs=needs,
        )
        print(f"{table.name:26} {localized(line)}")
    print(localized(message("Run them with `lnl-gui bench papers NAME --data DIR`.")))
    return DONE


def _entry(table: "PaperTable", lacking: Sequence[Any]) -> dict[str, Any]:
    return {
        "name": table.name,
        "paper": table.paper,
        "title": to_json(table.title),
        "source": table.source,
        "dataset": table.dataset,
        "noises": [noise.text for noise in table.noises],
        "methods": list(table.methods),
        "missing": [to_json(what) for what in lacking],
    }


def _run_all(
    tables: "Sequence[PaperTable]", options: argparse.Namespace
) -> "tuple[list[TableRun], list[tuple[PaperTable, UserError]]]":
    from lnl_gui.detect.threads import at_most
    from lnl_gui.learn.bench.papers.report import as_text, write_tables
    from lnl_gui.pipeline.benchmarks.bench_papers import run_table

    runs: list[TableRun] = []
    failures: list[tuple[PaperTable, UserError]] = []
    with (
        TerminalContext() as context,
        cancel_on_interrupt(context),
        at_most(options.threads),
    ):
        for table in tables:
            try:
                found = run_table(
                    table,
                    _asked(table, options),
                    on_cell=lambda cell: _tell_cell(context, cell),
                    progress_of=lambda stage: stage_progress(context, stage),
                )
            except UserError as error:
                # The others may still run; that one did not is said last, and by the exit code.
                failures.append((table, error))
                continue
            runs.append(found)
            for file in write_tables(found.folder, found):
                tell(message("{file}", file=file))
            if not options.json:
                print(as_text(found), flush=True)
    return runs, failures


def _asked(table: "PaperTable", options: argparse.Namespace) -> "Asked":
    from lnl_gui.learn.bench.papers.paper_table import Shortening, chosen
    from lnl_gui.pipeline.benchmarks.bench_papers import Asked

    known = {noise.text: noise for noise in table.noises}
    wanted = [_noise(text, known).text for text in options.noise]
    shortening = Shortening(
        options.limit,
        options.epochs,
        options.encoder if table.backbone else "",
        tuple(known[text] for text in chosen(wanted, list(known), table)),
        tuple(chosen(options.method, table.methods, table)),
        tuple(options.set),
    )
    return Asked(options.data, options.out, shortening, options.seeds, options.device)


def _noise(text: str, known: dict[str, Noise]) -> Noise:
    # 0.30 is 0.3, and a label set of people goes by its name.
    return known.get(text) or parse_noise(text)


def _tell_cell(context: TerminalContext, cell: "BenchmarkCell") -> None:
    context.log(
        message(
            "  {noise}, seed {seed}: {method}, accuracy {share:.1%}, {seconds:.0f} s",
            noise=str(cell.label_noise),
            seed=cell.seed,
            method=cell.method,
            share=cell.last or 0.0,
            seconds=cell.seconds,
        )
    )
