"""Copies of one image that share a wrong label are found by the command line as others are."""

import csv
import json
from pathlib import Path

import pytest
from PIL import Image, ImageEnhance, ImageOps

from lnl_gui.__main__ import main
from tests.conftest import draw_image
from tests.detect.few_repetitions import few_repetitions

# One repetition finds the copies, and among 48 drawings no label that is wrong.
__all__ = ["few_repetitions"]

NAMES = ("square", "circle", "stripes")


@pytest.fixture
def dataset(tmp_path: Path) -> Path:
    """Three classes; the label of one image is wrong, and of its three changed copies too."""
    folder = tmp_path / "shapes"
    for kind, name in enumerate(NAMES):
        (folder / name).mkdir(parents=True)
        for i in range(16):
            draw_image(kind, 100 * kind + i).save(folder / name / f"{name}-{i:02d}.png")
    wrong = draw_image(1, 777).convert("RGB")
    copies = {
        "first": wrong,
        "mirrored": ImageOps.mirror(wrong),
        "darker": ImageEnhance.Brightness(wrong).enhance(0.8),
        "turned": wrong.transpose(Image.Transpose.ROTATE_90),
    }
    for name, image in copies.items():
        image.save(folder / "stripes" / f"wrong-{name}.png")
    return folder


def test_a_wrong_label_is_flagged_on_all_copies(dataset: Path, tmp_path: Path) -> None:
    out = tmp_path / "out"
    command = ["run", str(dataset), "--project", str(tmp_path / "p.lnl"), "--out", str(out)]
    # Training, which changes no score, is most of a run.
    assert main([*command, "--encoder", "bundled-fast", "--finetune", "none"]) == 0
    with (out / "samples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    wrong = [row for row in rows if "wrong" in row["path"]]
    assert [row["flagged"] for row in wrong] == ["1"] * 4
    assert {row["suggested_label"] for row in wrong} == {"circle"}
    assert sum(row["flagged"] == "1" for row in rows) <= 6


def test_a_group_column_is_offered_by_the_preview_and_read_by_the_import(
    dataset: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = ["path,label,patient_id"]
    for name in NAMES:
        lines += [f"{name}/{name}-{i:02d}.png,{name},p{i % 5}" for i in range(16)]
    (dataset / "labels.csv").write_text("\n".join(lines))
    table = str(dataset / "labels.csv")
    assert main(["import", table, "--preview", "--json"]) == 0
    found = json.loads(capsys.readouterr().out.splitlines()[-1])
    assert found["columns"]["group_candidates"] == {"patient_id": 5}
    assert "--group-column patient_id" in {other["option"] for other in found["others"]}
    project = str(tmp_path / "g.lnl")
    command = ["import", table, "--project", project, "--group-column", "patient_id", "--json"]
    assert main(command) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["groups"] == 5
