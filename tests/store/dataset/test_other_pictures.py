"""Verdicts from elsewhere land on the picture that was judged, whatever its file is called here."""

import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.session import Session
from lnl_gui.store.dataset.other_pictures import ASK, LEAVE, OTHER_PICTURES, TAKE, find_pictures
from lnl_gui.store.dataset.samples import EXCLUDED, KEPT, RELABELLED, UNSEEN
from lnl_gui.store.history import audits
from lnl_gui.store.history.journal_file import replay_journal, write_journal
from lnl_gui.store.history.merge import merge
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.builders import make_project

TakeIn = Callable[[Path, Path, str], tuple[int, list[str]]]


def with_hashes(folder: Path, names: str) -> Path:
    """Give the samples contents, one letter each, "." for unknown."""
    facts = np.zeros(len(names), [("content_hash", "S32")])
    facts["content_hash"] = [b"" if name == "." else name.encode() * 32 for name in names]
    np.save(folder / "arrays" / "facts.npy", facts)
    return folder


def project_of(folder: Path, names: str, paths: str = "abcdef") -> Path:
    return with_hashes(make_project(folder, count=len(names), paths=list(paths)), names)


def merged(here: Path, there: Path, others: str) -> tuple[int, list[str]]:
    with open_project(here) as project:
        report = merge(project, there, others=others)
    return report.moved, list(report.others)


def replayed(here: Path, there: Path, others: str) -> tuple[int, list[str]]:
    file = there.with_suffix(".jsonl")
    with open_project(there, read_only=True) as project:
        write_journal(project, file)
    with open_project(here) as project:
        report = replay_journal(project, file, others=others)
    return report.moved, list(report.others)


def excluded(folder: Path) -> str:
    """Paths of the samples that are excluded."""
    with Session.open(folder, read_only=True) as session:
        rows = np.flatnonzero(session.columns.status == EXCLUDED)
        return "".join(session.path_of(row) for row in rows.tolist())


WAYS = pytest.mark.parametrize("take_in", [merged, replayed])


@WAYS
@pytest.mark.parametrize(
    ("there", "here", "moved", "landed"),
    [
        ("ABCDEF", "ABCDEF", 0, "ab"),
        # Each file has the next one's name.
        ("ABCDEF", "BCDEFA", 2, "af"),
        ("ABCDEF", "BACDEF", 2, "ab"),
        # Unknown on either side: by name.
        ("......", "BCDEFA", 0, "ab"),
        ("ABCDEF", "......", 0, "ab"),
        # Known in part: the content that is there says more than the name.
        ("ABCDEF", ".ABDEF", 2, "bc"),
        ("ABCDEF", "..CDAB", 2, "ef"),
        # Copies differ by their names, and each is where it was.
        ("AACDEF", "AACDEF", 0, "ab"),
        ("AACDEF", "A.CDEF", 0, "ab"),
    ],
)
def test_verdicts_follow_the_picture(
    tmp_path: Path, take_in: TakeIn, there: str, here: str, moved: int, landed: str
) -> None:
    other = project_of(tmp_path / "there.lnl", there)
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([0, 1]))
    mine = project_of(tmp_path / "here.lnl", here)
    assert take_in(mine, other, ASK) == (moved, [])
    assert excluded(mine) == landed


@WAYS
@pytest.mark.parametrize(
    ("there", "here", "foreign", "left"),
    [
        # Other pictures altogether, or the same ones saved anew.
        ("ABCDEF", "GHIJKL", "ab", ""),
        ("ABCDEF", "AHCDEF", "b", "a"),
        # Of this one nobody knows where it went.
        ("ABCDEF", ".ACDEF", "b", "b"),
        # In several places: content does not say in which.
        ("ABCDEF", "GBAADE", "a", "b"),
        # One of two copies is here under its name; the other one's name holds something else.
        ("AACDEF", "AGCDEF", "b", "a"),
        # What is known to lie here is another's picture.
        (".BCDEF", "BGCDEF", "a", "a"),
    ],
)
def test_other_pictures_are_asked_about(
    tmp_path: Path, take_in: TakeIn, there: str, here: str, foreign: str, left: str
) -> None:
    other = project_of(tmp_path / "there.lnl", there)
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([0, 1]))
    mine = project_of(tmp_path / "here.lnl", here)
    with pytest.raises(UserError, match="other pictures") as refusal:
        take_in(mine, other, ASK)
    assert refusal.value.code == OTHER_PICTURES
    assert excluded(mine) == ""
    copy = Path(shutil.copytree(mine, tmp_path / "copy.lnl"))
    assert take_in(mine, other, LEAVE)[1] == list(foreign)
    assert excluded(mine) == left
    assert take_in(copy, other, TAKE)[1] == list(foreign)
    assert set(foreign) <= set(excluded(copy))
    # What is known already is not asked about again.
    assert take_in(mine, other, ASK)[1] == []


