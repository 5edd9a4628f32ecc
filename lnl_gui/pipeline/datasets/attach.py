"""The attach job: predicted probabilities and embeddings that were made elsewhere.

Both are brought into the order of the project's samples and checked. An embedding then is one more
encoder's, called `attached:NAME`; probabilities become a detector of that name.
"""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.dataset.number_tables import NumberTable, read_names, read_numbers
from lnl_gui.pipeline.datasets.row_order import rows_of_paths
from lnl_gui.pipeline.snapshot import Snapshot, take_snapshot
from lnl_gui.store.history.journal_queries import newest_operation
from lnl_gui.store.jobs.arrays import ATTACHED, EMBEDDING, PROBABILITIES, file_stem
from lnl_gui.store.jobs.parameters import WRONG_ORDER, AttachParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError, as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.messages import Message, message, message_n, to_json
from lnl_gui.util.progress import JobContext

_SUM_TOLERANCE = 1e-2
"""How far a row of probabilities may be from one; half precision loses 1e-3 with many classes."""
_MEMORISED = 0.995
"""Share of given labels that predictions repeat above which they were probably trained on them."""
# Embeddings are kept in half precision; what is larger would become infinite.
_FLOAT16_LIMIT = 65504.0
# Rows clipped at a time, so that a mapped file of millions is not held twice.
_STEP = 65536


