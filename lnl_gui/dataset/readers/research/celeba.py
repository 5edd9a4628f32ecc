"""CelebA: forty attributes of each face, one of which is chosen as the label."""

from pathlib import Path

from lnl_gui.dataset.readers.files.locate import find_base
from lnl_gui.dataset.readers.files.places import homes, lines_of
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.tables.rows import RowSet
from lnl_gui.dataset.readers.tools.annotated import (
    Annotated,
    Answer,
    ToolAnnotations,
    annotated_rows,
)
from lnl_gui.util.files.file_there import is_file

_ATTRIBUTES, _PARTITION = "list_attr_celeba.txt", "list_eval_partition.txt"
_SPLITS = {"0": "train", "1": "val", "2": "test"}


def find_celeba(source: Path, options: ReaderOptions) -> list[Path]:
    """The list of attributes, and that of the splits."""
    files = [h / _ATTRIBUTES for h in homes(source) if is_file(h / _ATTRIBUTES)]
    parts = [h / _PARTITION for h in homes(source) if is_file(h / _PARTITION)]
    return [*files[:1], *parts[:1]] if files else []


def celeba_rows(source: Path, files: list[Path], options: ReaderOptions) -> RowSet:
    """Faces with the chosen attribute or without it.

    Raises:
        UserError: when no attribute was chosen.
    """
    lines = lines_of(files[0])
    # The first line is the number of images, the second has the names of the attributes.
    names = lines[1].split() if len(lines) > 1 else []
    splits = dict(line.split()[:2] for file in files[1:] for line in lines_of(file))
    images = []
    for line in lines[2:]:
        image, *marks = line.split()
        answers = [
            # -1 stands for a face without it.
            Answer(name, (name if mark == "1" else f"not {name}",))
            for name, mark in zip(names, marks, strict=False)
        ]
        images.append(Annotated(image, tuple(answers), _SPLITS.get(splits.get(image, ""), "")))
    base = options.image_root or find_base([i.path for i in images], _images(source), [])
    found = ToolAnnotations(images)
    return annotated_rows(found, files[0], base, question=options.label_column)


def _images(source: Path) -> Path:
    return next((h for h in homes(source) if h.name == "img_align_celeba"), source)
