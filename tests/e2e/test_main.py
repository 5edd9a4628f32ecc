"""The product as a person has it: three sittings of one project, from a folder to an export.

Each sitting is a process of its own that begins with the product's `main` and ends with Ctrl+Q;
everything between is done by keys and mouse, by the real worker. The truth is in the drawings.
"""

import json
from collections import Counter
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QLineEdit, QPushButton, QRadioButton

from lnl_gui.gui.charts.embedding_map import EmbeddingMap
from lnl_gui.gui.charts.label_matrix import LabelMatrix
from lnl_gui.gui.charts.result_card import ResultCard
from lnl_gui.gui.dialogs.class_picker import ClassPicker
from lnl_gui.gui.grid.view import GridView
from lnl_gui.gui.help.window import HelpWindow
from lnl_gui.gui.loupe.loupe import Loupe
from lnl_gui.gui.model.review_model import ReviewModel
from lnl_gui.gui.review.progress_panel import ProgressPanel
from lnl_gui.gui.review.task_bar import TaskBar
from lnl_gui.gui.shell.banners.banner import Banner
from lnl_gui.gui.shell.main_window import MainWindow
from lnl_gui.gui.widgets.notifications import Notification
from lnl_gui.session.figures.stages import ProjectStage
from lnl_gui.store.dataset.samples import KEPT, RELABELLED, UNSEEN
from tests.conftest import draw_image
from tests.e2e.driver import run_sitting
from tests.e2e.hands import (
    CLOSED,
    LONG,
    Failure,
    Story,
    Until,
    burst,
    choose,
    click,
    dialog,
    draw,
    expect,
    find,
    key,
    one,
    open_tab,
    press_button,
    strike,
    there,
    visible,
    write,
)
from tests.files import hashes, read_table

CLASSES = ("square", "circle", "stripes")
EACH = 26
MISPLACED = {"square": ("circle", 6), "circle": ("stripes", 4), "stripes": ("square", 2)}
"""Of each kind, into which other folder how many were put."""
WRONG = sum(count for _, count in MISPLACED.values())
AUDITED = 6
CONTROL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
Key = Qt.Key
Verdicts = dict[str, list[int | str]]


@pytest.fixture
def drawings(tmp_path: Path) -> Path:
    """Three classes of drawn images whose names tell what they show, some in a wrong folder."""
    root = tmp_path / "shapes"
    for kind, name in enumerate(CLASSES):
        other, wrong = MISPLACED[name]
        for i in range(EACH):
            folder = root / (other if i >= EACH - wrong else name)
            folder.mkdir(parents=True, exist_ok=True)
            draw_image(kind, 100 * kind + i).save(folder / f"{name}-{i:02d}.png")
    return root


def truth(path: str) -> str:
    """What an image shows, by its name."""
    return Path(path).name.split("-")[0]


def is_wrong(path: str) -> bool:
    return Path(path).parent.name != truth(path)


# What stories read


def window() -> MainWindow:
    return next(w for w in QApplication.topLevelWidgets() if isinstance(w, MainWindow))


def review() -> ReviewModel:
    found = window().project.review
    if found is None:
        raise Failure("no project is open")
    return found


def current_path() -> str:
    row = review().current_row
    if row is None:
        raise Failure("no sample is current")
    return review().session.path_of(row)


def shown() -> set[str]:
    """Paths of what the grid shows."""
    return {review().session.path_of(row) for row in review().order}


def verdicts() -> Verdicts:
    """Status and label in force of every sample."""
    model = review()
    columns = model.session.columns
    return {
        model.session.path_of(row): [
            int(columns.status[row]),
            model.words.class_name(int(columns.current[row])),
        ]
        for row in range(len(model.session))
    }


def status_of(path: str) -> int:
    return int(verdicts()[path][0])


def is_idle() -> bool:
    return window().project.review is not None and not window().controller.busy and dialog() is None


def reached(stage: ProjectStage) -> Until:
    return Until(
        f"the project has {stage.name}",
        lambda: is_idle() and review().session.stage() >= stage,
        LONG,
    )


