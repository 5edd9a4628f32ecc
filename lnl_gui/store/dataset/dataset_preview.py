"""What a dataset would be read as: plain values that window, worker and command line share.

They lie below the packages that read so that the window can show them without importing a reader.
"""

from dataclasses import dataclass

from lnl_gui.util.messages import NOTHING, Message

MOST_CLASSES = 2000
"""Classes that a preview lists, so that the window takes it in at once; all are counted."""
EXAMPLES = 5
"""Images named for each class."""
SKIPPED_EXAMPLES = 200
"""Paths named for each reason to skip."""
Changes = dict[str, str | bool | int | tuple[str, ...] | None]
"""Fields of `ImportParameters` by name."""


@dataclass(frozen=True)
class ColumnsFound:
    """The columns of a table: all there are, the first rows, and which was taken for what.

    "" stands for none. `annotator` names the person where each row is one person's answer.
    `candidates` are the columns that could hold the label, with the number of distinct names;
    `group_candidates` likewise those that may say which images belong together. `names_folders`
    says that `path` names the images' folders.
    """

    names: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = ()
    path: str = ""
    label: str = ""
    split: str = ""
    annotator: str = ""
    annotators: tuple[str, ...] = ()
    one_hot: tuple[str, ...] = ()
    candidates: tuple[tuple[str, int], ...] = ()
    group: str = ""
    group_candidates: tuple[tuple[str, int], ...] = ()
    names_folders: bool = False


@dataclass(frozen=True)
class ClassPreview:
    """One class: how many images, and where a few of them lie, as a project stores that."""

    name: str
    images: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class SkippedPreview:
    """What was skipped for one reason."""

    reason: Message
    count: int
    examples: tuple[str, ...] = ()


@dataclass(frozen=True)
class OtherReading:
    """Another way in which the dataset can be read, and what it would give.

    `changes` are the fields of `ImportParameters` that ask for it.
    """

    title: Message
    changes: Changes
    images: int
    classes: int
    names: Message = NOTHING
    doubtful: bool = False


@dataclass(frozen=True)
class DatasetPreview:
    """One reading of a dataset, or why it could not be read (`error`, then nothing else is known).

    `doubts` say why the reading is probably not what is meant: an import stops at them until told
    to go on. `cautions` are what looks odd about the classes, `notes` what else was noticed.
    `levels` is how many folders lie one in another. `others` are further readings that fit;
    `others_are_known` is False as long as they are being looked for.
    """

    source: str
    reader: str = ""
    title: Message = NOTHING
    why: Message = NOTHING
    images: int = 0
    unlabelled: int = 0
    """How many of the images have no label."""
    unlabelled_examples: tuple[str, ...] = ()
    class_count: int = 0
    classes: tuple[ClassPreview, ...] = ()
    splits: tuple[tuple[str, int], ...] = ()
    annotators: tuple[str, ...] = ()
    skipped_count: int = 0
    skipped: tuple[SkippedPreview, ...] = ()
    doubts: tuple[Message, ...] = ()
    cautions: tuple[Message, ...] = ()
    notes: tuple[Message, ...] = ()
    others: tuple[OtherReading, ...] = ()
    others_are_known: bool = False
    readers: tuple[tuple[str, Message], ...] = ()
    """The formats to choose from: name and title."""
    columns: ColumnsFound | None = None
    encoding: str = ""
    class_level: int = 0
    """Level of the folders that name the classes, from 1; 0 where none does."""
    levels: int = 0
    image_root: str = ""
    """Where the paths of a table start."""
    class_names_file: str = ""
    """Where the names of the classes come from, if they were numbers or codes."""
    is_partial: bool = False
    """Whether only the beginning of a long table has been read so far."""
    holds_arrays: bool = False
    """Whether the images are arrays, whose shape may have been guessed."""
    error: Message = NOTHING
    hint: Message = NOTHING
    error_code: str = ""

    @property
    def is_readable(self) -> bool:
        """Whether the dataset could be read this way."""
        return not self.error

    @property
    def is_doubtful(self) -> bool:
        """Whether only a person may say that it was read right."""
        return bool(self.doubts)
