"""Each folder is asked for its files once while a dataset is read."""

import os
from collections import Counter
from pathlib import Path

import pytest

from lnl_gui.dataset.readers.files import finder, listings
from lnl_gui.dataset.readers.read import read_dataset


def test_a_folder_that_tables_name_is_listed_few_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    rows = []
    for number in range(12):
        file = tmp_path / "images" / f"{number % 3}" / f"{number}.png"
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"x")
        rows.append(f"{file.relative_to(tmp_path).as_posix()},{'ab'[number % 2]}")
    for name in ("labels.csv", "other.csv"):
        (tmp_path / name).write_text("\n".join(["path,label", *rows]))
    asked: Counter[str] = Counter()
    scandir = os.scandir

    def counted(place: str | Path = ".") -> object:
        asked[str(place)] += 1
        return scandir(place)

    monkeypatch.setattr(os, "scandir", counted)
    assert len(read_dataset(tmp_path).records) == 12
    # For its names, and to walk it for images.
    assert asked[str(tmp_path / "images" / "1")] <= 2


def test_outside_of_a_reading_nothing_is_kept(tmp_path: Path) -> None:
    assert listings.regular_files(str(tmp_path)) == frozenset()
    (tmp_path / "a.png").write_bytes(b"x")
    assert listings.regular_files(str(tmp_path)) == {"a.png"}
    assert finder.FileFinder().find("a.png", tmp_path) == tmp_path / "a.png"
    assert listings.regular_files(str(tmp_path / "none")) == frozenset()
