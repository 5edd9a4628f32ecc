"""Finds files by the end of their path: tables of another machine, images in several folders."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import islice
from pathlib import Path
from urllib.parse import urlsplit

from lnl_gui.dataset.listing import is_image_name
from lnl_gui.dataset.names import fold, split_suffix
from lnl_gui.dataset.readers.files.finder import FileNotUsable, spellings
from lnl_gui.dataset.readers.files.referred import is_label_studio
from lnl_gui.dataset.readers.files.scan import scan_images
from lnl_gui.util.messages import message
from lnl_gui.util.progress import Progress, no_progress

_DRIVE = re.compile(r"^[A-Za-z]:")
_SCHEME = re.compile(r"^[A-Za-z][A-Za-z0-9+.-]+://")
_SHARED = 0.5
"""Share of the paths below a foreign folder that must be found for the folder to be trusted."""
_ALL_BUT = 0.9
_MOST_DIGITS = 40
_BEHIND_A_WORD = re.compile(r"(.*?\D)([0-9]+)")
_FEWEST_ON_THE_WEB = 8
"""Web addresses of one folder that must agree in the files' names alone, and nearly all must."""

Parts = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Match:
    """A file whose path ends like a cell; `missing` is the cell's beginning that it lacks."""

    file: str
    missing: Parts
    rooted: bool
    common: int


class FileIndex:
    """All images below a folder by their names, with and without suffix."""

    def __init__(self, root: Path, *, progress: Progress = no_progress) -> None:
        self.root = root
        self._names: dict[str, str | list[str]] = {}
        self._begins: dict[Parts, Parts] = {}
        scan = scan_images(root, progress=lambda done, _: progress(0, 0))
        self.is_one_folder = len(scan.images) == 1
        for folder, names in scan.images.items():
            prefix = f"{folder}/" if folder else ""
            for name in names:
                _add(self._names, fold(name), prefix + name)

    # These two are made when they are first needed, for a million files they are large.

    @cached_property
    def _pairs(self) -> dict[tuple[str, str], list[str]]:
        """Files of names that come several times, by their folder's name and their own."""
        pairs: dict[tuple[str, str], list[str]] = {}
        for name, files in self._names.items():
            for file in [] if isinstance(files, str) else files:
                parent = fold(file.rpartition("/")[0].rpartition("/")[2])
                pairs.setdefault((parent, name), []).append(file)
        return pairs

    @cached_property
    def _stems(self) -> dict[str, str | list[str]]:
        """Files by their names without the suffix."""
        stems: dict[str, str | list[str]] = {}
        for files in self._names.values():
            for file in _listed(files):
                _add(stems, fold(split_suffix(file.rpartition("/")[2])[0]), file)
        return stems

    @cached_property
    def _numbers(self) -> dict[int, list[str]]:
        """Files whose names are digits alone, by their number."""
        numbers: dict[int, list[str]] = {}
        for stem, files in self._stems.items():
            if stem.isdecimal() and stem.isascii() and len(stem) < _MOST_DIGITS:
                numbers.setdefault(int(stem), []).extend(_listed(files))
        return numbers

    def with_stem(self, stem: str) -> list[str]:
        """Files of that name with any suffix, below the root."""
        return _listed(self._stems.get(fold(stem), []))

    def with_number(self, number: int) -> list[str]:
        """Files whose name is that number, with zeros before it or without."""
        return self._numbers.get(number, [])

    def numbered_alike(self) -> dict[int, str]:
        """All files by their numbers, where these stand behind one word, the same in all names.

        Empty where a name has another form, or a number comes twice.
        """
        found: dict[int, str] = {}
        words = set()
        for stem, files in self._stems.items():
            form = _BEHIND_A_WORD.fullmatch(stem)
            if form is None or len(form[2]) >= _MOST_DIGITS or not isinstance(files, str):
                return {}
            words.add(form[1])
            number = int(form[2])
            if len(words) > 1 or number in found:
                return {}
            found[number] = files
        return found

    def examples(self, number: int) -> list[str]:
        """A few of the files."""
        files = (file for files in self._names.values() for file in _listed(files))
        return list(islice(files, number))

    def match(self, cell: str) -> Match | None:
        """The file whose path ends most like the cell.

        Raises:
            FileNotUsable: when several end alike.
        """
        # The last part of one web address alone says too little: many end in `1.png`.
        alike, best = 0, None
        for text in spellings(_without_host(cell)):
            rooted = not is_web(cell) and (text.startswith("/") or _DRIVE.match(text) is not None)
            parts = _split(text)
            found = self._best(parts) if parts else []
            alike = max(alike, len(found))
            if len(found) == 1:
                common = _common_tail(parts, found[0])
                begin = parts[: len(parts) - common]
                begin = self._begins.setdefault(begin, begin)
                match = Match(found[0], begin, rooted, common)
                best = max((match, best or match), key=lambda m: (not m.missing, m.common))
        if best is None and alike:
            raise FileNotUsable(message("{count} files end like this path", count=alike))
        return best

    def _best(self, parts: Parts) -> list[str]:
        # With their folder most names are alone: `0.jpg` may come in each of a thousand classes.
        pair = (fold(parts[-2]), fold(parts[-1])) if len(parts) > 1 else ("", "")
        names = _listed(self._names.get(fold(parts[-1]), []))
        if len(names) > 1:
            names = self._pairs.get(pair) or names
        if not names and not is_image_name(parts[-1]):
            names = _listed(self._stems.get(fold(parts[-1]), []))
        if len(names) < 2:
            return names
        lengths = [_common_tail(parts, name) for name in names]
        return [n for n, length in zip(names, lengths, strict=True) if length == max(lengths)]


