"""Classes that nothing and nobody has used, which an update may forget."""

from lnl_gui.store.database import schema
from lnl_gui.store.dataset.classes import BY_UPDATE, EDIT, edited_keys, forgotten_keys, load_classes
from lnl_gui.store.project import Project
from lnl_gui.util.json_text import parsed_object


def unused_classes(project: Project) -> frozenset[int]:
    """Ids of classes that no sample came with, no decision names and no person has touched.

    A decision that was undone counts, and so does a forgetting that somebody took back.
    """
    connection = project.connection
    if schema.version_of(connection) < schema.WITH_CLASS_EDITS:
        return frozenset()
    used: set[int] = set()
    for query in (
        "SELECT DISTINCT given FROM sample WHERE given IS NOT NULL",
        "SELECT DISTINCT new_label FROM op_change",
        "SELECT DISTINCT old_label FROM op_change",
    ):
        used |= {int(number) for (number,) in connection.execute(query) if number is not None}
    touched: set[str] = set()
    for text, undone in connection.execute(f"SELECT params, undone FROM op WHERE kind = '{EDIT}'"):
        params = parsed_object(text)
        if params.get(BY_UPDATE) is not True:
            touched |= edited_keys(params)
        elif undone:
            touched |= forgotten_keys(params)
    return frozenset(
        entry.id
        for entry in load_classes(project)
        if entry.live and entry.id not in used and entry.key not in touched
    )
