"""Change the program in small ways and see which changes no test notices.

    python -m tests.mutation losses
    python -m tests.mutation store --sample 200 --seed 0
    python -m tests.mutation store --module store.run_inputs --module store.runs
    python -m tests.mutation store --survivors         # the survivors of the last run again

Needs the extra `mutation` (mutmut). Takes minutes to hours; by hand, not in CI. Every mutant is
tested by the tests that reach the function it changes, out of those named in `TESTS`, and counts as
killed when one of them fails or does not end. Functions under a decorator other than
`staticmethod` and `classmethod` (properties, context managers) and module constants are not changed
by mutmut; texts are left out (see `tool.py`).

`equivalent.toml` lists mutants that cannot be told from the program, each with the reason; they
leave the score. The score of a sample has its 95 % interval (Clopper and Pearson).
"""

import argparse
import ast
import json
import os
import shutil
import subprocess
import sys
import tempfile
import tomllib
from pathlib import Path

from scipy import stats

ROOT = Path(__file__).parents[2]
TESTS = {
    "learn/losses": ["tests/learn/losses"],
    "store": [
        "tests/store",
        "tests/session",
        "tests/campaign/test_clocks.py",
        "tests/campaign/test_damaged_databases.py",
        "tests/campaign/test_damaged_files.py",
        "tests/pipeline/datasets/test_groups.py",
        "tests/pipeline/datasets/updating/test_update_killed.py",
        "tests/pipeline/output/test_pack.py",
    ],
    "session": [
        "tests/session",
        *(f"tests/cli/test_{name}.py" for name in ("extend", "own_project", "review_together")),
        "tests/cli/test_team.py",
        "tests/pipeline/training/test_training_size.py",
    ],
    "detect": ["tests/detect"],
}
"""Which tests are to notice changes of a package, by its path."""
COPIED = ("lnl_gui", "resources", "tests", "packaging", "README.md", "pyproject.toml")
Mutant = dict[str, str]


def prepare(package: str, folder: Path) -> None:
    """Copy the checkout to `folder`, with mutmut's settings for the package."""
    shutil.rmtree(folder, ignore_errors=True)
    # Python remembers of a folder on its path that it is not there.
    (folder / "mutants").mkdir(parents=True)
    for name in COPIED:
        source = ROOT / name
        copy = shutil.copytree if source.is_dir() else shutil.copy2
        copy(source, folder / name)
    for file in (folder / "lnl_gui" / package).rglob("*.py"):
        postpone_annotations(file)
    settings = {
        "source_paths": ["lnl_gui"],
        "only_mutate": [f"lnl_gui/{package}/*"],
        "also_copy": ["resources", "packaging", "README.md"],
        "pytest_add_cli_args_test_selection": TESTS[package],
        # A process forked from one that has computed waits for threads of torch it does not have.
        "process_isolation": "forkserver",
        "pytest_add_cli_args": ["-p", "no:cacheprovider", "--timeout=0"],
        "timeout_constant": 5.0,
        "timeout_multiplier": 8.0,
        "use_git_change_detection": False,
        "track_dependencies": False,
    }
    lines = [f"{key} = {json.dumps(value)}" for key, value in settings.items()]
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    (folder / "pyproject.toml").write_text("\n".join([text, "[tool.mutmut]", *lines, ""]))


def postpone_annotations(file: Path) -> None:
    """Let a method that is called as a module its annotations name be defined many times over."""
    text = file.read_text(encoding="utf-8")
    docstring = ast.parse(text).body[0]
    lines = text.splitlines(keepends=True)
    end = docstring.end_lineno - 1
    lines[end] = lines[end].rstrip("\n") + "; from __future__ import annotations\n"
    file.write_text("".join(lines), encoding="utf-8")