def run(
    parameters: AttachParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Check and attach what `parameters` name.

    Raises:
        UserError: for files that are no such thing, rows or classes that do not fit, values that
            are no probabilities.
    """
    if not parameters.pred_probs and not parameters.embedding:
        raise UserError(
            message("There is nothing to attach."),
            message("Name predicted probabilities, an embedding, or both."),
        )
    snapshot = take_snapshot(project_folder)
    paths = read_names(Path(parameters.paths)) if parameters.paths else None
    artifacts: dict[str, str] = {}
    with open_project(project_folder, read_only=True) as project:
        # What is replaced by a later update, this says nothing of.
        newest = newest_operation(project)
    metrics: dict[str, Any] = {"warnings": [], "newest_operation": newest}
    try:
        if parameters.pred_probs:
            found = probabilities_of(snapshot, parameters, paths)
            name = _name(parameters, parameters.pred_probs)
            place = f"arrays/probabilities-{file_stem(name)}.npy"
            write_array(project_folder / place, found.values)
            artifacts[f"{PROBABILITIES}{name}"] = place
            metrics |= {"name": name, "out_of_sample": parameters.out_of_sample} | found.figures
            metrics["warnings"] += [to_json(note) for note in found.notes]
        if parameters.embedding:
            found = embedding_of(snapshot, parameters, paths)
            name = _name(parameters, parameters.embedding)
            place = f"arrays/embedding-{file_stem(name)}.npy"
            write_array(project_folder / place, found.values)
            artifacts[f"{EMBEDDING}{name}"] = place
            metrics |= {"name": name, "encoders": {name: name}} | found.figures
            metrics["warnings"] += [to_json(note) for note in found.notes]
    except OSError as error:
        raise as_user_error(error, message("save what is attached")) from error
    return {"artifacts": artifacts, "metrics": metrics}


def _name(parameters: AttachParameters, file: str) -> str:
    name = parameters.name or Path(file).name.split(".")[0]
    # The name becomes part of a file's name, which may not hold every character on every system.
    return f"{ATTACHED}{re.sub(r'[^A-Za-z0-9_-]+', '-', name).strip('-') or 'array'}"


MAYBE_TRAINED_ON = message(
    "Predictions of a model on the samples it was trained on hide wrong labels. They are"
    " shown as a detector of their own; if they come from cross-validation, say so with"
    " --out-of-sample, and they join the consensus."
)
"""What is noted of predictions that nobody has said to be of cross-validation."""


@dataclass(frozen=True)
class Attached:
    """A matrix in the order of the project's samples, NaN where the file has none."""

    values: np.ndarray
    figures: dict[str, Any]
    notes: list[Message]


def _in_order(
    table: NumberTable, snapshot: Snapshot, paths: tuple[str, ...] | None, file: str
) -> tuple[np.ndarray, int]:
    """The rows as the project has them, and how many of the file's are no sample of it."""
    known = paths if paths is not None else table.paths
    values, count = table.values, len(snapshot)
    if known is None:
        if len(values) != count:
            raise UserError(
                message(
                    "`{file}` has {rows:,} rows, and the project {samples:,} samples.",
                    file=file,
                    rows=len(values),
                    samples=count,
                ),
                message(
                    "Give the paths of its rows with --paths FILE, one a line; without them the"
                    " rows must be all samples in their order."
                ),
                code="row_count",
            )
        # A copy: the file may be mapped, and embeddings are clipped in place.
        return np.array(values, np.float32), 0
    if len(known) != len(values):
        raise UserError(
            message(
                "There are {paths:,} paths for {rows:,} rows of `{file}`.",
                paths=len(known),
                rows=len(values),
                file=file,
            ),
            message("One path for each row is needed, in the order of the rows."),
            code="row_count",
        )
    # Files often cover more than a project, such as all of ImageNet: what is no sample is counted.
    row_of = rows_of_paths(snapshot, known)
    taken = row_of >= 0
    ordered = np.full((count, values.shape[1]), np.nan, np.float32)
    ordered[row_of[taken]] = values[taken]
    return ordered, int((~taken).sum())


def _check_coverage(snapshot: Snapshot, there: np.ndarray, *, partial: bool, file: str) -> int:
    """How many samples have no row; more than none needs a yes."""
    lacking = np.flatnonzero(snapshot.samples.readable & ~there)
    if len(lacking) and not partial:
        raise UserError(
            message(
                "`{file}` has no row for {lacking:,} of {samples:,} samples, such as `{example}`.",
                file=file,
                lacking=len(lacking),
                samples=int(snapshot.samples.readable.sum()),
                example=snapshot.samples.paths[int(lacking[0])],
            ),
            message("Add them, or go on with --partial: they are then not judged by it."),
            code="row_count",
        )
    return len(lacking)


def embedding_of(
    snapshot: Snapshot, parameters: AttachParameters, paths: tuple[str, ...] | None
) -> Attached:
    """An embedding (N, D) float16 for N samples.

    Raises:
        UserError: for rows that do not fit, or rows that are finite in part.
    """
    file = str(parameters.embedding)
    table = read_numbers(Path(file))
    values, foreign = _in_order(table, snapshot, paths, file)
    there = _whole_rows(values, file)
    lacking = _check_coverage(snapshot, there, partial=parameters.partial, file=file)
    for start in range(0, len(values), _STEP):
        part = values[start : start + _STEP]
        np.clip(part, -_FLOAT16_LIMIT, _FLOAT16_LIMIT, out=part)
    figures = {"dimension": values.shape[1], "rows": int(there.sum()), "foreign": foreign}
    return Attached(
        values.astype(np.float16), figures | {"lacking": lacking}, _row_notes(foreign, lacking)
    )


def _row_notes(foreign: int, lacking: int) -> list[Message]:
    notes = []
    if foreign:
        notes.append(
            message_n(
                "{count:,} row is of no sample of this project.",
                "{count:,} rows are of no sample of this project.",
                foreign,
            )
        )
    if lacking:
        notes.append(
            message_n(
                "{count:,} sample has no row and is not judged.",
                "{count:,} samples have no row and are not judged.",
                lacking,
            )
        )
    return notes


def _whole_rows(values: np.ndarray, file: str) -> np.ndarray:
    """(N,) bool: rows that are there. A row may be missing whole, never in part."""
    finite = np.isfinite(values)
    there = finite.all(axis=1)
    torn = np.flatnonzero(~there & (finite.any(axis=1) | np.isinf(values).any(axis=1)))
    if len(torn):
        raise UserError(
            message(
                "`{file}` holds NaN or infinite values among numbers, first for sample {row}.",
                file=file,
                row=int(torn[0]),
            ),
            message("Repair them, or make the whole row NaN to leave the sample out."),
            code="not_finite",
        )
    return there


def probabilities_of(
    snapshot: Snapshot, parameters: AttachParameters, paths: tuple[str, ...] | None
) -> Attached:
    """Predicted probabilities (N, C) float32 in the order of samples and classes.

    Raises:
        UserError: for rows or classes that do not fit, and values that are no probabilities.
    """
    file = str(parameters.pred_probs)
    table = read_numbers(Path(file))
    ordered, foreign = _in_order(table, snapshot, paths, file)
    there = _whole_rows(ordered, file)
    # Before the sums are checked: scores before the softmax sum to anything.
    if parameters.logits:
        ordered = _softmax(ordered)
    _check_probabilities(ordered[there], file)
    values = _by_class(ordered, _class_order(table, parameters, file), snapshot, file)
    lacking = _check_coverage(snapshot, there, partial=parameters.partial, file=file)
    agreement, chance = _agreement(snapshot, values, there)
    if agreement <= chance and not parameters.accept_order:
        raise UserError(
            message(
                "The predictions of `{file}` name the given label for {agreement:.1%} of the"
                " samples, no more than by chance ({chance:.1%}).",
                file=file,
                agreement=agreement,
                chance=chance,
            ),
            message(
                "Rows or classes are probably in another order: check --paths and --class-order."
                " If it is right all the same, go on with --accept-order."
            ),
            code=WRONG_ORDER,
        )
    notes = [*_row_notes(foreign, lacking), *_sample_notes(parameters, agreement)]
    figures = {"agreement": agreement, "classes": values.shape[1], "rows": int(there.sum())}
    return Attached(values, figures | {"foreign": foreign, "lacking": lacking}, notes)


def _sample_notes(parameters: AttachParameters, agreement: float) -> list[Message]:
    """Predictions of a model that was trained on the very labels repeat their errors."""
    if agreement >= _MEMORISED:
        return [
            message(
                "The predictions repeat {agreement:.1%} of the given labels: they were probably"
                " made by a model that was trained on these samples, and such predictions hide"
                " wrong labels. Use predictions from cross-validation.",
                agreement=agreement,
            )
        ]
    return [] if parameters.out_of_sample else [MAYBE_TRAINED_ON]


def _softmax(values: np.ndarray) -> np.ndarray:
    # The largest value is taken off first, or exp overflows from 89 in single precision.
    shifted = np.exp(values - np.nanmax(values, axis=1, keepdims=True, initial=-np.inf))
    return shifted / shifted.sum(axis=1, keepdims=True)


def _check_probabilities(values: np.ndarray, file: str) -> None:
    if not len(values):
        raise UserError(message("`{file}` has no row for any sample.", file=file), code="row_count")
    outside = (values < -_SUM_TOLERANCE) | (values > 1 + _SUM_TOLERANCE)
    wrong = np.abs(values.sum(axis=1) - 1) > _SUM_TOLERANCE
    if outside.any():
        raise UserError(
            message(
                "`{file}` holds values from {low:.3g} to {high:.3g}: these are no probabilities.",
                file=file,
                low=float(values.min()),
                high=float(values.max()),
            ),
            message("If they are logits (scores before the softmax), say so with --logits."),
            code="not_probabilities",
        )
    if wrong.any():
        raise UserError(
            message(
                "In `{file}` the probabilities of {count:,} rows do not sum to one; the first sum"
                " is {total:.4g}.",
                file=file,
                count=int(wrong.sum()),
                total=float(values[int(np.argmax(wrong))].sum()),
            ),
            message(
                "If they are logits, say so with --logits. Probabilities of several labels at"
                " once (sigmoid outputs) cannot be used here."
            ),
            code="not_probabilities",
        )


def _class_order(table: NumberTable, parameters: AttachParameters, file: str) -> tuple[str, ...]:
    order = parameters.class_order or table.columns
    if order is None:
        raise UserError(
            message("It is not known which class each column of `{file}` is.", file=file),
            message(
                "Say it with --class-order: a file with one class a line, or the names with commas"
                " between them."
            ),
            code="class_order",
        )
    if len(order) != table.values.shape[1]:
        raise UserError(
            message(
                "{names:,} classes are named for the {columns:,} columns of `{file}`.",
                names=len(order),
                columns=table.values.shape[1],
                file=file,
            ),
            code="class_order",
        )
    return tuple(name.strip() for name in order)


def _by_class(
    values: np.ndarray, order: tuple[str, ...], snapshot: Snapshot, file: str
) -> np.ndarray:
    """Columns as the project numbers its classes; a class that the file lacks has probability 0."""
    place = {name: number for number, name in enumerate(snapshot.class_names) if name}
    unknown = [name for name in order if name not in place]
    if unknown or len(set(order)) < len(order):
        twice = sorted({name for name in order if order.count(name) > 1})
        raise UserError(
            message(
                "`{file}` has columns that are no class of the project, or one twice: {names}.",
                file=file,
                names=", ".join((unknown or twice)[:10]),
            ),
            message("The classes are: {names}.", names=", ".join(list(place)[:50])),
            code="class_order",
        )
    ordered = np.zeros((len(values), len(snapshot.class_names)), np.float32)
    ordered[:, [place[name] for name in order]] = np.clip(values, 0, 1)
    # A row that is missing says nothing of any class, also of those that the file does not have.
    ordered[np.isnan(values).any(axis=1)] = np.nan
    return ordered


def _agreement(snapshot: Snapshot, values: np.ndarray, there: np.ndarray) -> tuple[float, float]:
    """Share of given labels that are the largest probability, and the most that chance gives.

    Chance is that of labels and predictions dealt out independently, with three standard errors.
    """
    rows = np.flatnonzero(there & (snapshot.samples.given >= 0))
    given, predicted = snapshot.samples.given[rows], values[rows].argmax(axis=1)
    # One class is always named by chance; nothing can be told from it.
    if len(rows) < 2 or len(np.unique(given)) < 2:
        return 1.0, 0.0
    classes = values.shape[1]
    shares = [np.bincount(labels, minlength=classes) / len(rows) for labels in (given, predicted)]
    chance = float(shares[0] @ shares[1])
    return (
        float((given == predicted).mean()),
        chance + 3 * float(np.sqrt(chance * (1 - chance) / len(rows))),
    )
