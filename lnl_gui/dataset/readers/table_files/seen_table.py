"""What is known of a table that may hold the labels of a folder's images."""

import os
import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.names import split_suffix
from lnl_gui.dataset.readers.files.unclear_files import UnclearFiles

_MOST = 0.5
_AGREEING = 0.8
"""Share of images of which two tables must say the same, under other names perhaps. Of two classes
that have nothing to do with each other's it is rarely more than 0.6."""


@dataclass(frozen=True)
class SeenTable:
    """A table that describes images: the cells of its column of paths, and some files they name.

    `left_out` are class folders of which it names no image. `is_named` says that the label was not
    only found by elimination; `column` is what the column is called, as `--label-column` takes it,
    "" where several could be. `labels` has the label of each image by its name. `names_folders`
    says that the cells are names of folders of images, `has_splits` that a column has the splits.
    """

    path: Path
    cells: frozenset[str]
    files: tuple[str, ...]
    left_out: tuple[str, ...] = ()
    labels_repeat: bool = True
    is_named: bool = True
    column: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    names_folders: bool = False
    has_splits: bool = False

    @cached_property
    def names(self) -> frozenset[str]:
        """The files' names: two tables may start their paths from different folders."""
        return frozenset(map(name_of_image, self.cells))

    def shares_most(self, other: "SeenTable") -> bool:
        """Whether another names most of the same images."""
        # Where the column of paths is not clear some files are known alone.
        names = self.names or frozenset(name_of_image(os.path.split(f)[1]) for f in self.files)
        return bool(names) and len(names & other.names) > _MOST * len(names)

    def says_the_same(self, other: "SeenTable") -> bool:
        """Whether another has a class for each of these, errors apart."""
        both = [(label, other.labels[n]) for n, label in self.labels.items() if n in other.labels]
        counts: dict[str, Counter[str]] = defaultdict(Counter)
        for own, its in both:
            counts[own][its] += 1
        meant = {own: its.most_common(1)[0] for own, its in counts.items()}
        one_to_one = len({its for its, _ in meant.values()}) == len(meant)
        return one_to_one and sum(n for _, n in meant.values()) > _AGREEING * len(both)


@dataclass(frozen=True)
class TableFile:
    """A table, and the split whose folder or name it bears ("" for none).

    `unread` are tables beside it whose labels are of other images, `left_out` class folders of
    which it names no image, and `is_submission` says that its labels are probably none.
    `passed_over` are tables of the same images without a column that is called a label, `rivals`
    those that may hold the labels all the same. `parts` are tables of its splits that repeat its
    rows, `undivided` those that repeat them and are no one division. `seen` is what it was chosen
    by.
    """

    path: Path
    split: str = ""
    unread: tuple[Path, ...] = ()
    is_submission: bool = False
    left_out: tuple[str, ...] = ()
    passed_over: tuple[Path, ...] = ()
    rivals: tuple[SeenTable, ...] = ()
    parts: tuple[SeenTable, ...] = ()
    undivided: tuple[Path, ...] = ()
    seen: SeenTable | None = None


class UnclearTable(UnclearFiles):
    """Several tables of a folder could be meant; `seen` is what is known of them."""

    def __init__(self, folder: Path, files: Sequence[Path], seen: Sequence[SeenTable] = ()) -> None:
        super().__init__(folder, files)
        self.seen = list(seen)


def name_of_image(cell: str) -> str:
    """The file's name in a cell, without folders and suffix."""
    return split_suffix(re.split(r"[/\\]", cell)[-1])[0]
