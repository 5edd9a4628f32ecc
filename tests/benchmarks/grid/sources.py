"""Images of known class, drawn from packages and written as files into a cache."""

import gzip
import json
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.dataset.label_noise.mistaken_classes import CIFAR10_NAMES
from tests.benchmarks.datasets import Images, image_files

FASHION_NAMES = (
    "top",
    "trouser",
    "pullover",
    "dress",
    "coat",
    "sandal",
    "shirt",
    "sneaker",
    "bag",
    "boot",
)
LOBES = {"frontal": (2101, 2702), "temporal": (8111, 8302), "occipital": (5001, 5302)}
"""Codes of the AAL atlas, first and last."""
CEREBELLUM = (9001, 9170)
SMALLEST_ICON_CLASS = 50
"""Icon sets that must hold a name before it becomes a class."""
ICON_SIDE = 96
LEAST_OPAQUE = 0.6
"""Share of a terrain tile that must be painted: the others are mere edges."""

Picture = tuple[str, Image.Image]
"""A class and an image."""


def write_images(name: str, folder: Path, pictures: Iterable[Picture]) -> Images:
    """Write each picture as a PNG below a folder of its class, and return them all."""
    for number, (label, picture) in enumerate(pictures):
        place = folder / label
        place.mkdir(parents=True, exist_ok=True)
        picture.convert("RGB").save(place / f"{number:05d}.png")
    return read_folder(name, folder)


def read_folder(name: str, folder: Path) -> Images:
    """Images in a folder a class."""
    files = image_files(folder)
    names = sorted({file.parent.name for file in files})
    labels = np.array([names.index(file.parent.name) for file in files], np.int32)
    return Images(name, files, labels, names)


def drawn(items: Sequence[tuple[str, Path]], *, most: int, seed: int = 0) -> list[tuple[str, Path]]:
    """At most `most` items of each class, drawn without regard to their order."""
    order = np.random.default_rng(seed).permutation(len(items))
    kept: list[tuple[str, Path]] = []
    counts: dict[str, int] = {}
    for at in order:
        label = items[at][0]
        if counts.get(label, 0) < most:
            counts[label] = counts.get(label, 0) + 1
            kept.append(items[at])
    return kept


def cifar_pictures(
    package: Path, known: Iterable[Path], names: Sequence[str], *, most: int
) -> Iterator[Picture]:
    """CIFAR-10's training images of some classes, none of which is among the files `known`."""
    taken = {np.asarray(Image.open(file).convert("RGB")).tobytes() for file in known}
    labels = json.loads(next(package.rglob("train_lables.json")).read_text())
    counts = dict.fromkeys(names, 0)
    for batch in range(5):
        rows = np.asarray(Image.open(next(package.rglob(f"data_batch_{batch + 1}.png"))))
        for row, number in zip(rows, labels[10000 * batch :], strict=False):
            label = CIFAR10_NAMES[number]
            image = row.reshape(32, 32, 3)
            if counts.get(label, most) < most and image.tobytes() not in taken:
                counts[label] += 1
                yield label, Image.fromarray(image)


def fashion_pictures(package: Path, *, most: int) -> Iterator[Picture]:
    """Fashion-MNIST's test images."""
    pixels = gzip.decompress(next(package.rglob("t10k-images-idx3-ubyte.gz")).read_bytes())
    labels = gzip.decompress(next(package.rglob("t10k-labels-idx1-ubyte.gz")).read_bytes())
    images = np.frombuffer(pixels, np.uint8, offset=16).reshape(-1, 28, 28)
    counts = [0] * 10
    for image, number in zip(images, labels[8:], strict=True):
        if counts[number] < most:
            counts[number] += 1
            yield FASHION_NAMES[number], Image.fromarray(image)


def folder_pictures(
    root: Path, folders: dict[str, Sequence[str]], *, most: int, side: int = 192
) -> Iterator[Picture]:
    """Images below some folders of a package; the key of each group is the class."""
    items = [
        (label, file)
        for label, names in folders.items()
        for name in names
        for file in image_files(root / name)
    ]
    for label, file in drawn(items, most=most):
        yield label, _on_white(Image.open(file), side)


def terrain_pictures(package: Path, *, most: int) -> Iterator[Picture]:
    """Painted ground of a strategy game, a kind of terrain a class."""
    root = next(package.rglob("core/images/terrain"))
    kinds = "castle cave chasm flat forest frozen grass hills mountains sand swamp village water"
    items = [(kind, file) for kind in kinds.split() for file in image_files(root / kind)]
    counts = dict.fromkeys(kinds.split(), 0)
    for label, file in drawn(items, most=10**6):
        image = Image.open(file).convert("RGBA")
        painted = (np.asarray(image)[..., 3] > 128).mean()
        if painted >= LEAST_OPAQUE and counts[label] < most:
            counts[label] += 1
            yield label, _on_white(image, 192)


def emoji_pictures(package: Path, *, most: int) -> Iterator[Picture]:
    """Emoji of one vendor, their category a class."""
    entries = json.loads(next(package.rglob("emoji.json")).read_text(encoding="utf-8"))
    folder = next(package.rglob("img/*/64"))
    items = [
        (_plain(entry["category"]), folder / entry["image"])
        for entry in entries
        if entry["category"] not in ("Component", "Symbols") and (folder / entry["image"]).is_file()
    ]
    for label, file in drawn(items, most=most):
        yield label, _on_white(Image.open(file), 72)


