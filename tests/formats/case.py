"""A format, the tool that writes it, and what is to be read."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True)
class Case:
    """One way to bring the dataset.

    Attributes:
        format: what people call it.
        tool: the package that writes it, by the name it is imported by; its version is shown.
        write: makes the dataset in a new folder and gives what a person opens.
        options: what the person has to say for it to be read.
        has_splits: whether the form keeps the splits.
        numbered: whether it keeps classes as numbers only.
    """

    format: str
    tool: str
    write: Callable[[Path], Path]
    options: Mapping[str, Any] = field(default_factory=dict)
    has_splits: bool = True
    numbered: bool = False

    @property
    def name(self) -> str:
        """One word for it, for tests and the command line."""
        return f"{self.tool}: {self.format}"
