"""The dataset that every tool is given: flat images whose shade says which one it is."""

import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image

CLASSES = ("cat", "dog", "red panda")
COUNT = 18
SIDE = 16


@dataclass(frozen=True)
class Sample:
    """One image of the truth."""

    number: int
    label: str
    split: str

    @property
    def name(self) -> str:
        """A file name that says nothing of the label."""
        return f"picture {self.number:02d}.png"

    @property
    def class_id(self) -> int:
        """The place of the label in `CLASSES`."""
        return CLASSES.index(self.label)

    @property
    def pixels(self) -> np.ndarray:
        """uint8 (SIDE, SIDE, 3) of one shade."""
        return np.full((SIDE, SIDE, 3), 10 * self.number + 20, np.uint8)

    @property
    def png(self) -> bytes:
        """The image as a file."""
        stream = io.BytesIO()
        Image.fromarray(self.pixels).save(stream, "PNG")
        return stream.getvalue()


SAMPLES = tuple(
    Sample(number, CLASSES[number % 3], "test" if number % 6 > 3 else "train")
    for number in range(COUNT)
)
"""Labels in turn and splits that every class is in; in no order that a reader could make up."""


def number_of(image: Image.Image) -> int:
    """Which image this is, whatever format it went through."""
    middle = np.asarray(image.convert("L"), np.float64).mean()
    return round((middle - 20) / 10)


def of_split(split: str) -> list[Sample]:
    """The samples of one split."""
    return [sample for sample in SAMPLES if sample.split == split]


def write_images(folder: Path) -> None:
    """All images as files in one folder."""
    folder.mkdir(parents=True, exist_ok=True)
    for sample in SAMPLES:
        (folder / sample.name).write_bytes(sample.png)
