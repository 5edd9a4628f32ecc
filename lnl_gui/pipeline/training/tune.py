"""Hyper-parameter search by validation accuracy; the held-out samples are never looked at.

Trials are ranked by what the searched settings reached, not by the linear probe that a training
falls back to: its accuracy is the same whatever they are.

What is drawn is TURN's search space unless told otherwise, see `util.search_space`. Optuna
proposes and remembers. Its journal lies in the run's folder: a stopped search goes on, and
the trial that was under way is taken up at its own checkpoint.
"""

import hashlib
import shutil
from collections.abc import Iterator
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.detect.threads import at_most
from lnl_gui.learn.finetuning.steps import training_steps
from lnl_gui.learn.recipes.parameters import STAGES, Recipe
from lnl_gui.learn.recipes.registry import find_recipe
from lnl_gui.learn.recipes.settings import settings_of, words_of
from lnl_gui.pipeline.datasets.changed_files import refuse_changed
from lnl_gui.pipeline.datasets.missing_files import without_missing
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.search_result import facts_of, search_metrics
from lnl_gui.pipeline.training.training_data import training_data
from lnl_gui.pipeline.training.trial import TrialJob, TrialOutcome, Values, place_of
from lnl_gui.pipeline.training.tune_on_cluster import search_on_cluster
from lnl_gui.store.jobs.parameters import FinetuneParameters, TuneParameters
from lnl_gui.util.cluster import chosen_cluster
from lnl_gui.util.errors import UserError
from lnl_gui.util.extras import package_missing
from lnl_gui.util.messages import Message, message
from lnl_gui.util.progress import JobContext, Progress, stage_progress
from lnl_gui.util.search_space import Options, Space, space_of, start_of
from lnl_gui.util.whole_progress import PlannedStep, WholeContext

STUDY = "tune-2"
"""Of the present meaning: up to 0.1 a trial could be given the accuracy of the linear probe."""
JOURNAL = "study.log"
OUTCOME = "outcome"
_FAILED_CODES = ("nothing_learnt", "loss_not_finite")
"""Codes of errors that end a trial, as at too high a rate; any other ends the search."""


def run(
    parameters: TuneParameters, context: JobContext, *, project_folder: Path, run_folder: Path
) -> dict[str, Any]:
    """Train `parameters.trials` times on the curated labels and rank by validation accuracy.

    Raises:
        UserError: without Optuna, for a recipe with nothing to tune, when images are missing
            (unless those are to be left out), or when nothing can be trained on.
    """
    optuna = _optuna()
    recipe = find_recipe(parameters.recipe)
    space = searched_space(recipe, parameters)
    start = start_of(space, settings_of(recipe, encoder=parameters.encoder))
    chosen = FinetuneParameters(
        recipe=parameters.recipe,
        encoder=parameters.encoder,
        weights=parameters.weights,
        seed=parameters.seed,
    )
    snapshot = without_missing(take_snapshot(project_folder), partial=parameters.partial)
    for said in refuse_changed(snapshot, np.flatnonzero(snapshot.samples.readable), context):
        context.log(said)
    data = training_data(snapshot, chosen)
    study = _open_study(optuna, run_folder, space, start)
    job = TrialJob(parameters, recipe, data.curated)
    trials = _Trials(optuna, study, job, space, context)
    cluster = chosen_cluster()
    if cluster:
        search_on_cluster(cluster, trials, run_folder, device=parameters.device)
    else:
        _search_here(trials, run_folder / "parts")
    return {"artifacts": {}, "metrics": _metrics(optuna, study, parameters, start)}


class _Trials:
    """The study, asked for values and told what came of them; see `tune_on_cluster.Trials`."""

    def __init__(
        self, optuna: Any, study: Any, job: TrialJob, space: Space, context: JobContext
    ) -> None:
        self._optuna, self._study, self._space = optuna, study, space
        self.job, self.context = job, context

    @property
    def finished(self) -> int:
        """Trials that came to an end."""
        return len(_finished(self._optuna, self._study))

    def ask(self, number: int, *, together: bool = False) -> tuple[Any, Values]:
        """The next trial and its values.

        Args:
            number: how many there were before it.
            together: whether others are under way meanwhile, near which it is not drawn.
        """
        # By how many are done: a search that was stopped draws as one that was not, and no draw is
        # like an earlier one.
        seed = self.job.parameters.seed + 1000 * number
        self._study.sampler = self._optuna.samplers.TPESampler(seed=seed, constant_liar=together)
        trial = self._study.ask()
        return trial, propose(trial, self._space)

    def tell(
        self, trial: Any, number: int, values: Values, outcome: TrialOutcome | UserError
    ) -> None:
        """What came of a trial.

        Raises:
            UserError: one that ends the search.
        """
        if isinstance(outcome, UserError):
            if outcome.code not in _FAILED_CODES:
                raise outcome
            self.context.log(
                message("Trial {number} learnt nothing: {error}", number=number + 1, error=outcome)
            )
            self._study.tell(trial, state=self._optuna.trial.TrialState.FAIL)
            return
        trial.set_user_attr(OUTCOME, asdict(outcome))
        self._study.tell(trial, outcome.accuracy)
        self.context.event("trial", **facts_of(number + 1, outcome), **values)


def _search_here(trials: _Trials, folder: Path) -> None:
    """One trial after the other, each on the same samples with the same seed."""
    job, context = trials.job, trials.context
    whole = WholeContext(context, list(_expected_steps(job, trials.finished)))
    with at_most(context.threads):
        while (number := trials.finished) < job.parameters.trials:
            trial, values = trials.ask(number)

            def progress_of(stage: Message, number: int = number) -> Progress:
                return stage_progress(whole, _titled(job, number, stage))

            place = place_of(folder, values)
            outcome: TrialOutcome | UserError
            try:
                outcome = job.train(
                    values,
                    folder=place,
                    cache_folder=folder / "activations",
                    workers=context.threads or 0,
                    progress_of=progress_of,
                )
            except UserError as error:
                outcome = error
            trials.tell(trial, number, values, outcome)
            # Only an unfinished trial needs it.
            shutil.rmtree(place, ignore_errors=True)
    whole.finish(message("all trials are done"))