def banner_says(words: str) -> Until:
    # Behind a dialog there is none to be seen.
    return Until(
        f"the banner says {words!r}",
        lambda: any(words in banner.title.full() for banner in visible(Banner)),
        LONG,
    )


def grid_has_the_keys() -> Until:
    # For a moment after a dialog has gone, the grid has the focus of a window that has none.
    return Until(
        "the keys go to the grid",
        lambda: QGuiApplication.focusWindow() is not None and one(GridView).hasFocus(),
    )


def close_the_window() -> Story:
    """Ctrl+Q, once the keys are the main window's; the story ends with the product."""
    yield Until("the window is in front", lambda: QApplication.activeWindow() is window())
    yield key(Key.Key_Q, CONTROL)
    yield CLOSED


def loupe_shows(path: str) -> Until:
    def shows() -> bool:
        loupe = one(Loupe)
        row = loupe.panes[0].row
        return (
            row == review().current_row
            and review().session.path_of(row) == path
            and not loupe.panes[0].image.image_size().isEmpty()
        )

    return Until(f"the loupe shows {path}", shows)


def changed(before: Verdicts, after: Verdicts) -> set[str]:
    return {path for path in before if before[path] != after[path]}


def shown_task() -> str:
    """What the bar above the grid says."""
    bars = visible(TaskBar)
    return bars[0].title.full() if bars else ""


# The stories


def first_day(place: Path) -> Story:
    """From a folder to a first review."""
    yield Until("what the folder would be read as", lambda: there(QPushButton, "Import "))
    yield key(Key.Key_Return)
    # Suspects are looked for at once.
    yield reached(ProjectStage.DETECTED)
    expect("suspects", shown(), {path for path in verdicts() if is_wrong(path)})
    yield grid_has_the_keys()
    yield from three_verdicts(place)
    yield from whole_group(place)
    yield from matrix_click()
    yield from lasso()
    (place / "first.json").write_text(json.dumps(verdicts()))
    yield key(Key.Key_F10)
    expect("the other theme", window().theme.dark, True)
    yield from close_the_window()


def three_verdicts(place: Path) -> Story:
    """Accept, pick a class by its name, keep: one sample each, worst first."""
    path = current_path()
    yield key(Key.Key_W)
    expect("accepted", verdicts()[path], [RELABELLED, truth(path)])
    path = current_path()
    # In one go, as who knows the name types: no letter of it is a verdict.
    yield burst(f"r{truth(path)[:3]}")
    yield Until("the class is asked for", lambda: one(ClassPicker).line.text() == truth(path)[:3])
    expect("typed letters decide nothing", status_of(path), UNSEEN)
    yield key(Key.Key_Return)
    yield Until("the class is given", lambda: verdicts()[path] == [RELABELLED, truth(path)])
    yield grid_has_the_keys()
    path = current_path()
    yield key(Key.Key_Space)
    yield loupe_shows(path)
    yield key(Key.Key_Right)
    expect("moved on", current_path() != path, True)
    yield loupe_shows(current_path())
    yield key(Key.Key_Left)
    expect("moved back", current_path(), path)
    yield key(Key.Key_Q)
    expect("kept, for once wrongly", verdicts()[path], [KEPT, Path(path).parent.name])
    yield loupe_shows(current_path())
    yield key(Key.Key_Escape)
    yield grid_has_the_keys()
    (place / "kept.txt").write_text(path)


def whole_group(place: Path) -> Story:
    """The largest group with something to review, all of it at once."""
    before = verdicts()
    yield key(Key.Key_P)
    given, suggested = review().spec.given, review().spec.suggested
    expect("one group is shown", (len(given), len(suggested)), (1, 1))
    left = {path for path in shown() if status_of(path) == UNSEEN}
    yield from press_button(f"Accept all {len(left)}")
    after = verdicts()
    expect("changed by accepting all", changed(before, after), left)
    expect(
        "labels", {path: after[path] for path in left}, {p: [RELABELLED, truth(p)] for p in left}
    )
    (place / "bulk.json").write_text(json.dumps(sorted(left)))
    yield Until("the end of the group is said", lambda: shown_task().startswith("Group done: P"))
    yield key(Key.Key_E)
    expect("what is decided is protected", verdicts(), after)


