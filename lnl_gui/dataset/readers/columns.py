"""Finds out which column of a table holds paths, labels and splits."""

from collections.abc import Sequence
from dataclasses import dataclass

from lnl_gui.dataset.listing import is_image_name, shorten
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables import Table
from lnl_gui.dataset.splits import canonical_split
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

PATH_NAMES = [
    "path",
    "file_path",
    "filepath",
    "image_path",
    "img_path",
    "imagepath",
    "file_name",
    "filename",
    "file",
    "image_file",
    "image_name",
    "image_filename",
    "image",
    "img",
    "img_name",
    "image_id",
    "imageid",
    "img_id",
    "image_url",
    "url",
    "uri",
    "name",
    "id",
]
LABEL_NAMES = [
    "label",
    "labels",
    "class",
    "class_name",
    "classname",
    "class_label",
    "target",
    "targets",
    "category",
    "category_name",
    "categories",
    "y",
    "given_label",
    "current_label",
    "noisy_label",
    "ground_truth",
    "groundtruth",
    "gt",
    "annotation",
    "label_name",
    "class_id",
    "classid",
    "label_id",
    "labelid",
    "category_id",
    "choice",
]
SPLIT_NAMES = [
    "split",
    "subset",
    "partition",
    "set",
    "phase",
    "usage",
    "data_split",
    "dataset_split",
    "fold_name",
]
KNOWN_NAMES = frozenset([*PATH_NAMES, *LABEL_NAMES, *SPLIT_NAMES])

_SAMPLE = 2000


@dataclass(frozen=True)
class TableColumns:
    """Column numbers from 0; `split` is -1 when there is none, `one_hot` the classes' columns.

    `label` is -1 where the label comes from `one_hot` or from the `annotators`.
    """

    path: int
    label: int
    split: int = -1
    one_hot: tuple[int, ...] = ()
    annotators: tuple[int, ...] = ()


def annotator_names(table: Table, columns: TableColumns) -> list[str]:
    """The names of the annotators' columns."""
    return [table.columns[at] for at in columns.annotators]


