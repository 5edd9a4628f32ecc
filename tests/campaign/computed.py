"""A project on which every kind of job can run in seconds, and every kind of job on it."""

import io
import json
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from lnl_gui.cli.context import TerminalContext
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.main import run_verb
from lnl_gui.detect.consensus import repetitions
from lnl_gui.encoders.preprocessing import Preprocessing
from lnl_gui.jobs.runner import run_body
from lnl_gui.learn.models import predict as models
from lnl_gui.pipeline.detection import first_look
from lnl_gui.pipeline.embedding import embed
from lnl_gui.pipeline.output import predict
from lnl_gui.session.session import Session
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.job_kinds import JOB_KINDS, kind_of, to_dict
from lnl_gui.store.jobs.parameters import (
    AttachParameters,
    CatalogueParameters,
    DemoParameters,
    DetectParameters,
    EmbedParameters,
    ExportParameters,
    ExtendParameters,
    FinetuneParameters,
    FirstLookParameters,
    ForecastParameters,
    ImportParameters,
    JobParameters,
    MapParameters,
    NoiseTestParameters,
    PackParameters,
    PredictParameters,
    PreviewParameters,
    RelocateParameters,
    TuneParameters,
    UpdateParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from tests.campaign.damage import copy_of
from tests.conftest import draw_image

ENCODER = "bundled-fast"
CLASSES, COUNT = ("circle", "square", "stripes"), 36
_VOLATILE = {
    "images_per_second",
    "seconds",
    "reused",
    "model_folder",
    "written",
    "when",
    "time",
    "bytes",
    "undo",
}
"""Figures that are never the same twice."""


class MeanColours:
    """An encoder that costs nothing: the mean colour of each quarter of an image."""

    name = key = ENCODER
    device = "cpu"
    dimension, batch_size = 12, 64
    preprocessing = Preprocessing(32)

    def embed(self, batch: np.ndarray) -> np.ndarray:
        count, side = len(batch), batch.shape[1] // 2
        quarters = batch.reshape(count, 2, side, 2, side, 3).mean(axis=(2, 4), dtype=np.float32)
        return quarters.reshape(count, self.dimension) / 255


@contextmanager
def cheap_encoder() -> Iterator[None]:
    """Let jobs compute little, which writes as computing much does.

    Embedding takes `MeanColours` for whatever it is told, predicting no model, detection repeats
    twice and a search trains for an epoch or two.
    """
    before = embed.load_encoder, predict.newest_model, models.predict
    often, small = repetitions.MOST, first_look.load_small_encoder
    repetitions.MOST = 2
    embed.load_encoder = lambda *_names, **_options: MeanColours()  # type: ignore[assignment]
    first_look.load_small_encoder = lambda *_names, **_options: MeanColours()  # type: ignore[assignment]
    predict.newest_model = lambda folder: folder
    models.predict = _guess  # type: ignore[assignment]
    try:
        yield
    finally:
        embed.load_encoder, predict.newest_model, models.predict = before
        repetitions.MOST, first_look.load_small_encoder = often, small


def _guess(_model: Path, files: Sequence[Path], **_options: object) -> models.Predictions:
    shares = np.full((len(files), len(CLASSES)), 0.25, np.float32)
    shares[:, 0] = 0.5
    return models.Predictions(list(CLASSES), shares)


def make_computed_project(place: Path) -> Path:
    """Imported, embedded, detected and reviewed, by the jobs themselves."""
    root, folder = place / "shapes", place / "shapes.lnl"
    for number in range(COUNT):
        kind = number % len(CLASSES)
        shown = (kind + (number in (5, 16))) % len(CLASSES)
        (root / CLASSES[kind]).mkdir(parents=True, exist_ok=True)
        draw_image(shown, number, side=24).save(root / CLASSES[kind] / f"{number:02d}.png")
    with cheap_encoder():
        _run_free(ImportParameters(str(root), str(folder)), folder)
        with Session.open(folder, reviewer="ann") as session:
            run_job(session, EmbedParameters(encoders=(ENCODER,)), quiet=True, threads=1)
            run_job(session, DetectParameters(), quiet=True, threads=1)
            session.exclude(np.array([1]))
            session.relabel(np.array([2, 3]), 1)
            session.unsure(np.array([4]))
    return folder


def _run_free(parameters: JobParameters, project: Path) -> dict[str, Any]:
    context = TerminalContext(quiet=True, threads=1)
    context.log = lambda _message: None  # type: ignore[method-assign]
    kind = kind_of(parameters).name
    found = run_body(kind, to_dict(parameters), context, project=project, run_id="")
    return found.metrics


@dataclass(frozen=True)
class JobCase:
    """One kind of job. Each function is given the folder it may work in."""

    kind: str
    parameters: Callable[[Path], JobParameters]
    prepare: Callable[[Path], object] = lambda place: None
    made: Callable[[Path], Path | None] = lambda place: None
    """what it writes outside the project"""
    in_process: bool = True
    """False where its libraries do not survive a fork"""
    goes_on: bool = False
    """whether it works on what it made before"""
    sparing: int = 1
    """of changes so many are alike that one in this number is tried"""
    slow: bool = False
    """whether what kills leave is recorded in one go, for `tests.campaign.states`"""
    refused: bool = False
    """whether a real worker refuses it, since only this process has a model"""
    verb: Callable[[Path], object] | None = None
    """the command line instead of a job; returns what it came to"""

    @property
    def needs_project(self) -> bool:
        """Whether it works on a project that is there."""
        return self.verb is None and JOB_KINDS[self.kind].needs_project

    def start(self, whole: Path, place: Path) -> None:
        """A fresh copy to work on."""
        shutil.rmtree(place, ignore_errors=True)
        place.mkdir(parents=True)
        copy_of(whole, place / "work")
        self.prepare(place)

    def run(self, place: Path) -> object:
        """Do the job to its end as the command line does; returns what it came to."""
        parameters, project = self.parameters(place), project_in(place)
        with cheap_encoder():
            if self.verb is not None:
                return _figures(self.verb(place))
            if not self.needs_project:
                return _figures(_run_free(parameters, place / "new.lnl"))
            with Session.open(project, reviewer="ann") as session:
                result = run_job(session, parameters, quiet=True, threads=1)
        return _outcome(project, result)

    def adopted(self, place: Path) -> object | None:
        """What a killed job came to that had done everything but say so; None where it had not."""
        if not self.needs_project:
            return None
        with Session.open(project_in(place), read_only=True) as session:
            wanted = to_dict(self.parameters(place))
            done = [
                run
                for run in session.runs.all()
                if run.kind == self.kind and run.state == runs.DONE and run.parameters == wanted
            ]
            return _outcome(session.folder, done[-1]) if done else None


def _outcome(project: Path, result: RunResult | runs.Run) -> object:
    arrays = {name: _content(project / found) for name, found in sorted(result.artifacts.items())}
    return _figures(result.metrics), arrays


def project_in(place: Path) -> Path:
    return place / "work" / "shapes.lnl"


def _images(place: Path) -> Path:
    return place / "work" / "shapes"


def _figures(value: Any) -> Any:
    """Figures without what differs between two runs of the same."""
    if isinstance(value, dict):
        return {key: _figures(inner) for key, inner in value.items() if key not in _VOLATILE}
    if isinstance(value, list | tuple):
        return [_figures(inner) for inner in value]
    if isinstance(value, float):
        return None if math.isnan(value) else round(value, 4)
    return value


def _content(found: Path) -> object:
    """Arrays of a run, rounded; files of a model by their names."""
    if found.is_dir():
        return {file.name: _content(file) for file in sorted(found.iterdir()) if file.is_file()}
    if found.suffix == ".npy":
        array = np.load(found)
        return (
            (array.shape, array.astype(float).round(3).tolist())
            if array.dtype.names is None
            else array.shape
        )
    return found.suffix


def _more_images(place: Path) -> None:
    """The dataset changes: two are new, one is gone."""
    for number in (90, 91):
        draw_image(0, number, side=24).save(_images(place) / "circle" / f"{number}.png")
    (_images(place) / "square" / "01.png").unlink()


def _reviewed_elsewhere(place: Path) -> None:
    """Three new images in a project of their own, of which somebody has decided on two."""
    for number, name in enumerate(CLASSES[:3]):
        file = place / "work" / "more" / name / f"{80 + number}.png"
        file.parent.mkdir(parents=True)
        draw_image(number, 80 + number, side=24).save(file)
    folder = place / "work" / "more.lnl"
    _run_free(ImportParameters(str(place / "work" / "more"), str(folder)), folder)
    with Session.open(folder, reviewer="bob") as session:
        session.keep(np.array([0, 1]))


def _moved(place: Path) -> None:
    shutil.move(_images(place), place / "elsewhere")


def _predictions(place: Path) -> None:
    with Session.open(project_in(place), read_only=True) as session:
        columns = session.columns
        sure = np.full((len(columns.paths), len(CLASSES)), 0.1)
        sure[np.arange(len(sure)), columns.given] = 0.8
        names = [found.name for found in session.classes]
        lines = [",".join(["path", *names])]
        lines += [
            ",".join([path, *(f"{value:.2f}" for value in row)])
            for path, row in zip(columns.paths, sure, strict=True)
        ]
    (place / "probabilities.csv").write_text("\n".join(lines))


CASES = (
    JobCase("catalogue", lambda _: CatalogueParameters()),
    JobCase("preview", lambda p: PreviewParameters(ImportParameters(str(_images(p)), ""))),
    JobCase(
        "import",
        lambda p: ImportParameters(str(_images(p)), str(p / "new.lnl")),
        made=lambda p: p / "new.lnl",
    ),
    JobCase(
        "demo",
        lambda p: DemoParameters(str(p / "new.lnl")),
        made=lambda p: p / "new.lnl",
        # Each of its 1,797 images is one.
        sparing=90,
    ),
    JobCase("update", lambda _: UpdateParameters(), _more_images),
    JobCase(
        "extend", lambda p: ExtendParameters(str(p / "work" / "more.lnl")), _reviewed_elsewhere
    ),
    JobCase("relocate", lambda p: RelocateParameters(str(p / "elsewhere")), _moved),
    JobCase(
        "attach",
        lambda p: AttachParameters(pred_probs=str(p / "probabilities.csv"), out_of_sample=True),
        _predictions,
    ),
    JobCase("embed", lambda _: EmbedParameters(encoders=(ENCODER,), window_level=(0, 0))),
    JobCase("first_look", lambda _: FirstLookParameters(samples=24), slow=True),
    JobCase("detect", lambda _: DetectParameters(seed=1), slow=True),
    JobCase(
        "finetune",
        lambda _: FinetuneParameters(recipe="linear_probe", encoder=ENCODER),
        slow=True,
    ),
    JobCase(
        "tune",
        lambda _: TuneParameters(
            "small_loss_head", trials=2, encoder=ENCODER, space=(("epochs", "1..2"),)
        ),
        slow=True,
    ),
    JobCase(
        "forecast",
        lambda p: ForecastParameters(
            str(p / "none.lnl"), FinetuneParameters(recipe="linear_probe", encoder=ENCODER)
        ),
    ),
    JobCase("predict", lambda p: PredictParameters(str(_images(p))), refused=True),
    JobCase(
        "noise_test",
        lambda _: NoiseTestParameters(noises=("symmetric_exclusive:0.2",)),
        slow=True,
    ),
    JobCase("map", lambda _: MapParameters(encoder=ENCODER), in_process=False),
    JobCase(
        "export",
        lambda p: ExportParameters(str(p / "out"), overwrite=True, model_formats=()),
        made=lambda p: p / "out",
        goes_on=True,
    ),
    JobCase(
        "pack",
        lambda p: PackParameters(str(p / "out" / "for-ann.lnlpack"), (0, 2, 5)),
        lambda p: (p / "out").mkdir(),
        made=lambda p: p / "out" / "for-ann.lnlpack",
        goes_on=True,
    ),
)
"""Every kind of job there is, which a test makes sure of."""


def _run_all(place: Path, *, train: bool = True) -> object:
    project, out = str(place / "new.lnl"), str(place / "out")
    command = ["run", str(_images(place)), "--project", project, "--out", out, "--json"]
    command += [] if train else ["--finetune", "none"]
    printed = io.StringIO()
    with redirect_stdout(printed), redirect_stderr(io.StringIO()):
        code = run_verb([*command, "--encoder", ENCODER, "--threads", "1", "--overwrite"])
    assert code == 0, code
    return json.loads(printed.getvalue())


RUN = JobCase(
    "run",
    lambda _: CatalogueParameters(),
    made=lambda p: p / "new.lnl",
    goes_on=True,
    slow=True,
    verb=_run_all,
)
"""Every stage by the command line, from a folder of images to an export."""
RUN_UNTRAINED = replace(RUN, verb=lambda place: _run_all(place, train=False))


def as_text(value: object) -> str:
    """For comparing and for saying what differs."""
    return json.dumps(value, sort_keys=True, default=str)
