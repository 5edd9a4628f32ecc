"""Arrays beside the database: annotators, embeddings, projections, facts, scores of a detection."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.store.dataset.annotators import Annotations, load_annotations, save_annotations
from lnl_gui.store.dataset.classes import insert_class, load_classes
from lnl_gui.store.dataset.column_cache import sample_count
from lnl_gui.store.dataset.samples import (
    load_readable,
    load_split_names,
    load_unreadable,
    record_unreadable,
)
from lnl_gui.store.detection import scores
from lnl_gui.store.detection.detection_summary import DetectionSummary
from lnl_gui.store.detection.detection_tables import (
    ClassMixture,
    read_issues,
    read_mixtures,
    write_mixture_table,
)
from lnl_gui.store.jobs import arrays, projections, runs
from lnl_gui.store.jobs.parameters import (
    AttachParameters,
    DetectParameters,
    EmbedParameters,
    JobParameters,
)
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.store.project import Project, open_project
from lnl_gui.store.review.standing_samples import load_samples
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from tests.builders import add_detection, make_project, update_dataset, write_core_scores

COUNT = 6


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    with open_project(make_project(tmp_path / "pets.lnl", count=COUNT)) as opened:
        yield opened


def embed(
    project: Project, encoder: str, seed: int, parameters: JobParameters | None = None
) -> np.ndarray:
    """A finished embed run of one encoder."""
    run = runs.start_run(project, parameters or EmbedParameters(encoders=(encoder,)))
    file = project.folder / arrays.embedding_path(encoder)
    count = sample_count(project)
    values = np.random.default_rng(seed).normal(size=(count, 4)).astype(np.float16)
    write_array(file, values)
    path = file.relative_to(project.folder).as_posix()
    result = RunResult({f"{arrays.EMBEDDING}{encoder}": path, "facts": "arrays/facts.npy"})
    runs.record_end(project, run.id, runs.DONE, result)
    return values


@pytest.mark.parametrize("majority", [True, False])
def test_labels_of_annotators_come_back(project: Project, majority: bool) -> None:
    assert load_annotations(project) is None
    labels = np.array([[0, 1], [-1, 2], [1, 1]], np.int64)
    save_annotations(project.arrays, Annotations(("ann", "bób"), labels, majority))
    found = load_annotations(project)
    assert found is not None
    assert found.names == ("ann", "bób")
    assert found.labels.dtype == np.int32
    assert isinstance(found.labels, np.memmap)
    np.testing.assert_array_equal(found.labels, labels)
    assert found.given_is_majority is majority


def test_file_names_hold_for_any_encoder(project: Project) -> None:
    assert arrays.file_stem("hf-hub:a/B_c.d-1 é") == "hf-hub-a-B_c.d-1-"
    assert arrays.embedding_path("a/b") == "arrays/embedding-a-b.npy"


def test_finished_embeddings_are_known_by_encoder_the_newest_last(project: Project) -> None:
    assert arrays.embedded_with(project) == {}
    first, second = embed(project, "one", 0), embed(project, "two/b", 1)
    unfinished = runs.start_run(project, EmbedParameters(encoders=("three",)))
    runs.record_end(
        project, unfinished.id, runs.FAILED, RunResult({"embedding:three": "arrays/three.npy"})
    )
    detection = runs.start_run(project, DetectParameters())
    runs.record_end(project, detection.id, runs.DONE, RunResult({"embedding:four": "x.npy"}))
    found = arrays.embedded_with(project)
    assert list(found) == ["one", "two/b"]
    for values, file in zip((first, second), found.values(), strict=True):
        loaded = arrays.load_embedding(file)
        assert isinstance(loaded, np.memmap)
        np.testing.assert_array_equal(loaded, values)


def write_facts(project: Project, count: int = COUNT) -> np.ndarray:
    facts = np.zeros(count, [("width", "i4"), ("content_hash", "S32")])
    facts["content_hash"] = [bytes([65 + i]) * 32 for i in range(count)]
    write_array(project.arrays / "facts.npy", facts)
    return facts


def test_embeddings_of_known_weights_are_renewed_when_the_dataset_has_grown(
    project: Project,
) -> None:
    embed(project, "one", 0)
    embed(project, "own", 1, EmbedParameters(("own",), weights="/own.safetensors"))
    embed(project, "theirs", 2, AttachParameters(name="theirs"))
    embed(project, "two", 3)
    assert arrays.outdated_encoders(project) == ()
    update_dataset(project, added=(("cat/new.png", 0, 0, None),))
    assert arrays.outdated_encoders(project) == ("one", "two")
    assert list(arrays.embedded_with(project)) == []
    # An older one lacks an image, which is another matter than damage.
    write_facts(project)
    assert arrays.damaged_encoders(project) == ()
    embed(project, "one", 4)
    assert arrays.outdated_encoders(project) == ("two",)
    assert list(arrays.embedded_with(project)) == ["one"]


def test_embeddings_of_known_weights_are_made_again_when_they_or_the_facts_are_damaged(
    project: Project,
) -> None:
    write_facts(project)
    embed(project, "one", 0)
    embed(project, "own", 1, EmbedParameters(("own",), weights="/own.safetensors"))
    embed(project, "theirs", 2, AttachParameters(name="theirs"))
    embed(project, "two", 3)
    assert arrays.damaged_encoders(project) == ()
    for name in ("own", "theirs", "two"):
        (project.folder / arrays.embedding_path(name)).write_bytes(b"cut")
    assert arrays.damaged_encoders(project) == ("two",)
    assert list(arrays.embedded_with(project)) == ["one"]
    # One row for each sample, or it is of other ones.
    file = project.folder / arrays.embedding_path("two")
    for rows, whole in ((COUNT - 1, ()), (COUNT + 1, ()), (COUNT, ("two",))):
        write_array(file, np.ones((rows, 4), np.float16))
        assert tuple(arrays.embedded_with(project))[1:] == whole
        assert arrays.damaged_encoders(project) == (() if whole else ("two",))
    file.unlink()
    (project.arrays / "facts.npy").unlink()
    assert arrays.damaged_encoders(project) == ("one", "two")


def test_attached_predictions_are_known_by_name_the_newest_of_each(project: Project) -> None:
    assert arrays.attached_runs(project) == {}
    made = []
    for name, state in (("a", runs.DONE), ("b", runs.DONE), ("a", runs.DONE), ("c", runs.FAILED)):
        run = runs.start_run(project, AttachParameters(name=name))
        artifacts = {f"probabilities:{name}": "arrays/x.npy", "embedding:e": "arrays/e.npy"}
        made.append(runs.record_end(project, run.id, state, RunResult(artifacts)).id)
    other = runs.start_run(project, DetectParameters())
    runs.record_end(project, other.id, runs.DONE, RunResult({"probabilities:d": "arrays/x.npy"}))
    found = {name: run.id for name, run in arrays.attached_runs(project).items()}
    assert found == {"a": made[2], "b": made[1]}


def test_a_detectors_clusters_have_a_file_of_their_own() -> None:
    assert arrays.cluster_file("turtle") == "detector-turtle-cluster"
    assert arrays.cluster_file("my:own/one") == "detector-my-own-one-cluster"


def test_facts_of_other_samples_or_kinds_count_as_none(project: Project) -> None:
    facts = write_facts(project)
    for count in (COUNT, COUNT + 2):
        found = arrays.load_facts(project, count)
        assert found is not None and len(found) == count
        np.testing.assert_array_equal(found[:COUNT], facts)
        assert found["width"][COUNT:].tolist() == [0] * (count - COUNT)
    assert arrays.load_facts(project, COUNT - 1) is None
    for other in (
        np.zeros(COUNT, [("content_hash", "S20")]),
        np.zeros(COUNT, [("hash", "S32")]),
        np.zeros((COUNT, 2), facts.dtype),
        np.zeros(COUNT),
    ):
        write_array(project.arrays / "facts.npy", other)
        assert arrays.load_facts(project, COUNT) is None
        assert arrays.content_hashes(project, COUNT).tolist() == [b""] * COUNT


def test_signatures_are_those_of_this_many_samples_and_zero_where_unknown(
    project: Project,
) -> None:
    assert arrays.load_signatures(project, COUNT) is None
    known = np.random.default_rng(0).integers(1, 255, (COUNT, 32, 32)).astype(np.uint8)
    write_array(project.arrays / arrays.SIGNATURE_FILE, known)
    for count in (COUNT - 2, COUNT, COUNT + 2):
        found = arrays.load_signatures(project, count)
        assert found is not None and found.shape == (count, 32, 32) and found.dtype == np.uint8
        shared = min(count, COUNT)
        np.testing.assert_array_equal(found[:shared], known[:shared])
        assert not found[shared:].any()
    for other in (known[:, :16, :16], known.astype(np.float32), known[0]):
        write_array(project.arrays / arrays.SIGNATURE_FILE, other)
        assert arrays.load_signatures(project, COUNT) is None


def test_states_of_files_are_those_of_this_many_samples_and_unknown_elsewhere(
    project: Project,
) -> None:
    unknown = [[-1, -1]] * COUNT
    assert arrays.load_file_stats(project, COUNT).tolist() == unknown
    known = np.arange(2 * COUNT, dtype=np.int64).reshape(COUNT, 2) + 10**18
    write_array(project.folder / arrays.FILE_STATS, known)
    for count in (COUNT - 2, COUNT, COUNT + 2):
        found = arrays.load_file_stats(project, count)
        assert found.dtype == np.int64
        assert found.tolist() == [*known.tolist(), *unknown][:count]
    for other in (known.astype(np.float64), known[:, :1], known.reshape(-1)):
        write_array(project.folder / arrays.FILE_STATS, other)
        assert arrays.load_file_stats(project, COUNT).tolist() == unknown


def test_content_hashes_are_those_of_this_many_samples(project: Project) -> None:
    assert arrays.load_facts(project, COUNT) is None
    assert arrays.content_hashes(project, COUNT).tolist() == [b""] * COUNT
    facts = write_facts(project)
    assert isinstance(arrays.load_facts(project, COUNT), np.memmap)
    found = arrays.content_hashes(project, COUNT)
    np.testing.assert_array_equal(found, facts["content_hash"])
    assert found.flags.c_contiguous
    other = arrays.content_hashes(project, COUNT + 1)
    assert other.dtype == np.dtype("S32")
    # A sample that came into the dataset later has none yet.
    assert other.tolist() == [*facts["content_hash"].tolist(), b""]


def project_onto_plane(project: Project, embedding: np.ndarray, value: float) -> Path:
    file = projections.projection_file(project, embedding)
    write_array(file, np.full((COUNT, 2), value, np.float32))
    return file


def test_the_projection_shown_is_that_of_the_detections_first_encoder(project: Project) -> None:
    assert projections.shown_encoder(project) is None
    assert projections.load_projection(project) is None
    one, two = embed(project, "one", 0), embed(project, "two", 1)
    assert projections.shown_encoder(project) == "one"
    assert projections.load_projection(project) is None
    project_onto_plane(project, one, 1.0)
    project_onto_plane(project, two, 2.0)
    found = projections.load_projection(project)
    assert isinstance(found, np.memmap)
    np.testing.assert_array_equal(found, np.full((COUNT, 2), 1.0))
    run = runs.start_run(project, DetectParameters(encoders=("gone", "two", "one")))
    write_core_scores(run.folder, COUNT)
    runs.record_end(project, run.id, runs.DONE, None)
    assert projections.shown_encoder(project) == "two"
    np.testing.assert_array_equal(projections.load_projection(project), np.full((COUNT, 2), 2.0))
    (project.folder / arrays.embedding_path("two")).unlink()
    assert projections.shown_encoder(project) == "one"
    np.testing.assert_array_equal(projections.load_projection(project), np.full((COUNT, 2), 1.0))


def test_projections_of_embeddings_that_are_gone_are_removed(project: Project) -> None:
    one, two = embed(project, "one", 0), embed(project, "two", 1)
    kept, gone = project_onto_plane(project, one, 1.0), project_onto_plane(project, two, 2.0)
    note = kept.with_suffix(".txt")
    note.write_text("no projection")
    write_array(project.folder / arrays.embedding_path("two"), two + 1)
    projections.forget_stale(project)
    assert kept.is_file() and not gone.exists() and note.is_file()
    (project.folder / arrays.embedding_path("one")).unlink()
    projections.forget_stale(project)
    assert not kept.exists()


def test_an_embeddings_key_follows_shape_type_and_values() -> None:
    values = np.random.default_rng(0).normal(size=(1000, 4)).astype(np.float16)
    key = projections.embedding_key(values)
    assert len(key) == 16
    assert projections.embedding_key(values.copy()) == key
    changed = values.copy()
    changed[7, 3] += 1  # any row counts
    others = [changed, values[:999], values.astype(np.float32), values.reshape(2000, 2)]
    assert len({key, *map(projections.embedding_key, others)}) == 5
    few = values[:10]
    assert projections.embedding_key(few) != projections.embedding_key(few[::-1])


def test_scores_before_and_after_a_detection(tmp_path: Path) -> None:
    none = scores.no_scores(3)
    assert np.isnan(none.suspicion).all() and np.isnan(none.loss).all()
    assert (none.suspicion.dtype, none.loss.dtype) == (np.float32, np.float32)
    assert (none.suggested.dtype, none.suggested.tolist()) == (np.int32, [-1] * 3)
    assert (none.flagged.dtype, none.flagged.tolist()) == (bool, [False] * 3)
    assert np.isnan(none.confidence).all() and none.confidence.dtype == np.float32
    assert (none.worst_first, none.folder) == (None, None)
    assert none.summary == DetectionSummary()
    folder = make_project(tmp_path / "some.lnl", count=COUNT)
    add_detection(folder)
    with open_project(folder) as project:
        run = runs.latest_run(project, "detect")
        assert run is not None
        names = ("suspicion", "suggested", "flagged", "loss")
        found = scores.load_scores(run.folder, COUNT)
        for name in names:
            expected = np.load(run.folder / f"{name}.npy")
            np.testing.assert_array_equal(getattr(found, name), expected)
        assert found.worst_first is None
        assert found.folder == run.folder
        assert found.summary.threshold == 0.5
        order = np.argsort(-found.suspicion).astype(np.int32)
        write_array(run.folder / "order.npy", order)
        np.testing.assert_array_equal(scores.load_scores(run.folder, COUNT).worst_first, order)
        neighbours = scores.load_array(run.folder, "neighbours")
        assert isinstance(neighbours, np.memmap) and neighbours.shape == (COUNT, 2)
        assert scores.load_array(run.folder, "projection") is None
        mixture = ClassMixture((0.1, 2.0), (0.2, 0.4), (0.9, 0.1))
        write_mixture_table(run.folder, {1: mixture})
        assert read_mixtures(run.folder) == {1: mixture}
        assert read_issues(run.folder) == ()
        write_json(run.folder / "issues.json", [{"name": "dark", "count": "3"}])
        assert read_issues(run.folder) == ()


def test_classes_have_colours_and_the_first_ten_a_key(tmp_path: Path) -> None:
    names = tuple(f"c{i}" for i in range(8))
    with open_project(make_project(tmp_path / "p.lnl", count=8, class_names=names)) as project:
        with project.transaction() as connection:
            for number in range(8, 11):
                insert_class(connection, number, f"c{number}")
        classes = load_classes(project)
    assert [entry.id for entry in classes] == list(range(11))
    assert [entry.name for entry in classes] == [f"c{i}" for i in range(11)]
    assert [entry.shortcut for entry in classes] == [*"1234567890", ""]
    assert len({entry.colour for entry in classes}) == 11


def test_samples_are_columns_of_fixed_types(project: Project) -> None:
    found = load_samples(project)
    assert found.given.tolist() == [0, 1, 2, 0, 1, 2]
    assert [a.dtype for a in (found.given, found.current, found.path_order)] == [np.int32] * 3
    assert [a.dtype for a in (found.status, found.split)] == [np.uint8] * 2
    assert found.split.tolist() == [1, 2, 2, 2, 2, 1]
    assert load_split_names(project) == ["", "test", "train"]
    assert found.files is found.paths


def test_a_new_reading_forgets_the_errors_of_the_one_before(project: Project) -> None:
    record_unreadable(project, {2: "cut short", 4: "gone"})
    assert load_readable(project, COUNT).tolist() == [True, True, False, True, False, True]
    record_unreadable(project, {2: "empty"})
    assert load_readable(project, COUNT).tolist() == [True, True, False, True, True, True]
    told = [(path, str(reason)) for path, reason in load_unreadable(project)]
    assert told == [("cat/broken.png", "zero bytes"), ("bird/0002.png", "empty")]
