"""Augmented copies that share a wrong label, or contradict it: found as single images are?"""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from PIL import Image, ImageEnhance, ImageOps

from lnl_gui.dataset.pixels.facts import FACTS_DTYPE, SIGNATURE_SIDE, read_sample
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.detect.copies.find import find_copies
from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.loading.load import load_encoder
from tests.benchmarks.datasets import Images

ORIGINALS, EACH = 400, 15
"""Images of a dataset, and how many of them are wrong in each way."""
ALONE, MIRRORED, TWO = "alone", "one mirrored copy", "turned and re-encoded copies"
THREE, FIVE, TORN = "three copies", "five copies", "right copies"
"""Ways to be wrong: without copies, with copies that share the label, among copies that are
right."""
Change = Callable[[Image.Image], Image.Image]


@dataclass(frozen=True)
class CopiesCase:
    """Labels of which some are wrong, with and without copies; M rows.

    Attributes:
        embedding: (M, D) float32.
        given: (M,) int32.
        classes: C.
        groups: (M,) int32 which rows are copies of one image; -1 alone.
        wrong: rows that are wrong, by the way in which they are.
        right: rows that are right.
        perceptual_hash: (M,) uint64.
        content_hash: (M,) bytes.
        signature: (M, 32, 32) uint8 patches of grey.
        pictures: (M, 32, 32, 3) uint8, the same in colour.
    """

    embedding: np.ndarray
    given: np.ndarray
    classes: int
    groups: np.ndarray
    wrong: dict[str, np.ndarray]
    right: np.ndarray
    perceptual_hash: np.ndarray
    content_hash: np.ndarray
    signature: np.ndarray
    pictures: np.ndarray


@dataclass(frozen=True)
class CopiesFigures:
    """Shares in [0, 1] of one case.

    Attributes:
        dataset: of the images.
        groups: whether the groups were told, found by the product, or unknown to it.
        flagged: share of the wrong labels that is flagged, by the way of being wrong.
        false_alarms: share of the right labels that is.
        grouped: share of the copies that share a group with their original; None where groups are
            not found.
        mistaken: share of the images without copies that are put into a group; None as above.
    """

    dataset: str
    groups: str
    flagged: dict[str, float]
    false_alarms: float
    grouped: float | None
    mistaken: float | None


def measure_copies(name: str, case: CopiesCase, *, seed: int) -> list[CopiesFigures]:
    """Judge a case without groups, with those that the product finds, and with the true ones."""
    found = found_groups(case)
    copies = np.flatnonzero(case.groups >= 0)
    first = case.groups[copies]
    same = (found[copies] >= 0) & (found[copies] == found[first])
    share = float(same[copies != first].mean())
    mistaken = float((found[case.groups < 0] >= 0).mean())
    return [
        _judged(name, case, "unknown", None, seed),
        replace(_judged(name, case, "found", found, seed), grouped=share, mistaken=mistaken),
        _judged(name, case, "told", case.groups, seed),
    ]


def found_groups(case: CopiesCase) -> np.ndarray:
    """(M,) int groups of copies as the product finds them; -1 alone."""
    return find_copies(
        case.content_hash,
        embeddings=[case.embedding],
        perceptual_hash=case.perceptual_hash,
        signature=case.signature,
        pictures=case.pictures.__getitem__,
    ).group


def _judged(
    name: str,
    case: CopiesCase,
    groups: str,
    known: np.ndarray | None,
    seed: int,
) -> CopiesFigures:
    found = find_suspects(
        DetectionInput(
            [case.embedding], case.given, number_of_classes=case.classes, copies=known, seed=seed
        )
    )
    flagged = {way: float(found.flagged[rows].mean()) for way, rows in case.wrong.items()}
    false_alarms = float(found.flagged[case.right].mean())
    return CopiesFigures(name, groups, flagged, false_alarms, None, None)


