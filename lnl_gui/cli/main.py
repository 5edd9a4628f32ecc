"""The command line: one verb, one module; errors a user can mend become one clear line."""

import argparse
import logging
import shlex
import sys
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import replace
from pathlib import Path

from lnl_gui.cli.argparse_words import translated_argparse
from lnl_gui.cli.common_options import UNSAID
from lnl_gui.cli.exit_codes import INTERRUPTED, MENDABLE, USAGE
from lnl_gui.cli.failures import (
    Failure,
    as_document,
    asks_json,
    failure_of,
    print_document,
    report,
    usage_failure,
)
from lnl_gui.cli.output import discard_output, failure_of_output, flush_output
from lnl_gui.cli.parser import UsageError, make_parser, wanted_verb
from lnl_gui.cli.place import placed
from lnl_gui.cli.terminal import Loudness, loudness, mention, say_aside, transcript
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.lookup import near_names
from lnl_gui.util.messages import Message, message
from lnl_gui.util.paths import log_folder
from lnl_gui.util.process.early_interrupt import stops_as_usual
from lnl_gui.util.process.running_verb import at_verb
from lnl_gui.util.translation import (
    ENGLISH,
    chosen_language,
    current_language,
    language_code,
    load_language,
    use_language,
)


def opens_window(arguments: Sequence[str]) -> bool:
    """Whether a command line asks for the window: no verb, or a project or dataset to open."""
    if not arguments:
        return True
    first = arguments[0]
    if first == "open":
        return all(Path(word).exists() for word in arguments[1:])
    # What exists opens; a mistyped verb does not exist and is told apart.
    return first not in VERBS and not first.startswith("-") and Path(first).exists()


def run_verb(arguments: Sequence[str]) -> int:
    """Run one verb; returns the exit code. Only that verb's module is imported.

    Raises:
        SystemExit: after a help text, with 0, and after a command line that is none, with 2.
    """
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # Windows consoles and pipes default to an old code page, in which a path or an arrow
            # cannot be printed.
            stream.reconfigure(encoding="utf-8", errors="replace")
    try:
        return _written(_answer(arguments))
    except SystemExit as ended:
        raise SystemExit(_written(int(ended.code or 0))) from ended
    # Of a help text; a verb's own output is looked after where it runs.
    except OSError as error:
        return _lost(error)


def _written(code: int) -> int:
    """The exit code after all output is out: that of what went wrong first."""
    try:
        flush_output()
    except OSError as error:
        lost = _lost(error)
        return code or lost
    return code


def _lost(error: OSError) -> int:
    """Say that standard output could not be written; returns the exit code.

    Raises:
        OSError: the same one, when it is of another file.
    """
    # The reader of a pipe, such as `head`, has had enough: no fault of anybody.
    if isinstance(error, BrokenPipeError):
        discard_output()
        return INTERRUPTED
    failure = failure_of_output(error)
    if failure is None:
        raise error
    return report(failure, as_json=False)


def _answer(arguments: Sequence[str]) -> int:
    # Before any parser: help texts are looked up while it is built.
    use_language(load_language(language_code(chosen_language())))
    word = wanted_verb(arguments)
    if word is not None and word not in VERBS:
        return _refuse_word(word, as_json=asks_json(arguments))
    if word is not None and not _is_somewhere():
        return report(_nowhere(), as_json=asks_json(arguments))
    options = _parsed(arguments)
    # All that the verb needs at first is loaded; what it begins it puts right.
    stops_as_usual()
    try:
        with _heard(options, arguments), at_verb(word or ""):
            code = _run(options, arguments)
            transcript.info("exit %d", code)
            return code
    except UserError as error:
        return report(failure_of(error, options), as_json=asks_json(arguments))


def _run(options: argparse.Namespace, arguments: Sequence[str]) -> int:
    try:
        with placed(options):
            code = int(options.handler(options) or 0)
        # What a full disk does not take is known now, and not after the process has said it is
        # done.
        flush_output()
        return code
    except BrokenPipeError as error:
        return _lost(error)
    except (Exception, KeyboardInterrupt) as error:
        failure, as_json = failure_of_output(error), asks_json(arguments)
        return report(failure or failure_of(error, options), as_json=as_json and failure is None)