def matrix_click() -> Story:
    """A click on a cell shows its suspects."""
    yield from open_tab("Charts")
    matrix = one(LabelMatrix)
    kind, (folder, count) = next(iter(MISPLACED.items()))
    names = [found.name for found in review().session.classes]
    cell = matrix.cell_rect(names.index(folder), names.index(kind))
    yield from click(matrix.viewport(), cell.center())
    expect(
        "shown by the cell", {(Path(p).parent.name, truth(p)) for p in shown()}, {(folder, kind)}
    )
    expect("samples of the cell", len(shown()), count)
    yield grid_has_the_keys()


def lasso() -> Story:
    """A loop around points shows exactly their samples."""
    yield from choose("Chart", "Map of the images")
    chart, count = one(EmbeddingMap), len(review().session)
    yield Until(
        "the map is drawn",
        lambda: is_idle() and chart.accessibleDescription().startswith(str(count)),
        LONG,
    )
    places = [chart.position_of(row) for row in range(count)]
    stripes = [row for row in range(count) if truth(review().session.path_of(row)) == "stripes"]
    left = round(min(places[row].x() for row in stripes)) - 4
    right = round(max(places[row].x() for row in stripes)) + 4
    top = round(min(places[row].y() for row in stripes)) - 4
    bottom = round(max(places[row].y() for row in stripes)) + 4
    inside = {
        review().session.path_of(row)
        for row, at in enumerate(places)
        if left < at.x() < right and top < at.y() < bottom
    }
    corners = [(left, top), (right, top), (right, bottom), (left, bottom), (left, top)]
    yield from draw(chart, [QPoint(x, y) for x, y in corners])
    expect("the loop holds some, not all", len(stripes) <= len(inside) < count, True)
    expect("shown by the loop", shown(), inside)


def second_day(place: Path) -> Story:
    """After a restart: undo, audit, second reviewer, fine-tuning, export."""
    yield Until("the project is open", lambda: is_idle())
    decided = json.loads((place / "first.json").read_text())
    bulk = set(json.loads((place / "bulk.json").read_text()))
    expect("as it was left", verdicts(), decided)
    expect("the theme stays", window().theme.dark, True)
    said = [message.text for message in visible(Notification)]
    expect("messages, such as of a crash", [s for s in said if "Where you left" not in s], [])
    yield grid_has_the_keys()
    yield key(Key.Key_Z, CONTROL)
    expect("taken back", changed(decided, verdicts()), bulk)
    expect("not reviewed again", {status_of(path) for path in bulk}, {UNSEEN})
    yield key(Key.Key_Z, CONTROL | SHIFT)
    expect("done again", verdicts(), decided)
    yield from audit()
    yield from second_reviewer(place)
    yield from fine_tune()
    yield from export(place / "out")
    (place / "last.json").write_text(json.dumps(verdicts()))
    yield from close_the_window()


def audit() -> Story:
    """A random sample of what was not flagged, judged blind."""
    yield key(Key.Key_U, CONTROL)
    yield Until("the question how many to draw", dialog)
    yield from write(str(AUDITED))
    yield key(Key.Key_Return)
    yield Until("the sample is shown", lambda: is_idle() and len(review().order) == AUDITED)
    expect("none is a suspect", [path for path in shown() if is_wrong(path)], [])
    path = current_path()
    yield key(Key.Key_W)
    expect("a hidden suggestion cannot be accepted", status_of(path), UNSEEN)
    if visible(Notification):
        yield from press_button("Close message")
    for _ in range(AUDITED):
        yield key(Key.Key_Q)
    (report,) = review().session.statistics.audit_reports()
    expect("the audit", (report.judged, report.wrong, report.left), (AUDITED, 0, 0))
    yield Until("the result is said", lambda: "0.0 % wrong" in one(TaskBar).title.full())
    yield from press_button("End")
    yield grid_has_the_keys()
    unseen = [path for path, (status, _) in verdicts().items() if status == UNSEEN]
    left = sum(map(is_wrong, unseen))
    yield banner_says(f"{left} suspects left, {len(verdicts()) - len(unseen)} reviewed")


