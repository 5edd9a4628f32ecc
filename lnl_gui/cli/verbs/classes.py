"""`lnl-gui classes PROJECT ACTION`: list and edit the classes, with undo."""

import argparse
import json
from typing import Any

from lnl_gui.cli import options as shared
from lnl_gui.cli.open_session import open_session
from lnl_gui.cli.sample_choice import rows_of
from lnl_gui.cli.terminal import tell
from lnl_gui.session.changes import Changes
from lnl_gui.session.session import Session
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message
from lnl_gui.util.translation import localized, tr
from lnl_gui.util.visible import one_line

_READING = ("list", "hints")
_COUNTS = {
    "add": (1, 1),
    "rename": (2, 2),
    "merge": (1, None),
    "delete": (1, 1),
    "reorder": (1, None),
    "colour": (2, 2),
    "key": (1, 2),
    "describe": (1, 2),
    "note": (2, 2),
    "undo": (0, 0),
    **dict.fromkeys(_READING, (0, 0)),
}
"""How many words each action takes, at least and at most."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    examples = (
        ("lnl-gui classes PROJECT list", ""),
        ("lnl-gui classes PROJECT hints", tr("pairs that may be one class, with the evidence")),
        ("lnl-gui classes PROJECT rename boots 'ankle boots'", ""),
        ("lnl-gui classes PROJECT merge sneaker trainer --into shoe", ""),
        ("lnl-gui classes PROJECT delete junk", tr("its samples have no label then")),
        ("lnl-gui classes PROJECT reorder shoe bag", tr("the others follow")),
        ("lnl-gui classes PROJECT describe bag 'With a handle' --example bags/7.png", ""),
        ("lnl-gui classes PROJECT undo", tr("takes the newest edit or verdict back")),
    )
    shared.add_examples(parser, examples)
    shared.add_project(parser)
    parser.add_argument("action", choices=tuple(_COUNTS), metavar="ACTION")
    shared.may_be_empty(
        parser.add_argument(
            "words", nargs="*", metavar="WORD", help=tr("the class, and what it is given")
        )
    )
    parser.add_argument("--into", metavar="CLASS", help=tr("for merge: the class that stays"))
    parser.add_argument(
        "--example",
        action="append",
        metavar="PATH",
        help=tr("for describe: an image that shows it"),
    )
    parser.add_argument("--reviewer", metavar="NAME", help=tr("whose edit it is"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """List the classes, or edit them."""
    # Before the project is opened: a mistyped action waits for no lock.
    _check(options)
    reading = options.action in _READING
    with open_session(options.project, reviewer=options.reviewer, read_only=reading) as session:
        if options.action == "hints":
            return _print_hints(session, options)
        if not reading:
            changes = _edit(session, options)
            tell(changes.text or message("Nothing changes."))
        if options.json:
            print(json.dumps({"classes": _facts(session)}))
        elif reading:
            for line in _lines(session):
                print(localized(line))
    return 0


def _check(options: argparse.Namespace) -> None:
    """Raises UserError for words that an action does not take."""
    least, most = _COUNTS[options.action]
    count = len(options.words)
    if count < least or (most is not None and count > most):
        raise UserError(
            message("`{action}` does not take {count} words.", action=options.action, count=count),
            message("`lnl-gui classes --help` shows how each action is written."),
        )
    if (options.action == "merge") != (options.into is not None):
        raise UserError(
            message("`merge` needs `--into CLASS`, and nothing else takes it."),
            message("Write `lnl-gui classes PROJECT merge A B --into C`."),
        )


def _edit(session: Session, options: argparse.Namespace) -> Changes:
    edits, words = session.class_edits, options.words
    if options.action == "undo":
        # Nothing to take back is no error, as in the window.
        return session.undo() or Changes()
    if options.action == "add":
        return edits.add(words[0])
    if options.action == "merge":
        merged = [_number(session, word) for word in words]
        return edits.merge(merged, _number(session, options.into))
    if options.action == "reorder":
        return edits.reorder([_number(session, word) for word in words])
    number, value = _number(session, words[0]), words[1] if len(words) > 1 else ""
    if options.action == "describe":
        # None leaves the examples that there are.
        rows = None if options.example is None else rows_of(session, options.example)
        return edits.describe(number, words[1] if len(words) > 1 else None, rows=rows)
    if options.action == "delete":
        return edits.delete(number)
    return {
        "rename": edits.rename,
        "colour": edits.colour,
        "key": edits.assign_key,
        "note": edits.note,
    }[options.action](number, value)


def _number(session: Session, name: str) -> int:
    return session.class_named(name).id


def _facts(session: Session) -> list[dict[str, Any]]:
    given, current = session.class_edits.sizes()
    return [
        {
            "name": entry.name,
            "dataset_name": entry.key,
            "given": int(given[entry.id]),
            "current": int(current[entry.id]),
            "colour": entry.colour,
            "key": entry.shortcut,
            "description": entry.description,
            "examples": list(entry.examples),
            "note": entry.note,
        }
        for entry in session.shown_classes
    ]


def _lines(session: Session) -> list[Message]:
    lines = []
    for facts in _facts(session):
        line = message(
            "{name}: {current:,} samples, {given:,} as given",
            name=one_line(facts["name"]),
            current=facts["current"],
            given=facts["given"],
        )
        if facts["key"]:
            line = message("{line}, key {key}", line=line, key=facts["key"])
        for said in (facts["description"], facts["note"]):
            if said:
                line = message("{line}; {said}", line=line, said=one_line(said))
        lines.append(line)
    return lines


def _print_hints(session: Session, options: argparse.Namespace) -> int:
    hints = session.class_edits.hints()
    if options.json:
        found = [
            {
                "kind": hint.kind,
                "class": session.class_name(hint.first),
                "into": session.class_name(hint.second) or None,
                "evidence": str(hint.evidence),
                "examples": [session.path_of(row) for row in hint.rows.tolist()],
            }
            for hint in hints
        ]
        print(json.dumps({"hints": found}))
        return 0
    if not hints:
        print(localized(message("Nothing says that two classes may be one.")))
    for hint in hints:
        print(localized(hint.evidence))
        for row in hint.rows.tolist():
            print(f"  {one_line(session.path_of(row))}")
    return 0
