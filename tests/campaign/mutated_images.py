"""The embedding pass over mutated images: `python -m tests.campaign.mutated_images [COUNT]`.

Says how many images were tried, read and refused with a reason, how many faults there were, and the
peak memory of the process, which is to stay under 1.5 GB.
"""

import io
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.encoders.embedding import embed_samples
from lnl_gui.encoders.preprocessing import Preprocessing

FORMATS = ("PNG", "JPEG", "GIF", "WEBP", "TIFF", "BMP", "JPEG2000", "PPM", "AVIF")
MODES = ("RGB", "L", "P", "1", "RGBA", "I;16")
PEAK_LIMIT = 1_500_000_000


class MeanColour:
    """An encoder that costs nothing: the mean of each channel."""

    name = key = "mean"
    device = "cpu"
    dimension, batch_size = 3, 64
    preprocessing = Preprocessing(224)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        return batch.mean(axis=(1, 2), dtype=np.float32)


def seeds() -> list[bytes]:
    """Small whole images of every format and mode that can be written."""
    noise = Image.effect_noise((90, 70), 70)
    found = []
    for picture_format in FORMATS:
        for mode in MODES:
            stream = io.BytesIO()
            try:
                noise.convert(mode).save(stream, picture_format)
            except (OSError, ValueError, KeyError):
                continue
            found.append(stream.getvalue())
    return found


def mutations(count: int, *, seed: int = 0) -> Iterator[bytes]:
    """Images cut, with bytes changed (most often in the head, where sizes stand), or grown."""
    generator = np.random.default_rng(seed)
    whole = seeds()
    for number in range(count):
        data = bytearray(whole[number % len(whole)])
        kind = number // len(whole) % 4
        head = min(len(data), 200 if kind else len(data))
        for at in generator.integers(0, head, int(generator.integers(1, 8))).tolist():
            data[at] = int(generator.integers(0, 256))
        if kind == 2:
            del data[int(generator.integers(1, len(data))) :]
        if kind == 3:
            at = int(generator.integers(0, len(data)))
            data[at:at] = generator.integers(0, 256, 3000).astype(np.uint8).tobytes()
        yield bytes(data)


def peak_memory() -> int:
    """Greatest memory of this process so far, in bytes."""
    import resource

    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024


def campaign(folder: Path, count: int) -> dict[str, int]:
    """Embed `count` mutated images in eight threads; a fault of the pass is raised."""
    files = []
    for number, data in enumerate(mutations(count)):
        files.append(folder / f"{number:05d}")
        files[-1].write_bytes(data)
    parts = list(
        embed_samples(files, [MeanColour()], store_thumbnail=lambda name, data: None, workers=8)
    )
    unreadable = sum(len(part.unreadable) for part in parts)
    assert all(str(why) for part in parts for why in part.unreadable.values())
    return {
        "tried": count,
        "read": count - unreadable,
        "marked": sum(int(part.facts["truncated"].sum()) for part in parts),
        "refused": unreadable,
        "lost": count - sum(part.stop - part.start for part in parts),
    }


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as place:
        figures = campaign(Path(place), int(sys.argv[1]) if len(sys.argv) > 1 else 1500)
    print(figures, f"peak {peak_memory() / 1e6:.0f} MB")
    sys.exit(peak_memory() > PEAK_LIMIT)
