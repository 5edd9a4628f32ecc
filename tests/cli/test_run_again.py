"""`lnl-gui run` given twice: what has not changed is not done again, what has is."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
from sklearn.datasets import load_digits

from lnl_gui.__main__ import main
from lnl_gui.dataset.digits import render_digit
from lnl_gui.session.session import Session
from tests.conftest import home_of_its_own
from tests.files import hashes

STAGES = ["embed", "detect", "finetune"]
ALL = ["import", *STAGES]


@pytest.fixture(scope="module")
def digits(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """16 pictures each of 0, 1 and 2; every tenth lies in the next class's folder."""
    folder = tmp_path_factory.mktemp("digits") / "images"
    found = load_digits()
    for digit in range(3):
        for number, row in enumerate(np.flatnonzero(found.target == digit)[:16].tolist()):
            label = digit if number % 10 else (digit + 1) % 3
            (folder / str(label)).mkdir(parents=True, exist_ok=True)
            render_digit(found.images[row]).save(folder / str(label) / f"{row:04d}.png")
    return folder


def test_only_what_changed_is_done_again(
    digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project, out = tmp_path / "p.lnl", tmp_path / "out"
    command = ["run", str(digits), "--project", str(project), "--encoder", "bundled-fast", "--json"]
    command += ["--detector", "neighbours"]

    def run(*more: str) -> tuple[dict[str, object], dict[str, str]]:
        assert main([*command, *more]) == 0
        with Session.open(project, read_only=True) as session:
            newest = {run.kind: run.id for run in session.runs.all()}
        return json.loads(capsys.readouterr().out.strip().splitlines()[-1]), newest

    first, made = run()
    assert first["reused"] == [] and set(made) == set(STAGES)
    second, again = run("--out", str(out), "--model-format", "none")
    assert second["reused"] == ALL and {kind: again[kind] for kind in STAGES} == made
    assert (out / "samples.csv").is_file()
    same = ("flagged", "noise_rate", "finetune")
    assert [second[name] for name in same] == [first[name] for name in same]

    with Session.open(project) as session:
        flagged = np.flatnonzero(session.columns.flagged)
        session.accept(flagged[:2])
    third, after = run()
    assert third["reused"] == ["import", "embed"]
    assert after["embed"] == made["embed"]
    assert after["detect"] != made["detect"] and after["finetune"] != made["finetune"]
    fourth, last = run("--again", "--finetune", "none")
    assert fourth["reused"] == [] and last["embed"] != made["embed"]


@pytest.fixture(scope="module")
def pristine(digits: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A dataset with its project and its export, all beside one another."""
    place = tmp_path_factory.mktemp("pristine")
    shutil.copytree(digits, place / "images")
    with home_of_its_own(tmp_path_factory):
        assert main(["run", *options(place)]) == 0
    return place


def options(place: Path) -> list[str]:
    """Of a quick run in a place of its own, images and all."""
    return [
        *(str(place / "images"), "--project", str(place / "p.lnl"), "--out", str(place / "out")),
        *("--encoder", "bundled-fast", "--detector", "neighbours", "--finetune", "none", "--json"),
        *("--images", "copy"),
    ]


def test_the_same_input_gives_the_same_bytes(
    pristine: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(pristine / "images", tmp_path / "images")
    assert main(["run", *options(tmp_path)]) == 0
    first, second = hashes(pristine / "out"), hashes(tmp_path / "out")
    assert first.keys() == second.keys()
    differ = {name for name, digest in first.items() if second[name] != digest}
    # What the module's text names, and the list of checksums, which names those.
    assert differ <= {"manifest.json", "report.html", "files.sha256"}
    assert "samples.csv" in first and sum(name.endswith(".png") for name in first) == 48


def test_an_export_is_made_again_only_where_something_changed(
    pristine: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command, out = ["run", *options(pristine)], pristine / "out"

    def run() -> tuple[int, dict[str, object]]:
        code = main(command)
        return code, json.loads(capsys.readouterr().out.strip().splitlines()[-1])

    before = hashes(out)
    code, summary = run()
    assert code == 0 and summary["reused"] == ["import", "embed", "detect", "export"]
    assert hashes(out) == before
    (out / "samples.csv").unlink()
    code, summary = run()
    # What has gone is made again, the earlier export being ours and untouched else.
    assert code == 0 and summary["reused"] == ["import", "embed", "detect"]
    assert hashes(out)["samples.csv"] == before["samples.csv"]
    with Session.open(pristine / "p.lnl") as session:
        session.exclude(np.array([0]))
    code, summary = run()
    assert code == 0 and summary["reused"] == ["import", "embed"]
    assert hashes(out).keys() < before.keys()
    # What somebody added is theirs, and is not deleted for a newer export.
    (out / "mine.txt").write_text("mine")
    with Session.open(pristine / "p.lnl") as session:
        session.undo()
    code, summary = run()
    assert code == 3 and summary["error"] == "occupied"
    assert (out / "mine.txt").is_file()
    (out / "mine.txt").unlink()


def test_a_changed_dataset_is_read_again_and_another_one_refused(
    digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(digits, tmp_path / "images")
    command = ["run", *options(tmp_path)[:-2]]
    assert main(command) == 0
    first = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    picture = load_digits().images[9]
    render_digit(picture).save(tmp_path / "images" / "0" / "new.png")
    assert main(command) == 0
    heard = capsys.readouterr()
    second = json.loads(heard.out.strip().splitlines()[-1])
    assert second["reused"] == [] and second["samples"] == first["samples"] + 1
    # Only what is new is embedded.
    assert f"Reused {first['samples']} images" in heard.err
    assert main(command) == 0
    third = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
    assert third["reused"] == ["import", "embed", "detect", "export"]
    command[1] = str(digits)
    assert main(command) == 3
    assert json.loads(capsys.readouterr().out)["error"] == "other_dataset"


def test_images_that_vanished_stop_a_run_unless_it_is_meant(
    digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copytree(digits, tmp_path / "images")
    command = ["run", *options(tmp_path)]
    assert main(command) == 0
    before = hashes(tmp_path / "out")
    lost = sorted((tmp_path / "images" / "0").iterdir())[:2]
    for file in lost:
        file.unlink()
    for again in ((), ("--again",)):
        assert main([*command, *again]) == 3
        out, err = capsys.readouterr()
        assert json.loads(out.strip().splitlines()[-1])["error"] == "files_missing"
        assert f"2 of 48 images are missing, such as `{lost[0]}`" in err and "--partial" in err
    # Nothing was taken over.
    assert hashes(tmp_path / "out") == before
    with Session.open(tmp_path / "p.lnl", read_only=True) as session:
        assert session.counts().samples == 48 and not session.columns.missing.any()
    assert main([*command, "--partial"]) == 0
    # It is said once.
    assert main(command) == 0
    capsys.readouterr()


def test_a_table_that_was_cut_short_stops_a_run_with_its_own_option(
    digits: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table, project = tmp_path / "labels.csv", tmp_path / "p.lnl"
    rows = [f"{file},{file.parent.name}" for file in sorted(digits.rglob("*.png"))]
    table.write_text("\n".join(["path,label", *rows]))
    assert main(["import", str(table), "--project", str(project)]) == 0
    table.write_text("\n".join(["path,label", *rows[::2]]))
    capsys.readouterr()
    assert main(["run", str(table), "--project", str(project), "--json"]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out.strip().splitlines()[-1])["error"] == "most_missing"
    assert "no longer lists them" in err and "--partial" in err


@pytest.mark.parametrize(
    ("extra", "error"),
    [
        ((), "occupied"),
        (("--images", "none"), "occupied"),
        (("--images", "none", "--format", "npz"), "images_inside"),
        (("--format", "cvat", "--excluded"), "no_status"),
        (("--out", "beside/file.txt/out"), "os_error"),
    ],
)
def test_an_export_that_cannot_be_is_refused_before_the_work(
    digits: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    extra: tuple[str, ...],
    error: str,
) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("out/samples.csv", "beside/file.txt"):
        (tmp_path / name).parent.mkdir()
        (tmp_path / name).write_text("mine")
    place = [str(digits), *options(tmp_path)[1:]]
    assert main(["run", *place, *extra]) == 3
    out, err = capsys.readouterr()
    assert json.loads(out.strip().splitlines()[-1])["error"] == error
    with Session.open(tmp_path / "p.lnl", read_only=True) as session:
        assert session.runs.all() == []
    # The export by itself says the same.
    assert main(["export", str(tmp_path / "p.lnl"), *export_options(tmp_path, extra)]) == 3
    assert capsys.readouterr().err.strip().splitlines()[-1] in err
    assert (tmp_path / "out" / "samples.csv").read_text() == "mine"


def export_options(place: Path, extra: tuple[str, ...]) -> list[str]:
    """Those of an export by itself, whose folder is no option."""
    out = str(place / "out") if "--out" not in extra else extra[1]
    return [out, *(() if "--out" in extra else extra)]
