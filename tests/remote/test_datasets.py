"""Datasets at URLs: read by the readers of folders, imported, kept up to date, exported."""

import csv
import io
import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.containers.location import Member, url_of
from lnl_gui.dataset.listing import Listing
from lnl_gui.dataset.readers import read_dataset
from lnl_gui.pipeline.datasets.preview_dataset import preview
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.projects import projects_of
from lnl_gui.store.jobs.parameters import ImportParameters
from lnl_gui.util.errors import UserError
from lnl_gui.util.paths import cache_folder
from tests.remote.conftest import FaultyStore, picture

SOURCE = "gs://bucket/flowers"


@pytest.fixture
def flowers(store: FaultyStore) -> FaultyStore:
    """Two classes of four."""
    for number in range(8):
        name = ("rose", "tulip")[number % 2]
        store.pipe_file(f"bucket/flowers/{name}/{number}.png", picture(number))
    store.asked.clear()
    return store


def read(source: str, **options: object) -> Listing:
    return read_dataset(Path(source), **options)  # type: ignore[arg-type]


def labels(listing: Listing) -> dict[str | None, str]:
    return {url_of(record.file): record.label for record in listing.records}


WANTED = {
    f"{SOURCE}/{('rose', 'tulip')[n % 2]}/{n}.png": ("rose", "tulip")[n % 2] for n in range(8)
}


def test_class_folders(flowers: FaultyStore) -> None:
    flowers.pipe_file("bucket/flowers/readme.md", b"x")
    flowers.pipe_file("bucket/flowers/all.tar", b"x")
    flowers.pipe_file("bucket/flowersX/rose/9.png", b"x")
    listing = read(SOURCE)
    assert listing.reader == "class-folders" and labels(listing) == WANTED
    assert listing.records[0].path == "rose/0.png"
    assert f"8 images of 0.0 MB lie at `{SOURCE}`" in str(listing.reading.why)
    said = " ".join(map(str, listing.warnings))
    assert "may hold images inside and are not read at a URL: 1 (.tar)" in said
    # Only names were asked for, and nothing of them stays.
    assert not any(name.startswith("get") for name in flowers.asked)
    assert not list((cache_folder() / "remote" / "layouts").iterdir())


def test_names_that_are_no_files_here(flowers: FaultyStore) -> None:
    flowers.pipe_file("bucket/flowers/rose/../x.png", b"x")
    flowers.pipe_file(f"bucket/flowers/rose/{'x' * 300}.png", b"x")
    listing = read(SOURCE)
    assert labels(listing) == WANTED
    assert {str(entry.reason) for entry in listing.skipped} == {"its name can be no file's here"}


def table(rows: list[tuple[str, str]], columns: str = "path,label") -> bytes:
    return "\n".join([columns, *(f"{path},{label}" for path, label in rows)]).encode()


def test_a_table_at_a_url_and_a_folder_with_one(flowers: FaultyStore) -> None:
    rows = [(f"{('rose', 'tulip')[n % 2]}/{n}.png", "ab"[n % 2]) for n in range(6)]
    # A cell that is a URL means that object, whatever lies here under the same name.
    rows.append(("gs://other/rose/6.png", "a"))
    flowers.pipe_file("bucket/flowers/labels.csv", table(rows))
    wanted = {f"{SOURCE}/{path}": label for path, label in rows[:6]}
    wanted["gs://other/rose/6.png"] = "a"
    assert labels(read(f"{SOURCE}/labels.csv")) == wanted


def test_a_coco_file(flowers: FaultyStore) -> None:
    coco = {
        "images": [{"id": n, "file_name": f"{('rose', 'tulip')[n % 2]}/{n}.png"} for n in range(8)],
        "annotations": [{"id": n, "image_id": n, "category_id": n % 2} for n in range(8)],
        "categories": [{"id": 0, "name": "rose"}, {"id": 1, "name": "tulip"}],
    }
    flowers.pipe_file("bucket/flowers/labels.json", json.dumps(coco).encode())
    assert labels(read(f"{SOURCE}/labels.json")) == WANTED


