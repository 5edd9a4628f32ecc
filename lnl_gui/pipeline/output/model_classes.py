"""Whether a model tells the classes apart that its dataset has now."""

from collections.abc import Sequence
from pathlib import Path

from lnl_gui.dataset.listing import first_few
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.classes import load_classes
from lnl_gui.store.project import open_project
from lnl_gui.util.messages import Message, joined, message, message_n

_NAMED = 5


def other_classes(of_model: Sequence[str], snapshot: Snapshot) -> list[Message]:
    """That a model beside a dataset numbers other classes, as when it was trained before edits.

    Args:
        of_model: its classes in their order.
        snapshot: of the project.
    """
    names = [snapshot.class_names[number] for number in snapshot.live_classes]
    if list(of_model) == names:
        return []
    said = []
    for only, there in (
        (message("only the model has {names}"), [n for n in of_model if n not in set(names)]),
        (message("only the dataset has {names}"), [n for n in names if n not in set(of_model)]),
    ):
        if there:
            said.append(only.with_fields(names=first_few(there)))
    return [
        message(
            "The model in it was trained on other classes than this export has ({differences}), so"
            " that their numbers differ. Train again, or go by the names in model/model.json.",
            differences=joined(said or [message("in another order")], "; "),
        )
    ]


def former_classes(of_model: Sequence[str], project_folder: Path) -> list[Message]:
    """That a project's model names classes which have been merged, deleted or renamed since.

    Args:
        of_model: its classes.
        project_folder: of the project it was trained in.
    """
    with open_project(project_folder, read_only=True) as project:
        classes = load_classes(project)
    live = {entry.name for entry in classes if entry.live}
    into = {e.name: classes[e.into].name for e in classes if e.into is not None and e.into >= 0}
    former = [name for name in of_model if name not in live]
    if not former:
        return []
    shown = [
        f"`{name[:40]}`" + (f" -> `{into[name][:40]}`" if name in into else "")
        for name in former[:_NAMED]
    ]
    return [
        message_n(
            "The model names {count} class that the project no longer has, as it was merged,"
            " deleted or renamed after the training: {names}. Train again.",
            "The model names {count} classes that the project no longer has, as they were merged,"
            " deleted or renamed after the training: {names}. Train again.",
            len(former),
            names=", ".join(shown) + (", …" if len(former) > _NAMED else ""),
        )
    ]
