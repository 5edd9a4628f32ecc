"""One entry point: no verb opens the window, a verb is the command line, `worker` runs jobs."""

# No more than these: an interrupt while they are loaded leaves a traceback.
import os
import sys

from lnl_gui.util.process import early_interrupt


def run() -> int:
    """`main` as all there is of this process, which ends at once afterwards."""
    early_interrupt.end_at_once()
    from lnl_gui.util.process import quick_end, standard_streams

    standard_streams.occupy()
    quick_end.prepare()
    try:
        return quick_end.end_with(main())
    # Ctrl+C between the loading, which it ends, and the verb, which has an answer of its own.
    except KeyboardInterrupt as error:
        from argparse import Namespace

        from lnl_gui.cli.failures import failure_of, report

        return quick_end.end_with(report(failure_of(error, Namespace()), as_json=False))


def main(arguments: list[str] | None = None) -> int:
    """Run LNL; returns the exit code.

    Args:
        arguments: the command line without the program's name; None takes `sys.argv`.
    """
    if getattr(sys, "frozen", False):
        # A process that a frozen program starts is the program again; importing it takes a while.
        import multiprocessing

        multiprocessing.freeze_support()
    # Threads that spin while they wait make small computations many times slower on a busy machine.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    from lnl_gui.util.process import late_compiler

    late_compiler.install()
    given = list(sys.argv[1:] if arguments is None else arguments)
    if given[:1] == ["worker"]:
        from lnl_gui.jobs.worker import main as run_worker

        early_interrupt.as_usual()
        return run_worker(given[1:])
    if given[:1] == ["training-process"] or (given[:1] == ["finetune"] and _is_helper()):
        from lnl_gui.pipeline.training.processes import main as train_along

        early_interrupt.as_usual()
        return train_along(given[1:])
    if given[:1] == ["decoding-process"]:
        from lnl_gui.encoders.decoding_process import main as decode_images

        early_interrupt.as_usual()
        return decode_images(given[1:])
    if given[:1] == ["picture"]:
        from lnl_gui.gui.shell.program.picture import main as save_picture

        early_interrupt.as_usual()
        return save_picture(given[1:])
    if given[:1] == ["paper"]:
        from lnl_gui.gui.shell.program.paper import main as save_paper

        early_interrupt.as_usual()
        return save_paper(given[1:])
    if given[:1] == ["platform"]:
        from lnl_gui.gui.shell.program.platform_check import main as check_platform

        early_interrupt.as_usual()
        return check_platform(given[1:])
    if "_ARGCOMPLETE" in os.environ:
        from lnl_gui.cli.verbs.completion import complete

        complete()
    from lnl_gui.cli.main import opens_window, run_verb

    if opens_window(given):
        from lnl_gui.gui.shell.program.qt_imports import import_qt
        from lnl_gui.util.process.collection import no_collections

        try:
            with no_collections():
                import_qt()
                from lnl_gui.gui.shell.program.app import run_window
        except ImportError as error:
            from lnl_gui.cli.no_window import refuse_window

            return refuse_window(error)

        early_interrupt.as_usual()
        return run_window(given[1:] if given[:1] == ["open"] else given)
    return run_verb(given)


def _is_helper() -> bool:
    """Whether `torchrun` has started this process beside a first one, which runs the command."""
    return "TORCHELASTIC_RUN_ID" in os.environ and os.environ.get("RANK", "0") != "0"


if __name__ == "__main__":
    sys.exit(run())
