"""Settings from files and variables: who wins, what is refused, and what may be set at all."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.configure import option_names, problems
from lnl_gui.cli.setting_sources import find_settings
from lnl_gui.cli.verb_table import VERBS
from lnl_gui.cli.verbs import detect, embed, run


@pytest.fixture
def seen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Callable[..., Any]:
    """Options that a verb gets in a working directory of its own; None where it was refused."""
    got: list[Any] = []
    for module in (detect, embed, run):
        monkeypatch.setattr(module, "run", lambda options: got.append(options) or 0)
    place = tmp_path / "data" / "deep"
    place.mkdir(parents=True)
    monkeypatch.chdir(place)

    def call(*arguments: str) -> Any:
        got.clear()
        try:
            main(arguments)
        except SystemExit as ended:
            assert ended.code == 2
        return got[0] if got else None

    return call


def test_line_before_variable_before_file_before_default(
    seen: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert seen("detect", "p").seed == 0
    (tmp_path / "data" / "pyproject.toml").write_text(
        "[tool.lnl-gui]\nseed = 1\nencoder = ['a', 'b']\n[tool.lnl-gui.detect]\nemphasis = 0.5\n"
    )
    found = seen("detect", "p")
    assert (found.seed, found.encoder, found.emphasis) == (1, ["a", "b"], 0.5)
    (tmp_path / "data" / "pyproject.toml").write_text(
        "[tool.lnl-gui]\nseed = 1\n[tool.lnl-gui.detect]\nseed = 2\n"
    )
    assert seen("detect", "p").seed == 2
    monkeypatch.setenv("LNL_SEED", "3")
    monkeypatch.setenv("LNL_ENCODER", "c, d")
    assert seen("detect", "p").seed == 3
    monkeypatch.setenv("LNL_DETECT__SEED", "4")
    found = seen("detect", "p")
    assert (found.seed, found.encoder) == (4, ["c", "d"])
    found = seen("detect", "p", "--seed", "0", "--encoder", "e")
    assert (found.seed, found.encoder) == (0, ["e"])
    assert seen("embed", "p").encoder == ["c", "d"]


def test_the_nearest_file_counts_unless_one_is_named(
    seen: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "lnl-gui.toml").write_text("seed = 1")
    (tmp_path / "data" / "pyproject.toml").write_text("[project]\nname = 'x'\n")
    assert seen("detect", "p").seed == 1
    (tmp_path / "data" / "lnl-gui.toml").write_text("seed = 2")
    assert seen("detect", "p").seed == 2
    (tmp_path / "mine.toml").write_text("seed = 3")
    for arguments in (["--config", "../../mine.toml", "detect", "p"], ["detect", "p"]):
        monkeypatch.setenv("LNL_CONFIG", str(tmp_path / "mine.toml"))
        assert seen(*arguments).seed == 3
    assert seen("detect", "p", "--config=/dev/null").seed == 0


def test_paths_are_relative_to_the_file_and_stay_inside_unless_it_is_named(
    seen: Callable[..., Any], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "data" / "lnl-gui.toml"
    file.write_text("[run]\nproject = 'p.lnl'\n")
    # Also an option that must be given is given.
    assert seen("run", "images").project == tmp_path / "data" / "p.lnl"
    file.write_text("[run]\nproject = '../p.lnl'\n")
    assert seen("run", "images") is None
    assert "leads out of the folder" in capsys.readouterr().err
    found = seen("run", "images", "--config", str(file))
    assert found.project.resolve() == (tmp_path / "p.lnl").resolve()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sead = 1", "Did you mean seed?"),
        ("[detekt]\nseed = 1", "Did you mean detect?"),
        ("[detect]\nholdout = 0.5", "there is no setting “holdout”"),
        ("seed = '1'", "seed: expected a number"),
        ("seed = true", "seed: expected a number"),
        ("seed = 1.5", "seed: must be a whole number from 0"),
        ("threads = 0", "1 or more"),
        ("encoder = 3", "encoder: expected a text"),
        ("quiet = 'yes'", "expected true or false"),
        ("partial = true", "there is no setting “partial”"),
        ("overwrite = true", "there is no setting “overwrite”"),
        ("seed = ", "cannot be read"),
    ],
)
def test_what_does_not_fit_is_refused(
    text: str, said: str, seen: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("lnl-gui.toml").write_text(text, encoding="utf-8")
    assert seen("detect", "p", "--json") is None
    heard = capsys.readouterr()
    assert said in heard.err and "lnl-gui.toml" in heard.err
    assert json.loads(heard.out)["error"] in ("unknown_setting", "bad_setting")
    # Help and the pages of help come all the same.
    assert main(["help", "settings"]) == 0


def test_a_choice_and_the_other_side_of_a_choice(
    seen: Callable[..., Any], capsys: pytest.CaptureFixture[str]
) -> None:
    Path("lnl-gui.toml").write_text("[run]\nimages = 'move'\n")
    assert seen("run", "x", "--project", "p") is None
    assert "“move” is none of copy, hardlink, symlink, none" in capsys.readouterr().err
    Path("lnl-gui.toml").write_text("no-download = true\nwindow-level = [400, 40]\n")
    assert seen("embed", "p").no_download is True
    found = seen("embed", "p", "--yes")
    assert (found.yes, found.no_download, found.window_level) == (True, False, ["400", "40"])
    assert seen("embed", "p", "--window-level", "1", "2").window_level == ["1", "2"]


def test_verbose_says_which_value_came_from_where(
    seen: Callable[..., Any], capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("lnl-gui.toml").write_text("seed = 7\nverbose = true\n")
    monkeypatch.setenv("LNL_EMPHASIS", "0.25")
    assert seen("detect", "p").seed == 7
    said = capsys.readouterr().err
    assert f"seed is 7 by {Path.cwd() / 'lnl-gui.toml'}" in said
    assert "emphasis is 0.25 by LNL_EMPHASIS" in said
    assert seen("detect", "p", "--quiet") is not None
    assert "seed is 7" not in capsys.readouterr().err


def test_what_agrees_to_something_cannot_be_set() -> None:
    names = set().union(*(option_names(verb) for verb in VERBS))
    assert {"seed", "encoder", "quiet", "no-download", "log-file"} <= names
    agreeing = {"yes", "partial", "overwrite", "in-place", "accept-layout", "repair", "config"}
    assert not names & agreeing


def test_problems_of_every_verb_are_found_at_once(tmp_path: Path) -> None:
    file = tmp_path / "x.toml"
    file.write_text("seed = 1\n[finetune]\nrecipe = 3\nrecipee = 'x'\n[tune]\ntrials = 2\n")
    codes = [error.code for error in problems(find_settings(file))]
    assert codes == ["bad_setting", "unknown_setting"]