def _titled(job: TrialJob, number: int, stage: Message) -> Message:
    return message(
        "trial {number} of {trials}: {stage}",
        number=number + 1,
        trials=job.parameters.trials,
        stage=stage,
    )


def _expected_steps(job: TrialJob, finished: int) -> Iterator[PlannedStep]:
    """The steps of all trials but those that are finished, by the recipe's own settings."""
    curated = job.curated
    samples = int((curated.labels >= 0).sum())
    judged = int(samples * job.recipe.validation_fraction)
    for number in range(finished, job.parameters.trials):
        for step in training_steps(
            job.recipe,
            encoder=job.parameters.encoder,
            training=samples - judged,
            judged=judged,
            stored=curated.embedding is not None and not job.recipe.backbone,
            kept=number > finished,
        ):
            yield PlannedStep(_titled(job, number, step.title), step.cost)


def _optuna() -> Any:
    try:
        import optuna  # noqa: PLC0415 - an extra
    except ImportError as error:
        purpose = message("The search for training settings")
        raise package_missing(purpose, "optuna", "tune") from error
    optuna.logging.set_verbosity(optuna.logging.WARNING)
    return optuna


def searched_space(recipe: Recipe, parameters: TuneParameters) -> Space:
    """What a search draws from.

    Raises:
        UserError: for a recipe that has nothing to search, an unknown constant, or a range that
            is none.
    """
    known = settings_of(recipe, encoder=parameters.encoder)
    if recipe.method == STAGES and not recipe.stages:
        raise UserError(
            message(
                "The recipe {recipe} chooses its numbers by itself; there is nothing to tune.",
                recipe=recipe.name,
            ),
            message("Choose another recipe, such as quick; see `lnl-gui recipes`."),
            code="nothing_to_tune",
        )
    words = words_of(recipe, encoder=parameters.encoder)
    return space_of(known, parameters.space, words=words)


def propose(trial: Any, space: Space) -> Values:
    """Values of a trial, one of each dimension."""
    values: Values = {}
    for name, dimension in space.items():
        if isinstance(dimension, Options):
            values[name] = trial.suggest_categorical(name, list(dimension.values))
        elif dimension.whole:
            low, high = int(dimension.low), int(dimension.high)
            values[name] = trial.suggest_int(name, low, high, log=dimension.logarithmic)
        else:
            values[name] = trial.suggest_float(
                name, dimension.low, dimension.high, log=dimension.logarithmic
            )
    return values


def _open_study(optuna: Any, folder: Path, space: Space, start: Values) -> Any:
    """The run's study; a trial that a kill left unfinished is asked for again."""
    folder.mkdir(parents=True, exist_ok=True)
    # One process alone works on a run: whoever holds the lock was killed, and Optuna would wait
    # half a minute for them.
    for left in folder.glob(f"{JOURNAL}.lock*"):
        left.unlink(missing_ok=True)
    journal = optuna.storages.journal
    file = str(folder / JOURNAL)
    # Locking by links, the default, is not allowed everywhere on Windows.
    backend = journal.JournalFileBackend(file, lock_obj=journal.JournalFileOpenLock(file))
    storage = optuna.storages.JournalStorage(backend)
    # A search that an earlier version left unfinished drew from another space.
    drawn = hashlib.sha256(str({name: str(d) for name, d in space.items()}).encode()).hexdigest()
    study = optuna.create_study(
        storage=storage,
        study_name=f"{STUDY}-{drawn[:12]}",
        load_if_exists=True,
        direction="maximize",
    )
    if not study.trials:
        # The recipe's own numbers are the first trial, so that the search is measured against them.
        study.enqueue_trial(start)
    queued = {trial.user_attrs.get("resumed") for trial in study.trials}
    for trial in study.trials:
        if trial.state == optuna.trial.TrialState.RUNNING:
            # Asked for before it is given up: a kill between the two loses nothing.
            if trial.number not in queued:
                study.enqueue_trial(_asked(trial, start), user_attrs={"resumed": trial.number})
            study.tell(trial.number, state=optuna.trial.TrialState.FAIL)
    return study


def _asked(trial: Any, start: Values) -> Values:
    """The values of a trial; those that were asked for where a kill came before all were drawn."""
    if trial.params.keys() >= start.keys():
        return dict(trial.params)
    return dict(trial.system_attrs.get("fixed_params", {}))


def _finished(optuna: Any, study: Any) -> list[Any]:
    """Trials that came to an end; one that was stopped is counted when it is done again."""
    resumed = {trial.user_attrs.get("resumed") for trial in study.trials}
    states = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.FAIL)
    return [t for t in study.trials if t.state in states and t.number not in resumed]


def _metrics(optuna: Any, study: Any, parameters: TuneParameters, start: Values) -> Values:
    finished = _finished(optuna, study)
    outcomes = [
        None if trial.value is None else TrialOutcome(**trial.user_attrs[OUTCOME])
        for trial in finished
    ]
    if not any(outcomes):
        raise UserError(
            message("None of {count} trials learnt anything.", count=len(finished)),
            message("Run `lnl-gui finetune` once to see why."),
            code="nothing_learnt",
        )
    return {
        "recipe": parameters.recipe,
        "encoder": parameters.encoder,
        **search_metrics([dict(trial.params) for trial in finished], outcomes, list(start)),
    }