def _parsed(arguments: Sequence[str]) -> argparse.Namespace:
    """The options of a command line.

    Raises:
        SystemExit: with 2 when it is none; the reason has been said.
    """
    as_json, language = asks_json(arguments), current_language()
    if as_json:
        # What scripts read is in English, and argparse fills its sentences while it parses.
        use_language(ENGLISH)
    try:
        with translated_argparse():
            parser = make_parser(arguments)
            return _with_settings(parser, arguments)
    except UserError as error:
        # A setting that does not fit is to a script what a mistyped option is.
        wrong = replace(failure_of(error, argparse.Namespace()), exit_code=USAGE)
        use_language(language)
        raise SystemExit(report(wrong, as_json=as_json)) from error
    except UsageError as error:
        say_aside(error.shown, end="")
        if as_json:
            hint = message("`{program} --help` lists the options.", program=error.program)
            print_document(as_document(usage_failure(Message(error.text), hint)))
        raise SystemExit(USAGE) from error
    finally:
        use_language(language)


def _with_settings(parser: argparse.ArgumentParser, arguments: Sequence[str]) -> argparse.Namespace:
    # Options of every verb have no defaults of their own, see `add_common`.
    said = argparse.Namespace(**UNSAID, applied=[])
    if wanted_verb(arguments) is None:
        return parser.parse_args(list(arguments), said)
    # `--help` alone does not wait for what only a verb needs.
    from lnl_gui.cli.configure import configuration

    # Before anything is parsed, since settings change the parser's defaults.
    configured = configuration(parser, arguments)
    options = parser.parse_args(list(arguments), said)
    if configured is not None:
        options.applied = configured.fill(options)
    return options


@contextmanager
def _heard(options: argparse.Namespace, arguments: Sequence[str]) -> Iterator[None]:
    """Within it as much is said, and logged where, as the command line wants."""
    from lnl_gui.util.log import logged_to_stderr
    from lnl_gui.util.process.crash_watch import watched

    wanted = Loudness.VERBOSE if options.verbose else Loudness.NORMAL
    with ExitStack() as stack:
        stack.enter_context(loudness(Loudness.QUIET if options.quiet else wanted))
        level = logging.INFO if options.verbose else logging.WARNING
        stack.enter_context(logged_to_stderr(level))
        _open_log(options.log_file, stack)
        stack.enter_context(watched("command-line"))
        transcript.info("lnl-gui %s", shlex.join(arguments))
        for found in options.applied:
            mention(
                message(
                    "{name} is {value} by {origin}",
                    name=found.setting.name,
                    value=str(found.value),
                    origin=found.setting.origin,
                )
            )
        yield


def _open_log(named: Path | None, stack: ExitStack) -> None:
    """Log to the file that was named, else to the platform's folder.

    Raises:
        UserError: when the one that was named is something else, or cannot be written.
    """
    from lnl_gui.util.files.replaceable import begins_with, refuse_other_kind
    from lnl_gui.util.log import logged

    file = named or log_folder() / "command-line.log"
    try:
        if named is not None and not named.is_char_device():
            is_log = begins_with(rb"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3} [A-Z]+ lnl_gui")
            refuse_other_kind(named, message("a log of LNL"), is_log)
        stack.enter_context(logged(file))
    except OSError as error:
        # The usual log is a convenience: a home that is full or read-only stops no work.
        if named is not None:
            raise as_user_error(error, message("write the log {file}", file=file)) from error


def _is_somewhere() -> bool:
    """Whether the folder of this process is still there."""
    try:
        return bool(Path.cwd())
    except OSError:
        return False


def _nowhere() -> Failure:
    return Failure(
        "no_working_folder",
        message("The folder that this command was started in is not there any more."),
        message("Change into another folder, as with `cd`, and start it again."),
        MENDABLE,
    )


def _refuse_word(word: str, *, as_json: bool) -> int:
    """Neither a verb nor anything to open."""
    near = near_names(word, VERBS)
    meant = message("`lnl-gui --help` lists the verbs.")
    if near:
        meant = message("Did you mean `lnl-gui {verb}`?", verb=near[0])
    what = message("there is no file, folder or verb “{word}”.", word=word)
    return report(usage_failure(what, meant), as_json=as_json)
