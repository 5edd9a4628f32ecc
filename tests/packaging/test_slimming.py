"""Libraries lose their symbols only where what is loaded stays as it was."""

import ctypes
import os
import shutil
import struct
import subprocess
import sys
from pathlib import Path

import pytest
from frozen import slimming

SOURCE = "static int three(void) { return 3; }\nint four(void) { return three() + 1; }\n"
pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or not (shutil.which("gcc") and shutil.which("strip")),
    reason="a compiler and strip, on Linux",
)


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("library")
    (folder / "four.c").write_text(SOURCE * 1)
    file = folder / "libfour.so.1"
    # Debug information, which is what is to go.
    command = ["gcc", "-g3", "-shared", "-fPIC", "-o", str(file), str(folder / "four.c")]
    subprocess.run(command, check=True)
    return file


def test_symbols_go_and_the_library_works(library: Path, tmp_path: Path) -> None:
    file = tmp_path / library.name
    shutil.copy(library, file)
    saved = slimming.slim(tmp_path)
    assert saved == library.stat().st_size - file.stat().st_size > 0
    listed = subprocess.run(["readelf", "-S", file], capture_output=True, text=True, check=True)
    assert ".debug_info" not in listed.stdout and ".symtab" not in listed.stdout
    assert ctypes.CDLL(str(file)).four() == 4
    assert os.access(file, os.X_OK) == os.access(library, os.X_OK)
    assert [entry.name for entry in tmp_path.iterdir()] == [library.name]


@pytest.mark.parametrize("harm", ["a byte", "its place", "all"])
def test_what_strip_spoils_stays_as_it_was(
    library: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, harm: str
) -> None:
    file = tmp_path / library.name
    shutil.copy(library, file)
    real = subprocess.run

    def spoiling(command: list[str], **options: object) -> object:
        done = real(command, **options)  # type: ignore[call-overload]
        aside = Path(command[3])
        content = bytearray(aside.read_bytes())
        if harm == "a byte":
            # Within the code, which `four` is the only part of.
            at = content.index(b"\xb8\x03\x00\x00\x00")
            content[at + 1] = 7
        elif harm == "its place":
            # The program headers lie behind the file's own, of 64 bytes: the first one's offset.
            content[64 + 8 + 1] ^= 1
        else:
            content = bytearray(b"nothing")
        aside.write_bytes(content)
        return done

    monkeypatch.setattr(subprocess, "run", spoiling)
    assert slimming.slim(tmp_path) == 0
    assert file.read_bytes() == library.read_bytes()
    assert [entry.name for entry in tmp_path.iterdir()] == [library.name]


@pytest.mark.parametrize(("length", "is_taken"), [(0x41, True), (0x80, True), (0x81, False)])
def test_the_loader_rounds_up_what_each_thread_has(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, length: int, is_taken: bool
) -> None:
    source, file = tmp_path / "local.c", tmp_path / "liblocal.so"
    source.write_text(
        "__thread char first[64] __attribute__((aligned(64))); __thread char last;\n"
        "int both(void) { return sizeof first + (last == 0); }\n"
    )
    subprocess.run(["gcc", "-g3", "-shared", "-fPIC", "-o", file, source], check=True)
    real = subprocess.run

    def writing(command: list[str], **options: object) -> object:
        done = real(command, **options)  # type: ignore[call-overload]
        content = bytearray(Path(command[3]).read_bytes())
        (count,) = struct.unpack_from("<H", content, 56)
        headers = [64 + 56 * number for number in range(count)]
        (local,) = [at for at in headers if struct.unpack_from("<I", content, at) == (7,)]
        assert struct.unpack_from("<QQ", content, local + 40) == (0x41, 64)
        struct.pack_into("<Q", content, local + 40, length)
        Path(command[3]).write_bytes(content)
        return done

    monkeypatch.setattr(subprocess, "run", writing)
    assert (slimming.slim(tmp_path) > 0) is is_taken
    assert ctypes.CDLL(str(file)).both() == 65


def test_copies_in_one_folder_become_links(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slimming, "_stripped", lambda _file: 0)
    content = os.urandom(20_000)
    for name in ("a/libx.so", "a/libx.so.1", "a/libx.so.1.2", "b/libx.so", "a/libx.txt"):
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_bytes(content)
    assert slimming.slim(tmp_path) == 40_000
    assert [f.name for f in sorted((tmp_path / "a").iterdir()) if f.is_symlink()] == [
        "libx.so.1",
        "libx.so.1.2",
    ]
    assert not (tmp_path / "b" / "libx.so").is_symlink()
    assert (tmp_path / "a" / "libx.so.1.2").read_bytes() == content
    moved = tmp_path.parent / f"{tmp_path.name}-moved"
    tmp_path.rename(moved)
    assert (moved / "a" / "libx.so.1").read_bytes() == content
