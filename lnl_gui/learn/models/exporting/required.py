"""Packages that a format needs beside this program's own, by the extra that installs them."""

from collections.abc import Iterable
from importlib.util import find_spec

from lnl_gui.util.extras import package_missing
from lnl_gui.util.messages import message

ONNX, HUGGINGFACE = "onnx", "huggingface"
_PACKAGES = {ONNX: ("onnxscript", "onnxruntime"), HUGGINGFACE: ("transformers",)}


def require(title: str, extras: Iterable[str]) -> None:
    """Make sure that the packages of some extras are there, before anything is written.

    Args:
        title: of the format, for the error.
        extras: names of optional dependencies.

    Raises:
        UserError: naming the packages that are missing and the extra.
    """
    for extra in extras:
        missing = [name for name in _PACKAGES[extra] if find_spec(name) is None]
        if missing:
            purpose = message("The model format {format}", format=title)
            raise package_missing(purpose, ", ".join(missing), extra)
