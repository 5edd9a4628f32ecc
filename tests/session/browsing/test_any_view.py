"""Any filter and any sort of a view, against reading its words row by row."""

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from lnl_gui.session.browsing.views import SORTS, ViewSpec, open_suspects
from lnl_gui.session.session import Session
from lnl_gui.store.dataset.samples import UNSEEN, record_unreadable
from lnl_gui.store.dataset.source_state import MISSING, SourceState, replace_source_state
from lnl_gui.store.project import open_project
from lnl_gui.util.files.array_file import write_array
from lnl_gui.util.files.atomic import write_json
from lnl_gui.util.messages import Message
from tests.builders import make_unlabelled_project

COUNT = 60
DETECTORS, ISSUES, TAGS = ("one", "two"), ("dark", "blurry"), ("dusk", "dawn")


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    """A review in its midst, of samples of which some came without a label or are not there."""
    generator = np.random.default_rng(5)
    folder = make_unlabelled_project(tmp_path / "pets.lnl", count=COUNT)
    with open_project(folder) as project:
        record_unreadable(project, {17: Message("cut short"), 40: Message("empty")})
        with project.transaction() as connection:
            replace_source_state(connection, SourceState({8: 2, 21: 0, 33: 1}, {29: MISSING}))
    with Session.open(folder, reviewer="ann") as opened:
        detect = opened.runs.latest("detect")
        assert detect is not None
        for name in ISSUES:
            marks = generator.random(COUNT) < 0.3
            write_array(detect.folder / f"issue-{name}-flagged.npy", marks)
        for name in DETECTORS:
            votes = generator.integers(-1, 3, COUNT).astype(np.int32)
            write_array(detect.folder / f"detector-{name}-vote.npy", votes)
        write_json(detect.folder / "issues.json", [{"name": n, "count": 0} for n in ISSUES])
        write_json(detect.folder / "detectors.json", [{"name": n, "title": n} for n in DETECTORS])
        write_array(detect.folder / "duplicate_group.npy", np.arange(COUNT, dtype=np.int32) // 3)
        opened.columns.cluster = generator.integers(0, 4, COUNT).astype(np.int32)
        opened.columns.well_labelled = generator.random(COUNT) < 0.4
        audit = opened.statistics.draw_audit(8, seed=2)
        opened.keep(audit.rows[:3])
        opened.relabel(np.arange(2, 20, 5), 1)
        opened.team.rename("bob")
        opened.exclude(np.arange(11, 30, 6))
        opened.unsure(np.array([45, 46]))
        opened.remarks.tag(np.array([3, 4, 30]), "dusk")
        opened.remarks.tag(np.array([4, 50]), "dawn")
        opened.remarks.note(np.array([6, 7]), "Blurred.")
        opened.team.work_as("eve", blind=True)
        opened.exclude(np.array([2, 7, 30]))
        opened.team.work_as("bob")
        yield opened


class Reading:
    """What a view shows, in the words of its documentation."""

    def __init__(self, session: Session) -> None:
        self.session = session
        detect = session.runs.latest("detect")
        assert detect is not None
        self.issues = {n: np.load(detect.folder / f"issue-{n}-flagged.npy") for n in ISSUES}
        self.votes = {n: np.load(detect.folder / f"detector-{n}-vote.npy") for n in DETECTORS}
        self.audited = set(session.derived.audit_rows(1).tolist())
        self.differ = {one.row for one in session.team.disagreements()}

    def deciders(self, row: int) -> set[str]:
        return {entry.reviewer for entry in self.session.history(row) if entry.kind != "remark"}

    def has_issue(self, row: int, name: str) -> bool:
        columns = self.session.columns
        return bool(
            {
                "unreadable": not columns.readable[row] and not columns.missing[row],
                "missing": columns.missing[row],
                "source_label": 0 <= columns.source_label[row] != columns.current[row],
                "noted": self.session.remarks.notes_of(row),
                "well_labelled": columns.well_labelled[row],
                **{known: marks[row] for known, marks in self.issues.items()},
            }[name]
        )

    def is_suspect(self, row: int) -> bool:
        columns = self.session.columns
        decided = columns.status[row] != UNSEEN and row not in self.audited
        return bool(columns.flagged[row] or decided) and columns.given[row] >= 0

    def shows(self, spec: ViewSpec, row: int) -> bool:
        columns, session = self.session.columns, self.session
        if not columns.readable[row] and not {"unreadable", "missing"} & {*spec.issue}:
            return False
        without = columns.given[row] < 0
        if spec.unlabelled is not None and without != spec.unlabelled:
            return False
        # What came without a label is neither, and is asked for by itself.
        asked = spec.flagged is not None and not spec.unlabelled
        if asked and (without or self.is_suspect(row) != spec.flagged):
            return False
        if spec.reviewed is not None and (columns.status[row] != UNSEEN) != spec.reviewed:
            return False
        for name in ("given", "current", "suggested", "status", "split", "cluster"):
            wanted = getattr(spec, name)
            if wanted and getattr(columns, name)[row] not in wanted:
                return False
        for name in ("suspicion", "loss", "confidence"):
            limits = getattr(spec, name)
            if limits is not None and not limits[0] <= getattr(columns, name)[row] <= limits[1]:
                return False
        against = [
            name
            for name, votes in self.votes.items()
            if votes[row] >= 0 and votes[row] != columns.given[row] and not without
        ]
        return (
            (not spec.issue or any(self.has_issue(row, name) for name in spec.issue))
            and (not spec.detector or bool({*spec.detector} & {*against}))
            and (not spec.reviewer or bool({*spec.reviewer} & self.deciders(row)))
            and (not spec.tag or bool({*spec.tag} & {*session.remarks.tags_of(row)}))
            and (spec.disagreement is None or (row in self.differ) == spec.disagreement)
            and spec.text.strip().lower() in session.path_of(row).lower()
        )


def random_spec(generator: np.random.Generator) -> ViewSpec:
    """A view with a few filters."""

    def some(values: tuple[object, ...]) -> tuple[object, ...]:
        chosen = generator.choice(len(values), int(generator.integers(1, 3)), replace=False)
        return tuple(values[place] for place in chosen)

    def limits() -> tuple[float, float]:
        low, high = np.sort(generator.random(2).round(2)).tolist()
        return low, high

    every = {
        "reviewed": bool(generator.integers(2)),
        "given": some((-1, 0, 1, 2)),
        "current": some((-1, 0, 1, 2)),
        "suggested": some((-1, 0, 1, 2)),
        "status": some((0, 1, 2, 3, 4)),
        "split": some((1, 2)),
        "cluster": some((0, 1, 2, 3)),
        "suspicion": limits(),
        "loss": tuple(4 * limit for limit in limits()),
        "confidence": limits(),
        "text": str(generator.choice(["CAT", " dog ", "01", "  ", "bird/00"])),
        "issue": some((*ISSUES, "unreadable", "missing", "source_label", "noted", "well_labelled")),
        "detector": some(DETECTORS),
        "reviewer": some(("ann", "bob", "nobody")),
        "tag": some((*TAGS, "never")),
        "disagreement": bool(generator.integers(2)),
    }
    names = generator.choice(list(every), int(generator.integers(1, 3)), replace=False)
    flagged = (None, None, True, False)[generator.integers(4)]
    unlabelled = (None, None, True, False)[generator.integers(4)]
    chosen = {name: every[name] for name in names}
    return ViewSpec(flagged=flagged, unlabelled=unlabelled, **chosen)


def test_any_filters_show_what_their_words_say(session: Session) -> None:
    generator = np.random.default_rng(3)
    reading, sizes = Reading(session), []
    for _ in range(400):
        spec = random_spec(generator)
        found = sorted(session.views.select_rows(spec).tolist())
        assert found == [row for row in range(COUNT) if reading.shows(spec, row)], spec
        sizes.append(len(found))
    assert sum(size > 0 for size in sizes) > 200


@pytest.mark.parametrize(
    "spec",
    [
        *(ViewSpec(flagged=None, issue=(name,)) for name in (*ISSUES, "unreadable", "missing")),
        *(ViewSpec(flagged=None, issue=(name,)) for name in ("source_label", "noted")),
        *(ViewSpec(flagged=None, detector=(name,)) for name in DETECTORS),
        *(ViewSpec(flagged=None, reviewer=(name,)) for name in ("ann", "bob")),
        *(ViewSpec(flagged=None, tag=(name,)) for name in TAGS),
        ViewSpec(flagged=None, disagreement=True),
        ViewSpec(flagged=None, issue=("well_labelled",)),
        ViewSpec(flagged=None, unlabelled=True),
        ViewSpec(flagged=True, unlabelled=False),
        ViewSpec(flagged=False),
    ],
)
def test_each_filter_alone_shows_some_and_not_all(session: Session, spec: ViewSpec) -> None:
    reading = Reading(session)
    found = sorted(session.views.select_rows(spec).tolist())
    assert found == [row for row in range(COUNT) if reading.shows(spec, row)]
    assert 0 < len(found) < COUNT - 3


def test_marks_by_which_samples_are_found_say_yes_or_no(session: Session) -> None:
    derived = session.derived
    for marks in (derived.tagged("dusk"), derived.tagged("never"), derived.issue("noted")):
        assert marks.dtype == bool and len(marks) == COUNT


def test_a_mask_limits_any_view_further(session: Session) -> None:
    generator = np.random.default_rng(4)
    for spec in (ViewSpec(), ViewSpec(flagged=None), ViewSpec(audit=1)):
        mask = generator.random(COUNT) < 0.5
        everything = session.views.select_rows(spec).tolist()
        found = session.views.select_rows(spec, within=mask).tolist()
        assert found == [row for row in everything if mask[row]]


def test_suspects_that_wait_are_readable_and_undecided(session: Session) -> None:
    columns = session.columns
    free = int(np.flatnonzero(~columns.flagged & columns.readable & (columns.status == 0))[0])
    session.keep(np.array([0]))
    # Row 17 cannot be read.
    columns.flagged[[17, 0, free]] = True
    columns.status[17] = UNSEEN
    found = open_suspects(columns).tolist()
    assert free in found and not {0, 17} & {*found}
    assert found == [
        row
        for row in range(COUNT)
        if columns.flagged[row] and columns.status[row] == UNSEEN and columns.readable[row]
    ]


@pytest.mark.parametrize("descending", [True, False])
@pytest.mark.parametrize("sort", sorted(SORTS))
def test_ties_go_to_the_higher_suspicion_and_then_the_lower_row(
    session: Session, sort: str, descending: bool
) -> None:
    columns, derived = session.columns, session.derived
    columns.suspicion[::4] = 0.5
    columns.version += 1
    pairs = list(zip(columns.given.tolist(), columns.suggested.tolist(), strict=True))
    shown = session.views.select_rows(ViewSpec(flagged=None))
    size = {pair: sum(pairs[row] == pair for row in shown) for pair in pairs}
    votes = np.stack([derived.against(name) for name in DETECTORS]).sum(axis=0)
    sign = -1 if descending else 1

    def key(row: int) -> tuple[object, ...]:
        suspicion = float(columns.suspicion[row])
        ties = (np.isnan(suspicion), 0.0 if np.isnan(suspicion) else -suspicion, row)
        if sort == "pair":
            return (sign * size[pairs[row]], pairs[row], *ties)
        if sort == "path":
            return (row,)
        values = {"agreement": votes, "duplicate_group": derived.duplicate_group}
        value = float(values.get(sort, getattr(columns, sort, votes))[row])
        # What has no value comes last either way.
        return (np.isnan(value), 0.0 if np.isnan(value) else sign * value, *ties)

    spec = ViewSpec(flagged=None, sort=sort, descending=descending)
    wanted = sorted(shown.tolist(), key=key)
    if sort == "path":
        wanted.sort(key=session.path_of, reverse=descending)
    elif sort == "suspicion":
        wanted.sort(
            key=lambda row: (
                np.isnan(columns.suspicion[row]),
                sign * np.nan_to_num(columns.suspicion[row]),
                row,
            )
        )
    assert session.views.select_rows(spec).tolist() == wanted
    nothing = session.views.select_rows(spec, within=np.zeros(COUNT, bool))
    assert nothing.tolist() == [] and nothing.dtype == np.int64
    few = session.views.select_rows(spec, within=np.arange(COUNT) % 7 == 0).tolist()
    # Pairs are in the order of how many of each are shown.
    if sort != "pair":
        assert few == [row for row in wanted if row % 7 == 0]
