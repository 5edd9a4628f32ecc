"""The whole workflow on input that goes wrong: handled or told plainly, and nothing is lost."""

import errno
import json
import re
import stat
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from lnl_gui.__main__ import main
from lnl_gui.gui.inspector.sample_view_builder import bare_view
from lnl_gui.session.session import Session
from lnl_gui.util.files import array_file
from lnl_gui.util.messages import Message
from tests.conftest import draw_image
from tests.files import hashes, read_table


def run(source: Path, place: Path, *more: str) -> int:
    """`lnl-gui run` with everything next to `place`."""
    command = ["run", str(source), "--project", str(place / "p.lnl"), "--out", str(place / "out")]
    return main([*command, "--json", "--encoder", "bundled-fast", "--finetune", "none", *more])


def summary(capsys: pytest.CaptureFixture[str]) -> dict[str, int]:
    return json.loads(capsys.readouterr().out.splitlines()[-1])


def write_odd_images(folder: Path) -> dict[str, bool]:
    """Files of every awkward kind; name -> whether it can be read."""
    picture = draw_image(1, 7, side=64)
    picture.convert("CMYK").save(folder / "cmyk.jpg")
    Image.fromarray(np.arange(4096, dtype=np.uint16).reshape(64, 64) * 16).save(folder / "16.png")
    picture.convert("P").save(folder / "palette.gif")
    picture.save(folder / "animated.gif", save_all=True, append_images=[draw_image(2, 1, side=64)])
    exif = Image.Exif()
    exif[0x0112] = 6
    picture.resize((80, 40)).save(folder / "rotated.jpg", exif=exif)
    picture.convert("LA").save(folder / "grey-alpha.png")
    Image.new("RGB", (6000, 5000), "teal").save(folder / "huge.jpg")
    picture.save(folder / f"{'ü' * 60}名前.png")
    picture.save(folder / "pages.tif", save_all=True, append_images=[picture.convert("L")])
    whole = (folder / "cmyk.jpg").read_bytes()
    (folder / "truncated.jpg").write_bytes(whole[: len(whole) * 2 // 3])
    (folder / "stub.jpg").write_bytes(whole[: len(whole) // 8])
    (folder / "zero.png").write_bytes(b"")
    (folder / "text.png").write_text("not a picture")
    bad = {"stub.jpg", "zero.png", "text.png"}
    return {file.name: file.name not in bad for file in folder.iterdir()}


def test_awkward_images_are_read_or_listed(
    class_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    odd = class_folders / "Ünïcode 类"
    odd.mkdir()
    expected = write_odd_images(odd)
    before = hashes(class_folders)
    assert run(class_folders, tmp_path) == 0
    found = summary(capsys)
    assert found["unreadable"] == sum(not readable for readable in expected.values()) == 3
    assert (found["truncated"], found["several"]) == (1, 2)
    [project] = tmp_path.glob("*.lnl")
    assert main(["info", str(project), "--json"]) == 0
    assert summary(capsys)["cut_short"] == 1
    assert main(["info", str(project)]) == 0
    assert "1 file is cut short or damaged" in capsys.readouterr().out
    with Session.open(project, read_only=True) as session:
        facts = [dict(bare_view(session, row).facts) for row in range(len(session.columns.paths))]
        damaged = [session.columns.paths[row] for row, told in enumerate(facts) if "File" in told]
    assert damaged == [f"{odd.name}/truncated.jpg"]
    listed = {row["path"]: row["reason"] for row in read_table(tmp_path / "out/unreadable.csv")}
    assert set(listed) == {f"{odd.name}/{name}" for name, ok in expected.items() if not ok}
    assert all(listed.values())
    rows = {row["path"] for row in read_table(tmp_path / "out/samples.csv")}
    assert {f"{odd.name}/{name}" for name, ok in expected.items() if ok} <= rows
    assert hashes(class_folders) == before


def test_one_class_is_no_crash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "data" / "only").mkdir(parents=True)
    for i in range(6):
        draw_image(0, i).save(tmp_path / "data" / "only" / f"{i}.png")
    assert run(tmp_path / "data", tmp_path, "--finetune", "linear_probe") == 0
    captured = capsys.readouterr()
    assert json.loads(captured.out)["flagged"] == 0
    assert "one class" in captured.err


def test_a_class_of_one_image(
    class_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (class_folders / "alone").mkdir()
    draw_image(1, 99).save(class_folders / "alone" / "x.png")
    # The model itself is written by the two images below, whose classes are as small.
    more = ("--finetune", "linear_probe", "--model-format", "none")
    assert run(class_folders, tmp_path, *more) == 0
    assert summary(capsys)["samples"] == 37


def test_two_images(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / "data" / name).mkdir(parents=True)
        draw_image(0, 1).save(tmp_path / "data" / name / "x.png")
    assert run(tmp_path / "data", tmp_path, "--finetune", "linear_probe") == 0
    assert summary(capsys)["samples"] == 2


def test_nothing_readable_says_so(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a", "b"):
        (tmp_path / "data" / name).mkdir(parents=True)
        (tmp_path / "data" / name / "x.png").write_bytes(b"")
    assert run(tmp_path / "data", tmp_path) == 3
    assert "None of the 2 images" in capsys.readouterr().err


@pytest.mark.parametrize("encoding", ["utf-8-sig", "utf-16", "latin-1"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_tables_of_many_makes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], encoding: str, delimiter: str
) -> None:
    lines = [delimiter.join(["file name", "label", "remark"])]
    for i in range(4):
        draw_image(i % 2, i).save(tmp_path / f"Bär {i}.png")
        lines.append(delimiter.join([f"Bär {i}.png", "äb"[i % 2], "x"]))
    lines.append(lines[1])
    lines.append(delimiter.join(["gone.png", "ä", ""]))
    table = tmp_path / "labels.csv"
    table.write_text("\n".join(lines), encoding=encoding)
    command = ["import", str(table), "--project", str(tmp_path / "p.lnl"), "--json"]
    assert main(command) == 0
    found = summary(capsys)
    assert (found["samples"], found["skipped"]) == (4, 1)
    with Session.open(tmp_path / "p.lnl", read_only=True) as session:
        assert ("gone.png", Message("file not found")) in session.unreadable()
        assert sorted(entry.name for entry in session.classes) == ["b", "ä"]


def test_an_unknown_column_names_those_there_are(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    table = tmp_path / "t.csv"
    table.write_text("path,label\na.png,x\n")
    command = ["import", str(table), "--project", str(tmp_path / "p.lnl")]
    assert main([*command, "--label-column", "klass"]) == 3
    error = capsys.readouterr().err
    assert "klass" in error
    assert "label" in error


def test_a_full_disk_while_embedding_loses_nothing(
    class_folders: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    real = array_file.write_array

    def full(target: Path, array: np.ndarray) -> None:
        if target.name == "facts.npy":
            raise OSError(errno.ENOSPC, "No space left on device", str(target))
        real(target, array)

    with monkeypatch.context() as patch:
        patch.setattr("lnl_gui.pipeline.embedding.embed.write_array", full)
        assert run(class_folders, tmp_path) == 3
    assert re.search(r"The disk \S+ is full: could not save", capsys.readouterr().err)
    parts = list((tmp_path / "p.lnl").rglob("parts/**/*.npz"))
    assert len(parts) == 1
    written = parts[0].stat().st_mtime_ns
    with Session.open(tmp_path / "p.lnl") as session:
        assert session.stage().name == "IMPORTED"
    assert run(class_folders, tmp_path) == 0
    assert summary(capsys)["samples"] == 36
    assert written


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_read_only_dataset(
    class_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for place in (class_folders, *class_folders.rglob("*")):
        place.chmod(place.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    try:
        assert run(class_folders, tmp_path, "--images", "copy") == 0
        assert summary(capsys)["samples"] == 36
        copied = next((tmp_path / "out" / "images").rglob("*.png"))
        copied.unlink()
    finally:
        for place in (class_folders, *class_folders.rglob("*")):
            place.chmod(place.stat().st_mode | stat.S_IWUSR)


@pytest.mark.skipif(sys.platform == "win32", reason="links need a privilege on Windows")
def test_a_loop_of_links_ends(
    class_folders: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (class_folders / "circle" / "again").symlink_to(class_folders, target_is_directory=True)
    command = ["import", str(class_folders), "--project", str(tmp_path / "p.lnl"), "--json"]
    assert main(command) == 0
    assert summary(capsys)["samples"] == 36
