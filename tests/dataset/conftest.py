"""Small datasets on disk, made with Pillow alone."""

from collections.abc import Callable, Iterable
from pathlib import Path

import pytest
from PIL import Image

MakeImages = Callable[[Path, Iterable[str]], Path]


def write_image(target: Path, colour: tuple[int, int, int] = (200, 30, 60)) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (6, 5), colour).save(target)


@pytest.fixture
def make_images() -> MakeImages:
    """Write a small picture at each of the given paths below a root."""

    def make(root: Path, paths: Iterable[str]) -> Path:
        root.mkdir(parents=True, exist_ok=True)
        for number, path in enumerate(paths):
            write_image(root / path, (number % 256, 30, 60))
        return root

    return make
