"""Readers over mutated tables and JSON: `python -m tests.campaign.mutated_metadata [COUNT]`.

Says how many files were tried, read and refused in words; whatever else a reader raises is a fault.
"""

import collections
import json
import shutil
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np
from PIL import Image

from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError

IMAGES = 6


def seeds() -> dict[str, bytes]:
    """A whole file of each kind, by its name."""
    rows = [(f"{i}.png", ("cat", "dog")[i % 2]) for i in range(IMAGES)]
    table = "path,label\n" + "".join(f"{path},{label}\n" for path, label in rows)
    images = [{"id": i, "file_name": path} for i, (path, _) in enumerate(rows)]
    marks = [{"id": i, "image_id": i, "category_id": i % 2} for i in range(IMAGES)]
    classes = [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]
    coco = {"images": images, "annotations": marks, "categories": classes}
    lines = [json.dumps({"image": path, "label": label}) for path, label in rows]
    return {
        "labels.csv": table.encode(),
        "labels.tsv": table.replace(",", "\t").encode(),
        "coco.json": json.dumps(coco).encode(),
        "labels.jsonl": "\n".join(lines).encode(),
        "labels.json": json.dumps(dict(rows)).encode(),
        "train.txt": "".join(f"{path} {i % 2}\n" for i, (path, _) in enumerate(rows)).encode(),
    }


def mutations(count: int, *, seed: int = 0) -> Iterator[tuple[str, bytes]]:
    """Names and contents: bytes changed, cut, repeated, or swapped for what parsers dislike."""
    generator = np.random.default_rng(seed)
    whole = list(seeds().items())
    disliked = (b"\0", b'"', b"[" * 3000, b"1e999", b"\xff\xfe", b"\r", b"NaN", b"-1", b"9" * 400)
    for number in range(count):
        name, content = whole[number % len(whole)]
        data = bytearray(content)
        for at in generator.integers(0, len(data), int(generator.integers(1, 5))).tolist():
            if generator.random() < 0.5:
                data[at] = int(generator.integers(0, 256))
            else:
                data[at : at + 1] = disliked[int(generator.integers(len(disliked)))]
        if generator.random() < 0.3:
            del data[int(generator.integers(1, len(data))) :]
        yield name, bytes(data)


def campaign(folder: Path, count: int) -> collections.Counter[str]:
    """Read `count` datasets whose metadata is damaged; faults by the name of what was raised."""
    for at in range(IMAGES):
        Image.new("RGB", (8, 8), (40 * at, 0, 0)).save(folder / f"{at}.png")
    figures = collections.Counter({"tried": count})
    for name, data in mutations(count):
        (folder / name).write_bytes(data)
        try:
            read_dataset(folder / name)
            figures["read"] += 1
        except UserError:
            figures["refused"] += 1
        except Exception as error:
            figures[f"fault {type(error).__name__}: {str(error)[:80]}"] += 1
        (folder / name).unlink()
    return figures


if __name__ == "__main__":
    place = Path(tempfile.mkdtemp())
    found = campaign(place, int(sys.argv[1]) if len(sys.argv) > 1 else 500)
    shutil.rmtree(place)
    print(dict(found))
    sys.exit(any(name.startswith("fault") for name in found))