def _add(files: dict[str, str | list[str]], key: str, file: str) -> None:
    """A file alone is kept without a list around it, which would take as much again."""
    held = files.get(key)
    if held is None:
        files[key] = file
    elif isinstance(held, str):
        files[key] = [held, file]
    else:
        held.append(file)


def _listed(files: str | list[str]) -> list[str]:
    return [files] if isinstance(files, str) else files


def match_lost(
    cells: Sequence[str],
    index: FileIndex,
    *,
    claimed: Iterable[Path | str],
    root_was_given: bool,
) -> Mapping[str, Path | FileNotUsable]:
    """Files for cells that name none from their folder; cells without one are left out.

    A cell whose whole path is the end of a file's path is found. One that begins with folders
    this machine lacks (`D:\\\\proj\\\\img\\\\0.png`) is found by its end where most cells with that
    beginning are, and no other cell names the file.
    """
    found: dict[str, Path | FileNotUsable] = {}
    partial: dict[str, Match] = {}
    for cell in dict.fromkeys(cells):
        try:
            match = index.match(cell)
        except FileNotUsable as reason:
            found[cell] = reason
            continue
        if match is not None and not match.missing:
            found[cell] = index.root / match.file
        elif match is not None and (
            match.rooted or match.common > 1 or root_was_given or is_web(cell)
        ):
            partial[cell] = match
    taken = {str(path) for path in claimed} | {str(path) for path in found.values()}
    return found | _trusted(partial, cells, index, taken, root_was_given)


def _trusted(
    partial: Mapping[str, Match],
    cells: Sequence[str],
    index: FileIndex,
    taken: set[str],
    root_was_given: bool,
) -> dict[str, Path]:
    begins = Counter(match.missing for match in partial.values())
    below: Counter[Parts] = Counter()
    for cell in dict.fromkeys(cells):
        parts = _parts(cell)
        below.update(parts[:length] for length in range(len(parts)))
    claims: dict[str, list[int]] = {}
    for match in partial.values():
        claims.setdefault(match.file, []).append(match.common)
    trusted = {}
    for cell, match in partial.items():
        file, rivals = index.root / match.file, claims[match.file]
        # Of two cells that end like one file the longer end has it; of two alike, neither.
        first = match.common == max(rivals) and rivals.count(match.common) == 1
        alike = begins[match.missing]
        share = alike / max(1, below[match.missing])
        if not root_was_given and match.common == 1 and is_web(cell):
            first = first and alike >= _FEWEST_ON_THE_WEB and share >= _ALL_BUT
        # A path keeps its text once it has been asked for.
        if first and share >= _SHARED and not (taken and str(file) in taken):
            trusted[cell] = file
    return trusted


def is_web(cell: str) -> bool:
    """Whether a cell is a web address, and none that Label Studio made of a path."""
    return not is_label_studio(cell) and cell.lower().startswith(("http://", "https://"))


def _parts(cell: str) -> Parts:
    return _split(spellings(_without_host(cell))[-1])


def _split(text: str) -> Parts:
    return tuple(part for part in _DRIVE.sub("", text).split("/") if part not in ("", "."))


def _without_host(cell: str) -> str:
    """`gs://bucket/a/b.png` and `https://host/a/b.png?x=1` as paths from a root."""
    if not _SCHEME.match(cell):
        return cell
    parts = urlsplit(cell)
    if is_label_studio(cell):
        return f"{parts.path}?{parts.query}"
    return f"/{parts.netloc}{parts.path}"


def _common_tail(parts: Parts, file: str) -> int:
    """How many parts at the end agree; of the name only the stem where the cell has no suffix."""
    others = file.split("/")
    length = 1  # the names agree already
    while length < min(len(parts), len(others)) and fold(parts[-1 - length]) == fold(
        others[-1 - length]
    ):
        length += 1
    return length
