"""From a kind to its body: a whitelist, and a broken installation said plainly."""

from pathlib import Path

import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.jobs import runner
from lnl_gui.store.jobs.runs import LOG
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext
from tests.builders import make_project

MESSAGE = "operator torchvision::nms does not exist"


def test_only_listed_kinds_run(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="os"):
        runner.run_body("os", {}, TerminalContext(quiet=True), project=tmp_path, run_id="")


def test_a_torchvision_of_another_torch_says_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(_name: str) -> object:
        raise RuntimeError(MESSAGE)

    monkeypatch.setattr(runner, "import_module", broken)
    with pytest.raises(UserError, match="do not belong together") as raised:
        runner.run_body("catalogue", {}, TerminalContext(quiet=True), project=tmp_path, run_id="")
    assert "torchvision" in str(raised.value.hint)


def test_other_failures_stay_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> object:
        raise RuntimeError("something else")

    monkeypatch.setattr(runner, "import_module", broken)
    with pytest.raises(RuntimeError, match="something else"):
        runner.run_body("catalogue", {}, TerminalContext(quiet=True), project=tmp_path, run_id="")


def test_what_a_job_says_is_kept_in_its_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    class Body:
        @staticmethod
        def run(_spec: object, context: JobContext, **folders: Path) -> dict[str, object]:
            context.log(message("a line"))
            context.progress(message("stage"), 1, 2)
            raise error

    monkeypatch.setattr(runner, "import_module", lambda _name: Body)
    project = make_project(tmp_path / "animals.lnl")
    (project / "runs" / "detect-1").mkdir(parents=True)
    raised: list[Exception] = [
        UserError(Message("No space."), Message("Make some.")),
        Cancelled(),
        KeyError("bug"),
    ]
    for error in raised:
        with pytest.raises(type(error)):
            runner.run_body(
                "detect", {}, TerminalContext(quiet=True), project=project, run_id="detect-1"
            )
    kept = (project / "runs" / "detect-1" / LOG).read_text("utf-8")
    assert [line[9:] for line in kept.splitlines()][:4] == [
        "a line",
        "No space. Make some.",
        "a line",
        "cancelled",
    ]
    assert "KeyError: 'bug'" in kept and "Traceback" in kept
    assert capsys.readouterr().err.count("a line") == 3
