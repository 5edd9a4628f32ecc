"""Which encoders a project knows: to embed with again, and to train with."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.detection import embedded_encoders, encoder_to_train, encoders_to_renew
from lnl_gui.store.dataset.source_state import CHANGED_BY
from lnl_gui.store.jobs import arrays, runs
from lnl_gui.store.jobs.parameters import (
    BUNDLED_ENCODER,
    AttachParameters,
    EmbedParameters,
    UpdateParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.util.files.array_file import write_array
from tests.builders import make_project
from tests.store.jobs.test_arrays import COUNT, embed


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(make_project(tmp_path / "pets.lnl", count=COUNT)) as opened:
        facts = np.zeros(COUNT, [("content_hash", "S32")])
        write_array(opened.arrays / "facts.npy", facts)
        yield opened


def made_otherwise(
    project: Project, name: str, parameters: EmbedParameters | AttachParameters
) -> None:
    """An embedding by weights of one's own, or by another program."""
    run = runs.start_run(project, parameters)
    path = arrays.embedding_path(name)
    write_array(project.folder / path, np.ones((COUNT, 4), np.float16))
    runs.record_end(project, run.id, runs.DONE, RunResult({f"{arrays.EMBEDDING}{name}": path}))


def test_training_takes_the_first_encoder_whose_features_are_there(project: Project) -> None:
    assert encoder_to_train(project) == BUNDLED_ENCODER
    # Neither has a network that could be loaded by its name.
    made_otherwise(project, "attached:clip", AttachParameters(embedding="/clip.npy"))
    made_otherwise(project, "own", EmbedParameters(("own",), weights="/own.safetensors"))
    assert encoder_to_train(project) == BUNDLED_ENCODER
    embed(project, "one", 0)
    embed(project, "two", 1)
    assert embedded_encoders(project) == ("attached:clip", "own", "one", "two")
    assert encoder_to_train(project) == "one"


def test_an_embedding_is_renewed_where_it_is_damaged(project: Project) -> None:
    assert encoders_to_renew(project) == ()
    embed(project, "one", 0)
    embed(project, "two", 1)
    assert encoders_to_renew(project) == ()
    (project.folder / arrays.embedding_path("two")).write_bytes(b"cut short")
    assert encoders_to_renew(project) == ("two",)
    assert encoder_to_train(project) == "one"


def test_all_are_renewed_once_the_dataset_has_grown(project: Project) -> None:
    embed(project, "one", 0)
    made_otherwise(project, "own", EmbedParameters(("own",), weights="/own.safetensors"))
    update = runs.start_run(project, UpdateParameters())
    with project.transaction() as connection:
        connection.execute("INSERT INTO meta VALUES (?, ?)", (CHANGED_BY, update.id))
    # Whose weights the other's were only a person can say.
    assert encoders_to_renew(project) == ("one",)
    assert embedded_encoders(project) == ()
    assert encoder_to_train(project) == BUNDLED_ENCODER
    embed(project, "one", 2)
    assert encoders_to_renew(project) == ()
