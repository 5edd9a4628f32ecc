"""What a shell is told when somebody presses Tab."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.cli.verbs import completion
from lnl_gui.cli.verbs.completion import SHELLS, recipe_names
from lnl_gui.dataset.writers import list_writers
from lnl_gui.encoders.catalogue.table import list_encoders
from lnl_gui.learn.recipes import registry
from lnl_gui.util.paths import cache_folder


def completed(line: str, place: Path) -> list[str]:
    """What a fresh process offers for a command line whose last word is not finished."""
    answer = place / "answer"
    variables = {
        "_ARGCOMPLETE": "1",
        "_ARGCOMPLETE_IFS": "\n",
        "_ARGCOMPLETE_STDOUT_FILENAME": str(answer),
        "COMP_LINE": line,
        "COMP_POINT": str(len(line)),
        "COMP_TYPE": "9",
    }
    command = "import sys; from lnl_gui.__main__ import main; main([])"
    done = subprocess.run(
        [sys.executable, "-c", command],
        env=os.environ | variables,
        cwd=place,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return answer.read_text(encoding="utf-8").split("\n")


def test_verbs_options_names_and_files(tmp_path: Path) -> None:
    (tmp_path / "labels.csv").touch()
    assert set(completed("lnl-gui ", tmp_path)) == set(VERBS)
    assert completed("lnl-gui bench detect --no", tmp_path) == ["--noise", "--no-cleanlab"]
    encoders = completed("lnl-gui embed p --encoder ", tmp_path)
    assert encoders == [info.name for info in list_encoders()]
    assert completed("lnl-gui import lab", tmp_path) == ["labels.csv "]
    writers = completed("lnl-gui export p out --format ", tmp_path)
    assert writers == [writer.name for writer in list_writers()]
    assert completed("lnl-gui detect p --seed ", tmp_path) == [""]


def test_recipes_are_looked_up_once_a_version(monkeypatch: pytest.MonkeyPatch) -> None:
    names = [recipe.name for recipe in registry.list_recipes()]
    assert recipe_names() == names
    monkeypatch.setattr(registry, "list_recipes", lambda: [])
    assert recipe_names() == names
    monkeypatch.setattr("lnl_gui.__version__", "0.0")
    assert recipe_names() == []
    (cache_folder() / "recipe_names.json").write_text("[]")
    assert recipe_names() == []


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell_gets_its_lines(shell: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["completion", shell]) == 0
    said = capsys.readouterr().out
    assert "lnl-gui" in said and completion.ASKED_BY_SHELL in said


@pytest.mark.skipif(shutil.which("bash") is None, reason="no bash")
def test_bash_completes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """In a real shell: the function that `complete -p` names fills `COMPREPLY`."""
    assert main(["completion", "bash"]) == 0
    (tmp_path / "register").write_text(capsys.readouterr().out)
    program = tmp_path / "bin" / "lnl-gui"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m lnl_gui "$@"\n')
    program.chmod(0o755)
    script = """
    source register; complete -p lnl-gui
    COMP_LINE="lnl-gui detect p --det"; COMP_POINT=${#COMP_LINE}; COMP_TYPE=9
    COMP_WORDS=($COMP_LINE); COMP_CWORD=3
    _python_argcomplete lnl-gui --det p; echo "${COMPREPLY[@]}"
    """
    done = subprocess.run(
        ["bash", "--norc", "-c", script],
        env=os.environ | {"PATH": f"{program.parent}{os.pathsep}{os.environ['PATH']}"},
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    lines = done.stdout.splitlines()
    assert "_python_argcomplete lnl-gui" in lines[0], done.stderr
    assert lines[1].strip() == "--detector"