def make_case(images: Images, embedding: np.ndarray, folder: Path, *, seed: int = 0) -> CopiesCase:
    """Draw images, make copies of some of them into `folder`, and embed what is new there.

    Args:
        images: N.
        embedding: (N, D) of them.
        folder: for the copies, and for their embeddings once they are known.
        seed: of all draws.
    """
    random = np.random.default_rng(seed)
    rows = random.permutation(len(images.files))[:ORIGINALS]
    files = [images.files[row] for row in rows]
    labels = images.labels[rows].astype(np.int32)
    classes = len(images.class_names)
    shift = random.integers(1, classes, len(rows)).astype(np.int32)
    ways = {name: np.arange(EACH) + at * EACH for at, name in enumerate(_WAYS)}
    given = labels.copy()
    groups = np.full(len(rows), -1, np.int32)
    wrong: dict[str, list[int]] = {}
    folder.mkdir(parents=True, exist_ok=True)
    for name, members in ways.items():
        given[members] = (labels[members] + shift[members]) % classes
        wrong[name] = list(members)
        for member in members if _WAYS[name] else ():
            groups[member] = member
            label = labels[member] if name == TORN else given[member]
            for change in _WAYS[name]:
                if name != TORN:
                    wrong[name].append(len(files))
                changed = f"{member:04d}-{change.__name__.strip('_')}.png"
                files.append(_changed(files[member], change, folder / changed))
                given, groups = np.append(given, label), np.append(groups, np.int32(member))
    copies, facts, patches = _seen(files, len(rows), folder / "seen-in-six-ways.npz")
    is_wrong = np.isin(np.arange(len(files)), np.concatenate([*wrong.values()]))
    return CopiesCase(
        np.concatenate([embedding[rows], copies]),
        given.astype(np.int32),
        classes,
        groups,
        {name: np.array(members) for name, members in wrong.items()},
        np.flatnonzero(~is_wrong),
        facts["perceptual_hash"],
        facts["content_hash"],
        patches,
        np.stack([_small(file) for file in files]),
    )


def _small(file: Path) -> np.ndarray:
    size = (SIGNATURE_SIDE, SIGNATURE_SIDE)
    with Image.open(file) as image:
        return np.asarray(image.convert("RGB").resize(size, Image.Resampling.BILINEAR))


def _cropped(image: Image.Image, share: float) -> Image.Image:
    width, height = image.size
    left, top = round(share * width), round(share * height)
    return image.crop((left, top, width, height)).resize(image.size)


def _compressed(image: Image.Image) -> Image.Image:
    stored = io.BytesIO()
    image.save(stored, "JPEG", quality=60)
    return Image.open(stored).convert("RGB")


def _dimmed(image: Image.Image) -> Image.Image:
    return ImageEnhance.Brightness(image).enhance(0.85)


def _edge_cut(image: Image.Image) -> Image.Image:
    return _cropped(image, 0.05)


def _turned(image: Image.Image) -> Image.Image:
    return image.rotate(90, expand=True)


_WAYS: dict[str, Sequence[Change]] = {
    ALONE: (),
    MIRRORED: (ImageOps.mirror,),
    TWO: (_turned, _compressed),
    THREE: (ImageOps.mirror, _dimmed, _edge_cut),
    FIVE: (ImageOps.mirror, _dimmed, _edge_cut, _turned, _compressed),
    TORN: (ImageOps.mirror, _dimmed, _edge_cut),
}


def _changed(file: Path, change: Change, to: Path) -> Path:
    if not to.is_file():
        change(Image.open(file).convert("RGB")).save(to)
    return to


def _seen(
    files: Sequence[Path], known: int, kept: Path
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Embeddings of the files after the first `known`, facts and patches of all, kept in a file."""
    if not kept.is_file():
        encoder = load_encoder("bundled")
        parts = embed_samples(files[known:], [encoder], store_thumbnail=lambda key, data: None)
        embedding = np.concatenate([part.embeddings[encoder.name] for part in parts])
        read = [read_sample(file, minimum_side=0) for file in files]
        facts = np.array([sample.facts.as_row() for sample in read], FACTS_DTYPE)
        patches = np.stack([sample.signature for sample in read])
        np.savez(kept, embedding=embedding, facts=facts, patches=patches)
    with np.load(kept) as found:
        return found["embedding"].astype(np.float32), found["facts"], found["patches"]
