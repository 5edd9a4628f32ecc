"""Splits drawn at export, what was set aside by choice, and what is said of both."""

import json
from collections import Counter
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.dataset.writers import list_writers
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import EmbedParameters, ExportParameters, ImportParameters
from lnl_gui.util.errors import UserError
from tests.files import read_table

PARTS = "train=.6,val=.2,test=.2"
TELLS = [writer.name for writer in list_writers() if writer.tells_status]


def make(folder: Path, rows: list[tuple[str, str]]) -> Path:
    """A project of images of many shades by (class, group)."""
    lines = ["path,label,patient"]
    for number, (label, patient) in enumerate(rows):
        pixels = np.random.default_rng(number).integers(0, 255, (24, 24, 3)).astype(np.uint8)
        folder.mkdir(parents=True, exist_ok=True)
        Image.fromarray(pixels).save(folder / f"{number:03}.png")
        lines.append(f"{number:03}.png,{label},{patient}")
    (folder / "labels.csv").write_text("\n".join(lines))
    project = folder.parent / "p.lnl"
    import_dataset(
        ImportParameters(str(folder / "labels.csv"), str(project), group_column="patient"),
        quiet=True,
    )
    return project


def export(project: Path, destination: Path, **options: object) -> dict[str, object]:
    with Session.open(project) as session:
        parameters = ExportParameters(str(destination), **options)  # type: ignore[arg-type]
        return run_job(session, parameters, quiet=True).metrics


