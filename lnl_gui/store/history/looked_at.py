"""Which decisions rest on a look at the image: one act on many samples says nothing of any one."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from lnl_gui.store.dataset.replaced_pictures import has_replaced, load_replaced
from lnl_gui.store.dataset.samples import UNSEEN, integer_rows
from lnl_gui.store.history.journal import DECIDES, OPINION, REAL
from lnl_gui.store.project import Project
from lnl_gui.util.json_text import parsed_object

AT_A_GLANCE = 50
"""Most samples that a person decides on in one act and has looked at."""
ONE_BY_ONE = "one_by_one"
"""The parameter of an act on many samples that were decided singly elsewhere, as in a table."""
SHOWN = "shown"
"""The parameter of an act on several samples: whether their images could be seen, as in the window.
Kept where labels were taken over, and where a command named the samples unseen. Acts of earlier
versions do not tell."""
REASONS_HIDDEN = "reasons_hidden"
"""The parameter of a verdict in the window: whether what the detectors think was hidden then. Acts
of earlier versions, and of scripts, do not tell."""
NOT_TOLD, HIDDEN, IN_SIGHT = -1, 0, 1
"""What is known of what was to be seen of the detectors' opinions when a verdict was given."""
ASKED_OF = "of"
"""The parameter of an act that says of how many samples, where it changed some of them alone."""
_ACCEPT, _ADOPT, _CONFIRM = "accept", "adopt", "confirm"
TAKES_OVER = (_ACCEPT, "take_source", _CONFIRM)
"""Verdicts that take a label over from elsewhere, so that several at once were hardly looked at."""

NOBODY, OTHER_PICTURE, ACCEPTED, NOT_KNOWN, AT_ONCE, IN_VIEW, LOOKED_AT = range(7)
"""How the verdict in force on a sample came about: there is none; it was given on another picture
than the one that is there now; a suggestion was accepted with others, many or unseen; it was
accepted with a few others, and whether in view was not kept then; something else was decided for
many at once; a label was taken over in the window for no more than a person has in view; a person
has looked at it."""

# More are faster found by reading the whole journal than by naming each.
_MOST_NAMED = 1_000


def is_looked_at(kind: str, params: Mapping[str, Any], count: int) -> bool:
    """Whether a person can have looked at all samples of an act.

    Args:
        kind: of the operation.
        params: of the operation.
        count: samples that it decides.
    """
    count = _count(params, count)
    if kind == OPINION:
        kind = str(params.get("verdict", kind))
    if count > 1 and (kind in TAKES_OVER or _shown(params) is False):
        return False
    return count <= AT_A_GLANCE or bool(params.get(ONE_BY_ONE))


def looked_at(project: Project, rows: np.ndarray, *, reviewer: str | None = None) -> np.ndarray:
    """Which of some samples a person looked at when deciding, or confirmed singly since.

    Args:
        project: open, for reading at least.
        rows: int64 (n,), the samples.
        reviewer: by whose own verdicts and opinions alone; by the verdicts in force without one.

    Returns:
        (n,) bool; False as well where nobody has decided.
    """
    return _origins_of(project, rows, reviewer) == LOOKED_AT


def in_view(project: Project, rows: np.ndarray, *, reviewer: str | None = None) -> np.ndarray:
    """As `looked_at`, and also where a label was taken over with a few others in view.

    Only the window has images in view: of what a script takes over nobody has seen anything.
    Enough to learn from; to confirm a label takes a look at it alone.

    Args:
        project: open, for reading at least.
        rows: int64 (n,), the samples.
        reviewer: as there.

    Returns:
        (n,) bool; False as well where nobody has decided.
    """
    return _origins_of(project, rows, reviewer) >= IN_VIEW


