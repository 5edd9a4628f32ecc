"""Options that several verbs share."""

import argparse
from collections.abc import Sequence
from pathlib import Path

# Twice its name: mypy then knows that this module hands it on.
from lnl_gui.cli.common_options import absolute as absolute
from lnl_gui.cli.exit_codes import CANNOT_JUDGE, DONE
from lnl_gui.cli.parser import MAY_BE_EMPTY
from lnl_gui.cli.terminal import warn
from lnl_gui.remote.address import remote_url, source_text
from lnl_gui.store.dataset.other_pictures import ASK, LEAVE, TAKE
from lnl_gui.store.jobs.parameters import BUNDLED_ENCODER, ImportParameters
from lnl_gui.store.project import default_name
from lnl_gui.util.messages import message
from lnl_gui.util.translation import localized, tr


def add_examples(parser: argparse.ArgumentParser, examples: Sequence[tuple[str, str]]) -> None:
    """Command lines below the help, each with what it is for ("" where that is plain)."""
    # Lines without a purpose may be longer than the column.
    width = max(len(command) for command, purpose in examples if purpose)
    lines = [f"  {command:{width}}  {purpose}".rstrip() for command, purpose in examples]
    # argparse would fill the examples into one paragraph.
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.epilog = "\n".join([tr("examples:"), *lines])


def add_project(parser: argparse.ArgumentParser) -> None:
    """The project folder as a positional argument."""
    parser.add_argument("project", type=absolute, metavar="PROJECT", help=tr("a folder NAME.lnl"))


def add_other_pictures(parser: argparse.ArgumentParser) -> None:
    """What becomes of decisions on pictures that are not the ones here."""
    parser.add_argument(
        "--other-pictures",
        choices=(LEAVE, TAKE),
        default=ASK,
        metavar="leave|take",
        help=tr(
            "what to do with decisions on other pictures than the ones of these names here: leave"
            " them out, or take them in as of the same images saved anew"
        ),
    )


def add_source(parser: argparse.ArgumentParser) -> None:
    """A dataset and how to read it."""
    parser.add_argument(
        "source",
        type=absolute,
        metavar="SOURCE",
        help=tr(
            "folder of images, or a CSV of path and label; also at a URL (s3://, gs://, az://,"
            " https://, sftp://)"
        ),
    )
    add_reading(parser)


def add_reading(parser: argparse.ArgumentParser, *, source: str = "") -> None:
    """How to read a dataset; with an option for the dataset itself where it need not be named."""
    if source:
        parser.add_argument(
            source, type=absolute, metavar="SOURCE", help=tr("the dataset, where it is another now")
        )
    parser.add_argument("--reader", help=tr("format of the dataset; found out by itself otherwise"))
    parser.add_argument("--label-column", metavar="NAME", help=tr("column of the label"))
    parser.add_argument(
        "--annotator-column",
        action="append",
        metavar="NAME",
        help=tr(
            "column with one person's label; may be given more than once. Without --label-column"
            " the given label is their majority"
        ),
    )
    parser.add_argument("--path-column", metavar="NAME", help=tr("column of the image's path"))
    parser.add_argument("--split-column", metavar="NAME", help=tr("column of the split"))
    parser.add_argument(
        "--group-column",
        metavar="NAME",
        help=tr("column of the patient, video or product, whose images stay together"),
    )
    parser.add_argument(
        "--image-root", type=absolute, metavar="DIR", help=tr("folder that paths are relative to")
    )
    parser.add_argument(
        "--class-level",
        type=positive,
        metavar="N",
        help=tr("level of the folders that name the classes; 1 is directly in SOURCE"),
    )
    parser.add_argument(
        "--encoding", metavar="NAME", help=tr("of text files, such as cp1251; found out otherwise")
    )
    parser.add_argument(
        "--image-shape",
        type=image_shape,
        default=(),
        metavar="SHAPE",
        help=tr("of an image in rows of numbers, such as 28x28, 32x32x3 or 3x32x32"),
    )
    names = parser.add_mutually_exclusive_group()
    names.add_argument(
        "--class-names",
        type=absolute,
        metavar="FILE",
        help=tr(
            "names of classes that are numbers or codes, such as classes.txt or class_to_idx.json"
        ),
    )
    names.add_argument(
        "--no-class-names",
        action="store_true",
        help=tr("keep numbers and codes as they are, whatever files of names lie there"),
    )
    parser.add_argument(
        "--accept-layout",
        action="store_true",
        help=tr("go on although the way the dataset was read is doubtful"),
    )


