"""Image files of the sizes people have, cut out of the photographs that scikit-learn carries."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw, ImageOps
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


@dataclass(frozen=True)
class Copied:
    """Files of one folder, in which there is nothing else, and the pairs that are copies."""

    folder: Path
    files: list[Path]
    pairs: set[tuple[str, str]]
    """Names, the lesser first."""


def write_copies(folder: Path, count: int) -> Copied:
    """Different pictures, a fifth of them copies: compressed, resized, both, or in another format.

    Args:
        folder: to write to, which is made.
        count: of files.
    """
    folder.mkdir(parents=True)
    generator = np.random.default_rng(0)
    photographs = [Image.fromarray(picture) for picture in load_sample_images().images]
    ways: tuple[Callable[[Image.Image, Path], Path], ...] = (_worse, _smaller, _both, _as_png)
    copied = count // 5
    files: list[Path] = []
    pairs: set[tuple[str, str]] = set()
    for number in range(count - copied):
        files.append(folder / f"{number:05d}.jpg")
        _scene(photographs, generator).save(files[-1], quality=90)
    for number in range(copied):
        # Of the file, as another program would make it, not of what was drawn.
        with Image.open(files[number]) as image:
            copy = ways[number % len(ways)](image.convert("RGB"), folder / f"copy{number:05d}")
        pairs.add((files[number].name, copy.name))
        files.append(copy)
    return Copied(folder, files, pairs)


def _worse(image: Image.Image, to: Path) -> Path:
    image.save(to.with_suffix(".jpg"), quality=50)
    return to.with_suffix(".jpg")


def _smaller(image: Image.Image, to: Path) -> Path:
    _reduced(image).save(to.with_suffix(".jpg"), quality=90)
    return to.with_suffix(".jpg")


def _both(image: Image.Image, to: Path) -> Path:
    return _worse(_reduced(image), to)


def _as_png(image: Image.Image, to: Path) -> Path:
    image.save(to.with_suffix(".png"))
    return to.with_suffix(".png")


def _reduced(image: Image.Image) -> Image.Image:
    return image.resize((image.width * 2 // 3, image.height * 2 // 3))


def _scene(photographs: list[Image.Image], generator: np.random.Generator) -> Image.Image:
    """A picture like no other: things of some shape before a ground, each of its own material."""
    width, height = 256, 341

    def material() -> Image.Image:
        # Two photographs have few parts that do not overlap: colours and sides tell them apart.
        picture = photographs[int(generator.integers(len(photographs)))]
        across = int(generator.integers(60, 200))
        down = across * height // width
        left = int(generator.integers(picture.width - across))
        top = int(generator.integers(picture.height - down))
        part = picture.crop((left, top, left + across, top + down)).resize((width, height))
        if generator.random() < 0.5:
            part = ImageOps.mirror(part)
        colours = np.asarray(part)[:, :, generator.permutation(3)].astype(np.float32)
        changed = colours * generator.uniform(0.4, 1.0, 3) + generator.uniform(0, 90, 3)
        return Image.fromarray(changed.clip(0, 255).astype(np.uint8))

    scene = material()
    for _ in range(int(generator.integers(3, 8))):
        mask = Image.new("L", (width, height))
        x, y = generator.integers(0, width), generator.integers(0, height)
        half, high = generator.integers(20, 90, 2)
        box = [float(x - half), float(y - high), float(x + half), float(y + high)]
        draw = ImageDraw.Draw(mask)
        (draw.ellipse if generator.random() < 0.5 else draw.rectangle)(box, fill=255)
        turned = mask.rotate(float(generator.uniform(0, 90)), center=(int(x), int(y)))
        scene.paste(material(), (0, 0), turned)
    return scene
