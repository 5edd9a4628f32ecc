"""Predictions and embeddings made elsewhere: brought into order, checked, used by detectors."""

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import import_dataset, run_job
from lnl_gui.pipeline.detection.attached import attached_results
from lnl_gui.pipeline.detection.left_out import replaced_messages
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.detection import encoder_to_train
from lnl_gui.session.session import Session
from lnl_gui.store.detection.detection_tables import read_detectors
from lnl_gui.store.detection.scores import load_array
from lnl_gui.store.jobs.parameters import (
    BUNDLED_ENCODER,
    AttachParameters,
    DetectParameters,
    EmbedParameters,
    ImportParameters,
    UpdateParameters,
)
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from tests.conftest import draw_image
from tests.pipeline.conftest import WRONG

ORDER = ("stripes", "square", "circle")
"""Not the project's own order of classes."""


def attach(project: Path, **options: Any) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, AttachParameters(**options), quiet=True).metrics


def refused(project: Path, **options: Any) -> UserError:
    with pytest.raises(UserError) as caught:
        attach(project, **options)
    return caught.value


@pytest.fixture
def truth(embedded: Path) -> dict[str, str]:
    """The true class of each image, which its name tells."""
    with Session.open(embedded) as session:
        return {path: Path(path).name.split("-")[0] for path in session.columns.paths}


def predictions(truth: dict[str, str], *, seed: int = 0) -> tuple[list[str], np.ndarray]:
    """Probabilities that favour the true class, rows in a shuffled order, columns as in `ORDER`."""
    generator = np.random.default_rng(seed)
    paths = list(generator.permutation(list(truth)))
    values = generator.dirichlet(np.ones(3), len(paths)) * 0.3
    values[np.arange(len(paths)), [ORDER.index(truth[path]) for path in paths]] += 0.7
    return paths, values


def write_csv(file: Path, paths: list[str], values: np.ndarray) -> Path:
    with file.open("w", newline="", encoding="utf-8") as stream:
        writer = csv.writer(stream)
        writer.writerow(["path", *ORDER])
        writer.writerows([path, *row] for path, row in zip(paths, values.tolist(), strict=True))
    return file


def detect(project: Path, parameters: DetectParameters | None = None) -> dict[str, Any]:
    with Session.open(project) as session:
        return run_job(session, parameters or DetectParameters(), quiet=True).metrics


def test_probabilities_of_a_table_become_a_detector_in_the_projects_order(
    embedded: Path, truth: dict[str, str], tmp_path: Path
) -> None:
    paths, values = predictions(truth)
    file = write_csv(tmp_path / "my probs.csv", paths, values)
    metrics = attach(embedded, pred_probs=str(file), out_of_sample=True)
    assert metrics["name"] == "attached:my-probs" and metrics["rows"] == 60
    assert metrics["agreement"] == pytest.approx(57 / 60)
    metrics = detect(embedded)
    # Detected against the plain definition: one less the probability of the given label.
    with Session.open(embedded) as session:
        folder = session.detection.folder
        assert folder is not None
        score = load_array(folder, "detector-attached-my-probs-score")
        vote = load_array(folder, "detector-attached-my-probs-vote")
        assert score is not None and vote is not None
        names = [entry.name for entry in session.classes]
        for path, row in zip(paths, values, strict=True):
            at = session.columns.paths.index(path)
            given = names[session.columns.given[at]]
            assert score[at] == pytest.approx(1 - row[ORDER.index(given)], abs=1e-6)
            assert names[vote[at]] == ORDER[int(row.argmax())]
        titles = {e.name: e.title for e in read_detectors(folder)}
        assert "attached:my-probs" in titles
        found = {session.path_of(row) for row in np.flatnonzero(session.columns.flagged)}
    assert found >= WRONG
    assert "attached:my-probs" in metrics["weights"]


