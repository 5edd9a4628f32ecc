"""Our study as Ray Tune asks it, without Ray."""

import copy
import pickle  # noqa: TID251 - what is read was written here
import threading
from dataclasses import asdict, dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

import lnl_gui
from lnl_gui.learn.data.sources import TrainingSet
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.pipeline.training import tune_on_cluster
from lnl_gui.pipeline.training.trial import TrialJob, TrialOutcome
from lnl_gui.pipeline.training.tune_on_cluster import ACCURACY, FAILURE, OUTCOME
from lnl_gui.store.jobs.parameters import TuneParameters
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, message, to_text

REACHED = TrialOutcome(0.8, 10, "ff00", "epoch 1")


class Searcher:
    def __init__(self, **_: Any) -> None: ...


TUNE = SimpleNamespace(search=SimpleNamespace(Searcher=Searcher), Stopper=object)


class Context:
    cancelled = False

    def progress(self, stage: Message, done: int, total: int, *, whole: bool = False) -> None:
        if self.cancelled:
            raise Cancelled


@dataclass
class Study:
    """A study that counts."""

    job: TrialJob
    context: Any = field(default_factory=Context)
    finished: int = 3
    told: list[tuple[int, TrialOutcome | str]] = field(default_factory=list)

    def ask(self, number: int, *, together: bool = False) -> tuple[Any, dict[str, Any]]:
        return object(), {"learning_rate": number / 100}

    def tell(self, trial: Any, number: int, values: Any, outcome: TrialOutcome | UserError) -> None:
        if isinstance(outcome, UserError):
            if outcome.code != "nothing_learnt":
                raise outcome
            self.told.append((number, outcome.code))
            return
        self.told.append((number, outcome))


@pytest.fixture
def study() -> Study:
    files: list[Any] = []
    training = TrainingSet(files, np.zeros(0, np.int32), ["a", "b"])
    recipe = find_recipe("small_loss_head")
    return Study(TrialJob(TuneParameters(recipe="small_loss_head"), recipe, training))


def failure(code: str) -> dict[str, Any]:
    said = {"message": to_text(message("It fails.")), "hint": to_text(message("Mend it."))}
    return {ACCURACY: 0.0, FAILURE: {**said, "code": code}}


def test_trials_are_told_in_whatever_order_they_end(study: Study) -> None:
    search = tune_on_cluster._searcher(TUNE, study, together=True)
    assert search.suggest("x") == {"learning_rate": 0.03}
    assert search.suggest("y") == {"learning_rate": 0.04}
    search.on_trial_complete("y", {ACCURACY: 0.8, OUTCOME: asdict(REACHED)})
    search.on_trial_complete("x", failure("nothing_learnt"))
    assert study.told == [(4, REACHED), (3, "nothing_learnt")]
    assert search.ended is None


def test_a_trial_that_was_stopped_or_lost_is_not_told(study: Study) -> None:
    search = tune_on_cluster._searcher(TUNE, study, together=False)
    for name, result, error in (("x", {"training_iteration": 1}, False), ("y", None, True)):
        search.suggest(name)
        search.on_trial_complete(name, result, error)
    assert study.told == []


def test_what_a_user_can_mend_ends_the_search(study: Study) -> None:
    search = tune_on_cluster._searcher(TUNE, study, together=False)
    stop = tune_on_cluster._stopper(TUNE, study, search)
    search.suggest("x")
    assert not stop.stop_all()
    search.on_trial_complete("x", failure("no_validation"))
    assert search.ended is not None and search.ended.code == "no_validation"
    assert str(search.ended) == "It fails. Mend it."
    assert stop.stop_all() and not stop.cancelled


def test_a_cancelled_job_stops_all_trials(study: Study) -> None:
    stop = tune_on_cluster._stopper(TUNE, study, SimpleNamespace(ended=None))
    assert not stop.stop_all()
    study.context.cancelled = True
    assert stop.stop_all() and stop.cancelled


def test_a_node_of_another_version_or_without_the_images_says_so(
    study: Study, tmp_path: Any
) -> None:
    with pytest.raises(UserError, match="has LNL"):
        tune_on_cluster._check_node(study.job, "0.0")
    files: list[Any] = [tmp_path / "none.png"]
    training = TrainingSet(files, np.zeros(1, np.int32), ["a", "b"])
    job = TrialJob(TuneParameters(), find_recipe("quick"), training)
    with pytest.raises(UserError, match="does not see") as at:
        tune_on_cluster._check_node(job, lnl_gui.__version__)
    assert at.value.code == "images_unseen"
    # A head on embeddings reads no image.
    head = TrialJob(TuneParameters(), find_recipe("small_loss_head"), training)
    tune_on_cluster._check_node(head, lnl_gui.__version__)


def test_ray_tune_can_write_its_state_whatever_the_study_holds(study: Study) -> None:
    study.context.lock = threading.Lock()
    search = tune_on_cluster._searcher(TUNE, study, together=False)
    stop = tune_on_cluster._stopper(TUNE, study, search)
    written = pickle.dumps({"search_alg": search, "stop": stop})
    assert pickle.loads(written) == {"search_alg": None, "stop": None}
    # What goes on in this process is the same study.
    assert copy.deepcopy([search, stop]) == [search, stop]
