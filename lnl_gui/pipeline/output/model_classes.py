"""Whether a model tells the classes apart that its dataset has now.

Classes are followed by what they are and not by their names: two may have swapped theirs since the
training, and a name may have gone to another class.
"""

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


def other_classes(
    of_model: Sequence[str], project: Project, snapshot: Snapshot, trained: Run
) -> list[Message]:
    """That a model beside a dataset numbers other classes, as when it was trained before edits.

    Args:
        of_model: its classes in their order.
        project: open.
        snapshot: of the project.
        trained: the run that trained the model.
    """
    live = [int(number) for number in snapshot.live_classes]
    now = _present_ids(of_model, project, trained)
    former = _former(of_model, now, snapshot.class_names)
    if not former and now == live:
        return []
    more = [snapshot.class_names[number] for number in live if number not in set(now)]
    only = message("only the dataset has {names}", names=first_few(more)) if more else None
    if former:
        renamed = Message("{names}", (("names", _arrows(former)),))
        differences = [renamed, *filter(None, [only])]
        return [
            message(
                "Classes were edited after the model in it was trained ({differences}): neither its"
                " numbers nor its names are those of this export. Train again.",
                differences=joined(differences, "; "),
            )
        ]
    return [
        message(
            "The model in it was trained on other classes than this export has ({differences}), so"
            " that their numbers differ. Train again, or go by the names in model/model.json.",
            differences=only or message("in another order"),
        )
    ]


def former_classes(of_model: Sequence[str], project_folder: Path) -> list[Message]:
    """That a project's newest model calls classes otherwise than the project does now.

    Args:
        of_model: its classes.
        project_folder: of the project it was trained in.
    """
    with open_project(project_folder, read_only=True) as project:
        trained = runs.latest_run(project, "finetune")
        if trained is None:
            return []
        names = present_names(load_classes(project))
        former = _former(of_model, _present_ids(of_model, project, trained), names)
    if not former:
        return []
    return [
        message_n(
            "The model names {count} class otherwise than the project does now, as it was merged,"
            " deleted or renamed after the training: {names}. Train again.",
            "The model names {count} classes otherwise than the project does now, as they were"
            " merged, deleted or renamed after the training: {names}. Train again.",
            len(former),
            names=_arrows(former),
        )
    ]


def _present_ids(of_model: Sequence[str], project: Project, trained: Run) -> list[int]:
    """The classes that those of a model have become, -1 for none."""
    ids = class_ids_of_model(of_model, project, trained)
    return [int(number) for number in class_map(load_classes(project)).of(ids)]


def _former(
    of_model: Sequence[str], now: Sequence[int], names: Sequence[str]
) -> list[tuple[str, str]]:
    """What a model calls otherwise, with the name of now; "" for what is gone."""
    pairs = [(old, names[n] if n >= 0 else "") for old, n in zip(of_model, now, strict=True)]
    return [(old, new) for old, new in pairs if old != new]


def _arrows(former: Sequence[tuple[str, str]]) -> str:
    shown = [f"`{old[:40]}`" + (f" -> `{new[:40]}`" if new else "") for old, new in former[:_NAMED]]
    return ", ".join(shown) + (", …" if len(former) > _NAMED else "")