def test_predictions_join_the_consensus_only_when_they_are_out_of_sample(
    embedded: Path, truth: dict[str, str], tmp_path: Path
) -> None:
    file = write_csv(tmp_path / "p.csv", *predictions(truth))
    metrics = attach(embedded, pred_probs=str(file))
    assert "hide wrong labels" in str(metrics["warnings"])
    metrics = detect(embedded)
    assert "attached:p" not in metrics["weights"]
    assert "attached:p" not in [entry["name"] for entry in metrics["agreement"]["detectors"]]
    with Session.open(embedded) as session:
        assert "attached:p" in session.derived.detector_names()
    metrics = detect(embedded, DetectParameters(detectors=("neighbours",)))
    with Session.open(embedded) as session:
        assert session.derived.detector_names() == ["neighbours"]
    detect(embedded, DetectParameters(detectors=("neighbours", "attached:p")))
    with Session.open(embedded) as session:
        assert session.derived.detector_names() == ["neighbours", "attached:p"]
    with pytest.raises(UserError, match="No predictions are attached"):
        detect(embedded, DetectParameters(detectors=("attached:q",)))


def test_predictions_that_repeat_the_labels_are_said_to_be_memorised(
    embedded: Path, tmp_path: Path
) -> None:
    with Session.open(embedded) as session:
        given = session.columns.given.copy()
        names = [entry.name for entry in session.classes]
    values = np.full((60, 3), 0.01)
    values[np.arange(60), given] = 0.98
    np.save(tmp_path / "p.npy", values)
    metrics = attach(
        embedded,
        pred_probs=str(tmp_path / "p.npy"),
        class_order=tuple(names),
        out_of_sample=True,
    )
    assert "trained on these samples" in str(metrics["warnings"])


@pytest.mark.parametrize("form", ["npy", "npz"])
def test_arrays_take_paths_and_classes_from_beside_or_inside(
    embedded: Path, truth: dict[str, str], tmp_path: Path, form: str
) -> None:
    paths, values = predictions(truth)
    file = tmp_path / f"p.{form}"
    if form == "npz":
        np.savez(file, pred_probs=values, paths=np.array(paths), classes=np.array(ORDER))
        metrics = attach(embedded, pred_probs=str(file))
    else:
        np.save(file, values.astype(np.float16))
        (tmp_path / "paths.txt").write_text("\n".join(paths) + "\n", encoding="utf-8")
        metrics = attach(
            embedded,
            pred_probs=str(file),
            paths=str(tmp_path / "paths.txt"),
            class_order=ORDER,
        )
    assert metrics["agreement"] == pytest.approx(57 / 60)


def test_what_is_no_probability_is_refused(
    embedded: Path, truth: dict[str, str], tmp_path: Path
) -> None:
    paths, values = predictions(truth)
    logits = np.log(values) * 3
    file = str(write_csv(tmp_path / "p.csv", paths, logits))
    found = refused(embedded, pred_probs=file)
    assert found.code == "not_probabilities" and "--logits" in str(found)
    metrics = attach(embedded, pred_probs=file, logits=True)
    assert metrics["agreement"] == pytest.approx(57 / 60)
    stored = np.load(embedded / "arrays" / "probabilities-attached-p.npy")
    np.testing.assert_allclose(stored.sum(axis=1), 1, atol=1e-5)
    found = refused(embedded, pred_probs=str(write_csv(tmp_path / "s.csv", paths, values * 0.5)))
    assert "do not sum to one" in str(found)
    torn = values.copy()
    torn[3, 1] = np.nan
    found = refused(embedded, pred_probs=str(write_csv(tmp_path / "n.csv", paths, torn)))
    assert found.code == "not_finite"


