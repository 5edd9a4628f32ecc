"""What a preview says of a reading, and which other readings it offers."""

import shutil
from collections import Counter
from pathlib import Path

import pytest
from PIL import Image

from lnl_gui.cli.jobs import make_project
from lnl_gui.cli.main import run_verb as main
from lnl_gui.dataset.archives.unpack import previews_folder
from lnl_gui.dataset.readers.files import listings, scan
from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.registry import list_readers
from lnl_gui.pipeline.datasets import preview_dataset
from lnl_gui.pipeline.datasets.preview_dataset import preview
from lnl_gui.store.dataset.dataset_preview import DatasetPreview, OtherReading
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.progress import Progress


def images(folder: Path, number: int) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(number):
        Image.new("RGB", (8, 8), (at, 0, 0)).save(folder / f"{at:02d}.png")


def previewed(source: Path, **choices: object) -> DatasetPreview:
    return preview(ImportParameters(str(source), "", **choices))


def titles(found: DatasetPreview) -> list[str]:
    return [str(reading.title) for reading in found.others]


def test_class_folders_say_their_level_splits_and_other_levels(tmp_path: Path) -> None:
    for split, number in (("train", 6), ("test", 2)):
        for name in ("cat", "dog"):
            images(tmp_path / split / name, number)
    found = previewed(tmp_path)
    assert (found.reader, found.images, found.class_count) == ("class-folders", 16, 2)
    assert (found.class_level, found.levels) == (2, 2)
    assert "level 2" in str(found.why) and "`test`, `train` are splits" in str(found.why)
    assert found.splits == (("test", 4), ("train", 12))
    assert found.others == (
        OtherReading(
            found.others[0].title,
            {"reader": None, "class_level": 1},
            16,
            2,
            found.others[0].names,
        ),
    )
    first = previewed(tmp_path, class_level=1)
    assert [entry.name for entry in first.classes] == ["test", "train"]
    assert titles(first) == [
        "Class folders, level found automatically",
        "Class folders at level 2",
    ]


def test_examples_come_from_all_over_a_class(tmp_path: Path) -> None:
    images(tmp_path / "a", 21)
    images(tmp_path / "b", 2)
    first, second = previewed(tmp_path).classes
    assert [Path(file).stem for file in first.examples] == ["00", "05", "10", "15", "20"]
    assert [Path(file).stem for file in second.examples] == ["00", "01"]


def test_a_table_tells_its_columns_and_others_that_could_be_the_label(tmp_path: Path) -> None:
    images(tmp_path, 12)
    rows = [f"{at:02d}.png,s{at % 4},g{at % 2},{at}.5" for at in range(12)]
    (tmp_path / "birds.csv").write_text("file,species,genus,size\n" + "\n".join(rows), "utf-16")
    found = previewed(tmp_path)
    assert found.columns is not None
    assert (found.columns.path, found.columns.label) == ("file", "species")
    assert found.columns.rows[1] == ("01.png", "s1", "g1", "1.5")
    assert (found.encoding, found.image_root) == ("utf-16", str(tmp_path))
    assert [(o.changes, o.classes) for o in found.others] == [({"label_column": "genus"}, 2)]
    chosen = previewed(tmp_path, label_column="genus")
    assert [(o.changes, o.classes) for o in chosen.others] == [({"label_column": "species"}, 4)]


def test_an_unclear_table_is_an_error_that_lists_what_there_is_to_choose(tmp_path: Path) -> None:
    images(tmp_path, 8)
    rows = [f"{at:02d}.png,{'ab'[at % 2]},{'xy'[at // 4]}" for at in range(8)]
    (tmp_path / "t.csv").write_text("file,first,second\n" + "\n".join(rows))
    found = previewed(tmp_path / "t.csv")
    assert not found.is_readable and found.error_code == "ambiguous_column"
    assert found.columns is not None and found.columns.names == ("file", "first", "second")
    assert [o.changes for o in found.others] == [
        {"label_column": "first"},
        {"label_column": "second"},
    ]
    assert previewed(tmp_path / "t.csv", label_column="second").is_readable


def test_several_tables_are_offered_with_what_each_gives(tmp_path: Path) -> None:
    images(tmp_path, 4)
    for name, labels in (("one.csv", "aabb"), ("two.csv", "abcd")):
        rows = [f"{at:02d}.png,{label}" for at, label in enumerate(labels)]
        (tmp_path / name).write_text("path,label\n" + "\n".join(rows))
    found = previewed(tmp_path)
    assert found.error_code == "ambiguous_table"
    assert [(Path(str(o.changes["source"])).name, o.images, o.classes) for o in found.others] == [
        ("one.csv", 4, 2),
        ("two.csv", 4, 4),
    ]


def test_another_format_that_gives_something_else_is_offered(tmp_path: Path) -> None:
    for split in ("train", "valid"):
        images(tmp_path / split, 12)
        rows = [f"{at:02d}.png,{at % 2},{1 - at % 2},0" for at in range(12)]
        (tmp_path / split / "_classes.csv").write_text("filename,cat,dog,eel\n" + "\n".join(rows))
    found = previewed(tmp_path)
    assert (found.reader, [entry.name for entry in found.classes]) == ("table", ["cat", "dog"])
    assert str(found.why).startswith(
        "`train/_classes.csv`, `valid/_classes.csv`: Roboflow's one-hot table."
    )
    (other,) = found.others
    assert (other.changes["reader"], other.images, other.doubtful) == ("class-folders", 24, True)
    as_folders = previewed(tmp_path, reader="class-folders")
    assert as_folders.is_doubtful
    assert [o.changes["reader"] for o in as_folders.others if "reader" in o.changes] == ["table"]


