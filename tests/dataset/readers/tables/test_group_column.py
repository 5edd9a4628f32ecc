"""A column that says which images belong together: a patient, a video, a product."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from PIL import Image

from lnl_gui.dataset.readers.options import ReaderOptions
from lnl_gui.dataset.readers.other_readings import other_readings
from lnl_gui.dataset.readers.preview import preview_listing
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.util.errors import UserError
from lnl_gui.util.progress import no_progress


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """Twelve images of four patients, one of them without a name."""
    lines = ["path,label,patient_id,site"]
    for at in range(12):
        Image.new("RGB", (8, 8), (20 * at, 0, 0)).save(tmp_path / f"{at}.png")
        patient = "" if at == 5 else f" p{at // 4} "
        lines.append(f"{at}.png,{('cat', 'dog')[at % 2]},{patient},{at % 3}")
    file = tmp_path / "labels.csv"
    file.write_text("\n".join(lines))
    return file


def test_a_named_column_groups_the_records(table: Path) -> None:
    listing = read_dataset(table, group_column="patient_id")
    assert [record.group for record in listing.records] == [
        "" if at == 5 else f"p{at // 4}" for at in range(12)
    ]
    assert listing.group_column == "patient_id" and listing.class_names == ["cat", "dog"]
    said = " ".join(map(str, listing.warnings))
    assert "3 groups" in said and "each for itself: 1" in said
    assert listing.reading.columns is not None
    assert listing.reading.columns.group == "patient_id"


def test_a_column_that_looks_like_one_is_offered_and_not_taken(table: Path) -> None:
    listing = read_dataset(table)
    assert not listing.group_column and {record.group for record in listing.records} == {""}
    assert any("--group-column" in str(note) for note in listing.warnings)
    preview = preview_listing(listing, table)
    assert preview.columns is not None
    assert preview.columns.group_candidates == (("patient_id", 3),)
    offered = [o.changes for o in other_readings(listing, table, ReaderOptions(), no_progress)]
    assert {"group_column": "patient_id"} in offered


def test_by_number_and_in_another_case(table: Path) -> None:
    assert read_dataset(table, group_column="3").group_column == "patient_id"
    assert read_dataset(table, group_column="SITE").records[1].group == "1"


def test_a_column_that_is_not_there_and_a_format_without_columns(
    table: Path, class_folders: Path
) -> None:
    with pytest.raises(UserError, match="no column `video`"):
        read_dataset(table, group_column="video")
    with pytest.raises(UserError) as raised:
        read_dataset(class_folders, reader="class-folders", group_column="patient")
    assert raised.value.code == "no_groups"


def test_one_group_for_all_says_nothing(table: Path) -> None:
    table.write_text(table.read_text().replace(" p1 ", "p0").replace(" p2 ", "p0"))
    notes = read_dataset(table, group_column="patient_id").warnings
    assert any("tells no groups apart" in str(note) for note in notes)


def test_each_row_one_persons_answer(table: Path) -> None:
    rows = table.read_text().splitlines()
    lines = [f"{rows[0]},annotator", *(f"{r},{who}" for r in rows[1:] for who in ("ann", "bob"))]
    table.write_text("\n".join(lines))
    listing = read_dataset(table, group_column="patient_id")
    assert listing.annotators == ["ann", "bob"]
    assert [record.group for record in listing.records[3:6]] == ["p0", "p1", ""]


def test_images_inside_parquet(tmp_path: Path) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    import io

    import pyarrow as pa

    cells = []
    for at in range(6):
        stream = io.BytesIO()
        Image.new("RGB", (8, 8), (40 * at, 0, 0)).save(stream, "PNG")
        cells.append({"bytes": stream.getvalue(), "path": None})
    columns = {"image": cells, "label": ["a", "b"] * 3, "video_id": ["x", "x", "y", "y", None, "z"]}
    parquet.write_table(pa.table(columns), tmp_path / "train.parquet")
    named = read_dataset(tmp_path, group_column="video_id")
    assert [record.group for record in named.records] == ["x", "x", "y", "y", "", "z"]
    assert any("video_id" in str(note) for note in read_dataset(tmp_path).warnings)


@pytest.mark.parametrize("parts", [("test", "train"), ("train", "validation")])
def test_groups_are_offered_whichever_part_shows_them(
    tmp_path: Path, parts: tuple[str, str]
) -> None:
    for part in parts:
        (tmp_path / part).mkdir()
        lines = ["file_name,label,group"]
        for at in range(8):
            Image.new("RGB", (8, 8), (20 * at, 0, 0)).save(tmp_path / part / f"{at}.png")
            # Only the part to train on has several images of a group.
            group = at // 2 if part == "train" else at
            lines.append(f"{at}.png,{('cat', 'dog')[at % 2]},{part}{group}")
        (tmp_path / part / "metadata.csv").write_text("\n".join(lines))
    listing = read_dataset(tmp_path)
    assert len(listing.records) == 16
    assert any("--group-column" in str(note) for note in listing.warnings)
    # Where no part has two images of one group, there is none to offer.
    (tmp_path / "train" / "metadata.csv").write_text(
        (tmp_path / parts[parts[0] == "train"] / "metadata.csv").read_text()
    )
    assert not any("--group-column" in str(note) for note in read_dataset(tmp_path).warnings)


def images_of_three_videos(folder: Path) -> list[dict[str, object]]:
    folder.mkdir()
    said: list[dict[str, object]] = []
    for at in range(12):
        Image.new("RGB", (8, 8), (20 * at, 0, 0)).save(folder / f"{at}.png")
        said.append({"file_name": f"{at}.png", "id": at, "video_id": at // 4, "license": at % 2})
    return said


def coco(images: list[dict[str, object]]) -> object:
    marks = [{"id": at, "image_id": at, "category_id": at % 2} for at in range(len(images))]
    categories = [{"id": 0, "name": "cat"}, {"id": 1, "name": "dog"}]
    return {"images": images, "annotations": marks, "categories": categories}


def label_studio(images: list[dict[str, object]]) -> object:
    return [
        {
            "data": {"image": said["file_name"], **said},
            "annotations": [
                {"result": [{"from_name": "c", "value": {"choices": ["cat", "dog"][at % 2 :][:1]}}]}
            ],
        }
        for at, said in enumerate(images)
    ]


@pytest.mark.parametrize("form", [coco, label_studio])
@pytest.mark.parametrize("whole", [True, False])
def test_fields_of_tools_are_offered_and_taken_when_named(
    tmp_path: Path, form: Callable[[list[dict[str, object]]], object], whole: bool
) -> None:
    folder = tmp_path / "d"
    file = folder / "annotations.json"
    file.write_text(json.dumps(form(images_of_three_videos(folder))))
    source = folder if whole else file
    listing = read_dataset(source)
    assert not listing.group_column and {record.group for record in listing.records} == {""}
    (offer,) = [str(note) for note in listing.warnings if "--group-column" in str(note)]
    assert "`video_id`" in offer and "license" not in offer
    # What is recorded of the reading knows nothing of it.
    assert listing.reading.columns is None
    for name in ("video_id", "Video_ID"):
        named = read_dataset(source, group_column=name)
        assert named.group_column == "video_id"
        groups = {Path(str(record.file)).stem: record.group for record in named.records}
        assert groups == {str(at): str(at // 4) for at in range(12)}
        assert [r.label for r in named.records] == [r.label for r in listing.records]
    with pytest.raises(UserError, match="no column of groups"):
        read_dataset(source, group_column="patient")


@pytest.mark.parametrize("values", [range(12), [7] * 12])
def test_fields_that_tell_no_groups_are_not_offered(tmp_path: Path, values: list[int]) -> None:
    folder = tmp_path / "d"
    images = images_of_three_videos(folder)
    said = [{**image, "video_id": value} for image, value in zip(images, values, strict=True)]
    (folder / "annotations.json").write_text(json.dumps(coco(said)))
    assert not any("--group-column" in str(note) for note in read_dataset(folder).warnings)
