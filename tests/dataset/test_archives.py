"""Archives of datasets are unpacked safely, once, and read as what they hold."""

import bz2
import gzip
import io
import json
import lzma
import os
import tarfile
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.containers.read import close_containers
from lnl_gui.dataset.archives import unpack as unpack_module
from lnl_gui.dataset.archives.kinds import archive_kind
from lnl_gui.dataset.archives.members import safe_parts
from lnl_gui.dataset.readers.read import read_dataset
from lnl_gui.store.project import default_name
from lnl_gui.util.errors import Cancelled, UserError
from tests.dataset.array_images import drawings, labels, pixels
from tests.dataset.readers.test_handed_out import cifar10, mnist

Files = dict[str, bytes]


@pytest.fixture(autouse=True)
def _closed() -> Iterator[None]:
    yield
    close_containers()


def png(number: int) -> bytes:
    stream = io.BytesIO()
    Image.fromarray(np.full((4, 4), number, np.uint8)).save(stream, "PNG")
    return stream.getvalue()


def class_files(top: str = "") -> Files:
    return {f"{top}{c}/{n}.png": png(10 * n) for c in ("cat", "dog") for n in range(3)}


def as_zip(file: Path, files: Files, method: int = zipfile.ZIP_DEFLATED) -> None:
    with zipfile.ZipFile(file, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(name, data)


def as_tar(file: Path, files: Files, mode: str = "w", form: int = tarfile.PAX_FORMAT) -> None:
    with tarfile.open(file, mode, format=form) as archive:  # type: ignore[call-overload]
        for name, data in files.items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))


WRITERS: dict[str, Callable[[Path, Files], None]] = {
    "pets.zip": as_zip,
    "pets.tar": as_tar,
    "pets.tar.gz": lambda file, files: as_tar(file, files, "w:gz"),
    "pets.tgz": lambda file, files: as_tar(file, files, "w:gz"),
    "pets.tar.bz2": lambda file, files: as_tar(file, files, "w:bz2"),
    "pets.tar.xz": lambda file, files: as_tar(file, files, "w:xz"),
    "pets": as_zip,
    "pets.v2.tar": lambda file, files: as_tar(file, files, form=tarfile.USTAR_FORMAT),
}


@pytest.mark.parametrize("name", WRITERS)
@pytest.mark.parametrize("top", ["", "pets/", "./", "a/b/"])
def test_class_folders(tmp_path: Path, name: str, top: str) -> None:
    WRITERS[name](tmp_path / name, class_files(top))
    listing = read_dataset(tmp_path / name)
    assert listing.class_names == ["cat", "dog"]
    assert len(listing.records) == 6
    assert [r.file.read_bytes() for r in listing.records][:2] == [png(0), png(10)]  # type: ignore[union-attr]
    assert listing.unpacked_from == tmp_path / name
    assert any(".unpacked" in str(warning) for warning in listing.warnings)


def test_the_same_archive_is_unpacked_once_and_another_beside_it(tmp_path: Path) -> None:
    archive = tmp_path / "pets.zip"
    as_zip(archive, class_files())
    first = read_dataset(archive)
    assert first.root == tmp_path / "pets.unpacked"
    image = first.root / "cat/0.png"
    before = image.stat().st_ino
    assert read_dataset(archive).root == first.root
    assert image.stat().st_ino == before
    as_zip(archive, class_files() | {"emu/1.png": png(1)})
    again = read_dataset(archive)
    assert again.root == tmp_path / "pets 2.unpacked"
    assert again.class_names == ["cat", "dog", "emu"]
    assert len(read_dataset(tmp_path / "pets.unpacked").records) == 6


def test_a_folder_of_that_name_is_left_alone(tmp_path: Path) -> None:
    as_zip(tmp_path / "pets.zip", class_files())
    (tmp_path / "pets.unpacked").mkdir()
    (tmp_path / "pets.unpacked/mine.txt").write_text("mine")
    assert read_dataset(tmp_path / "pets.zip").root == tmp_path / "pets 2.unpacked"
    assert (tmp_path / "pets.unpacked/mine.txt").read_text() == "mine"


def test_what_was_unpacked_serves_when_the_archive_has_gone(tmp_path: Path) -> None:
    as_zip(tmp_path / "pets.zip", class_files())
    read_dataset(tmp_path / "pets.zip")
    (tmp_path / "pets.zip").unlink()
    assert len(read_dataset(tmp_path / "pets.zip").records) == 6


