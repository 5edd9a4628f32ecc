"""What a replayed journal and a merge decide on in places that random histories seldom reach."""

import json
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.column_cache import load_fixed
from lnl_gui.store.dataset.samples import EXCLUDED, UNSURE, insert_dataset
from lnl_gui.store.history.journal_file import VERSION, replay_journal, write_journal
from lnl_gui.store.history.merge import merge
from lnl_gui.store.project import create_project, open_project
from lnl_gui.util.errors import UserError
from tests.builders import make_project


def with_hashes(folder: Path, hashes: list[bytes]) -> Path:
    facts = np.zeros(len(hashes), [("content_hash", "S32")])
    facts["content_hash"] = hashes
    np.save(folder / "arrays" / "facts.npy", facts)
    return folder


def test_the_first_sample_is_found_by_content_too(tmp_path: Path) -> None:
    names = [bytes([65 + i]) * 32 for i in range(4)]
    old = with_hashes(make_project(tmp_path / "old.lnl", count=4, paths=list("abcd")), names)
    new = with_hashes(make_project(tmp_path / "new.lnl", count=4, paths=list("wxyz")), names)
    with Session.open(old) as session:
        session.exclude(np.arange(4))
        write_journal(session.project, tmp_path / "journal.jsonl")
    with open_project(new) as project:
        report = replay_journal(project, tmp_path / "journal.jsonl")
    assert (report.moved, report.missing) == (4, [])
    with Session.open(new) as session:
        assert session.columns.status.tolist() == [EXCLUDED] * 4


@pytest.mark.parametrize(
    ("version", "refused"), [(1, False), (None, False), (VERSION, False), (VERSION + 1, True)]
)
def test_a_journal_of_a_newer_version_is_refused(
    tmp_path: Path, version: int | None, refused: bool
) -> None:
    folder = make_project(tmp_path / "p.lnl", count=4)
    header = {"format": "lnl-journal", "version": version}
    if version is None:
        del header["version"]
    (tmp_path / "j.jsonl").write_text(json.dumps(header), encoding="utf-8")
    with open_project(folder) as project:
        if refused:
            with pytest.raises(UserError, match="newer LNL"):
                replay_journal(project, tmp_path / "j.jsonl")
        else:
            assert replay_journal(project, tmp_path / "j.jsonl").imported.operations == 0


Act = Callable[[Session, np.ndarray], object]
ACTS: dict[str, Act] = {
    "exclude": lambda session, rows: session.exclude(rows),
    "unsure": lambda session, rows: session.unsure(rows),
    "keep": lambda session, rows: session.keep(rows),
    "relabel": lambda session, rows: session.relabel(rows, 2),
    "relabel as given": lambda session, rows: session.relabel(rows, 0),
}


@pytest.mark.parametrize("here", ACTS)
@pytest.mark.parametrize("there", ACTS)
def test_two_reviewers_conflict_where_they_want_different_things(
    tmp_path: Path, here: str, there: str
) -> None:
    folder = make_project(tmp_path / "here.lnl", count=4)
    other = Path(shutil.copytree(folder, tmp_path / "there.lnl"))
    for project, reviewer, act in ((folder, "ann", here), (other, "bob", there)):
        with Session.open(project, reviewer=reviewer) as session:
            ACTS[act](session, np.array([0]))
    with open_project(folder) as project:
        report = merge(project, other)
    # Sample 0 is given as class 0: keeping it and relabelling it so are the same.
    wants = {"keep": "label 0", "relabel as given": "label 0"}
    differ = wants.get(here, here) != wants.get(there, there)
    assert [conflict.row for conflict in report.conflicts] == ([0] if differ else [])
    if here == "exclude" and there == "unsure":
        assert report.conflicts[0].here[1] == EXCLUDED
        assert report.conflicts[0].other[1] == UNSURE


def test_files_elsewhere_are_read_from_the_database_and_from_the_cache(tmp_path: Path) -> None:
    with create_project(tmp_path / "p.lnl", root=tmp_path, reader="tables") as project:
        insert_dataset(
            project,
            class_names=["x"],
            split_names=[""],
            samples=[(0, "a", 0, 0, "images/0.png"), (1, "b", 0, 0, None)],
            skipped=[],
        )
    for _ in range(2):
        with open_project(tmp_path / "p.lnl", read_only=True) as project:
            fixed = load_fixed(project)
            assert (list(fixed.paths), list(fixed.files)) == (["a", "b"], ["images/0.png", "b"])
        (tmp_path / "p.lnl" / "arrays" / "columns.npz").unlink(missing_ok=True)
