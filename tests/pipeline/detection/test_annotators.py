"""Several label columns: from the table to suspicion, suggestion and each annotator's quality."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest
from sklearn.metrics import average_precision_score

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.detect.consensus.consensus import find_suspects
from lnl_gui.detect.consensus.detection_input import DetectionInput
from lnl_gui.pipeline.datasets.reading.given_labels import majority_by_quality
from lnl_gui.pipeline.detection.annotators import aggregate_annotators, image_probabilities
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.annotators import Annotations, load_annotations
from lnl_gui.store.jobs.parameters import DetectParameters, EmbedParameters, ImportParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image

NAMES = ("square", "circle", "stripes")


@pytest.fixture
def crowd(tmp_path: Path) -> Path:
    """45 drawn images: `ann` is always right, `bob` often, `eve` mistakes each class for the next.

    Nobody but ann labelled the last image; bob and eve agree on a wrong label of the first ones.
    """
    (tmp_path / "images").mkdir()
    rows = [["path", "ann", "bob", "eve"]]
    for i in range(45):
        kind = i % 3
        draw_image(kind, i).save(tmp_path / "images" / f"{i:02d}.png")
        wrong = NAMES[(kind + 1) % 3]
        bob = wrong if i < 3 or (i % 9 == 4 and i % 2) else NAMES[kind]
        eve = wrong if i < 3 or i % 2 == 0 else NAMES[kind]
        rows.append([f"images/{i:02d}.png", NAMES[kind], bob, eve])
    rows[-1][2:] = ["", " "]
    with (tmp_path / "crowd.csv").open("w", encoding="utf-8", newline="") as stream:
        csv.writer(stream).writerows(rows)
    return tmp_path / "crowd.csv"


def imported(crowd: Path, **options: object) -> Path:
    project = crowd.parent / "crowd.lnl"
    columns = ("ann", "bob", "eve")
    parameters = ImportParameters(str(crowd), str(project), annotator_columns=columns, **options)  # type: ignore[arg-type]
    import_dataset(parameters, quiet=True)
    return project


def test_the_majority_is_the_given_label_and_all_labels_are_kept(crowd: Path) -> None:
    with open_project(imported(crowd), read_only=True) as project:
        annotations = load_annotations(project)
    assert annotations is not None
    assert annotations.names == ("ann", "bob", "eve")
    assert annotations.labels.shape == (45, 3)
    assert annotations.labels[44].tolist() == [annotations.labels[44, 0], -1, -1]
    with Session.open(crowd.parent / "crowd.lnl", read_only=True) as session:
        given = [session.classes[label].name for label in session.columns.given]
    assert given[:3] == ["circle", "stripes", "square"]
    assert given[3:] == [NAMES[i % 3] for i in range(3, 45)]


def test_a_named_label_column_stays_the_given_label(crowd: Path) -> None:
    with Session.open(imported(crowd, label_column="ann"), read_only=True) as session:
        given = [session.classes[label].name for label in session.columns.given]
    assert given == [NAMES[i % 3] for i in range(45)]


def test_ties_fall_to_the_better_annotator() -> None:
    generator = np.random.default_rng(0)
    truth = generator.integers(0, 4, 400)
    other = (truth + generator.integers(1, 4, (3, 400))) % 4
    wrong = generator.random((3, 400)) < np.array([[0.5], [0.1], [0.2]])
    labels = np.where(wrong, other, truth).T.astype(np.int32)
    labels[:100, 2] = -1
    given = majority_by_quality(labels, 4)
    tied = labels[:100, 0] != labels[:100, 1]
    assert tied.sum() > 30
    assert (given[:100] == labels[:100, 1])[tied].mean() > 0.95


def crowd_labels(
    seed: int, *, separation: float = 1.5
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Overlapping clusters in eight dimensions and three annotators of 85, 80 and 60 %."""
    generator = np.random.default_rng(seed)
    truth = generator.integers(0, 4, 800)
    centres = generator.normal(size=(4, 8)) * separation
    embedding = centres[truth] + generator.normal(size=(800, 8))
    columns = []
    for right in (0.85, 0.8, 0.6):
        other = (truth + generator.integers(1, 4, 800)) % 4
        columns.append(np.where(generator.random(800) < right, truth, other))
    return embedding.astype(np.float32), truth, np.stack(columns, axis=1).astype(np.int32)


