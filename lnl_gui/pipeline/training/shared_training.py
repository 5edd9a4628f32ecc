"""What the first process of a training hands to the others, as files without code.

A project is read once: a verdict that is given meanwhile must not reach some processes only.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from shutil import rmtree

import numpy as np

from lnl_gui.containers.location import ImageLocation, location_text, parse_location
from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.pictures.rendering import Rendering
from lnl_gui.util.errors import as_user_error
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import read_json, write_json
from lnl_gui.util.messages import message
from lnl_gui.util.typed import typed

_LISTS = "samples.json"


@dataclass(frozen=True)
class _Lists:
    training: list[str]
    holdout: list[str]
    class_names: list[str]
    rendering: Rendering


@contextmanager
def shared(folder: Path, training: TrainingSet, holdout: Holdout) -> Iterator[Path]:
    """The folder where other processes read both sets, while they are needed.

    Raises:
        UserError: when the disk is full.
    """
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, array in _arrays(training, holdout).items():
            if array is not None:
                write_array(folder / f"{name}.npy", np.asarray(array))
        lists = _Lists(
            [_text(file) for file in training.files],
            [_text(file) for file in holdout.files],
            list(training.class_names),
            training.rendering,
        )
        write_json(folder / _LISTS, asdict(lists))
    except OSError as error:
        raise as_user_error(error, message("hand the samples to the other processes")) from error
    try:
        yield folder
    finally:
        rmtree(folder, ignore_errors=True)


def read_shared(folder: Path) -> tuple[TrainingSet, Holdout]:
    """Both sets as another process has left them."""
    lists = typed(read_json(folder / _LISTS), _Lists, source=folder / _LISTS)

    def array(name: str) -> np.ndarray | None:
        file = folder / f"{name}.npy"
        # Mapped: embeddings may exceed what all processes together can hold.
        return np.load(file, mmap_mode="r", allow_pickle=False) if file.is_file() else None

    def there(name: str) -> np.ndarray:
        found = array(name)
        assert found is not None
        return np.array(found)

    probability = array("probability")
    soft = None if probability is None else SoftLabels(there("classes"), np.array(probability))
    groups = array("groups")
    training = TrainingSet(
        [_location(text) for text in lists.training],
        there("labels"),
        lists.class_names,
        array("embedding"),
        None if groups is None else np.array(groups),
        lists.rendering,
        soft,
    )
    held = [_location(text) for text in lists.holdout]
    return training, Holdout(held, there("held"), array("held_embedding"), array("confirmed"))


def _arrays(training: TrainingSet, holdout: Holdout) -> dict[str, np.ndarray | None]:
    soft = training.soft
    return {
        "labels": training.labels,
        "embedding": training.embedding,
        "groups": training.groups,
        "classes": None if soft is None else soft.classes,
        "probability": None if soft is None else soft.probability,
        "held": holdout.labels,
        "held_embedding": holdout.embedding,
        "confirmed": holdout.confirmed,
    }


# Absolute already; the root says nothing.
_ROOT = Path()


def _text(file: ImageLocation) -> str:
    return location_text(file, _ROOT)


def _location(text: str) -> ImageLocation:
    return parse_location(_ROOT, text)
