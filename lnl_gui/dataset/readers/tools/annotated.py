"""What annotation tools say of images, and the rows of one label an image that it becomes."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.set_aside import SET_ASIDE
from lnl_gui.dataset.readers.tables.columns import TableColumns
from lnl_gui.dataset.readers.tables.records_table import cell_text
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet, labelled_path
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.dataset.readers.tables.votes import collect_votes, most_given
from lnl_gui.dataset.readers.tools.image_groups import Fields, take_groups
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

_ANNOTATOR, _ANSWER = "annotator", "answer"
OBJECTS = "objects"
"""What is asked of things drawn in an image, where the image itself has no label."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said to one question about an image; several labels are one answer."""

    question: str
    labels: tuple[str, ...]
    annotator: str = ""


@dataclass(frozen=True, slots=True)
class Annotated:
    """An image as a tool's file names it, with the answers about it, and whether an export says
    that it is no part of the dataset."""

    path: str
    answers: tuple[Answer, ...] = ()
    split: str = ""
    set_aside: bool = False


@dataclass
class ToolAnnotations:
    """The images of a tool's file, and what to say about them."""

    images: list[Annotated]
    warnings: list[Message] = field(default_factory=list)
    fields: Fields = field(default_factory=dict)
    """what it says of images beside their labels, such as the patient"""
    classes: tuple[str, ...] = ()
    """all that there are to choose from, where the tool lists them"""


def answer_to(question: str, labels: Iterable[Any], annotator: str = "") -> tuple[Answer, ...]:
    """One answer of all labels that say something, each once; none where none does."""
    said = tuple(dict.fromkeys(filter(None, map(cell_text, labels))))
    return (Answer(question, said, annotator),) if said else ()


def answers_to(asked: Iterable[tuple[str, Iterable[Any]]], annotator: str = "") -> Iterator[Answer]:
    """One answer of one person to each question, which may be asked below several choices."""
    labels: dict[str, list[Any]] = {}
    for question, said in asked:
        labels.setdefault(question, []).extend(said)
    for question, found in labels.items():
        yield from answer_to(question, found, annotator)


def nested_question(name: str, above: Sequence[str]) -> str:
    """What a question is called that is asked of those who chose an answer to another.

    Args:
        name: its own.
        above: the questions around it, the nearest last.
    """
    return f"{above[-1]}/{name}" if name in above else name


def without_objects(images: list[Annotated]) -> list[Annotated]:
    """Objects serve only where no image has a label of its own."""
    asked = {answer.question for image in images for answer in image.answers}
    return without_questions(images, {OBJECTS}) if asked - {OBJECTS} else images


def without_questions(images: Iterable[Annotated], left: Collection[str]) -> list[Annotated]:
    """The images without the answers to some questions."""
    return [
        replace(image, answers=tuple(a for a in image.answers if a.question not in left))
        for image in images
    ]


def annotated_rows(
    found: ToolAnnotations,
    source: Path,
    base: Path,
    *,
    question: str | None = None,
    group: str | None = None,
) -> RowSet:
    """Rows with one label an image, and a column for each annotator where images have several.

    Args:
        found: what the tool's file says.
        source: that file, for messages.
        base: the folder that its paths start from.
        question: the question whose answers are the labels; it must be given where there are
            several.
        group: the field that says which images belong together, where a person named one.

    Raises:
        UserError: when there are several questions, or none of that name.
    """
    asked = _question(found.images, source, question)
    chosen = [(image, _answers(image, asked)) for image in found.images if not image.set_aside]
    # One answer an image needs no columns of annotators, though each names its person.
    if any(len(answers) > 1 for _, answers in chosen):
        rows = _voted(chosen, source, base)
    else:
        rows = RowSet([_row(image, answers, base) for image, answers in chosen])
    rows.rows += [
        LabelledPath(image.path, "", image.split, base, problem=SET_ASIDE)
        for image in found.images
        if image.set_aside
    ]
    rows.warnings[:0] = found.warnings
    rows.reading = replace(rows.reading, classes=found.classes, drawn=asked == OBJECTS)
    take_groups(rows, found.fields, group)
    return rows


def _question(images: Sequence[Annotated], source: Path, wanted: str | None) -> str:
    asked = Counter(answer.question for image in images for answer in image.answers)
    if wanted is not None:
        for name in asked:
            if name.casefold() == wanted.strip().casefold():
                return name
    # Two questions (kind and colour, say) would make one set of classes out of two.
    elif len(asked) < 2:
        return next(iter(asked), "")
    names = shorten((name for name, _ in asked.most_common()), shown=20)
    if wanted is not None:
        raise UserError(
            message("`{source}` has no labels `{name}`.", source=source, name=wanted),
            message("Give one of {names} with --label-column.", names=names),
            code="unknown_column",
        )
    raise UserError(
        message("`{source}` holds several kinds of labels: {names}.", source=source, names=names),
        message(
            "Name the one that is meant with --label-column, for example --label-column {name}.",
            name=asked.most_common()[0][0],
        ),
        code="ambiguous_column",
    )


def _answers(image: Annotated, question: str) -> list[Answer]:
    """The answers to that question; of two of one named person the later."""
    given = [answer for answer in image.answers if answer.question == question and answer.labels]
    named = {answer.annotator: answer for answer in given if answer.annotator}
    return [*(a for a in given if not a.annotator), *named.values()]


def _row(image: Annotated, answers: Sequence[Answer], base: Path) -> LabelledPath:
    labels = (label for answer in answers for label in answer.labels)
    return labelled_path(image.path, labels, image.split, base)


def _voted(chosen: Sequence[tuple[Annotated, list[Answer]]], source: Path, base: Path) -> RowSet:
    """Single answers become votes; an image that has only answers of several labels has none."""
    votes: list[list[str]] = []
    others: list[LabelledPath] = []
    for image, answers in chosen:
        single = [answer for answer in answers if len(answer.labels) == 1]
        for number, answer in enumerate(single, 1):
            votes.append(
                [image.path, answer.annotator or f"{number}", answer.labels[0], image.split]
            )
        if not single:
            others.append(_row(image, answers, base))
    table = Table(source, ["path", _ANNOTATOR, _ANSWER, "split"], votes)
    collected = collect_votes(table, TableColumns(0, 2, 3, annotator=1))
    rows = [
        LabelledPath(path, most_given(said), collected.splits[path], base, said)
        for path, said in collected.answers.items()
    ]
    nothing = ("",) * len(collected.annotators)
    # An answer of two labels is no vote for either.
    rows += [LabelledPath(r.path, "", r.split, base, nothing, r.problem) for r in others]
    said_of = message(
        "Several people labelled the same images: {names}. The label is what most said.",
        names=shorten(collected.annotators),
    )
    return RowSet(rows, [], [said_of], [], collected.annotators, votes=True)
