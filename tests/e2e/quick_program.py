"""The product with what nobody looks at made short; its window starts its workers by this.

Run as a module in place of `lnl_gui`. What is shortened is found when a job imports it: loading it
at once would cost each worker the seconds that torch takes, also one that only lists files.
"""

import sys
from collections.abc import Sequence
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from types import ModuleType
from typing import Any

from lnl_gui.__main__ import run
from tests.detect.shorter import fewer_steps

SHORTENED: dict[str, dict[str, Any]] = {
    # As in `tests.detect.few_repetitions`, which reaches the test's own process alone.
    "lnl_gui.detect.consensus.repetitions": {"MOST": 1},
    "lnl_gui.detect.detectors.turtle": {"default_parameters": fewer_steps},
    # Beside scikit-learn's photographs; each is computed by both models.
    "lnl_gui.learn.models.exporting.parity": {"CHECKED_IMAGES": 2},
}
"""New values of constants, by their modules; of a function, what makes it of the usual one."""


class _Loader(Loader):
    def __init__(self, usual: Loader) -> None:
        self._usual = usual

    def create_module(self, spec: ModuleSpec) -> ModuleType | None:
        return self._usual.create_module(spec)

    def exec_module(self, module: ModuleType) -> None:
        self._usual.exec_module(module)
        for name, value in SHORTENED[module.__name__].items():
            # Must be there, or it has another name now and nothing would be shortened.
            usual = getattr(module, name)
            setattr(module, name, value(usual) if callable(usual) else value)


class _Finder(MetaPathFinder):
    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        spec = PathFinder.find_spec(name, path, target) if name in SHORTENED else None
        if spec is not None and spec.loader is not None:
            spec.loader = _Loader(spec.loader)
        return spec


if __name__ == "__main__":
    sys.meta_path.insert(0, _Finder())
    sys.exit(run())
