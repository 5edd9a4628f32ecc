"""A writer: all images in one folder, their labels in `labels.pairs`."""

import shutil
from pathlib import Path

from lnl_gui.dataset.writers.items import ExportSet, WrittenImages
from lnl_gui.dataset.writers.registry import Writer
from lnl_gui.util.progress import Progress, no_progress


def write(
    destination: Path,
    exported: ExportSet,
    *,
    images: str = "copy",
    progress: Progress = no_progress,
) -> WrittenImages:
    """Write `0.png`, `1.png` ... and `labels.pairs`, which the reader of this package reads."""
    destination.mkdir(parents=True, exist_ok=True)
    result = WrittenImages([], {})
    for number, item in enumerate(exported.items):
        name = f"{number}{item.file.suffix}"
        shutil.copyfile(item.file, destination / name)
        result.paths.append(name)
        result.made["copy"] += 1
        progress(number + 1, len(exported.items))
    named = zip(exported.items, result.paths, strict=True)
    lines = [f"{item.class_name}: {path}\n" for item, path in named]
    (destination / "labels.pairs").write_text("".join(lines), encoding="utf-8")
    return result


WRITER = Writer("flat", "Flat folder", "All images in one folder beside `labels.pairs`.", write)
