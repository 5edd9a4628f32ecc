"""The class folders that lie beside a table, which may be what labels the images."""

import os
from collections.abc import Iterable
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.folder_names import is_portion_name, is_store_name
from lnl_gui.dataset.readers.files.places import has_images, homes
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.folders.layout import Placement, place_folders
from lnl_gui.store.dataset.split_names import split_in_name


class ClassFoldersBeside:
    """The folders of a dataset that class folders would give a label; none where that is in doubt.

    Folders are looked at to the depth at which other formats look for their files, or all, which
    takes its time.
    """

    def __init__(self, source: Path, *, deep: bool = False) -> None:
        names = (
            {source / name: name for name in scan_images(source).images}
            if deep
            else {home: _below(home, source) for home in homes(source) if has_images(home)}
        )
        placements = place_folders(names.values()).placements
        self._labelled = {
            os.path.normcase(folder): placements[name]
            for folder, name in names.items()
            if placements[name].label
        }
        classes = {place.label for place in self._labelled.values() if not is_no_class(place.label)}
        if len(classes) < 2:
            self._labelled = {}

    def __bool__(self) -> bool:
        return bool(self._labelled)

    def outweigh(self, files: Iterable[str], number: int) -> bool:
        """Whether a table that names these and `number` images in all leaves the labels out.

        So does one that names no image of a class folder, where the class folders lie in those of
        splits (the table is that of the test images) or hold more images.
        """
        if not self._labelled or any(map(self._place_of, files)):
            return False
        if any(place.split for place in self._labelled.values()):
            return True
        return self._size > number

    def left_out(self, files: Iterable[str], number: int) -> tuple[str, ...]:
        """The classes of which a table names no image, where they hold half as many as it or more.

        Fewer are folders of what was left out: `rejected`, `duplicates`.
        """
        if not self._labelled or any(map(self._place_of, files)) or 2 * self._size < number:
            return ()
        return tuple(sorted({place.label for place in self._labelled.values()}))

    @cached_property
    def _size(self) -> int:
        return sum(map(_number_of_images, self._labelled))

    def _place_of(self, file: str) -> Placement | None:
        return self._labelled.get(os.path.normcase(os.path.split(file)[0]))


def _below(folder: Path, source: Path) -> str:
    name = folder.relative_to(source).as_posix()
    return "" if name == "." else name


def is_no_class(label: str) -> bool:
    """Whether a class is named like a folder of any dataset: `images`, `batch 2`, `train`."""
    parts = label.split("/")
    return any(is_store_name(p) or is_portion_name(p) or split_in_name(p) for p in parts)


def _number_of_images(folder: str) -> int:
    try:
        with os.scandir(folder) as entries:
            return sum(is_image_name(entry.name) for entry in entries)
    except OSError:
        return 0
