"""What a script gives by mistake: a variable without a value, a device, a number out of range."""

import errno
import json
import os
import stat
import sys
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.parser import leaves, verb_parser
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN
from lnl_gui.util.files.endless import refuse_endless
from tests.builders import add_detection, draw_images, make_project

needs_pipes = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes of POSIX")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    found = make_project(tmp_path / "p.lnl", count=12)
    add_detection(found)
    return found


def usage(capsys: pytest.CaptureFixture[str], *words: object) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*map(str, words)])
    assert ended.value.code == 2
    return capsys.readouterr().err


def test_an_empty_choice_of_samples_is_no_choice_of_all(
    project: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for option in ("--issue", "--tag", "--given", "--suggested", "--path"):
        assert f"{option}: must not be empty" in usage(
            capsys, "review", project, "keep", option, ""
        )
    with Session.open(project) as session:
        assert (session.columns.status == UNSEEN).all()


def test_an_empty_name_is_not_the_folder_one_is_in(
    project: Path,
    class_folders: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    here = tmp_path / "here"
    here.mkdir()
    monkeypatch.chdir(here)
    assert "DIR: must not be empty" in usage(capsys, "export", project, "")
    assert "must not be empty" in usage(capsys, "import", class_folders, "--project=")
    assert not any(here.iterdir())


def test_an_empty_note_takes_the_note_out(project: Path) -> None:
    for note in ("two cats", ""):
        assert main(["remark", str(project), "note", note, "--path", "cat/0000.png"]) == 0
    with Session.open(project) as session:
        assert not session.remarks.all.notes


SEEDS = [
    (verb, option)
    for verb in VERBS
    for parser in leaves(verb_parser(verb))
    for option in parser._option_string_actions
    if option in {"--seed", "--split-seed"}
]


@pytest.mark.parametrize(("verb", "option"), SEEDS)
@pytest.mark.parametrize("value", ["-1", "9223372036854775808", "1e3", "x", "1" * 5000])
def test_a_seed_is_a_number_that_can_be_recorded(
    verb: str, option: str, value: str, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["detect"] if verb == "bench" else []
    needed = {"audit": ["p.lnl", "draw"], "export": ["p.lnl", "out"], "run": ["ds"]}
    said = usage(capsys, verb, *words, *needed.get(verb, ["p.lnl"]), f"{option}={value}")
    assert f"argument {option}: must be a whole number from 0 to" in said


@needs_pipes
@pytest.mark.parametrize("kind", ["pipe", "device"])
@pytest.mark.parametrize(
    "words",
    [
        ["info", "{project}", "--config", "{file}"],
        ["review", "{project}", "apply", "--table", "{file}"],
        ["review", "{project}", "replay", "--journal", "{file}"],
        ["apply", "{file}", "{project}"],
    ],
)
def test_what_has_no_end_is_not_read(
    kind: str, words: list[str], project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = Path("/dev/zero")
    if kind == "pipe":
        file = tmp_path / "pipe"
        os.mkfifo(file)
    try:
        code = main([word.format(project=project, file=file) for word in words])
    except SystemExit as ended:
        code = int(ended.code or 0)
    assert code in {2, 3}
    said = capsys.readouterr().err
    assert str(file) in said and "is a device or a pipe, not a file" in said


@needs_pipes
def test_what_another_command_writes_is_read(project: Path) -> None:
    reading, writing = os.pipe()
    os.write(writing, b"path,verdict\ncat/0000.png,keep\n")
    os.close(writing)
    place = Path(f"/dev/fd/{reading}")
    assert stat.S_ISFIFO(place.stat().st_mode)
    assert main(["review", str(project), "apply", "--table", str(place)]) == 0
    os.close(reading)
    refuse_endless(Path(os.devnull))


@pytest.mark.skipif(os.name == "nt", reason="links need rights on Windows")
def test_an_export_into_a_link_to_itself_is_refused(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    loop = tmp_path / "loop"
    loop.symlink_to(loop)
    assert main(["export", str(project), str(loop)]) == 3
    assert "loop is a link that leads nowhere" in capsys.readouterr().err
    assert loop.is_symlink()


@pytest.mark.skipif(sys.platform != "linux", reason="names that are no text are of Linux")
def test_folders_whose_names_are_no_text(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    draw_images(project)
    out = tmp_path / os.fsdecode(b"bad\xff\xfe")
    assert main(["export", str(project), str(out), "--accept-unjudged"]) == 0
    assert main(["verify", str(out)]) == 0
    # A failure that names it is put on record like any other.
    taken = tmp_path / os.fsdecode(b"taken\xff")
    taken.write_bytes(b"x")
    assert main(["export", str(project), str(taken), "--accept-unjudged"]) == 3
    capsys.readouterr()
    assert main(["import", str(out), "--project", str(tmp_path / "again.lnl"), "--json"]) == 3
    assert json.loads(capsys.readouterr().out.splitlines()[-1])["error"] == "name_not_text"
    assert not (tmp_path / "again.lnl").exists()


@pytest.mark.parametrize("place", ["p.lnl", "arrays"])
def test_a_project_that_may_not_be_read_is_no_fault_of_the_program(
    place: str,
    project: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    stat_of = Path.stat

    def refused(path: Path, *, follow_symlinks: bool = True) -> os.stat_result:
        if path.parent.name == place:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return stat_of(path, follow_symlinks=follow_symlinks)

    # Whoever runs the tests may be root, who may read everything.
    monkeypatch.setattr(Path, "stat", refused)
    assert main(["info", str(project), "--json"]) == 3
    heard = capsys.readouterr()
    found = json.loads(heard.out)
    assert found["error"] == "permission" and str(project) in found["message"]
    assert "Traceback" not in heard.err


def test_a_folder_is_no_journal(project: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["review", str(project), "journal", "--journal", "."]) == 3
    assert "Traceback" not in capsys.readouterr().err


def test_a_log_whose_name_no_disk_takes_is_named(
    project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", str(project), "--log-file", str(tmp_path / ("l" * 300))]) == 3
    assert "Could not write the log" in capsys.readouterr().err
