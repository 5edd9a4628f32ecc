"""`lnl-gui remark PROJECT note|tag|untag|also|not-also VALUE`: what is said beside verdicts."""

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
from lnl_gui.util.messages import message
from lnl_gui.util.translation import tr
from lnl_gui.util.visible import one_line

ACTIONS = ("list", "note", "tag", "untag", "also", "not-also")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's options."""
    examples = (
        ("lnl-gui remark PROJECT note 'two animals' --path pets/7.png", ""),
        ("lnl-gui remark PROJECT tag night --path a.png --path b.png", ""),
        (
            "lnl-gui remark PROJECT also dog --path pets/7.png",
            tr("a second label"),
        ),
        ("lnl-gui remark PROJECT list --json", ""),
        ("lnl-gui review PROJECT undo", tr("takes the newest one back")),
    )
    shared.add_examples(parser, examples)
    shared.add_project(parser)
    parser.add_argument("action", choices=ACTIONS, metavar="ACTION")
    shared.may_be_empty(
        parser.add_argument(
            "value",
            nargs="?",
            metavar="VALUE",
            help=tr("the note, the tag, or the class"),
        )
    )
    parser.add_argument("--path", action="append", help=tr("only these samples, by path"))
    parser.add_argument("--reviewer", metavar="NAME", help=tr("who says it"))
    shared.add_json(parser)


def run(options: argparse.Namespace) -> int:
    """Say something of samples, or list what was said."""
    reading = options.action == "list"
    with open_session(options.project, reviewer=options.reviewer, read_only=reading) as session:
        if reading:
            return _print(session, options)
        changes = _say(session, options)
    tell(changes.text)
    if options.json:
        print(json.dumps({"changed": len(changes.rows)}))
    return 0


def _say(session: Session, options: argparse.Namespace) -> Changes:
    if options.value is None or not options.path:
        raise UserError(
            message("`{action}` needs a value and `--path`.", action=options.action),
            message("`lnl-gui remark --help` shows how it is written."),
        )
    rows = rows_of(session, options.path)
    said, value = session.remarks, options.value
    if options.action in ("also", "not-also"):
        there = options.action == "also"
        return said.also(rows, session.class_named(value).id, there=there)
    return {"note": said.note, "tag": said.tag, "untag": said.untag}[options.action](rows, value)


def _print(session: Session, options: argparse.Namespace) -> int:
    found = session.remarks.all
    tagged = set().union(*found.tags.values()) if found.tags else set()
    wanted = None if options.path is None else set(rows_of(session, options.path).tolist())
    rows = sorted({*found.notes, *tagged, *found.also})
    entries: list[dict[str, Any]] = [
        {
            "path": session.path_of(row),
            "notes": session.remarks.notes_of(row),
            "tags": session.remarks.tags_of(row),
            "also": [session.class_name(label) for label in session.remarks.also_of(row)],
        }
        for row in rows
        if wanted is None or row in wanted
    ]
    if options.json:
        print(json.dumps(entries))
        return 0
    for entry in entries:
        notes = [f"{who}: {text}" for who, text in entry["notes"].items()]
        parts = [*notes, *(f"#{tag}" for tag in entry["tags"]), *(f"+{n}" for n in entry["also"])]
        print(one_line(f"{entry['path']}  {'; '.join(parts)}"))
    return 0