def second_reviewer(place: Path) -> Story:
    """Somebody else judges by the pictures alone, without seeing that one label had been kept."""
    first, own = review().session.reviewer, verdicts()
    disputed = (place / "kept.txt").read_text()
    keys = {found.name: found.shortcut for found in review().session.classes}
    yield key(Key.Key_B, CONTROL)
    yield Until("the question for a name", dialog)
    yield from write("Ben")
    yield key(Key.Key_Return)
    yield Until("Ben reviews", lambda: is_idle() and review().session.blind)
    expect("nobody's verdicts are seen", {status for status, _ in verdicts().values()}, {UNSEEN})
    yield grid_has_the_keys()
    (place / "second.json").write_text(json.dumps(sorted(shown())))
    expect("the suspects are among them", {path for path in own if is_wrong(path)} <= shown(), True)
    yield key(Key.Key_Home, CONTROL)
    for _ in range(len(shown())):
        path = current_path()
        yield strike(keys[truth(path)]) if is_wrong(path) else key(Key.Key_Q)
        expect("label", verdicts()[path][1], truth(path))
    expect("all are judged", [path for path in shown() if status_of(path) == UNSEEN], [])
    yield key(Key.Key_B, CONTROL)
    yield Until("the first reviewer is back", lambda: not review().session.blind)
    expect("reviewer", review().session.reviewer, first)
    expect("an opinion changes no label", verdicts(), own)
    yield from press_button("Show them")
    expect("the disagreements", shown(), {disputed})
    yield grid_has_the_keys()
    yield key(Key.Key_W)
    expect("settled", verdicts()[disputed], [RELABELLED, truth(disputed)])
    expect("disagreements left", len(review().session.team.disagreements()), 0)
    yield key(Key.Key_F3)
    waiting = review().session.team.waiting_count()
    banner = one(Banner)
    offered = {banner.primary.text(), banner.second.text()}
    expect("the banner offers it too", f"Adopt {waiting} opinions" in offered, True)
    yield from click(one(ProgressPanel).adopt)
    expect("suspects left", review().counts().flagged_left, 0)


def fine_tune() -> Story:
    """By the banner, with the quickest recipe of the dialog."""
    yield banner_says("All suspects are reviewed")
    yield from press_button("Options…")
    yield Until("the recipes are known", dialog, LONG)
    yield from click(find(QRadioButton, "Linear probe"))
    yield key(Key.Key_Return)
    yield reached(ProjectStage.FINETUNED)
    yield banner_says("points of accuracy")
    yield Until("the result card is shown", lambda: one(ResultCard))


def export(target: Path) -> Story:
    """By the banner, to a folder that is typed."""
    yield from press_button("Export…")
    yield Until("the question where to", dialog)
    yield from write(str(target))
    yield key(Key.Key_Return)
    yield reached(ProjectStage.EXPORTED)
    yield banner_says(f"Exported {len(CLASSES) * EACH} images")


def third_day(place: Path) -> Story:
    """From the start page: all is as it was left, and can still be undone."""
    decided = json.loads((place / "last.json").read_text())
    yield Until("the window", lambda: one(MainWindow))
    expect("messages, such as of a crash", visible(Notification), [])
    yield from press_button(f"Open {place / 'shapes.lnl'}")
    yield Until("the project is open", is_idle)
    expect("as it was left", verdicts(), decided)
    expect("stage", review().session.stage(), ProjectStage.EXPORTED)
    yield banner_says("Done")
    yield from open_tab("Training")
    yield Until("the result card is shown", lambda: one(ResultCard))
    yield key(Key.Key_F6)
    yield grid_has_the_keys()
    yield key(Key.Key_Z, CONTROL)
    expect("an act is taken back", len(changed(decided, verdicts())) > 0, True)
    yield key(Key.Key_Y, CONTROL)
    expect("and done again", verdicts(), decided)
    yield from guide()
    yield from close_the_window()


