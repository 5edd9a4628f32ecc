"""OpenVINO's intermediate representation, uncompressed, with the metadata in its `model_info`."""

from pathlib import Path

import numpy as np

from lnl_gui.encoders.loading.openvino_encoder import import_openvino, quiet_conversion
from lnl_gui.learn.models.exporting.model_to_export import INPUT, OUTPUT, ModelToExport
from lnl_gui.learn.models.exporting.parity import CheckImages, Logits, check_logits
from lnl_gui.learn.models.exporting.result import ExportedFormat, with_version

NAME, FILE = "openvino", "model.xml"
_SECTION = "model_info"


def export_openvino(model: ModelToExport, folder: Path, checked: CheckImages) -> ExportedFormat:
    """Write `model.xml` and `model.bin`, and run them.

    Args:
        model: to write.
        folder: where to.
        checked: what they must compute.

    Raises:
        UserError: when they compute something else.
        OSError: when they cannot be written.
    """
    openvino = import_openvino()
    side = model.preprocessing.image_size
    with quiet_conversion():
        converted = openvino.convert_model(model.program)
    converted.reshape([-1, 3, side, side])
    converted.inputs[0].get_tensor().set_names({INPUT})
    converted.outputs[0].get_tensor().set_names({OUTPUT})
    for name, value in model.metadata.items():
        converted.set_rt_info(value, [_SECTION, name])
    # Uncompressed: what is handed on must compute what was trained.
    openvino.save_model(converted, folder / FILE, compress_to_fp16=False)
    difference = check_logits(NAME, _logits(folder / FILE), checked)
    return ExportedFormat(NAME, FILE, with_version("openvino"), difference, len(checked))


def _logits(file: Path) -> Logits:
    core = import_openvino().Core()
    # On processors with bfloat16 OpenVINO would else compute in it and fail the check.
    precise = {"INFERENCE_PRECISION_HINT": "f32"}
    compiled = core.compile_model(core.read_model(file), "CPU", precise)
    # A copy: the next call writes into the same memory.
    return lambda images: np.array(compiled(images)[0])