@pytest.mark.parametrize("seed", [0, 3])
def test_all_annotators_together_find_more_than_their_majority_does(seed: int) -> None:
    # Clusters so close that images alone rank errors at .68 to .86; over eight seeds the
    # annotators add .04 to .19 of average precision and .05 to .22 of right suggestions.
    embedding, truth, labels = crowd_labels(seed, separation=0.7)
    given = majority_by_quality(labels, 4)
    plain = find_suspects(DetectionInput([embedding], given, number_of_classes=4))
    annotations = Annotations(("a", "b", "c"), labels, True)
    aggregated = aggregate_annotators(plain, annotations, given, number_of_classes=4)
    assert aggregated is not None
    wrong = given != truth
    joined = aggregated.consensus
    before = average_precision_score(wrong, plain.suspicion)
    assert average_precision_score(wrong, joined.suspicion) > before + 0.02
    right_before = (plain.suggested_label == truth)[wrong].mean()
    assert (joined.suggested_label == truth)[wrong].mean() > right_before + 0.01
    assert (joined.suggested_label[joined.flagged] != given[joined.flagged]).all()
    quality = [entry.quality for entry in aggregated.quality]
    np.testing.assert_allclose(quality, (labels == truth[:, None]).mean(axis=0), atol=0.06)
    assert joined.suspicion.mean() == pytest.approx(plain.suspicion.mean(), abs=1e-4)


def test_a_verdict_outweighs_all_annotators() -> None:
    embedding, truth, labels = crowd_labels(2)
    given = majority_by_quality(labels, 4)
    rows = np.flatnonzero(given != truth)[:5]
    verdicts = np.full(len(given), -1, np.int32)
    verdicts[rows] = given[rows]
    plain = find_suspects(
        DetectionInput([embedding], given, number_of_classes=4, verdict_labels=verdicts)
    )
    aggregated = aggregate_annotators(
        plain, Annotations(("a", "b", "c"), labels, True), given, number_of_classes=4
    )
    assert aggregated is not None
    np.testing.assert_array_equal(aggregated.consensus.suspicion[rows], 0)
    np.testing.assert_array_equal(aggregated.consensus.suggested_label[rows], given[rows])


def test_the_given_label_leaves_no_trace_in_what_the_image_says() -> None:
    embedding, _, labels = crowd_labels(3)
    given = majority_by_quality(labels, 4)
    found = find_suspects(DetectionInput([embedding], given, number_of_classes=4))
    image = image_probabilities(found, given, 4)
    again = image * found.transition_matrix[:, given].T ** found.label_reliability
    again /= again.sum(axis=1, keepdims=True)
    suspicion = 1 - again[np.arange(len(given)), given]
    np.testing.assert_allclose(suspicion, found.suspicion_by_noise, atol=2e-3)
    # The consensus suggests what the image alone makes likeliest.
    calm = ~found.flagged
    assert (image.argmax(axis=1) == found.suggested_label)[calm].mean() > 0.99


def test_detection_writes_and_prints_each_annotators_quality(
    crowd: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    project = crowd.parent / "crowd.lnl"
    command = ["import", str(crowd), "--project", str(project)]
    for name in ("ann", "bob", "eve"):
        command += ["--annotator-column", name]
    assert main(command) == 0
    with Session.open(project) as session:
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
    assert main(["detect", str(project), "--json"]) == 0
    captured = capsys.readouterr()
    found = json.loads(captured.out.strip().splitlines()[-1])
    quality = {entry["name"]: entry["quality"] for entry in found["annotators"]}
    assert quality["ann"] > quality["bob"] > quality["eve"]
    assert {e["name"]: e["labels"] for e in found["annotators"]} == {
        "ann": 45,
        "bob": 44,
        "eve": 44,
    }
    assert "annotator ann" in captured.err
    with Session.open(project) as session:
        # Two against one, and yet the image and ann's record decide.
        assert session.columns.flagged[:3].all()
        suggested = [session.classes[label].name for label in session.columns.suggested[:3]]
        assert suggested == list(NAMES)
        assert "annotators" in {vote.detector for vote in session.evidence(0).votes}
        run_job(session, DetectParameters(detectors=("neighbours",), emphasis=-1.0), quiet=True)


def test_columns_that_are_not_there_are_named(crowd: Path, class_folders: Path) -> None:
    with pytest.raises(UserError, match="zoe"):
        import_dataset(
            ImportParameters(str(crowd), str(crowd.parent / "p.lnl"), annotator_columns=("zoe",)),
            quiet=True,
        )
    parameters = ImportParameters(
        str(class_folders),
        str(crowd.parent / "q.lnl"),
        reader="class-folders",
        annotator_columns=("ann",),
    )
    with pytest.raises(UserError, match="annotators"):
        import_dataset(parameters, quiet=True)


@pytest.mark.shared_data
def test_three_people_on_photographs(shared_data: Path, tmp_path: Path) -> None:
    table = shared_data / "cifar10n-train" / "labels.csv"
    columns = ("random1", "random2", "random3")
    project = tmp_path / "people.lnl"
    import_dataset(
        ImportParameters(str(table), str(project), annotator_columns=columns), quiet=True
    )
    with table.open(encoding="utf-8", newline="") as stream:
        lines = list(csv.DictReader(stream))
    with Session.open(project, read_only=True) as session:
        names = [entry.name for entry in session.classes]
        given = [names[label] for label in session.columns.given]
    clean = [line["clean"] for line in lines]
    right = np.mean([a == b for a, b in zip(given, clean, strict=True)])
    alone = [
        np.mean([line[name] == c for line, c in zip(lines, clean, strict=True)]) for name in columns
    ]
    assert right > max(alone) + 0.05