def samples(out: Path) -> list[dict[str, str]]:
    return read_table(out / "samples.csv")


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Forty cats and dogs alone, one patient of ten and a class of two."""
    rows = [("cat" if n % 2 else "dog", f"p{n}") for n in range(40)]
    rows += [("cat", "large")] * 10 + [("owl", "p50"), ("owl", "p51")]
    return make(tmp_path_factory.mktemp("splits") / "in", rows)


def test_parts_hold_their_share_and_groups_stay_together(project: Path, tmp_path: Path) -> None:
    metrics = export(project, tmp_path / "out", splits=PARTS)
    found = read_dataset(tmp_path / "out" / "images")
    by_split: dict[str, list[str]] = {}
    for record in found.records:
        by_split.setdefault(record.split or "", []).append(record.label)
    assert {name: len(labels) for name, labels in by_split.items()} == {
        name: told["images"]
        for name, told in metrics["splits"].items()  # type: ignore[attr-defined]
    }
    assert {labels.count("dog") for labels in by_split.values()} == {12, 4}
    rows = samples(tmp_path / "out")
    assert len({row["split"] for row in rows if row["group"] == "large"}) == 1
    assert {row["given_split"] for row in rows} == {""}
    assert [row["split"] for row in rows if row["path"] == found.records[0].file.name] != [""]


def test_what_could_not_be_done_is_said(project: Path, tmp_path: Path) -> None:
    metrics = export(project, tmp_path / "out", splits=PARTS)
    said = json.dumps(metrics["warnings"])
    assert "no image of" in said and "`owl`" in said
    assert "before an embedding" in said
    one = make(tmp_path / "one" / "in", [("cat", "a")] * 9 + [("cat", "b")])
    metrics = export(one, tmp_path / "one" / "out", splits="train=.5,test=.5")
    assert "what belongs together" in json.dumps(metrics["warnings"])
    shares = metrics["splits"]
    assert shares["train"]["share"] == 0.9 and shares["test"]["images"] == 1  # type: ignore[index]


def test_the_draw_follows_from_its_seed(project: Path, tmp_path: Path) -> None:
    def drawn(name: str, seed: int) -> list[str]:
        export(project, tmp_path / name, splits=PARTS, split_seed=seed, images="none")
        return [row["split"] for row in samples(tmp_path / name)]

    assert drawn("a", 3) == drawn("b", 3) != drawn("c", 4)


def test_copies_are_in_one_part(tmp_path: Path) -> None:
    project = make(tmp_path / "in", [("cat", "")] * 30)
    for number in range(10, 30):
        (tmp_path / "in" / f"{number:03}.png").write_bytes(
            (tmp_path / "in" / f"{number % 10:03}.png").read_bytes()
        )
    with Session.open(project) as session:
        run_job(session, EmbedParameters(), quiet=True)
    metrics = export(project, tmp_path / "out", splits=PARTS)
    by_image: dict[bytes, set[str]] = {}
    for row in samples(tmp_path / "out"):
        data = (tmp_path / "out" / row["image"]).read_bytes()
        by_image.setdefault(data, set()).add(row["split"])
    assert len(by_image) == 10 and all(len(parts) == 1 for parts in by_image.values())
    assert "before an embedding" not in json.dumps(metrics["warnings"])


def test_no_splits_at_all(tmp_path: Path) -> None:
    for number, split in enumerate(("train", "test")):
        place = tmp_path / "in" / split / "cat" / f"{number}.png"
        place.parent.mkdir(parents=True)
        Image.new("RGB", (4, 4), (number, 0, 0)).save(place)
    import_dataset(ImportParameters(str(tmp_path / "in"), str(tmp_path / "p.lnl")), quiet=True)
    export(tmp_path / "p.lnl", tmp_path / "out", splits="none")
    assert sorted(p.name for p in (tmp_path / "out" / "images" / "cat").iterdir()) == [
        "0.png",
        "1.png",
    ]
    assert sorted(row["given_split"] for row in samples(tmp_path / "out")) == ["test", "train"]


@pytest.fixture(scope="module")
def reviewed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = make(tmp_path_factory.mktemp("aside") / "in", [("cat", "")] * 4 + [("dog", "")] * 4)
    with Session.open(project, reviewer="ann") as session:
        session.exclude(np.array([0]))
        session.unsure(np.array([5]))
    return project


@pytest.mark.parametrize("name", TELLS)
def test_what_was_set_aside_is_written_by_choice_and_comes_back_so(
    reviewed: Path, tmp_path: Path, name: str
) -> None:
    metrics = export(reviewed, tmp_path / "out", format=name, excluded=True, exclude_unsure=True)
    assert (metrics["exported"], metrics["excluded_written"]) == (7, 1)
    whole = read_dataset(tmp_path / "out")
    assert len(whole.records) == 6
    assert {Path(skipped.path).name for skipped in whole.skipped} == {"000.png", "005.png"}
    # Handed on without the rest of the export it tells so all the same.
    (tmp_path / "out" / "images").rename(tmp_path / "alone")
    alone = read_dataset(tmp_path / "alone")
    assert Counter(record.label for record in alone.records) == {"cat": 3, "dog": 3}
    assert [str(skipped.reason) for skipped in alone.skipped] == ["excluded when this was exported"]


@pytest.mark.parametrize("name", TELLS)
def test_an_image_without_a_label_that_was_set_aside_comes_back_so(
    tmp_path: Path, name: str
) -> None:
    project = make(tmp_path / "in", [(label, "") for label in ("cat", "dog", "") for _ in range(3)])
    with Session.open(project, reviewer="ann") as session:
        session.exclude(np.array([0, 7]))
    export(project, tmp_path / "out", format=name, excluded=True, unlabelled=True)
    (tmp_path / "out" / "images").rename(tmp_path / "alone")
    alone = read_dataset(tmp_path / "alone")
    assert Counter(record.label for record in alone.records) == {"cat": 2, "dog": 3, "": 2}
    reasons = [str(skipped.reason) for skipped in alone.skipped]
    assert reasons == ["excluded when this was exported"] * 2


@pytest.mark.parametrize("name", ["coco", "datumaro"])
def test_groups_of_images_come_back_where_they_are_asked_for(
    project: Path, tmp_path: Path, name: str
) -> None:
    export(project, tmp_path / "out", format=name)
    listing = read_dataset(tmp_path / "out" / "images", group_column="group")
    assert Counter(record.group for record in listing.records)["large"] == 10


@pytest.mark.parametrize("status", ["excluded", "kept", "unsure"])
@pytest.mark.parametrize("name", ["t.csv", "t.jsonl"])
def test_a_status_in_a_table_of_others_leaves_nothing_out(
    tmp_path: Path, name: str, status: str
) -> None:
    rows = []
    for number in range(12):
        Image.new("RGB", (4, 4), (number, 0, 0)).save(tmp_path / f"{number}.png")
        rows.append({"path": f"{number}.png", "label": "ab"[number % 2], "status": status})
    lines = [json.dumps(row) for row in rows]
    if name == "t.csv":
        lines = ["path,label,status", *(",".join(row.values()) for row in rows)]
    (tmp_path / name).write_text("\n".join(lines), encoding="utf-8")
    assert len(read_dataset(tmp_path / name).records) == 12


@pytest.mark.parametrize("name", ["csv", "jsonl", "webdataset", "coco", "datumaro", "label-studio"])
def test_the_status_of_what_was_set_aside_is_told(
    reviewed: Path, tmp_path: Path, name: str
) -> None:
    export(reviewed, tmp_path / "out", format=name, excluded=True)
    files = [f for f in (tmp_path / "out" / "images").rglob("*") if f.suffix != ".png"]
    assert any(b"excluded" in f.read_bytes() for f in files if f.is_file())


def test_a_format_without_statuses_refuses_what_was_set_aside(
    reviewed: Path, tmp_path: Path
) -> None:
    with pytest.raises(UserError, match="set aside") as caught:
        export(reviewed, tmp_path / "out", excluded=True)
    assert caught.value.code == "no_status" and not (tmp_path / "out").exists()


def test_the_command_says_what_it_wrote(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["export", str(project), str(tmp_path / "out"), "--split", PARTS, "--json"]
    assert main([*command, "--accept-unjudged"]) == 0
    out, err = capsys.readouterr()
    parts = json.loads(out)["splits"]
    said = ", ".join(f"{name} {told['images']}" for name, told in parts.items())
    assert f"Splits: {said}." in err
    assert "has no image of 1 of 3 classes (`owl`)" in err
    with pytest.raises(SystemExit):
        main(["export", str(project), str(tmp_path / "b"), "--split", "train=.5"])
    assert "add up to" in capsys.readouterr().err
