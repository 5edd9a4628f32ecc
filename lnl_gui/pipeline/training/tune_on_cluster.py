"""The search for hyper-parameters on Ray Tune: several trials at once, on the nodes of a cluster.

Ray Tune places trials, runs one again whose node was lost, and stops them. What is tried, what came
of it and where a stopped search goes on is our study's, as without a cluster, so that a search may
begin in one place and go on in the other, and one trial at a time draws what it draws here.
"""

import os
import platform
import shutil
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, Protocol, Self

import lnl_gui
from lnl_gui.containers.location import outer_path, url_of
from lnl_gui.detect.threads import at_most
from lnl_gui.learn.recipes.parameters import ON_EMBEDDING
from lnl_gui.pipeline.cluster.on_node import other_version
from lnl_gui.pipeline.cluster.pool import no_node
from lnl_gui.pipeline.cluster.ray_cluster import RayCluster, connected
from lnl_gui.pipeline.training.trial import TrialJob, TrialOutcome, Values, place_of
from lnl_gui.util.errors import Cancelled, UserError
from lnl_gui.util.messages import Message, from_text, message, message_n, to_text
from lnl_gui.util.progress import JobContext, Progress, no_progress

ACCURACY, FAILURE, OUTCOME = "validation_accuracy", "failure", "outcome"
RETRIES = 3
"""How often a trial is begun again whose node was lost."""
_FOLDER = "ray"


class Trials(Protocol):
    """The study of a search, see `lnl_gui.pipeline.training.tune`."""

    job: TrialJob
    context: JobContext

    @property
    def finished(self) -> int:
        """Trials that came to an end."""

    def ask(self, number: int, *, together: bool = False) -> tuple[Any, Values]:
        """The next trial and its values."""

    def tell(
        self, trial: Any, number: int, values: Values, outcome: TrialOutcome | UserError
    ) -> None:
        """What came of a trial; raises what ends the search."""


def search_on_cluster(address: str, trials: Trials, run_folder: Path, *, device: str) -> None:
    """Run the trials that are missing.

    Args:
        address: of the cluster.
        trials: the study.
        run_folder: where Ray Tune keeps its state; all nodes must see it.
        device: as the job asks for it.

    Raises:
        UserError: without Ray, when no cluster answers, or for what ends the search.
        Cancelled: when the job was asked to stop.
    """
    # Ray Tune writes tables and curves of its own, which nobody asked for.
    os.environ.setdefault("TUNE_DISABLE_AUTO_CALLBACK_LOGGERS", "1")
    context = trials.context
    with connected(address, device=device, threads=context.threads) as cluster:
        _search(cluster, trials, run_folder)


def _search(cluster: RayCluster, trials: Trials, run_folder: Path) -> None:
    from ray import tune  # noqa: PLC0415 - an extra

    groups = cluster.groups()
    if not groups:
        raise no_node()
    cpus, gpus = min(group.cpus for group in groups), groups[0].gpus
    search = _searcher(tune, trials, together=len(groups) > 1)
    stop = _stopper(tune, trials, search)
    payload = {"job": trials.job, "folder": str(run_folder / "parts"), "threads": cpus}
    train = tune.with_parameters(_train, payload=payload, version=lnl_gui.__version__)
    tuner = tune.Tuner(
        tune.with_resources(train, {"cpu": cpus, "gpu": gpus}),
        tune_config=tune.TuneConfig(
            metric=ACCURACY,
            mode="max",
            num_samples=trials.job.parameters.trials - trials.finished,
            max_concurrent_trials=len(groups),
            search_alg=search,
        ),
        run_config=tune.RunConfig(
            name=_FOLDER,
            storage_path=str(run_folder),
            stop=stop,
            failure_config=tune.FailureConfig(max_failures=RETRIES),
            verbose=0,
        ),
    )
    if trials.finished < trials.job.parameters.trials:
        tuner.fit()
    if stop.cancelled:
        raise Cancelled
    if search.ended is not None:
        raise search.ended
    lost = trials.job.parameters.trials - trials.finished
    if lost > 0:
        raise UserError(
            message_n("One trial was lost.", "{count} trials were lost.", lost),
            message("What was finished is kept; start again once the cluster is there."),
            code="trials_lost",
            retryable=True,
        )
    shutil.rmtree(run_folder / _FOLDER, ignore_errors=True)


