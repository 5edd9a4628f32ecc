"""A project whose embedding passes for that of an encoder that knows words."""

from pathlib import Path

from lnl_gui.pipeline import snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import EmbedParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.atomic import write_json

CLIP = "clip-vit-b-32"


def pretend_clip(project: Path, *, weights: str | None) -> None:
    """Make the project's embedding that of a CLIP encoder, embedded with the weights named."""
    with Session.open(project) as session:
        parameters = EmbedParameters(encoders=(CLIP,), weights=weights)
        run = session.runs.start(parameters)
        source = snapshot.take_snapshot(project).embeddings["bundled-fast"]
        artifact = source.relative_to(project).as_posix()
        metrics = {"encoders": {CLIP: "key"}}
        write_json(run.folder / "unreadable.json", {})
        result = RunResult({f"embedding:{CLIP}": artifact}, metrics)
        session.runs.finish(run.id, "done", result)
