"""What lies directly inside a folder."""

import errno
import os
from dataclasses import dataclass
from functools import cached_property
from itertools import chain

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.readers.files.once import is_kept, once
from lnl_gui.dataset.readers.files.refused_folders import note_refused
from lnl_gui.dataset.readers.files.scan import is_ignored

_NO_PATH = (errno.EINVAL, errno.ENAMETOOLONG, errno.ELOOP)


@dataclass(frozen=True)
class FolderNames:
    """Names directly inside a folder, hidden ones too; links are what they lead to."""

    files: frozenset[str] = frozenset()
    folders: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    """Broken links, and what is neither a file nor a folder."""

    @cached_property
    def shown_folders(self) -> tuple[str, ...]:
        """In order, without hidden ones and projects."""
        shown = (name for name in self.folders if not is_image_name(name))
        return tuple(sorted(name for name in shown if not is_ignored(name)))

    @cached_property
    def shown_files(self) -> tuple[str, ...]:
        """In order, what is neither hidden, an image by its name, nor a folder."""
        plain = (name for name in chain(self.files, self.others) if not is_image_name(name))
        return tuple(sorted(name for name in plain if not name.startswith(".")))

    @cached_property
    def has_images(self) -> bool:
        """Whether any name is that of an image."""
        names = chain(self.files, self.folders, self.others)
        return any(is_image_name(name) for name in names if not name.startswith("."))


def listing(folder: str) -> FolderNames:
    """The names in a folder; none of one that cannot be read. Listed once within `each_once`."""
    return once((listing, folder), lambda: _listed(folder))


def is_listed(folder: str) -> bool:
    """Whether the folder has been looked into within `each_once`."""
    return is_kept((listing, folder))


def regular_files(folder: str) -> frozenset[str]:
    """The names of files, and of links to files, directly inside."""
    return listing(folder).files


def _listed(folder: str) -> FolderNames:
    files, folders, others = list[str](), list[str](), list[str]()
    try:
        with os.scandir(folder) as entries:
            for entry in entries:
                try:
                    kind = files if entry.is_file() else folders if entry.is_dir() else others
                except OSError:
                    kind = others
                kind.append(entry.name)
    except (FileNotFoundError, NotADirectoryError, ValueError):
        return FolderNames()
    except OSError as error:
        # A cell of a table may be no path at all.
        if error.errno not in _NO_PATH:
            note_refused(folder, error)
        return FolderNames()
    return FolderNames(frozenset(files), frozenset(folders), frozenset(others))