def run(
    folder: Path, sample: int, seed: int, modules: list[str], only: list[str]
) -> dict[str, object]:
    """Test mutants in a process whose programs, also those they start, are the mutated ones.

    `modules` (`store.jobs.runs`; none: all of the package) are what the sample is drawn from;
    `only` names mutants to test instead of a sample.
    """
    target = folder / "report.json"
    environment = dict(os.environ, PYTHONPATH=str(folder / "mutants"), OMP_NUM_THREADS="1")
    environment.update(OMP_WAIT_POLICY="PASSIVE", QT_QPA_PLATFORM="offscreen", COLUMNS="80")
    # pytest clears what other runs have left, and may take longer for it than for a test.
    scratch = tempfile.TemporaryDirectory(
        dir=environment.get("PYTEST_DEBUG_TEMPROOT"), ignore_cleanup_errors=True
    )
    environment["PYTEST_DEBUG_TEMPROOT"] = scratch.name
    tool = Path(__file__).with_name("tool.py")
    order = {"sample": sample, "seed": seed, "modules": modules, "only": only}
    command = [sys.executable, str(tool), json.dumps(order), str(target)]
    with scratch:
        subprocess.run(command, cwd=folder, env=environment, check=True, stdout=sys.stderr)
    return json.loads(target.read_text())


def equivalents() -> dict[tuple[str, str, str], str]:
    """Reasons by (function, line as it was, line as it is now)."""
    text = Path(__file__).with_name("equivalent.toml").read_text(encoding="utf-8")
    entries = tomllib.loads(text).get("mutant", [])
    return {(found["function"], found["was"], found["now"]): found["why"] for found in entries}


def function_of(name: str) -> str:
    """`lnl_gui.store.history.merge.x__read__mutmut_3` as `store.history.merge._read`."""
    module, _, function = name.rpartition("__mutmut_")[0].rpartition(".")
    function = function.removeprefix("x_").removeprefix("xǁ").replace("ǁ", ".")
    return f"{module.removeprefix('lnl_gui.')}.{function}"


def summary(package: str, total: int, mutants: list[Mutant]) -> str:
    """A row of the table: package, mutants, tested, killed, equivalent, score with interval."""
    known = equivalents()
    alive = [found for found in mutants if found["state"] in ("survived", "no tests", "skipped")]
    same = [m for m in alive if (function_of(m["name"]), m["was"], m["now"]) in known]
    tested = len(mutants) - len(same)
    killed = len(mutants) - len(alive)
    low, high = stats.binomtest(killed, tested).proportion_ci()
    return (
        f"| {package} | {total} | {len(mutants)} | {killed} | {len(same)} |"
        f" {killed / tested:.1%} ({low:.1%} to {high:.1%}) |"
    )


def print_survivors(mutants: list[Mutant]) -> None:
    known = equivalents()
    for found in sorted(mutants, key=lambda found: found["name"]):
        place = function_of(found["name"])
        if found["state"] == "killed" or (place, found["was"], found["now"]) in known:
            continue
        print(f"{found['state']}: {place}  [{found['name'].rpartition('__mutmut_')[2]}]")
        print(f"  - {found['was']}\n  + {found['now']}")


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("package", choices=[*TESTS, "losses"])
    parser.add_argument("--sample", type=int, default=600, help="mutants at most, default 600")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--module", action="append", default=[], help="of these modules alone")
    parser.add_argument("--survivors", action="store_true", help="those of the last run alone")
    parser.add_argument("--folder", type=Path, default=Path(tempfile.gettempdir()) / "mutation")
    asked = parser.parse_args()
    package = "learn/losses" if asked.package == "losses" else asked.package
    folder = asked.folder / package.replace("/", "-")
    record = folder.with_suffix(".json")
    before, only = None, []
    if asked.survivors:
        before = json.loads(record.read_text())
        only = [found["name"] for found in before["mutants"] if found["state"] != "killed"]
    prepare(package, folder)
    found = run(folder, asked.sample, asked.seed, asked.module, only)
    if before is not None:
        again = {mutant["name"]: mutant for mutant in found["mutants"]}
        found["mutants"] = [again.get(mutant["name"], mutant) for mutant in before["mutants"]]
    record.write_text(json.dumps(found, indent=1))
    print_survivors(found["mutants"])
    print("| package | mutants | tested | killed | equivalent | score (95 % interval) |")
    print(summary(package, found["total"], found["mutants"]))


if __name__ == "__main__":
    main()
