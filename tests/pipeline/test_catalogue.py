"""What a window or a person can choose from."""

import json
from dataclasses import fields
from pathlib import Path

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.context import TerminalContext
from lnl_gui.detect.threads import at_most
from lnl_gui.encoders.catalogue import download
from lnl_gui.gui.dialogs.choices import (
    DetectorChoice,
    DeviceChoice,
    EncoderChoice,
    FormatChoice,
    RecipeChoice,
)
from lnl_gui.jobs.context import MessageContext
from lnl_gui.jobs.runner import run_body
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.pipeline.catalogue import duration
from lnl_gui.util.process.cores import available_cores

KINDS = {
    "encoders": EncoderChoice,
    "detectors": DetectorChoice,
    "recipes": RecipeChoice,
    "devices": DeviceChoice,
    "formats": FormatChoice,
}


def test_the_window_can_build_its_choices_without_a_project(tmp_path: Path) -> None:
    context = TerminalContext(quiet=True)
    found = run_body("catalogue", {}, context, project=tmp_path / "none", run_id="").metrics
    assert json.loads(json.dumps(found)) == found
    assert set(found) == set(KINDS)
    for kind, choice in KINDS.items():
        assert found[kind]
        for entry in found[kind]:
            assert set(entry) == {field.name for field in fields(choice)}
            choice(**entry)
    recipe = next(entry for entry in found["recipes"] if entry["name"] == "quick")
    stage = find_recipe("quick").stages[-1]
    assert (recipe["epochs"], recipe["batch_size"]) == (stage.epochs, stage.batch_size)
    assert found["devices"][-1]["name"] == "cpu"
    assert list(tmp_path.iterdir()) == []


def test_weights_that_are_here_are_not_announced(monkeypatch: pytest.MonkeyPatch) -> None:
    from lnl_gui.pipeline.catalogue import encoders as listed

    size = {entry["name"]: entry["download_bytes"] for entry in listed()}
    assert size["bundled"] == 0
    assert size["resnet-50"] > 50_000_000
    monkeypatch.setattr(download, "find", lambda remote: Path("here"))
    assert {entry["download_bytes"] for entry in listed()} == {0}


@pytest.mark.parametrize("verb", ["encoders", "detectors", "recipes"])
def test_the_lists_can_be_read_by_people_and_scripts(
    verb: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([verb]) == 0
    shown = capsys.readouterr().out
    assert main([verb, "--json"]) == 0
    entries = json.loads(capsys.readouterr().out)
    assert all(entry["name"] in shown for entry in entries)
    assert len(entries) > 5


@pytest.mark.parametrize(
    ("minutes", "words"),
    [(0.1, "seconds"), (1, "a minute"), (4, "4 minutes"), (120, "2 hours"), (600, "10 hours")],
)
def test_durations_in_words(minutes: float, words: str) -> None:
    assert words in str(duration(minutes))


def test_a_worker_leaves_a_core_to_the_window_and_a_command_does_not() -> None:
    assert MessageContext(lambda message: None).threads == available_cores(1)
    assert TerminalContext().threads is None
    assert TerminalContext(threads=3).threads == 3


def test_the_limit_holds_inside_only() -> None:
    import torch

    before = torch.get_num_threads()
    with at_most(1):
        assert torch.get_num_threads() == 1
    with at_most(None):
        assert torch.get_num_threads() == before
    assert torch.get_num_threads() == before
