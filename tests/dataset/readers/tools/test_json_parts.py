"""JSON with the rows of each split under its name."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.dataset.readers import read_dataset
from lnl_gui.util.errors import UserError
from tests.dataset.conftest import MakeImages

Rows = dict[str, str]


@pytest.mark.parametrize(
    "form",
    [
        lambda rows: [{"image": path, "label": name} for path, name in rows.items()],
        lambda rows: rows,
        lambda rows: {path: {"label": name, "by": "ann"} for path, name in rows.items()},
        lambda rows: {c: [p for p, name in rows.items() if name == c] for c in ("cat", "dog")},
    ],
)
@pytest.mark.parametrize("inside", [False, True])
def test_rows_of_each_split(
    tmp_path: Path, make_images: MakeImages, form: Callable[[Rows], Any], inside: bool
) -> None:
    """The same names come in each split where the images lie in folders of the splits."""
    truth = {
        part: {f"{at if inside else part + str(at)}.png": ("cat", "dog")[at % 3 % 2] for at in of}
        for part, of in (("train", range(8)), ("val", range(2, 7)))
    }
    paths = {
        (part, name): f"{part}/{name}" if inside else name
        for part, names in truth.items()
        for name in names
    }
    make_images(tmp_path, paths.values())
    said = {"version": 2, "classes": ["cat", "dog"]} | {p: form(r) for p, r in truth.items()}
    (tmp_path / "labels.json").write_text(json.dumps(said), encoding="utf-8")
    listing = read_dataset(tmp_path)
    assert {(Path(r.file), r.label, r.split) for r in listing.records} == {
        (tmp_path / path, truth[part][name], part) for (part, name), path in paths.items()
    }
    assert listing.suspicions == []


def test_rows_that_say_their_split_keep_it(tmp_path: Path, make_images: MakeImages) -> None:
    names = [f"{at}.png" for at in range(8)]
    make_images(tmp_path, names)
    rows = [{"image": n, "label": "ab"[at % 2], "split": "test"} for at, n in enumerate(names)]
    said = {"train": rows[:4], "val": [{**row, "split": "dev"} for row in rows[4:]]}
    (tmp_path / "labels.json").write_text(json.dumps(said), encoding="utf-8")
    splits = {r.path: r.split for r in read_dataset(tmp_path).records}
    assert splits == dict(zip(names, ["test"] * 4 + ["dev"] * 4, strict=True))


def test_other_lists_beside_those_of_splits_make_the_structure_unknown(
    tmp_path: Path, make_images: MakeImages
) -> None:
    names = [f"{at}.png" for at in range(8)]
    make_images(tmp_path, names)
    rows = [{"image": name, "label": "ab"[at % 2]} for at, name in enumerate(names)]
    said = {"train": rows[:4], "val": rows[4:6], "more": rows[6:]}
    (tmp_path / "labels.json").write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(UserError):
        read_dataset(tmp_path)
