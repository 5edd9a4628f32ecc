"""The speed benchmark: its report, and peers that run in another process or do not run at all."""

import json
import sys
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.benchmarks.speed import __main__ as speed
from tests.benchmarks.speed.growth import Point
from tests.benchmarks.speed.images import Copied, write_copies
from tests.benchmarks.speed.measures import Measure, alternate, not_run
from tests.benchmarks.speed.peers import peer_rows
from tests.benchmarks.speed.report import machine, markdown, write_report


def test_a_report_says_the_floor_s_share_and_the_growth(tmp_path: Path) -> None:
    measures = [
        Measure("reading", "32 px", 4.0, 1.0, "decoding", 8.0),
        Measure("reading", "another's", 9.0, 1.0, "decoding", 9.0, peer=True, note="recall .9"),
    ]
    points = [Point("detection", 10**n, 0.1 * 10 ** (n - 3), 1.0, 5.0) for n in (3, 4, 5)]
    write_report(tmp_path, measures, points, machine())
    text = (tmp_path / "speed.md").read_text(encoding="utf-8")
    assert "| reading | 32 px | 4.00 | decoding | 1.00 | 25% | 8.00 |" in text
    assert "*another's*" in text and "recall .9" in text and "| 100,000 |" in text
    found = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert found["measures"][0]["share"] == 0.25 and found["growth"][2]["samples"] == 100_000
    drawn = ElementTree.fromstring((tmp_path / "growth.svg").read_text(encoding="utf-8"))
    (line,) = [part for part in drawn if part.tag.endswith("polyline")]
    xs, ys = zip(*(map(float, p.split(",")) for p in line.attrib["points"].split()), strict=True)
    # Tenfold samples in tenfold time: a straight line on two logarithmic axes.
    assert abs(xs[0] + xs[2] - 2 * xs[1]) < 0.2
    assert abs(ys[0] + ys[2] - 2 * ys[1]) < 0.2 and ys[0] > ys[2]


def test_path_and_floor_take_turns() -> None:
    calls: list[str] = []
    alternate(lambda: calls.append("path"), lambda: calls.append("floor"), rounds=2)
    assert calls == ["path", "floor"] * 3


PYTHON = Path(sys.executable)
IMAGES = Copied(
    Path(), [Path(f"{name}.jpg") for name in "abcd"], {("a.jpg", "b.jpg"), ("c.jpg", "d.jpg")}
)


def rows(peer: str, script: Path | None = None, python: Path = PYTHON) -> list[Measure]:
    chosen = {} if script is None else {"script": script}
    return list(peer_rows(peer, IMAGES, python, 8.0, **chosen))


def test_what_a_peer_measured_is_a_row(tmp_path: Path) -> None:
    said = {
        "what": "hashes",
        "version": "1.2",
        "processor": 0.4,
        "clock": 0.8,
        # Both sides of one pair, and one that is wrong.
        "pairs": {"at .9": [["b.jpg", "a.jpg"], ["a.jpg", "b.jpg"], ["a.jpg", "d.jpg"]]},
    }
    script = tmp_path / "peer.py"
    lines = ["import sys", "assert sys.argv[1:] == ['theirs', '.']", f"print({json.dumps(said)!r})"]
    script.write_text("\n".join([*lines, f"print({json.dumps(said)!r})"]), encoding="utf-8")
    first, second = rows("theirs", script)
    assert first == second and first.peer and first.what == "theirs 1.2 hashes"
    assert (first.ours, first.clock, first.floor) == (100.0, 200.0, 2.0)
    assert first.note == "recall 0.500, precision 0.500 at .9"


def test_a_peer_that_is_not_installed_is_told() -> None:
    (row,) = rows("no_such_program_of_copies")
    assert row == not_run("copies", "no_such_program_of_copies", "not installed")
    text = markdown([row], [], machine())
    assert "| copies | *no_such_program_of_copies* | - | | - | - | - | not installed |" in text


def test_a_peer_that_dies_is_told_with_its_last_line_after_what_it_had_said(tmp_path: Path) -> None:
    script = tmp_path / "peer.py"
    missing = json.dumps({"what": "network", "missing": "no weights"})
    script.write_text(f"print({missing!r}, flush=True)\nraise SystemError('at the end')\n")
    before, last = rows("theirs", script)
    assert (before.what, before.note, before.ran) == ("theirs network", "no weights", False)
    assert (last.what, last.note, last.ran) == (
        "theirs",
        "ended with 1: SystemError: at the end",
        False,
    )


def test_an_interpreter_that_is_not_there_is_told(tmp_path: Path) -> None:
    (row,) = rows("theirs", python=tmp_path / "python")
    assert not row.ran and row.note.startswith("the interpreter does not start: ")


def test_a_fifth_of_the_files_are_copies_of_others(tmp_path: Path) -> None:
    made = write_copies(tmp_path / "images", 10)
    assert sorted(made.files) == sorted(made.folder.iterdir()) and len(made.files) == 10
    originals, copies = zip(*sorted(made.pairs), strict=True)
    assert len(set(originals)) == 2 and all(name.startswith("copy") for name in copies)


def test_a_part_that_there_is_not_is_refused_with_those_that_there_are(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with pytest.raises(SystemExit) as ended:
        speed.main(["--only", "start"])
    said = capsys.readouterr()
    assert ended.value.code == 2 and not said.out
    assert "invalid choice: 'start'" in said.err
    assert "starts" in said.err and "growth" in said.err


def test_the_parts_asked_for_are_measured_and_no_image_is_written_for_those_without(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    row = Measure("starts", "one", 4.0, 1.0, "nothing", 8.0)
    monkeypatch.setitem(speed.PARTS, "starts", lambda work: [row] * (1 if work.quick else 2))
    monkeypatch.setattr(speed, "write_images", lambda *_: pytest.fail("not needed"))
    speed.main(["--only", "starts", "--quick", "--out", str(tmp_path)])
    found = json.loads((tmp_path / "speed.json").read_text(encoding="utf-8"))
    assert [measure["what"] for measure in found["measures"]] == ["one"]
