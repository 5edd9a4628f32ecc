"""What nobody looked at is trained on as the samples that are trained on say themselves."""

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.detect import judgement
from lnl_gui.learn.data.soft_labels import SoftLabels
from lnl_gui.learn.data.sources import Holdout, TrainingSet
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.pipeline.training.training_data import OUT, TrainingData, training_data
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.arrays import load_embedding
from lnl_gui.store.jobs.parameters import (
    GIVEN_LABEL,
    LEFT_OUT,
    POSTERIOR,
    SUGGESTED,
    DetectParameters,
    FinetuneParameters,
)
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING
from tests.pipeline.conftest import copy_after

QUICK = FinetuneParameters(recipe="linear_probe", encoder="bundled-fast", holdout_fraction=0.3)


@pytest.fixture(scope="module")
def detected_original(embedded_original: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    parameters = DetectParameters(detectors=("neighbours",))
    return copy_after(embedded_original, tmp_path_factory, parameters)


@pytest.fixture
def detected(detected_original: Path, tmp_path: Path) -> Path:
    """A project of one's own, beside its images."""
    shutil.copytree(detected_original, tmp_path / "copy")
    return tmp_path / "copy" / "shapes.lnl"


def _truth(project: Path) -> np.ndarray:
    """What each image shows, (N,), by the name of its file."""
    snapshot = take_snapshot(project)
    shown = [Path(path).stem.rsplit("-", 1)[0] for path in snapshot.samples.paths]
    return np.array([snapshot.class_names.index(name) for name in shown])


def _trained_rows(project: Path, data: TrainingData) -> np.ndarray:
    row_of = {str(file): row for row, file in enumerate(take_snapshot(project).files())}
    return np.array([row_of[str(file)] for file in data.curated.files])


@pytest.mark.parametrize("policy", [POSTERIOR, SUGGESTED, LEFT_OUT, GIVEN_LABEL])
@pytest.mark.parametrize("unseen", [True, False])
def test_what_was_accepted_unseen_is_suggested_anew(
    detected: Path, policy: str, unseen: bool
) -> None:
    truth = _truth(detected)
    with Session.open(detected) as session:
        given = session.columns.given.copy()
        suspects = np.flatnonzero(session.columns.flagged)
        # As a detection that leaned on other images may have it: wrong.
        session.columns.suggested[suspects] = (truth[suspects] + 1) % 3
        bad = session.columns.suggested[suspects].copy()
        for part in (suspects,) if unseen else suspects[:, None]:
            session.accept(part)
    data = training_data(take_snapshot(detected), replace(QUICK, unreviewed=policy))
    rows = _trained_rows(detected, data)
    chosen = np.isin(rows, suspects)
    labels, rows = data.curated.labels[chosen], rows[chosen]
    wrong = given[rows] != truth[rows]
    assert wrong.any()
    told = [str(note) for note in data.notes if "accepted without a look" in str(note)]
    if unseen:
        assert (labels[wrong] == truth[rows][wrong]).all()
        assert told and told[0].startswith(str(len(rows)))
    else:
        assert labels.tolist() == bad[np.isin(suspects, rows)].tolist() and not told


@pytest.mark.parametrize("policy", [POSTERIOR, SUGGESTED, LEFT_OUT, GIVEN_LABEL])
@pytest.mark.parametrize("unseen", [True, False])
def test_images_set_aside_unseen_stay_out_only_where_the_others_say_so_too(
    detected: Path, policy: str, unseen: bool
) -> None:
    """Two images like no other, and two that a detection with the held-out labels called so."""
    parameters = replace(QUICK, unreviewed=policy, holdout_fraction=0.1)
    snapshot = take_snapshot(detected)
    truth = _truth(detected)
    trained = _trained_rows(detected, training_data(snapshot, parameters))
    usual = trained[snapshot.samples.given[trained] == truth[trained]]
    strange, mistaken = usual[[0, -1]], usual[[1, -2]]
    embedding = np.array(load_embedding(snapshot.embeddings["bundled-fast"]))
    embedding[strange] = np.random.default_rng(0).normal(0, 9, (2, embedding.shape[1]))
    np.save(snapshot.embeddings["bundled-fast"], embedding)
    aside = np.concatenate([strange, mistaken])
    with Session.open(detected) as session:
        session.columns.off_topic[aside] = True
        session.columns.suggested[aside] = OUT
        for part in (aside,) if unseen else aside[:, None]:
            session.accept(part)
    data = training_data(take_snapshot(detected), parameters)
    label = dict(zip(_trained_rows(detected, data).tolist(), data.curated.labels, strict=True))
    assert [label[row] for row in strange.tolist()] == [OUT, OUT]
    back = [OUT, OUT] if not unseen else truth[mistaken].tolist()
    assert [label[row] for row in mistaken.tolist()] == back
    told = [str(note) for note in data.notes if "set aside without a look" in str(note)]
    assert len(told) == unseen
    if unseen:
        assert told[0].startswith("4 images") and told[0].endswith("trains on 2.")


def test_where_that_is_not_possible_it_is_said(
    detected: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none(*_: object, **__: object) -> None:
        raise UserError(NOTHING)

    monkeypatch.setattr(judgement, "judge_labels", none)
    with Session.open(detected) as session:
        suspects = np.flatnonzero(session.columns.flagged)
        labels = session.columns.suggested[suspects].copy()
    for policy in (SUGGESTED, POSTERIOR):
        data = training_data(take_snapshot(detected), replace(QUICK, unreviewed=policy))
        said = [str(note) for note in data.notes if "have had a say" in str(note)]
        # Of given labels nothing but they themselves is trained on.
        assert len(said) == (policy == SUGGESTED)
    with Session.open(detected) as session:
        session.accept(suspects)
    data = training_data(take_snapshot(detected), QUICK)
    rows = _trained_rows(detected, data)
    wanted = labels[np.isin(suspects, rows)]
    assert data.curated.labels[np.isin(rows, suspects)].tolist() == wanted.tolist()
    said = [str(note) for note in data.notes if "have had a say" in str(note)]
    assert len(said) == 1 and f"for {len(wanted)} image" in said[0]
    with Session.open(detected) as session:
        session.columns.off_topic[suspects] = True
        session.accept(suspects)
    data = training_data(take_snapshot(detected), QUICK)
    assert (data.curated.labels[np.isin(rows, suspects)] == OUT).all()
    assert [str(note) for note in data.notes if "have had a say" in str(note)] == said


def test_held_out_labels_have_no_say_in_what_is_trained_on(detected: Path) -> None:
    for policy in (POSTERIOR, SUGGESTED, LEFT_OUT):
        parameters = replace(QUICK, unreviewed=policy)
        snapshot = take_snapshot(detected)
        before = training_data(snapshot, parameters)
        # As if a detection had doubted every other label because of them.
        snapshot.scores.flagged[::2] ^= True
        snapshot.scores.suggested[:] = 0
        snapshot.scores.off_topic[:] = True
        after = training_data(snapshot, parameters)
        assert before.curated.labels.tolist() == after.curated.labels.tolist()
        rows = np.arange(len(before.curated.labels))
        if policy == POSTERIOR:
            assert before.curated.soft is not None and after.curated.soft is not None
            np.testing.assert_array_equal(
                before.curated.soft.dense(rows, 3), after.curated.soft.dense(rows, 3)
            )


def test_the_note_counts_all_that_is_trained_on_by_probability(detected: Path) -> None:
    truth = _truth(detected)
    snapshot = take_snapshot(detected)
    data = training_data(snapshot, QUICK)
    soft = data.curated.soft
    assert soft is not None
    rows = _trained_rows(detected, data)
    dense = soft.dense(np.arange(len(rows)), 3)
    count = int(((dense > 0).sum(axis=1) > 1).sum())
    other = int((dense.argmax(axis=1) != snapshot.samples.given[rows]).sum())
    # The images in wrong folders, which it finds.
    assert other == int((truth[rows] != snapshot.samples.given[rows]).sum())
    said = [str(note) for note in data.notes if "how probable" in str(note)]
    assert said == [
        f"{count} images nobody has looked at are trained on by how probable each class is,"
        f" {other} of them mostly as another class than the given one."
    ]


@pytest.mark.parametrize(
    ("taught", "of_given", "changed"),
    [
        ([0, 1, 1], None, 0),
        ([0, 1, 2], None, 1),
        ([0, OUT, 2], None, 2),
        # All suspects were kept, and yet both models learn something else.
        ([0, 1, 1], [1.0, 1.0, 0.9], 1),
        ([0, 1, 1], [1.0, 1.0, 1.0], 0),
        ([0, 1, 1], [0.2, 0.3, 0.4], 3),
        ([0, 1, OUT], [1.0, 1.0, 1.0], 1),
    ],
)
def test_labels_taught_by_probability_count_as_changed(
    taught: list[int], of_given: list[float] | None, changed: int
) -> None:
    given = np.array([0, 1, 1], np.int32)
    soft = None
    if of_given is not None:
        own = np.array(of_given, np.float32)
        classes = np.stack([given, (given + 1) % 3], axis=1)
        soft = SoftLabels(classes, np.stack([own, 1 - own], axis=1))
    names = ["a", "b", "c"]
    files: list[object] = [Path(name) for name in names]
    data = TrainingData(
        TrainingSet(files, np.array(taught, np.int32), names, soft=soft),  # type: ignore[arg-type]
        TrainingSet(files, given, names),  # type: ignore[arg-type]
        Holdout([], np.zeros(0, np.int32)),
        np.zeros(0, np.int64),
        np.arange(3, dtype=np.int32),
        (),
    )
    assert data.changed == changed
