"""What must hold of a project's database before its numbers may choose places in arrays.

SQLite keeps what it is given: a text in a column of integers, a class that is not there. Of a
project made here that cannot be; one from elsewhere is looked through once, and each copy before
it is merged.
"""

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from lnl_gui.store.database import schema
from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, joined, message


@dataclass(frozen=True)
class Rule:
    """Rows that must not be there, by a query that counts them."""

    table: str
    query: str
    says: Message


_LABEL = "typeof({0}) <> 'integer' OR {0} < -1 OR {0} >= (SELECT count(*) FROM class)"
_STATUS = "typeof({0}) <> 'integer' OR {0} NOT BETWEEN 0 AND 5"
_SAMPLE = "typeof({0}) <> 'integer' OR {0} < 0 OR {0} >= (SELECT count(*) FROM sample)"
_TIME = "typeof({0}) NOT IN ('real', 'integer') OR abs({0}) > 1e15"


def _where(table: str, *conditions: str) -> str:
    return f"SELECT count(*) FROM {table} WHERE {' OR '.join(f'({c})' for c in conditions)}"


_RULES: tuple[Rule, ...] = (
    Rule(
        "sample",
        "SELECT count(*) <> coalesce(max(id) + 1, 0) OR coalesce(min(id), 0) < 0 FROM sample",
        message("samples are not numbered one after the other"),
    ),
    Rule(
        "class",
        "SELECT count(*) <> coalesce(max(id) + 1, 0) OR coalesce(min(id), 0) < 0 FROM class",
        message("classes are not numbered one after the other"),
    ),
    Rule(
        "class",
        _where("class", *(f"typeof({c}) <> 'text'" for c in ("name", "colour", "shortcut"))),
        message("a class has no name"),
    ),
    Rule("split", _where("split", "typeof(name) <> 'text'"), message("a split has no name")),
    Rule(
        "sample",
        _where(
            "sample",
            "typeof(path) <> 'text' OR instr(path, char(0))",
            "typeof(file) NOT IN ('text', 'null') OR instr(file, char(0))",
            "typeof(error) NOT IN ('text', 'null')",
            "given IS NOT NULL AND (" + _LABEL.format("given") + " OR given < 0)",
            "typeof(split) <> 'integer' OR split < 0 OR split > 255"
            " OR split >= max(1, (SELECT count(*) FROM split))",
        ),
        message("a sample has a path, class or split that cannot be"),
    ),
    Rule(
        "skipped",
        _where("skipped", "typeof(path) <> 'text'", "typeof(reason) <> 'text'"),
        message("a skipped file has no path"),
    ),
    Rule(
        "current",
        _where(
            "current",
            _SAMPLE.format("sample_id"),
            "label IS NOT NULL AND (" + _LABEL.format("label") + ")",
            _STATUS.format("status"),
        ),
        message("a verdict names a sample, class or status that is not there"),
    ),
    Rule(
        "op",
        _where(
            "op",
            "typeof(kind) <> 'text' OR length(kind) > 40",
            "typeof(params) <> 'text'",
            _TIME.format("time"),
            "typeof(reviewer) <> 'text'",
            "typeof(undone) <> 'integer' OR undone NOT IN (0, 1)",
        ),
        message("an operation has a kind, time or reviewer that cannot be"),
    ),
    Rule(
        "op_change",
        _where(
            "op_change",
            _SAMPLE.format("sample_id"),
            _LABEL.format("old_label"),
            _LABEL.format("new_label"),
            _STATUS.format("old_status"),
            _STATUS.format("new_status"),
            "op_id NOT IN (SELECT id FROM op)",
        ),
        message("the journal names a sample, class or status that is not there"),
    ),
)
_RULES_WITH_AUDITS = (
    Rule(
        "op",
        _where("op", "typeof(guid) <> 'text' OR length(guid) NOT BETWEEN 1 AND 200"),
        message("an operation has no name"),
    ),
    Rule(
        "audit_sample",
        _where(
            "audit_sample",
            _SAMPLE.format("sample_id"),
            "typeof(position) <> 'integer'",
            "audit_id NOT IN (SELECT id FROM audit)",
        ),
        message("an audit names a sample that is not there"),
    ),
    Rule(
        "audit",
        _where(
            "audit",
            "typeof(guid) <> 'text'",
            "typeof(reviewer) <> 'text'",
            *(f"typeof({c}) <> 'integer'" for c in ("seed", "stratified", "population")),
            _TIME.format("time"),
        ),
        message("an audit has a seed or time that cannot be"),
    ),
)


def broken_rules(connection: sqlite3.Connection) -> list[Message]:
    """What does not hold, in words, with how many rows that concerns; a second a million rows.

    Raises:
        sqlite3.DatabaseError: when the database is damaged.
    """
    rules = _RULES
    if schema.version_of(connection) >= schema.WITH_AUDITS:
        rules += _RULES_WITH_AUDITS
    found = []
    for rule in rules:
        count = connection.execute(rule.query).fetchone()[0]
        if count:
            found.append(
                message(
                    "table {table}: {says} ({rows:,})",
                    table=rule.table,
                    says=rule.says,
                    rows=int(count),
                )
            )
    return found


def refuse_broken(connection: sqlite3.Connection, folder: Path) -> None:
    """Refuse a project whose numbers lead nowhere.

    Raises:
        UserError: naming tables and what is wrong in them.
        sqlite3.DatabaseError: when the database is damaged.
    """
    found = broken_rules(connection)
    if found:
        raise UserError(
            message(
                "{folder} holds what no LNL has written: {found}.",
                folder=folder,
                found=joined(found[:5], "; "),
            ),
            message(
                "Nothing was changed. `lnl-gui check {folder} --repair` saves what can be read.",
                folder=folder,
            ),
            code="damaged",
        )
