"""CSV files of Google's AutoML and Vertex AI: no header, `TRAIN,gs://bucket/a.jpg,cat,dog`."""

from collections.abc import Sequence

from lnl_gui.dataset.readers.tables.split_columns import split_of_cell
from lnl_gui.dataset.readers.tables.tables import Table, is_address
from lnl_gui.dataset.readers.tools.annotated import Annotated, ToolAnnotations, answer_to
from lnl_gui.store.dataset.split_names import canonical_split
from lnl_gui.util.class_names import is_number

_USE = "ml_use"


def is_automl(table: Table) -> bool:
    """Whether each row is an address, with the part before it or not, and labels behind it."""
    if table.has_header or not table.rows:
        return False
    at = _address_column(table.rows[0])
    return at >= 0 and all(
        is_address(row[at]) and (at == 0 or _is_use(row[0])) for row in table.rows
    )


def automl(table: Table) -> ToolAnnotations:
    """All cells behind the address are labels; behind boxes' labels stand numbers."""
    at, split_of = _address_column(table.rows[0]), split_of_cell(_USE)
    labels: dict[str, list[str]] = {}
    splits: dict[str, str] = {}
    for row in table.rows:
        found = [cell.strip() for cell in row[at + 1 :] if cell.strip()]
        coordinates = len(found) > 2 and all(map(is_number, found[1:]))
        labels.setdefault(row[at], []).extend(found[:1] if coordinates else found)
        splits[row[at]] = split_of(row[0]) if at else ""
    return ToolAnnotations(
        [Annotated(path, answer_to("label", said), splits[path]) for path, said in labels.items()]
    )


def _address_column(row: Sequence[str]) -> int:
    return next((at for at, cell in enumerate(row[:2]) if is_address(cell)), -1)


def _is_use(cell: str) -> bool:
    word = cell.strip()
    return not word or bool(canonical_split(word)) or word.casefold() == "unassigned"
