"""A project that was made on Windows or macOS, opened here: what it keeps of paths is theirs."""

import csv
import json
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.__main__ import main
from lnl_gui.store.project import open_project
from tests.conftest import draw_image

CLASSES = ("Café", "straße", "Übung")
Rewrite = Callable[[str], str]


def dataset(place: Path) -> Path:
    """Class folders with accents, and a table of the same images beside them."""
    root = place / "bilder"
    rows = []
    for kind, name in enumerate(CLASSES):
        (root / name).mkdir(parents=True)
        for number in range(4):
            file = root / name / f"Häuschen {kind}{number}.png"
            draw_image(kind, 10 * kind + number, side=24).save(file)
            rows.append((file.relative_to(root).as_posix(), name))
    with (root / "labels.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows([("path", "label"), *rows])
    return root


def rewritten(project: Path, path: Rewrite, *, root: str, source: str, absolute: str = "") -> None:
    """Make a project say what one says that was made on another system.

    Args:
        project: its folder.
        path: what a path in it is there.
        root: folder of the dataset there.
        source: what was imported there.
        absolute: a folder that is no part of the dataset, from which the first images come.
    """
    with open_project(project) as opened, opened.transaction() as connection:
        rows = connection.execute("SELECT id, path FROM sample ORDER BY id").fetchall()
        for number, (identifier, before) in enumerate(rows):
            file = absolute + path(before).replace("/", "\\") if number < 2 and absolute else None
            values = (path(before), file, identifier)
            connection.execute("UPDATE sample SET path = ?, file = ? WHERE id = ?", values)
        kept = json.loads(
            connection.execute("SELECT value FROM meta WHERE key = 'import'").fetchone()[0]
        )
        kept["parameters"]["source"] = source
        kept["relative"] = {}
        values = {"root_absolute": root, "root_relative": "", "import": json.dumps(kept)}
        connection.executemany("INSERT OR REPLACE INTO meta VALUES (?, ?)", values.items())
    # Made from the database again.
    (project / "arrays" / "columns.npz").unlink()


def same(path: str) -> str:
    return path


def decomposed(path: str) -> str:
    """As HFS+ writes names, and tools that ran on it."""
    return unicodedata.normalize("NFD", path)


def upper(path: str) -> str:
    """As it may be written where case does not count."""
    return path.upper()


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    capsys.readouterr()
    code = main([*map(str, arguments), "--json"])
    return code, json.loads(capsys.readouterr().out)


@pytest.mark.parametrize(
    ("path", "root", "absolute"),
    [
        (same, "D:\\Daten\\bilder", ""),
        (same, "\\\\server\\Daten\\bilder", "E:\\Mehr\\"),
        (decomposed, "/Volumes/Daten/bilder", ""),
        (upper, "d:\\DATEN\\BILDER", ""),
    ],
    ids=["windows", "windows-elsewhere", "macos", "other-case"],
)
@pytest.mark.parametrize("table", [False, True], ids=["folders", "table"])
def test_it_is_opened_found_and_exported(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    path: Rewrite,
    root: str,
    absolute: str,
    table: bool,
) -> None:
    images, project = dataset(tmp_path), tmp_path / "elsewhere" / "p.lnl"
    given = images / "labels.csv" if table else images
    assert main(["import", str(given), "--project", str(project)]) == 0
    separator = "/" if root.startswith("/") else "\\"
    source = f"{root}{separator}labels.csv" if table else root
    rewritten(project, path, root=root, source=source, absolute=absolute)
    code, said = run(capsys, "info", project)
    assert code == 0 and said["samples"] == 12
    # Nothing is found by chance below the folder that the program was started in.
    code, said = run(capsys, "export", project, tmp_path / "none")
    assert code == 3 and said["error"] == "files_missing"
    code, said = run(capsys, "relocate", project, "--image-root", images)
    assert code == 0 and (said["found"], said["missing"], said["different"]) == (12, 0, 0)
    out = tmp_path / "out"
    assert run(capsys, "export", project, out, "--accept-unjudged")[0] == 0
    with (out / "samples.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    found = {(row["path"], row["given_label"]) for row in rows}
    wanted = {
        (path(f.relative_to(images).as_posix()), f.parent.name) for f in images.glob("*/*.png")
    }
    assert {p for p, _ in found} == {p for p, _ in wanted}
    copies = sorted(file.read_bytes() for file in (out / "images").rglob("*.png"))
    assert copies == sorted(file.read_bytes() for file in images.glob("*/*.png"))
    # The dataset read again is the one that was imported there: nothing is new, nothing is gone.
    code, said = run(capsys, "update", project)
    assert code == 0 and (said["added"], said["missing"]) == (0, 0), said