class _OfThisProcess:
    """Ray Tune writes its state, of which a search that goes on reads nothing.

    The study and the job's context, which a searcher and a stopper hold, have locks and open files.
    """

    def __reduce__(self) -> tuple[Callable[[], None], tuple[()]]:
        return _nothing, ()

    def __deepcopy__(self, copied: dict[int, Any]) -> Self:
        return self


def _nothing() -> None:
    """What stands for a searcher or a stopper where Ray Tune has written it."""


def _searcher(tune: Any, trials: Trials, *, together: bool) -> Any:
    """Our study as Ray Tune asks for values and tells results."""

    class StudySearcher(_OfThisProcess, tune.search.Searcher):  # type: ignore[misc]  # untyped
        """Hands out what the study asks for."""

        def __init__(self) -> None:
            super().__init__(metric=ACCURACY, mode="max")
            self.ended: UserError | None = None
            self._asked: dict[str, tuple[Any, int, Values]] = {}
            self._number = trials.finished

        def suggest(self, trial_id: str) -> Values | None:
            """The values of the next trial."""
            trial, values = trials.ask(self._number, together=together)
            self._asked[trial_id] = (trial, self._number, values)
            self._number += 1
            return dict(values)

        def on_trial_complete(
            self, trial_id: str, result: dict[str, Any] | None = None, error: bool = False
        ) -> None:
            """Tell the study."""
            trial, number, values = self._asked.pop(trial_id)
            # Stopped, or given up: what is still running in the study is begun again next time.
            if error or result is None or (OUTCOME not in result and FAILURE not in result):
                return
            failure = result.get(FAILURE)
            outcome = _error_of(failure) if failure else TrialOutcome(**result[OUTCOME])
            try:
                trials.tell(trial, number, values, outcome)
            except UserError as ending:
                self.ended = ending

        def save(self, checkpoint_path: str) -> None:
            """Nothing: the study is on disk."""

        def restore(self, checkpoint_path: str) -> None:
            """Nothing, likewise."""

    return StudySearcher()


def _stopper(tune: Any, trials: Trials, search: Any) -> Any:
    """Ends the search when the job is asked to stop."""

    class JobStopper(_OfThisProcess, tune.Stopper):  # type: ignore[misc]  # untyped
        """Reports progress whenever Ray Tune asks whether to stop."""

        def __init__(self) -> None:
            self.cancelled = False

        def __call__(self, trial_id: str, result: dict[str, Any]) -> bool:
            """No trial ends before it has come to its end."""
            return False

        def stop_all(self) -> bool:
            """Whether the job was cancelled, or a trial has ended the search."""
            try:
                trials.context.progress(
                    message("Trials on the cluster"),
                    trials.finished,
                    trials.job.parameters.trials,
                )
            except Cancelled:
                self.cancelled = True
            return self.cancelled or search.ended is not None

    return JobStopper()


def _train(config: Values, *, payload: dict[str, Any], version: str) -> dict[str, Any]:
    """One trial, on a node."""
    job: TrialJob = payload["job"]
    folder, threads = Path(payload["folder"]), int(payload["threads"])
    try:
        _check_node(job, version)
        with at_most(threads):
            outcome = job.train(
                config,
                folder=place_of(folder, config),
                cache_folder=folder / f"activations-{os.getpid()}",
                workers=threads,
                progress_of=_silent,
            )
    except UserError as error:
        # As text: Ray Tune stores results as JSON.
        said = {"message": to_text(error.message), "hint": to_text(error.hint), "code": error.code}
        return {FAILURE: said, ACCURACY: 0.0}
    finally:
        _forget(folder, config)
    return {ACCURACY: outcome.accuracy, OUTCOME: asdict(outcome)}


def _forget(folder: Path, config: Values) -> None:
    for place in (folder / f"activations-{os.getpid()}", place_of(folder, config)):
        shutil.rmtree(place, ignore_errors=True)


def _silent(stage: Message) -> Progress:
    return no_progress


def _error_of(said: dict[str, str]) -> UserError:
    return UserError(from_text(said["message"]), from_text(said["hint"]), code=said["code"])


def _check_node(job: TrialJob, version: str) -> None:
    if version != lnl_gui.__version__:
        raise other_version(platform.node(), version)
    if dict(job.recipe.constants).get(ON_EMBEDDING):
        return
    for file in job.curated.files:
        if url_of(file) is None and not outer_path(file).exists():
            raise UserError(
                message("A node of the cluster does not see {file}.", file=str(file)),
                message("A search needs the images and the project in a folder all nodes share."),
                code="images_unseen",
            )