def test_rows_and_classes_that_do_not_fit_are_refused(
    embedded: Path, truth: dict[str, str], tmp_path: Path
) -> None:
    paths, values = predictions(truth)
    np.save(tmp_path / "p.npy", values)
    file = str(tmp_path / "p.npy")
    assert refused(embedded, pred_probs=file).code == "class_order"
    assert refused(embedded, pred_probs=file, class_order=("a", "b")).code == "class_order"
    found = refused(embedded, pred_probs=file, class_order=("square", "circle", "disc"))
    assert found.code == "class_order" and "disc" in str(found)
    # Rows in another order than the project's name the given label by chance only.
    found = refused(embedded, pred_probs=file, class_order=ORDER)
    assert found.code == "wrong_order"
    attach(embedded, pred_probs=file, class_order=ORDER, accept_order=True)
    np.save(tmp_path / "few.npy", values[:50])
    found = refused(embedded, pred_probs=str(tmp_path / "few.npy"), class_order=ORDER)
    assert found.code == "row_count" and "50 rows" in str(found)
    some = str(write_csv(tmp_path / "some.csv", paths[:50], values[:50]))
    found = refused(embedded, pred_probs=some)
    assert found.code == "row_count" and "10 of 60" in str(found)
    metrics = attach(embedded, pred_probs=some, partial=True)
    assert (metrics["rows"], metrics["lacking"]) == (50, 10)
    detect(embedded)
    twice = str(write_csv(tmp_path / "twice.csv", [*paths, paths[0]], values[[*range(60), 0]]))
    assert "Two rows" in str(refused(embedded, pred_probs=twice))


def test_paths_of_another_machine_are_found_by_their_end_and_foreign_ones_are_not(
    embedded: Path, truth: dict[str, str], tmp_path: Path
) -> None:
    paths, values = predictions(truth)
    elsewhere = [f"D:\\data\\shapes\\{path}".replace("/", "\\") for path in paths]
    file = write_csv(tmp_path / "p.csv", elsewhere, values)
    assert attach(embedded, pred_probs=str(file))["rows"] == 60
    # Rows of other images, one of which has the name of a sample, are no samples.
    more = [*paths[:59], f"other/{Path(paths[59]).name}"]
    file = write_csv(tmp_path / "q.csv", more, values)
    assert refused(embedded, pred_probs=str(file)).code == "row_count"
    metrics = attach(embedded, pred_probs=str(file), partial=True)
    assert (metrics["rows"], metrics["foreign"]) == (59, 1)


@pytest.mark.parametrize(
    ("name", "content"),
    [
        ("x.npy", b"\x93NUMPY\x01\x00"),
        ("x.npz", b"PK\x03\x04"),
        ("x.csv", b"path,a\nx,hello\n"),
        ("y.csv", b"a,b\n1,2\n"),
        ("z.csv", b"path,a,b\nx,1\n"),
    ],
)
def test_damaged_files_are_refused_by_name(
    embedded: Path, tmp_path: Path, name: str, content: bytes
) -> None:
    (tmp_path / name).write_bytes(content)
    found = refused(embedded, embedding=str(tmp_path / name))
    assert found.code == "bad_numbers" and name in str(found)


def test_nothing_in_a_file_is_executed(embedded: Path, tmp_path: Path) -> None:
    np.save(tmp_path / "p.npy", np.array([{"a": 1}], object), allow_pickle=True)
    assert refused(embedded, embedding=str(tmp_path / "p.npy")).code == "bad_numbers"


def test_an_attached_embedding_is_an_encoder_for_detection(
    truth: dict[str, str], embedded: Path, tmp_path: Path
) -> None:
    project = tmp_path / "bare.lnl"
    import_dataset(ImportParameters(str(embedded.parent / "shapes"), str(project)), quiet=True)
    generator = np.random.default_rng(0)
    with Session.open(project) as session:
        classes = [ORDER.index(truth[path]) for path in session.columns.paths]
    values = np.eye(3)[classes] @ generator.normal(size=(3, 16)) * 3
    values += generator.normal(size=values.shape) * 0.3
    np.save(tmp_path / "clip.npy", values)
    metrics = attach(project, embedding=str(tmp_path / "clip.npy"))
    assert (metrics["name"], metrics["dimension"]) == ("attached:clip", 16)
    with Session.open(project) as session:
        assert session.stage().name == "EMBEDDED"
        # It has no network that could be trained.
        assert encoder_to_train(session.project) == BUNDLED_ENCODER
    detect(project, DetectParameters(encoders=("attached:clip",)))
    with Session.open(project) as session:
        found = {session.path_of(row) for row in np.flatnonzero(session.columns.flagged)}
        assert found == WRONG
    # New images have no row in it: detection says so instead of leaving them out.
    draw_image(0, 77).save(embedded.parent / "shapes" / "square" / "new.png")
    with Session.open(project) as session:
        run_job(session, UpdateParameters(), quiet=True)
    with pytest.raises(UserError, match="not been embedded yet"):
        detect(project)