@WAYS
def test_a_kept_label_that_is_not_the_given_one_here_is_a_change(
    tmp_path: Path, take_in: TakeIn
) -> None:
    other = project_of(tmp_path / "there.lnl", "ABCDEF")
    with Session.open(other, reviewer="bob") as session:
        session.keep(np.array([0]))
        session.relabel(np.array([1]), 0)
    mine = project_of(tmp_path / "here.lnl", "BADCEF")
    take_in(mine, other, ASK)
    with Session.open(mine, read_only=True) as session:
        assert session.columns.current[:2].tolist() == [0, 0]
        assert session.columns.status[:3].tolist() == [KEPT, RELABELLED, UNSEEN]


@pytest.mark.parametrize(
    ("here", "others", "rows"),
    [("BCDEFA", ASK, [5, 0]), ("GHCDEF", LEAVE, None), ("GHCDEF", TAKE, [0, 1])],
)
def test_an_audit_follows_its_pictures_or_stays_out(
    tmp_path: Path, here: str, others: str, rows: list[int] | None
) -> None:
    other = project_of(tmp_path / "there.lnl", "ABCDEF")
    with open_project(other) as project:
        audits.save_audit(
            project, np.array([0, 1]), reviewer="bob", seed=1, stratified=False, population=6
        )
    mine = project_of(tmp_path / "here.lnl", here)
    with open_project(mine) as project:
        assert merge(project, other, others=others).audits == int(rows is not None)
        assert [a.rows.tolist() for a in audits.load_audits(project)] == ([rows] if rows else [])


def test_a_hash_names_a_path_that_is_not_here() -> None:
    found = find_pictures([("x", b"A"), ("y", b"Z")], ["a", "b"], np.array([b"B", b"A"]))
    assert (found.rows, found.missing) == ({("x", b"A"): 1, ("y", b"Z"): -1}, {"y"})


def after_an_update(folder: Path, names: str, paths: str) -> Path:
    """Samples of a copy with the names that their pictures have since, and new ones after them."""
    with open_project(folder) as project, project.transaction() as connection:
        for row, path in enumerate(paths):
            connection.execute(
                "INSERT OR IGNORE INTO sample(id, path, given, split) VALUES (?, '', 0, 1)", (row,)
            )
            connection.execute("UPDATE sample SET path = ? WHERE id = ?", (path, row))
    (folder / "arrays" / "columns.npz").unlink(missing_ok=True)
    return with_hashes(folder, names)


@pytest.mark.parametrize(
    ("names", "paths", "landed", "moved", "by_name"),
    [
        # Renumbered: each file has the name of the next.
        ("ABCDEF", "bcdefa", "bc", 2, 0),
        # One more than there is in the other copy.
        ("ABCDEFG", "abcdefg", "ab", 0, 0),
        ("ABCDEFG", "xyzuvwa", "xy", 2, 0),
        # Of two copies each sample stays its own.
        ("AACDEF", "ghcdef", "gh", 2, 0),
        # Never embedded: there are only names.
        ("......", "abcdef", "ab", 0, 2),
    ],
)
def test_a_copy_is_merged_whatever_its_files_are_called_here(
    tmp_path: Path, names: str, paths: str, landed: str, moved: int, by_name: int
) -> None:
    before = "AACDEF" if names.startswith("AA") else names[:6]
    other = project_of(tmp_path / "there.lnl", before)
    mine = Path(shutil.copytree(other, tmp_path / "here.lnl"))
    after_an_update(mine, names, paths)
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([0, 1]))
    with open_project(mine) as project:
        report = merge(project, other)
    assert (excluded(mine), report.missing) == (landed, ())
    assert (report.moved, report.by_name) == (moved, by_name)


def test_a_picture_that_a_copy_does_not_have_is_said(tmp_path: Path) -> None:
    mine = project_of(tmp_path / "here.lnl", "ABCDEF")
    other = Path(shutil.copytree(mine, tmp_path / "there.lnl"))
    after_an_update(other, "ABCDEFG", "abcdefx")
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([1, 6]))
    with open_project(mine) as project:
        report = merge(project, other)
    assert (excluded(mine), report.missing) == ("b", ("x",))


@pytest.mark.parametrize(
    ("there", "paths", "is_one"),
    [
        # The same images with other labels, with the same ones; others; a few; nothing known.
        ("BCAEFD", "uvwxyz", False),
        ("ABCDEF", "uvwxyz", True),
        ("GHIJKL", "uvwxyz", False),
        ("ABGHIJ", "uvwxyz", False),
        ("......", "uvwxyz", False),
    ],
)
def test_imports_of_the_same_images_and_labels_are_merged_by_content(
    tmp_path: Path, there: str, paths: str, *, is_one: bool
) -> None:
    mine = project_of(tmp_path / "here.lnl", "ABCDEF")
    other = project_of(tmp_path / "there.lnl", there, paths)
    with Session.open(other, reviewer="bob") as session:
        session.exclude(np.array([0, 1]))
    with open_project(mine) as project:
        if not is_one:
            with pytest.raises(UserError, match="another dataset"):
                merge(project, other)
        else:
            assert merge(project, other).moved == 2
    assert excluded(mine) == ("ab" if is_one else "")
