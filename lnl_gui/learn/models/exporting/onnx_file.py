"""ONNX with a named batch axis, class names and preprocessing in its metadata."""

import warnings
from pathlib import Path
from typing import Any

import torch

from lnl_gui.learn.models.exporting.model_to_export import BATCH, INPUT, OUTPUT, ModelToExport
from lnl_gui.learn.models.exporting.parity import CheckImages, Logits, check_logits
from lnl_gui.learn.models.exporting.result import ExportedFormat, with_version

NAME, FILE = "onnx", "model.onnx"
_LARGEST_PROTOBUF = 1_900_000_000
"""Bytes of weights; a file of protocol buffers ends at 2 GB."""


def export_onnx(model: ModelToExport, folder: Path, checked: CheckImages) -> ExportedFormat:
    """Write `model.onnx` and run it with onnxruntime.

    Args:
        model: to write.
        folder: where to.
        checked: what it must compute.

    Raises:
        UserError: when it computes something else.
        OSError: when it cannot be written.
    """
    write_onnx(model, folder / FILE)
    difference = check_logits(NAME, onnx_logits(folder / FILE), checked)
    return ExportedFormat(NAME, FILE, with_version("onnxruntime"), difference, len(checked))


def write_onnx(model: ModelToExport, file: Path) -> None:
    """Write a model; weights of 2 GB and more go into a file beside it.

    Raises:
        OSError: when it cannot be written.
    """
    with warnings.catch_warnings():
        # The exporter warns of its own internals, which the check afterwards covers.
        warnings.simplefilter("ignore")
        program: Any = torch.onnx.export(
            model.program,
            (),
            input_names=[INPUT],
            output_names=[OUTPUT],
            # By name: of a trace alone the axis gets a number.
            dynamic_shapes=({0: BATCH},),
            dynamo=True,
            verbose=False,
        )
    program.model.metadata_props.update(model.metadata)
    program.save(str(file), external_data=_weights_size(model) > _LARGEST_PROTOBUF)


def _weights_size(model: ModelToExport) -> int:
    tensors = model.plain.module.state_dict().values()
    return sum(tensor.numel() * tensor.element_size() for tensor in tensors)


def onnx_logits(file: Path) -> Logits:
    """The function that an ONNX file computes on the CPU.

    Raises:
        OSError: when it cannot be read.
    """
    onnxruntime = onnxruntime_without_events()
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    session = onnxruntime.InferenceSession(str(file), options, providers=["CPUExecutionProvider"])
    return lambda images: session.run([OUTPUT], {INPUT: images})[0]


def onnxruntime_without_events() -> Any:
    """onnxruntime, which on Windows would send events to Microsoft."""
    import onnxruntime  # noqa: PLC0415 -- an extra

    onnxruntime.disable_telemetry_events()
    return onnxruntime
