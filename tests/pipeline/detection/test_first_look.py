"""The first look: a part stands for all, is marked as one, and a detection replaces it."""

import json
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.__main__ import main
from lnl_gui.cli.jobs import run_job
from lnl_gui.cli.verbs.info import _lines, collect_facts
from lnl_gui.pipeline.detection import first_look
from lnl_gui.pipeline.detection.first_look import stratified_rows
from lnl_gui.pipeline.snapshot import take_snapshot
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.groups import number_groups, save_groups
from lnl_gui.store.detection.untold_frames import frames_message
from lnl_gui.store.jobs.parameters import DetectParameters, FirstLookParameters
from lnl_gui.store.project import open_project
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import NOTHING, message
from tests.pipeline.conftest import WRONG


def test_every_class_is_there_in_proportion() -> None:
    given = np.repeat([0, 1, 2, -1], [6000, 3000, 20, 500]).astype(np.int32)
    given = np.random.default_rng(0).permutation(given)
    usable = np.ones(len(given), bool)
    usable[::7] = False
    rows = stratified_rows(given, usable, 900)
    counts = np.bincount(given[rows], minlength=3)
    assert usable[rows].all() and (np.diff(rows) > 0).all()
    assert counts[0] / counts[1] == pytest.approx(2, rel=0.02) and 890 < len(rows) < 920
    assert counts[2] == 8
    np.testing.assert_array_equal(rows, stratified_rows(given, usable, 900))
    assert not np.array_equal(rows, stratified_rows(given, usable, 900, seed=1))
    assert len(stratified_rows(given, usable, 10**6)) == (usable & (given >= 0)).sum()


def test_too_many_classes_are_refused() -> None:
    given = np.arange(2000, dtype=np.int32)
    with pytest.raises(UserError, match="too many classes"):
        stratified_rows(given, np.ones(2000, bool), 100)


def test_it_scores_a_part_and_a_detection_replaces_it(
    embedded: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with Session.open(embedded) as session:
        run_job(session, FirstLookParameters(samples=45), quiet=True)
        columns = session.columns
        looked = np.isfinite(columns.suspicion)
        assert np.bincount(columns.given[looked]).tolist() == [15, 15, 15]
        suspects = {session.path_of(row) for row in np.flatnonzero(columns.flagged)}
        assert suspects and suspects <= WRONG
        words = str(session.statistics.provisional)
        assert words.startswith("Provisional, from 45 of 60 images: about ")
        assert dict(_lines(collect_facts(session)))[message("first look")] == (
            session.statistics.provisional
        )
        assert not columns.well_labelled.any()
        # Training, export and reports know nothing of it.
        assert np.isnan(take_snapshot(embedded).scores.suspicion).all()
        row = int(np.flatnonzero(columns.flagged)[0])
        session.accept(np.array([row]))
        run_job(session, DetectParameters(detectors=("neighbours",)), quiet=True)
        assert session.statistics.provisional == NOTHING
        assert collect_facts(session)["provisional"] is None
        assert np.isfinite(session.columns.suspicion).all()
        assert session.counts().reviewed == 1
    assert first_look.SIDE < 224


def test_the_command_line_says_it_first_and_once(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("lnl_gui.session.session.FIRST_LOOK_FROM", 60)
    images, project = embedded.parent / "shapes", embedded.parent / "new.lnl"
    command = ["run", str(images), "--project", str(project), "--encoder", "bundled-fast"]
    command += ["--finetune", "none", "--detector", "neighbours", "--json"]
    assert main(command) == 0
    captured = capsys.readouterr()
    assert captured.err.count("Provisional, from 60 of 60 images") == 1
    assert "first_look" in json.loads(captured.out.splitlines()[-1])["seconds"]
    assert main(command) == 0
    assert "Provisional" not in capsys.readouterr().err


@pytest.mark.parametrize("grouped", [False, True])
def test_images_that_vouch_for_each_other_are_told_before_the_whole_is_seen(
    embedded: Path, monkeypatch: pytest.MonkeyPatch, grouped: bool
) -> None:
    monkeypatch.setattr(first_look, "untold_frames", lambda *_: 0.8)
    if grouped:
        with open_project(embedded) as project:
            values = [str(row % 18) for row in range(len(take_snapshot(embedded)))]
            save_groups(project.arrays, number_groups("video", values))
    with Session.open(embedded) as session:
        run_job(session, FirstLookParameters(samples=45), quiet=True)
        found, facts = session.detection.summary, collect_facts(session)
        words = str(session.statistics.provisional)
        warned = frames_message(0.8) in dict(_lines(facts)).values()
        assert ("is not known" in words) == warned == found.cannot_judge == (not grouped)
        assert ("of the labels are wrong" in words) == grouped
        assert (found.noise_rate is None) == (not grouped)
