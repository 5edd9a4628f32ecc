"""Plugins: objects that other packages provide through entry points.

Every extension point is a group of entry points and the type of object it takes. The groups:
`lnl_gui.detectors`, `lnl_gui.encoders`, `lnl_gui.methods`, `lnl_gui.recipes`, `lnl_gui.readers`,
`lnl_gui.writers`, `lnl_gui.charts`.
"""

from functools import cache
from importlib.metadata import EntryPoint, distributions, entry_points
from typing import Any, TypeVar

from lnl_gui.util.errors import UserError
from lnl_gui.util.messages import Message, message

T = TypeVar("T")
_PREFIX = "lnl_gui."
"""What the names of all extension points begin with."""


def plugins(group: str, kind: type[T]) -> list[T]:
    """The objects that installed packages offer in one group, sorted by the entry points' names.

    Args:
        group: name of the entry-point group.
        kind: the class every object of the group must be an instance of.

    Raises:
        UserError: naming the package whose object cannot be imported or is something else. It is
            not passed over: a detector or reader that silently went missing would change results.
    """
    return [_checked(point, found, kind) for point, found in _load(group)]


@cache
def _load(group: str) -> tuple[tuple[EntryPoint, Any], ...]:
    # Sorted, because the order of installed packages differs from machine to machine.
    points = sorted(entry_points(group=group), key=lambda point: point.name)
    return tuple((point, _object(point)) for point in points)


def _object(point: EntryPoint) -> Any:
    try:
        return point.load()
    except Exception as error:  # whatever a foreign package raises while it is imported
        raise _refusal(point, message("cannot be loaded ({error})", error=error)) from error


def _checked(point: EntryPoint, found: Any, kind: type[T]) -> T:
    if not isinstance(found, kind):
        found_kind = type(found).__name__
        raise _refusal(
            point, message("is a {found}, not a {kind}", found=found_kind, kind=kind.__name__)
        )
    return found


def _refusal(point: EntryPoint, what: Message) -> UserError:
    package = point.dist.name if point.dist is not None else point.value
    return UserError(
        message(
            "The entry point {point} in {group} {what}.",
            point=point.name,
            group=point.group,
            what=what,
        ),
        message("Update or remove the package that provides it: {package}.", package=package),
        code="broken_plugin",
    )


def plugin_versions() -> dict[str, str]:
    """Version by name of every package that adds something to any extension point."""
    return dict(_versions())


@cache
def _versions() -> dict[str, str]:
    # What is loaded stays for as long as the process, and every job asks; looking through a hundred
    # packages takes 10 ms.
    return {
        package.name: package.version
        for package in distributions()
        if any(point.group.startswith(_PREFIX) for point in package.entry_points)
    }