def test_an_embedding_of_before_an_update_is_not_left_out_unsaid(
    truth: dict[str, str], embedded: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    values = np.random.default_rng(0).normal(size=(len(truth), 16))
    np.save(tmp_path / "clip.npy", values)
    attach(embedded, embedding=str(tmp_path / "clip.npy"))
    commands = (["detect"], ["update"], ["embed", "--encoder", "bundled-fast"], ["detect"])
    said = []
    for verb, *options in commands:
        if verb == "update":
            draw_image(0, 77).save(embedded.parent / "shapes" / "square" / "new.png")
        assert main([verb, str(embedded), *options]) == 0
        said.append("Not used: the embedding attached:clip" in capsys.readouterr().err)
    assert said == [False, False, False, True]
    assert main(["detect", str(embedded), "--encoder", "bundled-fast"]) == 0
    assert "Not used" not in capsys.readouterr().err  # nobody asked for it


def test_the_command_says_what_it_attached(
    embedded: Path, truth: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    paths, values = predictions(truth)
    np.save(tmp_path / "p.npy", values)
    (tmp_path / "paths.json").write_text(json.dumps(paths), encoding="utf-8")
    (tmp_path / "classes.txt").write_text("\n".join(ORDER), encoding="utf-8")
    command = ["attach", str(embedded), "--pred-probs", str(tmp_path / "p.npy")]
    assert main(command) == 3
    capsys.readouterr()
    command += ["--paths", str(tmp_path / "paths.json"), "--json"]
    assert main([*command, "--class-order", str(tmp_path / "classes.txt")]) == 0
    assert json.loads(capsys.readouterr().out)["name"] == "attached:p"
    assert main([*command, "--class-order", ",".join(ORDER)]) == 0


@pytest.mark.parametrize("is_recorded", [True, False])
def test_predictions_of_pictures_that_were_replaced_are_left_out_and_said(
    embedded: Path, truth: dict[str, str], tmp_path: Path, *, is_recorded: bool
) -> None:
    paths, values = predictions(truth)
    np.save(tmp_path / "p.npy", values)
    named = tmp_path / "paths.txt"
    named.write_text("\n".join(paths), encoding="utf-8")
    said = {"pred_probs": str(tmp_path / "p.npy"), "paths": str(named), "class_order": ORDER}
    attach(embedded, **said)
    if not is_recorded:  # as an earlier version left it
        with open_project(embedded) as project, project.transaction() as connection:
            connection.execute("UPDATE run SET metrics = '{}' WHERE kind = 'attach'")
    square = embedded.parent / "shapes" / "square"
    former = (square / "square-03.png").read_bytes()
    draw_image(1, 999).save(square / "square-03.png")
    assert _left_out(embedded) == ["square/square-03.png"]
    # A picture that was put back is the one that they are of.
    draw_image(1, 998).save(square / "square-05.png")
    (square / "square-03.png").write_bytes(former)
    assert _left_out(embedded) == ["square/square-05.png"]
    attach(embedded, **said)
    assert _left_out(embedded) == []


def _left_out(project: Path) -> list[str]:
    """Samples that the predictions say nothing of, which a detection tells."""
    with Session.open(project) as session:
        run_job(session, UpdateParameters(), quiet=True)
        run_job(session, EmbedParameters(encoders=("bundled-fast",)), quiet=True)
    snapshot = take_snapshot(project)
    (result,) = attached_results(snapshot, ("attached:p",))
    found = [snapshot.samples.paths[row] for row in np.flatnonzero(np.isnan(result.score))]
    told = replaced_messages(snapshot, ())
    assert len(told) == bool(found) and all(found[0] in str(entry) for entry in told)
    return found
