"""The library: a script does what the command line does, on the same projects."""

import json
import subprocess
import sys
import warnings
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

import lnl_gui
from lnl_gui.__main__ import main
from lnl_gui.detect.detectors.confident_learning import FILTERS, find_label_errors
from lnl_gui.library import samples
from lnl_gui.session.session import Session
from lnl_gui.util.messages import from_json
from tests.builders import add_detection, judge_nothing
from tests.builders import make_project as make_empty_project


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory, drawn: Path) -> Iterator[Path]:
    """A project that a script made, embedded and judged."""
    folder = tmp_path_factory.mktemp("library") / "shapes.lnl"
    seen: list[tuple[str, int, int]] = []
    with lnl_gui.create_project(drawn, folder) as project:
        project.embed(progress=lambda *told: seen.append(told))
        found = project.detect()
        assert len(project) == 36
        assert 0 <= found["noise_rate"] <= 1
    assert any(done == total == 36 for _, done, total in seen)
    yield folder


@pytest.fixture(scope="module")
def drawn(tmp_path_factory: pytest.TempPathFactory) -> Path:
    from tests.conftest import draw_class_folders

    return draw_class_folders(tmp_path_factory.mktemp("drawn"))


@pytest.fixture
def flagged(tmp_path: Path) -> Path:
    folder = make_empty_project(tmp_path / "p.lnl", count=12)
    add_detection(folder)
    return folder


def test_arrays_have_a_row_for_each_sample(made: Path) -> None:
    with lnl_gui.open_project(made, read_only=True) as project:
        [embedding] = project.embeddings.values()
        assert embedding.shape[0] == 36 and embedding.dtype == np.float16
        probabilities = project.pred_probs
        assert probabilities.shape == (36, len(project.class_names))
        np.testing.assert_allclose(probabilities.sum(1), 1, atol=1e-3)
        table = project.table
        assert table.num_rows == 36
        names = np.array(project.class_names)
        suggested = np.array(table["suggested_label"].to_pylist())
        flagged = np.array(table["flagged"].to_pylist())
        likeliest = names[probabilities.argmax(1)]
        assert (likeliest[flagged] == suggested[flagged]).all()


def test_it_is_the_project_of_the_command_line(
    made: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["info", str(made), "--json"]) == 0
    told = json.loads(capsys.readouterr().out.splitlines()[-1])
    with lnl_gui.open_project(made, read_only=True) as project:
        flagged = int(np.array(project.table["flagged"].to_pylist()).sum())
    assert told["samples"] == 36
    assert told["flagged"] == flagged


def test_a_mask_names_the_samples_it_is_true_for(flagged: Path) -> None:
    with lnl_gui.open_project(flagged) as project:
        mask = np.zeros(len(project), bool)
        mask[[3, 5]] = True
        assert project.decide(mask, "exclude") == 2
        assert np.flatnonzero(project.samples["status"] == "excluded").tolist() == [3, 5]
        for wrong in (mask[:4], [True, False], [1.5], np.array([1, 2]) + len(project)):
            with pytest.raises(lnl_gui.UserError, match="samples, from row 0"):
                project.decide(wrong, "keep")
        assert project.undo() == 2


def test_suspects_come_worst_first_and_go_when_decided(flagged: Path) -> None:
    with lnl_gui.open_project(flagged) as project:
        rows = project.suspects
        suspicion = np.array(project.table["suspicion"].to_pylist())
        assert (np.diff(suspicion[rows]) <= 0).all() and len(rows) == 4
        assert project.decide(rows[0], "accept") == 1
        assert rows[0] not in project.suspects
        before = project.table["given_label"].to_pylist()[rows[0]]
        assert project.table["current_label"].to_pylist()[rows[0]] != before
        assert project.undo() == 1
        assert project.suspects.tolist() == rows.tolist()
        assert project.redo() == 1


def test_samples_are_named_by_path_too(flagged: Path) -> None:
    with lnl_gui.open_project(flagged) as project:
        assert project.decide(["cat/0000.png", "dog/0001.png"], "relabel", "bird") == 2
        assert project.decide("bird/0002.png", "exclude") == 1
        labels = project.table["current_label"].to_pylist()
        assert labels[:2] == ["bird", "bird"]
        assert project.table["status"].to_pylist()[2] == "excluded"
    with lnl_gui.open_project(flagged) as project:
        assert project.table["current_label"].to_pylist()[:2] == ["bird", "bird"]


