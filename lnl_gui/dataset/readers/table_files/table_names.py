"""What the names of tables say: usual ones, parts of a dataset, submissions to a competition."""

import re
from pathlib import Path

from lnl_gui.dataset.readers.files.folder_names import SHELVES
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.store.dataset.split_names import canonical_split, split_in_name

_USUAL_STEMS = frozenset(
    [
        "labels",
        "label",
        "image_labels",
        "annotations",
        "annotation",
        "dataset",
        "data",
        "index",
        "train_labels",
        "images",
        "_classes",
        "_annotations",
    ]
)
_SUBMISSION = re.compile(r"submission|^(sample|example)?_?submit$")
_WORDS = re.compile(r"[A-Z]?[a-z]+|[A-Z]+|[0-9]+|[^\W\d_]+")


def table_stem(file: Path) -> str:
    """The name without `.csv` or `.csv.gz`."""
    plain = Path(file.stem) if inner_suffix(file) != file.suffix.lower() else file
    return plain.stem


def is_usual(file: Path) -> bool:
    """Whether a table has a name that tables of labels usually have."""
    return table_stem(file).lower() in _USUAL_STEMS


def is_called_labels(file: Path) -> bool:
    """Whether a table's name says that it holds labels: `labels.csv`, `train_annotations.csv`."""
    stem = table_stem(file).lower()
    return "label" in stem or "annotation" in stem


def is_submission(file: Path) -> bool:
    """Whether a table is named like one that is handed in: `sample_submission.csv`.

    What stands in it are placeholders or predictions.
    """
    return bool(_SUBMISSION.search(table_stem(file).lower()))


def split_of_table(file: Path) -> str:
    """The split that a table's name says, as it is written there, "" for none."""
    stem = table_stem(file)
    lower = stem.lower()
    # `trainLabels` says so by its capital alone.
    return next((name for name in (lower, stem) if split_in_name(name)), "")


def is_split(file: Path) -> bool:
    """Whether a table is called after a split alone: `train.csv`."""
    return bool(canonical_split(table_stem(file)))


def is_shelf_of_part(folder: str) -> bool:
    """Whether a folder is called after labels and a part of a dataset: `Training_GroundTruth`."""
    words = [word.casefold() for word in _WORDS.findall(folder)]
    return bool(split_in_name(folder)) and any("".join(words[at:]) in SHELVES for at in (-1, -2))


def are_parts(first: Path, second: Path) -> bool:
    """Whether two names differ by the split alone: `labels` and `labels_val`."""
    if split_in_name(split_of_table(first)) == split_in_name(split_of_table(second)):
        return False
    return _words_besides_split(first) == _words_besides_split(second)


def _words_besides_split(file: Path) -> list[str]:
    words = [word.casefold() for word in _WORDS.findall(table_stem(file))]
    return [word for word in words if not split_in_name(word) and word != "set"]
