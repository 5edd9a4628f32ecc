"""Rows that a column of their table sets aside: deleted, excluded, rejected."""

import re
from collections.abc import Sequence

from lnl_gui.dataset.listing import shorten
from lnl_gui.dataset.readers.set_aside import FLAGGED, STATUS
from lnl_gui.dataset.readers.tables.column_names import plain_name
from lnl_gui.dataset.readers.tables.one_hot import are_marks, is_marked
from lnl_gui.dataset.readers.tables.split_columns import YES_MEANS
from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.messages import message

_OUT = re.compile(
    r"(is_|to_be_|was_|flag_|flagged_)?(exclude|excluded|delete|deleted|deletion|remove|removed"
    r"|discard|discarded|ignore|ignored|drop|dropped|reject|rejected|trash|trashed|unusable"
    r"|ausgeschlossen|geloescht|gelöscht|löschen|verworfen|abgelehnt|aussortiert|rejeté|supprimé"
    r"|rechazado|rechazada|eliminado|eliminada|rejeitado|rejeitada|scartato|scartata)"
    r"(_flag|_mark)?"
)
_IN = re.compile(
    r"(is_|was_|to_)?(keep|include|included|use|used|usable|valid|active|approve|approved|accept"
    r"|accepted|brauchbar|verwenden|verwendbar|gültig|aktiv|freigegeben)"
)
_IN_OR_ATTRIBUTE = re.compile(r"(is_|was_)?(use|used|valid|active|aktiv)")
"""Such that say as well that a thing was worn, an image is for validation, a machine runs."""
_MOST_UNUSED = 0.5
_FEWEST = 4
"""Rows set aside from which it is no chance that their classes have no others."""
_STATE = re.compile(
    r"(\w+_)?(status|state|decision|verdict|approval|review|qc|qa|quality_(check|control))"
)
_OF_CHECKS = re.compile(r"(^|_)(approval|review|qc|qa|quality|check)(_|$)")
_FAILED = frozenset({"fail", "failed", "not_approved", "disapproved", "declined", "denied", "no"})
"""States of rows that a check of quality left out; elsewhere what failed may be the thing itself,
or a download."""
_PASSED_OVER = frozenset({"skip", "skipped", "übersprungen"})
"""States of rows that somebody has not judged on purpose."""
_OUT_SINCE = re.compile(
    r"(deleted|removed|excluded|discarded|rejected|geloescht|gelöscht)_(at|on|am)"
)
_DATE = re.compile(
    r"[12]\d{3}-\d\d?-\d\d?(?!\d).*|\d\d?[./]\d\d?[./][12]\d{3}(?!\d).*|[1-9]\d{8,}(\.\d+)?"
)
"""As databases write when a row was deleted, the last in seconds or parts of them."""
_NO = frozenset({"0", "0.0", "false", "f", "no", "n", "nein"})


_RIGHT = re.compile(
    r"(is_|label_|label_is_|was_)?(correct|richtig|korrekt|correcte|correcto|correto)"
    r"|label_(is_)?(right|ok|okay)"
)
_WRONG = re.compile(
    r"(is_|label_|label_is_|was_)?(wrong|incorrect|mislabell?ed|falsch|incorrecte?|incorrecto"
    r"|errado|sbagliato)|(is_|has_)?label_?(error|issue)"
)
"""Of labels that somebody has judged, in yes and no."""
_OF_A_PROGRAM = re.compile(r"(^|_)(pred\w*|model|output|guess)(_|$)")


def say_of_labels_said_wrong(table: Table, path: int, label: int, rest: Sequence[int]) -> None:
    """Note a column that says of some labels that they are wrong, which are read as the others.

    Beside a program's answers it speaks of those.

    Args:
        table: which gets the note.
        path: the column of the paths.
        label: that of the labels.
        rest: other columns that hold neither splits nor people.
    """
    names = list(map(plain_name, table.columns))
    if any(_OF_A_PROGRAM.search(name) for name in names):
        return
    for at in rest:
        is_right, is_wrong = _RIGHT.fullmatch(names[at]), _WRONG.fullmatch(names[at])
        if at == label or not (is_right or is_wrong):
            continue
        cells = [(row[path], row[at].strip()) for row in table.rows]
        if not are_marks(table.rows, [at]):
            continue
        said = [
            (name, cell)
            for name, cell in cells
            if (cell.casefold() in _NO if is_right else is_marked(cell))
        ]
        if 0 < len(said) < len(cells):
            table.warnings.append(
                message(
                    "By column `{column}` the labels of {count:,} rows, such as that of `{path}`,"
                    " may be wrong (`{value}`); they were read as all others.",
                    column=table.columns[at],
                    count=len(said),
                    path=said[0][0],
                    value=said[0][1],
                )
            )


