"""Registry of job kinds: parameters, body module, title, and how a worker treats them.

It lies in the store since everybody reads it: the window for titles, the worker for bodies, the
store for the parameters that a run records. A body is named, never imported, here.
"""

import dataclasses
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

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
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.typed import typed

P = TypeVar("P", bound=JobParameters)


@dataclass(frozen=True)
class JobKind:
    """One kind of job."""

    name: str
    """as runs, messages and projects on disk call it"""
    parameters: type[JobParameters]
    body: str
    """module whose `run` does the work; imported by the process that runs it, and only then"""
    title: Message
    """as the jobs list calls it"""
    needs_project: bool = True
    """False where the job says what there is, or makes a project"""
    ends_worker: bool = False
    """whether the worker ends afterwards, which gives compiled code back"""
    frees_gpu: bool = False
    """whether a worker that has used a GPU ends afterwards, which gives its memory back"""
    former_names: tuple[str, ...] = ()
    """as projects of earlier versions call it"""


_ALL = (
    JobKind(
        "catalogue",
        CatalogueParameters,
        "lnl_gui.pipeline.catalogue",
        title=message("Catalogue"),
        needs_project=False,
    ),
    JobKind(
        "demo", DemoParameters, "lnl_gui.pipeline.demo", title=message("Demo"), needs_project=False
    ),
    JobKind(
        "import",
        ImportParameters,
        "lnl_gui.pipeline.datasets.import_dataset",
        title=message("Open dataset"),
        needs_project=False,
    ),
    JobKind(
        "preview",
        PreviewParameters,
        "lnl_gui.pipeline.datasets.preview_dataset",
        title=message("Preview"),
        needs_project=False,
    ),
    JobKind(
        "update",
        UpdateParameters,
        "lnl_gui.pipeline.datasets.updating.update",
        title=message("Refresh"),
    ),
    JobKind(
        "relocate",
        RelocateParameters,
        "lnl_gui.pipeline.datasets.relocate",
        title=message("Locate the folder"),
    ),
    JobKind(
        "attach", AttachParameters, "lnl_gui.pipeline.datasets.attach", title=message("Attach")
    ),
    JobKind("embed", EmbedParameters, "lnl_gui.pipeline.embedding.embed", title=message("Embed")),
    JobKind(
        "first_look",
        FirstLookParameters,
        "lnl_gui.pipeline.detection.first_look",
        title=message("First look"),
    ),
    JobKind(
        "detect", DetectParameters, "lnl_gui.pipeline.detection.detect", title=message("Detect")
    ),
    JobKind(
        "finetune",
        FinetuneParameters,
        "lnl_gui.pipeline.training.finetune",
        title=message("Fine-tune"),
        frees_gpu=True,
    ),
    JobKind(
        "forecast",
        ForecastParameters,
        "lnl_gui.pipeline.training.forecast",
        title=message("How long it takes"),
        needs_project=False,
    ),
    JobKind(
        "tune",
        TuneParameters,
        "lnl_gui.pipeline.training.tune",
        title=message("Search for training settings"),
        frees_gpu=True,
    ),
    JobKind(
        "predict",
        PredictParameters,
        "lnl_gui.pipeline.output.predict",
        title=message("Classify new images"),
        frees_gpu=True,
    ),
    JobKind(
        "extend",
        ExtendParameters,
        "lnl_gui.pipeline.datasets.extend",
        title=message("Add images to the dataset"),
    ),
    JobKind("export", ExportParameters, "lnl_gui.pipeline.output.export", title=message("Export")),
    JobKind("pack", PackParameters, "lnl_gui.pipeline.output.pack", title=message("Pack")),
    JobKind(
        "noise_test",
        NoiseTestParameters,
        "lnl_gui.pipeline.benchmarks.noise_test",
        title=message("Noise test"),
        # Projects of earlier versions recorded their runs under this name.
        former_names=("noise_lab",),
    ),
    JobKind(
        "map",
        MapParameters,
        "lnl_gui.pipeline.detection.projection",
        title=message("Map of the images"),
        # UMAP's compiled code holds some 200 MB.
        ends_worker=True,
    ),
)
JOB_KINDS = {kind.name: kind for kind in _ALL}
_PRESENT = {former: kind.name for kind in _ALL for former in kind.former_names}
_KIND_OF: dict[type, JobKind] = {kind.parameters: kind for kind in _ALL}


def kind_named(name: str) -> JobKind:
    """The kind of a name.

    Raises:
        UserError: when there is none, as in a project made by a newer version.
    """
    if name not in JOB_KINDS:
        raise UserError(message("Unknown kind of job: {name}.", name=name), code="unknown_job")
    return JOB_KINDS[name]


def kind_of(parameters: JobParameters) -> JobKind:
    """The kind of job that takes these parameters."""
    return _KIND_OF[type(parameters)]


def present_name(recorded: str) -> str:
    """The present name of a kind that a run may have recorded under a former one."""
    return _PRESENT.get(recorded, recorded)


def recorded_names(name: str) -> tuple[str, ...]:
    """All names under which runs of a kind may be recorded, the present one first."""
    return (name, *(JOB_KINDS[name].former_names if name in JOB_KINDS else ()))


def title_of(name: str) -> Message:
    """How a kind is called, also one of a newer version."""
    # A project made by a newer version may list kinds unknown here; the jobs list shows them
    # anyway.
    return JOB_KINDS[name].title if name in JOB_KINDS else Message(name.capitalize())


def to_dict(parameters: JobParameters) -> dict[str, Any]:
    """The JSON form of a parameter object; tuples become lists."""
    values: dict[str, Any] = _listed(dataclasses.asdict(parameters))
    return values


def _listed(value: Any) -> Any:
    # JSON has no tuples: without this, parameters would differ from themselves once read back.
    if isinstance(value, dict):
        return {name: _listed(entry) for name, entry in value.items()}
    return [_listed(entry) for entry in value] if isinstance(value, tuple) else value


def from_dict(kind: type[P], values: object, *, source: Path | str = "") -> P:
    """A parameter object from its JSON form.

    Args:
        kind: the class wanted, see `JobKind.parameters`.
        values: what the JSON says.
        source: the file they come from, for the error; the kind of job by default.

    Raises:
        UserError: naming source and field, when a field is unknown (a project written by a newer
            version), missing, or of another type.
    """
    return typed(
        values,
        kind,
        source=source or message("parameters of a {kind} job", kind=_KIND_OF[kind].name),
    )
