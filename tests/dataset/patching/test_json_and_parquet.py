"""A patch for JSON, JSON Lines, COCO, Label Studio and Parquet: only what is to differ differs."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.dataset.patching.changes import LabelChange, content_digest, write_patch
from lnl_gui.dataset.patching.json_spans import elements, members, value_at, without
from lnl_gui.dataset.readers.read import read_dataset

MENDABLE = 3
LABELS = ["cat", "dog"] * 3


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    place = tmp_path_factory.mktemp("patch")
    for number in range(7):
        Image.new("RGB", (5, 4), (30 * number, 3, 3)).save(place / f"{number}.png")
    return place


def coco() -> dict[str, Any]:
    images = [{"id": n, "file_name": f"{n}.png", "width": 5, "height": 4} for n in range(6)]
    said = [{"id": n + 9, "image_id": n, "category_id": 1 + n % 2} for n in range(6)]
    names = [{"id": 1, "name": "cat"}, {"id": 2, "name": "dog"}, {"id": 3, "name": "fox"}]
    return {"images": images, "annotations": said, "categories": names}


def task(number: int, *answers: str) -> dict[str, Any]:
    choice = {"from_name": "c", "to_name": "image", "type": "choices"}
    return {
        "id": number,
        "data": {"image": f"{number}.png"},
        "annotations": [
            {"id": at, "completed_by": at, "result": [choice | {"value": {"choices": [answer]}}]}
            for at, answer in enumerate(answers)
        ],
    }


def records() -> list[dict[str, Any]]:
    return [{"image": f"{n}.png", "w": 1.50, "label": LABELS[n], "ü": None} for n in range(6)]


def as_lines(values: list[dict[str, Any]]) -> str:
    return "".join(f"{json.dumps(value, ensure_ascii=False)}\n" for value in values)


FORMS: dict[str, Callable[[], str]] = {
    "records.json": lambda: json.dumps(records(), indent=2, ensure_ascii=False),
    "dense.json": lambda: json.dumps(records(), separators=(",", ":")),
    "lines.jsonl": lambda: as_lines(records()),
    "map.json": lambda: json.dumps({f"{n}.png": LABELS[n] for n in range(6)}, indent="\t"),
    "nested.json": lambda: json.dumps({"version": 1, "data": records()}, indent=1),
    "by_path.json": lambda: json.dumps({r["image"]: {"label": r["label"]} for r in records()}),
    "objects.jsonl": lambda: as_lines(
        [{"image": r["image"], "gt": {"_id": 4, "label": r["label"]}} for r in records()]
    ),
    "coco.json": lambda: json.dumps(coco(), indent=1),
    "tasks.json": lambda: json.dumps([task(n, LABELS[n]) for n in range(6)], indent=2),
}


def change(folder: Path, path: str, before: str, after: str | None) -> LabelChange:
    return LabelChange(path, content_digest(folder / path), before, after)


def patch(folder: Path, *changes: LabelChange) -> str:
    file = folder / "changes.patch"
    write_patch(file, changes, dataset="pets")
    return str(file)


@pytest.mark.parametrize("name", FORMS)
def test_only_the_changed_labels_and_rows_differ(folder: Path, name: str) -> None:
    source = folder / name
    text = FORMS[name]()
    # Windows' line ends stay too.
    source.write_bytes(text.replace("\n", "\r\n").encode())
    before = source.read_bytes()
    changes = patch(
        folder,
        change(folder, "1.png", "dog", "cat"),
        change(folder, "4.png", "cat", None),
        change(folder, "5.png", "dog", None),
    )
    assert main(["apply", changes, str(source), "--in-place"]) == 0
    found = {record.path: record.label for record in read_dataset(source).records}
    assert found == {"0.png": "cat", "1.png": "cat", "2.png": "cat", "3.png": "dog"}
    kept = source.read_bytes().split(b"\r\n")
    lines = before.split(b"\r\n")
    if len(lines) > 9:
        new = [line for line in kept if line not in lines]
        # The label itself; and what was last of its list has no comma any more.
        assert len(new) <= 3, new
    assert main(["apply", changes, str(source), "--in-place"]) == 0, "nothing is left to do"
    assert main(["apply", "--undo", f"{source}.undo"]) == 0
    assert source.read_bytes() == before


def test_a_class_that_is_new_is_written_as_the_file_writes(folder: Path) -> None:
    source = folder / "new.json"
    source.write_text(json.dumps([{"image": f"{n}.png", "label": LABELS[n]} for n in range(6)]))
    out = folder / "new_out.json"
    changes = patch(folder, change(folder, "1.png", "dog", 'red "ü"'))
    assert main(["apply", changes, str(source), "--out", str(out)]) == 0
    wanted = source.read_text().replace(
        '1.png", "label": "dog"', '1.png", "label": "red \\"\\u00fc\\""'
    )
    assert out.read_text() == wanted


def test_coco_takes_a_category_that_no_image_has_and_no_other(folder: Path) -> None:
    source = folder / "fox.json"
    source.write_text(json.dumps(coco()))
    changes = patch(folder, change(folder, "0.png", "cat", "fox"))
    assert main(["apply", changes, str(source), "--in-place"]) == 0
    assert json.loads(source.read_text())["annotations"][0]["category_id"] == 3
    changes = patch(folder, change(folder, "1.png", "dog", "owl"))
    assert main(["apply", changes, str(source), "--out", str(folder / "o.json")]) == MENDABLE


def test_a_dataset_that_has_grown_takes_the_patch(folder: Path) -> None:
    source = folder / "grown.jsonl"
    source.write_text(as_lines([{"image": "6.png", "label": "fox"}, *records()[::-1]]))
    changes = patch(folder, change(folder, "1.png", "dog", "cat"))
    assert main(["apply", changes, str(source), "--in-place"]) == 0
    found = {record.path: record.label for record in read_dataset(source).records}
    assert (found["1.png"], found["6.png"], len(found)) == ("cat", "fox", 7)


def test_another_image_under_the_same_name_is_refused(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder / "other.json"
    source.write_text(FORMS["records.json"]())
    before = source.read_bytes()
    other = LabelChange("1.png", "0" * 64, "dog", "cat")
    assert main(["apply", patch(folder, other), str(source), "--in-place"]) == MENDABLE
    assert "1.png is another image now" in capsys.readouterr().err
    assert source.read_bytes() == before


def test_what_several_people_answered_is_not_written_over(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    source = folder / "votes.json"
    tasks = [task(0, "cat", "dog", "dog"), *(task(n, LABELS[n]) for n in range(1, 6))]
    source.write_text(json.dumps(tasks))
    changes = patch(folder, change(folder, "0.png", "dog", "cat"))
    assert main(["apply", changes, str(source), "--in-place"]) == MENDABLE
    assert "several answers" in capsys.readouterr().err


def test_a_structure_that_cannot_be_edited_is_named(folder: Path) -> None:
    source = folder / "by_class.json"
    source.write_text(json.dumps({"cat": ["0.png"], "dog": ["1.png"]}))
    changes = patch(folder, change(folder, "0.png", "cat", "dog"))
    assert main(["apply", changes, str(source), "--in-place"]) == MENDABLE


def as_parquet(folder: Path, kind: str) -> Path:
    arrow, parquet = pytest.importorskip("pyarrow"), pytest.importorskip("pyarrow.parquet")
    source = folder / f"{kind}.parquet"
    files = [folder / f"{n}.png" for n in range(6)]
    meta = {}
    label = arrow.array(LABELS)
    if kind == "codes":
        label = label.dictionary_encode()
    if kind == "hub":
        label = arrow.array([LABELS.index(name) for name in LABELS])
        features = {
            "image": {"_type": "Image"},
            "label": {"_type": "ClassLabel", "names": ["cat", "dog", "fox"]},
        }
        meta = {"huggingface": json.dumps({"info": {"features": features}})}
        image = arrow.array([{"bytes": f.read_bytes(), "path": f.name} for f in files])
    else:
        image = arrow.array([file.name for file in files])
    weight = arrow.array([1.5] * 6, arrow.float32())
    made = arrow.table({"image": image, "label": label, "weight": weight})
    made = made.replace_schema_metadata({**meta, "own": "kept"})
    parquet.write_table(made, source, row_group_size=4, compression="zstd")
    return source


@pytest.mark.parametrize("kind", ["names", "codes", "hub"])
def test_parquet_keeps_schema_groups_and_all_other_values(folder: Path, kind: str) -> None:
    parquet = pytest.importorskip("pyarrow.parquet")
    source = as_parquet(folder, kind)
    out = folder / f"{kind}_out.parquet"
    paths = [record.path for record in read_dataset(source).records]
    digests = [content_digest(record.file) for record in read_dataset(source).records]
    after = "fox" if kind == "hub" else "cat"
    changes = patch(
        folder,
        LabelChange(paths[1], digests[1], "dog", after),
        LabelChange(paths[4], digests[4], "cat", None),
    )
    assert main(["apply", changes, str(source), "--out", str(out)]) == 0
    labels = [record.label for record in read_dataset(out).records]
    assert labels == ["cat", after, "cat", "dog", "dog"]
    old, new = parquet.read_table(source), parquet.read_table(out)
    assert new.schema.equals(old.schema, check_metadata=True)
    left = [0, 1, 2, 3, 5]
    for name in ("image", "weight"):
        assert new.column(name).to_pylist() == old.column(name).take(left).to_pylist()
    head = parquet.ParquetFile(out).metadata
    assert [head.row_group(n).num_rows for n in range(head.num_row_groups)] == [4, 1]
    assert head.row_group(0).column(0).compression == "ZSTD"


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner),
    max_leaves=6,
)


@settings(deadline=None, max_examples=50)
@given(st.data(), st.lists(json_values, min_size=1, max_size=6), st.sampled_from([None, 1, "\t"]))
def test_spans_and_cuts_are_those_of_the_module_json(
    data: st.DataObject, values: list[Any], indent: int | str | None
) -> None:
    text = json.dumps(values, indent=indent, ensure_ascii=data.draw(st.booleans()))
    found = list(elements(text, value_at(text, 0)))
    assert [json.loads(text[span.start : span.end]) for span in found] == values
    numbers = data.draw(st.sets(st.sampled_from(range(len(values)))))
    for cut in sorted(without(text, found, numbers, by_line=False), key=lambda c: -c.start):
        text = text[: cut.start] + text[cut.end :]
    assert json.loads(text) == [v for n, v in enumerate(values) if n not in numbers]


@settings(deadline=None)
@given(st.dictionaries(st.text(max_size=4), json_values, max_size=4))
def test_members_are_those_of_the_module_json(value: dict[str, Any]) -> None:
    text = f" {json.dumps(value)} "
    found = {key.value: inner.value for key, inner in members(text, value_at(text, 0))}
    assert found == value


@pytest.mark.parametrize("text", ["[1, 2", '{"a": 1', '{"a"', "[1,", "[" * 100_000, ""])
def test_damaged_json_is_an_error_and_no_fault(text: str) -> None:
    with pytest.raises(ValueError):
        root = value_at(text, 0)
        list(elements(text, root))
