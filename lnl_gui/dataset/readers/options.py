"""What a person may say about how a dataset is to be read."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ReaderOptions:
    """Columns by name (or by number, from 1), and the folder that relative paths start from.

    `annotator_columns` hold the label that each of several people gave. `class_level` is the level
    of the folders that name the classes; 1 is those directly in the dataset's folder.
    `group_column` says which images belong together, such as those of one patient.
    `image_shape` is that of an image in rows of numbers, H x W, H x W x C or C x H x W; () finds
    it.
    `unpack_into` is the folder that gets what an archive holds; None is that of the archive.
    `remote_into` stands for the dataset's folder where that is a URL; None is one in the cache.
    `encoding` is that of text files; None finds it. `class_names` is a file that names classes by
    number or code; without it one is looked for unless `rename_classes` is False.
    """

    label_column: str | None = None
    path_column: str | None = None
    split_column: str | None = None
    image_root: Path | None = None
    annotator_columns: tuple[str, ...] = ()
    class_level: int | None = None
    encoding: str | None = None
    class_names: Path | None = None
    rename_classes: bool = True
    image_shape: tuple[int, ...] = ()
    unpack_into: Path | None = None
    group_column: str | None = None
    remote_into: Path | None = None

    @property
    def concerns_table(self) -> bool:
        """Whether something was said that only a table has."""
        columns = (self.label_column, self.path_column, self.split_column, self.group_column)
        return any((*columns, self.annotator_columns))
