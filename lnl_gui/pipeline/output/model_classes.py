"""Whether a model tells the classes apart that its dataset has now."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np

from lnl_gui.dataset.listing import first_few
from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.store.dataset.classes import UNLABELLED, class_map, load_classes, present_names
from lnl_gui.store.history.former_names import FormerNames
from lnl_gui.store.jobs import runs
from lnl_gui.store.jobs.runs import Run
from lnl_gui.store.project import Project, open_project
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


def class_ids_of_model(of_model: Sequence[str], project: Project, trained: Run) -> np.ndarray:
    """The classes of a project that a model means by the names it has.

    Args:
        of_model: its C classes.
        project: open.
        trained: the run that trained it.

    Returns:
        (C,) int32 ids, also of classes that are gone since; -1 for a name that none had then.
    """
    then = FormerNames(project).classes_at(trained.started)
    numbers = {entry.name: entry.id for entry in then if entry.live}
    return np.array([numbers.get(name, UNLABELLED) for name in of_model], np.int32)


def former_classes(of_model: Sequence[str], project_folder: Path) -> list[Message]:
    """That a project's newest model calls classes otherwise than the project does now.

    Told by the classes themselves: two that have swapped their names are both called otherwise.

    Args:
        of_model: its classes.
        project_folder: of the project it was trained in.
    """
    with open_project(project_folder, read_only=True) as project:
        trained = runs.latest_run(project, "finetune")
        ids = None if trained is None else class_ids_of_model(of_model, project, trained)
        classes = load_classes(project)
    if ids is None:
        return []
    meaning = class_map(classes)
    names = [*present_names(classes), ""]
    now = [names[number] for number in meaning.of(ids).tolist()]
    former = [(old, new) for old, new in zip(of_model, now, strict=True) if old != new]
    if not former:
        return []
    shown = [f"`{old[:40]}`" + (f" -> `{new[:40]}`" if new else "") for old, new in former[:_NAMED]]
    return [
        message_n(
            "The model names {count} class otherwise than the project does now, as it was merged,"
            " deleted or renamed after the training: {names}. Train again.",
            "The model names {count} classes otherwise than the project does now, as they were"
            " merged, deleted or renamed after the training: {names}. Train again.",
            len(former),
            names=", ".join(shown) + (", …" if len(former) > _NAMED else ""),
        )
    ]
