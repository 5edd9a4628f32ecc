"""One action as it is described, and the groups that stand together in menus."""

from dataclasses import dataclass

from lnl_gui.util.messages import Message


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    `keys` are in Qt's portable text; `in_grid` limits them to grid and inspector, so that a letter
    typed into a filter is not a verdict. `needs_project` is off while no project is open.
    """

    id: str
    text: Message
    keys: tuple[str, ...]
    help: Message
    icon: str = ""
    in_grid: bool = False
    needs_project: bool = False


@dataclass(frozen=True)
class ActionGroup:
    """What stands together in the menu and among the keys."""

    title: Message
    actions: tuple[ActionSpec, ...]