def guide() -> Story:
    """Help is inside: a search leads to the page that explains a number."""
    yield key(Key.Key_F1)
    yield Until("the guide", lambda: find(QLineEdit, "Search the guide").hasFocus())
    yield from map(strike, "interval")
    found = "the page found speaks of it"
    yield Until(found, lambda: "interval" in one(HelpWindow).browser.toPlainText().lower())
    yield key(Key.Key_Escape)
    if visible(HelpWindow):
        yield key(Key.Key_Escape)
    yield Until("the grid again", lambda: not visible(HelpWindow))
    yield grid_has_the_keys()


# The test


@pytest.mark.timeout(900)
def test_three_days_at_the_product(drawings: Path, tmp_path: Path, own_home: Path) -> None:
    originals = hashes(drawings)
    project, out = tmp_path / "shapes.lnl", tmp_path / "out"
    for story, arguments in (
        (first_day, [str(drawings)]),
        (second_day, [str(project)]),
        (third_day, []),
    ):
        code, errors = run_sitting(story, tmp_path, arguments)
        assert (code, errors) == (0, ""), f"{story.__name__} ended with {code}:\n{errors}"
    log = (own_home / "logs" / "window.log").read_text(encoding="utf-8")
    assert [line for line in log.splitlines() if not is_harmless(line, log)] == [], log
    assert hashes(drawings) == originals
    check_export(out, drawings)
    bulk, second = (json.loads((tmp_path / f"{n}.json").read_text()) for n in ("bulk", "second"))
    lines = read_table(out / "journal.csv")
    assert {(line["reviewer"], line["path"]) for line in lines if line["kind"] == "opinion"} == {
        ("Ben", path) for path in second
    }
    check_journal(lines, read_table(out / "samples.csv"), bulk)


def is_harmless(line: str, log: str) -> bool:
    """Whether a line of the log tells of nothing wrong; the platform of tests has no screen."""
    # The system takes its time over a killed process where the disk is slow.
    slow = "Qt: QProcess: Destroyed while" in line and "was killed and is still there" in log
    return " INFO " in line or "Qt: This plugin does not support" in line or slow


def check_export(out: Path, drawings: Path) -> None:
    """Every image is where it belongs, byte by byte what it was."""
    rows = read_table(out / "samples.csv")
    assert len(rows) == len(CLASSES) * EACH
    assert {row["path"]: row["current_label"] for row in rows} == {
        row["path"]: truth(row["path"]) for row in rows
    }
    assert {row["path"] for row in rows if row["flagged"] == "1"} == {
        row["path"] for row in rows if is_wrong(row["path"])
    }
    images = [Path(path) for path in hashes(out / "images")]
    assert Counter(path.parent.name for path in images) == dict.fromkeys(CLASSES, EACH)
    assert all(path.parent.name == truth(path.name) for path in images)
    by_name = {Path(path).name: digest for path, digest in hashes(drawings).items()}
    assert {Path(path).name: digest for path, digest in hashes(out / "images").items()} == by_name
    assert (out / "model" / "model.safetensors").is_file()


def check_journal(
    lines: list[dict[str, str]], samples: list[dict[str, str]], bulk: list[str]
) -> None:
    """Every verdict is told, and whoever follows the telling comes to the exported labels."""
    acts: dict[str, list[dict[str, str]]] = {}
    for line in lines:
        acts.setdefault(line["operation"], []).append(line)
    state = {row["path"]: (row["given_label"], "unseen") for row in samples}
    reversed_acts = []
    for act in acts.values():
        kind = act[0]["kind"]
        if kind in ("undo", "redo"):
            told = acts[str(json.loads(act[0]["params"])["op"])]
            reversed_acts.append((kind, sorted(line["path"] for line in told)))
            side = "old" if kind == "undo" else "new"
            state |= {line["path"]: place_of(line, side) for line in told}
        elif kind != "opinion":
            assert {line["path"]: place_of(line, "old") for line in act}.items() <= state.items()
            state |= {line["path"]: place_of(line, "new") for line in act}
    assert reversed_acts == [("undo", bulk), ("redo", bulk)]
    assert state == {row["path"]: (row["current_label"], row["status"]) for row in samples}


def place_of(line: dict[str, str], side: str) -> tuple[str, str]:
    """Label and status of a line of the journal, before or after it."""
    return line[f"{side}_label"], line[f"{side}_status"]