@pytest.mark.parametrize(
    ("arguments", "reason"),
    [
        (([99], "keep"), "12 samples"),
        (([-1], "keep"), "12 samples"),
        ((["nowhere.png"], "keep"), "nowhere.png"),
        (([0], "burn"), "no verdict `burn`"),
        (([0], "relabel"), "class belongs"),
        (([0], "keep", "cat"), "class belongs"),
        (([0], "relabel", "wolf"), "wolf"),
        (([0], "relabel", 1), "`1` is no name of a class"),
        (([0], ("relabel", "cat")), r"no verdict `\('relabel', 'cat'\)`"),
        (([0], np.array(["keep", "keep"])), "no verdict"),
    ],
)
def test_wrong_verdicts_are_refused_and_change_nothing(
    flagged: Path, arguments: tuple[object, ...], reason: str
) -> None:
    with lnl_gui.open_project(flagged) as project:
        with pytest.raises(lnl_gui.UserError, match=reason):
            project.decide(*arguments)  # type: ignore[arg-type]
        assert project.undo() == 0


@pytest.mark.parametrize("threads", [0, -1, 1.5])
def test_no_threads_are_refused(flagged: Path, threads: Any) -> None:
    with lnl_gui.open_project(flagged) as project:
        with pytest.raises(lnl_gui.UserError, match=f"threads is {threads}"):
            project.detect(threads=threads)
        with pytest.raises(lnl_gui.UserError, match=f"threads is {threads}"):
            project.embed(threads=threads)


def test_an_unknown_option_is_refused_by_name(flagged: Path) -> None:
    with lnl_gui.open_project(flagged) as project, pytest.raises(TypeError, match="destinatoin"):
        project.export(flagged.parent / "out", destinatoin="x")
    with pytest.raises(TypeError, match="folder"):
        lnl_gui.create_project(flagged.parent, project=str(flagged.parent / "other.lnl"))
    assert not (flagged.parent / "other.lnl").exists()


def test_one_that_is_open_elsewhere_is_opened_for_reading_alone_where_that_is_asked(
    flagged: Path,
) -> None:
    with lnl_gui.open_project(flagged):
        with pytest.raises(lnl_gui.UserError, match="open in another window"):
            lnl_gui.open_project(flagged)
        with lnl_gui.open_project(flagged, read_only=True) as second:
            assert len(second) == 12
            with pytest.raises(lnl_gui.UserError, match="opened for reading only"):
                second.decide(0, "keep")
            with pytest.raises(lnl_gui.UserError, match="opened for reading only"):
                second.detect()
    # Nothing of the refusal holds the lock.
    with lnl_gui.open_project(flagged) as project:
        project.decide(0, "keep")


def test_probabilities_of_an_array_are_attached(made: Path) -> None:
    with lnl_gui.open_project(made) as project:
        given = project.table["given_label"].to_pylist()
        numbers = [project.class_names.index(name) for name in given]
        probabilities = np.full((36, len(project.class_names)), 0.05)
        probabilities[np.arange(36), numbers] = 0.9
        project.attach(pred_probs=probabilities / probabilities.sum(1, keepdims=True), name="mine")
    with lnl_gui.open_project(made, read_only=True) as project:
        assert len(project) == 36


def probabilities_of(project: lnl_gui.CleaningProject) -> np.ndarray:
    """(N, C): of each sample's given label the most, and of every class another share."""
    given = project.table["given_label"].to_pylist()
    names = project.class_names
    found = np.tile(np.arange(1.0, len(names) + 1), (len(given), 1)) / 100
    found[np.arange(len(given)), [names.index(name) for name in given]] += 0.8
    return found / found.sum(1, keepdims=True)


def attached(folder: Path) -> np.ndarray:
    (file,) = (folder / "arrays").glob("probabilities-*mine*.npy")
    return np.asarray(np.load(file))


def as_tensor(values: np.ndarray) -> object:
    torch = pytest.importorskip("torch")
    return torch.tensor(values, requires_grad=True)


def as_frame(values: np.ndarray, project: lnl_gui.CleaningProject, how: str) -> object:
    frame = pytest.importorskip("pandas").DataFrame(values, columns=project.class_names)
    paths = project.table["path"].to_pylist()
    if how == "numbered":
        return frame.set_axis(range(values.shape[1]), axis=1)
    if how == "columns":
        return frame[project.class_names[::-1]]
    if how == "path column":
        return frame.assign(path=paths)[::-1]
    return frame.set_axis(paths)[::-1]


