"""Image files of the sizes people have, cut out of the photographs that scikit-learn carries."""

from pathlib import Path

import numpy as np
from PIL import Image
from sklearn.datasets import load_sample_images

KINDS = ("32 px PNG", "256 px JPEG", "2000 px JPEG")


def write_images(folder: Path, count: int) -> dict[str, list[Path]]:
    """Files of each kind, of `count` different pictures (a fifth as many of the large ones).

    Args:
        folder: to write to.
        count: of the small kinds.
    """
    photographs = [Image.fromarray(picture) for picture in load_sample_images().images]
    generator = np.random.default_rng(0)

    def cut(width: int, height: int) -> Image.Image:
        picture = photographs[int(generator.integers(len(photographs)))]
        left = int(generator.integers(picture.width - width))
        top = int(generator.integers(picture.height - height))
        return picture.crop((left, top, left + width, top + height))

    def large() -> Image.Image:
        # A camera's picture has detail at every size: tiles, not one enlarged.
        whole = Image.new("RGB", (2000, 1500))
        for x in range(0, 2000, 400):
            for y in range(0, 1500, 300):
                whole.paste(cut(400, 300), (x, y))
        return whole

    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for number in range(count):
        small, middle = folder / f"{number:05d}.png", folder / f"{number:05d}.jpg"
        cut(64, 64).resize((32, 32)).save(small)
        cut(256, 341).save(middle, quality=90)
        found[KINDS[0]].append(small)
        found[KINDS[1]].append(middle)
    for number in range(max(1, count // 5)):
        file = folder / f"large{number:05d}.jpg"
        large().save(file, quality=90)
        found[KINDS[2]].append(file)
    return found
