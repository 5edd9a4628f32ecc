"""From a kind to its body: a whitelist, and a broken installation said plainly."""

from pathlib import Path

import pytest

from lnl_gui.cli.context import TerminalContext
from lnl_gui.jobs import runner
from lnl_gui.util.errors import UserError

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
    assert "torchvision" in raised.value.hint


def test_other_failures_stay_what_they_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_name: str) -> object:
        raise RuntimeError("something else")

    monkeypatch.setattr(runner, "import_module", broken)
    with pytest.raises(RuntimeError, match="something else"):
        runner.run_body("catalogue", {}, TerminalContext(quiet=True), project=tmp_path, run_id="")
