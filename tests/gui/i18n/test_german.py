"""The German window says nothing in English: every view and dialog, what is painted too."""

import json
import os
import platform
import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.library.jobs import CallContext
from lnl_gui.pipeline import catalogue
from lnl_gui.session.session import Session
from lnl_gui.store.jobs.parameters import CatalogueParameters, FinetuneParameters
from lnl_gui.store.jobs.runs import RunResult
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import message, to_json
from lnl_gui.util.translation import LANGUAGE_VARIABLE
from tests.contracts.test_translations import catalogue_file, forms, load_tool
from tests.gui.projects import make_project

CLASSES = ("cat", "dog", "kept", "horse")
DETECTORS = {
    "neighbours": "Nearest neighbours",
    "confident_learning": "Confident learning",
    "loss_mixture": "Robust probe, loss mixture",
}
ISSUES = ("exact_duplicate", "near_duplicate", "blurry", "off_topic", "outlier")
WORD = re.compile(r"[A-Za-zÄÖÜäöüß]{3,}")
ENGLISH_NUMBER = re.compile(r"(?<![\d.])\d+\.\d{1,2}(?![\d.])|(?<!\d)[1-9]\d{0,2},\d{3}(?!\d)")
NAMES = {"animals", "images", "reviewer", "anna", "ben", "apache", "png", "lnl", "digits"} | {
    "bundled"
}
"""Words of the test's own data, and names that no language changes, an encoder's among them."""
OF_THE_MACHINE = {platform.platform(), "scikit-learn"}
"""What the window about the program says of it: no language changes these either."""


def add_evidence(session: Session, folder: Path) -> None:
    """What a detect run leaves beside its consensus."""
    count = len(session)
    rng = np.random.default_rng(5)
    for name in DETECTORS:
        np.save(folder / f"detector-{name}-score.npy", rng.random(count, np.float32))
        np.save(folder / f"detector-{name}-vote.npy", np.arange(count, dtype=np.int32) % 4)
    table = [{"name": name, "title": title} for name, title in DETECTORS.items()]
    write_json(folder / "detectors.json", table)
    for name in ISSUES:
        np.save(folder / f"issue-{name}-score.npy", rng.random(count, np.float32))
        np.save(folder / f"issue-{name}-flagged.npy", np.arange(count) < 6)
    write_json(folder / "issues.json", [{"name": name, "count": 6} for name in ISSUES])
    np.save(folder / "neighbours.npy", (np.arange(count)[:, None] + [1, 2, 3]) % count)
    np.save(folder / "neighbour_similarity.npy", np.full((count, 3), 0.875, np.float32))
    np.save(folder / "projection.npy", rng.normal(size=(count, 2)).astype(np.float32))
    np.save(folder / "duplicate_group.npy", (np.arange(count) // 2).astype(np.int32))
    np.save(folder / "cluster.npy", (np.arange(count) % 3).astype(np.int32))
    np.save(folder / "class_noise_rate.npy", np.full(len(CLASSES), 0.125))
    np.save(folder / "class_noise_rate_interval.npy", np.tile([0.0625, 0.25], (len(CLASSES), 1)))


def add_training(session: Session) -> None:
    """What a fine-tune leaves."""
    run = session.runs.start(FinetuneParameters())
    epochs = [
        {"series": series, "epoch": n, "loss": 1.5 / (n + 1), "holdout_accuracy": 0.8125}
        for series in ("given", "curated")
        for n in range(3)
    ]
    draw = message("a stratified draw of all samples")
    metrics = {
        "epochs": epochs,
        "before": {"accuracy": 0.8125, "samples": 1280},
        "after": {"accuracy": 0.875, "samples": 1280},
        "difference_interval": [0.0125, 0.1125],
        "holdout_samples": 1280,
        "warnings": [
            to_json(message("Held-out samples: {description}.", description=draw)),
            to_json(message("No image came with a label: there is nothing to compare with.")),
        ],
    }
    session.runs.finish(run.id, "done", RunResult({}, metrics))


@pytest.fixture
def animals(tmp_path: Path) -> Path:
    """A project with all that a window can show."""
    folder = make_project(tmp_path / "animals.lnl", 80, names=CLASSES)
    with Session.open(folder, reviewer="anna") as session:
        run = session.runs.latest("detect")
        assert run is not None
        add_evidence(session, run.folder)
        add_training(session)
        session.accept(np.array([0]))
        session.exclude(np.array([1]))
    return folder


def said(project: Path) -> list[tuple[str, str, str]]:
    """(view, kind of widget, text) of the German window."""
    answer = catalogue.run(CatalogueParameters(), CallContext())
    choices = project.with_name("choices.json")
    choices.write_text(json.dumps(answer["metrics"]))
    # In the home that made the project: one from elsewhere would be asked about.
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    environment.pop(LANGUAGE_VARIABLE, None)
    done = subprocess.run(
        [sys.executable, "-m", "tests.gui.i18n.german_texts", str(project), str(choices)],
        cwd=Path(__file__).parents[3],
        env=environment,
        capture_output=True,
        encoding="utf-8",
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return [(view, kind, text) for view, kind, text in json.loads(done.stdout)]


def test_nothing_is_english_in_the_german_window(animals: Path, own_home: Path) -> None:
    english, german = set(), set()
    tool = load_tool()
    for source, words in tool.entries(tool.read_catalogue(catalogue_file("de"))):
        english |= {word.lower() for word in WORD.findall(" ".join(forms(source)))}
        german |= {word.lower() for word in WORD.findall(" ".join(forms(words)))}
    paths = f"{animals.parent} {own_home}"
    places = {word.lower() for word in WORD.findall(paths)} | {"cache", "space"}
    foreign = english - german - NAMES - places - set(CLASSES)
    texts = said(animals)
    assert len({view for view, _, _ in texts}) >= 25
    known = {text for _, _, text in texts}
    # Names of classes stay as they are, also where they are words of the program.
    assert {"kept", "Robuste Sonde, Verluste", "Einfache Sonde, Verluste"} <= known
    # The first pane is of losses, whatever they are called.
    assert {("training", "painted", "1,0"), ("training", "painted", "81 %")} <= set(texts)
    wrong = {
        (view, kind, text)
        for view, kind, text in texts
        if (text not in OF_THE_MACHINE and foreign & {word.lower() for word in WORD.findall(text)})
        or (ENGLISH_NUMBER.search(text) and "4.0" not in text and view != "about")
    }
    assert "\n".join(map(str, sorted(wrong))) == ""