def import_parameters(options: argparse.Namespace, project: Path) -> ImportParameters:
    """The import that a command line asks for."""
    return ImportParameters(
        # `update` may leave it open; the project knows its dataset then.
        source=source_text(options.source) if options.source else "",
        project=str(project),
        reader=options.reader,
        label_column=options.label_column,
        path_column=options.path_column,
        split_column=options.split_column,
        group_column=options.group_column,
        image_root=str(options.image_root) if options.image_root else None,
        annotator_columns=tuple(options.annotator_column or ()),
        class_level=options.class_level,
        encoding=options.encoding,
        image_shape=options.image_shape,
        class_names=str(options.class_names) if options.class_names else None,
        rename_classes=not options.no_class_names,
        accept_layout=options.accept_layout,
    )


def default_project(source: Path) -> Path:
    """`NAME.lnl` beside the dataset, or here for one at a URL."""
    if remote_url(source) is not None:
        return Path.cwd() / default_name(source)
    return source.parent / default_name(source)


def add_encoders(parser: argparse.ArgumentParser) -> None:
    """Which encoders, from where, on what device."""
    parser.add_argument(
        "--encoder",
        action="append",
        metavar="NAME",
        help=localized(
            message(
                "may be given more than once; default {encoder}; see `lnl-gui encoders`",
                encoder=BUNDLED_ENCODER,
            )
        ),
    )
    parser.add_argument("--weights", type=absolute, metavar="FILE", help=tr("local weights file"))
    add_download_consent(parser)
    add_device(parser)
    parser.add_argument(
        "--batch-size", type=int, default=0, metavar="N", help=tr("images at a time")
    )


def add_device(parser: argparse.ArgumentParser) -> None:
    """What to compute on."""
    parser.add_argument("--device", default="auto", help=tr("auto, cpu, cuda, cuda:1, xpu, mps"))


def add_window(parser: argparse.ArgumentParser) -> None:
    """The window of medical images."""
    parser.add_argument(
        "--window-level",
        nargs=2,
        metavar=("WIDTH", "LEVEL"),
        help=tr(
            "pictures of more than 8 bits (medical, scientific): show the WIDTH values around LEVEL"
            " from black to white; kept until another is named; 0 0 goes back to one range that"
            " holds all of the dataset, which is what is taken at first"
        ),
    )


def add_partial(parser: argparse.ArgumentParser) -> None:
    """Consent to go on without images that are missing."""
    parser.add_argument(
        "--partial",
        action="store_true",
        help=tr("go on without the images that are missing, which is an error otherwise"),
    )


def add_unjudged(parser: argparse.ArgumentParser) -> None:
    """Consent to labels of which nothing is known."""
    parser.add_argument(
        "--accept-unjudged",
        action="store_true",
        help=tr(
            "end without an error although there are labels that neither a detection nor a person"
            " has judged, and take suggestions although the detection cannot judge the labels"
        ),
    )


def add_accept_unjudged(parser: argparse.ArgumentParser) -> None:
    """Consent to suggestions of a detection that knows nothing of the labels."""
    parser.add_argument(
        "--accept-unjudged",
        action="store_true",
        help=tr("take suggestions unseen although the detection cannot judge the labels"),
    )