def doubt_rows_left_out(table: Table, path: int, label: int, rest: Sequence[int]) -> None:
    """Suspect a table that marks some rows as set aside, which are read as the others.

    Args:
        table: which gets the suspicion.
        path: the column of the paths.
        label: that of the labels.
        rest: other columns that hold neither splits nor people.
    """
    for at in rest:
        name = plain_name(table.columns[at])
        # What an export says is known, and was left out.
        if name in YES_MEANS or (name == STATUS and FLAGGED in table.columns):
            continue
        out = [row for row in table.rows if _is_out(name, row[at].strip().casefold())]
        if not out or len(out) == len(table.rows):
            continue
        if _is_attribute(name, len(out) / len(table.rows)) or _follows(table, at, label, out):
            continue
        table.suspicions.append(
            message(
                "By column `{column}` {count:,} rows, such as that of `{path}`, may be no part of"
                " the dataset (`{value}`), and they were read as all others. Take these rows out of"
                " the table; if they belong to it, name the label's column with --label-column.",
                column=table.columns[at],
                count=len(out),
                path=out[0][path],
                value=out[0][at].strip(),
            )
        )


def tells_of_answers(table: Table, path: int, at: int) -> bool:
    """Whether a column called `is_valid` says which answers count, and not which split an image is
    in: it differs between the rows of one image. Then the table gets a suspicion.

    Args:
        table: which gets the suspicion.
        path: the column of the paths.
        at: the column that was taken for that of the splits, -1 for none.
    """
    if at < 0 or not _IN.fullmatch(plain_name(table.columns[at])):
        return False
    first: dict[str, bool] = {}
    marks = ((row[path], row[at].strip().casefold() in _NO) for row in table.rows)
    if all(first.setdefault(image, out) == out for image, out in marks):
        return False
    out = [row[path] for row in table.rows if row[at].strip().casefold() in _NO]
    table.suspicions.append(
        message(
            "Column `{column}` differs between rows of one image, so it names no split, and may say"
            " which answers count: {count:,} rows say no ({paths}), and they were read as all"
            " others. Take these rows out of the table; if it names the splits, say --split-column"
            " {column}.",
            column=table.columns[at],
            count=len(out),
            paths=shorten(dict.fromkeys(out)),
        )
    )
    return True


def _is_attribute(name: str, share: float) -> bool:
    """Whether most rows say no to a word that may be said of the thing: `used` of clothes."""
    return bool(_IN_OR_ATTRIBUTE.fullmatch(name)) and share >= _MOST_UNUSED


def _follows(table: Table, at: int, label: int, out: Sequence[Sequence[str]]) -> bool:
    """Whether a state is what the label says once more: `fail` of all that are `scratched`.

    What was set aside by hand is of classes of which other images stay, but for rows that somebody
    passed over: these have what is filled in for no label.
    """
    name = plain_name(table.columns[at])
    passed_over = any(plain_name(row[at].strip().casefold()) in _PASSED_OVER for row in out)
    if passed_over or not (_STATE.fullmatch(name) or _IN.fullmatch(name)):
        return False
    beside = {id(row) for row in out}
    classes = {row[label].strip() for row in out}
    kept = {row[label].strip() for row in table.rows if id(row) not in beside}
    return len(out) >= _FEWEST and not classes & kept


def _is_out(name: str, cell: str) -> bool:
    if _OUT.fullmatch(name):
        return is_marked(cell)
    if _IN.fullmatch(name):
        return cell in _NO
    if _OUT_SINCE.fullmatch(name):
        return bool(_DATE.fullmatch(cell))
    if not _STATE.fullmatch(name):
        return False
    state = plain_name(cell)
    failed = bool(_OF_CHECKS.search(name)) and state in _FAILED
    return failed or state in _PASSED_OVER or bool(_OUT.fullmatch(state))
