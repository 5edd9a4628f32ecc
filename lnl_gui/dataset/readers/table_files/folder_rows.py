"""The rows of a table of folders: each image has the label of its folder."""

from collections.abc import Iterator
from dataclasses import replace

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.folders.image_folders import ImageFolderIndex, parent_of
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.labelled_folders import FolderTables
from lnl_gui.dataset.readers.table_files.table_names import split_of_table
from lnl_gui.dataset.readers.tables.columns import choose_columns
from lnl_gui.dataset.readers.tables.rows import LabelledPath, RowSet
from lnl_gui.dataset.readers.tables.table_rows import table_rows
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.store.dataset.split_names import split_in_name
from lnl_gui.util.messages import Message, message


def folder_rows(table: Table, options: ReaderOptions, *, split: str = "") -> RowSet | None:
    """A row for each image of the folders that a table names; None where it names none.

    The folder is the group of its images unless another column was named. Folders beside the named
    ones have no label.

    Raises:
        UserError: when no column is clearly the label.
    """
    tables = FolderTables()
    at = tables.column_of(table, options)
    if at is None:
        return None
    folders = tables.folders_for(table, options.image_root)
    if table.first_line and folders.named(table.first_line[at]):
        table = table.without_header()
    name = table.columns[at]
    options = replace(options, path_column=name, group_column=options.group_column or name)
    columns = choose_columns(table, options)
    found = table_rows(table, columns, folders.root, split=split)
    if found.reading.columns is not None:
        said = replace(found.reading.columns, names_folders=True)
        found.reading = replace(found.reading, columns=said)
    images = _Images(folders, split_in_name(split or split_of_table(table.source)))
    named = [row for row in found.rows if folders.named(row.path)]
    found.rows = [image for row in found.rows for image in images.of(row)]
    beside = list(images.beside(len(found.annotators), grouped=found.group_column == name))
    found.rows += beside
    found.warnings += [*folders.warnings, *_notes(table, name, len(named), len(beside))]
    _doubt(found, folders, images)
    return found


class _Images:
    """The images of folders, of those of one split where the table is that of a split."""

    def __init__(self, folders: ImageFolderIndex, split: str) -> None:
        self._folders = folders
        self._split = split
        self._taken: set[str] = set()
        """the folders that were named, and those beside them"""
        self.in_several: list[str] = []
        """names of folders that lie in several parts of the dataset, and none was said"""

    def of(self, row: LabelledPath) -> Iterator[LabelledPath]:
        """A row for each image of the folder that a row names, itself where there is none."""
        named = self._of_split(self._folders.named(row.path), split_in_name(row.split))
        if not named:
            yield row
            return
        if len({_split_of(folder) for folder in named}) > 1:
            self.in_several.append(row.path)
        for folder in named:
            self._taken.add(folder)
            yield from self._images(folder, row)

    def beside(self, number_of_annotators: int, *, grouped: bool) -> Iterator[LabelledPath]:
        """Rows without a label for the images of folders that no row names."""
        around = {parent_of(folder) for folder in self._taken}
        silence = ("",) * number_of_annotators
        others = {f for parent in around for f in self._folders.inside[parent]} - self._taken
        for folder in sorted(others):
            self._taken.add(folder)
            group = folder.rpartition("/")[2] if grouped else ""
            row = LabelledPath(folder, "", "", self._folders.root, silence, group=group)
            yield from self._images(folder, row)

    def _of_split(self, named: list[str], split: str) -> list[str]:
        wanted = split or self._split
        fitting = [folder for folder in named if _split_of(folder) == wanted]
        return fitting if wanted and fitting else named

    def _images(self, folder: str, row: LabelledPath) -> Iterator[LabelledPath]:
        split = row.split or _split_word(folder)
        for place in self._folders.below[folder]:
            for name in self._folders.images[place]:
                path = f"{place}/{name}"
                yield replace(row, path=path, split=split, base=self._folders.root)


def _split_word(folder: str) -> str:
    """The folder around that is called after a split, "" for none."""
    return next((part for part in folder.split("/")[:-1] if split_in_name(part)), "")


def _split_of(folder: str) -> str:
    return split_in_name(_split_word(folder))


def _notes(table: Table, column: str, named: int, beside: int) -> Iterator[Message]:
    yield message(
        "`{file}` names folders in column `{column}`, not images: {count:,} folders, whose images"
        " have the label of their folder.",
        file=table.source.name,
        column=column,
        count=named,
    )
    if beside:
        yield message(
            "Images in folders that lie beside those that `{file}` names, without a label:"
            " {count:,}.",
            file=table.source.name,
            count=beside,
        )


def _doubt(found: RowSet, folders: ImageFolderIndex, images: _Images) -> None:
    if images.in_several:
        found.suspicions.append(
            message(
                "Folders of the same name lie in several parts of the dataset, and the table does"
                " not say which is meant, so all of them got its label: {folders}. If they are"
                " different ones, give the table a column `split`.",
                folders=shorten(images.in_several),
            )
        )
    if folders.doubtful:
        found.suspicions.append(
            message(
                "Folders that are named like masks or thumbnails of other images were taken with"
                " the others: {folders}. If they show no objects of their own, move them out of"
                " the dataset's folder.",
                folders=shorten(folders.doubtful),
            )
        )
