"""Verbs that write one file replace what they have written before, and nothing else."""

import errno
import json
import os
import shutil
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.exit_codes import MENDABLE
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.learn.bench.report import refuse_other_report
from lnl_gui.learn.bench.table import COLUMNS
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError

UNJUDGED = "--accept-unjudged"
VERBS = {
    "patch.jsonl": ["patch", "{project}", "{file}"],
    "report.html": ["report", "{project}", "{file}", UNJUDGED],
    "report.pdf": ["report", "{project}", "{file}", UNJUDGED],
    "journal.jsonl": ["review", "{project}", "journal", "--journal", "{file}"],
    "part.lnlpack": ["pack", "{project}", "{file}", "--all"],
    "lnl.log": ["info", "{project}", "--log-file", "{file}"],
}


def run(words: list[str], project: Path, file: Path, *more: str) -> int:
    return main([*(word.format(project=project, file=file) for word in words), *more])


@pytest.fixture
def project(class_folders: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "shapes.lnl"
    import_dataset(ImportParameters(str(class_folders), str(folder)), quiet=True)
    return folder


@pytest.mark.parametrize("name", VERBS)
def test_what_a_verb_wrote_is_replaced_and_a_file_of_the_dataset_is_not(
    project: Path,
    class_folders: Path,
    tmp_path: Path,
    name: str,
    capsys: pytest.CaptureFixture[str],
) -> None:
    for _ in range(2):
        assert run(VERBS[name], project, tmp_path / name) == 0
    written = (tmp_path / name).read_bytes()
    assert written
    others = [class_folders / "circle" / "circle-03.png", tmp_path / f"labels-{name}"]
    others[1].write_text("path,label\nx.png,cat\n")
    # What one verb wrote is a stranger to the others.
    for other in VERBS.keys() - {name}:
        if not other.startswith("report") or not name.startswith("report"):
            others.append(tmp_path / f"other-{other}")
            assert run(VERBS[other], project, others[-1]) == 0
    for other in others:
        named = other.with_suffix(Path(name).suffix) if "pack" in name else other
        if named != other:
            shutil.copy(other, named)
        before = named.read_bytes()
        capsys.readouterr()
        assert run(VERBS[name], project, named, "--json") == 3
        assert json.loads(capsys.readouterr().out.splitlines()[-1])["error"] == "occupied"
        assert named.read_bytes() == before
    # A file that was made to be filled is nobody's.
    (tmp_path / name).write_bytes(b"")
    assert run(VERBS[name], project, tmp_path / name) == 0


@pytest.mark.parametrize(
    ("name", "options", "beginning"),
    [
        ("r.docx", [], b""),
        ("r.html.gz", [], b""),
        ("R.HTM", [], b"<!DOCTYPE html>"),
        ("report", [], b"<!DOCTYPE html>"),
        ("r.out", ["--pdf"], b"%PDF"),
    ],
)
def test_a_report_is_what_its_name_says(
    project: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
    options: list[str],
    beginning: bytes,
) -> None:
    file = tmp_path / name
    assert main(["report", str(project), str(file), UNJUDGED, *options]) == (0 if beginning else 2)
    if beginning:
        assert file.read_bytes()[: len(beginning)].upper() == beginning.upper()
    else:
        assert not file.exists() and "NAME.html or NAME.pdf" in capsys.readouterr().err


def test_a_full_disk_is_no_fault_of_a_pdf(
    project: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def full(target: Path) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), str(target))

    monkeypatch.setattr("lnl_gui.cli.verbs.report.atomic_file", full)
    file = tmp_path / "report.pdf"
    assert main(["report", str(project), str(file), UNJUDGED]) == MENDABLE
    said = capsys.readouterr().err
    assert "is full" in said and str(file) in said and "HTML" not in said


def test_reports_of_earlier_versions_are_replaced(project: Path, tmp_path: Path) -> None:
    page = tmp_path / "report.html"
    assert main(["report", str(project), str(page), UNJUDGED]) == 0
    mark = '<meta name="generator" content="LNL">\n'
    text = page.read_text(encoding="utf-8")
    assert mark in text
    page.write_text(text.replace(mark, ""), encoding="utf-8")
    assert main(["report", str(project), str(page), UNJUDGED]) == 0


def test_the_link_of_a_dataset_whose_disk_is_away_is_not_replaced(
    project: Path, tmp_path: Path
) -> None:
    link = tmp_path / "x.png"
    try:
        link.symlink_to(tmp_path / "away" / "x.png")
    except OSError:
        pytest.skip("no links here")
    assert main(["patch", str(project), str(link)]) == 3
    assert link.is_symlink()


@pytest.mark.parametrize("option", ["--out", "--before-after"])
def test_a_projection_is_not_written_over_the_labels(
    project: Path, tmp_path: Path, option: str
) -> None:
    table = tmp_path / "labels.csv"
    table.write_text("path,label\n")
    assert main(["map", str(project), option, str(table)]) == 3
    assert table.read_text() == "path,label\n"


@pytest.mark.parametrize("suffix", ["csv", "md"])
def test_a_benchmark_replaces_its_own_tables_alone(tmp_path: Path, suffix: str) -> None:
    (tmp_path / f"learn.{suffix}").write_text("mine\n")
    with pytest.raises(UserError, match=f"learn.{suffix}"):
        refuse_other_report(tmp_path, "learn")
    (tmp_path / "learn.csv").write_text(",".join(COLUMNS) + "\n")
    refuse_other_report(tmp_path, "learn")
