"""Whether a model that lies beside a dataset tells the same classes apart."""

from collections.abc import Sequence

from lnl_gui.pipeline.snapshot import Snapshot
from lnl_gui.util.messages import Message, joined, message

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
            shown = ", ".join(f"`{name[:40]}`" for name in there[:_NAMED])
            more = ", …" if len(there) > _NAMED else ""
            said.append(only.with_fields(names=shown + more))
    return [
        message(
            "The model in it was trained on other classes than this export has ({differences}), so"
            " that their numbers differ. Train again, or go by the names in model/model.json.",
            differences=joined(said or [message("in another order")], "; "),
        )
    ]
