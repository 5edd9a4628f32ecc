"""Constants of recipes on the command line: listed, changed, and refused with the nearest name."""

import json
from pathlib import Path

import pytest

from lnl_gui.__main__ import main


def test_the_constants_of_a_recipe_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes", "divide_mix", "--json"]) == 0
    listed = json.loads(capsys.readouterr().out)
    assert listed["temperature"] == 0.5 and listed["train_on_strong"] is True
    assert main(["recipes", "divide_mix"]) == 0
    assert "confidence_penalty" in capsys.readouterr().out


def test_a_mistyped_constant_is_told_the_nearest(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(SystemExit):
        main(["finetune", str(tmp_path), "--set", "temperature"])
    assert "NAME=VALUE" in capsys.readouterr().err