def test_other_formats_in_archives(tmp_path: Path) -> None:
    table = "path,label\n" + "".join(f"images/{n}.png,{'ab'[n % 2]}\n" for n in range(6))
    files = {f"images/{n}.png": png(n) for n in range(6)} | {"labels.csv": table.encode()}
    as_zip(tmp_path / "table.zip", files)
    assert read_dataset(tmp_path / "table.zip").reader == "table"
    cifar10(tmp_path / "c/cifar-10-batches-py")
    with tarfile.open(tmp_path / "cifar-10-python.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "c/cifar-10-batches-py", "cifar-10-batches-py")
    found = read_dataset(tmp_path / "cifar-10-python.tar.gz")
    assert (found.reader, len(found.records)) == ("cifar", 60)
    mnist(tmp_path / "m", packed=True)
    with zipfile.ZipFile(tmp_path / "mnist.zip", "w") as zipped:
        for file in sorted((tmp_path / "m").iterdir()):
            zipped.write(file, f"MNIST/{file.name}")
    assert read_dataset(tmp_path / "mnist.zip").reader == "idx"


def test_one_packed_file(tmp_path: Path) -> None:
    np.savez(tmp_path / "inner.npz", x=drawings(12), y=np.arange(12) % 3)
    as_zip(tmp_path / "a.zip", {"inner.npz": (tmp_path / "inner.npz").read_bytes()})
    listing = read_dataset(tmp_path / "a.zip")
    assert np.array_equal(pixels(listing), drawings(12))
    assert labels(listing) == [str(n % 3) for n in range(12)]


def test_archives_in_an_archive(tmp_path: Path) -> None:
    parts: Files = {}
    for part in ("train", "test"):
        as_zip(tmp_path / "inner.zip", class_files())
        parts[f"pets/{part}.zip"] = (tmp_path / "inner.zip").read_bytes()
    as_zip(tmp_path / "pets.zip", parts)
    listing = read_dataset(tmp_path / "pets.zip")
    assert listing.class_names == ["cat", "dog"]
    assert sorted({record.split for record in listing.records}) == ["test", "train"]


def test_archives_in_a_folder_without_images_are_pointed_at(tmp_path: Path) -> None:
    as_zip(tmp_path / "train.zip", class_files())
    (tmp_path / "notes.md").write_text("x")
    with pytest.raises(UserError, match=r"archives in the folder \(`train\.zip`\)"):
        read_dataset(tmp_path)


def test_the_real_commands(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    as_zip(tmp_path / "pets.zip", class_files("pets/"))
    (tmp_path / "work").mkdir()
    project = tmp_path / "work/mine.lnl"
    assert main(["import", str(tmp_path / "pets.zip"), "--project", str(project)]) == 0
    # Beside the project, not beside the archive.
    assert (tmp_path / "work/pets.unpacked/pets/cat/0.png").is_file()
    capsys.readouterr()
    assert main(["info", str(project), "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["archive"] == str(tmp_path / "pets.zip")
    assert facts["dataset"] == str(tmp_path / "work/pets.unpacked/pets")
    as_zip(tmp_path / "pets.zip", class_files("pets/") | {"pets/cat/9.png": png(9)})
    assert main(["update", str(project), "--json"]) == 0
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["added"] == 1


HOSTILE = [
    "../out.png",
    "a/../../out.png",
    "/tmp/out.png",
    "C:/out.png",
    "..\\out.png",
    "\\out.png",
]


@pytest.mark.parametrize("write", [as_zip, as_tar])
def test_no_way_leads_outside(tmp_path: Path, write: Callable[[Path, Files], None]) -> None:
    inside = tmp_path / "deep" / "inside"
    inside.mkdir(parents=True)
    write(inside / "pets.zip", class_files() | {name: png(1) for name in HOSTILE})
    listing = read_dataset(inside / "pets.zip")
    assert len(listing.records) == 6
    assert not list(tmp_path.rglob("out.png"))
    assert not Path("/tmp/out.png").exists()
    said = " ".join(map(str, listing.warnings))
    assert f"{len(HOSTILE)} files" in said
    assert "outside" in said


def test_links_and_devices_are_not_made(tmp_path: Path) -> None:
    (tmp_path / "secret.png").write_bytes(png(7))
    with tarfile.open(tmp_path / "pets.tar", "w") as archive:
        for name, data in class_files().items():
            entry = tarfile.TarInfo(name)
            entry.size = len(data)
            archive.addfile(entry, io.BytesIO(data))
        for name, kind, target in (
            ("cat/soft.png", tarfile.SYMTYPE, str(tmp_path / "secret.png")),
            ("cat/hard.png", tarfile.LNKTYPE, "cat/0.png"),
            ("door", tarfile.SYMTYPE, str(tmp_path)),
            ("cat/null.png", tarfile.CHRTYPE, ""),
            ("cat/pipe.png", tarfile.FIFOTYPE, ""),
        ):
            entry = tarfile.TarInfo(name)
            entry.type, entry.linkname = kind, target
            archive.addfile(entry)
        entry = tarfile.TarInfo("door/through.png")
        entry.size = len(png(1))
        archive.addfile(entry, io.BytesIO(png(1)))
    listing = read_dataset(tmp_path / "pets.tar")
    root = tmp_path / "pets.unpacked"
    assert not any(path.is_symlink() or path.is_fifo() for path in root.rglob("*"))
    assert not (tmp_path / "through.png").exists()
    assert "a link" in " ".join(map(str, listing.warnings))
    assert sorted(p.name for p in (root / "cat").iterdir()) == ["0.png", "1.png", "2.png"]


def test_links_in_zip_files_are_not_made(tmp_path: Path) -> None:
    with zipfile.ZipFile(tmp_path / "pets.zip", "w") as archive:
        for name, data in class_files().items():
            archive.writestr(name, data)
        link = zipfile.ZipInfo("cat/link.png")
        link.external_attr = 0o120777 << 16
        archive.writestr(link, "/etc/passwd")
    listing = read_dataset(tmp_path / "pets.zip")
    assert not (tmp_path / "pets.unpacked/cat/link.png").exists()
    assert "a link" in " ".join(map(str, listing.warnings))


@pytest.mark.parametrize("name", ["bomb.zip", "bomb.tar.gz"])
def test_bombs_are_refused(tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unpack_module, "_FREE_BYTES", 1 << 20)
    files = class_files() | {f"cat/{n}.bmp": bytes(4 << 20) for n in range(4)}
    WRITERS["pets.zip" if name.endswith("zip") else "pets.tar.gz"](tmp_path / name, files)
    with pytest.raises(UserError, match="100 times its size"):
        read_dataset(tmp_path / name)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_full_disk_is_said_before_anything_is_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_zip(tmp_path / "pets.zip", class_files())
    monkeypatch.setattr(
        "lnl_gui.containers.limits.shutil.disk_usage",
        lambda _: type("Usage", (), {"free": 100})(),
    )
    with pytest.raises(UserError, match="no room"):
        read_dataset(tmp_path / "pets.zip")
    assert [entry.name for entry in tmp_path.iterdir()] == ["pets.zip"]


def test_encrypted_archives_are_refused(tmp_path: Path) -> None:
    as_zip(tmp_path / "pets.zip", class_files(), zipfile.ZIP_STORED)
    data = bytearray((tmp_path / "pets.zip").read_bytes())
    for mark, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] |= 1
            at = data.find(mark, at + 4)
    (tmp_path / "pets.zip").write_bytes(data)
    with pytest.raises(UserError, match="encrypted"):
        read_dataset(tmp_path / "pets.zip")


@pytest.mark.parametrize("name", ["pets.zip", "pets.tar", "pets.tar.gz", "pets.tar.xz"])
@pytest.mark.parametrize("kept", [0.3, 0.8])
def test_damaged_archives_are_refused(tmp_path: Path, name: str, kept: float) -> None:
    noise = np.random.default_rng(0).integers(0, 256, 20_000, np.uint8).tobytes()
    WRITERS[name](tmp_path / name, class_files() | {"cat/9.bin": noise})
    data = (tmp_path / name).read_bytes()
    (tmp_path / name).write_bytes(data[: int(kept * len(data))])
    with pytest.raises(UserError):
        read_dataset(tmp_path / name)
    assert [entry.name for entry in tmp_path.iterdir()] == [name]


def test_a_tar_that_was_cut_between_two_files_is_said(tmp_path: Path) -> None:
    as_tar(tmp_path / "pets.tar", class_files(), form=tarfile.USTAR_FORMAT)
    data = (tmp_path / "pets.tar").read_bytes()
    (tmp_path / "pets.tar").write_bytes(data[: 5 * 1024])
    listing = read_dataset(tmp_path / "pets.tar")
    assert len(listing.records) == 5
    assert "cut short" in " ".join(map(str, listing.warnings))


@pytest.mark.parametrize(
    ("head", "kind"), [(b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07\x01\0", "RAR")]
)
def test_archives_of_other_kinds_are_named(tmp_path: Path, head: bytes, kind: str) -> None:
    (tmp_path / "pets.zip").write_bytes(head + bytes(100))
    with pytest.raises(UserError, match=kind):
        read_dataset(tmp_path / "pets.zip")


def test_cancelling_leaves_nothing(tmp_path: Path) -> None:
    as_zip(tmp_path / "pets.zip", class_files())

    def stop(done: int, total: int) -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        read_dataset(tmp_path / "pets.zip", progress=stop)
    assert [entry.name for entry in tmp_path.iterdir()] == ["pets.zip"]


def test_names_in_utf8_without_the_mark(tmp_path: Path) -> None:
    files = {"Äpfel/1.png": png(1), "Äpfel/2.png": png(2), "Birnen/1.png": png(3)}
    as_zip(tmp_path / "a.zip", files, zipfile.ZIP_STORED)
    data = bytearray((tmp_path / "a.zip").read_bytes())
    for mark, place in ((b"PK\x01\x02", 9), (b"PK\x03\x04", 7)):
        at = data.find(mark)
        while at >= 0:
            data[at + place] &= ~0x08 & 0xFF
            at = data.find(mark, at + 4)
    (tmp_path / "a.zip").write_bytes(data)
    assert "Äpfel" not in zipfile.ZipFile(tmp_path / "a.zip").namelist()[0]
    assert read_dataset(tmp_path / "a.zip").class_names == ["Birnen", "Äpfel"]


def test_the_same_name_twice_is_said(tmp_path: Path) -> None:
    as_tar(tmp_path / "pets.tar", class_files())
    with tarfile.open(tmp_path / "pets.tar", "a") as archive:
        entry = tarfile.TarInfo("cat/0.png")
        archive.addfile(entry, io.BytesIO(b""))
    listing = read_dataset(tmp_path / "pets.tar")
    assert "another file has its name" in " ".join(map(str, listing.warnings))
    assert (tmp_path / "pets.unpacked/cat/0.png").read_bytes() == png(0)


def test_compressed_tables_are_no_archives(tmp_path: Path) -> None:
    for opens, name in ((gzip, "a.csv.gz"), (bz2, "a.csv.bz2"), (lzma, "a.csv.xz")):
        (tmp_path / name).write_bytes(opens.compress(b"path,label\n" * 200))  # type: ignore[attr-defined]
        assert archive_kind(tmp_path / name) == ""
    np.savez(tmp_path / "a.npz", x=drawings(3))
    assert archive_kind(tmp_path / "a.npz") == ""


@pytest.mark.parametrize("name", ["a/b.png", "./a.png", "a//b.png", "a.b/..c/d..png", "ä/ü"])
def test_plain_names_are_kept(name: str) -> None:
    assert safe_parts(name) == (tuple(p for p in name.split("/") if p not in ("", ".")), None)


@pytest.mark.parametrize("name", [*HOSTILE, "", ".", "..", "a\0b", "\\\\host\\share\\x"])
def test_other_names_are_refused(name: str) -> None:
    assert safe_parts(name)[0] == ()


def test_projects_of_archives_are_named_after_what_is_in_them() -> None:
    assert default_name(Path("pets.tar.gz")) == "pets.lnl"
    assert default_name(Path("pets.v2.zip")) == "pets.v2.lnl"
    assert default_name(Path("sub/train.zip")) == "sub.lnl"
    assert default_name(Path("labels.v2.csv")) == "labels.v2.lnl"


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such names")
def test_a_name_that_no_disk_takes_is_said(tmp_path: Path) -> None:
    as_tar(tmp_path / "pets.tar", class_files() | {f"cat/{'x' * 300}.png": png(1)})
    listing = read_dataset(tmp_path / "pets.tar")
    assert "not possible on this disk" in " ".join(map(str, listing.warnings))
