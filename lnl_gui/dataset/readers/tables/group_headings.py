"""Labels that stand once above the rows they hold for, as pivot tables and people write them."""

from lnl_gui.dataset.readers.tables.tables import Table
from lnl_gui.util.messages import message

_FEWEST = 2


def doubt_group_headings(table: Table, label: int) -> None:
    """Suspect a label column where each label comes once, with empty cells below it.

    Args:
        table: which gets the suspicion.
        label: the column that was taken for the label.
    """
    cells = [row[label].strip() for row in table.rows]
    filled = [at for at, cell in enumerate(cells) if cell]
    if len(filled) < _FEWEST or filled[0] != 0 or 2 * len(filled) >= len(cells):
        return
    distinct = len({cells[at] for at in filled}) == len(filled)
    # A single image of a class has no rows below it.
    runs = sum(not cells[at + 1] for at in filled if at + 1 < len(cells))
    if distinct and runs >= _FEWEST and 2 * runs > len(filled):
        table.suspicions.append(
            message(
                "Each label of column `{column}` comes once, with empty cells below: {count} of"
                " {rows} rows have none. If a label holds for the rows below it too, write it into"
                " each; if those images have no label, say --label-column {column}.",
                column=table.columns[label],
                count=len(cells) - len(filled),
                rows=len(cells),
            )
        )