def reasons_seen(project: Project, rows: np.ndarray, *, reviewer: str | None = None) -> np.ndarray:
    """Whether the detectors' opinions were to be seen when some samples were decided on.

    Args:
        project: open, for reading at least.
        rows: int64 (n,), the samples.
        reviewer: as of `looked_at`.

    Returns:
        int8 (n,): `HIDDEN`, `IN_SIGHT`, or `NOT_TOLD` also where nobody has decided.
    """
    last = _newest_acts(project, reviewer, _named(rows)) if len(rows) else np.zeros((0, 3), int)
    acts = np.unique(last[:, 1]).tolist()
    within = f" AND id IN ({_listed(acts)})" if len(acts) <= _MOST_NAMED else ""
    kept = project.connection.execute(
        f"SELECT id, params FROM op WHERE instr(params, '{REASONS_HIDDEN}'){within}"
    )
    hidden = {identifier: parsed_object(params).get(REASONS_HIDDEN) for identifier, params in kept}
    found = np.full(max(rows.max(initial=-1), last[:, 0].max(initial=-1)) + 1, NOT_TOLD, np.int8)
    for told, seen in ((True, HIDDEN), (False, IN_SIGHT)):
        those = [identifier for identifier, value in hidden.items() if value is told]
        found[last[np.isin(last[:, 1], those), 0]] = seen
    return found[rows]


def verdict_origins(project: Project, count: int, *, reviewer: str | None = None) -> np.ndarray:
    """How the verdict in force on each sample came about, uint8 (N,), one of `NOBODY` and so on.

    With `reviewer`, that of their own newest verdict or opinion.
    """
    return _origins(project, count, reviewer, "")


def _origins_of(project: Project, rows: np.ndarray, reviewer: str | None) -> np.ndarray:
    if not len(rows):
        return np.zeros(0, np.uint8)
    return _origins(project, int(rows.max()) + 1, reviewer, _named(rows))[rows]


def _named(rows: np.ndarray) -> str:
    """Narrows a query down to samples int64 (n,), where they are so few that it is worth it."""
    if len(rows) > _MOST_NAMED:
        return ""
    # Written into the text, as in `contested_decisions`.
    return f" AND sample_id IN ({_listed(rows.tolist())})"


def _newest_acts(project: Project, reviewer: str | None, named: str) -> np.ndarray:
    """Samples with their newest act in force and the state that it left, int64 (n, 3)."""
    where, values = REAL, tuple[str, ...]()
    if reviewer is not None:
        where, values = f"{DECIDES} AND reviewer = ?", (reviewer,)
    return integer_rows(
        project.connection.execute(
            # Beside a greatest value SQLite gives the rest of its row.
            "SELECT sample_id, max(op_id), new_status FROM op_change JOIN op ON op.id = op_id"
            f" WHERE NOT undone AND {where}{named} GROUP BY sample_id",
            values,
        ),
        3,
    )


def _origins(project: Project, count: int, reviewer: str | None, named: str) -> np.ndarray:
    last = _newest_acts(project, reviewer, named)
    last = last[last[:, 0] < count]
    found = np.full(count, NOBODY, np.uint8)
    found[last[:, 0]] = LOOKED_AT
    unseen = _hardly_looked_at(project, np.unique(last[:, 1]).tolist())
    for origin in (ACCEPTED, NOT_KNOWN, AT_ONCE, IN_VIEW):
        acts = [identifier for identifier, act in unseen.items() if act.origin == origin]
        found[last[np.isin(last[:, 1], acts), 0]] = origin
    for identifier in (identifier for identifier, act in unseen.items() if act.kind == _ADOPT):
        rows = last[last[:, 1] == identifier, 0]
        found[np.intersect1d(rows, _opinions_looked_at(project, identifier))] = LOOKED_AT
    for identifier, act in unseen.items():
        if act.kind == _CONFIRM and act.origin == AT_ONCE:
            _take_origins(project, found, last[last[:, 1] == identifier, 0], identifier)
    if has_replaced(project):
        # Where a decision was forgotten there is none that could be of another picture.
        last = last[last[:, 2] != UNSEEN]
        rows = last[:, 0]
        replaced = load_replaced(project, rows.tolist() if named else None)
        found[rows[replaced.is_other(rows, last[:, 1])]] = OTHER_PICTURE
    return found


def stands_on_other(
    project: Project, rows: np.ndarray, *, reviewer: str | None = None
) -> np.ndarray:
    """As `on_other_pictures`, of some samples int64 (n,), bool (n,)."""
    return _origins_of(project, rows, reviewer) == OTHER_PICTURE