@pytest.mark.parametrize("out_of_sample", [False, True])
def test_notes_of_what_is_attached_name_arguments_and_no_options(
    flagged: Path, out_of_sample: bool
) -> None:
    with lnl_gui.open_project(flagged) as project:
        values = probabilities_of(project)
        # Of some another class, or it would be of a model that has learnt the labels.
        values[::12] = np.roll(values[::12], 1, axis=1)
        found = project.attach(pred_probs=values, name="mine", out_of_sample=out_of_sample)
    said = [str(from_json(note)) for note in found["warnings"]]
    assert any("out_of_sample=True" in note for note in said) != out_of_sample
    assert not any("--" in note for note in said)


@pytest.mark.parametrize(
    "made_of",
    ["list", "tensor", "numbered", "columns", "path column", "paths"],
)
def test_what_is_no_array_of_numpy_is_attached_as_well(flagged: Path, made_of: str) -> None:
    with lnl_gui.open_project(flagged) as project:
        values = probabilities_of(project)
        given: object
        if made_of == "list":
            given = values.tolist()
        elif made_of == "tensor":
            given = as_tensor(values)
        else:
            given = as_frame(values, project, made_of)
        project.attach(pred_probs=given, name="mine")
    np.testing.assert_allclose(attached(flagged), values, atol=1e-6)


def test_columns_of_classes_that_were_merged_are_left_out(flagged: Path) -> None:
    with lnl_gui.open_project(flagged) as project:
        values = probabilities_of(project)
    with Session.open(flagged) as session:
        session.class_edits.merge([0], 1)
    values[:, 1] += values[:, 0]
    values[:, 0] = 0
    with lnl_gui.open_project(flagged) as project:
        assert project.class_names[0] == ""
        project.attach(pred_probs=values, name="mine")
    np.testing.assert_allclose(attached(flagged), values, atol=1e-6)


def test_an_embedding_may_be_a_frame_by_paths(flagged: Path) -> None:
    pandas = pytest.importorskip("pandas")
    values = np.random.default_rng(0).normal(size=(12, 5)).astype(np.float16)
    with lnl_gui.open_project(flagged) as project:
        frame = pandas.DataFrame(values, index=project.table["path"].to_pylist())
        project.attach(embedding=frame[::-1], name="mine")
        (found,) = (e for name, e in project.embeddings.items() if "mine" in name)
        np.testing.assert_allclose(found, values)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        (lambda frame: frame.rename(columns={"cat": "wolf"}), "pred_probs.*wolf"),
        (lambda frame: frame.sample(frac=1, random_state=0), "order of its index"),
        (lambda frame: frame.set_axis([f"{n}.png" for n in range(12)]), "no sample of this"),
        (lambda frame: frame[:5], "`pred_probs` has 5 rows.*partial=True"),
        (lambda frame: frame * 7, "`pred_probs` holds values.*logits=True"),
        (lambda frame: frame.to_numpy().astype(str) + "x", "type <U"),
        (lambda frame: frame.to_numpy()[:, 0], "the shape"),
        (
            lambda frame: np.insert(frame.to_numpy(), 0, 0, axis=1),
            "columns of `pred_probs`.*class_order=",
        ),
    ],
)
def test_frames_that_do_not_fit_are_refused_in_the_words_of_a_script(
    flagged: Path, change: Callable[[Any], object], reason: str
) -> None:
    frames = pytest.importorskip("pandas")
    with lnl_gui.open_project(flagged) as project:
        frame = frames.DataFrame(probabilities_of(project), columns=project.class_names)
        with pytest.raises(lnl_gui.UserError, match=reason) as refused:
            project.attach(pred_probs=change(frame), name="mine")
    assert "--" not in str(refused.value) and ".npy" not in str(refused.value)


def test_what_progress_raises_stops_the_job(flagged: Path, made: Path) -> None:
    class Enough(Exception):
        pass

    def stop(stage: str, done: int, total: int) -> None:
        raise Enough

    with lnl_gui.open_project(made) as project:
        with pytest.raises(Enough):
            project.detect(seed=5, progress=stop)
        project.detect()


def test_a_notebook_shows_suspects_with_their_images(made: Path) -> None:
    with lnl_gui.open_project(made, read_only=True) as project:
        shown = project._repr_html_()
        count = min(len(project.suspects), 24)
    assert shown.count("<figure") == shown.count("data:image/jpeg;base64,") == count
    assert "<script" not in shown


def test_chosen_samples_are_shown_in_their_order(flagged: Path) -> None:
    with lnl_gui.open_project(flagged, read_only=True) as project:
        shown = project.show([5, 3])._repr_html_()
        paths = project.table["path"].to_pylist()
        assert "2 of 12 samples" in shown and shown.count("<figure") == 2
        assert project.show([paths[5], paths[3]]).html == shown
        with pytest.raises(lnl_gui.UserError, match="from row 0"):
            project.show([99])


