"""Scikit-learn's handwritten digits as PNG class folders with some labels made wrong.

The data (Alpaydin & Kaynak, UCI ML repository, CC BY 4.0) come with scikit-learn: real images
with known truth and no download, which is what a demonstration needs.
"""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_digits

from lnl_gui.dataset.csv_table import write_table
from lnl_gui.dataset.label_noise.noise import inject_symmetric
from lnl_gui.util.errors import UserError
from lnl_gui.util.files.atomic import atomic_folder
from lnl_gui.util.messages import message

SIDE = 64
TRUTH_FILE = "truth.csv"
_BRIGHTEST = 16.0
_MARGIN = 1  # background around the 8 x 8 strokes, which otherwise touch the edges


@dataclass(frozen=True)
class DigitsTruth:
    """What `write_digits` wrote, row by row.

    Attributes:
        folder: the class folders.
        truth_file: the CSV with the columns `path`, `given_label`, `true_label`.
        paths: POSIX paths relative to `folder`, sorted.
        given_label, true_label: (1797,) int32.
    """

    folder: Path
    truth_file: Path
    paths: list[str]
    given_label: np.ndarray
    true_label: np.ndarray


def write_digits(folder: Path, *, wrong_fraction: float = 0.2, seed: int = 0) -> DigitsTruth:
    """Write the 1797 digits as grey PNG files into `folder/<given label>/`.

    The truth goes to `truth.csv` beside `folder`, where no reader of class folders sees it. The
    same seed writes the same files; their names follow a shuffled order and tell nothing.

    Args:
        folder: must not exist or be empty.
        wrong_fraction: share of labels replaced by another digit, uniformly.
        seed: of the noise and of the order.

    Raises:
        UserError: when `folder` already holds something.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UserError(
            message("`{folder}` already holds something.", folder=folder),
            message("Choose a new or an empty folder."),
        )
    digits = load_digits()
    order = np.random.default_rng(seed).permutation(len(digits.target))
    truth = digits.target[order].astype(np.int32)
    given = inject_symmetric(truth, 10, rate=wrong_fraction, seed=seed).noisy_label
    paths = [f"{label}/digit-{number:04d}.png" for number, label in enumerate(given)]
    with atomic_folder(folder) as place:
        for label in range(10):
            (place / str(label)).mkdir()
        for path, strokes in zip(paths, digits.images[order], strict=True):
            render_digit(strokes).save(place / path, "PNG")
    # In the order of the paths, which readers of folders give back.
    by_path = np.argsort(np.array(paths))
    result = DigitsTruth(
        folder,
        folder.parent / TRUTH_FILE,
        [paths[row] for row in by_path],
        given[by_path],
        truth[by_path],
    )
    write_table(
        result.truth_file,
        {
            "path": result.paths,
            "given_label": result.given_label,
            "true_label": result.true_label,
        },
    )
    return result


def render_digit(strokes: np.ndarray) -> Image.Image:
    """A smooth 64 x 64 grey picture, dark ink on white.

    Args:
        strokes: (8, 8) ink of each pixel, 0 to 16.
    """
    padded = np.pad(strokes / _BRIGHTEST, _MARGIN)
    grey = np.rint(255.0 * (1.0 - padded)).astype(np.uint8)
    return Image.fromarray(grey).resize((SIDE, SIDE), Image.Resampling.BICUBIC)
