"""Two checkouts side by side: each runs its own program, and one that fails is told."""

import json
from pathlib import Path

import pytest

from tests.benchmarks.speed import against
from tests.benchmarks.speed.against import Command, compare, markdown

PROGRAM = """
import os, pathlib, sys
here = pathlib.Path(__file__).parents[1]
with open(here.parent / "calls.txt", "a") as log:
    log.write(f"{here.name} {sys.argv[1]} {os.environ['LNL_HOME']}\\n")
if sys.argv[1] in (here / "unknown.txt").read_text():
    sys.exit("usage: ...\\nno such verb")
end = sum(range(10_000_000 if here.name == "old" else 10))
pathlib.Path(sys.argv[2]).mkdir()
"""


@pytest.fixture
def checkouts(tmp_path: Path) -> dict[str, Path]:
    for name, unknown in ("old", "report"), ("new", ""):
        (tmp_path / name / "lnl_gui").mkdir(parents=True)
        (tmp_path / name / "lnl_gui" / "__init__.py").touch()
        (tmp_path / name / "lnl_gui" / "__main__.py").write_text(PROGRAM)
        (tmp_path / name / "unknown.txt").write_text(unknown)
    return {"before": tmp_path / "old", "after": tmp_path / "new"}


def test_each_runs_its_own_program_by_turns(checkouts: dict[str, Path], tmp_path: Path) -> None:
    commands = [
        Command(
            "import",
            lambda own: ("-m", "lnl_gui", "import", str(own / "made")),
            against.without("made"),
        ),
        Command("report", lambda own: ("-m", "lnl_gui", "report", str(own / "written"))),
    ]
    places = tmp_path / "places"
    places.mkdir()
    imported, reported = compare(commands, checkouts, places, rounds=2)
    calls = [line.split(" ", 2) for line in (tmp_path / "calls.txt").read_text().splitlines()]
    # Taken back, a command runs again; one that is needed later runs once.
    assert [(name, verb) for name, verb, _ in calls] == [
        *[("old", "import"), ("new", "import")] * 2,
        *[("old", "report"), ("new", "report")],
    ]
    homes = {name: home for name, _, home in calls}
    assert homes["old"] != homes["new"] and Path(homes["old"]).is_relative_to(places)
    # Millions of additions take tens of milliseconds longer than none.
    assert imported.before > imported.after > 0 and not imported.note
    assert reported.note == "before: no such verb"
    line = markdown([reported]).splitlines()[-1]
    assert line.startswith("| report | nan |") and line.endswith("| before: no such verb |")


def test_the_table_is_written_after_each_command(
    checkouts: dict[str, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(against, "REPOSITORY", checkouts["after"])
    monkeypatch.setattr(against, "write_images", lambda folder, count: {})
    monkeypatch.setattr(
        against,
        "start_commands",
        lambda: [Command("start", lambda own: ("-m", "lnl_gui", "import", str(own / "made")))],
    )
    out = tmp_path / "out"
    against.main([str(checkouts["before"]), "--out", str(out), "--quick"])
    told = json.loads((out / "against.json").read_text(encoding="utf-8"))
    assert [row["what"] for row in told["rows"]] == ["start"] and told["machine"]["cores"] >= 1
    assert not told["rows"][0]["note"] and told["rows"][0]["after"] > 0
    assert "| start |" in (out / "against.md").read_text(encoding="utf-8")
