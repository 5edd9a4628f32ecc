"""Which class is mistaken for which, under asymmetric noise: by name, or from a file."""

import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from lnl_gui.dataset.label_noise.noise import most_confused_map, next_class_map
from lnl_gui.store.jobs.benchmark_names import CLASS_MAPS, MOST_CONFUSED, NEXT
from lnl_gui.util.errors import UserError
from lnl_gui.util.lookup import known_names
from lnl_gui.util.messages import message

CIFAR10_PAIRS = {
    "truck": "automobile",
    "bird": "airplane",
    "deer": "horse",
    "cat": "dog",
    "dog": "cat",
}
"""Patrini et al. (CVPR 2017); the other classes stay."""
CIFAR10_NAMES = (
    "airplane",
    "automobile",
    "bird",
    "cat",
    "deer",
    "dog",
    "frog",
    "horse",
    "ship",
    "truck",
)
"""In the order of their numbers."""
# fmt: off
CIFAR100_COARSE = (
    4, 1, 14, 8, 0, 6, 7, 7, 18, 3, 3, 14, 9, 18, 7, 11, 3, 9, 7, 11, 6, 11, 5, 10, 7, 6, 13, 15, 3,
    15, 0, 11, 1, 10, 12, 14, 16, 9, 11, 5, 5, 19, 8, 8, 15, 13, 14, 17, 18, 10, 16, 4, 17, 4, 2, 0,
    17, 4, 18, 17, 10, 3, 2, 12, 12, 16, 12, 1, 9, 19, 2, 10, 0, 1, 16, 12, 9, 13, 15, 13, 16, 19,
    2, 4, 6, 19, 5, 5, 8, 19, 18, 1, 2, 15, 6, 0, 17, 8, 14, 13,
)
# fmt: on
"""Superclass of each of CIFAR-100's classes, which are in alphabetical order (Krizhevsky 2009)."""
MOST_BYTES = 1 << 20
"""Of a file of a map: far more than ten thousand classes need."""


def class_map_named(
    name: str,
    number_of_classes: int,
    *,
    class_names: Sequence[str] = (),
    confusion: Callable[[], np.ndarray] | None = None,
) -> np.ndarray:
    """The class that each is mistaken for, (C,) int; a class that stays is its own target.

    Args:
        name: one of `CLASS_MAPS`, or a file, see `read_class_map`.
        number_of_classes: C.
        class_names: C names, or none where only numbers are known.
        confusion: (C, C) counts, rows true, columns predicted; called for `most-confused` alone.

    Raises:
        UserError: for an unknown name, or classes that the dataset does not have.
    """
    if name == NEXT:
        return next_class_map(number_of_classes)
    if name == "cifar10-pairs":
        return _by_names(CIFAR10_PAIRS, _names(class_names, number_of_classes, CIFAR10_NAMES))
    if name == "cifar100-superclass":
        return _within_superclass(number_of_classes)
    if name == MOST_CONFUSED and confusion is not None:
        return most_confused_map(confusion())
    file = Path(name)
    if not file.is_file():
        raise UserError(
            message("There is neither a map of classes nor a file called {name}.", name=name),
            known_names(name, CLASS_MAPS),
            code="unknown_class_map",
        )
    names = class_names or [str(number) for number in range(number_of_classes)]
    return _by_names(read_class_map(file), names)


def read_class_map(file: Path) -> dict[str, str]:
    """Class names to class names, from a JSON object or lines of two columns (comma, tab, `->`).

    Raises:
        UserError: for a file that is neither.
    """
    try:
        if file.stat().st_size > MOST_BYTES:
            raise ValueError("too large")
        # Editors on Windows put a mark before UTF-8, which JSON does not know.
        text = file.read_text(encoding="utf-8-sig")
        if text.lstrip().startswith("{"):
            found = json.loads(text)
            return {str(source): str(target) for source, target in found.items()}
        return dict(_pair(line) for line in text.splitlines() if line.strip())
    except (OSError, ValueError) as error:
        raise UserError(
            message("{file} is no map of classes: {error}", file=file, error=str(error)),
            message("Write one line `from,to` a class, or a JSON object."),
            code="class_map",
        ) from error


def _pair(line: str) -> tuple[str, str]:
    for separator in ("->", "\t", ","):
        parts = [part.strip() for part in line.split(separator)]
        if len(parts) == 2 and all(parts):
            return parts[0], parts[1]
    raise ValueError(f"{line!r} has no two columns")


def _names(given: Sequence[str], count: int, official: Sequence[str]) -> Sequence[str]:
    """The dataset's names; the official ones, in their order, where it has only numbers."""
    if count == len(official) and all(name.strip().isdigit() for name in given):
        return official
    return given


def _by_names(pairs: Mapping[str, str], names: Sequence[str]) -> np.ndarray:
    place = {_plain(name): number for number, name in enumerate(names)}
    unknown = sorted({n for pair in pairs.items() for n in pair if _plain(n) not in place})
    if unknown:
        raise UserError(
            message(
                "The map of classes names {unknown}, which this dataset does not have.",
                unknown=", ".join(unknown[:5]),
            ),
            message("Its classes are {names}.", names=", ".join(names[:20])),
            code="class_map",
        )
    targets = np.arange(len(names))
    for source, target in pairs.items():
        targets[place[_plain(source)]] = place[_plain(target)]
    return targets


def _plain(name: str) -> str:
    return name.strip().casefold().replace(" ", "_").replace("-", "_")


def _within_superclass(number_of_classes: int) -> np.ndarray:
    """The next class of the same superclass, cyclic."""
    if number_of_classes != len(CIFAR100_COARSE):
        raise UserError(
            message(
                "The superclasses are CIFAR-100's, which has 100 classes; there are {count} here.",
                count=number_of_classes,
            ),
            message("Take asymmetric@next, asymmetric@most-confused or a file."),
            code="class_map",
        )
    coarse = np.array(CIFAR100_COARSE)
    targets = np.arange(number_of_classes)
    for group in range(20):
        members = np.flatnonzero(coarse == group)
        targets[members] = np.roll(members, -1)
    return targets