def icon_pictures(package: Path, *, classes: int, most: int) -> Iterator[Picture]:
    """What many icon sets draw under one name, the name a class."""
    found: dict[str, list[tuple[str, float, float]]] = {}
    for file in sorted(package.rglob("json/*.json")):
        collection = json.loads(file.read_text(encoding="utf-8"))
        for name, icon in collection["icons"].items():
            width, height = (icon.get(k, collection.get(k, 16)) for k in ("width", "height"))
            found.setdefault(name, []).append((icon["body"], width, height))
    common = sorted(name for name in found if len(found[name]) >= SMALLEST_ICON_CLASS)
    chosen = np.random.default_rng(0).permutation(len(common))[:classes]
    for name in sorted(common[at] for at in chosen):
        # Sets borrow from each other: one drawing of a kind.
        bodies = list(dict.fromkeys(found[name]))
        for at in np.random.default_rng(1).permutation(len(bodies))[:most]:
            yield name, _rasterised(*bodies[at])


def lobe_pictures(package: Path, *, each: int, side: int = 40) -> Iterator[Picture]:
    """Patches of a magnetic resonance image of a human brain, the lobe at the centre a class."""
    brain, atlas = _volume(package, "ch2bet"), _volume(package, "aal")
    codes = _region_codes(package)
    random = np.random.default_rng(0)
    for lobe, (first, last) in (LOBES | {"cerebellum": CEREBELLUM}).items():
        regions = [region for region, code in codes.items() if first <= code <= last]
        places = np.argwhere(np.isin(atlas, regions))
        for x, y, z in places[random.permutation(len(places))[:each]]:
            yield lobe, _patch(brain[:, :, z], x, y, side)


def plane_pictures(package: Path, *, each: int, side: int = 56) -> Iterator[Picture]:
    """Patches of a magnetic resonance image of a macaque brain, the plane of the cut a class."""
    brain = _volume(package, "inia19-t1-brain")
    places = np.argwhere(brain > np.percentile(brain[brain > 0], 20))
    random = np.random.default_rng(0)
    cuts: dict[str, Callable[[int, int, int], Image.Image]] = {
        "sagittal": lambda x, y, z: _patch(brain[x], y, z, side),
        "coronal": lambda x, y, z: _patch(brain[:, y], x, z, side),
        "axial": lambda x, y, z: _patch(brain[:, :, z], x, y, side),
    }
    for plane, cut in cuts.items():
        for x, y, z in places[random.permutation(len(places))[:each]]:
            yield plane, cut(x, y, z)


def _on_white(image: Image.Image, most: int) -> Image.Image:
    image = image.convert("RGBA")
    image.thumbnail((most, most))
    ground = Image.new("RGBA", image.size, "white")
    return Image.alpha_composite(ground, image).convert("RGB")


def _plain(name: str) -> str:
    return name.lower().replace(" & ", "_").replace(" ", "_")


def _rasterised(body: str, width: float, height: float) -> Image.Image:
    from PySide6.QtCore import QByteArray
    from PySide6.QtGui import QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    text = (
        f'<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" '
        f'color="black" viewBox="0 0 {width} {height}">{body}</svg>'
    ).replace("currentColor", "black")
    canvas = QImage(ICON_SIDE, ICON_SIDE, QImage.Format.Format_RGB888)
    canvas.fill(0xFFFFFFFF)
    painter = QPainter(canvas)
    QSvgRenderer(QByteArray(text.encode())).render(painter)
    painter.end()
    rows = np.frombuffer(canvas.constBits(), np.uint8).reshape(ICON_SIDE, canvas.bytesPerLine())
    return Image.fromarray(rows[:, : 3 * ICON_SIDE].reshape(ICON_SIDE, ICON_SIDE, 3).copy())


def _region_codes(package: Path) -> dict[int, int]:
    text = next(package.rglob("aal.nii.txt")).read_text()
    rows = [line.split() for line in text.splitlines() if line.strip()]
    return {int(row[0]): int(row[2]) for row in rows}


def _volume(package: Path, name: str) -> np.ndarray:
    """A volume of a NIfTI file, (X, Y, Z)."""
    data = gzip.decompress(next(package.rglob(f"{name}.nii.gz")).read_bytes())
    shape = struct.unpack("<3h", data[42:48])
    kind = {2: np.uint8, 4: np.int16, 16: np.float32}[struct.unpack("<h", data[70:72])[0]]
    start = int(struct.unpack("<f", data[108:112])[0])
    count = int(np.prod(shape))
    return np.frombuffer(data, kind, count, start).reshape(shape, order="F")


def _patch(plane: np.ndarray, row: int, column: int, side: int) -> Image.Image:
    half = side // 2
    padded = np.pad(plane, half)
    patch = padded[row : row + side, column : column + side].astype(np.float32)
    scaled = 255 * patch / max(float(patch.max()), 1.0)
    return Image.fromarray(np.rot90(scaled).astype(np.uint8))