def test_a_table_here_with_urls(flowers: FaultyStore, tmp_path: Path) -> None:
    rows = [*WANTED.items(), ("https://h/a.png?X-Amz-Signature=SECRET", "rose"), ("x.png", "rose")]
    (tmp_path / "t.csv").write_bytes(table(rows))
    listing = read(str(tmp_path / "t.csv"))
    assert labels(listing) == WANTED
    assert "Images that are read from their web addresses: 8." in map(str, listing.warnings)
    assert [str(entry.reason) for entry in listing.skipped] == [
        "a web address that is not read: it is signed or holds a key, which would be written down",
        "file not found",
    ]


def test_of_downloaded_images_the_files_are_read(tmp_path: Path) -> None:
    for number in range(3):
        (tmp_path / "img").mkdir(exist_ok=True)
        (tmp_path / "img" / f"{number}.png").write_bytes(picture(number))
    rows = [(f"https://h/img/{n}.png", "ab"[n % 2]) for n in range(4)]
    (tmp_path / "t.csv").write_bytes(table(rows))
    listing = read(str(tmp_path / "t.csv"))
    assert [record.file for record in listing.records] == [
        tmp_path / "img" / f"{n}.png" for n in range(3)
    ]
    assert "a web address: download the images first" in [str(s.reason) for s in listing.skipped]


@pytest.mark.parametrize(
    ("source", "words"),
    [
        ("gs://bucket/nothing", "`gs://bucket/nothing` does not exist"),
        ("gs://me:SECRET@bucket/flowers", "a user's name or password"),
        ("https://h/t.csv?X-Goog-Signature=SECRET", "signed or holds a key"),
        ("http://example.org/t.csv", "use https"),
    ],
)
def test_what_cannot_be_read_is_said(flowers: FaultyStore, source: str, words: str) -> None:
    with pytest.raises(UserError, match=words) as caught:
        read(source)
    assert "SECRET" not in str(caught.value)


def test_errors_name_the_url_and_not_the_cache(flowers: FaultyStore) -> None:
    flowers.pipe_file("bucket/flat/1.png", b"x")
    with pytest.raises(UserError, match="gs://bucket/flat") as caught:
        read("gs://bucket/flat")
    assert "layouts" not in str(caught.value)


def test_the_preview(flowers: FaultyStore) -> None:
    found = preview(ImportParameters(SOURCE, ""))
    assert found.is_readable and found.source == SOURCE and found.others_are_known
    assert [(c.name, c.images) for c in found.classes] == [("rose", 4), ("tulip", 4)]
    assert found.classes[0].examples[0].endswith(f"//remote:{SOURCE}/rose/0.png")
    assert "8 images" in str(found.why)


# Projects


def lnl(*words: object) -> int:
    return main([str(word) for word in words])


def imported(tmp_path: Path) -> Path:
    project = tmp_path / "p.lnl"
    assert lnl("import", SOURCE, "--project", project) == 0
    return project


def embed(project: Path) -> None:
    assert lnl("embed", project, "--encoder", "bundled-fast") == 0


