"""Arrays and frames that a script attaches, as a matrix in the order of a project."""

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from lnl_gui.pipeline.datasets.attach import MAYBE_TRAINED_ON
from lnl_gui.store.jobs.parameters import WRONG_ORDER
from lnl_gui.util.errors import UserError
from lnl_gui.util.given_arrays import is_masked, plain_array
from lnl_gui.util.messages import Message, from_json, message, to_json

_PATH = "path"
_HINTS = {
    "row_count": message(
        "Give a row for each sample in the order of `samples`, or a frame with the paths of its"
        " rows as the index. Say partial=True where samples have no row."
    ),
    "class_order": message(
        "Say class_order=[...], the class of each column, or give a frame whose columns are the"
        " classes."
    ),
    "not_probabilities": message(
        "If they are scores before the softmax, say logits=True. Probabilities of several labels"
        " at once (sigmoid outputs) cannot be used here."
    ),
    WRONG_ORDER: message(
        "Rows or classes are probably in another order. If it is right all the same, say"
        " accept_order=True."
    ),
}
_NOTES = {
    MAYBE_TRAINED_ON.template: message(
        "Predictions of a model on the samples it was trained on hide wrong labels. They are"
        " shown as a detector of their own; if they come from cross-validation, say"
        " out_of_sample=True, and they join the consensus."
    )
}
"""By the template of what the job says, for the command line."""


def matrix(value: Any, name: str, row_of: Mapping[str, int] | None) -> np.ndarray:
    """The numbers (N, D) float32 of an array, list, tensor or frame.

    Rows are those of the project, in its order. A frame may name them by paths, as its index or
    its column `path`; samples that it does not name get NaN.

    Args:
        value: what was given.
        name: of the argument.
        row_of: the N rows of the project by path; None where what the rows are is told elsewhere.

    Raises:
        UserError: for what is no matrix of numbers, and rows whose samples are not known.
    """
    paths = _paths(value, name) if row_of is not None else None
    found = plain_array(value[_number_columns(value)] if _has_paths(value) else value)
    if found.ndim != 2:
        raise UserError(
            message("{name} has the shape {shape}.", name=name, shape=str(found.shape)),
            message("Give a row for each sample, and a column for each number of it."),
            code="shape",
        )
    numbers = _numbers(found, name)
    if paths is None or row_of is None:
        return numbers
    rows = _rows(paths, name, row_of)
    ordered = np.full((len(row_of), numbers.shape[1]), np.nan, np.float32)
    ordered[rows] = numbers
    return ordered


def live_columns(values: np.ndarray, class_names: Sequence[str]) -> np.ndarray:
    """Probabilities by class without the columns of classes that were merged or deleted.

    Rows that gave such a class something no longer sum to one, which the job refuses.

    Args:
        values: (N, D); others than by all C classes stay as they are.
        class_names: C names, "" for classes merged or deleted.
    """
    live = np.array([bool(name) for name in class_names])
    return values[:, live] if values.shape[1] == len(live) else values


def class_order(value: Any, class_names: Sequence[str]) -> tuple[str, ...]:
    """The class of each column.

    Args:
        value: probabilities; of a frame the columns name the classes, of anything else they are
            the project's, in its order.
        class_names: of the project, "" for classes merged or deleted.

    Raises:
        UserError: for a frame whose columns are no classes.
    """
    live = tuple(name for name in class_names if name)
    columns = _number_columns(value)
    numbered = columns == list(range(len(live)))
    if not columns or (numbered and not set(map(str, columns)) & set(live)):
        return live
    named = tuple(str(column).strip() for column in columns)
    if numbered and named != live:
        # Classes called 0 to 9 that the project has in another order: it may be either.
        raise UserError(
            message("It is not known which class each column of {name} is.", name="pred_probs"),
            _HINTS["class_order"],
            code="class_order",
        )
    return named


def in_words_of_scripts(error: UserError, names: Mapping[str, str]) -> UserError:
    """An error of the job, which takes files and options, by what a script has given.

    Args:
        error: of the job.
        names: of the arguments, by the file that each was written to.
    """
    fields = tuple((key, names.get(str(field), field)) for key, field in error.message.fields)
    said = Message(error.message.template, fields, error.message.plural)
    hint = error.hint
    if not hint or "--" in hint.template:
        hint = _HINTS.get(error.code, hint)
    return UserError(said, hint, code=error.code, retryable=error.retryable)


def notes_in_words_of_scripts(metrics: dict[str, Any]) -> dict[str, Any]:
    """The figures of the job, whose notes name options, with what a script says instead."""
    notes = [from_json(note) for note in metrics.get("warnings", ())]
    said = [_NOTES.get(note.template, note) for note in notes]
    return metrics | {"warnings": [to_json(note) for note in said]}


def _columns(value: Any) -> list[Any]:
    """The names of a frame's columns; none of anything else."""
    columns = getattr(value, "columns", None)
    return [] if columns is None else list(columns)


def _has_paths(value: Any) -> bool:
    """Whether a frame has a column of paths; a class may be called so, too."""
    return _PATH in _columns(value) and any(isinstance(entry, str) for entry in value[_PATH])


def _number_columns(value: Any) -> list[Any]:
    aside = _PATH if _has_paths(value) else None
    return [column for column in _columns(value) if column != aside]


def _paths(value: Any, name: str) -> list[str] | None:
    """The paths of a frame's rows; None where they are the project's in its order."""
    if _has_paths(value):
        return [str(path) for path in value[_PATH]]
    if not _columns(value):
        return None
    index = getattr(value, "index", None)
    if index is None:
        return None
    named = list(index)
    if any(isinstance(entry, str) for entry in named):
        return [str(entry) for entry in named]
    # As a shuffle or a selection leaves them: numbers that say another order than that of rows.
    numbered = all(isinstance(entry, int | np.integer) for entry in named)
    if numbered and named != sorted(named):
        raise UserError(
            message("The rows of {name} are not in the order of its index.", name=name),
            message(
                "Give them in the order of `samples` (sort_index), or with paths as the index; or"
                " without an index (to_numpy) where they are in that order."
            ),
            code="row_order",
        )
    return None


def _rows(paths: Sequence[str], name: str, row_of: Mapping[str, int]) -> np.ndarray:
    unknown = [path for path in paths if path not in row_of]
    if unknown:
        raise UserError(
            message(
                "{count:,} rows of {name} are of no sample of this project, such as `{path}`.",
                count=len(unknown),
                name=name,
                path=unknown[0],
            ),
            message("Leave them out. Paths are as in the dataset, see `samples`."),
            code="row_count",
        )
    twice = len(paths) - len(set(paths))
    if twice:
        raise UserError(
            message("{count:,} rows of {name} have the path of another.", count=twice, name=name),
            message("Give one row for each sample."),
            code="row_count",
        )
    return np.array([row_of[path] for path in paths], np.int64)


def _numbers(found: np.ndarray, name: str) -> np.ndarray:
    """As numbers: of anything else numpy makes pickled objects, which no reader here opens."""
    try:
        if found.dtype.kind == "c":
            raise TypeError
        numbers = np.asarray(found, np.float32)
    except (TypeError, ValueError) as error:
        raise UserError(
            message("{name} is of the type {dtype}.", name=name, dtype=str(found.dtype)),
            message("Pass real numbers."),
            code="not_numbers",
        ) from error
    if is_masked(found):
        # What lies under the mask is no value; a whole row of it is a sample without one.
        numbers = np.where(np.ma.getmaskarray(found), np.float32(np.nan), numbers)
    return numbers