def test_cleanlab_judges_the_exported_probabilities_as_the_export_says(
    made: Path, tmp_path: Path
) -> None:
    """Its five filters find what ours find, and its score is the exported one."""
    pandas = pytest.importorskip("pandas")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # optional dependencies announce themselves
        pytest.importorskip("cleanlab")
        from cleanlab.filter import find_label_issues
        from cleanlab.rank import get_label_quality_scores
    with lnl_gui.open_project(made) as project:
        project.export(tmp_path / "out", format="cleanlab")
        own = project.pred_probs.astype(np.float64)
        paths = {Path(path).name: row for row, path in enumerate(project.table["path"].to_pylist())}
        judged = np.array(project.table["suspicion"].to_pylist())
    table = pandas.read_csv(tmp_path / "out" / "images" / "label_issues.csv")
    exported = np.load(tmp_path / "out" / "images" / "pred_probs.npy").astype(np.float64)
    rows = [paths[Path(name).name] for name in table["file_name"]]
    given = table["given_label"].to_numpy()
    np.testing.assert_allclose(exported, own[rows], atol=1e-6)
    scores = get_label_quality_scores(given, exported)
    np.testing.assert_allclose(scores, table["label_score"], atol=1e-3)
    np.testing.assert_allclose(scores, 1 - judged[rows], atol=1e-3)
    for rule in FILTERS:
        theirs = find_label_issues(given, exported, filter_by=rule, n_jobs=1)
        assert np.array_equal(theirs, find_label_errors(given, own[rows], rule=rule)), rule
    # What is flagged has another likeliest class, or nearly so: this is how cleanlab would say it.
    simple = find_label_issues(given, exported, filter_by="predicted_neq_given", n_jobs=1)
    assert (simple == table["is_label_issue"]).mean() > 0.9


def test_several_suggestions_are_not_accepted_where_nothing_is_known(
    flagged: Path, tmp_path: Path
) -> None:
    judge_nothing(flagged)
    with lnl_gui.open_project(flagged) as project:
        some = project.suspects[:3]
        for act in (
            lambda: project.decide(some, "accept"),
            lambda: project.export(tmp_path / "out", accept_suggestions=True, images="none"),
        ):
            with pytest.raises(lnl_gui.UserError, match="The encoder sees nothing") as refused:
                act()
            assert "accept_unjudged=True" in str(refused.value.hint)
        assert project.decide(some[:1], "accept") == 1 and project.decide(some, "keep") == 3
        assert project.decide(some, "accept", accept_unjudged=True) == 3


def test_names_of_classes_are_text_in_a_notebook(tmp_path: Path) -> None:
    folder = make_empty_project(tmp_path / "p.lnl", class_names=("<b>cat", "dog & co"), count=6)
    add_detection(folder)
    with lnl_gui.open_project(folder, read_only=True) as project:
        shown = project._repr_html_()
    assert "&lt;b&gt;cat" in shown and "dog &amp; co" in shown and "<b>cat" not in shown


def test_the_stable_names_are_listed_and_cost_no_torch() -> None:
    code = (
        "import sys, lnl_gui; assert 'torch' not in sys.modules;"
        "lnl_gui.open_project; assert 'torch' not in sys.modules;"
        "print(*dir(lnl_gui))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == sorted(lnl_gui.__all__)
    for name in lnl_gui.__all__:
        assert getattr(lnl_gui, name)
    with pytest.raises(AttributeError, match=r"lnl_gui\.nothing"):
        _ = lnl_gui.nothing  # type: ignore[attr-defined]


def test_frames_are_those_of_the_installed_library(flagged: Path) -> None:
    polars = pytest.importorskip("polars")
    with lnl_gui.open_project(flagged, read_only=True) as project:
        frame = project.samples
        columns = list(frame.columns)
        assert columns == project.table.column_names
        assert len(frame) == 12
    assert polars is not None


def test_without_a_library_for_frames_it_is_said_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(samples, "find_spec", lambda name: None)
    with pytest.raises(lnl_gui.UserError, match="pandas or polars") as caught:
        samples.as_frame({})
    hint = str(caught.value.hint)
    assert hint == "Install it: pip install pandas. `project.table` needs neither."
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(lnl_gui.UserError) as caught:
        samples.as_frame({})
    assert "pip install lnl-gui pandas. `project.table`" in str(caught.value.hint)