def test_a_project_of_a_url(
    flowers: FaultyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = imported(tmp_path)
    embed(project)
    assert flowers.asked["get bucket/flowers/rose/0.png"] == 1
    snapshot = take_snapshot(project)
    assert {url_of(file) for file in snapshot.files()} == set(WANTED)
    assert (
        not snapshot.samples.unreadable.any() if hasattr(snapshot.samples, "unreadable") else True
    )
    # Moved as a whole it still knows.
    moved = project.rename(tmp_path / "q.lnl")
    assert {url_of(file) for file in take_snapshot(moved).files()} == set(WANTED)
    monkeypatch.chdir(tmp_path)
    assert projects_of(Path(SOURCE)) == [moved]
    assert lnl("check", moved) == 0
    assert lnl("import", SOURCE) != 0, "it has a project already"


def test_updates(flowers: FaultyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project = imported(tmp_path)
    embed(project)

    def update() -> dict[str, object]:
        capsys.readouterr()
        assert lnl("update", project, "--json") == 0
        found: dict[str, object] = json.loads(capsys.readouterr().out.strip().splitlines()[-1])
        return found

    same = update()
    assert [same[name] for name in ("added", "missing", "content_changed", "moved")] == [0] * 4
    flowers.rm_file("bucket/flowers/rose/0.png")
    flowers.pipe_file("bucket/flowers/tulip/1.png", picture(100))
    flowers.pipe_file("bucket/flowers/tulip/9.png", picture(9))
    flowers.mv("bucket/flowers/rose/2.png", "bucket/flowers/rose/22.png")
    found = update()
    assert [found[name] for name in ("added", "missing", "content_changed", "moved")] == [1] * 4


def test_vanished_images_are_counted(
    flowers: FaultyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = imported(tmp_path)
    for number in (0, 2):
        flowers.rm_file(f"bucket/flowers/rose/{number}.png")
    # What a store said within five minutes is taken for true: they turn out missing on reading.
    assert lnl("embed", project, "--encoder", "bundled-fast") == 3
    assert lnl("embed", project, "--encoder", "bundled-fast", "--partial") == 0
    snapshot = take_snapshot(project)
    assert int((~snapshot.samples.readable).sum()) == 2
    assert int(snapshot.missing.sum()) in (0, 2)


def test_no_secret_in_a_project(
    flowers: FaultyStore, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secret = "wJalrXUtnFEMIsecret"
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", secret)
    rows = [*WANTED.items(), (f"https://h/a.png?sig={secret}", "rose")]
    (tmp_path / "t.csv").write_bytes(table(rows))
    project = tmp_path / "p.lnl"
    # Images that were downloaded, under the signed addresses that an annotation tool exports.
    (tmp_path / "here" / "img").mkdir(parents=True)
    signed = []
    for number in range(12):
        (tmp_path / "here" / "img" / f"{number}.png").write_bytes(picture(number))
        signed.append((f"https://h/img/{number}.png?sig={secret}", "ab"[number % 2]))
    (tmp_path / "here" / "t.csv").write_bytes(table(signed))
    assert lnl("import", tmp_path / "here", "--project", tmp_path / "here.lnl") == 0
    assert lnl("import", tmp_path / "t.csv", "--project", project) == 0
    assert lnl("import", f"gs://me:{secret}@bucket/flowers", "--project", tmp_path / "q.lnl") != 0
    embed(project)
    # What was skipped is listed as the table names it, and only there.
    table_text = (tmp_path / "t.csv").read_bytes()
    assert secret.encode() in table_text
    holding = [
        file.name
        for place in (project, tmp_path / "here.lnl", cache_folder())
        for file in place.rglob("*")
        if file.is_file() and secret.encode() in file.read_bytes()
    ]
    assert holding == []
    assert not (tmp_path / "q.lnl").exists()


def test_export_to_a_url_and_back(
    flowers: FaultyStore, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = imported(tmp_path)
    embed(project)
    before = {path: flowers.cat_file(path) for path in flowers.find("bucket/flowers")}
    copied = ("gs://bucket/out", "--images", "copy", "--accept-unjudged")
    assert lnl("export", project, *copied) == 0
    assert "8 images -> gs://bucket/out" in capsys.readouterr().err
    names = {path.removeprefix("/bucket/out/") for path in flowers.find("bucket/out")}
    assert {"manifest.json", "samples.csv", "images/rose/0.png"} <= names
    assert flowers.cat_file("bucket/out/images/rose/0.png") == picture(0)
    manifest = json.loads(flowers.cat_file("bucket/out/manifest.json"))
    assert manifest["exported"] == 8
    rows = list(
        csv.DictReader(io.StringIO(flowers.cat_file("bucket/out/samples.csv").decode("utf-8-sig")))
    )
    assert {row["file"].partition("remote:")[2] for row in rows} == set(WANTED)
    # Nothing is overwritten, and the originals are as they were.
    assert lnl("export", project, "gs://bucket/out", "--images", "copy") != 0
    assert lnl("export", project, SOURCE, "--overwrite") != 0
    assert "already holds something" in capsys.readouterr().err
    assert {path: flowers.cat_file(path) for path in flowers.find("bucket/flowers")} == before
    again = read("gs://bucket/out")
    assert again.reader == "export" or len(again.records) == 8
    assert all(isinstance(record.file, Member) for record in again.records)
    assert len(np.unique([record.label for record in again.records])) == 2


def test_the_extra_is_named_where_it_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    import sys

    from lnl_gui.remote import stores

    monkeypatch.setitem(sys.modules, "s3fs", None)
    # Else a test before this one has left the class there.
    monkeypatch.delitem(sys.modules["fsspec.registry"]._registry, "s3", raising=False)
    stores._store.cache_clear()
    with pytest.raises(UserError, match=r"pip install 'lnl-gui\[remote\]'") as raised:
        read("s3://bucket/flowers")
    assert raised.value.code == "no_remote"
    assert str(raised.value.message) == "Reading s3:// needs what is not installed: s3fs."
