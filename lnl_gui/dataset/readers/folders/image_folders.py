"""Folders that hold images, found by their names: those of patients, videos or products."""

from collections import defaultdict
from functools import cached_property
from pathlib import Path

from lnl_gui.dataset.names import fold, split_suffix
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.dataset.readers.folders.mask_folders import without_masks
from lnl_gui.util.class_names import whole_number

Parts = tuple[str, ...]


class ImageFolderIndex:
    """The folders below a root with images in them or below them, without masks of others."""

    def __init__(self, root: Path) -> None:
        self.root = root
        pictures = without_masks(scan_images(root).images)
        self.images = {folder: sorted(names) for folder, names in pictures.images.items()}
        """the images' names by their folder, its path from the root with "/" between the parts"""
        self.warnings = pictures.warnings
        self.doubtful = sorted(pictures.doubtful)
        """folders that may be of masks and were not left out"""

    @cached_property
    def below(self) -> dict[str, list[str]]:
        """For each folder those with images in it, itself included."""
        found: dict[str, list[str]] = defaultdict(list)
        for folder in sorted(self.images):
            parts = folder.split("/") if folder else []
            for length in range(1, len(parts) + 1):
                found["/".join(parts[:length])].append(folder)
        return dict(found)

    @cached_property
    def inside(self) -> dict[str, set[str]]:
        """For each folder the folders directly in it that have images in them or below them."""
        found: dict[str, set[str]] = defaultdict(set)
        for folder in self.below:
            found[parent_of(folder)].add(folder)
        return found

    @cached_property
    def _by_name(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for folder in self.below:
            found[fold(folder.rpartition("/")[2])].append(folder)
        return found

    @cached_property
    def _by_key(self) -> dict[str, list[str]]:
        found: dict[str, list[str]] = defaultdict(list)
        for name, folders in self._by_name.items():
            found[folder_key(name)] += folders
        return found

    def named(self, cell: str) -> list[str]:
        """The folders whose path ends most like a cell; several where parts have the same names."""
        parts = _parts(cell)
        if not parts:
            return []
        found = self._by_name.get(fold(parts[-1])) or self._by_key.get(folder_key(parts[-1]), [])
        # Of `train/train` as archives are unpacked the outer one has all.
        outer = [f for f in found if not any(f.startswith(f"{other}/") for other in found)]
        tails = [_common_tail(parts, folder) for folder in outer]
        return [f for f, tail in zip(outer, tails, strict=True) if tail == max(tails)]

    def names_image(self, cell: str) -> bool:
        """Whether an image in the folder of that name is called so too."""
        return any(
            fold(split_suffix(name)[0]) == fold(folder.rpartition("/")[2])
            for folder in self.named(cell)
            for place in self.below[folder]
            for name in self.images[place]
        )


def parent_of(folder: str) -> str:
    """The folder around one, "" for the root."""
    return folder.rpartition("/")[0]


def folder_key(cell: str) -> str:
    """The last part of a cell or path; numbers without the zeros that spreadsheets take away."""
    parts = _parts(cell)
    name = whole_number(fold(parts[-1])) if parts else ""
    return name.lstrip("0") or "0" if name.isascii() and name.isdigit() else name


def _parts(cell: str) -> Parts:
    return tuple(p for p in cell.strip().replace("\\", "/").split("/") if p not in ("", "."))


def _common_tail(parts: Parts, folder: str) -> int:
    """How many parts at the end agree; the names do already."""
    others = folder.split("/")
    length = 1
    while length < min(len(parts), len(others)) and fold(parts[-1 - length]) == fold(
        others[-1 - length]
    ):
        length += 1
    return length