def test_twins_and_single_images_are_cautions(tmp_path: Path) -> None:
    images(tmp_path / "Cat", 3)
    images(tmp_path / "cat", 3)
    images(tmp_path / "dog", 1)
    if len(list(tmp_path.iterdir())) < 3:
        pytest.skip("this disk does not tell upper from lower case")
    found = previewed(tmp_path)
    assert not found.is_doubtful and len(found.cautions) == 2
    assert "single image" in str(found.cautions[0]) and "case" in str(found.cautions[1])


def test_what_is_not_there_has_no_other_reading(tmp_path: Path) -> None:
    found = previewed(tmp_path / "gone")
    assert (found.error_code, found.others, found.others_are_known) == ("not_found", (), True)


def test_each_folder_is_listed_once_for_all_formats(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cat", "dog"):
        images(tmp_path / "set" / name, 2)
    listed: Counter[str] = Counter()

    def count(folder: str) -> object:
        listed[folder] += 1
        return list_folder(folder)

    list_folder = listings._listed
    monkeypatch.setattr(listings, "_listed", count)
    assert previewed(tmp_path / "set").images == 4
    assert set(listed.values()) == {1}
    images(tmp_path / "set" / "eel", 1)
    assert previewed(tmp_path / "set").images == 5


def test_a_folder_is_walked_once_for_a_table_and_what_it_leaves_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("cat", "dog"):
        images(tmp_path / name, 4)
    rows = [f"{at:02d}.png,{'ab'[at % 2]}" for at in range(3)]
    (tmp_path / "t.csv").write_text("\n".join(["path,label", *rows]))
    walked: list[Path] = []

    def count(root: Path, progress: Progress) -> scan.Scan:
        walked.append(root)
        return walk(root, progress)

    walk = scan._scanned
    monkeypatch.setattr(scan, "_scanned", count)
    previewed(tmp_path)
    assert walked == [tmp_path]


def test_a_long_table_is_told_by_its_beginning_first(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    images(tmp_path, 40)
    rows = [f"{at:02d}.png,{'ab'[at // 20]}" for at in range(40)]
    (tmp_path / "t.csv").write_text("path,label\n" + "\n".join(rows))
    monkeypatch.setattr(preview_dataset, "LONG_TABLE", 100)
    monkeypatch.setattr(preview_dataset, "_BEGINNING", 120)
    told: list[DatasetPreview] = []
    for source in (tmp_path / "t.csv", tmp_path):
        preview(ImportParameters(str(source), ""), first=told.append)
    assert [found.is_partial for found in told] == [True, False, True, False]
    assert [found.images for found in told] == [12, 40, 12, 40]
    assert [found.class_count for found in told] == [1, 2, 1, 2]


def test_an_archive_is_looked_at_elsewhere_and_taken_over_by_the_import(tmp_path: Path) -> None:
    for split in ("train", "test"):
        for name in ("cat", "dog"):
            images(tmp_path / "made" / split / name, 3)
    archive = Path(shutil.make_archive(str(tmp_path / "here" / "pets"), "zip", tmp_path / "made"))
    found = previewed(archive)
    assert (found.images, found.class_count, found.class_level) == (12, 2, 2)
    assert titles(found) == ["Class folders at level 1"]
    assert any("an import unpacks it" in str(note) for note in found.notes)
    assert [path.name for path in archive.parent.iterdir()] == ["pets.zip"]
    (seen,) = previews_folder().iterdir()
    picture = Path(found.classes[0].examples[0])
    assert picture.is_file() and picture.is_relative_to(seen)
    make_project(ImportParameters(str(archive), str(archive.parent / "pets.lnl")), quiet=True)
    assert sorted(path.name for path in archive.parent.iterdir()) == [
        "pets.lnl",
        "pets.unpacked",
        "pets.zip",
    ]
    assert not seen.exists()


def test_the_command_line_leaves_nothing_of_a_previewed_archive(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in ("cat", "dog"):
        images(tmp_path / "made" / name, 3)
    archive = shutil.make_archive(str(tmp_path / "pets"), "zip", tmp_path / "made")
    before = sorted(tmp_path.rglob("*"))
    assert main(["import", archive, "--preview"]) == 0
    assert "6 images" in capsys.readouterr().out
    assert sorted(tmp_path.rglob("*")) == before and not list(previews_folder().iterdir())


def test_a_format_that_gives_the_same_is_no_other_reading(tmp_path: Path) -> None:
    images(tmp_path, 4)
    rows = [f"{at:02d}.png,{'ab'[at % 2]}" for at in range(4)]
    (tmp_path / "metadata.csv").write_text("file_name,label\n" + "\n".join(rows))
    options = ReaderOptions()
    fitting = [reader.name for reader in list_readers() if reader.detects(tmp_path, options)]
    assert {"huggingface", "table"} <= set(fitting)
    found = previewed(tmp_path)
    assert found.reader == "huggingface"
    assert not [o for o in found.others if o.changes["reader"] == "table"]


def test_one_class_chosen_alone_offers_the_folder_above(tmp_path: Path) -> None:
    for name in ("cat", "dog", "eel"):
        images(tmp_path / "pets" / name, 2)
    (tmp_path / "pets" / "notes").mkdir()
    found = previewed(tmp_path / "pets" / "cat")
    assert found.error_code == "no_classes"
    (above,) = found.others
    assert (above.changes, above.classes) == ({"source": str(tmp_path / "pets")}, 3)
    assert previewed(tmp_path / "pets").class_count == 3
