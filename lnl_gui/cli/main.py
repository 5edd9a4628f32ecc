"""The command line: one verb, one module; errors a user can mend become one clear line.

Exit codes: 0 done, 1 an error of the program itself, 2 wrong usage, 3 something the user can mend,
130 stopped by Ctrl+C.
"""

import argparse
import sqlite3
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import lnl_gui
from lnl_gui.cli.argparse_words import translated_argparse
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.lookup import near_names
from lnl_gui.util.messages import NOTHING, Message, message
from lnl_gui.util.translation import (
    chosen_language,
    language_code,
    load_language,
    localized,
    tr,
    use_language,
)

FAULT, USAGE, MENDABLE, INTERRUPTED = 1, 2, 3, 130

VERBS: dict[str, Message] = {
    "open": message("open a project, or a dataset, in the window"),
    "import": message("read a dataset into a new project"),
    "update": message(
        "read the dataset of a project again: what is new, moved, missing, relabelled"
    ),
    "relocate": message("say where the images of a project lie now"),
    "attach": message("take in predictions and embeddings that were made elsewhere"),
    "embed": message("compute embeddings, thumbnails and facts in one pass over the pixels"),
    "detect": message("find suspect labels"),
    "map": message("lay the images out in the plane so that those alike lie together (UMAP)"),
    "review": message("give verdicts: accept, keep, relabel, exclude, unsure, ask, undo, redo"),
    "remark": message("leave notes, tags and second labels on samples"),
    "classes": message("list, add, rename, merge, delete, describe the classes; what may be one"),
    "audit": message("draw a random sample of what was not flagged; report the noise left"),
    "pack": message("write some samples into one file, for somebody to review"),
    "unpack": message("make a project of a pack"),
    "merge": message("take in the verdicts of another copy of a project, of a pack, or a journal"),
    "check": message("look for damage in a project, and mend it"),
    "finetune": message("train on given and on curated labels and compare"),
    "gain": message("what cleaning gained, and the held-out images that decide it"),
    "export": message("write the curated dataset, tables and the journal"),
    "patch": message("write the label changes of a project as a small text file"),
    "apply": message("give a dataset the labels of a patch, in its own layout"),
    "verify": message("whether an export is still as it was written"),
    "info": message("say what is in a project"),
    "run": message("do all of it with defaults and print a summary"),
    "demo": message("clean handwritten digits with known wrong labels"),
    "predict": message("classify images with a trained model"),
    "tune": message("search a recipe's training settings by validation accuracy"),
    "model": message("export a trained model to ONNX, torch.export or safetensors"),
    "report": message("write one page on what was found and done, HTML or PDF"),
    "bench": message("measure detectors and training methods on labels whose errors are known"),
    "encoders": message("list the encoders by name"),
    "detectors": message("list the detectors by name"),
    "formats": message("list the dataset formats that can be read and written"),
    "recipes": message("list the training recipes by name"),
}
# `import` is a keyword and `map` a built-in function.
_MODULES = {"import": "import_dataset", "map": "projection"}


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
    """Run one verb; returns the exit code. Only that verb's module is imported."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None and hasattr(stream, "reconfigure"):
            # Windows consoles and pipes default to an old code page, in which a path or an arrow
            # cannot be printed.
            stream.reconfigure(encoding="utf-8", errors="replace")
    use_language(load_language(language_code(chosen_language())))
    if arguments and not arguments[0].startswith("-") and arguments[0] not in VERBS:
        return _refuse_word(arguments[0])
    with translated_argparse():
        options = make_parser(arguments).parse_args(list(arguments))
    try:
        return int(options.handler(options) or 0)
    except UserError as error:
        _tell(error.message, error.hint)
        return MENDABLE
    except sqlite3.DatabaseError as error:
        found = _reading_error(error, options)
        _tell(found.message, found.hint)
        return MENDABLE
    except (Cancelled, KeyboardInterrupt):
        _tell(message("stopped; what was finished is kept."))
        return INTERRUPTED
    # The reader of a pipe, such as `head`, has had enough: no fault of anybody.
    except BrokenPipeError:
        return INTERRUPTED
    except Exception:
        traceback.print_exc()
        _tell(message("this is an error in LNL itself; please report it."))
        return FAULT


def _reading_error(error: sqlite3.DatabaseError, options: argparse.Namespace) -> UserError:
    """A database that broke while a verb read it."""
    from lnl_gui.store.connection import is_damage, opening_error

    place = getattr(options, "project", None)
    if not isinstance(place, Path) or not is_damage(error):
        raise error
    return opening_error(error, place)


def _refuse_word(word: str) -> int:
    """Neither a verb nor anything to open."""
    near = near_names(word, VERBS)
    meant = message("`lnl-gui --help` lists the verbs.")
    if near:
        meant = message("Did you mean `lnl-gui {verb}`?", verb=near[0])
    _tell(message("there is no file, folder or verb “{word}”.", word=word), meant)
    return USAGE


def _tell(what: Message, hint: Message = NOTHING) -> None:
    """One error, with what to do about it below it."""
    print(f"lnl-gui: {localized(what)}", file=sys.stderr)
    if hint:
        print(f"         {localized(hint)}", file=sys.stderr)


def make_parser(arguments: Sequence[str]) -> argparse.ArgumentParser:
    """The parser of a command line: all verbs, and the options of the one that is wanted."""
    parser = argparse.ArgumentParser(
        prog="lnl-gui",
        description=tr("Clean the labels of image-classification datasets."),
        epilog=tr("Without a verb the window opens: `lnl-gui`, `lnl-gui PROJECT.lnl`."),
    )
    parser.add_argument(
        "--version",
        action="version",
        version=f"lnl-gui {lnl_gui.__version__}",
        # Python 3.11 does not look this one up for itself.
        help=tr("show program's version number and exit"),
    )
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    wanted = next((word for word in arguments if not word.startswith("-")), None)
    for name, title in VERBS.items():
        text = localized(title)
        verb = verbs.add_parser(name, help=text, description=text[0].upper() + text[1:] + ".")
        # Only the wanted verb's module is imported: `--help` comes at once.
        if name == wanted:
            module = import_module(f"lnl_gui.cli.{_MODULES.get(name, name)}")
            module.add_arguments(verb)
            verb.set_defaults(handler=module.run)
    return parser
