"""Runs recorded by earlier versions under other names, read as what they are called now."""

_FORMER = {"noise_lab": "noise_test"}
"""Kind of job as an earlier version recorded it -> as it is called now."""


def present_kind(kind: str) -> str:
    """What a recorded kind of job is called now."""
    return _FORMER.get(kind, kind)


def recorded_kinds(kind: str) -> tuple[str, ...]:
    """All names under which runs of a kind may be recorded, the present one first."""
    return (kind, *(former for former, present in _FORMER.items() if present == kind))
