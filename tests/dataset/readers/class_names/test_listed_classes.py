"""Classes that a dataset lists and no image has are named when it is read, and by the project."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.class_names import absent_names

SAID = "Classes that the dataset lists and no image has"


def images(folder: Path) -> list[Path]:
    folder.mkdir(parents=True)
    for number in range(8):
        Image.new("RGB", (8, 8), (number, 0, 0)).save(folder / f"{folder.name}-{number}.png")
    return sorted(folder.iterdir())


def class_folders(root: Path) -> None:
    for name in ("cat", "dog"):
        images(root / name)
    (root / "classes.txt").write_text("cat\ndog\nhorse\n", encoding="utf-8")


def table(root: Path, words: tuple[str, str]) -> None:
    rows = [f"img/{file.name},{words[at % 2]}" for at, file in enumerate(images(root / "img"))]
    (root / "labels.csv").write_text("\n".join(["path,label", *rows]) + "\n", encoding="utf-8")
    (root / "classes.txt").write_text("cat\ndog\nhorse\n", encoding="utf-8")


def table_of_numbers(root: Path) -> None:
    table(root, ("0", "1"))


def table_of_names(root: Path) -> None:
    table(root, ("cat", "dog"))


def coco(root: Path) -> None:
    files = images(root / "images")
    names = ("animal", "cat", "dog", "horse")
    above = ("none", "animal", "animal", "animal")
    (root / "annotations.json").write_text(
        json.dumps(
            {
                "images": [{"id": at, "file_name": file.name} for at, file in enumerate(files)],
                "annotations": [
                    {"id": at, "image_id": at, "category_id": 1 + at % 2}
                    for at in range(len(files))
                ],
                "categories": [
                    {"id": at, "name": name, "supercategory": over}
                    for at, (name, over) in enumerate(zip(names, above, strict=True))
                ],
            }
        ),
        encoding="utf-8",
    )


MAKERS = [class_folders, table_of_numbers, table_of_names, coco]


@pytest.mark.parametrize("make", MAKERS)
def test_what_a_list_names_and_no_image_has_is_said(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    make(tmp_path / "data")
    listing = read_dataset(tmp_path / "data")
    assert listing.class_names == ["cat", "dog"]
    assert listing.listed_alone == ["horse"]
    (said,) = [str(note) for note in listing.warnings if SAID in str(note)]
    assert "`horse`" in said


@pytest.mark.parametrize("make", MAKERS)
def test_nothing_is_said_where_each_has_images(
    make: Callable[[Path], None], tmp_path: Path
) -> None:
    root = tmp_path / "data"
    make(root)
    (root / "classes.txt").write_text("Cat\ndog\n", encoding="utf-8")
    if make is coco:
        value = json.loads((root / "annotations.json").read_text(encoding="utf-8"))
        value["categories"].pop()
        (root / "annotations.json").write_text(json.dumps(value), encoding="utf-8")
    assert not [note for note in read_dataset(root).warnings if SAID in str(note)]


def test_a_project_says_it_until_there_is_such_a_class(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    class_folders(tmp_path / "data")
    (tmp_path / "data" / "zebra").mkdir()
    project = str(tmp_path / "p.lnl")
    assert main(["import", str(tmp_path / "data"), "--project", project]) == 0

    def info() -> list[str]:
        capsys.readouterr()
        assert main(["info", project, "--json"]) == 0
        found: list[str] = json.loads(capsys.readouterr().out)["absent_classes"]
        return found

    def reported() -> bool:
        assert main(["report", project, str(tmp_path / "r.html"), "--accept-unjudged"]) == 0
        return "no image came with" in (tmp_path / "r.html").read_text(encoding="utf-8")

    # An empty folder lists a class as well.
    assert info() == ["horse", "zebra"] and reported()
    for name in ("horse", "zebra"):
        assert main(["classes", project, "add", name]) == 0
    assert info() == [] and not reported()


def test_capitals_make_no_other_class() -> None:
    assert absent_names(["Cat", "horse", "Horse", ""], ["cat"]) == ["horse"]