def on_other_pictures(project: Project, count: int, *, reviewer: str | None = None) -> np.ndarray:
    """Which samples were decided on when they held another picture than now, bool (N,).

    With `reviewer`, by their own newest verdict or opinion.
    """
    if not has_replaced(project):
        # Most projects: the journal need not be read for it.
        return np.zeros(count, bool)
    return verdict_origins(project, count, reviewer=reviewer) == OTHER_PICTURE


@dataclass(frozen=True)
class _Unseen:
    """An act whose samples nobody can have looked at one by one."""

    kind: str
    count: int
    shown: bool | None
    """None where it was not kept"""

    @property
    def origin(self) -> int:
        is_few = self.count <= AT_A_GLANCE
        if self.kind in TAKES_OVER and self.shown and is_few:
            return IN_VIEW
        if self.kind != _ACCEPT:
            return AT_ONCE
        return NOT_KNOWN if self.shown is None and is_few else ACCEPTED


def _hardly_looked_at(project: Project, acts: Iterable[int]) -> dict[int, _Unseen]:
    """Those acts whose samples nobody can have looked at one by one, by id."""
    named = list(acts)
    within = f" WHERE op_id IN ({_listed(named)})" if len(named) <= _MOST_NAMED else ""
    counts = project.connection.execute(
        # Most acts are of one sample.
        f"SELECT op_id, count(*) FROM op_change{within} GROUP BY op_id HAVING count(*) > 1"
        f""" OR (SELECT instr(params, '"{ASKED_OF}"') FROM op WHERE id = op_id)"""
    ).fetchall()
    of = dict(counts)
    found = project.connection.execute(
        f"SELECT id, kind, params FROM op WHERE id IN ({_listed(of)})"
    )
    return {
        identifier: _Unseen(kind, _count(parsed, of[identifier]), _shown(parsed))
        for identifier, kind, params in found
        if not is_looked_at(kind, parsed := parsed_object(params), of[identifier])
    }


def _shown(params: Mapping[str, Any]) -> bool | None:
    """Whether the images of an act could be seen; None where that was not kept."""
    found = params.get(SHOWN)
    return found if isinstance(found, bool) else None


def _count(params: Mapping[str, Any], count: int) -> int:
    """Samples that an act was asked of, where it changed `count`."""
    asked = params.get(ASKED_OF)
    return max(count, asked) if isinstance(asked, int) else count


def _take_origins(project: Project, found: np.ndarray, rows: np.ndarray, confirming: int) -> None:
    """A suggestion that was accepted unseen and let stand with others is still one: in `found`.

    Args:
        project: open, for reading at least.
        found: uint8 (N,), changed in place.
        rows: int64 (n,), that this act let stand.
        confirming: the act.
    """
    before = integer_rows(
        project.connection.execute(
            "SELECT sample_id, max(op_id) FROM op_change JOIN op ON op.id = op_id"
            f" WHERE NOT undone AND {REAL} AND kind != '{_CONFIRM}' AND op_id < ?"
            " AND sample_id IN (SELECT sample_id FROM op_change WHERE op_id = ?)"
            " GROUP BY sample_id",
            (confirming, confirming),
        ),
        2,
    )
    before = before[np.isin(before[:, 0], rows)]
    for identifier, act in _hardly_looked_at(project, np.unique(before[:, 1]).tolist()).items():
        if act.origin in (ACCEPTED, NOT_KNOWN):
            found[before[before[:, 1] == identifier, 0]] = act.origin


def _opinions_looked_at(project: Project, adoption: int) -> np.ndarray:
    """Those samples of an adoption of opinions that an opinion was given on by who looked."""
    opinions = integer_rows(
        project.connection.execute(
            "SELECT sample_id, op_id FROM op_change JOIN op ON op.id = op_id"
            f" WHERE kind = '{OPINION}' AND NOT undone AND op_id < ?"
            " AND sample_id IN (SELECT sample_id FROM op_change WHERE op_id = ?)",
            (adoption, adoption),
        ),
        2,
    )
    unseen = list(_hardly_looked_at(project, np.unique(opinions[:, 1]).tolist()))
    return np.unique(opinions[~np.isin(opinions[:, 1], unseen), 0])


def _listed(numbers: Iterable[int]) -> str:
    """Integers as SQL writes a list; none of them can be anything else."""
    return ", ".join(str(int(number)) for number in numbers)
