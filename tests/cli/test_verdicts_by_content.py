"""Verdicts on images that were never embedded are found by the content of their files."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset
from lnl_gui.dataset.pixels.facts import content_hash
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import EXCLUDED
from lnl_gui.store.jobs.parameters import ImportParameters
from tests.conftest import draw_image

COUNT = 6


@pytest.fixture
def data(tmp_path: Path) -> Path:
    for i in range(2 * COUNT):
        folder = tmp_path / "data" / "ab"[i % 2]
        folder.mkdir(parents=True, exist_ok=True)
        draw_image(i % 2, i).save(folder / f"{i:02d}.png")
    return tmp_path / "data"


def imported(data: Path, name: str) -> Path:
    project = data.parent / name
    import_dataset(ImportParameters(str(data), str(project)), quiet=True)
    return project


def renumber(data: Path) -> None:
    """Give each file the name of the next one."""
    files = sorted((data / "a").iterdir())
    contents = [file.read_bytes() for file in files]
    for file, content in zip(files, [contents[-1], *contents[:-1]], strict=True):
        file.write_bytes(content)


def as_embedded(project: Path) -> Path:
    """Know the contents, as an embedding does."""
    with Session.open(project, read_only=True) as session:
        files = [Path(str(session.images.file_of(row))) for row in range(len(session))]
    facts = np.zeros(len(files), [("content_hash", "S32")])
    facts["content_hash"] = [content_hash(file.read_bytes()).encode() for file in files]
    np.save(project / "arrays" / "facts.npy", facts)
    return project


def excluded(project: Path) -> set[bytes]:
    """Contents of the files of samples that are excluded."""
    with Session.open(project, read_only=True) as session:
        rows = np.flatnonzero(session.columns.status == EXCLUDED).tolist()
        return {Path(str(session.images.file_of(row))).read_bytes() for row in rows}


@pytest.mark.parametrize("way", ["journal", "pack"])
def test_verdicts_on_images_that_were_never_embedded_follow_the_picture(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], way: str
) -> None:
    there = imported(data, "there.lnl")
    with Session.open(there, reviewer="bob") as session:
        session.exclude(np.arange(2))
    wanted = excluded(there)
    file = tmp_path / "verdicts.jsonl"
    if way == "pack":
        pack = tmp_path / "p.lnlpack"
        assert main(["pack", str(there), str(pack), "--all"]) == 0
        there = tmp_path / "packed.lnl"
        assert main(["unpack", str(pack), "--project", str(there)]) == 0
    assert main(["review", str(there), "journal", "--journal", str(file)]) == 0
    renumber(data)
    here = as_embedded(imported(data, "here.lnl"))
    capsys.readouterr()
    assert main(["merge", str(here), str(file), "--json"]) == 0
    found = json.loads(capsys.readouterr().out)
    assert (found["moved"], found["by_name_alone"]) == (2, 0)
    assert excluded(here) == wanted


def test_where_contents_are_not_known_here_names_decide_and_that_is_said(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    there, here = imported(data, "there.lnl"), imported(data, "here.lnl")
    with Session.open(there, reviewer="bob") as session:
        session.exclude(np.arange(2))
        assert session.team.known_by_name() == 2
    assert main(["merge", str(here), str(there)]) == 0
    assert "found by their names alone" in capsys.readouterr().err
    with Session.open(as_embedded(there), read_only=True) as session:
        assert session.team.known_by_name() == 0
