"""A journal from somebody else is replayed whole, or refused with the line and nothing changed."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from lnl_gui.session.session import Session
from lnl_gui.util.errors import UserError
from tests.builders import make_project

GOOD: dict[str, Any] = {
    "guid": "abc",
    "kind": "exclude",
    "params": {"count": 1},
    "time": 1.0,
    "reviewer": "eve",
    "undone": False,
    "changes": [["cat/0000.png", "", "cat", "cat", "unseen", "excluded"]],
}
HEADER = {"format": "lnl-journal", "version": 2, "project": "x"}


def without(name: str) -> dict[str, Any]:
    return {key: value for key, value in GOOD.items() if key != name}


def with_change(*values: object) -> dict[str, Any]:
    return GOOD | {"changes": [list(values)]}


BAD: list[object] = [
    *(without(name) for name in GOOD),
    *(GOOD | {name: None} for name in GOOD),
    GOOD | {"guid": ""},
    GOOD | {"guid": "x" * 10_000},
    GOOD | {"kind": "../x"},
    GOOD | {"time": 1e300},
    GOOD | {"time": "noon"},
    GOOD | {"undone": 3},
    GOOD | {"target": 5},
    GOOD | {"params": []},
    with_change("cat/0000.png", "", "cat", "cat", "unseen"),
    with_change("cat/0000.png", "", "cat", "cat", "unseen", "eaten"),
    with_change("cat/0000.png", "", "cat", 5, "unseen", "excluded"),
    with_change(["x"], "", "cat", "cat", "unseen", "excluded"),
    GOOD | {"changes": GOOD["changes"] * 2},
    GOOD | {"kind": "undo", "params": {"op": 10**30}},
    "text",
    [],
]
RAW = [
    "{" * 100_000,
    '{"a":' * 100_000,
    json.dumps(GOOD).replace("1.0", "NaN"),
    json.dumps(GOOD).replace("1.0", "1e999"),
    json.dumps(GOOD)[:-5],
    json.dumps(GOOD).replace('{"count": 1}', "[" * 50_000 + "]" * 50_000),
]


@pytest.fixture
def session(tmp_path: Path) -> Iterator[Session]:
    with Session.open(make_project(tmp_path / "mine.lnl", count=6), reviewer="ann") as opened:
        yield opened


def replay(session: Session, *lines: str) -> None:
    source = session.folder.parent / "theirs.jsonl"
    source.write_text("\n".join(lines), encoding="utf-8")
    session.team.replay(source)


def test_a_good_one_is_replayed(session: Session) -> None:
    replay(session, json.dumps(HEADER), json.dumps(GOOD))
    assert session.columns.status.tolist() == [3, 0, 0, 0, 0, 0]
    session.close()


@pytest.mark.parametrize("line", [*map(json.dumps, BAD), *RAW])
def test_a_bad_line_is_named_and_nothing_changes(session: Session, line: str) -> None:
    with pytest.raises(UserError, match=r"line 3|is there twice") as caught:
        replay(session, json.dumps(HEADER), json.dumps(GOOD | {"guid": "first"}), line)
    assert len(str(caught.value)) < 2000
    assert session.columns.status.max() == 0
    assert session.undo() is None
    session.close()


@pytest.mark.parametrize(
    "header",
    ["", "[", "[" * 100_000, "5", '{"format": "x"}', '{"format": "lnl-journal", "version": "2"}'],
)
def test_a_bad_header_is_no_journal(session: Session, header: str) -> None:
    with pytest.raises(UserError):
        replay(session, header, json.dumps(GOOD))
    session.close()


def test_the_same_operation_twice_is_refused(session: Session) -> None:
    with pytest.raises(UserError, match="twice"):
        replay(session, json.dumps(HEADER), json.dumps(GOOD), json.dumps(GOOD))
    assert not session.columns.status.any()
    session.close()