def code_of_unjudged(left: bool, options: argparse.Namespace) -> int:
    """The exit code of what was written, by whether labels in it are `left` unjudged."""
    if not left or options.accept_unjudged:
        return DONE
    warn(
        message(
            "It is written, and ends with an error because of labels that nothing and nobody has"
            " judged; where that is meant, say so with --accept-unjudged."
        )
    )
    return CANNOT_JUDGE


def add_threads(parser: argparse.ArgumentParser) -> None:
    """How much of the machine a job may use."""
    parser.add_argument(
        "--threads", type=positive, metavar="N", help=tr("processor threads to use; default all")
    )


def add_set(
    parser: argparse.ArgumentParser,
    words: str,
    *,
    option: str = "--set",
    metavar: str = "NAME=VALUE",
) -> None:
    """An option of pairs, more than once, of which `words` say what it changes."""
    parser.add_argument(
        option, action="append", type=_setting, default=[], metavar=metavar, help=words
    )


def _setting(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not (equals and name.strip() and value.strip()):
        raise argparse.ArgumentTypeError(tr("write NAME=VALUE"))
    # Both as text: which type a constant has its recipe or detector knows.
    return name.strip(), value.strip()


def may_be_empty(argument: argparse.Action) -> None:
    """An argument whose empty value means something, such as a note that is taken out."""
    setattr(argument, MAY_BE_EMPTY, True)


_SEEDS = 2**63
"""What a project can record of one."""
_DIGITS = 19


def seed(text: str) -> int:
    """The seed of a draw.

    Raises:
        ArgumentTypeError: for what cannot be one, which argparse reports with the option.
    """
    if not (text.isascii() and text.isdecimal()) or len(text) > _DIGITS or int(text) >= _SEEDS:
        raise argparse.ArgumentTypeError(
            localized(message("must be a whole number from 0 to {most}", most=_SEEDS - 1))
        )
    return int(text)


def positive(text: str) -> int:
    """A whole number above zero.

    Raises:
        ArgumentTypeError: for any other number, which argparse reports with the option.
        ValueError: for what is no number, likewise.
    """
    if not text.isdecimal() or int(text) < 1:
        raise argparse.ArgumentTypeError(tr("must be a whole number, 1 or more"))
    return int(text)


def share(text: str) -> float:
    """A number from 0 to 1.

    Raises:
        ArgumentTypeError: for any other number, which argparse reports with the option.
        ValueError: for what is no number, likewise.
    """
    number = float(text)
    # Of what is no number every comparison is false.
    if not 0 <= number <= 1:
        raise argparse.ArgumentTypeError(tr("must be a number from 0 to 1"))
    return number


def add_download_consent(parser: argparse.ArgumentParser) -> None:
    """Whether weights may be downloaded."""
    choice = parser.add_mutually_exclusive_group()
    choice.add_argument(
        "--yes",
        "-y",
        action="store_true",
        help=tr("download weights, and begin what takes hours, without asking on a terminal"),
    )
    choice.add_argument(
        "--no-download", action="store_true", help=tr("stop rather than download weights")
    )


def encoder_names(options: argparse.Namespace) -> tuple[str, ...]:
    """The chosen encoders, the bundled one when none is named."""
    return tuple(options.encoder or (BUNDLED_ENCODER,))


def image_shape(text: str) -> tuple[int, ...]:
    """Two or three whole numbers above zero, as `3x32x32`.

    Raises:
        argparse.ArgumentTypeError: when the text is none.
    """
    shape = tuple(positive(part) for part in text.lower().replace(",", "x").split("x"))
    if len(shape) not in (2, 3):
        raise argparse.ArgumentTypeError(tr("must be such as 28x28 or 3x32x32"))
    return shape


def add_json(parser: argparse.ArgumentParser) -> None:
    """Machine-readable output."""
    parser.add_argument(
        "--json", action="store_true", help=tr("print one JSON object as the last line of output")
    )
