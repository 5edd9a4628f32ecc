"""The search for hyper-parameters: ranked by validation accuracy, resumed, blind to the holdout."""

import json
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.verbs import finetune as finetune_verb
from lnl_gui.cli.verbs import tune as tune_verb
from lnl_gui.learn.finetuning.finetune import FinetuneResult
from lnl_gui.learn.recipes.parameters import Recipe
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.learn.recipes.settings import settings_of
from lnl_gui.learn.training.validation_answers import ValidationAnswers
from lnl_gui.pipeline.training import trial, tune
from lnl_gui.session.detection import encoder_to_train
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import TuneParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.search_space import SearchRange, Space, default_space

pytest.importorskip("optuna")

HEAD = TuneParameters(recipe="small_loss_head", trials=3, encoder="bundled-fast")


def result(accuracy: float | None) -> FinetuneResult:
    """A training whose searched settings reached an accuracy."""
    trained = None if accuracy is None else ValidationAnswers("epoch 1", accuracy, 1.0, 8, "ff")
    found = (Path("model"), "epoch 1", accuracy, None, None, None, (), (), False, 0.0)
    return FinetuneResult(*found, trained=trained)  # type: ignore[arg-type]


def test_the_best_by_validation_accuracy_wins(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = []

    def train(training: object, holdout: object, recipe: object, **options: object) -> object:
        constants = dict(recipe.constants)  # type: ignore[attr-defined]
        seen.append((len(holdout.files), constants["learning_rate"]))  # type: ignore[attr-defined]
        return result(1 / (1 + abs(constants["learning_rate"] - 0.02)))

    monkeypatch.setattr(trial, "finetune", train)
    with Session.open(embedded) as session:
        metrics = run_job(session, HEAD, quiet=True).metrics
    known = settings_of(find_recipe("small_loss_head"), encoder="bundled-fast")
    own = {name: known[name] for name in default_space(known)}
    assert [trial["number"] for trial in metrics["trials"]] == [1, 2, 3]
    first = {name: metrics["trials"][0][name] for name in own}
    assert first == own
    accuracies = [each["validation_accuracy"] for each in metrics["trials"]]
    assert metrics["validation_accuracy"] == max(accuracies)
    nearest = min((rate for _, rate in seen), key=lambda rate: abs(rate - 0.02))
    assert metrics["best"]["learning_rate"] == pytest.approx(nearest)
    # The held-out samples never reach a trial.
    assert {held for held, _ in seen} == {0}


def test_a_stopped_search_goes_on_with_the_trial_that_was_under_way(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folders = []

    def train(*arguments: object, **options: object) -> object:
        folders.append(options["folder"])
        if len(folders) == 2:
            Path(str(options["folder"])).mkdir(parents=True)
            raise KeyboardInterrupt
        return result(0.5 + 0.1 * len(folders))

    monkeypatch.setattr(trial, "finetune", train)
    with Session.open(embedded) as session:
        with pytest.raises(KeyboardInterrupt):
            run_job(session, HEAD, quiet=True)
        metrics = run_job(session, HEAD, quiet=True).metrics
    assert len(metrics["trials"]) == 3
    assert len(folders) == 4
    assert folders[1] == folders[2]
    assert folders[3] != folders[2]


@pytest.mark.parametrize("stop_at", range(1, 4))
@pytest.mark.parametrize("before_values", [False, True])
def test_a_stopped_search_tries_what_one_without_a_stop_tries(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, stop_at: int, before_values: bool
) -> None:
    """Stopped while a trial trains, or while its values are drawn."""

    def train(training: object, holdout: object, recipe: object, **options: object) -> object:
        constants = dict(recipe.constants)  # type: ignore[attr-defined]
        return result(1 / (1 + abs(constants["learning_rate"] - 0.02)))

    def stopping(original: Callable[..., object]) -> Callable[..., object]:
        calls = iter(range(1, 100))

        def call(*arguments: Any, **options: Any) -> object:
            if next(calls) == stop_at:
                if before_values:
                    # Half of a trial's values are drawn.
                    arguments[0].suggest_float("learning_rate", 1e-3, 1e-1, log=True)
                raise KeyboardInterrupt
            return original(*arguments, **options)

        return call

    monkeypatch.setattr(trial, "finetune", train)
    with Session.open(embedded) as session:
        wanted = run_job(session, HEAD, quiet=True).metrics["trials"]
        module, name = (tune, "propose") if before_values else (trial, "finetune")
        original = getattr(module, name)
        monkeypatch.setattr(module, name, stopping(original))
        with pytest.raises(KeyboardInterrupt):
            run_job(session, HEAD, quiet=True)
        monkeypatch.setattr(module, name, original)
        assert run_job(session, HEAD, quiet=True).metrics["trials"] == wanted


def test_without_optuna_it_is_said_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "optuna", None)
    with pytest.raises(UserError, match=r"pip install 'lnl-gui\[tune\]'") as raised:
        tune._optuna()
    assert raised.value.code == "package_missing"
    assert "settings needs what is not installed: optuna." in str(raised.value.message)


def test_the_lock_of_a_search_that_was_killed_is_nobodys(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    optuna = pytest.importorskip("optuna")
    space: Space = {"learning_rate": SearchRange(0.01, 1.0)}
    start = {"learning_rate": 0.1}
    tune._open_study(optuna, tmp_path, space, start)
    (tmp_path / f"{tune.JOURNAL}.lock").write_bytes(b"")
    waited: list[float] = []
    monkeypatch.setattr("time.sleep", waited.append)
    assert tune._open_study(optuna, tmp_path, space, start).trials and not waited


def test_a_trial_that_learns_nothing_is_no_reason_to_stop(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def train(*arguments: object, **options: object) -> object:
        calls.append(options)
        if len(calls) == 1:
            raise UserError(Message("The loss is not a number."), code="nothing_learnt")
        return result(0.7)

    monkeypatch.setattr(trial, "finetune", train)
    with Session.open(embedded) as session:
        metrics = run_job(session, HEAD, quiet=True).metrics
    assert [each["validation_accuracy"] for each in metrics["trials"]] == [None, 0.7, 0.7]


def test_the_space_can_be_changed_by_name(embedded: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen: list[dict[str, object]] = []

    def train(training: object, holdout: object, recipe: Recipe, **options: object) -> object:
        seen.append(settings_of(recipe, encoder="bundled-fast"))
        return result(0.5)

    monkeypatch.setattr(trial, "finetune", train)
    space = (("learning_rate", "0.005..0.006"), ("epochs", "3,4"), ("optimiser", "sgd"))
    with Session.open(embedded) as session:
        metrics = run_job(session, replace(HEAD, space=space), quiet=True).metrics
        with pytest.raises(UserError, match="has no constant epoch"):
            run_job(session, replace(HEAD, space=(("epoch", "3"),)), quiet=True)
    assert all(0.005 <= float(str(each["learning_rate"])) <= 0.006 for each in seen)
    assert {each["epochs"] for each in seen} <= {3, 4}
    assert {each["optimiser"] for each in seen} == {"sgd"}
    assert len(metrics["trials"]) == 3


def test_a_recipe_without_numbers_says_so(embedded: Path) -> None:
    parameters = TuneParameters(recipe="linear_probe", encoder="bundled-fast")
    with Session.open(embedded) as session, pytest.raises(UserError) as raised:
        run_job(session, parameters, quiet=True)
    assert raised.value.code == "nothing_to_tune"


def test_the_command_to_go_on_names_the_weights_that_were_searched_with(
    embedded: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    metrics: dict[str, Any] = {"recipe": "quick", "encoder": "dinov2", "trials": []}
    metrics["best"] = {"epochs": 3}
    monkeypatch.setattr(tune_verb, "run_job", lambda *_, **__: RunResult({}, metrics))
    monkeypatch.setattr(tune_verb, "settle_training", lambda *_: None)
    for weights, shown in (["--weights", "/w/own.pt"], True), ([], False):
        assert main(["tune", str(embedded), *weights]) == 0
        said = capsys.readouterr().err
        assert ("--weights" in said and "own.pt" in said) == shown
        assert "--encoder dinov2" in said and "--set epochs=3" in said


@pytest.mark.parametrize(
    ("words", "encoder"),
    [
        ([], "bundled-fast"),
        (["--encoder", "dinov2"], "dinov2"),
        # A file of weights without a name has always been the bundled encoder's.
        (["--weights", "own.pt"], "bundled"),
    ],
    ids=["embedded", "named", "weights"],
)
def test_what_the_project_was_embedded_with_is_trained_unless_told_otherwise(
    embedded: Path, words: list[str], encoder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    for verb in tune_verb, finetune_verb:

        def stop(options: object, recipe: str, encoder: str) -> None:
            asked.append(encoder)
            raise UserError(message("Stopped."))

        monkeypatch.setattr(verb, "settle_training", stop)
    for name in "tune", "finetune":
        assert main([name, str(embedded), *words]) == 3
    assert asked == [encoder] * 2


def test_an_encoder_of_own_weights_is_not_trained_unasked(embedded: Path) -> None:
    with Session.open(embedded) as session:
        with session.project.transaction() as connection:
            connection.execute(
                "UPDATE run SET spec = json_set(spec, '$.weights', 'own.pt') WHERE kind = 'embed'"
            )
        assert encoder_to_train(session.project) == "bundled"


def test_the_command_trains_for_real_and_prints_how_to_go_on(
    embedded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["tune", str(embedded), "--recipe", "small_loss_head", "--trials", "2", "--json"]
    space = ["--space", "epochs=8,10"]
    assert main([*command, *space]) == 0
    captured = capsys.readouterr()
    metrics = json.loads(captured.out.strip().splitlines()[-1])
    # The one the project was embedded with.
    assert metrics["encoder"] == "bundled-fast"
    reached = [each for each in metrics["trials"] if not each["kept_probe"]]
    assert (metrics["best"] is not None) == bool(reached)
    assert ("lnl-gui finetune" in captured.err) == bool(reached)
    assert ("--set learning_rate=" in captured.err) == bool(reached)
    with Session.open(embedded, read_only=True) as session:
        run = session.runs.latest("tune")
        assert run is not None
        assert not (run.folder / "parts").exists()


def test_the_accuracy_of_the_probe_is_no_trials(
    embedded: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """At a rate that destroys the network the probe is kept, which the settings do not touch."""
    command = ["tune", str(embedded), "--recipe", "quick", "--trials", "2", "--json"]
    space = ["--space", "learning_rate=8..10", "--space", "optimiser=sgd", "--space", "epochs=1"]
    assert main([*command, *space]) == 0
    captured = capsys.readouterr()
    metrics = json.loads(captured.out.strip().splitlines()[-1])
    ruined = metrics["trials"][1:]
    probe = metrics["probe_accuracy"]
    for each in ruined:
        assert each["validation_accuracy"] is None or each["validation_accuracy"] < probe
        assert each["validation_accuracy"] is None or each["kept_probe"]
    if metrics["best"] is None:
        assert metrics["nothing_beat_the_probe"]
        assert "nothing to recommend" in captured.err
        assert "lnl-gui finetune" not in captured.err


def test_a_training_that_diverged_after_the_probe_is_a_failed_trial(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls = []

    def train(*arguments: object, **options: object) -> object:
        calls.append(options)
        diverged = UserError(Message("The loss is not a number."), code="loss_not_finite")
        return replace(result(0.9), diverged=diverged if len(calls) == 2 else None)

    monkeypatch.setattr(trial, "finetune", train)
    with Session.open(embedded) as session:
        metrics = run_job(session, HEAD, quiet=True).metrics
    assert [each["validation_accuracy"] for each in metrics["trials"]] == [0.9, None, 0.9]


def test_an_unfinished_search_of_a_former_version_begins_anew(tmp_path: Path) -> None:
    """Its accuracies may be those of the probe."""
    optuna = pytest.importorskip("optuna")
    space: Space = {"learning_rate": SearchRange(0.01, 1.0)}
    start = {"learning_rate": 0.1}
    present, tune_name = tune.STUDY, "tune"
    try:
        tune.STUDY = tune_name
        study = tune._open_study(optuna, tmp_path, space, start)
        study.tell(study.ask(), 0.9)
    finally:
        tune.STUDY = present
    again = tune._open_study(optuna, tmp_path, space, start)
    assert tune._finished(optuna, again) == []
