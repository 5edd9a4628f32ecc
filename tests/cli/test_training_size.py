"""A recipe that has too few images is said before it begins, in the words of the dialog."""

import argparse
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.verbs import finetune, tune
from lnl_gui.store.jobs.parameters import FinetuneParameters
from lnl_gui.store.training.training_size import TrainingSize, size_limit, too_few
from lnl_gui.util.errors import UserError


def settle(monkeypatch: pytest.MonkeyPatch, images: int, *, yes: bool, answer: bool) -> list[str]:
    """What is asked of a person at a terminal."""
    asked: list[str] = []
    monkeypatch.setattr(finetune, "can_ask", lambda: True)
    monkeypatch.setattr(finetune, "confirmed", lambda words: asked.append(str(words)) or answer)
    size = TrainingSize(drawn=(images, 0), part=images)
    session: Any = SimpleNamespace(statistics=SimpleNamespace(training_size=lambda: size))
    parameters = FinetuneParameters(recipe="co_teaching_head", holdout_fraction=0.5)
    finetune.settle_size(argparse.Namespace(yes=yes), session, parameters)
    return asked


def test_too_few_images_are_told_and_asked_about(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert settle(monkeypatch, 2000, yes=False, answer=False) == []
    assert capsys.readouterr().err == ""
    with pytest.raises(UserError, match="Nothing was begun"):
        settle(monkeypatch, 1998, yes=False, answer=False)
    assert str(too_few(1000, 999)) in capsys.readouterr().err
    assert len(settle(monkeypatch, 1998, yes=False, answer=True)) == 1
    assert settle(monkeypatch, 1998, yes=True, answer=False) == []


def test_the_list_of_recipes_says_it_in_the_same_words(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["recipes"]) == 0
    line = next(x for x in capsys.readouterr().out.splitlines() if x.startswith("co_teaching_head"))
    assert str(size_limit(1000)) in line


def test_a_search_says_it_before_its_first_trial(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    size = TrainingSize(drawn=(100, 0), part=100)
    session = SimpleNamespace(statistics=SimpleNamespace(training_size=lambda: size))
    monkeypatch.setattr(tune, "settle_time", lambda *_, **__: None)
    monkeypatch.setattr(tune, "training_encoder", lambda _: "bundled")
    monkeypatch.setattr(tune, "open_session", lambda _: nullcontext(session))
    monkeypatch.setattr(finetune, "can_ask", lambda: True)
    monkeypatch.setattr(finetune, "confirmed", lambda _: False)
    assert main(["tune", "some.lnl", "--recipe", "co_teaching_head"]) != 0
    assert str(too_few(1000, 80)) in capsys.readouterr().err
