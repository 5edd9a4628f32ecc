"""Folders named for classes, and archives of them."""

import shutil
from pathlib import Path

from tests.formats.case import Case
from tests.formats.truth import SAMPLES


def class_folders(folder: Path, *, split: bool) -> Path:
    for sample in SAMPLES:
        inner = folder / sample.split / sample.label if split else folder / sample.label
        inner.mkdir(parents=True, exist_ok=True)
        (inner / sample.name).write_bytes(sample.png)
    return folder


def _archive(kind: str) -> Case:
    def made(folder: Path) -> Path:
        class_folders(folder / "dataset", split=True)
        done = Path(shutil.make_archive(str(folder / "packed"), kind, folder, "dataset"))
        shutil.rmtree(folder / "dataset")
        return done

    return Case(f"archive {kind} of split folders", "shutil", made)


def _fast_ai(folder: Path) -> Path:
    """Folders `train` and `valid`, as fastai's own datasets have them."""
    class_folders(folder, split=True)
    (folder / "test").rename(folder / "valid")
    return folder


CASES = (
    Case("class folders", "shutil", lambda f: class_folders(f, split=False), has_splits=False),
    Case("split folders", "shutil", lambda f: class_folders(f, split=True)),
    Case("train and valid folders", "shutil", _fast_ai),
    _archive("zip"),
    _archive("tar"),
    _archive("gztar"),
)
