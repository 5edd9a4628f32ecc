"""How much memory this process may still take."""

from pathlib import Path

_ROOT = Path("/sys/fs/cgroup")
# What a container may take and has taken, in the second and the first version of Linux's groups.
_GROUPS = (
    ("memory.max", "memory.current", "memory.stat", "inactive_file"),
    (
        "memory/memory.limit_in_bytes",
        "memory/memory.usage_in_bytes",
        "memory/memory.stat",
        "total_inactive_file",
    ),
)


def free_memory(groups: Path = _ROOT) -> int:
    """Bytes free on this machine, or in the container that this process runs in.

    Args:
        groups: where Linux tells of containers.
    """
    import psutil  # noqa: PLC0415 - the command line, which asks nothing of it, would wait for it

    found = int(psutil.virtual_memory().available)
    for most, taken, statistics, reclaimed in _GROUPS:
        try:
            # "max" where there is no limit, which is no number.
            limit = int((groups / most).read_text())
            held = int((groups / taken).read_text())
            lines = (groups / statistics).read_text().splitlines()
        except (OSError, ValueError):
            continue
        # Files that were read are counted too, and given back as soon as memory is wanted.
        kept = sum(int(line.split()[1]) for line in lines if line.split()[0] == reclaimed)
        found = min(found, max(0, limit - held + kept))
    return found
