"""Out of S3, through the whole of LNL and back into S3, over a line that fails all the time."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.pipeline.snapshot import take_snapshot
from tests.conftest import draw_image
from tests.detect.few_repetitions import one_repetition
from tests.remote.bad_line import BUSY, CUT, FORBIDDEN, GONE, RESET, SLOW
from tests.remote.s3 import KEY, S3, SECRET, s3_server

__all__ = ["one_repetition"]
pytestmark = [
    pytest.mark.filterwarnings("ignore::ResourceWarning"),
    pytest.mark.filterwarnings("ignore::DeprecationWarning"),
    pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning"),
]
NAMES = ("square", "circle", "stripes")
EACH = 10
FAULTS = (BUSY, CUT, RESET, SLOW)


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch, no_waiting: list[float], tmp_path: Path) -> Iterator[S3]:
    """Thirty drawn images; one of each class in a wrong folder."""
    with s3_server(monkeypatch) as found:
        for kind, name in enumerate(NAMES):
            for i in range(EACH):
                folder = NAMES[(kind + 1) % 3] if i == EACH - 1 else name
                file = tmp_path / "picture.png"
                draw_image(kind, 100 * kind + i).save(file)
                found.put(f"shapes/{folder}/{name}-{i:02d}.png", file.read_bytes())
        yield found


def lnl(*words: object) -> int:
    return main([str(word) for word in words])


def test_the_way_round(
    s3: S3, tmp_path: Path, capsys: pytest.CaptureFixture[str], no_waiting: list[float]
) -> None:
    met: set[str] = set()

    def fault(method: str, path: str) -> str:
        """Each object fails once, each in one of four ways; one is gone, one forbidden for good."""
        if path.endswith("square-00.png"):
            return GONE
        if path.endswith("circle-00.png"):
            return FORBIDDEN if method == "GET" else ""
        if method != "GET" or path in met:
            return ""
        met.add(path)
        return FAULTS[len(met) % 4]

    originals = {key: s3.get(key) for key in s3.names("shapes/")}
    s3.line.fault = fault
    project = tmp_path / "p.lnl"
    run = ["run", "s3://bucket/shapes", "--project", project, "--encoder", "bundled-fast"]
    run += ["--detector", "neighbours", "--finetune", "none", "--json"]
    # What the store forbids says nothing of the image: an error for a script that does not say so.
    assert lnl(*run) == 3
    capsys.readouterr()
    lnl(*run, "--partial")
    told = capsys.readouterr()
    summary = json.loads(told.out.strip().splitlines()[-1])
    assert (summary["samples"], summary["unreadable"]) == (28, 2)
    assert no_waiting, "nothing was asked again"
    snapshot = take_snapshot(project)
    wrong = {"circle/square-09.png", "stripes/circle-09.png", "square/stripes-09.png"}
    flagged = {p for p, f in zip(snapshot.samples.paths, snapshot.scores.flagged, strict=True) if f}
    assert wrong <= flagged
    # A second time nothing is fetched: names alone are asked for.
    s3.line.asked.clear()
    s3.line.fault = lambda method, path: ""
    lnl("embed", project, "--encoder", "bundled-fast")
    capsys.readouterr()
    assert s3.line.asked["GET"] <= 4
    # Out again: the store copies what it has, the mark comes last, and nothing else has changed.
    target = "s3://bucket/clean"
    assert (
        lnl("export", project, target, "--images", "copy", "--partial", "--accept-suggestions") == 0
    )
    assert "Copied by the store itself" in capsys.readouterr().err
    manifest = json.loads(s3.get("clean/manifest.json"))
    assert manifest["exported"] >= 27
    assert s3.get("clean/images/square/square-09.png") == originals["shapes/circle/square-09.png"]
    assert {key: s3.get(key) for key in s3.names("shapes/")} == originals
    assert lnl("import", target, "--project", tmp_path / "q.lnl", "--accept-layout") == 0
    # Nobody finds a key in what was written.
    holding = [
        file
        for file in tmp_path.rglob("*")
        if file.is_file() and any(secret.encode() in file.read_bytes() for secret in (KEY, SECRET))
    ]
    assert holding == []
