"""ImageNet's challenge: training images by synset folder, validation images by a list."""

import csv
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.dataset.names import path_in
from lnl_gui.dataset.readers.files.places import homes, lines_of
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.files.text_files import read_text
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.research.matlab import read_mat
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.store.dataset.split_names import canonical_split
from lnl_gui.util.files.file_there import is_file, is_folder
from lnl_gui.util.messages import Message, message

_SOLUTION = "LOC_val_solution.csv"
_TRUTH = re.compile(r"ILSVRC\d{4}_(clsloc_)?validation_ground_truth\.txt")
_CODES = ("meta.mat", "meta_clsloc.mat", "map_clsloc.txt")
_SYNSET = re.compile(r"n\d{8}")
_VALIDATION = re.compile(r"ILSVRC\d{4}_val_(\d{8})")
_FOLDERS = ("val", "validation", "ILSVRC2012_img_val")
# Kaggle's list of the validation images lies three folders above ILSVRC/Data/CLS-LOC.
_LEVELS_ABOVE = 3


def find_ilsvrc(source: Path, options: ReaderOptions) -> list[Path]:
    """The list of the validation images' classes, and what its numbers mean."""
    # First: the folders above may be full of other things, and listing them takes long.
    if not _holds_validation(source):
        return []
    above = list(source.parents)[:_LEVELS_ABOVE]
    places = [*homes(source), *above, *(p for folder in above for p in _devkits(folder))]
    solutions = [p / _SOLUTION for p in places if is_file(p / _SOLUTION)]
    if solutions:
        return solutions[:1]
    truths = [file for place in places for file in _truths(place)]
    if not truths:
        return []
    beside = [truths[0].parent, *places]
    codes = [p / name for p in beside for name in _CODES if is_file(p / name)]
    return [truths[0], *codes[:1]]


def _devkits(folder: Path) -> list[Path]:
    try:
        return [p / "data" for p in sorted(folder.iterdir()) if "devkit" in p.name.lower()]
    except OSError:
        return []


def _truths(place: Path) -> list[Path]:
    try:
        return sorted(file for file in place.glob("*.txt") if _TRUTH.fullmatch(file.name))
    except OSError:
        return []


def _holds_validation(source: Path) -> bool:
    """Whether validation images lie there in one folder, not sorted by class already."""
    tops = [source / deep for deep in ("", "Data/CLS-LOC", "ILSVRC/Data/CLS-LOC")]
    places = [*tops, *(top / name for top in tops for name in _FOLDERS)]
    places += [home for home in homes(source) if home.name in _FOLDERS]
    return any(next(place.glob("ILSVRC*_val_*.*"), None) for place in places if is_folder(place))


def ilsvrc_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Training images by their folder; validation images by the list, if that can be understood."""
    truth = _solution(files[0]) if files[0].name == _SOLUTION else _ground_truth(files)
    rows = []
    scan = scan_images(source)
    for folder in sorted(scan.images):
        parts = folder.split("/")
        split = next((part for part in reversed(parts) if canonical_split(part)), "")
        for name in sorted(scan.images[folder]):
            path = path_in(folder, name)
            match = _VALIDATION.match(name)
            # The folder first: scripts sort the validation images into synset folders too.
            if _SYNSET.fullmatch(parts[-1]):
                rows.append(LabelledPath(path, parts[-1], split, source))
            elif match:
                label, problem = truth.of(int(match[1]))
                rows.append(LabelledPath(path, label, split or "val", source, problem=problem))
            else:
                rows.append(LabelledPath(path, "", split, source))
    return RowSet(rows)


@dataclass(frozen=True)
class _Truth:
    """The synset of each validation image by its number from 1, or why it is not known."""

    synsets: Mapping[int, str]
    problem: Message | None = None

    def of(self, number: int) -> tuple[str, Message | None]:
        return self.synsets.get(number, ""), self.problem


def _solution(file: Path) -> _Truth:
    """`ImageId,PredictionString`: the synset, then the corners of a box, for each object."""
    text, _ = read_text(file)
    synsets = {}
    for row in csv.reader(text.splitlines()):
        match = _VALIDATION.match(row[0]) if len(row) > 1 else None
        if match and row[1].split():
            synsets[int(match[1])] = row[1].split()[0]
    return _Truth(synsets)


def _ground_truth(files: list[Path]) -> _Truth:
    """Numbers of the challenge, which are in the order of neither synsets nor names."""
    numbers = [int(line) for line in lines_of(files[0]) if line.isdigit()]
    if len(files) < 2:
        return _Truth(
            {},
            message(
                "the numbers in `{file}` mean nothing without meta.mat, which lies beside it in the"
                " development kit",
                file=files[0].name,
            ),
        )
    codes = _codes(files[1])
    return _Truth({at: codes.get(number, "") for at, number in enumerate(numbers, 1)})


def _codes(file: Path) -> dict[int, str]:
    """Synsets by the challenge's number."""
    if file.suffix == ".txt":  # `n02119789 1 kit_fox`
        return {int(line.split()[1]): line.split()[0] for line in lines_of(file)}
    synsets = read_mat(file)["synsets"]
    return {int(item["ILSVRC2012_ID"]): str(item["WNID"]) for item in synsets}