def choose_columns(table: Table, options: ReaderOptions) -> TableColumns:
    """Choose by what was said, else by usual names, else by what the cells look like.

    Raises:
        UserError: when a named column is missing or no choice is clear; it lists the columns
            and the option that settles it.
    """
    sample = table.rows[:: max(1, len(table.rows) // _SAMPLE)] or [[""] * len(table.columns)]
    path = _named(table, options.path_column, "--path-column")
    if path is None:
        path = _guess_path(table, sample)
    split = _named(table, options.split_column, "--split-column")
    label = _named(table, options.label_column, "--label-column")
    annotators = _annotators(table, options.annotator_columns, path)
    if split is None:
        split = _guess_split(table, sample, {path, label, *annotators})
    if label is not None or annotators:
        return TableColumns(path, -1 if label is None else label, split, (), annotators)
    rest = [at for at in range(len(table.columns)) if at not in (path, split)]
    one_hot = _one_hot(table, sample, rest)
    if one_hot:
        table.warnings.append(
            message(
                "The label is the column that holds 1 among {rest}.",
                rest=shorten(table.columns[c] for c in rest),
            )
        )
        return TableColumns(path, -1, split, one_hot)
    return TableColumns(path, _guess_label(table, sample, rest), split)


def _named(table: Table, name: str | None, option: str) -> int | None:
    if name is None:
        return None
    wanted = name.strip()
    if wanted in table.columns:
        return table.columns.index(wanted)
    folded = [column.casefold() for column in table.columns]
    if folded.count(wanted.casefold()) == 1:
        return folded.index(wanted.casefold())
    if wanted.isascii() and wanted.isdigit() and 1 <= int(wanted) <= len(table.columns):
        return int(wanted) - 1
    raise UserError(
        message(
            "`{source}` has no column `{name}`. Its columns are {listed}.",
            source=table.source,
            name=name,
            listed=_listed(table.columns),
        ),
        message("Give one of them with {option}, or its number from 1.", option=option),
        code="unknown_column",
    )


def _annotators(table: Table, names: Sequence[str], path: int) -> tuple[int, ...]:
    found = [_named(table, name, "--annotator-column") for name in names]
    columns = tuple(dict.fromkeys(at for at in found if at is not None))
    if path in columns:
        raise UserError(
            message(
                "The column `{column}` holds the image paths, not a person's labels.",
                column=table.columns[path],
            ),
            message("Name the columns of the labels with --annotator-column."),
            code="unknown_column",
        )
    return columns


def _guess_path(table: Table, sample: list[list[str]]) -> int:
    shares = [_image_share(sample, at) for at in range(len(table.columns))]
    named = _by_name(table, PATH_NAMES)
    with_images = [at for at in named if shares[at] > 0.5]
    if with_images:
        return with_images[0]
    looking = [at for at, share in enumerate(shares) if share > 0.5]
    if len(looking) == 1:
        return looking[0]
    if not looking and named:
        return named[0]
    raise UserError(
        message(
            "It is not clear which column of `{source}` holds the image paths. Its"
            " columns are {listed}.",
            source=table.source,
            listed=_listed(table.columns),
        ),
        message("Name it with --path-column."),
        code="ambiguous_column",
    )


def _guess_split(table: Table, sample: list[list[str]], taken: set[int | None]) -> int:
    for at in _by_name(table, SPLIT_NAMES):
        if at not in taken:
            return at
    for at in range(len(table.columns)):
        values = {row[at].strip() for row in sample if row[at].strip()}
        if at not in taken and values and all(canonical_split(value) for value in values):
            return at
    return -1


def _guess_label(table: Table, sample: list[list[str]], rest: list[int]) -> int:
    named = [at for at in _by_name(table, LABEL_NAMES) if at in rest]
    if "x" in table.columns:
        named = [at for at in named if table.columns[at] != "y"]  # a place in the image
    if len(named) > 1:
        named = _same_classes(sample, named)
    if len(named) == 1:
        return named[0]
    likely = named or [at for at in rest if _looks_like_label(sample, at)]
    if len(likely) == 1:
        table.warnings.append(
            message(
                "The labels were taken from column `{column}`.", column=table.columns[likely[0]]
            )
        )
        return likely[0]
    if len(rest) == 1:
        return rest[0]
    if not rest:
        raise UserError(
            message(
                "`{source}` has no column for the label beside {listed}.",
                source=table.source,
                listed=_listed(table.columns),
            ),
            message("Add a column `label`, or choose another table."),
            code="no_label_column",
        )
    shown = likely or rest
    raise UserError(
        message(
            "It is not clear which column of `{source}` holds the labels: {listed} could.",
            source=table.source,
            listed=_listed([table.columns[at] for at in shown]),
        ),
        message(
            "Name it with --label-column, for example --label-column {column}.",
            column=table.columns[shown[0]],
        ),
        code="ambiguous_column",
    )


def _same_classes(sample: list[list[str]], named: list[int]) -> list[int]:
    """One column for several that name the same classes (a number and a word for each)."""
    first = named[0]
    for other in named[1:]:
        pairs = {(row[first].strip(), row[other].strip()) for row in sample}
        one_to_one = len({a for a, _ in pairs}) == len({b for _, b in pairs}) == len(pairs)
        if not one_to_one:
            return named
    words = [at for at in named if not all(_is_number(row[at]) for row in sample)]
    return [(words or named)[0]]


def _looks_like_label(sample: list[list[str]], at: int) -> bool:
    """Whether a column's values repeat, as classes do, and are not measurements."""
    values = [row[at].strip() for row in sample if row[at].strip()]
    distinct = set(values)
    if not values or any(_is_number(v) and not v.lstrip("+-").isdigit() for v in distinct):
        return False
    return len(distinct) <= max(1, len(values) // 2)


def _one_hot(table: Table, sample: list[list[str]], rest: list[int]) -> tuple[int, ...]:
    if len(rest) < 2 or any(at in rest for at in _by_name(table, LABEL_NAMES)):
        return ()
    for row in sample:
        cells = [row[at].strip() for at in rest]
        if not all(cell in ("0", "1", "0.0", "1.0") for cell in cells):
            return ()
        if sum(cell.startswith("1") for cell in cells) != 1:
            return ()
    return tuple(rest)


def _by_name(table: Table, names: Sequence[str]) -> list[int]:
    """Columns with one of the names, in the order of the names."""
    folded = [column.casefold().replace(" ", "_").replace("-", "_") for column in table.columns]
    return [folded.index(name) for name in names if name in folded]


def _image_share(sample: list[list[str]], at: int) -> float:
    cells = [row[at].strip() for row in sample]
    filled = [cell for cell in cells if cell]
    return sum(map(is_image_name, filled)) / len(filled) if filled else 0.0


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def _listed(names: Sequence[str]) -> Message:
    return shorten(names, shown=20)
