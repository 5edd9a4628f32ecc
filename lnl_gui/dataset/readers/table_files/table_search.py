"""Finds the tables of a folder that describe its images."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from lnl_gui.dataset.readers.files.folder_names import SHELVES
from lnl_gui.dataset.readers.files.places import folders_in
from lnl_gui.dataset.readers.files.split_folders import part_folders
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.table_files.class_folders_beside import ClassFoldersBeside
from lnl_gui.dataset.readers.table_files.folder_tables import TableSearch
from lnl_gui.dataset.readers.table_files.seen_table import SeenTable, TableFile, UnclearTable
from lnl_gui.dataset.readers.table_files.table_names import is_called_labels, is_split, is_usual


def find_tables(source: Path, options: ReaderOptions) -> list[TableFile]:
    """The tables in a folder, in the folders inside it, or in a folder for annotations.

    One that is named like a submission to a competition counts where nothing else has labels.

    Raises:
        UserError: when several could be meant.
    """
    search = TableSearch(source, options)
    found = _found_anywhere(source, search)
    if found or search.has_class_folders:
        return found
    submissions = _found_anywhere(source, TableSearch(source, options, submissions=True))
    if submissions:
        return [replace(table, is_submission=True) for table in submissions]
    if not search.without_labels or options.class_names or ClassFoldersBeside(source, deep=True):
        return []
    # Nothing has labels: the table says so better than folders without any.
    return [TableFile(search.without_labels[0])]


def _found_anywhere(source: Path, search: TableSearch) -> list[TableFile]:
    """The tables directly in the folder, or those further down.

    A table whose column of labels was only guessed gives way to one below with a column that is
    called so: it may hold what else is known of the images.
    """
    try:
        found = search.tables_in(source)
    except UnclearTable as error:
        instead = _named_instead(source, search, error.seen)
        if not instead:
            raise
        return instead
    if not found:
        return _found_below(source, search)
    guessed = [table.seen for table in found if table.seen]
    return _named_instead(source, search, guessed) or _beside_others(source, search, found)


def _named_instead(
    source: Path, search: TableSearch, guessed: Sequence[SeenTable]
) -> list[TableFile]:
    """Tables below the folder with a column that is called a label, instead of guesses in it."""
    if not guessed or any(seen.is_named for seen in guessed):
        return []
    below = _found_below(source, search.of_named())
    named = [table.seen for table in below if table.seen]
    if not all(any(map(seen.shares_most, named)) for seen in guessed):
        return []
    rivals = [seen for seen in guessed if _is_rival(seen, named)]
    passed_over = [seen.path for seen in guessed if seen not in rivals]
    first = replace(below[0], passed_over=tuple(passed_over), rivals=tuple(rivals))
    return [first, *below[1:]]


def _beside_others(source: Path, search: TableSearch, found: list[TableFile]) -> list[TableFile]:
    """The tables, those with a guessed column beside their rivals in any folder without images."""
    (first, *others), guess = found, found[0].seen
    if guess is None or guess.is_named or first.rivals:
        return found
    rivals = [
        # Only the table itself can be chosen: in that folder nobody looks for one.
        replace(seen, column="")
        for seen in search.of_named().seen_in_any(folders_in(source))
        if guess.shares_most(seen) and not guess.says_the_same(seen)
    ]
    return [replace(first, rivals=tuple(rivals)), *others]


def _is_rival(guessed: SeenTable, named: Sequence[SeenTable]) -> bool:
    """Whether a table with a guessed column may be meant all the same, as `train.csv` may."""
    told = is_usual(guessed.path) or is_called_labels(guessed.path) or is_split(guessed.path)
    return told and not any(map(guessed.says_the_same, named))


def _found_below(source: Path, search: TableSearch) -> list[TableFile]:
    inside = folders_in(source)
    by_split = [
        replace(table, split=folder.name)
        for folder in part_folders(inside)
        for table in search.tables_in(folder)
    ]
    if by_split:
        return by_split
    by_folder = search.tables_of_all(inside)
    if by_folder:
        return by_folder
    for folder in inside:
        if folder.name.casefold() in SHELVES:
            found = search.tables_in(folder)
            if found:
                return found
    return search.tables_of_shelves(inside)
