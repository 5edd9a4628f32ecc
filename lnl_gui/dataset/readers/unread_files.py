"""Files among class folders that may hold labels, as far as their beginning tells."""

from collections.abc import Iterator
from pathlib import Path

from lnl_gui.dataset.readers.class_names.class_maps import is_class_list
from lnl_gui.dataset.readers.files.own_files import is_own_folder
from lnl_gui.dataset.readers.files.places import files_in, homes
from lnl_gui.dataset.readers.files.text_files import inner_suffix
from lnl_gui.dataset.readers.table_files.any_table import is_plain_table
from lnl_gui.util import file_types

_FORMS = (*file_types.SEPARATED, *file_types.EXCEL, *file_types.PARQUET)
_MOST_FILES = 60


def table_files(source: Path) -> Iterator[Path]:
    """Tables in a dataset's upper folders, without lists of classes and exports of this program."""
    number = 0
    for home in homes(source):
        files = files_in(home)
        wanted = [file for file in files if inner_suffix(file) in _FORMS]
        if not wanted or is_own_folder(home, {file.name for file in files}):
            continue
        for file in wanted:
            number += 1
            if number > _MOST_FILES:
                return
            if is_plain_table(file) and not is_class_list(file):
                yield file
