"""Reading and embedding images, beside Pillow's decoder and the encoder alone."""

import io
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.dataset.pixels.facts import read_sample
from lnl_gui.dataset.pixels.resampling import WORTH_COMPILING
from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.encoder import Encoder
from lnl_gui.encoders.loading.load import load_encoder
from lnl_gui.util.process.allocator import freed_memory_kept
from tests.benchmarks.measuring import stopwatch
from tests.benchmarks.speed.measures import Measure, alternate, not_run, take_turns

SIDE = 260
"""What an encoder needs of an image's shorter side."""
_ROUNDS = 5


def decode_only(file: Path, side: int = SIDE) -> None:
    """What any program must do with a JPEG that it looks at, in the size an encoder needs."""
    with Image.open(io.BytesIO(file.read_bytes())) as image:
        image.draft(None, (side, side))
        image.load()


def decoding(images: dict[str, list[Path]]) -> Iterator[Measure]:
    """A whole reading (thumbnail, hashes, measures, pixels of an encoder) and Pillow's decoding.

    Args:
        images: files of each kind.
    """
    for kind, files in images.items():
        some = files[:100]

        def ours(some: Sequence[Path] = some) -> None:
            for file in some:
                read_sample(file, minimum_side=SIDE, compiled=True)

        def floor(some: Sequence[Path] = some) -> None:
            for file in some:
                decode_only(file)

        mine, least, clock = (value / len(some) for value in alternate(ours, floor))
        yield Measure("reading an image", kind, mine, least, "decoding alone", clock)


def embedding(images: dict[str, list[Path]], encoders: Sequence[str]) -> Iterator[Measure]:
    """The pass over the pixels and the encoder alone.

    Args:
        images: files of each kind.
        encoders: by name.
    """
    for name in encoders:
        encoder = load_encoder(name, device="cpu")
        for kind, files in images.items():
            # So many that resizing is compiled, as for any dataset worth waiting for.
            many = (files * (1 + WORTH_COMPILING // len(files)))[:WORTH_COMPILING]
            yield _embedding(encoder, kind, many)
        yield from _timm_peer(encoder, images)


def _pixels(encoder: Encoder) -> np.ndarray:
    side = encoder.preprocessing.image_size
    shape = (encoder.batch_size, side, side, 3)
    return np.random.default_rng(0).integers(0, 256, shape, dtype=np.uint8)


def _embedding(encoder: Encoder, kind: str, files: Sequence[Path]) -> Measure:
    pixels = _pixels(encoder)

    def ours() -> None:
        for _ in embed_samples(files, [encoder], store_thumbnail=lambda name, data: None):
            pass

    def floor() -> None:
        for start in range(0, len(files), len(pixels)):
            encoder.embed(pixels[: len(files) - start])

    # As jobs run, and the floor alike.
    with freed_memory_kept():
        mine, least = take_turns(ours, floor, rounds=_ROUNDS)
    with stopwatch() as decoding_alone:
        for file in files:
            decode_only(file, encoder.preprocessing.resized_side)
    bound = least.processor / (least.processor + decoding_alone.processor)
    return Measure(
        "embedding an image",
        f"{encoder.name}, {kind}",
        mine.processor / len(files),
        least.processor / len(files),
        "encoder alone",
        mine.clock / len(files),
        note=f"{least.clock / mine.clock:.0%} by the clock; with decoding alone {bound:.0%}",
    )


def _timm_peer(encoder: Encoder, images: dict[str, list[Path]]) -> Iterator[Measure]:
    """What a script does: timm's model in eager torch, its own transforms, a data loader."""
    try:
        import timm
        import torch
        from timm.data import create_transform, resolve_data_config
    except ImportError:
        yield not_run("embedding an image", "timm and DataLoader")
        return
    model_name = {"bundled": "tf_efficientnet_lite2", "bundled-fast": "tf_efficientnet_lite0"}
    model = timm.create_model(model_name[encoder.name], num_classes=0).eval()
    transform = create_transform(**resolve_data_config({}, model=model))
    files = next(iter(images.values()))[:32]
    pixels = _pixels(encoder)

    class Files(torch.utils.data.Dataset):  # type: ignore[type-arg]
        """The images of a folder."""

        def __len__(self) -> int:
            return len(files)

        def __getitem__(self, row: int) -> torch.Tensor:
            with Image.open(files[row]) as image:
                return transform(image.convert("RGB"))

    def theirs() -> None:
        with torch.inference_mode():
            for batch in torch.utils.data.DataLoader(Files(), batch_size=16):
                model(batch)

    took, least, clock = (
        value / len(files)
        for value in alternate(theirs, lambda: encoder.embed(pixels[: len(files)]), rounds=1)
    )
    what = f"{encoder.name}, {next(iter(images))}: timm and DataLoader"
    yield Measure("embedding an image", what, took, least, "encoder alone", clock, peer=True)
